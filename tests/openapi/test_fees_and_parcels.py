"""What a case costs and how its result travels, over the API; and what goes with a draft when it is handed in."""

from typing import Any

import pytest

from tests.openapi.test_refusals import is_problem
from tests.openapi.town import Caller, token_of
from yiwang.domains.cases.models import Case, Deferral, Promise
from yiwang.domains.cases.tests.factories import make_case
from yiwang.domains.catalogue.content import Material, Processing, PromiseTerms, Text
from yiwang.domains.catalogue.tests.factories import make_item
from yiwang.domains.deliveries.actions import note_placed, take_courier_event
from yiwang.domains.deliveries.models import Address, Delivery
from yiwang.domains.deliveries.tests.factories import LOCKER, REGION, happened, make_places, release
from yiwang.domains.identity.actions import issue_token
from yiwang.domains.identity.tests.factories import make_office, make_person
from yiwang.domains.payments.actions import take_trade_news
from yiwang.domains.payments.models import Payment
from yiwang.domains.payments.tests.factories import PROVIDER, fee, make_charge, paid
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.jobs.worker import work_until_idle

pytestmark = pytest.mark.django_db
HOME = {"name": "林晓岚", "phone": "19900000123", "region": REGION, "detail": "演示花园 3 幢 502 室"}


def test_a_charge_is_paid_at_the_provider_once_and_brings_a_receipt(settings: Any) -> None:
    settings.YIWANG_PAYMENT_URL = "https://pay.example"
    person = make_person()
    me, other = token_of(person), token_of(make_person())
    charge = make_charge(fee(), fee(name="证书工本费", amount_fen=1000), payer=person)
    at = f"/charges/{charge.number}"
    assert [one["number"] for one in me.get("/charges").json()["items"]] == [charge.number]
    seen = me.get(at).json()
    assert (seen["state"], seen["payable_fen"], seen["receipt"]) == ("due", 9000, None)
    assert [line["amount_fen"] for line in seen["lines"]] == [8000, 1000] and all(x["basis"] for x in seen["lines"])
    is_problem(me.get(f"{at}/receipt"), 404)
    for path in (at, f"{at}/receipt", "/charges/1"):
        is_problem(other.get(path), 404)
    is_problem(other.post(f"{at}/payments"), 404)

    started = me.post(f"{at}/payments", idempotency_key="p1")
    assert started.status_code == 201 and started.json()["pay_url"].startswith("https://pay.example/pay?"), (
        started.content
    )
    assert me.post(f"{at}/payments", idempotency_key="p1").json() == started.json(), "an open order is used again"
    payment = Payment.objects.get()
    for _twice in range(2):
        take_trade_news(news=paid(payment), by=PROVIDER)
    is_problem(me.post(f"{at}/payments"), 409, "not_due")
    work_until_idle()
    seen = me.get(at).json()
    assert (seen["state"], seen["paid_fen"], seen["receipt"]["amount_fen"]) == ("paid", 9000, 9000)
    sealed = me.get(seen["receipt"]["url"].removeprefix("/api/v1")).json()
    assert sealed["data"]["charge_number"] == charge.number and sealed["signature"].count(".") == 2

    assert person.account_id is not None
    for scope, path, status in (("payments.read", at, 200), ("cases", at, 403), ("payments", "/addresses", 403)):
        narrow = Caller(issue_token(account_id=person.account_id, scope=scope, by=SYSTEM))
        assert narrow.get(path).status_code == status, (scope, path)
        if scope.endswith(".read"):
            is_problem(narrow.post(f"{at}/payments"), 403, "insufficient_scope")


def test_an_address_book_is_kept_and_a_result_chosen_tracked_and_called_off() -> None:
    make_places()
    person = make_person()
    me, other = token_of(person), token_of(make_person())
    first = me.post("/addresses", HOME, idempotency_key="a1")
    assert first.status_code == 201 and first.json()["is_default"] and "西湖区" in first.json()["place"]["zh"]
    assert me.post("/addresses", HOME, idempotency_key="a1").json() == first.json()
    is_problem(me.post("/addresses", {**HOME, "name": "沈建国"}, idempotency_key="a1"), 422, "idempotency_key_reused")
    assert Address.objects.count() == 1
    bad = is_problem(me.post("/addresses", {**HOME, "phone": "12", "region": "99"}), 422, "address")
    assert [one["pointer"] for one in bad["errors"]] == ["/phone", "/region"]
    at = f"/addresses/{first.json()['id']}"
    is_problem(other.get(at), 404)
    is_problem(other.ask("PUT", at, HOME), 404)
    is_problem(other.ask("DELETE", at), 404)
    assert me.ask("PUT", at, {**HOME, "detail": "演示路 9 号"}).json()["detail"] == "演示路 9 号"

    case = make_case(person=person)
    out = f"/cases/{case.number}/deliveries/out"
    is_problem(other.ask("PUT", out, {"way": "courier"}), 404)
    is_problem(me.ask("PUT", out.replace("out", "away"), {"way": "courier"}), 404)
    wrong = is_problem(me.ask("PUT", out, {"way": "pickup", "point": "nowhere"}), 422, "no_point")
    assert wrong["errors"][0]["pointer"] == "/point"
    assert LOCKER in [one["code"] for one in Caller().get("/pickup-points").json()["items"]]
    locker = me.ask("PUT", out, {"way": "pickup", "point": LOCKER}).json()
    assert locker["point"]["kind"] == "locker"
    chosen = me.ask("PUT", out, {"way": "courier"}).json()
    assert (chosen["id"], chosen["state"]["code"], chosen["point"]) == (locker["id"], "chosen", None)
    assert "晓" not in chosen["contact"]["name"] and "演示路 9 号" in chosen["contact"]["place"]["zh"]
    track = f"/deliveries/{chosen['id']}"
    is_problem(other.get(track), 404)
    is_problem(other.post(f"{track}/cancellation"), 404)
    assert me.post(f"{track}/cancellation").json()["state"]["code"] == "cancelled"
    is_problem(me.post(f"{track}/cancellation"), 409, "under_way")

    again = me.ask("PUT", out, {"way": "courier"}).json()["id"]
    parcel = release(Delivery.objects.get(pk=again))
    note_placed(delivery_id=parcel.pk, waybill="FAKE1", by=SYSTEM)
    parcel.refresh_from_db()
    for number, kind, more in ((1, "collected", {}), (2, "delivered", {"signer": "self"})):
        take_courier_event(event=happened(parcel, number, kind, **more), by=SYSTEM)
    is_problem(me.ask("PUT", out, {"way": "pickup"}), 409)
    seen = me.get(f"/deliveries/{again}").json()
    assert [one["kind"] for one in seen["track"]] == ["collected", "delivered"]
    assert (seen["signed"]["signer"], seen["waybill"], seen["is_open"]) == ("self", "FAKE1", False)
    page = me.get("/deliveries?limit=1").json()
    rest = me.get(f"/deliveries?limit=1&cursor={page['next']}").json()
    assert [one["id"] for one in page["items"] + rest["items"]] == [again, chosen["id"]] and rest["next"] is None
    assert len(me.get(f"/cases/{case.number}/deliveries").json()["items"]) == 2
    assert me.ask("DELETE", at).status_code == 204 and me.get("/addresses").json() == {"items": []}


def test_a_draft_is_handed_in_on_a_promise_with_a_paper_to_follow_and_the_way_that_its_result_takes() -> None:
    make_places()
    person, office = make_person(), make_office()
    me = token_of(person)
    plan = Material("plan", Text("布局图"), necessity="deferrable")
    terms = PromiseTerms("v1", Text("我承诺属实", "I promise"), covers=["plan"])
    later = make_item(office=office, materials=[plan])
    promised = make_item(office=office, processing=Processing(promise=terms))
    assert me.get(f"/items/{promised.code}").json()["promise"]["text"]["zh"] == "我承诺属实"
    assert me.get(f"/items/{later.code}").json()["promise"] is None
    answers = {"owner": person.name, "shop_name": "小满", "area": 9, "kind": "cold", "truth": True}

    def draft_of(code: str) -> str:
        draft: str = me.post("/drafts", {"item": code}).json()["id"]
        assert me.ask("PUT", f"/drafts/{draft}", {"answers": answers}).status_code == 200
        return f"/drafts/{draft}/submission"

    at = draft_of(later.code)
    missing = is_problem(me.post(at), 422, "invalid")
    assert [one["pointer"] for one in missing["errors"]] == ["/answers/plan"]
    is_problem(me.post(at, {"deferred": ["letter"]}), 422, "not_deferrable")
    is_problem(me.post(at, {"promise": True}), 409, "no_promise")
    no_address = is_problem(me.post(at, {"deferred": ["plan"], "delivery": {"way": "courier"}}), 422, "no_address")
    assert no_address["errors"][0]["pointer"] == "/delivery/address"
    is_problem(me.post(at, {"way": "courier"}), 422, "invalid")
    assert not Case.objects.exists(), "nothing was kept of what was refused"
    me.post("/addresses", HOME)
    sent = {"deferred": ["plan"], "delivery": {"way": "courier"}}
    first = me.post(at, sent)
    assert first.status_code == 201 and me.post(at).content == first.content, first.content
    number = first.json()["number"]
    assert Deferral.objects.get().material == "plan"
    assert me.get(f"/cases/{number}/deliveries").json()["items"][0]["way"] == "courier"
    assert me.get(f"/cases/{number}").json()["procedure"]["deferrals"][0]["material"] == "plan"

    at = draft_of(promised.code)
    is_problem(me.post(at), 422, "invalid")
    signed = me.post(at, {"promise": True})
    assert signed.status_code == 201 and Promise.objects.get().text_version == "v1", signed.content
    assert me.get(f"/cases/{signed.json()['number']}").json()["procedure"]["promise"]["text_version"] == "v1"
