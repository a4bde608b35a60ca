"""The courier as a process of its own: one contract with the fake, and a hostile one from the application to the end."""

import json
import shutil
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import pytest
from django.conf import settings

from tests.deliveries.conftest import wait_for
from yiwang.connectors.courier_demo.client import DemoCourier
from yiwang.connectors.courier_demo.depot import LOCKER_SECONDS, Depot
from yiwang.connectors.courier_demo.signing import signed_headers
from yiwang.domains.cases.models import Case
from yiwang.domains.cases.tests.factories import finish, make_case
from yiwang.domains.deliveries.actions import order_delivery
from yiwang.domains.deliveries.models import Delivery, TrackEvent
from yiwang.domains.deliveries.ports import Contact, CourierEvent, Parcel
from yiwang.domains.deliveries.queries import code_of, is_delivered
from yiwang.domains.deliveries.tests.factories import LOCKER, make_address, make_places
from yiwang.domains.deliveries.tests.fakes import FakeCourier
from yiwang.domains.identity.tests.factories import actor_of, make_person
from yiwang.foundation.clock import now
from yiwang.foundation.jobs.worker import work_until_idle
from yiwang.foundation.journal.models import Entry

PARCEL = Parcel(
    Contact("演示局 收发室", "0571-00000001", "演示路 8 号"), Contact("林晓岚", "19900000101", "演示花园 3 幢")
)


@pytest.fixture(autouse=True)
def _new_books() -> None:
    shutil.rmtree(settings.YIWANG_DIR / "courier", ignore_errors=True)


# One contract for the fake, for the connector on the courier's books, and for the connector over the wire


@pytest.fixture(params=["fake", "books", "process"])
def courier(request: pytest.FixtureRequest, start_courier: Callable[..., subprocess.Popen]):
    if request.param == "fake":
        fake = FakeCourier()
        place = fake.place_order

        def placed(*, key: str, parcel: Parcel) -> str:
            waybill = place(key=key, parcel=parcel)
            if not fake.told.get(key):
                fake.tell(key, [CourierEvent(f"{key}-1", key, waybill, 1, "placed", now())])
            return waybill

        fake.place_order = placed
        return fake
    if request.param == "process":
        start_courier("http://127.0.0.1:9", "--pace", "5")
    return DemoCourier()


def test_a_courier_keeps_the_contract(courier) -> None:
    first, second = str(uuid4()), str(uuid4())
    waybill = courier.place_order(key=first, parcel=PARCEL)
    assert courier.place_order(key=first, parcel=PARCEL) == waybill, "the same key is the same parcel"
    assert courier.place_order(key=second, parcel=PARCEL) != waybill
    assert 0 < len(waybill) <= 40
    events = courier.events(key=first)
    assert [(e.order, e.waybill, e.number, e.kind) for e in events] == [(first, waybill, 1, "placed")]
    assert courier.events(key=first) == events
    assert events[0].at.tzinfo is not None
    assert courier.events(key=str(uuid4())) == []


@pytest.mark.parametrize("kind", ["fake", "process"])
def test_an_unreachable_courier_is_an_os_error(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    fake = FakeCourier()
    fake.fails = 2
    with socket.create_server(("127.0.0.1", 0)) as free:
        monkeypatch.setattr(settings, "YIWANG_COURIER_URL", f"http://127.0.0.1:{free.getsockname()[1]}")
    courier = fake if kind == "fake" else DemoCourier()
    with pytest.raises(OSError, match=r"."):
        courier.place_order(key="k", parcel=PARCEL)
    with pytest.raises(OSError, match=r"."):
        courier.events(key="k")


def test_the_courier_listens_on_the_loopback_address_only_and_takes_no_unsigned_order(
    start_courier: Callable[..., subprocess.Popen],
) -> None:
    start_courier("http://127.0.0.1:9")
    port = int(settings.YIWANG_COURIER_URL.rpartition(":")[2])
    listening = [line.split()[1] for line in Path("/proc/net/tcp").read_text().splitlines() if line.split()[3] == "0A"]
    assert [one.split(":")[0] for one in listening if int(one.split(":")[1], 16) == port] == ["0100007F"]
    body = json.dumps({"key": "k"}).encode()
    for headers in ({}, signed_headers(b"another", body), signed_headers(b"another", body, at=0)):
        request = urllib.request.Request(f"{settings.YIWANG_COURIER_URL}/orders", data=body, headers=headers)
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(request, timeout=5)
        assert refused.value.code == 401


def test_a_locker_is_emptied_after_a_week_and_the_code_opens_nothing_any_more(tmp_path: Path) -> None:
    books = Depot(tmp_path, pace=10.0)
    books.take_order(key="k", order={"locker": "demo-locker"}, at=0.0)
    stored_at = 40.0
    assert [one["kind"] for one in books.events(key="k", at=stored_at + LOCKER_SECONDS - 1)][-1] == "stored"
    code = books.events(key="k", at=stored_at)[-1]["code"]
    late = stored_at + LOCKER_SECONDS
    assert books.events(key="k", at=late)[-1]["kind"] == "returning"
    assert [one["kind"] for one in books.events(key="k", at=late + 10)][-2:] == ["returning", "returned"]
    assert not books.open_locker(code=code, at=late + 11)
    assert len(books.due(at=late + 11)) == len(books.events(key="k", at=late + 99)) == 7, "told like anything else"


# A hostile courier, end to end


def ordered(address: str, **more: str) -> tuple[Case, Delivery]:
    """A granted case whose result goes out by courier: it has a result and waits."""
    person = make_person()
    make_address(person, detail=address)
    case = make_case(person=person)
    delivery = order_delivery(
        reference=case.number, person_id=person.pk, office_code=case.office_id, direction="out",
        **({"way": "courier"} | more), by=actor_of(person),
    )  # fmt: skip
    finish(case)
    return case, delivery


def order_of_facts(case: Case, delivery: Delivery) -> list[str]:
    """In which order the journal heard of the result, of its receipt, and of the end of the case."""
    wanted = Entry.objects.filter(kind__in=["CaseIssued", "DeliveryDone", "CaseDelivered", "CaseClosed"]).order_by("id")
    return [e.kind for e in wanted if e.case_id == case.pk or e.fact.get("delivery_id") == str(delivery.pk)]


def open_locker(code: str) -> str:
    body = f"code={code}".encode()
    with urllib.request.urlopen(f"{settings.YIWANG_COURIER_URL}/locker", data=body, timeout=5) as page:
        return page.read().decode()


def test_with_a_hostile_courier_every_case_ends_legally_and_every_effect_happens_once(
    platform: str, start_courier: Callable[..., subprocess.Popen]
) -> None:
    """Call-backs late, doubled, out of order; four forged ones beside each: unsigned, by another key, altered, outdated."""
    make_places()
    courier = start_courier(platform, "--hostile", "--pace", "0.05")
    straight, second_try = ordered("演示花园 1 幢"), ordered("演示花园 2 幢，白天没人")
    left, back = ordered("演示花园 3 幢，放门口"), ordered("演示路 4 号，查无此地")
    in_locker = ordered("演示花园 5 幢", way="pickup", hall=LOCKER)
    work_until_idle()
    books = Depot(settings.YIWANG_DIR / "courier")
    wait_for(lambda: books.calls_left() == 0)
    locker = in_locker[1]
    locker.refresh_from_db()
    code = code_of(locker)
    assert "没有这个取件码" in open_locker("00000000")
    assert "柜门开了" in open_locker(code)
    assert "没有这个取件码" in open_locker(code), "once"
    wait_for(lambda: books.calls_left() == 0)
    courier.terminate()
    assert courier.wait(10) == 0, "the courier counts which of its forged call-backs were taken: none"
    work_until_idle()
    ends = {"straight": straight, "second try": second_try, "left": left, "back": back, "locker": in_locker}
    for case, delivery in ends.values():
        case.refresh_from_db()
        delivery.refresh_from_db()
    assert {name: (case.state, delivery.state) for name, (case, delivery) in ends.items()} == {
        "straight": ("closed", "delivered"),
        "second try": ("closed", "delivered"),
        "left": ("closed", "delivered"),
        "back": ("issued", "returned"),
        "locker": ("closed", "delivered"),
    }
    for name, (case, delivery) in ends.items():
        arrived = ["DeliveryDone", "CaseDelivered", "CaseClosed"] if name != "back" else []
        assert order_of_facts(case, delivery) == ["CaseIssued", *arrived], "the case waits for the receipt"
    assert not is_delivered(back[0].number)
    facts = [(e.kind, e.fact.get("delivery_id")) for e in Entry.objects.all() if "delivery_id" in e.fact]
    once = {"DeliveryDone", "DeliveryReturned", "DeliveryHandedOver", "DeliveryPlaced", "DeliveryOrdered"}
    assert all(facts.count(fact) == 1 for fact in facts if fact[0] in once)
    assert sum(kind == "DeliveryDone" for kind, _ in facts) == 4
    told = {d.pk: len(books.events(key=str(d.pk), at=now().timestamp())) for _, d in ends.values()}
    kept = {d.pk: TrackEvent.objects.filter(delivery=d).count() for _, d in ends.values()}
    assert kept == told, "each event is kept once, however often it was told"
    assert not Delivery.objects.filter(is_disputed=True).exists()
