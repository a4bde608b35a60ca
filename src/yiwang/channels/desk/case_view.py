"""What the page of a case shows: answers, papers, clocks, history, and what this official may do now."""

import datetime as dt
from typing import Any, cast
from uuid import UUID

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from yiwang.channels.desk.case_changes import correction_changes, more_changes
from yiwang.channels.desk.case_next import next_context
from yiwang.channels.desk.case_procedure import procedure_context
from yiwang.channels.desk.case_siblings import siblings_context
from yiwang.channels.desk.wording import (
    CLOCKS,
    OPINION_STEPS,
    VERDICTS,
    Due,
    due,
    item_name,
    left,
    state_words,
    stations,
    takers,
)  # fmt: skip
from yiwang.channels.ui.wording import date_cn, is_english, limit, text_of
from yiwang.domains.cases import queries
from yiwang.domains.cases.actions.turning_away import GROUNDS
from yiwang.domains.cases.models import Case, CaseClock, Extension
from yiwang.domains.cases.policies import may_take, may_work_on
from yiwang.domains.cases.procedure import arrow_from
from yiwang.domains.cases.procedure.clocks import workdays_left
from yiwang.domains.cases.queries.notes import notes_of
from yiwang.domains.cases.queries.single import in_whose_hands
from yiwang.domains.cases.queries.supplements import more_names
from yiwang.domains.catalogue.content import ItemContent, Limit
from yiwang.domains.catalogue.content.structs import Unit
from yiwang.domains.certificates.queries import face_of, is_in_force, of_case
from yiwang.domains.documents.queries import KIND_NAMES, documents_of
from yiwang.domains.identity.queries import doubt_about, staff_names
from yiwang.domains.papers.queries import watermark_of
from yiwang.domains.rules.queries import decision_of
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import today
from yiwang.foundation.clock.queries import calendar
from yiwang.foundation.forms import Form
from yiwang.foundation.forms.conditions import is_blank
from yiwang.foundation.forms.summing_up import is_personal_number
from yiwang.foundation.journal.queries import timeline

STATIONS_SHOWN = 7
CORRECTION_ROWS = ("other-1", "other-2", "other-3")
FIELD_PREFIX = "field-"


def case_context(actor: Actor, case: Case, *, reveal: bool) -> dict[str, Any]:
    """Return the context of `desk/case.html`. The read has been recorded; `reveal` shows id numbers in full."""
    form, content, answers = queries.case_form(case), queries.case_content(case), queries.answers_of(case)
    history = _history(case)
    clocks = queries.clocks_of(case)
    before_more = queries.answers_before_more(case)
    language = get_language() or "zh"
    changed = correction_changes(case, form, before_more or answers, language, reveal=reveal)
    more = more_changes(case, form, before_more, answers, language, reveal=reveal)
    return {
        "case": case,
        "item": item_name(case),
        "state": state_words(case.state),
        "dues": _dues(case, clocks),
        "pages": _pages(form, answers, {one["key"] for one in [*changed, *more]}, reveal),
        "changes": changed,
        "more_changes": more,
        "more_note": queries.more_note(case),
        "was_supplied": bool(getattr(case, "correction", None) and case.correction.supplied_at),
        "hides_ids": not reveal and _hides_ids(form, answers),
        **_materials(case, form, content),
        "clocks": [_clock(clock, case) for clock in clocks],
        "correction": _correction(case, form),
        "opinions": _opinions(case),
        "notes": _notes(case) if may_work_on(actor, case) else None,
        "documents": [
            {
                "id": d.pk,
                "name": KIND_NAMES[d.kind][is_english()],
                "number": d.number,
                "at": d.created_at,
                "is_sealed": bool(d.sealed_at),
            }
            for d in documents_of(case.pk)
        ],
        "issued": of_case(case.pk),
        "doubt": doubt_about(case.applicant_id),
        "automatic": decision_of(case.pk),
        "content_fees": bool(content.fees) and not content.is_free,
        "history": history[:STATIONS_SHOWN],
        "history_before": history[STATIONS_SHOWN:],
        **next_context(actor, case, content),
        **procedure_context(case, content),
        **siblings_context(case),
        **_moves(actor, case, content),
        "colleagues": takers(actor),
        "assignee": case.assignee.name if case.assignee else "",
        "is_mine": case.assignee_id == in_whose_hands(actor),
        "next_number": _next(actor, case),
    }


def _history(case: Case) -> list[dict[str, Any]]:
    entries = timeline(case.pk)
    acting = [e.actor_id for e in entries if e.actor_kind == "staff" and e.actor_id]
    acting += [UUID(e.fact["staff_id"]) for e in entries if e.kind == "CaseHandedOver"]
    acting += [e.on_behalf_of for e in entries if e.actor_kind == "staff" and e.on_behalf_of]
    return stations(entries, staff_names(acting), is_open=case.is_open)


def _dues(case: Case, clocks: list[CaseClock]) -> list[Due]:
    """The badges beside the name: promise and law, each with its date, of the clock that runs."""
    running = next((c for c in clocks if c.ended_on is None), None)
    if case.state == "suspended" and queries.is_stopped(case):
        return [_stopped(case)]
    if running is None or case.state == "correction" or case.awaits_applicant:
        return [due(case.state, case.due_on, None, None)] if case.is_open else []
    found = []
    for words, day in ((_("按承诺"), running.promised_due_on), (_("按法定"), running.legal_due_on)):
        if day:
            badge = left(workdays_left(today(), day, calendar()))
            is_red = badge.color == "danger" and day == running.legal_due_on
            found.append(
                Due(
                    _("{words} {left}（{date}）").format(words=words, left=badge.words, date=date_cn(day)),
                    badge.color,
                    is_red,
                )
            )
    return found or [due(case.state, None, None, None)]


def _stopped(case: Case) -> Due:
    """The badge of a clock that a special procedure stopped: what is frozen, and when it should go on."""
    found = queries.remaining(case)
    days = found.workdays if found.workdays is not None else found.legal_workdays
    if days is None:
        return Due(_("期限停着"), "info")
    day = date_cn(found.goes_on_after) if found.goes_on_after else ""
    if days < 0:
        words = _("期限停着，停以前已经晚了 {n} 个工作日，预计 {date}后接着走").format(n=-days, date=day)
        return Due(words, "danger", found.legal_workdays is not None and found.legal_workdays < 0)
    return Due(_("期限停着，还剩 {n} 天，预计 {date}后接着走").format(n=days, date=day), "info")


def _pages(form: Form, answers: dict[str, Any], changed: set[str], reveal: bool) -> list[dict[str, Any]]:
    language = get_language() or "zh"
    pages = []
    for page, rows in form.summary(answers, language, reveal=reveal):
        shown = [
            {
                "field": field,
                "label": text_of(field.label),
                "text": text,
                "entries": form.entries(field, answers, language, reveal=reveal) if field.columns else [],
                "total": form.total_text(field, answers, language),
                "is_given": not is_blank(answers.get(field.key)),
                "is_long": field.widget == "textarea",
                "is_changed": field.key in changed,
            }
            for field, text in rows
            if field.widget != "upload"
        ]
        if shown:
            pages.append({"title": text_of(page.title), "rows": shown})
    return pages


def _hides_ids(form: Form, answers: dict[str, Any]) -> bool:
    return any(is_personal_number(field, value) for field, value in form.controls(answers))


def _materials(case: Case, form: Form, content: ItemContent) -> dict[str, Any]:
    """What was handed in, in the order of the guide, and the names of what was not."""
    names = {f.material or f.key: text_of(f.label) for f in form.fields.values() if f.widget == "upload"}
    names |= {f.key: text_of(f.label) for f in form.fields.values() if f.columns}
    names |= {m.key: text_of(m.name) for m in content.materials or []}
    names |= more_names(case)
    use = (is_english() and case.item_name_en) or case.item_name
    rows = [
        {
            "name": names.get(one.material) or _("其他材料"),
            "paper": one.paper,
            "watermark": watermark_of(one.paper, use, get_language() or "zh") if one.paper else "",
            "certificate": one.certificate,
            "counts": one.certificate is not None and is_in_force(one.certificate),
            "face": [(text_of(label), value) for label, value in face_of(one.certificate, masked=True)]
            if one.certificate
            else [],
        }
        for one in queries.handed_in(case)
        if one.paper or one.certificate
    ]
    there = {row["name"] for row in rows}
    missing = [name for m in content.materials or [] if (name := text_of(m.name)) not in there]
    return {"materials": rows, "missing": _("、").join(missing)}


def _clock(clock: CaseClock, case: Case) -> dict[str, Any]:
    is_stopped = queries.is_stopped(case)
    more = queries.extension_of(case) if clock.kind == "decision" else None
    moved = more if more and queries.promise_moved(case, more) else None
    ends = [d for d in (clock.promised_due_on, clock.legal_due_on) if d]
    is_late = bool(clock.ended_on and ends and clock.ended_on > min(ends))
    return {
        "name": _(CLOCKS[clock.kind]),
        "started_on": clock.started_on,
        "promised": _limit(clock.promised_amount, clock.promised_unit, clock.promised_due_on, moved)
        if clock.kind == "decision" or clock.promised_amount is not None
        else _("没有另外承诺"),
        "legal": _limit(clock.legal_amount, clock.legal_unit, clock.legal_due_on, more),
        "ended_on": clock.ended_on,
        "is_late": is_late,
        "is_provisional": clock.is_provisional,
        "left": Due(_("停着"), "info")
        if is_stopped and not clock.ended_on
        else left(workdays_left(today(), min(ends), calendar()))
        if ends and not clock.ended_on
        else None,
    }


def _limit(amount: int | None, unit: str, due_on: dt.date | None, more: Extension | None) -> str:
    if amount is None:
        return _("未公布")
    words = limit(Limit(amount, cast("Unit", unit)))
    if more:
        words = _("{limit}，延长 {n} 个工作日").format(limit=words, n=more.workdays)
    return _("{limit}（{date}）").format(limit=words, date=date_cn(due_on)) if due_on else words


def _correction(case: Case, form: Form) -> dict[str, Any] | None:
    wanted = queries.correction_items(case)
    if not wanted:
        return None
    return {
        "rows": [
            {
                "label": text_of(form.fields[i["field"]].label) if i["field"] in form.fields else _("其他"),
                "text": i["text"],
            }
            for i in wanted
        ],
        "due_on": case.correction.due_on,
        "requested_at": case.correction.requested_at,
        "supplied_at": case.correction.supplied_at,
    }


def _opinions(case: Case) -> list[dict[str, Any]]:
    return [
        {
            "step": _(OPINION_STEPS.get(o.step, "意见")),
            "verdict": _(VERDICTS[o.verdict])
            if o.verdict in VERDICTS
            else _(GROUNDS.get(o.verdict, ""))
            if o.verdict
            else "",
            "color": "danger" if o.verdict in {"oppose", "refuse"} or o.verdict in GROUNDS else "success",
            "who": o.staff.name if o.staff else _("系统"),
            "text": text,
            "at": o.written_at,
        }
        for o, text in queries.opinions_of(case)
    ]


def _notes(case: Case) -> list[dict[str, Any]]:
    return [{"who": n.staff.name, "at": n.written_at, "text": text} for n, text in notes_of(case)]


def _moves(actor: Actor, case: Case, content: ItemContent) -> dict[str, Any]:
    """What the forms of the ordinary steps need."""
    reviewers = queries.reviewer_ids(case)
    return {
        "was_told": case.state == "submitted" and getattr(case, "correction", None) is not None,
        "reviews": len(reviewers),
        "reviews_needed": queries.reviewers_needed(case),
        "has_reviewed": actor.id in reviewers,
        "grounds": [(key, _(words)) for key, words in GROUNDS.items()],
        "basis": "；".join(f"《{b.law.strip('《》')}》{b.article}" for b in content.basis or [])[:500],
        "machine_misses": [text_of(one) for one in queries.machine_misses(case)] if case.is_open else [],
    }


def correction_context(case: Case) -> dict[str, Any]:
    """Return the context of `desk/correction.html`: each field with what was answered, and a place for what is missing."""
    answers = queries.answers_of(case)
    pages = [
        {
            "title": text_of(page.title),
            "rows": [
                {
                    "name": f"{FIELD_PREFIX}{field.key}",
                    "label": text_of(field.label),
                    "text": text,
                    "is_given": not is_blank(answers.get(field.key)),
                }
                for field, text in rows
            ],
        }
        for page, rows in queries.case_form(case).summary(answers, get_language() or "zh")
    ]
    days = queries.case_content(case).processing.correction_days
    return {"case": case, "item": item_name(case), "days": days, "pages": pages, "others": CORRECTION_ROWS}


def may_ask_for_correction(actor: Actor, case: Case) -> bool:
    """Return whether this official can still tell the applicant what is missing: once, before acceptance."""
    arrow = arrow_from(case.state, "request_correction")
    return arrow is not None and may_take(actor, arrow, case) and getattr(case, "correction", None) is None


def _next(actor: Actor, case: Case) -> str:
    """The number of one's own most urgent other case, to go on with."""
    mine = queries.queue(actor, which="mine", limit=2)
    return next((str(row.case["number"]) for row in mine if row.case["id"] != case.pk), "")
