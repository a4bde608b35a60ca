"""The watch: each clock is looked at on the days that matter, and on no other."""

import datetime as dt
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from yiwang.domains.cases.actions import await_applicant, decide_case, go_on, review_case
from yiwang.domains.cases.models import Case, CaseClock
from yiwang.domains.cases.tests.factories import ask_for_correction, finish, make_case, make_official
from yiwang.domains.catalogue.tests.factories import make_item
from yiwang.domains.identity.actions import enter_absence
from yiwang.domains.identity.tests.factories import actor_of, make_office, make_staff
from yiwang.domains.supervision.actions import change_card_rule, look_at_case, look_soon
from yiwang.domains.supervision.models import Card, CardStep, Watch
from yiwang.domains.supervision.queries import cases_to_look_at
from yiwang.domains.supervision.tests.factories import LIMITS, accepted_case
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.clock import moved_to, now, today
from yiwang.foundation.clock.queries import calendar
from yiwang.foundation.jobs.models import Job
from yiwang.foundation.jobs.registry import regular
from yiwang.foundation.jobs.worker import work_until_idle
from yiwang.foundation.journal.dispatch import deliver
from yiwang.foundation.journal.models import Entry

pytestmark = pytest.mark.django_db


def after_workdays(count: int) -> dt.datetime:
    """Return the present time of day, so many working days on."""
    return now() + (calendar().add_workdays(today(), count) - today())


def colours(case: Case) -> list[str]:
    return list(Card.objects.filter(case_id=case.pk).order_by("pk").values_list("colour", flat=True))


def test_a_case_is_warned_of_then_gets_a_yellow_and_a_red_card_each_once(at_noon: Any) -> None:
    case, official = accepted_case()
    assert colours(case) == [] and Watch.objects.get(pk=case.pk).look_on == calendar().add_workdays(today(), 4)
    for workdays, expected in (
        (3, []),
        (4, ["warning"]),  # a third of six working days is left
        (6, ["warning"]),
        (7, ["warning", "yellow"]),
        (20, ["warning", "yellow"]),
        (21, ["warning", "yellow", "red"]),
        (40, ["warning", "yellow", "red"]),
    ):
        with moved_to(after_workdays(workdays)):
            work_until_idle()
            assert colours(case) == expected, workdays
    assert not Watch.objects.exists(), "nothing is left to look at"
    yellow = Card.objects.get(colour="yellow")
    assert (yellow.assignee_id, yellow.state, yellow.rule_key) == (official.pk, "open", "promise_passed")
    kinds = list(Entry.objects.filter(case_id=case.pk, kind__startswith="Card").values_list("kind", flat=True))
    assert kinds.count("CardRaised") == 3 and kinds.count("CardEscalated") == 2
    look_at_case(case_id=case.pk, by=SYSTEM)
    assert len(colours(case)) == 3


def test_a_case_that_is_decided_in_time_gets_no_card(at_noon: Any) -> None:
    case = finish(make_case(item=make_item(office=make_office(), **LIMITS)))
    with moved_to(after_workdays(60)):
        work_until_idle()
        assert colours(case) == [] and not Watch.objects.exists()


def test_silence_that_makes_a_case_accepted_shows_one_red_card_at_once(at_noon: Any) -> None:
    """Art. 32 (4): not told within five working days counts as accepted, and somebody has to say why nobody spoke."""
    case = make_case(item=make_item(office=make_office(), **LIMITS))
    head = make_official(case)
    with moved_to(after_workdays(6)):
        work_until_idle()
        case.refresh_from_db()
        card = Card.objects.get(case_id=case.pk, colour="red")
        assert (case.state, card.subject, card.state, card.assignee_id) == ("accepted", "acceptance:1", "open", head.pk)
        assert card.tells_supervisor and card.rule_key in {"silent_acceptance", "law_passed"}


def test_the_time_of_the_applicant_is_not_the_offices(at_noon: Any) -> None:
    """While a correction is awaited nobody is warned; once it is there the acceptance clock is watched anew."""
    case = ask_for_correction(make_case())
    with moved_to(after_workdays(9)):
        work_until_idle()
        assert colours(case) == []


def test_what_is_granted_and_not_delivered_gets_its_cards_too_but_not_while_it_is_the_applicants_turn(
    at_noon: Any,
) -> None:
    """Art. 44: ten working days from the decision. Grants from before that clock was kept have none, and stay silent."""
    case, old = (accepted_case()[0] for _ in range(2))
    for one in (case, old):
        review_case(case_id=one.pk, verdict="support", opinion="已核对。", by=(by := actor_of(one.assignee)))
        decide_case(case_id=one.pk, grant=True, by=by)
    Job.objects.filter(kind__startswith="seal").delete()  # nobody seals it
    CaseClock.objects.filter(case=old, kind="delivery").delete()
    Case.objects.filter(pk=old.pk).update(due_on=None, legal_due_on=None)
    deliver()
    for workdays, expected in ((6, []), (7, ["warning"]), (9, ["warning", "yellow"])):
        with moved_to(after_workdays(workdays)):
            work_until_idle()
            assert colours(case) == expected, workdays
    with moved_to(after_workdays(10)):
        await_applicant(case_id=case.pk, reason="pickup", by=SYSTEM)
    with moved_to(after_workdays(40)):
        work_until_idle()
        assert colours(case) == ["warning", "yellow"]
        go_on(case_id=case.pk, by=SYSTEM)
    with moved_to(after_workdays(43)):
        work_until_idle()
        assert colours(case) == ["warning", "yellow", "red"] and colours(old) == []
        card = Card.objects.get(case_id=case.pk, colour="yellow")
        assert (card.rule_key, card.subject) == ("delivery_near", "delivery:1")


def test_a_second_change_of_the_calendar_on_one_day_is_looked_at_as_well(at_noon: Any) -> None:
    case, _official = accepted_case()
    clock = CaseClock.objects.filter(case=case, kind="decision")
    for days, expected in ((30, []), (-30, ["yellow"])):
        earlier = today() - dt.timedelta(days=1) if days < 0 else today() + dt.timedelta(days=days)
        clock.update(promised_due_on=earlier, legal_due_on=today() + dt.timedelta(days=60))
        look_soon(case_id=case.pk, by=SYSTEM)
        regular["supervision.look_at_cases"].work()
        work_until_idle()
        assert colours(case) == expected
    assert Job.objects.filter(kind="look_at_case", payload__case=str(case.pk)).count() == 2


def test_whoever_is_found_late_gets_the_card_and_no_warning_any_more(at_noon: Any) -> None:
    case, _official = accepted_case()
    with moved_to(after_workdays(30)):
        work_until_idle()
        assert colours(case) == ["yellow", "red"]


def test_the_deputy_of_somebody_absent_has_to_explain(at_noon: Any) -> None:
    case, official = accepted_case()
    deputy = make_staff(office=case.office, name="孔令仪")
    enter_absence(
        staff_id=official.pk,
        deputy_id=deputy.pk,
        from_date=today(),
        until_date=today() + dt.timedelta(days=30),
        by=actor_of(official),
    )
    with moved_to(after_workdays(7)):
        work_until_idle()
        assert Card.objects.get(colour="yellow").assignee_id == deputy.pk


def test_a_rule_that_was_changed_counts_from_the_next_look_on_and_old_cards_keep_theirs(at_noon: Any) -> None:
    _case, _official = accepted_case()
    with moved_to(after_workdays(7)):
        work_until_idle()
        administrator = actor_of(make_staff(roles=("administrator",)))
        rule = change_card_rule(
            key="promise_passed", share=33, workdays=1, explain_workdays=5, duty="head", told=[], is_on=True,
            by=administrator,
        )  # fmt: skip
        assert rule.version == 2 and Card.objects.get(colour="yellow").rule_version == 1
    other, _official = accepted_case()
    with moved_to(after_workdays(7)):
        look_at_case(case_id=other.pk, by=SYSTEM)
        card = Card.objects.get(case_id=other.pk, colour="yellow")
        assert (card.rule_version, card.explain_by) == (2, calendar().add_workdays(today(), 5))


def test_only_cases_whose_day_has_come_are_looked_at(at_noon: Any) -> None:
    """A hundred times as many running cases cost the job nothing: it reads the front of an index."""
    _case, _official = accepted_case()

    def plan() -> tuple[int, str]:
        with CaptureQueriesContext(connection) as asked:
            assert cases_to_look_at(today(), 500) == []
        return len(asked), asked.captured_queries[-1]["sql"]

    few, sql = plan()
    Watch.objects.bulk_create(Watch(case_id=uuid4(), look_on=today() + dt.timedelta(days=5)) for _ in range(300))
    assert plan()[0] == few == 1
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute(f"EXPLAIN QUERY PLAN {sql}")
            assert "INDEX cases_to_look_at" in str(cursor.fetchall())


def test_every_step_is_written_down(at_noon: Any) -> None:
    case, official = accepted_case()
    with moved_to(after_workdays(30)):
        work_until_idle()
    steps = CardStep.objects.filter(card__case_id=case.pk, card__colour="yellow").order_by("taken_at", "pk")
    assert next((s.kind, s.to_id) for s in steps) == ("raised", official.pk)
