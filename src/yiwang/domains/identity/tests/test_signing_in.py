"""Whom somebody acts for, officials and their second factor, tokens."""

import datetime as dt
from uuid import UUID, uuid4

import pytest

from yiwang.domains.identity.actions import appoint_staff, issue_token, join_firm
from yiwang.domains.identity.models import AccessToken, Firm, FirmMember, Staff
from yiwang.domains.identity.queries import colleagues, firm_acted_for, identify, identify_token, my_firms, staff_names
from yiwang.domains.identity.tests.factories import (
    actor_of,
    make_account,
    make_firm,
    make_office,
    make_person,
    make_staff,
)
from yiwang.foundation.actors import ANONYMOUS, SYSTEM, Actor
from yiwang.foundation.clock import moved_to
from yiwang.foundation.journal.queries import latest_of_kind
from yiwang.foundation.tests.refusing import forbidden, refused

pytestmark = pytest.mark.django_db


def test_somebody_without_an_account_here_is_nobody():
    assert identify(uuid4()).actor == ANONYMOUS
    assert identify(make_account(email="bare@demo.example").pk).actor == ANONYMOUS


def test_a_person_acts_for_a_firm_that_they_are_a_member_of_and_for_no_other():
    person = make_person(name="林晓岚")
    firm, strange = make_firm(person), make_firm(make_person(), name="演示别家店")
    acting = identify(person.account_id, firm_id=str(firm.pk))
    assert acting.actor.on_behalf_of == firm.pk
    assert (acting.person.firm_name, acting.person.masked) == (firm.name, "林*岚")
    assert firm_acted_for(acting.actor) == firm
    assert my_firms(acting.actor) == [(firm, "legal_representative")]
    for wrong in (strange.pk, uuid4(), "no id at all"):
        found = identify(person.account_id, firm_id=wrong)
        assert found.actor.on_behalf_of is None
        assert found.actor.id == person.pk


def test_who_leaves_a_firm_no_longer_acts_for_it():
    person = make_person()
    firm = make_firm(person)
    FirmMember.objects.filter(firm=firm, person=person).delete()
    assert identify(person.account_id, firm_id=firm.pk).actor.on_behalf_of is None


def test_a_firm_is_one_firm_for_all_who_act_for_it():
    owner, clerk = make_person(), make_person()
    firm = make_firm(owner)
    again = make_firm(clerk, code=firm.credit_code, role="clerk")
    assert again == firm
    assert Firm.objects.count() == 1
    assert my_firms(actor_of(clerk)) == [(firm, "clerk")]


@pytest.mark.parametrize("who", [ANONYMOUS, Actor(kind="person", id=UUID(int=1), assurance=3),
                                 Actor(kind="staff", id=UUID(int=1), roles=frozenset({"administrator"}))])  # fmt: skip
def test_membership_comes_from_the_register_of_firms_alone(who):
    person = make_person()
    with forbidden():
        join_firm(
            person_id=person.pk, name="演示", credit_code="92339901MA00000017", legal_representative="", address="",
            role="clerk", by=who,
        )  # fmt: skip


def test_an_official_needs_the_second_factor():
    official = make_staff(roles=("window",))
    half_way = identify(official.account_id)
    assert half_way.actor == ANONYMOUS
    assert half_way.needs_second_factor
    signed_in = identify(official.account_id, has_second_factor=True)
    assert not signed_in.needs_second_factor
    assert (signed_in.actor.kind, signed_in.actor.office) == ("staff", official.office_id)
    assert signed_in.actor.has_role("window")
    assert not signed_in.actor.has_role("head", "reviewer")
    assert signed_in.staff.office_name == official.office.name


def test_an_official_who_has_left_is_an_official_no_more():
    official = make_staff()
    Staff.objects.filter(pk=official.pk).update(is_active=False)
    assert identify(official.account_id, has_second_factor=True).actor == ANONYMOUS


def test_administrators_appoint_officials_to_duties_that_exist():
    office = make_office()
    administrator = actor_of(make_staff(office=office, roles=("administrator",)))
    account = make_account(email="new@demo.example")
    with refused("unknown_role"):
        appoint_staff(account=account, office_code=office.code, name="方敏", roles=["window", "king"], by=administrator)
    with forbidden():
        appoint_staff(
            account=account, office_code=office.code, name="方敏", roles=["window"],
            by=actor_of(make_staff(office=office, roles=("head",))),
        )  # fmt: skip
    official = appoint_staff(account=account, office_code=office.code, name="方敏", roles=["window"], by=administrator)
    assert latest_of_kind("StaffAppointed")[0].fact == {"staff_id": str(official.pk), "office_code": office.code}


def test_colleagues_are_the_active_officials_of_ones_own_office():
    office = make_office()
    one, two = make_staff(office=office, name="方敏"), make_staff(office=office, name="何亮")
    gone = make_staff(office=office, name="已调走")
    Staff.objects.filter(pk=gone.pk).update(is_active=False)
    make_staff(name="别的部门")
    assert {name for _, name in colleagues(actor_of(one))} == {"方敏", "何亮"}
    assert staff_names([one.pk, two.pk]) == {one.pk: "方敏", two.pk: "何亮"}
    assert colleagues(actor_of(make_person())) == []


def test_a_token_stands_for_its_account_until_it_expires(at_noon):
    person, official = make_person(), make_staff()
    token = issue_token(account_id=person.account_id, days=30, by=SYSTEM)
    assert identify_token(token).actor == actor_of(person, channel="api")
    assert identify_token(issue_token(account_id=official.account_id, by=SYSTEM)).actor.id == official.pk
    with moved_to(at_noon + dt.timedelta(days=29, hours=23)):
        assert identify_token(token).actor.id == person.pk
    with moved_to(at_noon + dt.timedelta(days=30, seconds=1)):
        assert identify_token(token).actor == ANONYMOUS
    assert identify_token("guessed").actor == identify_token("").actor == ANONYMOUS


def test_of_a_token_only_its_hash_is_kept():
    person = make_person()
    token = issue_token(account_id=person.account_id, scope="cases", by=SYSTEM)
    row = AccessToken.objects.get()
    assert token not in row.hash
    assert len(row.hash) == 64
    assert latest_of_kind("TokenIssued")[0].fact == {"account_id": str(person.account_id), "scope": "cases"}
    with forbidden():
        issue_token(account_id=person.account_id, by=actor_of(person))


def test_a_token_of_a_closed_account_opens_nothing():
    person = make_person()
    token = issue_token(account_id=person.account_id, by=SYSTEM)
    person.account.is_active = False
    person.account.save()
    assert identify_token(token).actor == ANONYMOUS
