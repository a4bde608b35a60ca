"""Instant items: granted at once where the machine finds the conditions met, otherwise left to officials; never refused."""

import pytest

from yiwang.domains.cases.actions import accept_case, grant_at_once
from yiwang.domains.cases.queries import machine_misses
from yiwang.domains.cases.tests.factories import finish, make_case, make_official
from yiwang.domains.catalogue.content import Requirement, Text
from yiwang.domains.catalogue.tests.factories import instant, make_item
from yiwang.domains.identity.models import Person
from yiwang.domains.identity.tests.factories import make_office, make_person
from yiwang.foundation.actions import Refused
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.clock import now
from yiwang.foundation.jobs.worker import work_until_idle

LARGE_ONLY = Requirement(
    field="kind", one_of=["cold"], reason=Text("热食要由人看", "Hot food is looked at by a person")
)


def _case(kind: str, **answers: object):
    item = make_item(office=make_office(), processing=instant(instant_if=[LARGE_ONLY]))
    case = make_case(item=item, kind=kind, **answers)
    make_official(case)
    work_until_idle()
    case.refresh_from_db()
    return case


@pytest.mark.django_db
def test_for_somebody_whom_the_register_has_not_confirmed_a_person_decides() -> None:
    seen = Person.objects.get(pk=make_person().pk)
    seen.unconfirmed_since = now()
    seen.save()
    case = _case("cold", person=seen)
    assert (case.state, [one.zh[:7] for one in machine_misses(case)]) == ("submitted", ["申请人是在窗口"])


@pytest.mark.django_db
def test_what_meets_the_conditions_is_granted_at_once() -> None:
    case = _case("cold")
    assert machine_misses(case) == []
    assert case.outcome == "granted"


@pytest.mark.django_db
def test_what_misses_one_waits_for_a_person_who_may_still_grant_it() -> None:
    case = _case("hot", items=20)
    assert case.state == "submitted"
    assert case.outcome == ""
    assert [one.zh for one in machine_misses(case)] == ["热食要由人看"]
    assert finish(case).outcome == "granted"


@pytest.mark.django_db(transaction=True)
def test_the_machine_itself_cannot_grant_it() -> None:
    case = _case("hot", items=20)
    accept_case(case_id=case.pk, by=SYSTEM)
    with pytest.raises(Refused):
        grant_at_once(case_id=case.pk, by=SYSTEM)
