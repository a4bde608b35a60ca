"""Where a case stands, in one sentence and a colour: in lists, on its page, on the front page alike."""

import datetime as dt

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from yiwang.channels.ui.wording import date_cn
from yiwang.domains.cases.models import Case
from yiwang.domains.cases.queries import case_content, granted_by_silence
from yiwang.domains.cases.queries.fees import awaits_payment
from yiwang.foundation.clock import now, today

AT_ONCE = dt.timedelta(minutes=2)
"""How long after it was handed in a case that the machine decides may still be with the machine."""

COLORS = {
    "submitted": "info", "correction": "warning", "accepted": "accent", "in_review": "accent", "granted": "success",
    "issued": "success", "delivered": "success", "closed": "success", "refused": "danger", "refused_acceptance": "danger",
    "withdrawn": "neutral", "lapsed": "neutral", "suspended": "info", "not_needed": "info", "terminated": "neutral",
    "voided": "neutral",
}  # fmt: skip
"""State → colour of its tag; the words say it too."""


def headline_date(due_on: dt.date | None) -> str:
    """Return a deadline as a headline says it: with its weekday; empty where none is known."""
    return date_cn(due_on, weekday=True) if due_on else ""


SIMPLY = {
    "refused": gettext_noop("没有通过，决定书正在盖章"),
    "refused_acceptance": gettext_noop("不予受理"),
    "withdrawn": gettext_noop("已撤回"),
    "not_needed": gettext_noop("这件事不用办手续"),
    "terminated": gettext_noop("已终止办理"),
    "voided": gettext_noop("已作废"),
    "lapsed": gettext_noop("到期没有补上，已结束"),
}
"""State that needs no date → the headline."""

LATE = {
    "submitted": gettext_noop("部门该在 {date}以前答复受不受理，还没有答复"),
    "accepted": gettext_noop("该在 {date}以前给你结果，还没有给"),
    "in_review": gettext_noop("该在 {date}以前给你结果，还没有给"),
    "granted": gettext_noop("已准予，该在 {date}以前送到，还没有送到"),
    "issued": gettext_noop("已准予，该在 {date}以前送到，还没有送到"),
    "delivered": gettext_noop("已准予，该在 {date}以前送到，还没有送到"),
}
"""State in which the office's time runs → what the headline says once that time is over."""


TURN = {
    "more": gettext_noop("要你依法补充材料，{date}前补上，期限照走"),
    "deferred": gettext_noop("要你补上说好以后补的材料，{date}前补齐"),
}
"""What an accepted case waits for, see `cases/queries/awaited.py` → what the headline says."""


def turn_headline(kind: str, due_on: dt.date) -> str:
    """Return what the applicant has to do while the office goes on with the case, and by when."""
    return _(TURN[kind]).format(date=headline_date(due_on))


def headline(
    state: str,
    outcome: str,
    due_on: dt.date | None,
    *,
    waits: bool = False,
    by_silence: bool = False,
    is_promise: bool = False,
) -> str:
    """Return the state as the one sentence that matters now.

    `waits`: it is granted, and the applicant's turn. `is_promise`: the date is the office's promise, not the law's.
    """
    due = headline_date(due_on)
    if due_on and due_on < today() and not waits and state in LATE:
        is_broken = is_promise and state in {"accepted", "in_review"}
        return (_("承诺 {date}前给你结果，还没有给") if is_broken else _(LATE[state])).format(date=due)
    match state:
        case "submitted":
            return _("已提交，最晚 {date}答复受不受理").format(date=due) if due else _("已提交，等部门答复")
        case "correction":
            return _("要你补材料，{date}前补上").format(date=due) if due else _("要你补材料")
        case "accepted" | "in_review":
            if due and is_promise:
                return _("正在办，承诺 {date}前给你结果").format(date=due)
            return _("正在办，最晚 {date}给你结果").format(date=due) if due else _("正在办")
        case "granted":
            return _granted(due, waits, by_silence)
        case "issued" | "delivered":
            return _handed_out(due, waits)
        case "closed":
            return _("办好了") if outcome == "granted" else _("没有通过")
        case "suspended":
            return _("在走特别程序，预计 {date}做完").format(date=due) if due else _("在走特别程序，期限停着")
    return _(SIMPLY[state])


def _granted(due: str, waits: bool, by_silence: bool) -> str:
    """Who granted it, the office or the law, and what it waits for."""
    if waits:
        said = _("法律视为准予延续，等你缴费，{date}前缴") if by_silence else _("已准予，等你缴费，{date}前缴")
    elif due:
        said = _("法律视为准予延续，最晚 {date}送到") if by_silence else _("已准予，最晚 {date}送到")
    else:
        said = _("法律视为准予延续，结果还没有发出") if by_silence else _("已准予，结果还没有发出")
    return said.format(date=due)


def _handed_out(due: str, waits: bool) -> str:
    if waits:
        return _("结果做好了，等你来取，或者重新选怎么送")
    return _("结果做好了，正在送，最晚 {date}送到").format(date=due) if due else _("结果做好了，正在送")


def state_color(state: str, outcome: str) -> str:
    """Return the colour of a case's tag."""
    return "danger" if state == "closed" and outcome == "refused" else COLORS[state]


def is_decided_at_once(case: Case) -> bool:
    """Whether the machine is at a case that was handed in just now: what it leaves to a person stands longer."""
    if case.state != "submitted" or now() - case.submitted_at > AT_ONCE:
        return False
    content = case_content(case)
    return content.processing.instant or bool(content.promised_limit and content.promised_limit.amount == 0)


def state_as_told(state: str, legal_due_on: dt.date | None) -> str:
    """Return the state that a headline tells: a hearing after the legal end stops nothing, the case is as late as it was."""
    return "in_review" if state == "suspended" and legal_due_on else state


def case_headline(case: Case, awaited: tuple[str, dt.date] | None = None) -> str:
    """Return the headline of a case; `awaited` is what the applicant still owes it, see `awaited_among`."""
    if awaited:
        return turn_headline(*awaited)
    if is_decided_at_once(case):
        return _("马上办好，刷新这一页看结果")
    waits = case.awaits_applicant
    if case.state == "granted" and not waits and awaits_payment(case):  # granted before the clock of delivery was kept
        return _("已准予，缴清费用就发给结果")
    silent = case.state == "granted" and bool(case.about_certificate_id and granted_by_silence([case.pk]))
    is_promise = case.due_on != case.legal_due_on
    state = state_as_told(case.state, case.legal_due_on)
    return headline(state, case.outcome, case.due_on, waits=waits, by_silence=silent, is_promise=is_promise)
