"""What happened to a case beside the ordinary way: papers to follow, promise, special procedures, others' interests."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from yiwang.channels.desk.case_next import names_of_materials
from yiwang.channels.desk.wording import Due, left
from yiwang.channels.ui.procedure_words import PROMISE_RESULTS, SPECIAL_KINDS, SPECIAL_OUTCOMES
from yiwang.channels.ui.wording import text_of
from yiwang.domains.cases import queries
from yiwang.domains.cases.models import Case
from yiwang.domains.cases.procedure.clocks import workdays_left
from yiwang.domains.catalogue.content import ItemContent
from yiwang.domains.identity.queries import staff_names
from yiwang.foundation.clock import today
from yiwang.foundation.clock.queries import calendar


def procedure_context(case: Case, content: ItemContent) -> dict[str, Any]:
    """Return the cards of `desk/case_procedure.html`; each is empty or none where nothing happened."""
    more = queries.more_items(case)
    return {
        "deferrals": _deferrals(case, content) if queries.deferrable(content) else [],
        "promise": _promise(case, content) if content.processing.promise else None,
        "specials": _specials(case),
        "extension": _extension(case),
        "interested": _interested(case),
        "joint": _joint(case) if content.processing.joint_offices or content.processing.lower_level_review else [],
        "visits": _visits(case),
        "more_asked": more,
        "more": case.more_request if more else None,
    }


def _until(day: dt.date | None) -> Due | None:
    return left(workdays_left(today(), day, calendar())) if day else None


def _deferrals(case: Case, content: ItemContent) -> list[dict[str, Any]]:
    names = names_of_materials(content)
    return [
        {
            "name": names.get(one.material, _("其他材料")),
            "due_on": one.due_on,
            "supplied_at": one.supplied_at,
            "left": _until(one.due_on) if case.is_open and not one.supplied_at else None,
        }
        for one in queries.deferrals_of(case)
    ]


PROMISE_WAYS = {
    "online": gettext_noop("网上签署"),
    "screen": gettext_noop("在窗口屏幕上签名"),
    "paper": gettext_noop("在纸上签名"),
}


def _promise(case: Case, content: ItemContent) -> dict[str, Any] | None:
    one = queries.promise_of(case)
    if one is None:
        return None
    return {
        "text": text_of(content.processing.promise.text) if content.processing.promise else "",
        "version": one.text_version,
        "signed_at": one.signed_at,
        "way": _(PROMISE_WAYS[one.way]),
        "witness": one.witness.name if one.witness else "",
        "paper_id": one.paper_id,
        "verify_due_on": one.verify_due_on,
        "verified_at": one.verified_at,
        "result": _(PROMISE_RESULTS[one.result]) if one.result in PROMISE_RESULTS else "",
        "color": {"true": "success", "mend": "warning", "false": "danger"}.get(one.result, "neutral"),
        "mend_by": one.mend_by,
    }


def _specials(case: Case) -> list[dict[str, Any]]:
    found = queries.specials_of(case)
    names = staff_names([one.chair_id for one in found if one.chair_id])
    return [
        {
            "kind": _(SPECIAL_KINDS.get(one.kind, one.kind)),
            "basis": one.basis,
            "started_on": one.started_on,
            "planned_end_on": one.planned_end_on,
            "held_on": one.held_on,
            "begins_at": f"{one.begins_at:%H:%M}" if one.begins_at else "",
            "place": one.place,
            "ended_on": one.ended_on,
            "now": _("期限停着") if queries.is_stopped(case) else _("期限没有停"),
            "outcome": _(SPECIAL_OUTCOMES.get(one.outcome, "")) if one.outcome else "",
            "chair": names.get(one.chair_id, "") if one.chair_id else "",
            "reason": queries.special_reason(one),
            "record": queries.special_record(one),
        }
        for one in found
    ]


def _extension(case: Case) -> dict[str, Any] | None:
    one = queries.extension_of(case)
    if one is None:
        return None
    return {
        "workdays": one.workdays,
        "old_due_on": one.old_due_on,
        "new_due_on": one.new_due_on,
        "promised_on": queries.promise_moved(case, one),
        "reason": queries.extension_reason(one),
    }


def _interested(case: Case) -> list[dict[str, Any]]:
    return [
        words
        | {
            "told_on": row.told_on,
            "answer_by": row.answer_by,
            "heard_at": row.heard_at,
            "wants_hearing": row.wants_hearing,
            "is_applicant": row.is_applicant,
        }
        for row, words in queries.interested_of(case)
    ]


def _joint(case: Case) -> list[dict[str, Any]]:
    return [
        {
            "office": row.office.name,
            "is_first": row.is_first_review,
            "waits": not row.asked_on,
            "workdays": row.workdays,
            "is_short": row.asked_on
            and row.due_on
            and not row.given_at
            and row.due_on < calendar().add_workdays(row.asked_on, row.workdays),
            "due_on": row.due_on,
            "given_at": row.given_at,
            "verdict": {"support": _("同意"), "oppose": _("不同意")}.get(row.verdict, ""),
            "color": "danger" if row.verdict == "oppose" else "success",
            "text": text,
            "left": _until(row.due_on) if case.is_open and not row.given_at and row.asked_on else None,
        }
        for row, text in queries.joint_opinions_of(case)
    ]


def _visits(case: Case) -> list[dict[str, Any]]:
    return [
        {"visit_on": one.visit_on, "held_at": one.held_at, "record": queries.visit_record(one)}
        for one in queries.visits_of(case)
    ]
