"""Cards for tests, brought about as they are in earnest: a promise passes, and the machine looks."""

from typing import Any

from yiwang.domains.cases.actions import accept_case
from yiwang.domains.cases.models import Case
from yiwang.domains.cases.tests.factories import make_case, make_official
from yiwang.domains.catalogue.content import Limit
from yiwang.domains.catalogue.tests.factories import make_item
from yiwang.domains.identity.models import Staff
from yiwang.domains.identity.tests.factories import actor_of, make_office, make_staff
from yiwang.domains.supervision.actions import look_at_case
from yiwang.domains.supervision.models import Card
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.clock import moved_to, now, today
from yiwang.foundation.clock.queries import calendar
from yiwang.foundation.jobs.worker import work_until_idle

LIMITS: dict[str, Any] = {"legal_limit": Limit(20), "promised_limit": Limit(6)}


def accepted_case(**office: Any) -> tuple[Case, Staff]:
    """Return a case accepted now, promised in six working days and due by law in twenty, and the official who has it."""
    case = make_case(item=make_item(office=make_office(**office), **LIMITS))
    official = make_official(case)
    work_until_idle()
    accept_case(case_id=case.pk, by=actor_of(official))
    work_until_idle()
    case.refresh_from_db()
    return case, official


def make_card(**office: Any) -> tuple[Card, Staff]:
    """Return a yellow card of today, and the official who has to explain it."""
    ago = now() - (today() - calendar().add_workdays(today(), -7))
    with moved_to(ago):
        case, official = accepted_case(**office)
    look_at_case(case_id=case.pk, by=SYSTEM)
    return Card.objects.get(case_id=case.pk, colour="yellow"), official


def make_supervisor(**office: Any) -> Staff:
    """Return a supervisor in an office of their own, of the whole province where nothing else is said."""
    return make_staff(office=make_office(name="演示省数据管理局", **office), roles=("supervisor",), name="童欣")
