"""A card: explained in words by a date, taken up when it is not, closed with a finding, and always there."""

from typing import Any

import pytest
from django.core.exceptions import PermissionDenied
from django.db import IntegrityError, connection, transaction

from yiwang.domains.identity.tests.factories import actor_of, make_office, make_staff
from yiwang.domains.regions.actions import load_regions
from yiwang.domains.supervision.actions import (
    annotate_card,
    assign_card,
    close_card,
    escalate_card,
    explain_card,
)  # fmt: skip
from yiwang.domains.supervision.models import Card, CardStep
from yiwang.domains.supervision.queries import card_of, cards, history_of, open_cards
from yiwang.domains.supervision.tests.factories import make_card, make_supervisor
from yiwang.foundation.actions import InvalidInput, NotVisible, Refused
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.clock import moved_to, now, today
from yiwang.foundation.clock.queries import calendar
from yiwang.foundation.journal.queries import timeline

pytestmark = pytest.mark.django_db(transaction=True)

WORDS = "申请人的图纸要请专家看，专家出差，晚了一天。"


@pytest.fixture(autouse=True)
def _places(at_noon: Any) -> None:
    rows = [
        ("330000", "浙江省", "", 1, ""),
        ("330100", "杭州市", "", 2, "330000"),
        ("330800", "衢州市", "", 2, "330000"),
    ]
    load_regions(rows=rows, by=SYSTEM)


def later(workdays: int) -> Any:
    return moved_to(now() + (calendar().add_workdays(today(), workdays) - today()))


def test_a_card_is_explained_closed_with_a_finding_and_stays() -> None:
    card, official = make_card(region_id="330100")
    supervisor = actor_of(make_supervisor(region_id="330000"))
    assert card.assignee_id == official.pk and card.explain_by == calendar().add_workdays(today(), 3)
    assert open_cards(actor_of(official)) == 1
    with pytest.raises(Refused) as early:
        close_card(card_id=card.pk, finding="fault", text="看过了，部门有责任。", by=supervisor)
    assert early.value.code == "still_to_be_explained"
    with pytest.raises(InvalidInput):
        explain_card(card_id=card.pk, text="忙", by=actor_of(official))
    explain_card(card_id=card.pk, text=WORDS, by=actor_of(official))
    annotate_card(card_id=card.pk, text="请把专家的回执也附上。", by=supervisor)
    close_card(card_id=card.pk, finding="excused", text="专家的时间不由部门定，理由成立。", by=supervisor)
    for act in (
        lambda: explain_card(card_id=card.pk, text=WORDS, by=actor_of(official)),
        lambda: close_card(card_id=card.pk, finding="fault", text="再想了想，还是有责任。", by=supervisor),
    ):
        with pytest.raises(Refused) as closed:
            act()
        assert closed.value.code == "closed"
    steps = history_of(card_of(actor_of(official), card.pk))
    assert [step.row.kind for step in steps] == ["raised", "explained", "annotated", "closed"]
    assert steps[1].text == WORDS and steps[3].row.finding == "excused" and open_cards(actor_of(official)) == 0
    stored = CardStep.objects.filter(kind="explained").values_list("text_sealed", flat=True)[0]
    assert "专家".encode() not in bytes(stored)
    kinds = [e.kind for e in timeline(card.case_id) if e.kind.startswith("Card")]
    assert kinds == ["CardRaised", "CardAssigned", "CardExplained", "CardAnnotated", "CardClosed"]


def test_a_card_that_nobody_explains_goes_up_to_the_head_and_can_then_be_closed() -> None:
    card, official = make_card(region_id="330100")
    official.roles = ["window"]
    official.save()
    head = make_staff(office=card.office, roles=("head",), name="钱一鸣")
    supervisor = actor_of(make_supervisor(region_id="330000"))
    escalate_card(card_id=card.pk, by=SYSTEM)
    card.refresh_from_db()
    assert card.escalated_at is None, "there is still time"
    with later(4):
        escalate_card(card_id=card.pk, by=SYSTEM)
        escalate_card(card_id=card.pk, by=SYSTEM)
        card.refresh_from_db()
        assert card.escalated_at and card.assignee_id == head.pk and card.state == "open"
        assert CardStep.objects.filter(kind="escalated").count() == 1
        assert [c.pk for c in cards(supervisor, which="escalated")] == [card.pk]
        explain_card(card_id=card.pk, text=WORDS, by=actor_of(head))
        close_card(card_id=card.pk, finding="fault", text="说明晚了，承诺也没有守住。", by=supervisor)
        assert [c.pk for c in cards(supervisor, which="closed")] == [card.pk]


def test_who_sees_a_card_and_who_may_do_what() -> None:
    card, official = make_card(region_id="330100")
    other = actor_of(make_staff(office=make_office(region_id="330100"), name="别的部门"))
    city = actor_of(make_supervisor(region_id="330100"))
    elsewhere = actor_of(make_supervisor(region_id="330800"))
    own = actor_of(make_staff(office=card.office, roles=("supervisor",), name="自己人"))
    colleague = actor_of(make_staff(office=card.office, roles=("window",), name="孔令仪"))
    assert [c.pk for c in cards(city)] == [card.pk] == [c.pk for c in cards(actor_of(official))]
    for stranger in (other, elsewhere, own):
        assert cards(stranger) == []
        with pytest.raises(NotVisible):
            explain_card(card_id=card.pk, text=WORDS, by=stranger)
    with pytest.raises(PermissionDenied):
        explain_card(card_id=card.pk, text=WORDS, by=colleague)
    with pytest.raises(PermissionDenied):
        close_card(card_id=card.pk, finding="mistaken", text="自己给自己下结论。", by=actor_of(official))
    assign_card(card_id=card.pk, staff_id=colleague.known_id, by=actor_of(official))
    explain_card(card_id=card.pk, text=WORDS, by=colleague)
    assert Card.objects.get().state == "explained"


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM supervision_card",
        "DELETE FROM supervision_cardstep",
        "UPDATE supervision_card SET colour = 'warning'",
        "UPDATE supervision_card SET office_id = office_id, due_on = NULL",
        "UPDATE supervision_cardstep SET kind = 'closed'",
    ],
)
def test_not_even_sql_takes_a_card_away(statement: str) -> None:
    make_card(region_id="330100")
    with pytest.raises(IntegrityError, match="only added to"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert Card.objects.filter(colour="yellow").count() == 1


def test_a_closed_card_is_not_opened_again_by_sql() -> None:
    card, official = make_card(region_id="330100")
    explain_card(card_id=card.pk, text=WORDS, by=actor_of(official))
    supervisor = actor_of(make_supervisor(region_id="330000"))
    close_card(card_id=card.pk, finding="fault", text="核对过，承诺没有守住。", by=supervisor)
    for act in (
        lambda: Card.objects.filter(pk=card.pk).update(state="open", finding="", closed_at=None),
        lambda: Card.objects.filter(pk=card.pk).delete(),
    ):
        with pytest.raises(Exception) as refused, transaction.atomic():
            act()
        assert isinstance(refused.value, IntegrityError) or "protected" in str(refused.value).lower()
    assert Card.objects.get(pk=card.pk).state == "closed"
