"""A charge from notice to receipt and back, whatever the provider says, how often, in what order, and how many at once."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.core.exceptions import PermissionDenied

from yiwang.domains.documents.queries import data_of
from yiwang.domains.identity.tests.factories import actor_of, make_firm, make_person, make_staff
from yiwang.domains.notices.models import Message
from yiwang.domains.payments.actions import (
    cancel_charge,
    open_payment,
    plan_refund_questions,
    raise_charge,
    reduce_charge,
    refund_charge,
    take_trade_news,
)
from yiwang.domains.payments.models import CallBack, Charge, LedgerLine, Payment, Receipt, Refund
from yiwang.domains.payments.queries import (
    charge_by_notice,
    charge_by_number,
    document_of_receipt,
    due_charges,
    is_settled,
    ledger_of,
    lines_of,
    my_charges,
    receipt_by_numbers,
    to_look_at,
)
from yiwang.domains.payments.tests.factories import BASIS, PROVIDER, fee, given_back, make_charge, paid
from yiwang.foundation.actions import InvalidInput, NotVisible, Refused
from yiwang.foundation.actors import ANONYMOUS, SYSTEM
from yiwang.foundation.clock import moved_to, now
from yiwang.foundation.codes.charges import charge_number, is_charge_number
from yiwang.foundation.jobs.models import Job
from yiwang.foundation.jobs.worker import work_until_idle
from yiwang.foundation.journal.models import Entry

pytestmark = pytest.mark.django_db


def ledger(charge: Charge) -> list[tuple[str, int, int, int]]:
    return [(line.kind, line.amount_fen, line.owed_fen, line.held_fen) for line in ledger_of(charge)]


def opened(charge: Charge) -> Payment:
    return open_payment(charge_id=charge.pk, check_code=charge.check_code, by=ANONYMOUS)


def test_the_number_of_a_notice_checks_itself() -> None:
    number = charge_number(region="330106", year=2026, serial=42)
    assert number.startswith("3301062600000000042") and is_charge_number(number)
    slips = [number[:i] + str((int(number[i]) + 1) % 10) + number[i + 1 :] for i in range(20)]
    assert not any(map(is_charge_number, [*slips, number[:-1], number + "0", "1" * 19 + "x"]))
    with pytest.raises(ValueError, match="no notice number"):
        charge_number(region="3301", year=2026, serial=1)


def test_a_charge_is_paid_once_whatever_the_provider_says() -> None:
    """Wrong, early, late, doubled, reordered: one effect, one receipt, and what is wrong is kept and told."""
    person = make_person()
    charge = make_charge(fee(), fee(name="证书工本费", amount_fen=1000), payer=person)
    assert not is_settled(charge.reference) and [c.pk for c in due_charges(actor_of(person))] == [charge.pk]
    order = opened(charge)
    assert opened(charge) == order, "an order that is open is used again"
    wrong = take_trade_news(news=paid(order, amount_fen=8999), by=PROVIDER)
    stranger = take_trade_news(news=paid(order, order_number="20260101NOBODY"), by=PROVIDER)
    assert [(w.verdict, w.why) for w in (wrong, stranger)] == [
        ("refused", "wrong_amount"),
        ("refused", "unknown_order"),
    ]
    assert not is_settled(charge.reference)
    closed = paid(order, kind="closed", trade_number="")
    assert take_trade_news(news=closed, by=PROVIDER).verdict == "taken"
    news = paid(order)
    assert take_trade_news(news=news, by=PROVIDER).verdict == "taken", "money overtakes the closing"
    same = CallBack.objects.count()
    assert take_trade_news(news=news, by=PROVIDER).verdict == "taken"
    assert CallBack.objects.count() == same, "the very same message is one message"
    assert take_trade_news(news=paid(order), by=PROVIDER).verdict == "repeated"
    assert take_trade_news(news=paid(order, kind="closed", trade_number=""), by=PROVIDER).verdict == "repeated"
    assert take_trade_news(news=paid(order, trade_number="T-OTHER"), by=PROVIDER).why == "other_trade"
    charge.refresh_from_db()
    assert (charge.state, charge.paid_fen, is_settled(charge.reference)) == ("paid", 9000, True)
    assert ledger(charge) == [("raised", 9000, 9000, 0), ("paid", 9000, 0, 9000)]
    assert Receipt.objects.filter(charge=charge).count() == 1
    with pytest.raises(Refused, match="不用再缴"):
        opened(charge)
    operator = actor_of(make_staff(roles=("operator",)))
    seen = to_look_at(operator)
    assert [row.why for row in seen.refused] == ["other_trade", "unknown_order"]
    assert [row.why for row in seen.done] == ["wrong_amount"], "the order is paid as it stands: nobody need ask"
    assert not to_look_at(actor_of(make_staff(roles=("head",)))).refused
    assert Entry.objects.filter(kind="TradeNewsRefused").count() == 3
    assert Entry.objects.filter(kind="ChargePaid").count() == 1


def test_the_receipt_is_a_sealed_document_with_three_numbers() -> None:
    person = make_person(name="林晓岚")
    reduced = fee(reduction_fen=4000, reduction_basis="小微企业减半")
    charge = make_charge(reduced, payer=person)
    assert (charge.total_fen, charge.payable_fen) == (8000, 4000)
    take_trade_news(news=paid(opened(charge)), by=PROVIDER)
    work_until_idle()
    receipt = Receipt.objects.get(charge=charge)
    assert [len(part) for part in (receipt.code, receipt.number, receipt.check_code)] == [8, 10, 6]
    document = document_of_receipt(receipt)
    said = data_of(document)
    assert document.sealed_at and (said["addressee"], said["paid"]) == ("林晓岚", "40.00 元")
    assert said["lines"][0]["basis"] == BASIS and "小微企业减半" in said["lines"][0]["reduction"]
    assert receipt_by_numbers(receipt.code, receipt.number, receipt.check_code) == receipt
    assert receipt_by_numbers(receipt.code, receipt.number, "AAAAAA") is None
    titles = list(Message.objects.filter(person=person).order_by("sent_at").values_list("kind", flat=True))
    assert titles == ["payment", "paid"]


def test_money_that_nobody_owes_goes_back_whole() -> None:
    """Two tabs, two orders, both paid; and an order that was paid after the charge was made smaller."""
    charge = make_charge()
    first = opened(charge)
    with moved_to(now() + dt.timedelta(hours=1)):
        second = opened(charge)
        assert second != first, "the first one is over"
    take_trade_news(news=paid(second), by=PROVIDER)
    late = take_trade_news(news=paid(first), by=PROVIDER)
    assert (late.verdict, late.why) == ("taken", "surplus")
    back = Refund.objects.get(payment=first)
    assert back.amount_fen == 8000 and Job.objects.filter(kind="send_refund").count() == 1
    first.refresh_from_db()
    take_trade_news(news=given_back(first, back), by=PROVIDER)
    assert [kind for kind, *_ in ledger(charge)] == ["raised", "paid", "surplus", "refunded"]
    assert ledger(charge)[-1][2:] == (0, 8000)
    charge.refresh_from_db()
    assert (charge.state, charge.refunded_fen) == ("paid", 0), "the payment that counts stays"


def test_a_reduction_names_its_basis_and_closes_what_was_open() -> None:
    charge = make_charge()
    order = opened(charge)
    head = actor_of(make_staff(office=charge.office))
    window = actor_of(make_staff(office=charge.office, roles=("window",)))
    with pytest.raises(InvalidInput, match="依据"):
        reduce_charge(charge_id=charge.pk, position=1, amount_fen=100, basis=" ", by=head)
    with pytest.raises(InvalidInput, match="金额以内"):
        reduce_charge(charge_id=charge.pk, position=1, amount_fen=8001, basis="低保家庭免收", by=head)
    for nobody in (window, SYSTEM, actor_of(make_staff())):
        with pytest.raises(PermissionDenied):
            reduce_charge(charge_id=charge.pk, position=1, amount_fen=100, basis="低保家庭免收", by=nobody)
    reduce_charge(charge_id=charge.pk, position=1, amount_fen=8000, basis="低保家庭免收", by=head)
    charge.refresh_from_db()
    assert (charge.state, charge.payable_fen, is_settled(charge.reference)) == ("waived", 0, True)
    assert lines_of(charge)[0].reduction_basis == "低保家庭免收"
    assert take_trade_news(news=paid(order), by=PROVIDER).why == "surplus"
    with pytest.raises(Refused, match="不能再减免"):
        reduce_charge(charge_id=charge.pk, position=1, amount_fen=1, basis="再免", by=head)
    waived = make_charge(fee(reduction_fen=8000, reduction_basis="首次申领免费"))
    assert (waived.state, Entry.objects.filter(kind="ChargePaid").count()) == ("waived", 2)


def test_a_refund_is_asked_for_once_and_entered_when_it_is_done() -> None:
    charge = make_charge()
    assert refund_charge(charge_id=charge.pk, basis="没有缴过", by=SYSTEM).state == "due"
    order = opened(charge)
    take_trade_news(news=paid(order), by=PROVIDER)
    with pytest.raises(Refused, match="不能比付的多"):
        refund_charge(charge_id=charge.pk, amount_fen=8001, basis="撤回申请", by=SYSTEM)
    refund_charge(charge_id=charge.pk, amount_fen=3000, basis="多收", by=SYSTEM)
    refund_charge(charge_id=charge.pk, basis="撤回申请", by=SYSTEM)
    refund_charge(charge_id=charge.pk, basis="撤回申请", by=SYSTEM)
    order.refresh_from_db()
    part, rest = Refund.objects.order_by("requested_at", "id")
    assert (part.amount_fen, rest.amount_fen, order.refunding_fen) == (3000, 5000, 8000)
    assert take_trade_news(news=given_back(order, part, amount_fen=3001), by=PROVIDER).why == "wrong_amount"
    assert take_trade_news(news=given_back(order, part, refund_number="R0"), by=PROVIDER).why == "unknown_refund"
    for refund in (rest, part, part):
        take_trade_news(news=given_back(order, refund), by=PROVIDER)
    charge.refresh_from_db()
    assert (charge.state, charge.refunded_fen, ledger(charge)[-1][2:]) == ("refunded", 8000, (0, 0))
    assert Receipt.objects.get(charge=charge).reversed_at is not None
    assert Entry.objects.filter(kind="ChargeRefunded").count() == 2


def test_refunds_that_are_never_confirmed_keep_no_other_from_being_asked_about() -> None:
    """A window of two, and two that the provider will never confirm: the third gets its turn, and so do they, later."""
    refunds = []
    for _ in range(3):
        charge = make_charge()
        take_trade_news(news=paid(opened(charge)), by=PROVIDER)
        refund_charge(charge_id=charge.pk, basis="撤回申请", by=SYSTEM)
        refunds.append(str(Refund.objects.get(payment__charge_id=charge.pk).pk))
    asked: list[str] = []
    for minutes in (9, 11, 12, 13, 50):
        with moved_to(now() + dt.timedelta(minutes=minutes)):
            plan_refund_questions(most=2, by=SYSTEM)
        jobs = Job.objects.filter(kind="ask_after_refund").order_by("created_at", "id")
        asked = [job.payload["refund"] for job in jobs]
        assert len(asked) == {9: 0, 11: 2, 12: 3, 13: 3, 50: 5}[minutes]
    assert asked == [*refunds, *refunds[:2]], "one after the other, then from the start"


def test_who_may_see_pay_and_charge() -> None:
    person, other = make_person(), make_person()
    firm = make_firm(person)
    mine, theirs = make_charge(payer=person), make_charge(payer=person, firm=firm)
    assert [c.pk for c in my_charges(actor_of(person), limit=5)] == [mine.pk]
    assert [c.pk for c in my_charges(actor_of(person, firm=firm), limit=5)] == [theirs.pk]
    clerk, stranger = actor_of(make_staff(office=mine.office)), actor_of(make_staff())
    assert charge_by_number(clerk, f"{mine.number[:4]} {mine.number[4:]}").pk == mine.pk
    for nobody in (actor_of(other), stranger, ANONYMOUS):
        with pytest.raises(NotVisible):
            charge_by_number(nobody, mine.number)
        with pytest.raises(NotVisible):
            open_payment(charge_id=mine.pk, by=nobody)
        with pytest.raises(PermissionDenied):
            take_trade_news(news=paid(opened(theirs)), by=nobody)
    with pytest.raises(NotVisible):
        open_payment(charge_id=theirs.pk, by=actor_of(person))
    assert charge_by_notice(mine.number, mine.check_code.lower()) == mine
    assert charge_by_notice(mine.number, "AAAAAA") is None and charge_by_notice("1" * 20, mine.check_code) is None
    with pytest.raises(PermissionDenied):
        cancel_charge(charge_id=mine.pk, by=clerk)
    cancel_charge(charge_id=mine.pk, by=SYSTEM)
    assert cancel_charge(charge_id=mine.pk, by=SYSTEM).state == "cancelled" and is_settled(mine.reference)


@pytest.mark.parametrize(
    "line",
    [{"amount_fen": 10.0}, {"amount_fen": 0}, {"amount_fen": True}, {"basis": " "}, {"reduction_fen": 1},
     {"reduction_fen": 9000, "reduction_basis": "多减"}, {"name": ""}],
)  # fmt: skip
def test_a_line_is_whole_fen_with_a_basis(line: dict[str, Any]) -> None:
    with pytest.raises(InvalidInput):
        make_charge(fee(**line))


def test_the_same_reference_is_charged_once() -> None:
    charge = make_charge(reference="CASE-1")
    again = raise_charge(
        reference="CASE-1", payer_person_id=charge.payer_id, office_code=charge.office_id, lines=[fee()],
        due_on=charge.due_on, by=SYSTEM,
    )  # fmt: skip
    assert again.pk == charge.pk and LedgerLine.objects.count() == 1


def test_eight_messages_at_once_have_one_effect(at_once: Callable[..., list]) -> None:
    """The provider sends the same trade eight times in the same moment, half of them the very same message."""
    charge = make_charge()
    order = opened(charge)
    news = [paid(order, nonce="the-very-same-message") if n % 2 else paid(order) for n in range(8)]
    got = at_once(lambda n: take_trade_news(news=news[n], by=PROVIDER).verdict, 8)
    fine = [one for one in got if isinstance(one, str)]
    assert fine.count("taken") >= 1 and set(fine) <= {"taken", "repeated"}
    charge.refresh_from_db()
    assert (charge.state, charge.paid_fen) == ("paid", 8000)
    assert LedgerLine.objects.filter(charge=charge, kind="paid").count() == 1
    assert (Receipt.objects.count(), Entry.objects.filter(kind="ChargePaid").count()) == (1, 1)
