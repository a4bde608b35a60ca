"""The courier's call-backs over HTTP: signed ones count once, forged ones are turned away, odd ones change nothing."""

import json
import time
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import caches
from django.test import Client

from yiwang.connectors.courier_demo.signing import (
    LONGEST_BODY,
    NONCE,
    SIGNATURE,
    TIMESTAMP,
    Forged,
    check_signature,
    shared_secret,
    signed_headers,
)
from yiwang.domains.deliveries.models import Delivery, OddNews, TrackEvent
from yiwang.domains.deliveries.queries import receipt_of, receipt_place
from yiwang.domains.deliveries.tests.factories import make_address, make_delivery, make_places, release
from yiwang.domains.identity.tests.factories import make_office, make_person
from yiwang.foundation import vault
from yiwang.foundation.clock import now
from yiwang.foundation.journal.models import Entry

pytestmark = pytest.mark.django_db
WHERE = "/callbacks/courier-demo"


@pytest.fixture
def delivery() -> Delivery:
    caches["process"].clear()  # forged calls are noted once a minute
    make_places()
    person = make_person()
    make_address(person)
    return release(make_delivery(person, make_office()))


def secret() -> bytes:
    return shared_secret(settings.YIWANG_DIR, settings.YIWANG_COURIER_SECRET)


def news(delivery: Delivery, number: int = 1, kind: str = "placed", **more: Any) -> bytes:
    told = {
        "event_id": f"event-{number}", "order": str(delivery.pk), "waybill": "YS0000000000001", "number": number,
        "kind": kind, "at": now().isoformat(),
    }  # fmt: skip
    return json.dumps(told | more).encode()


def call(body: bytes, headers: dict[str, str] | None = None, media_type: str = "application/json") -> Any:
    headers = signed_headers(secret(), body) if headers is None else headers
    sent = {name: value for name, value in headers.items() if name != "Content-Type"}
    return Client(enforce_csrf_checks=True).post(WHERE, body, content_type=media_type, headers=sent)


def test_a_signed_call_back_moves_the_parcel_and_the_same_again_has_no_effect(delivery: Delivery) -> None:
    body = news(delivery)
    headers = signed_headers(secret(), body)
    first, again, retold = call(body, headers), call(body, headers), call(body)
    assert [(r.status_code, r.json()["effect"]) for r in (first, again, retold)] == [
        (200, "moved"), (200, "none"), (200, "none"),
    ]  # fmt: skip
    assert "Set-Cookie" not in first.headers
    done = call(news(delivery, 7, "delivered", signer="self"))
    late = call(news(delivery, 2, "collected"))
    assert (done.json()["effect"], late.json()["effect"]) == ("moved", "kept")
    delivery.refresh_from_db()
    assert (delivery.state, TrackEvent.objects.count()) == ("delivered", 3)
    receipt = receipt_of(delivery)
    kept = vault.open_sealed(bytes(receipt.receipt_sealed), receipt_place(receipt.pk))
    timestamp, nonce, signature, body = kept.split(b".", 3)
    proof = {TIMESTAMP: timestamp.decode(), NONCE: nonce.decode(), SIGNATURE: signature.decode()}
    assert check_signature(secret(), proof, body, at=int(timestamp)), "the receipt proves itself later"


def test_what_is_forged_is_turned_away_and_leaves_nothing(delivery: Delivery, caplog: pytest.LogCaptureFixture) -> None:
    body = news(delivery, 7, "delivered", signer="self")
    good = signed_headers(secret(), body)
    forged = [
        (body, {}),
        (body, {k: v for k, v in good.items() if k != NONCE}),
        (body, good | {SIGNATURE: ""}),
        (body, good | {SIGNATURE: "v1=" + "0" * 64}),
        (body, good | {SIGNATURE: "é" * 67}),
        (body, good | {NONCE: "another-nonce-of-16"}),
        (body, good | {TIMESTAMP: str(int(time.time()) + 1)}),
        (body, signed_headers(b"another secret", body)),
        (body, signed_headers(secret(), body, at=time.time() - 3600)),
        (body, signed_headers(secret(), body, at=time.time() + 3600)),
        (body, signed_headers(secret(), body, nonce="short")),
        (body.replace(b"delivered", b"returned!"), good),
        (body + b" ", good),
        (b" ", good),
    ]
    assert [call(b, h).status_code for b, h in forged] == [401] * len(forged)
    delivery.refresh_from_db()
    assert (delivery.state, TrackEvent.objects.count()) == ("ordered", 0)
    kept = OddNews.objects.get()
    assert (kept.why, kept.times, kept.delivery_id, kept.waybill) == ("forged", 1, None, ""), (
        "once a minute, of no parcel"
    )
    assert good[SIGNATURE] not in caplog.text
    assert call(body, good).status_code == 200, "nobody can use the nonce up by forging"


def test_what_is_signed_and_cannot_be_is_refused_plainly(delivery: Delivery) -> None:
    answers = {
        b"{": 400, b"[]": 422, b"{}": 422, b"\xff": 400, news(delivery, kind="eaten"): 422, news(delivery, number=-1): 422,
        news(delivery, more="field"): 422, news(delivery, at="2020-01-01T00:00:00+00:00"): 422,
        news(delivery, order="0190c3a4-0000-7000-8000-000000000000"): 404, news(delivery, place="x\x00"): 422,
    }  # fmt: skip
    assert {body: call(body).status_code for body in answers} == answers
    assert call(b"x" * (LONGEST_BODY + 1)).status_code == 415
    assert {body: call(body).status_code for body in answers} == answers
    kept = {(one.why, one.told, one.times) for one in OddNews.objects.filter(delivery=None)}
    assert kept == {("unreadable", "", 2), ("no_order", "placed", 2)}
    kept = OddNews.objects.filter(delivery=delivery).order_by("why").values_list("why", "told", "times")
    assert list(kept) == [("kind", "eaten", 2), ("number", "placed", 2), ("signs", "placed", 2), ("time", "placed", 2)]
    assert Entry.objects.filter(kind="CourierNewsDoubted").count() == OddNews.objects.count() == 10
    form = b"--b\r\nContent-Disposition: form-data; name=a\r\n\r\nb\r\n--b--\r\n"
    assert call(form, media_type="multipart/form-data; boundary=b").status_code == 415
    assert Client().get(WHERE).status_code == 405


def test_nobody_calls_back_where_another_courier_is_used(delivery: Delivery, settings: Any) -> None:
    settings.CONNECTORS = {**settings.CONNECTORS, "courier": "elsewhere.Courier"}
    assert call(news(delivery)).status_code == 404


def test_a_signature_without_a_number_for_its_time_is_forged() -> None:
    for timestamp in ("", "x", "-1", "1e9", "٣", "9" * 13):
        with pytest.raises(Forged):
            check_signature(b"s", {TIMESTAMP: timestamp, NONCE: "n" * 16, SIGNATURE: "v1="}, b"")


def test_of_one_event_told_eight_times_at_once_one_moves_the_parcel(at_once: Any) -> None:
    make_places()
    person = make_person()
    make_address(person)
    delivery = release(make_delivery(person, make_office()))
    body = news(delivery, 7, "delivered", signer="self")
    same = signed_headers(secret(), body)
    answers = at_once(lambda number: call(body, same if number % 2 else None), 8)
    assert sorted((a.status_code, a.json()["effect"]) for a in answers) == [(200, "moved")] + [(200, "none")] * 7
    assert Entry.objects.filter(kind="DeliveryDone").count() == 1
    assert TrackEvent.objects.count() == 1
