"""The console: who may open it, what it says when all is well and when not, running things again, the calendar."""

import datetime as dt
import html
from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client

from yiwang.channels.console.machine_words import AREAS, READERS, WORK
from yiwang.domains.cases.tests.factories import make_case
from yiwang.domains.catalogue.tests.factories import make_item
from yiwang.domains.identity.tests.factories import make_office, make_person, make_staff, sign_in
from yiwang.domains.payments.models import CallBack
from yiwang.domains.search.actions import log_search
from yiwang.foundation.actors import ANONYMOUS
from yiwang.foundation.clock import moved_to, now
from yiwang.foundation.clock.models import CalendarDay, CalendarYear
from yiwang.foundation.jobs.models import Job
from yiwang.foundation.jobs.registry import kinds, regular
from yiwang.foundation.jobs.worker import work_until_idle
from yiwang.foundation.journal.models import Entry, Retry
from yiwang.foundation.journal.recording import handlers
from yiwang.foundation.journal.sealing import SEQUENCER

pytestmark = pytest.mark.django_db

PAGES = ["", "set-aside", "searches", "catalogue", "calendar", "journal", "courier", "payments"]
ENGLISH = {"HTTP_ACCEPT_LANGUAGE": "en"}


@pytest.fixture(autouse=True)
def _noon(at_noon: Any) -> Iterator[None]:
    yield


def at_console(*roles: str) -> Client:
    client: Client = sign_in(Client(), make_staff(roles=roles or ("operator",)))
    return client


def seen(response: Any) -> str:
    return html.unescape(response.content.decode())


def read(client: Client, part: str = "", **headers: str) -> str:
    response = client.get(f"/console/{part}", **headers)
    assert response.status_code == 200
    return seen(response)


def dead_job(error: str = "ConnectionError: the other side is silent") -> Job:
    return Job.objects.create(
        kind="send_text", key="1", payload={}, state="dead", run_at=now(), created_at=now(), attempts=6, error=error
    )


def dead_fact() -> Retry:
    make_office()
    entry = Entry.objects.latest("id")
    return Retry.objects.create(
        consumer="domains.cases.tell_accepted", entry_id=entry.pk, state="dead", attempts=6, next_try_at=now(),
        first_failed_at=now(), error="Traceback\n  File x\nKeyError: 'shop'",
    )  # fmt: skip


@pytest.mark.parametrize("part", PAGES)
def test_only_those_who_run_the_platform_come_in(part: str) -> None:
    assert at_console("operator").get(f"/console/{part}").status_code == 200
    assert at_console("administrator").get(f"/console/{part}").status_code == 200
    assert at_console("window", "reviewer", "head").get(f"/console/{part}").status_code == 403
    assert sign_in(Client(), make_person()).get(f"/console/{part}").status_code == 403
    assert Client().get(f"/console/{part}").headers["Location"].startswith("/sign-in?next=%2Fconsole%2F")


@pytest.mark.parametrize("part", PAGES)
def test_an_empty_page_says_something_useful_in_both_languages(part: str) -> None:
    client = at_console("operator", "administrator")
    assert len(read(client, part)) > 1500
    assert 'lang="en"' in read(client, part, **ENGLISH)


def test_the_overview_says_that_all_is_well_or_what_is_not() -> None:
    client = at_console()
    assert "后台还没有动过" in read(client) and "有要处理的" in read(client)
    make_item()
    work_until_idle()
    assert "一切正常" in read(client)
    with moved_to(now() + dt.timedelta(minutes=20)):
        text = read(client)
    assert "后台已经 20 分钟没有动静" in text and "有要处理的" in text


def test_the_overview_names_what_waits() -> None:
    client = at_console()
    work_until_idle()
    with moved_to(now() - dt.timedelta(minutes=3)):
        make_case()
    dead_job()
    text = read(client).replace("<wbr>", "")
    assert "最久的一份文书等章 3 分钟" in text and "seal_document" in text
    assert "个接收方还没读到最新" in text and "任务 1 个" in text and "给文书盖章" in text


def test_every_name_of_the_machine_has_words() -> None:
    """An operator reads what is done, not how a function is called; the name stands beside it."""
    readers = {name.removeprefix("domains.") for those in handlers.values() for name, _work in those} | {SEQUENCER}
    assert {*kinds, *regular} == set(WORK) and readers == set(READERS)
    assert {name.partition(".")[0] for name in readers} == set(AREAS)


def test_a_dead_job_is_run_again_by_an_operator() -> None:
    job = dead_job("the number 13812345678 did not answer")
    client = at_console("operator")
    text = read(client, "set-aside")
    assert "send_text" in text and "did not answer" in text and "13812345678" not in text
    done = client.post(f"/console/set-aside/jobs/{job.pk}", follow=True)
    assert "放回去了" in seen(done) and "没有搁置的" in seen(done)
    job.refresh_from_db()
    assert (job.state, job.attempts) == ("waiting", 0)
    assert Entry.objects.filter(kind="JobTriedAgain").count() == 1


def test_a_set_aside_fact_is_run_again_by_an_operator() -> None:
    waiting = dead_fact()
    client = at_console("operator")
    text = read(client, "set-aside")
    assert "domains.cases.tell_accepted" in text and "KeyError: 'shop'" in text
    client.post(f"/console/set-aside/facts/{waiting.pk}")
    waiting.refresh_from_db()
    assert waiting.state == "waiting"


@pytest.mark.django_db(transaction=True)
def test_a_refused_payment_message_waits_until_somebody_writes_what_was_behind_it() -> None:
    client, reader = at_console("operator"), at_console("administrator")
    work_until_idle()
    assert "支付和快递没有说不通的" in read(client)
    told = CallBack.objects.create(
        nonce="n1", kind="paid", order_number="20261101QQ", trade_number="T9", amount_fen=1200, verdict="refused",
        why="unknown_order", received_at=now(),
    )  # fmt: skip
    assert "等人看：支付通知 1 条，快递消息 0 条" in read(client) and "有要处理的" in read(client)
    where = f"/console/payments/{told.pk}/finding"
    assert "由运维来写" in read(reader, "payments") and reader.post(where, {"finding": "x"}).status_code == 403
    missing = client.post(where, {"finding": " "})
    assert (missing.status_code, "写一句查到了什么" in seen(missing)) == (422, True)
    done = seen(client.post(where, {"finding": "对方测试环境发错了。"}, follow=True))
    assert "记下来了" in done and done.index("不用再看的") < done.index("对方测试环境发错了")
    again = client.post(where, {"finding": "再写一次"})
    assert (again.status_code, "已经有人看过了" in seen(again)) == (409, True)
    assert client.post(f"/console/payments/{uuid4()}/finding", {"finding": "x"}).status_code == 404
    assert "支付和快递没有说不通的" in read(client)
    assert Entry.objects.filter(kind="TradeNewsLookedInto").count() == 1


@pytest.mark.django_db(transaction=True)
def test_what_is_no_longer_set_aside_cannot_be_run_again() -> None:
    job = dead_job()
    client = at_console("operator")
    client.post(f"/console/set-aside/jobs/{job.pk}")
    assert "已经不在搁置清单里" in seen(client.post(f"/console/set-aside/jobs/{job.pk}", follow=True))
    assert "已经不在搁置清单里" in seen(client.post("/console/set-aside/facts/999", follow=True))


def test_nobody_else_runs_anything_again() -> None:
    job, fact = dead_job(), dead_fact()
    clients = [at_console("administrator"), at_console("head"), sign_in(Client(), make_person())]
    for client in clients:
        assert client.post(f"/console/set-aside/jobs/{job.pk}").status_code == 403
        assert client.post(f"/console/set-aside/facts/{fact.pk}").status_code == 403
    assert "再试一次由运维来点" in read(clients[0], "set-aside")
    assert Client().post(f"/console/set-aside/jobs/{job.pk}").status_code == 302
    job.refresh_from_db()
    assert job.state == "dead"


def test_searches_without_an_answer_are_grouped_and_ordered() -> None:
    for minutes, words in enumerate(("开面馆", "开面馆", "养一头牛")):
        with moved_to(now() + dt.timedelta(minutes=minutes)):
            log_search(query=words, region="", found=0, confident=False, by=ANONYMOUS)
    client = at_console()
    newest, most = read(client, "searches"), read(client, "searches?order=times")
    assert newest.index("养一头牛") < newest.index("开面馆") and most.index("开面馆") < most.index("养一头牛")


def test_the_catalogue_counts_items_and_names_the_loads() -> None:
    make_item()
    text = read(at_console(), "catalogue")
    assert "本平台编写" in text and "最近的载入" in text


def test_the_journal_shows_its_signed_head() -> None:
    client = at_console()
    work_until_idle()
    text = read(client, "journal")
    assert "最新的检查点" in text and "/api/v1/journal/checkpoint" in text


# The calendar


def test_an_administrator_enters_a_day_and_confirms_a_year() -> None:
    client = at_console("administrator")
    assert "还没有录入放假和调休" in read(client, "calendar?year=2027")
    done = client.post("/console/calendar/days", {"date": "2027-02-17", "kind": "off", "name": "春节"}, follow=True)
    assert "2027 年 2 月 17 日已改好" in seen(done) and "春节" in seen(done)
    assert CalendarDay.objects.get(date="2027-02-17").is_workday is False
    client.post("/console/calendar/days", {"date": "2027-02-17", "kind": "plain", "name": "春节"})
    assert CalendarDay.objects.get(date="2027-02-17").is_workday is True
    done = client.post("/console/calendar/years", {"year": "2027", "notice": "国办发明电〔2026〕1 号"}, follow=True)
    assert "已按通知确认" in seen(done) and CalendarYear.objects.filter(year=2027).exists()
    assert Entry.objects.filter(kind="CalendarChanged").count() == 3


def test_wrong_input_is_kept_and_explained() -> None:
    client = at_console("administrator")
    refused = client.post("/console/calendar/days", {"date": "soon", "kind": "", "name": "元旦" * 40, "year": "2027"})
    text = seen(refused)
    assert refused.status_code == 422 and "有 3 处要改" in text and "填日期" in text and "2027 年日历" in text
    assert client.post("/console/calendar/years", {"year": "9", "notice": "x"}).status_code == 422
    assert client.post("/console/calendar/years", {"year": "2027", "notice": " "}).status_code == 422
    assert read(client, "calendar?year=99999") and not CalendarDay.objects.exists()


def test_an_operator_reads_the_calendar_and_does_not_change_it() -> None:
    client = at_console("operator")
    assert "日历由管理员修改" in read(client, "calendar")
    assert client.post("/console/calendar/days", {"date": "2027-02-17", "kind": "off"}).status_code == 403
