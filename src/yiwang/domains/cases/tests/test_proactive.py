"""免申即享 and renewals: who qualifies is found, told once and only confirms; whose certificate ends is told in time."""

import datetime as dt
from typing import Any

import pytest

from yiwang.domains.cases.actions import confirm_offer
from yiwang.domains.cases.tests.factories import make_official
from yiwang.domains.cases.tests.ruling import CARD_FORM, OLD, make_rule
from yiwang.domains.catalogue.content import Processing, Result, Text
from yiwang.domains.catalogue.tests.factories import make_item
from yiwang.domains.certificates.models import Certificate
from yiwang.domains.certificates.tests.issuing import TYPE, make_type
from yiwang.domains.identity.tests.factories import actor_of, make_office, make_person
from yiwang.domains.notices.models import Message
from yiwang.domains.rules.actions import (
    answer_offer,
)
from yiwang.domains.rules.models import Offer
from yiwang.domains.rules.queries import (
    offer_reason,
    offers_of,
)
from yiwang.foundation.actions import InvalidInput, NotVisible
from yiwang.foundation.clock import moved_to, now
from yiwang.foundation.jobs.worker import work_until_idle
from yiwang.foundation.reads.models import Read


@pytest.fixture(autouse=True)
def _noon(at_noon: Any) -> None: ...


@pytest.mark.django_db
def test_who_qualifies_is_found_told_once_and_only_confirms() -> None:
    make_type()
    item = make_item(
        office=make_office(),
        audience=["person"],
        form=CARD_FORM,
        materials=[],
        results=[Result("certificate", Text("卡"), TYPE, 12)],
        processing=Processing(certificate_fields={"place": "kind", "owner_number": "owner"}),
    )
    old, young, unwilling = make_person(name="沈建国"), make_person(name="周子涵"), make_person(name="陈立")
    for person, year in ((old, 1950), (young, 2000), (unwilling, 1940)):
        type(person).objects.filter(pk=person.pk).update(birth_date=dt.date(year, 1, 1))
    make_rule(item, OLD)
    make_rule(item, OLD, "entitlement")
    work_until_idle()
    assert set(Offer.objects.values_list("person_id", flat=True)) == {old.pk, unwilling.pk}
    assert Message.objects.filter(kind="offer", person=old).count() == 1
    assert not Read.objects.filter(person_id=young.pk).exists(), "of those who were not found nothing is kept"
    offer = offers_of(actor_of(old))[0]
    assert [one.zh for one in offer_reason(offer).trace][-1] == "满 60 周岁，符合条件"
    assert offers_of(actor_of(young)) == []
    with pytest.raises(NotVisible):
        confirm_offer(offer_id=offer.pk, answers={"truth": True}, by=actor_of(young))
    with pytest.raises(InvalidInput):
        confirm_offer(offer_id=offer.pk, answers={}, by=actor_of(old))
    case = confirm_offer(
        offer_id=offer.pk, answers={"truth": True, "owner": "别人", "born_on": "1930-01-01"}, by=actor_of(old)
    )
    assert confirm_offer(offer_id=offer.pk, answers={}, by=actor_of(old)) == case, "twice is one case"
    make_official(case)
    work_until_idle()
    case.refresh_from_db()
    assert case.outcome == "granted"
    from yiwang.domains.cases.queries import answers_of

    assert answers_of(case) == {"owner": "沈建国", "born_on": "1950-01-01", "kind": "cold", "truth": True}
    answer_offer(offer_id=offers_of(actor_of(unwilling))[0].pk, state="declined", by=actor_of(unwilling))
    with moved_to(now() + dt.timedelta(days=2)):
        work_until_idle()
    assert Offer.objects.count() == 2, "nobody is asked twice, whatever they answered"

    with moved_to(now() + dt.timedelta(days=10 * 30)):
        work_until_idle()
        assert Message.objects.filter(kind="renewal").count() == 0
    certificate = Certificate.objects.get(case_id=case.pk)
    assert certificate.valid_until is not None
    from yiwang.foundation.clock.queries import calendar

    renewing = make_item(
        office=certificate.office,
        audience=["person"],
        form=CARD_FORM,
        materials=[],
        results=[Result("certificate", Text("卡"), TYPE, 12)],
        processing=Processing(about="renewal", certificate_fields={"place": "kind", "owner_number": "owner"}),
    )
    day = calendar().add_workdays(certificate.valid_until, -30)
    with moved_to(dt.datetime.combine(day, dt.time(4), tzinfo=dt.UTC)):
        work_until_idle()
        work_until_idle()
        told = Message.objects.get(kind="renewal")
        assert told.person_id == old.pk
        assert told.link == f"/items/{renewing.code}/apply?about={certificate.pk}"
