"""Paying for a case, all the way: the charge, the provider's page, its messages, the receipt, the result; and looking things up."""

import datetime as dt
import html
import json
import threading
import time
import urllib.error
import urllib.request
from http.server import ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

import pytest
from django.core.cache import cache
from django.test import Client

from tests.portal.fees import fee_item, page
from yiwang.connectors.payment_demo.process import Handler, Provider
from yiwang.connectors.payment_demo.provider import DemoProvider
from yiwang.connectors.payment_demo.signing import canonical, is_genuine, signed_headers
from yiwang.domains.cases.actions import accept_case, decide_case, review_case, withdraw_case
from yiwang.domains.cases.models import Case, CaseClock, ClockStop
from yiwang.domains.cases.tests.factories import finish, make_case, make_official
from yiwang.domains.catalogue.content import Processing, Result, Text
from yiwang.domains.certificates.models import Certificate
from yiwang.domains.documents.models import Document
from yiwang.domains.identity.tests.factories import (
    actor_of,
    make_person,
    make_staff,
    sign_in,
)
from yiwang.domains.payments.models import CallBack, Charge, Payment
from yiwang.domains.payments.queries import ledger_of
from yiwang.domains.supervision.queries.due import running_clock
from yiwang.foundation.clock import moved_to, now
from yiwang.foundation.jobs.worker import work_until_idle
from yiwang.foundation.reads.models import Read

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    cache.clear()


@pytest.fixture
def provider(settings: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Provider:
    """The provider at a port of its own; what it sends is posted to the platform under test at once, not by its thread."""
    port = DemoProvider()
    monkeypatch.setattr("yiwang.domains.payments.queries.connector", lambda _name: port)
    monkeypatch.setattr("yiwang.domains.payments.jobs.connector", lambda _name: port)
    monkeypatch.setattr("yiwang.connectors.payment_demo.calling_back.connector", lambda _name: port)
    house = Provider(tmp_path, port._key)
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (Handler,), {"provider": house}))
    settings.YIWANG_PAYMENT_URL = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    yield house
    server.shutdown()
    server.server_close()


def deliver(house: Provider, **headers: str) -> list[dict[str, Any]]:
    """Bring every message of the provider to the platform, in the order in which it would; return the answers."""
    answers = []
    for message, _, body, _ in house.store.to_send(time.time() + 3600):
        signed = signed_headers(house.key, body.encode()) | headers
        answer = Client().post("/callbacks/payment", body, content_type="application/json", headers=signed)
        answers.append(answer.json() | {"status": answer.status_code})
        house.store.sent(message)
    return answers


def at_provider(address: str, **form: str) -> tuple[int, str]:
    """Ask the provider's page, or press a button on it; return status and where it leads."""
    data = urlencode(form).encode() if form else None
    opener = urllib.request.build_opener(NoRedirect, urllib.request.ProxyHandler({}))
    try:
        with opener.open(address, data=data, timeout=5) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as told:
        return told.code, told.headers.get("Location", "")


class NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def test_from_the_notice_to_the_certificate(client: Client, provider: Provider) -> None:
    """Accepted, charged by the answers, granted in writing; nothing is handed out before the provider's message came."""
    person = make_person(name="林晓岚")
    case = make_case(person=person, item=fee_item(), kind="cold")
    official = actor_of(make_official(case))
    accept_case(case_id=case.pk, by=official)
    work_until_idle()
    charge = Charge.objects.get(reference=case.number)
    assert (charge.total_fen, charge.reduced_fen, charge.payable_fen) == (8000, 4000, 4000)
    review_case(case_id=case.pk, verdict="support", opinion="已核对。", by=official)
    decide_case(case_id=case.pk, grant=True, by=official)
    work_until_idle()
    case.refresh_from_db()
    assert (case.state, Certificate.objects.filter(case_id=case.pk).count()) == ("granted", 0)
    assert Document.objects.filter(case_id=case.pk, kind="grant", sealed_at__isnull=False).exists(), "decided in time"
    sign_in(client, person)
    shown = page(client, f"/me/cases/{case.number}")
    assert "已准予，等你缴费" in shown and "40 元" in shown and charge.number in shown
    assert "等你缴费，送达的期限停着" in shown and "已准予，等你缴费" in page(client, "/me/cases")
    clock = CaseClock.objects.get(case=case, kind="delivery")
    stop = ClockStop.objects.get(case=case, kind="fees")
    assert (case.due_on, case.legal_due_on) == (charge.due_on, None) == (stop.planned_end_on, None)
    assert running_clock(case) is None, "while it is the applicant's turn no office is watched"
    listed = page(client, "/me/payments")
    assert "要缴的" in listed and f"/me/payments/{charge.number}" in listed
    one = page(client, f"/me/payments/{charge.number}")
    assert "财税〔2019〕45号" in one and charge.check_code in one

    order_page = client.post(f"/me/payments/{charge.number}").headers["Location"]
    pay_at = next(a for a in page(client, order_page).split('"') if a.startswith("http://127.0.0.1"))
    status, cashier = at_provider(pay_at)
    assert status == 200 and "¥40.00" in cashier and person.name not in cashier + pay_at
    assert at_provider(pay_at.replace("amount=4000", "amount=1"))[0] == 404, "an order that was changed is none"
    status, back = at_provider(pay_at, do="pay", way="reordered")
    assert status == 303 and urlsplit(back).path == order_page
    waiting = client.get(f"{order_page}?back=1")
    assert "正在确认付款" in html.unescape(waiting.content.decode()) and waiting.headers["Refresh"] == "3"
    assert [a["result"] for a in deliver(provider)] == ["taken", "taken"]
    at_provider(pay_at, do="pay", way="twice")
    assert deliver(provider) == [], "paid already: the provider takes nothing twice"
    assert "缴好了" in page(client, order_page)

    work_until_idle()
    case.refresh_from_db()
    certificate = Certificate.objects.get(case_id=case.pk)
    assert (case.state, certificate.state) == ("closed", "valid")
    clock.refresh_from_db()
    assert clock.ended_on and not ClockStop.objects.filter(case=case, ended_on=None).exists()
    assert Read.objects.filter(case_id=case.pk, reader_kind="system", reason__contains="缴清").exists()
    receipt = client.get(f"/me/payments/{charge.number}/receipt")
    work_until_idle()
    receipt = client.get(f"/me/payments/{charge.number}/receipt")
    assert receipt.headers["Content-Type"] == "application/pdf"
    assert "缴过的" in page(client, "/me/payments")


def test_a_hostile_provider_moves_nothing(client: Client, provider: Provider) -> None:
    """Unsigned, old, forged, changed, wrong, doubled: refused; what is signed is kept. A lost message is asked for."""
    person = make_person()
    case = make_case(person=person, item=fee_item(), kind="hot", items=4)
    accept_case(case_id=case.pk, by=actor_of(make_official(case)))
    work_until_idle()
    charge = Charge.objects.get(reference=case.number)
    assert charge.payable_fen == 9000, "both fees: the second by the answers"
    anybody = Client()
    shown = anybody.post("/pay", {"number": charge.number, "check_code": charge.check_code})
    text = html.unescape(shown.content.decode())
    assert "90 元" in text and person.name not in text
    token = text.split('name="token" value="')[1].split('"')[0]
    order_page = anybody.post("/pay/start", {"token": token}).headers["Location"]
    assert anybody.post("/pay/start", {"token": token[:-1] + "x"}).status_code == 404
    assert anybody.get("/pay/made-up").status_code == 404
    payment = Payment.objects.get()
    trade = provider.news("paid", payment.number, "T1", 9000)
    body = canonical(trade)
    good = signed_headers(provider.key, body)
    old = dict(good) | {"X-Payment-Time": str(int(time.time()) - 3600)}
    forged = signed_headers(b"another key", body)
    for headers, sent in ((old, body), (forged, body), ({}, body), (good, body.replace(b"9000", b"9001"))):
        answer = anybody.post("/callbacks/payment", sent, content_type="application/json", headers=headers)
        assert answer.status_code == 403
    nonsense = b'{"kind":"paid","amount":1.5}'
    for sent in (nonsense, b"not json", b'{"kind": "paid", "nonce": "n", "amount": true}'):
        headers = signed_headers(provider.key, sent)
        assert anybody.post("/callbacks/payment", sent, "application/json", headers=headers).status_code == 403
    assert anybody.get("/callbacks/payment").status_code == 405
    assert anybody.post("/callbacks/payment", b"x" * 9000, "application/json").status_code == 413
    assert anybody.post("/callbacks/payment", {"kind": "paid"}).status_code == 415
    assert not CallBack.objects.exists()

    pay_at = next(a for a in page(anybody, order_page).split('"') if a.startswith("http://127.0.0.1"))
    at_provider(pay_at, do="pay", way="wrong")
    assert [(a["result"], a["why"]) for a in deliver(provider)] == [("refused", "wrong_amount")]
    charge.refresh_from_db()
    assert charge.state == "due"
    with moved_to(now() + dt.timedelta(minutes=3)):
        work_until_idle()
    charge.refresh_from_db()
    assert charge.state == "paid", "the platform asked by itself"
    assert [row.kind for row in ledger_of(charge)] == ["raised", "paid"]

    withdraw_case(case_id=case.pk, by=actor_of(person))
    work_until_idle()
    with moved_to(now() + dt.timedelta(minutes=15)):
        work_until_idle()
    assert [a["result"] for a in deliver(provider)] == ["repeated"], "asked for before the message came"
    charge.refresh_from_db()
    assert (charge.state, [row.kind for row in ledger_of(charge)][-1]) == ("refunded", "refunded")
    assert "已退回" in page(sign_in(client, person), f"/me/payments/{charge.number}")
    body = canonical({"refund": "R1", "order": payment.number, "trade": "T", "amount": 1})
    request = urllib.request.Request(
        f"{pay_at.split('/pay?')[0]}/refunds", data=body, headers=signed_headers(b"no", body)
    )
    with pytest.raises(urllib.error.HTTPError, match="403"):
        urllib.request.urlopen(request, timeout=5)
    request = urllib.request.Request(
        f"{pay_at.split('/pay?')[0]}/refunds", data=body, headers=signed_headers(provider.key, body)
    )
    with pytest.raises(urllib.error.HTTPError) as too_much:
        urllib.request.urlopen(request, timeout=5)
    raw = too_much.value.read()
    assert is_genuine(provider.key, too_much.value.headers, raw) and json.loads(raw)["result"] == "refused"


def test_a_letter_waits_too_and_what_is_free_does_not(provider: Provider) -> None:
    letter = [Result("letter", Text("准予决定书", "Decision"))]
    waits = finish(make_case(item=fee_item(results=letter), kind="cold"))
    after = finish(
        make_case(item=fee_item(processing=Processing(fee_timing="after_result"), results=letter), kind="cold")
    )
    assert (waits.state, after.state) == ("granted", "closed")
    assert not Document.objects.filter(case_id=waits.pk, kind="letter").exists()
    refused = finish(make_case(item=fee_item(), kind="cold"), grant=False)
    owed = Charge.objects.filter(reference=refused.number).exclude(state="cancelled")
    assert refused.state == "closed" and not owed.exists()


def test_the_head_of_the_office_takes_something_off(client: Client) -> None:
    case = make_case(item=fee_item(), kind="hot", items=4)
    head = make_official(case)
    accept_case(case_id=case.pk, by=actor_of(head))
    work_until_idle()
    charge = Charge.objects.get(reference=case.number)
    at = f"/desk/cases/{case.number}/fees"
    sign_in(client, head)
    assert at in page(client, f"/desk/cases/{case.number}") and "90 元" in page(client, at)
    wish = {"charge": str(charge.pk), "position": "1", "amount": "40.5", "basis": "低保家庭减半"}
    for wrong in ({"amount": "-1"}, {"amount": "80.01"}, {"basis": " "}, {"position": "7"}, {"charge": "x"}):
        answer = client.post(at, wish | wrong)
        assert answer.status_code == 422 and "没有办成" in html.unescape(answer.content.decode())
    assert client.post(at, wish).status_code == 302
    shown = page(client, at)
    assert "低保家庭减半" in shown and "40.50 元" in shown
    assert client.post(at, wish).status_code == 422, "a fee is reduced once"
    window = make_staff(office=case.office, roles=("window",))
    assert sign_in(Client(), window).post(at, wish).status_code == 403
    charge.refresh_from_db()
    assert (charge.payable_fen, [row.kind for row in ledger_of(charge)]) == (4950, ["raised", "reduced"])


def test_another_persons_charge_is_not_found(client: Client) -> None:
    case = make_case(person=make_person(), item=fee_item(), kind="cold")
    accept_case(case_id=case.pk, by=actor_of(make_official(case)))
    work_until_idle()
    number = Charge.objects.get(reference=case.number).number
    sign_in(client, make_person())
    for path in ("", "/receipt"):
        assert client.get(f"/me/payments/{number}{path}").status_code == 404
    assert client.post(f"/me/payments/{number}").status_code == 404
    assert Case.objects.filter(pk=case.pk).exists() and not Payment.objects.exists()
