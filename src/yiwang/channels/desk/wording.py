"""How the desk says what happened, what time is left and who did it."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.utils.translation import get_language, gettext_noop, ngettext
from django.utils.translation import gettext as _

from yiwang.channels.ui.procedure_words import PROMISE_RESULTS, SPECIAL_KINDS, SPECIAL_OUTCOMES
from yiwang.channels.ui.wording import date_cn, is_english
from yiwang.domains.cases.models.cases import HANDING_OUT
from yiwang.domains.cases.procedure import state_name
from yiwang.domains.identity.queries import away_today, colleagues
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import today
from yiwang.foundation.journal.models import Entry
from yiwang.foundation.masking import mask_name


@dataclass(frozen=True)
class Due:
    """A badge that says the time left; always in words."""

    words: str
    color: str = "neutral"
    red: bool = False


READ_REASONS = {
    "submitted": gettext_noop("看能不能受理"),
    "accepted": gettext_noop("审查申请"),
    "in_review": gettext_noop("审查和决定"),
    "correction": gettext_noop("等补正时查看"),
    "suspended": gettext_noop("特别程序中查看"),
}
"""Why an official opens a case in a state. The person reads it under “who read my data”."""

READ_REASON = gettext_noop("查看已经办过的件")

ROLES = {
    "window": gettext_noop("综合受理"),
    "reviewer": gettext_noop("审查"),
    "head": gettext_noop("批准"),
    "operator": gettext_noop("运维"),
    "administrator": gettext_noop("管理"),
    "supervisor": gettext_noop("监察"),
}

VERDICTS = {
    "support": gettext_noop("符合"),
    "oppose": gettext_noop("不符合"),
    "grant": gettext_noop("准予"),
    "refuse": gettext_noop("不予许可"),
}

OPINION_STEPS = {
    "tell_not_needed": gettext_noop("告知不需受理"),
    "correct_at_once": gettext_noop("当场更正"),
    "refuse_to_accept": gettext_noop("不予受理"),
    "review": gettext_noop("审查意见"),
    "decide": gettext_noop("决定"),
}

OUTCOMES = {
    "granted": (gettext_noop("已准予"), "success"),
    "refused": (gettext_noop("不予许可"), "danger"),
    "not_accepted": (gettext_noop("不予受理"), "warning"),
    "not_needed": (gettext_noop("告知不受理"), "neutral"),
    "terminated": (gettext_noop("终止办理"), "neutral"),
    "voided": (gettext_noop("作废"), "neutral"),
    "withdrawn": (gettext_noop("申请人撤回"), "neutral"),
    "lapsed": (gettext_noop("没有补正"), "neutral"),
}

CLOCKS = {
    "acceptance": gettext_noop("受理"),
    "correction": gettext_noop("等补正"),
    "decision": gettext_noop("决定"),
    "delivery": gettext_noop("颁发、送达"),
}

WAITS = {
    "fees": gettext_noop("等申请人缴费"),
    "pickup": gettext_noop("等申请人来取"),
    "returned": gettext_noop("退回来了，等申请人重新选送达方式"),
}
"""What a granted case waits for from its applicant."""

HAPPENED = {
    "CaseSubmitted": gettext_noop("申请人提交"),
    "CorrectionSupplied": gettext_noop("交来补正"),
    "CaseLapsed": gettext_noop("到期没有补正，已结束"),
    "CaseAccepted": gettext_noop("已受理"),
    "AcceptanceRefused": gettext_noop("不予受理"),
    "CasePutToRule": gettext_noop("系统照规则核对了"),
    "AutomaticDecisionChecked": gettext_noop("自动办理抽查过了"),
    "CaseGranted": gettext_noop("已准予"),
    "CaseRefused": gettext_noop("不予许可"),
    "CaseAwaitsApplicant": gettext_noop("等申请人，送达的期限停着"),
    "CaseGoesOn": gettext_noop("送达的期限接着走"),
    "CaseIssued": gettext_noop("结果已盖章"),
    "CaseDelivered": gettext_noop("已送到申请人账号"),
    "CaseClosed": gettext_noop("办结"),
    "CaseWithdrawn": gettext_noop("申请人撤回"),
    "ClockReckoned": gettext_noop("日历有变，期限重新算过"),
    "CaseClaimed": gettext_noop("已领件"),
    "CardRaised": gettext_noop("系统出牌"),
    "CardExplained": gettext_noop("牌已说明"),
    "CardEscalated": gettext_noop("牌到期没有说明，升级"),
    "CardClosed": gettext_noop("牌有了结论"),
    "CaseRated": gettext_noop("申请人评价"),
    "CaseNotNeeded": gettext_noop("告知不需受理"),
    "CaseDeemedAccepted": gettext_noop("五个工作日没有答复，视为受理"),
    "CaseAcceptedDeferred": gettext_noop("容缺受理"),
    "DeferredSupplied": gettext_noop("申请人补来容缺的材料"),
    "CaseAcceptedOnPromise": gettext_noop("按承诺受理"),
    "PromiseWitnessed": gettext_noop("申请人在窗口签了承诺书"),
    "MoreRequested": gettext_noop("依法要求补充"),
    "MoreSupplied": gettext_noop("申请人补充"),
    "CaseExtended": gettext_noop("延长期限"),
    "InterestedTold": gettext_noop("告知利害关系人"),
    "InterestedHeard": gettext_noop("听取利害关系人意见"),
    "HearingAskedFor": gettext_noop("申请人要求听证"),
    "VisitArranged": gettext_noop("约好现场核查"),
    "VisitRecorded": gettext_noop("现场核查过"),
    "CaseTerminated": gettext_noop("终止办理"),
    "CaseVoided": gettext_noop("作废"),
}
BAD = {
    "CaseDeemedAccepted",
    "CaseTerminated",
    "CaseVoided",
    "AcceptanceRefused",
    "CaseRefused",
    "CaseLapsed",
    "CertificateWithdrawn",
}


def item_name(row: Any) -> str:
    """Return the name of a case's item in the language of the page; `row` is a case or a row of a list."""
    chinese, english = (
        (row["item_name"], row["item_name_en"]) if isinstance(row, dict) else (row.item_name, row.item_name_en)
    )
    return str((english if is_english() else "") or chinese)


def applicant(row: dict[str, Any]) -> str:
    """Return the applicant as lists show them: a firm in full, a person masked."""
    return str(row["applicant_name"] if row["firm_id"] else mask_name(row["applicant_name"]))


def short_number(number: str) -> str:
    """Return the places of a case number that tell the cases of an office apart: date and serial."""
    return f"{number[-12:-4]} {number[-4:]}" if len(number) > 20 else number


def state_words(state: str) -> str:
    """Return where a case stands, in the language of the page."""
    return state_name(state, get_language() or "zh")


def due(state: str, due_on: dt.date | None, days_left: int | None, legal_days_left: int | None) -> Due:
    """Return the one badge of a row: red card beyond the law, yellow beyond the promise, then the days left."""
    if state == "correction":
        words = _("等补正，到 {date}").format(date=date_cn(due_on)) if due_on else _("等补正")
        return Due(words, "info")
    if state == "suspended" and legal_days_left is None:  # otherwise a hearing after the legal end, which stops nothing
        words = _("特别程序，到 {date}").format(date=date_cn(due_on)) if due_on else _("期限停着")
        return Due(words, "info" if due_on is None or due_on >= today() else "warning")
    if state in HANDING_OUT and due_on and legal_days_left is None:
        words = _("等缴费，到 {date}") if state == "granted" else _("等来取或另选，到 {date}")
        return Due(words.format(date=date_cn(due_on)), "info" if due_on >= today() else "warning")
    if due_on is None or days_left is None:
        return Due(_("没有公布期限") if state in {"accepted", "in_review"} else _("结果制作中"), "neutral")
    if legal_days_left is not None and legal_days_left < 0:
        return Due(
            ngettext("红牌，超法定 {n} 天", "红牌，超法定 {n} 天", -legal_days_left).format(n=-legal_days_left),
            "danger",
            True,
        )
    if days_left < 0:
        return Due(ngettext("黄牌，超承诺 {n} 天", "黄牌，超承诺 {n} 天", -days_left).format(n=-days_left), "danger")
    if due_on < today():
        return Due(_("刚过期"), "danger")
    return left(days_left)


def left(days: int) -> Due:
    """Return the badge for the working days left of a clock."""
    if days < 0:
        return Due(ngettext("超 {n} 天", "超 {n} 天", -days).format(n=-days), "danger")
    if days == 0:
        return Due(_("今天最后一天"), "warning")
    return Due(ngettext("剩 {n} 天", "剩 {n} 天", days).format(n=days), "warning" if days <= 2 else "neutral")


def stations(entries: list[Entry], names: dict[UUID, str], *, is_open: bool) -> list[dict[str, Any]]:
    """Return the history of a case for `line`, newest first; steps inside the machine are left out."""
    found = []
    for entry in reversed(entries):
        title = _title(entry, names)
        if title:
            who = _who(entry, names)
            note = _("{who}，日志第 {n} 条").format(who=who, n=f"{entry.pk:,}")
            state = "bad" if entry.kind in BAD else "done"
            found.append({"state": state, "title": title, "when": entry.recorded_at, "note": note})
    if is_open and found and found[0]["state"] == "done":
        found[0]["state"] = "now"
    return found


def _said(words: Mapping[str, str], fact: dict[str, Any], key: str) -> str:
    return _(words[fact[key]])


def _title(entry: Entry, names: dict[UUID, str]) -> str:
    fact = entry.fact
    match entry.kind:
        case "CorrectionRequested":
            return ngettext("要求补正 {n} 处", "要求补正 {n} 处", fact["count"]).format(n=fact["count"])
        case "CaseReviewed":
            return _("审查：{verdict}").format(verdict=_(VERDICTS.get(fact["verdict"], "审查")))
        case "CaseHandedOver":
            return _("转给{name}").format(name=_name(UUID(fact["staff_id"]), names))
        case "CaseCorrectedAtOnce":
            return ngettext("当场更正 {n} 处", "当场更正 {n} 处", fact["count"]).format(n=fact["count"])
        case "SpecialProcedureOpened":
            return _("{name}开始，期限停").format(name=_said(SPECIAL_KINDS, fact, "procedure_kind"))
        case "SpecialProcedureClosed":
            outcome = _said(SPECIAL_OUTCOMES, fact, "outcome")
            name = _said(SPECIAL_KINDS, fact, "procedure_kind")
            return _("{name}结束：{outcome}").format(name=name, outcome=outcome)
        case "OpinionGiven":
            return _("会办意见：{verdict}").format(verdict=_(VERDICTS.get(fact["verdict"], "意见")))
        case "PromiseVerified":
            return _("承诺核查：{result}").format(result=_said(PROMISE_RESULTS, fact, "result"))
        case "CaseGranted" if fact.get("way") == "silence":
            return _("没有按时决定，法律视为准予延续")
        case "CaseAwaitsApplicant":
            return _("{what}，送达的期限停着").format(what=_said(WAITS, fact, "reason"))
        case "CertificateSigned":
            return _("证照已签发")
        case "CertificateWithdrawn":
            return _("证照已撤销") if fact["state"] == "revoked" else _("证照已注销")
    return _(HAPPENED[entry.kind]) if entry.kind in HAPPENED else ""


def _who(entry: Entry, names: dict[UUID, str]) -> str:
    if entry.actor_kind == "staff" and entry.actor_id:
        who = _name(entry.actor_id, names)
        absent = names.get(entry.on_behalf_of) if entry.on_behalf_of else None
        return _("{who}，代{name}").format(who=who, name=absent) if absent else who
    return _("申请人") if entry.actor_kind == "person" else _("系统")


def _name(staff_id: UUID, names: dict[UUID, str]) -> str:
    return names.get(staff_id) or _("本部门同事")


def takers(actor: Actor) -> list[tuple[str, str]]:
    """Return the colleagues to whom work can be handed, those who are away last and with their deputy: id and words."""
    away = away_today(actor)
    found = [(key, name) for key, name in colleagues(actor) if key != actor.id]
    here = [(str(key), name) for key, name in found if key not in away]
    return here + [
        (str(key), _("{name}（不在，由{deputy}代办）").format(name=name, deputy=away[key]))
        for key, name in found
        if key in away
    ]
