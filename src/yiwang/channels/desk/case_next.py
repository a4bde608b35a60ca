"""What the law asks of the office next, until when, and each step in its order: possible, or why not."""

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from yiwang.channels.desk.step_forms import FORMS, HOLD_HEARING, controls
from yiwang.channels.desk.step_words import STEPS, law_words, short_law
from yiwang.channels.desk.wording import WAITS
from yiwang.channels.ui.procedure_words import SPECIAL_KINDS
from yiwang.channels.ui.wording import date_cn, text_of
from yiwang.domains.cases import queries
from yiwang.domains.cases.models import Case
from yiwang.domains.cases.queries.fees import awaits_payment
from yiwang.domains.cases.queries.places import line_of
from yiwang.domains.catalogue.content import ItemContent
from yiwang.foundation.actors import Actor

ENDS = ("terminate", "void")
"""Steps that end a case without a decision: offered below the others."""

NOT_ASKED_FOR = {"no_deferral", "no_promise", "high_risk", "reviewed_already"}
"""Why a step is not possible where there is nothing to explain: nobody asked for it, or the page says it already."""

ORDINARY = {"accept", "request_correction", "refuse_to_accept", "review", "grant", "refuse"}
"""Steps with forms of their own."""


def next_context(actor: Actor, case: Case, content: ItemContent) -> dict[str, Any]:
    """Return what the page says about what is next, and the steps with their forms."""
    steps = queries.next_steps(case, actor)
    known = [one for one in steps if one.event in STEPS]
    is_late = queries.has_run_out(case)
    forms = [one for step in known if step.allowed for one in _forms_of(step, only_hearing=is_late)]
    shown = [_possible(one, actor, case, content) for one in forms]
    return {
        "moves": {one.event for one in steps if one.allowed},
        "steps": [one for one in shown if one["event"] not in ORDINARY and one["event"] not in ENDS],
        "ends": [one for one in shown if one["event"] in ENDS],
        "cannot": _impossible([one for one in known if not one.allowed and one.code not in NOT_ASKED_FOR]),
        "why_no_grant": next((one.why_not for one in steps if one.event == "grant" and not one.allowed), ""),
        "cited_record": queries.hearing_record_number(case),
        **(_own_part(steps) or _asked(case)),
    }


def _forms_of(step: queries.Step, *, only_hearing: bool) -> list[queries.Step]:
    """Return the forms that a step has: a hearing is a special procedure with questions of its own.

    `only_hearing`: the legal time is over, and nothing else may begin.
    """
    if step.event != "open_special":
        return [step]
    hearing = replace(step, event=HOLD_HEARING)
    return [hearing] if only_hearing else [step, hearing]


def _possible(step: queries.Step, actor: Actor, case: Case, content: ItemContent) -> dict[str, Any]:
    event, words = step.event, STEPS[step.event]
    return {
        "event": event,
        "name": _(words.name),
        "does": _(words.does),
        "law": short_law(words.law),
        "danger": words.danger,
        "until": step.due_on,
        "controls": controls(event, actor, case, content) if event in FORMS else [],
    }


def _impossible(steps: list[queries.Step]) -> list[dict[str, str]]:
    """Return what is not possible now and why, each reason once."""
    found: dict[str, list[str]] = {}
    for step in steps:
        found.setdefault(step.why_not, []).append(_(STEPS[step.event].name))
    return [{"name": _("、").join(names), "why": why} for why, names in found.items()]


def _own_part(steps: list[queries.Step]) -> dict[str, Any]:
    """What an office that was asked for its opinion reads first: its own part, not that of the others."""
    if any(one.event == "give_joint_opinion" and one.allowed for one in steps):
        return _say(_("写你们部门的意见"), "26", _("各部门同时审查，谁也不等谁。到期没有写，别的部门不再等。"))
    return {}


def _asked(case: Case) -> dict[str, Any]:
    """The sentence above all: what the law asks for now, and its article."""
    match case.state:
        case "submitted":
            return _say(
                _("五个工作日内答复：受理、补正、不受理，选一样"), "32", _("不答复，到期法律就当作已经受理，并记红牌。")
            )
        case "correction":
            return _say(
                _("等申请人补正"), "32(4)", _("补来以后，五个工作日重新算。到期没补，系统结束这一件，不是不予许可。")
            )
        case "accepted" | "in_review":
            return _deciding(case)
        case "suspended":
            return _special(case)
        case "granted" | "issued":
            return _handing_out(case)
        case "refused" | "delivered":
            return _say(_("已经决定，系统正在盖章和送达"), "", _("不用再做什么。"))
    return _say(_("这一件已经办完"), "", "")


def _handing_out(case: Case) -> dict[str, Any]:
    """What was granted waits for its seal and its way, or for the applicant; and who granted it."""
    silent = case.about_certificate_id and queries.granted_by_silence([case.pk])
    why = [_("没有按时决定，法律视为准予延续。")] if silent else []
    wait = queries.waits_for(case)
    if wait:
        words = _("{what}，到 {date}").format(what=_(WAITS[wait.kind]), date=date_cn(wait.planned_end_on))
        why.append(_("等的时间不算在送达的期限里。不用再做什么。"))
    elif case.state == "granted" and awaits_payment(case):
        unpaid = WAITS["fees"]
        words = _(unpaid)
        why.append(_("缴清以后系统制作结果，不用再做什么。"))
    elif case.legal_due_on:
        words = _("系统正在盖章和送达，最晚 {date}").format(date=date_cn(case.legal_due_on))
        why.append(_("不用再做什么。"))
    else:
        words = _("系统正在盖章和送达")
        why.append(_("不用再做什么。"))
    return _say(words, "44", ("" if _("。") == "。" else " ").join(why))


def _deciding(case: Case) -> dict[str, Any]:
    missing = queries.reviewers_needed(case) - len(queries.reviewer_ids(case))
    waiting = [o.office.name for o, _text in queries.joint_opinions_of(case) if not o.given_at]
    why = _standing(case)
    if waiting:
        return _say(_("等会办意见：{names}").format(names=_("、").join(waiting)), "26", why)
    if missing > 0:
        return _say(_("审查：还差 {n} 份意见").format(n=missing), "34", why)
    return _say(_("负责人作出书面决定"), "37", why)


def _standing(case: Case) -> str:
    """What else the clock and the decision wait for, in a sentence each."""
    said = []
    open_ = [d for d in queries.deferrals_of(case) if d.supplied_at is None]
    if open_:
        day = min((d.due_on for d in open_ if d.due_on), default=None)
        said.append(
            _("还有 {n} 样材料后补，{date}前。补齐以前不能准予。").format(
                n=len(open_), date=date_cn(day) if day else ""
            )
        )
    if line := line_of(case):
        said.append(_("名额还剩 {left} 个，先受理的还有 {n} 件没有决定。").format(left=line.left, n=line.ahead))
    if any(row.is_applicant for row, _words in queries.interested_of(case)) and not queries.hearing_record_number(case):
        said.append(_("申请人要求听证，决定以前要先举行。"))
    if queries.extension_of(case):
        said.append(_("已经延长过一次，不能再延。"))
    return ("" if _("。") == "。" else " ").join(said)


def _special(case: Case) -> dict[str, Any]:
    running = next((s for s in queries.specials_of(case) if s.ended_on is None), None)
    left = queries.remaining(case)
    name = _(SPECIAL_KINDS.get(running.kind, "特别程序")) if running else _("特别程序")
    days = left.workdays if left.workdays is not None else left.legal_workdays
    why = _("期限停着，结束以后从剩下的 {n} 个工作日接着走。").format(n=days) if days is not None else _("期限停着。")
    if days is not None and days < 0:
        why = _("停下来以前，承诺的期限已经过了 {n} 个工作日，结束以后尽快决定。").format(n=-days)
    if not left.is_stopped:
        why = _("法定期限已经过了，期限没有停；听证结束以后要尽快决定。")
    return _say(_("{name}做完，写下结果").format(name=name), "45", why)


def _say(headline: str, law: str, why: str) -> dict[str, Any]:
    return {"asked": {"headline": headline, "law": law_words(law), "why": why}}


def names_of_materials(content: ItemContent) -> dict[str, str]:
    """Return material key → its name in the language of the page."""
    return {m.key: text_of(m.name) for m in content.materials or []}
