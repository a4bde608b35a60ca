"""Where a case stands, in pictures: the line of stations, the cells of its clocks."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from yiwang.channels.portal.headlines import case_headline, headline_date
from yiwang.channels.ui.wording import date_cn
from yiwang.domains.cases.models import Case, CaseClock
from yiwang.domains.cases.queries import clocks_of, is_stopped, remaining, waits_for
from yiwang.domains.cases.queries.awaited import AWAITING, awaited_among
from yiwang.domains.cases.queries.fees import awaits_payment
from yiwang.domains.catalogue.content import Text
from yiwang.foundation.clock import ZONE, today
from yiwang.foundation.clock.queries import calendar
from yiwang.foundation.journal.models import Entry
from yiwang.foundation.journal.queries import timeline

MOST_CELLS = 10
SHOWN_STATIONS = 7

STATIONS = {
    "CaseSubmitted": (gettext_noop("你提交了申请"), "done"),
    "CorrectionRequested": (gettext_noop("请你补材料"), "done"),
    "CorrectionSupplied": (gettext_noop("你补上了"), "done"),
    "CaseLapsed": (gettext_noop("到期没有补上，这一件已结束"), "bad"),
    "CaseAccepted": (gettext_noop("已受理"), "done"),
    "AcceptanceRefused": (gettext_noop("不予受理"), "bad"),
    "CaseNotNeeded": (gettext_noop("告知：这件事不用办手续"), "done"),
    "CaseCorrectedAtOnce": (gettext_noop("写错的地方当场改好了"), "done"),
    "CaseDeemedAccepted": (gettext_noop("部门没有按时答复，依法视为已受理"), "done"),
    "CaseAcceptedDeferred": (gettext_noop("先受理，缺的材料以后补"), "done"),
    "DeferredSupplied": (gettext_noop("你补来了材料"), "done"),
    "CaseAcceptedOnPromise": (gettext_noop("按你的承诺受理"), "done"),
    "PromiseWitnessed": (gettext_noop("你在窗口签了承诺书"), "done"),
    "MoreRequested": (gettext_noop("依法请你补充"), "done"),
    "MoreSupplied": (gettext_noop("你补充了"), "done"),
    "SpecialProcedureOpened": (gettext_noop("特别程序开始，期限停着"), "done"),
    "SpecialProcedureClosed": (gettext_noop("特别程序结束，期限接着走"), "done"),
    "CaseExtended": (gettext_noop("期限延长了一次"), "done"),
    "InterestedTold": (gettext_noop("告知了利害关系人"), "done"),
    "InterestedHeard": (gettext_noop("听了利害关系人的意见"), "done"),
    "HearingAskedFor": (gettext_noop("你要求了听证"), "done"),
    "OpinionGiven": (gettext_noop("一个部门给出了意见"), "done"),
    "VisitArranged": (gettext_noop("约好了现场核查"), "done"),
    "VisitRecorded": (gettext_noop("去现场看过了"), "done"),
    "CaseTerminated": (gettext_noop("终止办理"), "bad"),
    "CaseVoided": (gettext_noop("作废"), "bad"),
    "PromiseVerified": (gettext_noop("核查了你的承诺"), "done"),
    "CaseReviewed": (gettext_noop("工作人员写了审查意见"), "done"),
    "CasePutToRule": (gettext_noop("系统照规则核对了"), "done"),
    "CaseGranted": (gettext_noop("准予"), "done"),
    "CaseAwaitsApplicant": (gettext_noop("等你，期限停着"), "done"),
    "CaseGoesOn": (gettext_noop("送达的期限接着走"), "done"),
    "CaseRefused": (gettext_noop("没有通过"), "bad"),
    "CertificateSigned": (gettext_noop("电子证照已签发"), "done"),
    "CaseClosed": (gettext_noop("结果已送到你的账号，办结"), "done"),
    "CaseWithdrawn": (gettext_noop("你撤回了申请"), "done"),
    "CaseRated": (gettext_noop("你作了评价"), "done"),
}
"""Kind of fact → what the line says of it, and how its station looks. Other facts are not the applicant's business."""

WAITS = {
    "fees": (gettext_noop("等你缴费，送达的期限停着"), "done"),
    "pickup": (gettext_noop("可以来取了，送达的期限停着"), "done"),
    "returned": (gettext_noop("退回来了，等你重新选怎么送"), "done"),
}
"""Why a granted case waits for its applicant → its station."""

DOCUMENT_AT = {
    "CaseSubmitted": ("receipt",), "CorrectionRequested": ("correction",), "CorrectionSupplied": ("receipt",),
    "CaseAccepted": ("acceptance",), "AcceptanceRefused": ("not_accepted",), "CaseGranted": ("grant", "letter"),
    "CaseRefused": ("refusal",), "CaseWithdrawn": ("withdrawal",), "CaseNotNeeded": ("not_needed",),
    "CaseDeemedAccepted": ("deemed_acceptance",), "CaseAcceptedDeferred": ("deferred_acceptance",),
    "DeferredSupplied": ("receipt",), "CaseAcceptedOnPromise": ("promised_acceptance",), "MoreRequested": ("supplement",),
    "MoreSupplied": ("receipt",), "SpecialProcedureOpened": ("special",), "SpecialProcedureClosed": ("special_end",),
    "CaseExtended": ("extension",), "CaseTerminated": ("termination",), "CaseVoided": ("void",),
}  # fmt: skip
"""Kind of fact → the documents that were issued with it."""


def stations_of(
    case: Case, entries: Sequence[Entry], links: dict[int, dict[str, str]] | None = None
) -> list[dict[str, Any]]:
    """Return the line of a case, the newest first: what is to come, what is now, what was. `links` go by entry."""
    past = []
    for entry in entries:
        if entry.kind not in STATIONS:
            continue
        title, look = WAITS.get(entry.fact.get("reason", ""), STATIONS[entry.kind])
        if entry.fact.get("way") == "silence":
            title = gettext_noop("没有按时决定，法律视为准予延续")
        link = (links or {}).get(entry.pk)
        past.append({"state": look, "title": _(title), "note": "", "when": entry.recorded_at, "link": link})
    return [*_ahead(case), *reversed(past)]


def _ahead(case: Case) -> list[dict[str, Any]]:
    due = headline_date(case.due_on)
    at_the_latest = _("最晚 {date}").format(date=due) if due else ""
    result = _station("todo", _("拿到结果"), _("自动进你的账号，不用来取"))
    decision = _station("todo", _("作出决定"))
    match case.state:
        case "submitted":
            return [result, decision, _station("now", _("部门在看受不受理"), at_the_latest)]
        case "correction":
            return [result, decision, _station("now", _("等你补材料"), at_the_latest)]
        case "accepted" | "in_review":
            return [result, decision | {"note": at_the_latest}, _station("now", _("正在审查"))]
        case "suspended":
            back = _("做完以后，期限从剩下的天数接着走") if is_stopped(case) else ""
            return [result, decision, _station("now", _("正在走特别程序"), back)]
        case "granted" if awaits_payment(case):
            until = _("{date}前缴").format(date=due) + _("。") if due else ""
            return [result, _station("now", _("等你缴费"), until + _("缴清以后马上制作结果"))]
        case "granted":
            return [_station("now", _("正在盖章制作结果"), at_the_latest or _("通常几秒"))]
        case "issued" | "delivered":
            words, look = WAITS[wait.kind] if (wait := waits_for(case)) else (gettext_noop("正在送给你"), "")
            return [_station("now", _(words), "" if look else at_the_latest)]
        case "refused":
            return [_station("now", _("决定书正在盖章"), _("通常几秒"))]
    return []


def _station(state: str, title: str, note: str = "") -> dict[str, Any]:
    return {"state": state, "title": title, "note": note, "when": None, "link": None}


CLOCKS = {
    "acceptance": (gettext_noop("受理"), gettext_noop("收到后 5 个工作日内答复受不受理。")),
    "correction": (gettext_noop("补正"), gettext_noop("这只钟等你。你补上以后，部门再答复。")),
    "decision": (gettext_noop("决定"), ""),
    "delivery": (
        gettext_noop("颁发、送达"),
        gettext_noop("准予以后 10 个工作日内送到你手里（行政许可法第四十四条）。"),
    ),
}


def clock_view(clock: CaseClock, case: Case) -> dict[str, Any]:
    """Return one clock as a page shows it: name, a tag, a sentence, and day cells where they fit."""
    name, sentence = CLOCKS[clock.kind]
    promised, legal = clock.promised_due_on, clock.legal_due_on
    words = [_(sentence)] if sentence else []
    if clock.kind == "decision":
        if promised:
            words.append(_("承诺 {date}办好。").format(date=date_cn(promised)))
        if legal:
            words.append(_("法律最晚 {date}。").format(date=date_cn(legal)))
        if not promised and not legal:
            words.append(_("来源没有公布时间。"))
    elif legal:
        words.append(_("最晚 {date}。").format(date=date_cn(legal, weekday=True)))
    stands = is_stopped(case) and clock.ended_on is None
    ended = _("决定") if case.decided_at else _("结束")
    cells = [] if stands else _cells(clock, ended)
    if stands and clock.kind == "delivery":
        words = [_("这只钟停着，等你的时间不算部门的。你办了以后从剩下的天数接着走。")]
    elif stands:
        words = [_("这只钟停着，停多久都不算进去。做完以后从剩下的天数接着走，新的日期会告诉你。")]
    if cells:
        words.append(_("一格是一个工作日，周末和节假日不算。"))
    return {
        "name": _(name),
        "tag": _stopped(case) if stands else _tag(clock),
        "sentence": ("" if _("。") == "。" else " ").join(words),
        "cells": cells,
        "is_provisional": clock.is_provisional,
        "is_running": clock.ended_on is None and case.is_open,
    }


def _stopped(case: Case) -> dict[str, str]:
    """The tag of a clock that stands still: what is frozen."""
    left = remaining(case)
    days = left.workdays if left.workdays is not None else left.legal_workdays
    if days is not None and days < 0:
        words = _("停着，停以前已经晚了 {n} 个工作日").format(n=-days)
        return {"words": words, "color": "danger", "icon": "warn"}
    words = _("停着") if days is None else _("停着，还剩 {n} 个工作日").format(n=days)
    return {"words": words, "color": "info", "icon": "clock"}


def _tag(clock: CaseClock) -> dict[str, str]:
    days = calendar()
    if clock.ended_on:
        used = days.workdays_between(clock.started_on, clock.ended_on)
        late = bool(clock.legal_due_on and clock.ended_on > clock.legal_due_on)
        words = _("当天就走完了") if used == 0 else _("用了 {n} 个工作日").format(n=used)
        return {"words": words, "color": "danger" if late else "success", "icon": "warn" if late else "check"}
    due = clock.promised_due_on or clock.legal_due_on
    if due is None:
        return {"words": _("在走"), "color": "accent", "icon": "clock"}
    left = days.workdays_between(today(), due)
    if left < 0:
        words = _("超了 {n} 个工作日").format(n=-left)
        return {"words": words, "color": "danger", "icon": "warn"}
    words = _("今天到期") if left == 0 else _("还有 {n} 个工作日").format(n=left)
    return {"words": words, "color": "warning" if left <= 2 else "accent", "icon": "clock"}


def _cells(clock: CaseClock, ended: str) -> list[dict[str, Any]]:
    """Return a cell for each working day up to the law's end, or to the promise where the law's end is far."""
    days = calendar()
    legal, promised = clock.legal_due_on, clock.promised_due_on
    ends = [d for d in (legal, promised) if d and days.workdays_between(clock.started_on, d) <= MOST_CELLS]
    if not ends or max(ends) <= clock.started_on or clock.ended_on == clock.started_on:
        return []
    end, now, cells = max(ends), today(), []
    day = clock.started_on
    while day < end:
        day = days.add_workdays(day, 1)
        if day > end:
            day = end  # a limit in calendar days that ends on a day off
        cells.append(_cell(day, clock, now, legal, promised, ended))
    return cells


def _cell(
    day: dt.date, clock: CaseClock, now: dt.date, legal: dt.date | None, promised: dt.date | None, last: str
) -> dict[str, Any]:
    ended = clock.ended_on
    is_past = day <= ended if ended else day < now
    state = "done" if is_past else "today" if day == now and not ended else ""
    kind, word = "", ""
    if day == legal:
        kind, word = "legal", _("最晚") if clock.kind != "decision" else _("法定")
    elif day == promised:
        kind, word = "promise", _("承诺")
    elif (promised and day > promised) or (ended and day > ended):
        kind = "extra"
    if state == "today":
        word = ""
    if ended and day == ended:
        word = {"acceptance": _("答复"), "correction": _("补上"), "delivery": _("送到")}.get(clock.kind, last)
    return {"date": day, "state": state, "kind": kind, "word": word}


def public_view(case: Case) -> dict[str, Any]:
    """Return what whoever knows number and query code may see: no name, no number, no paper."""
    running = next((c for c in reversed(clocks_of(case)) if c.ended_on is None), None) if case.is_open else None
    shown = clock_view(running, case) if running else None
    owed = awaited_among([case.pk]).get(case.pk) if case.state in AWAITING else None
    note = _("要补的内容只给申请人看。请登录以后补上。") if case.state == "correction" or owed else ""
    return {
        "title": case_headline(case, owed),
        "item_name": Text(case.item_name, case.item_name_en),
        "number": case.number,
        "office": Text(case.office.name, case.office.name_en),
        "submitted_at": case.submitted_at.astimezone(ZONE),
        "stations": stations_of(case, timeline(case.pk)),
        "note": note or (may_move() if running and running.is_provisional else None),
        "due_date": case.due_on,
        "cells": shown["cells"] if shown and case.due_on else None,
        "is_held": False,
    }


def may_move() -> str:
    """Say that a date may move."""
    return _("明年的放假安排还没有公布，这里的最晚日期是按现有日历推算的，公布以后可能变。")
