"""What the applicant reads of the steps beside the ordinary way: in plain words, with dates and what to do."""

import datetime as dt
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from yiwang.channels.portal.headlines import LATE
from yiwang.channels.ui.procedure_words import PROMISE_RESULTS, SPECIAL_KINDS
from yiwang.channels.ui.wording import HOTLINE, date_cn
from yiwang.domains.cases import queries
from yiwang.domains.cases.models import Case, SpecialProcedure
from yiwang.domains.cases.procedure.clocks import workdays_left
from yiwang.domains.catalogue.content import ItemContent, Text
from yiwang.domains.documents.models import Document
from yiwang.domains.documents.queries import data_of
from yiwang.domains.organisations.queries import remedies_against
from yiwang.foundation.clock import ZONE, today
from yiwang.foundation.clock.queries import calendar
from yiwang.foundation.clock.workdays import add_months

REVIEW_DAYS = 60
"""行政复议法: days from learning of a decision to ask for reconsideration."""
SUE_MONTHS = 6
"""行政诉讼法: months from learning of a decision to go to court."""
OBJECTABLE = ("refusal", "not_accepted", "termination", "void", "not_needed")
"""The kinds of documents against which somebody may want to object."""


def procedure_view(case: Case, documents: list[Document], happened: set[str]) -> dict[str, Any]:
    """Return the cards of `portal/cases/procedure.html`; what did not happen is empty, and is not asked for.

    `happened` are the kinds of the facts of the case.
    """
    content = queries.case_content(case)
    processing = content.processing
    parties = queries.interested_of(case) if "InterestedTold" in happened else []
    specials = queries.specials_of(case) if "SpecialProcedureOpened" in happened else []
    return {
        "special": _special(case, specials),
        "extension": _extension(case) if "CaseExtended" in happened else None,
        "deferred": _deferred(case, content) if queries.deferrable(content) else None,
        "promise": _promise(case, content) if processing.promise else None,
        "more": _more(case) if "MoreRequested" in happened else None,
        "joint": _joint(case) if processing.joint_offices or processing.lower_level_review else [],
        "parties": sum(not row.is_applicant for row, _words in parties),
        "hearing_until": queries.hearing_until(case) if parties else None,
        "hearing_asked": any(row.is_applicant for row, _words in parties),
        "objection": _objection(case, documents),
        "overdue": _overdue(case),
    }


def owed(view: dict[str, Any]) -> tuple[str, dt.date] | None:
    """Return what an accepted case waits for first: the kind and the last day; None where nothing is open."""
    open_ = [(view[kind]["due_on"], kind) for kind in ("more", "deferred") if view[kind] and view[kind]["url"]]
    due_on, kind = min(open_, default=(None, ""))
    return (kind, due_on) if due_on else None


def _overdue(case: Case) -> dict[str, Any] | None:
    """What one can do when the office is late: whom to call, and once the law's own day has passed, where to object."""
    may_be_late = case.state in LATE or case.state == "suspended"
    if not case.is_open or not may_be_late or queries.is_stopped(case) or not case.due_on or case.due_on >= today():
        return None
    days = -workdays_left(today(), case.due_on, calendar())
    if days < 1:
        return None
    against = remedies_against(case.office)
    return {
        "days": days,
        "by_law": bool(case.legal_due_on and case.legal_due_on < today()),
        "phone": case.office.phone,
        "hotline": HOTLINE,
        "body": Text(*against.review_body),
        "court": Text(*against.court),
        "review": date_cn(case.legal_due_on + dt.timedelta(days=REVIEW_DAYS), year=True) if case.legal_due_on else "",
        "sue": date_cn(add_months(case.legal_due_on, SUE_MONTHS), year=True) if case.legal_due_on else "",
    }


def _special(case: Case, specials: list[SpecialProcedure]) -> dict[str, Any] | None:
    """The procedure that runs: what, why, until when, and what is frozen meanwhile."""
    one = next((s for s in specials if s.ended_on is None), None)
    if one is None:
        return None
    left = queries.remaining(case)
    return {
        "name": _(SPECIAL_KINDS.get(one.kind, one.kind)),
        "reason": queries.special_reason(one),
        "basis": one.basis,
        "started_on": one.started_on,
        "planned_end_on": one.planned_end_on,
        "held_on": one.held_on,
        "begins_at": f"{one.begins_at:%H:%M}" if one.begins_at else "",
        "place": one.place,
        "is_late": one.planned_end_on < today(),
        "is_stopped": left.is_stopped,
        "days": left.workdays if left.workdays is not None else left.legal_workdays,
    }


def _extension(case: Case) -> dict[str, Any] | None:
    one = queries.extension_of(case)
    if one is None:
        return None
    return {
        "workdays": one.workdays,
        "old": one.old_due_on,
        "new": one.new_due_on,
        "promised": queries.promise_moved(case, one),
        "reason": queries.extension_reason(one),
    }


def _deferred(case: Case, content: ItemContent) -> dict[str, Any] | None:
    rows = queries.deferrals_of(case)
    if not rows:
        return None
    names = {m.key: m.name for m in content.materials or []}
    listed = [
        {
            "name": names.get(one.material, Text("其他材料", "Another paper")),
            "due_on": one.due_on,
            "supplied_at": one.supplied_at,
        }
        for one in rows
    ]
    open_ = [one for one in rows if one.supplied_at is None and one.due_on is not None]
    can = case.is_open and bool(open_)
    return {
        "rows": listed,
        "due_on": min((one.due_on for one in open_ if one.due_on), default=None),
        "url": reverse("portal:case-deferred", args=[case.number]) if can else "",
        "is_waiting": case.state in {"submitted", "correction"},
    }


def _promise(case: Case, content: ItemContent) -> dict[str, Any] | None:
    one = queries.promise_of(case)
    if one is None:
        return None
    terms = content.processing.promise
    return {
        "text": terms.text if terms else None,
        "version": one.text_version,
        "signed_at": one.signed_at,
        "verify_due_on": one.verify_due_on,
        "verified_at": one.verified_at,
        "result": _(PROMISE_RESULTS[one.result]) if one.result in PROMISE_RESULTS else "",
        "color": {"true": "success", "mend": "warning", "false": "danger"}.get(one.result, "neutral"),
        "mend_by": one.mend_by,
    }


def _more(case: Case) -> dict[str, Any] | None:
    request = getattr(case, "more_request", None)
    if request is None:
        return None
    can = request.supplied_at is None and case.state in {"accepted", "in_review"}
    return {
        "items": [one["text"] for one in queries.more_items(case)],
        "note": queries.more_note(case),
        "basis": request.basis,
        "due_on": request.due_on,
        "supplied_at": request.supplied_at,
        "url": reverse("portal:case-more", args=[case.number]) if can else "",
    }


def _joint(case: Case) -> list[dict[str, Any]]:
    return [
        {
            "office": Text(row.office.name, row.office.name_en),
            "is_given": row.given_at is not None,
            "due_on": row.due_on,
        }
        for row, _text in queries.joint_opinions_of(case)
    ]


def _objection(case: Case, documents: list[Document]) -> dict[str, Any] | None:
    """How to object to what ended the case, and until when, counted from the day of the document."""
    found = next((d for d in reversed(documents) if d.kind in OBJECTABLE), None)
    if found is None:
        return None
    day, against = found.created_at.astimezone(ZONE).date(), remedies_against(case.office)
    return {
        "url": reverse("portal:case-document", args=[case.number, found.pk]),
        "name": _(found.get_kind_display()),
        "reasons": [str(one) for one in data_of(found).get("reasons", [])],
        "body": Text(*against.review_body),
        "court": Text(*against.court),
        "review": _("最晚 {date}").format(date=date_cn(day + dt.timedelta(days=REVIEW_DAYS), year=True)),
        "sue": _("最晚 {date}").format(date=date_cn(add_months(day, SUE_MONTHS), year=True)),
    }
