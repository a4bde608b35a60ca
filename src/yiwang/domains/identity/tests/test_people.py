"""Accounts and real names: who somebody is, and what is kept of it."""

import datetime as dt
import json
from dataclasses import replace
from uuid import UUID

import pytest
from django.db import IntegrityError, transaction

from yiwang.domains.identity.actions import (
    confirm_real_name,
    identify_at_window,
    open_account,
    reject_real_name,
    set_phone,
)
from yiwang.domains.identity.models import Person
from yiwang.domains.identity.ports import RegisterAnswer
from yiwang.domains.identity.queries import (
    account_by_phone,
    address_of,
    ask_register,
    id_number_of,
    identify,
    me,
    phone_of,
    prefill_values,
)
from yiwang.domains.identity.tests.factories import (
    actor_of,
    id_number,
    make_account,
    make_firm,
    make_person,
    make_staff,
    mobile,
)
from yiwang.foundation import vault
from yiwang.foundation.actions import InvalidInput
from yiwang.foundation.actors import ANONYMOUS, SYSTEM, Actor
from yiwang.foundation.journal.models import Entry
from yiwang.foundation.journal.queries import latest_of_kind
from yiwang.foundation.masking import mask_id_number
from yiwang.foundation.tests.refusing import forbidden, refused

pytestmark = pytest.mark.django_db

FOUND = RegisterAnswer("match", level=2, sex="2", birth_date=dt.date(1992, 6, 14), address="浙江省杭州市演示路 1 号")


@pytest.fixture
def newcomer():
    """Somebody who has signed up and whose name nobody has checked."""
    return make_person(level=1, name="还没核对")


def confirm(person, number, *, name="林晓岚", kind="resident_id", answer=FOUND):
    actor = Actor(kind="person", id=person.pk, assurance=1)
    return confirm_real_name(name=name, id_kind=kind, id_number=number, answer=answer, by=actor)


def test_an_account_has_a_person_behind_it_who_is_not_known_by_name_yet():
    account = make_account(email="lin@demo.example")
    person = open_account(account=account, by=ANONYMOUS)
    assert (person.level, person.name) == (1, "")
    found = identify(account.pk)
    assert (found.actor.kind, found.actor.id, found.actor.assurance) == ("person", person.pk, 1)
    assert latest_of_kind("AccountOpened")[0].fact == {"account_id": str(account.pk), "person_id": str(person.pk)}


def test_a_confirmed_name_raises_the_level_and_is_a_fact_without_the_name(newcomer):
    number = id_number()
    person = confirm(newcomer, number)
    assert (person.level, person.name, person.sex, person.birth_date) == (2, "林晓岚", "2", dt.date(1992, 6, 14))
    assert actor_of(person).assurance == 2
    (fact,) = latest_of_kind("RealNameConfirmed")
    assert fact.fact == {"person_id": str(person.pk), "level": 2}


def test_the_number_is_stored_encrypted_and_shown_masked(newcomer):
    number = id_number()
    person = Person.objects.get(pk=confirm(newcomer, number).pk)
    row = json.dumps([str(v) for v in Person.objects.filter(pk=person.pk).values_list().get()])
    assert number not in row
    assert number.encode() not in bytes(person.id_number_sealed)
    assert id_number_of(person) == number
    assert address_of(person) == FOUND.address
    assert mask_id_number(number) == number[:6] + "********" + number[-4:]
    assert not [e for e in Entry.objects.all() if number in json.dumps(e.fact)]


def test_a_sealed_number_opens_only_in_its_own_row(newcomer):
    one, other = confirm(newcomer, id_number()), make_person()
    other.id_number_sealed = one.id_number_sealed
    with pytest.raises(vault.Altered):
        id_number_of(other)


def spellings(number):
    return [
        number,
        f" {number.lower()} ",
        "".join(chr(ord(sign) + 0xFEE0) for sign in number),
        f"{number[:6]} {number[6:14]} {number[14:]}",
    ]


@pytest.mark.parametrize("spelling", range(4))
def test_one_document_belongs_to_one_account_however_it_is_typed(newcomer, spelling):
    number = id_number()
    make_person(number=number)
    with refused("document_taken"):
        confirm(newcomer, spellings(number)[spelling])
    newcomer.refresh_from_db()
    assert (newcomer.level, newcomer.id_number_sealed) == (1, None)


def test_one_document_belongs_to_one_account_however_its_kind_is_spelt(newcomer):
    number = id_number()
    make_person(number=number)
    with refused("document_taken"):
        confirm(newcomer, number, kind="resident-id")


def test_the_database_too_keeps_a_document_to_one_person(newcomer):
    known = make_person()
    newcomer.id_kind, newcomer.id_number_index = known.id_kind, known.id_number_index
    with pytest.raises(IntegrityError), transaction.atomic():
        newcomer.save()


@pytest.mark.parametrize("slip", ["", "123", "339921199206140018"[:17], "33992119920614001A", "990101199001010010"])
def test_a_number_that_cannot_be_one_is_refused_with_what_is_wrong(newcomer, slip):
    with refused("id_number", InvalidInput) as caught:
        confirm(newcomer, slip)
    assert caught.value.errors[0][0] == "id_number"


def test_a_wrong_check_digit_is_noticed(newcomer):
    number = id_number()
    wrong = number[:-1] + ("0" if number[-1] != "0" else "1")
    with refused("id_number", InvalidInput):
        confirm(newcomer, wrong)


@pytest.mark.parametrize("outcome", ["mismatch", "unknown", "unavailable"])
def test_what_the_register_does_not_know_is_never_a_real_name(newcomer, outcome):
    with refused("not_confirmed"):
        confirm(newcomer, id_number(), answer=RegisterAnswer(outcome))
    reject_real_name(outcome=outcome, by=Actor(kind="person", id=newcomer.pk, assurance=1))
    newcomer.refresh_from_db()
    assert (newcomer.level, newcomer.name) == (1, "还没核对")
    assert latest_of_kind("RealNameRejected")[0].fact == {"person_id": str(newcomer.pk), "outcome": outcome}


def test_who_was_taken_while_the_register_was_silent_and_joins_their_account_gets_all_that_it_says(newcomer):
    number, window = id_number(), actor_of(make_staff(roles=("window",)))
    asked = {"name": "林晓岚", "id_kind": "resident_id", "id_number": number}
    taken = identify_at_window(**asked, answer=RegisterAnswer("unavailable"), in_person=True, by=window)
    joined = confirm(newcomer, number, answer=replace(FOUND, level=3))
    joined.refresh_from_db()
    assert (joined.pk, joined.level, joined.unconfirmed_since) == (taken.pk, 3, None)
    assert (joined.sex, joined.birth_date, address_of(joined)) == (FOUND.sex, FOUND.birth_date, FOUND.address)


def test_a_name_that_is_confirmed_stays(newcomer):
    confirm(newcomer, id_number())
    with refused("already_confirmed"):
        confirm(newcomer, id_number(), name="沈建国")


@pytest.mark.parametrize("who", [ANONYMOUS, SYSTEM, Actor(kind="staff", id=UUID(int=1), roles=frozenset({"head"}))])
def test_nobody_confirms_a_name_for_another(who):
    with forbidden():
        confirm_real_name(name="林晓岚", id_kind="resident_id", id_number=id_number(), answer=FOUND, by=who)


def test_the_register_of_the_demonstration_tells_match_mismatch_and_unknown():
    from django.conf import settings
    from yaml import safe_load

    known = safe_load((settings.DEMO_DATA / "people.yaml").read_text(encoding="utf-8"))["people"][0]
    asked = {"id_kind": "resident_id", "id_number": known["id_number"]}
    assert ask_register(name=known["name"], **asked).outcome == "match"
    assert ask_register(name="别人", **asked).outcome == "mismatch"
    assert ask_register(name=known["name"], id_kind="resident_id", id_number=id_number()).outcome == "unknown"


def test_an_account_is_found_by_its_phone_however_that_is_typed():
    phone = mobile()
    account = make_account(email="a@demo.example", phone=phone)
    assert account_by_phone(phone) == account
    assert account_by_phone(f"+86 {phone[:3]} {phone[3:7]} {phone[7:]}") == account
    assert account_by_phone(mobile()) is None
    assert phone_of(account) == phone
    assert phone.encode() not in bytes(account.phone_sealed) + bytes(account.phone_index)


def test_a_phone_is_changed_by_its_owner_only():
    person, other = make_person(), make_person()
    new = mobile()
    with forbidden():
        set_phone(account_id=person.account_id, phone=new, verified=True, by=actor_of(other))
    set_phone(account_id=person.account_id, phone=new, verified=True, by=actor_of(person))
    assert account_by_phone(new) == person.account


def test_a_form_is_prefilled_from_ones_own_record_only():
    person = make_person(name="林晓岚", phone=mobile())
    firm = make_firm(person, name="演示小满面馆")
    values = prefill_values(actor_of(person))
    assert values["person.name"] == "林晓岚"
    assert values["person.id_number"] == id_number_of(person)
    assert values["person.birth_date"] == "1992-06-14"
    assert not [key for key in values if key.startswith("firm.")]
    acting = prefill_values(actor_of(person, firm=firm))
    assert (acting["firm.name"], acting["firm.credit_code"]) == ("演示小满面馆", firm.credit_code)
    assert prefill_values(ANONYMOUS) == prefill_values(SYSTEM) == {}
    assert me(actor_of(person)) == person
    assert me(ANONYMOUS) is None
