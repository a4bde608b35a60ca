"""What runs, what waits, what people searched for in vain, what is in the catalogue and in the journal."""

import base64
import datetime as dt
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop, ngettext
from django.views.decorators.http import require_GET

from yiwang.channels.console import CONSOLE_ROLES
from yiwang.channels.console.machine_words import area_words, reader_words, work_words
from yiwang.channels.ui.officials import StaffRequest, officials, staff_page
from yiwang.domains.catalogue.queries import items_by_source
from yiwang.domains.deliveries.queries import news_to_look_into
from yiwang.domains.documents.queries import oldest_unsealed
from yiwang.domains.payments.queries import refused_messages
from yiwang.domains.search.queries import searches_without_answer
from yiwang.foundation.clock import now
from yiwang.foundation.jobs import queries as jobs
from yiwang.foundation.journal import queries as journal_queries
from yiwang.foundation.journal.sealing import SEQUENCER

SILENT_AFTER = dt.timedelta(minutes=5)
"""A worker does something regular every minute; after this it is taken for dead."""

SEAL_LATE_AFTER = dt.timedelta(seconds=30)
READ_LATE_AFTER = dt.timedelta(minutes=1)

SOURCES = {
    "yiwang": gettext_noop("本平台编写"),
    "guangdong": gettext_noop("广东省事项目录"),
    "sichuan": gettext_noop("四川省事项目录"),
    "gbt39046": gettext_noop("GB/T 39046 表格"),
    "amended": gettext_noop("管理员修改"),
}
STATES = {"published": gettext_noop("在用"), "suspended": gettext_noop("暂停"), "withdrawn": gettext_noop("取消")}


def ago(moment: dt.datetime | None) -> str:
    """Return how long something has lasted, roughly, in words; nothing for None."""
    if moment is None:
        return ""
    seconds = max(0, int((now() - moment).total_seconds()))
    if seconds >= 86400:
        return ngettext("{n} 天", "{n} 天", seconds // 86400).format(n=seconds // 86400)
    if seconds >= 3600:
        return ngettext("{n} 小时", "{n} 小时", seconds // 3600).format(n=seconds // 3600)
    if seconds >= 60:
        return ngettext("{n} 分钟", "{n} 分钟", seconds // 60).format(n=seconds // 60)
    return ngettext("{n} 秒", "{n} 秒", seconds).format(n=seconds)


@officials(*CONSOLE_ROLES)
@require_GET
def home(request: StaffRequest) -> HttpResponse:
    """Show whether everything runs, and what does not."""
    alive, unsealed = jobs.last_sign_of_life(), oldest_unsealed()
    readers = journal_queries.readers()
    behind = [r for r in readers if r.behind]
    waiting, dead = jobs.jobs_waiting(), len(jobs.dead_jobs())
    facts = len(journal_queries.set_aside())
    at = now()
    late = [r for r in behind if r.waiting_since and at - r.waiting_since > READ_LATE_AFTER]
    checks: list[dict[str, Any]] = [
        _worker(alive, at),
        {
            "ok": not (unsealed and at - unsealed > SEAL_LATE_AFTER),
            "words": _("文书都盖了章")
            if unsealed is None
            else _("最久的一份文书等章 {time}").format(time=ago(unsealed)),
            "detail": "",
        },
        {
            "ok": not late,
            "words": _("日志都读到了最新") if not behind else _("{n} 个接收方还没读到最新").format(n=len(behind)),
            "detail": _("最久的等了 {time}").format(time=ago(min(r.waiting_since for r in late if r.waiting_since)))
            if late
            else "",
        },
        {
            "ok": not (dead or facts),
            "words": _("没有搁置的")
            if not (dead or facts)
            else _("搁置：事实 {facts} 条，任务 {jobs} 个").format(facts=facts, jobs=dead),
            "detail": "",
        },
    ]
    checks.append(_to_look_into(request))
    context = {
        "at": at,
        "checks": checks,
        "all_well": all(check["ok"] for check in checks),
        "waiting": [
            {"words": work_words(w.kind), "kind": w.kind, "count": w.count, "time": ago(w.due_since)} for w in waiting
        ],
        "ahead": jobs.jobs_ahead(),
        "behind": [_reader(r) for r in behind],
        "up_to_date": _by_area([r for r in readers if not r.behind]),
        "quiet": len(readers) - len(behind),
        "schedules": [
            {
                "words": work_words(s.name),
                "name": s.name,
                "last": s.last_run_at,
                "next": s.next_run_at,
                "ago": ago(s.last_run_at),
            }
            for s in jobs.schedules()
        ],
        "newest": journal_queries.newest_entry(),
    }
    return staff_page(request, "console/home.html", context)


def _reader(reader: journal_queries.Reader) -> dict[str, Any]:
    return {
        "words": reader_words(reader.consumer),
        "name": reader.consumer,
        "position": reader.position,
        "behind": reader.behind,
        "time": ago(reader.waiting_since),
    }


def _by_area(readers: list[journal_queries.Reader]) -> list[dict[str, Any]]:
    """Return the readers that have read everything, area by area."""
    found: dict[str, list[dict[str, Any]]] = {}
    for reader in readers:
        found.setdefault(area_words(reader.consumer), []).append(_reader(reader))
    return [{"words": words, "readers": rows} for words, rows in found.items()]


def _to_look_into(request: StaffRequest) -> dict[str, Any]:
    """Whether a provider or a courier said something that somebody has to ask about."""
    payments, news = refused_messages(request.actor), news_to_look_into(request.actor)
    if not (payments or news):
        return {"ok": True, "words": _("支付和快递没有说不通的"), "detail": ""}
    words = _("等人看：支付通知 {payments} 条，快递消息 {news} 条").format(payments=payments, news=news)
    return {"ok": False, "words": words, "detail": _("在“支付”和“快递”里，查清了写一句就行。")}


def _worker(alive: dt.datetime | None, at: dt.datetime) -> dict[str, Any]:
    if alive is None:
        return {"ok": False, "words": _("后台还没有动过"), "detail": _("运行 yiwang worker，或者 yiwang serve。")}
    if at - alive > SILENT_AFTER:
        words = _("后台已经 {time}没有动静").format(time=ago(alive))
        return {"ok": False, "words": words, "detail": _("看 worker 进程还在不在，再看它的输出。")}
    return {"ok": True, "words": _("后台在工作"), "detail": _("{time}前动过").format(time=ago(alive))}


@officials(*CONSOLE_ROLES)
@require_GET
def searches(request: StaffRequest) -> HttpResponse:
    """Show what people searched for without a sure answer: the work list of whoever keeps the words."""
    order = "times" if request.GET.get("order") == "times" else "last"
    rows = searches_without_answer(limit=200)
    if order == "last":
        rows.sort(key=lambda row: row["last"], reverse=True)
    return staff_page(request, "console/searches.html", {"rows": rows, "order": order})


@officials(*CONSOLE_ROLES)
@require_GET
def catalogue(request: StaffRequest) -> HttpResponse:
    """Show how many items came from where, and the last loads."""
    counts: list[dict[str, Any]] = [
        {"source": _(SOURCES.get(source, source)), "key": source, "state": _(STATES.get(state, state)), "count": n}
        for source, state, n in items_by_source()
    ]
    loads = [
        {
            "at": e.recorded_at,
            "source": _(SOURCES.get(e.fact["source"], e.fact["source"])),
            "count": len(e.fact["item_codes"]),
            "entry": e.pk,
            "first": e.fact["item_codes"][0] if e.fact["item_codes"] else "",
        }
        for e in journal_queries.latest_of_kind("ItemsPublished", limit=20)
    ]
    total = sum(int(row["count"]) for row in counts)
    return staff_page(request, "console/catalogue.html", {"counts": counts, "total": total, "loads": loads})


@officials(*CONSOLE_ROLES)
@require_GET
def journal(request: StaffRequest) -> HttpResponse:
    """Show the signed head of the journal, and how to ask for a proof."""
    head, newest = journal_queries.latest_checkpoint(), journal_queries.newest_entry()
    shown = head and {
        "size": head.size,
        "root": base64.b64encode(bytes(head.root)).decode(),
        "signed_at": head.signed_at,
        "key_id": head.key_id,
        "signature": head.signature,
        "ago": ago(head.signed_at),
    }
    sequencer = next((r for r in journal_queries.readers() if r.consumer == SEQUENCER), None)
    context = {
        "head": shown,
        "newest": newest,
        "unsealed": sequencer.behind if sequencer else 0,
        "since": ago(sequencer.waiting_since) if sequencer else "",
    }
    return staff_page(request, "console/journal.html", context)
