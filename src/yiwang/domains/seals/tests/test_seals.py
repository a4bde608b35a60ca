"""Seals: one for each office, ordered by who may, and every use noted."""

import hashlib

import pytest
from django.db import IntegrityError, transaction

from yiwang.domains.identity.models import Staff
from yiwang.domains.organisations.actions import load_offices
from yiwang.domains.organisations.models import Office
from yiwang.domains.seals.actions import issue_seal, note_seal_use, provide_seal
from yiwang.domains.seals.models import Seal, SealUse
from yiwang.domains.seals.pades.signing import sign_data
from yiwang.domains.seals.queries import authority, check_signed_data, key_of, seal_in_use
from yiwang.foundation.actors import ANONYMOUS, SYSTEM, Actor
from yiwang.foundation.ids import uuid7
from yiwang.foundation.journal.queries import latest_of_kind
from yiwang.foundation.tests.refusing import forbidden

pytestmark = pytest.mark.django_db

OFFICE, OTHER = "11339900YW0000991A", "11339900YW0000992B"
ADMINISTRATOR = Actor(kind="staff", id=uuid7(), office=OFFICE, roles=frozenset({Staff.Role.ADMINISTRATOR.value}))


@pytest.fixture(autouse=True)
def _offices():
    load_offices(
        offices=[Office(code=OFFICE, name="演示西湖区市场监督管理局"), Office(code=OTHER, name="演示西湖区城市管理局")],
        by=SYSTEM,
    )


def test_an_office_gets_one_seal_and_keeps_it():
    assert seal_in_use(OFFICE) is None
    seal = issue_seal(office_code=OFFICE, by=ADMINISTRATOR)
    assert issue_seal(office_code=OFFICE, by=SYSTEM) == seal
    assert seal_in_use(OFFICE) == seal
    assert seal.is_specimen
    assert [e.fact for e in latest_of_kind("SealIssued")] == [{"seal_id": str(seal.pk), "office_code": OFFICE}]
    assert issue_seal(office_code=OTHER, by=SYSTEM).key_id != seal.key_id


def test_the_database_too_keeps_an_office_to_one_seal():
    seal = issue_seal(office_code=OFFICE, by=SYSTEM)
    seal.pk, seal.key_id = uuid7(), "another"
    with pytest.raises(IntegrityError), transaction.atomic():
        seal.save(force_insert=True)


def test_what_an_office_signs_names_the_office_and_stands_against_every_change():
    seal = issue_seal(office_code=OFFICE, by=SYSTEM)
    signed = sign_data(b'{"a":1}', key_of(seal))
    verdict = check_signed_data(signed)
    assert (verdict.kind, verdict.signer, verdict.payload) == ("valid", "演示西湖区市场监督管理局", b'{"a":1}')
    head, body, tail = signed.split(".")
    assert check_signed_data(f"{head}.{body[:-2]}AA.{tail}").kind != "valid"
    assert check_signed_data("nonsense").kind == "unknown"


def test_a_demonstration_makes_a_specimen_where_an_office_has_none_and_a_real_authority_does_not(monkeypatch):
    assert provide_seal(office_code=OFFICE, by=SYSTEM) == seal_in_use(OFFICE)
    monkeypatch.setattr(type(authority()), "is_specimen", False)
    assert provide_seal(office_code=OFFICE, by=SYSTEM) == seal_in_use(OFFICE)
    with pytest.raises(LookupError), transaction.atomic():
        provide_seal(office_code=OTHER, by=SYSTEM)
    assert Seal.objects.count() == 1


@pytest.mark.parametrize("who", [ANONYMOUS, Actor(kind="person", id=uuid7(), assurance=3),
                                 Actor(kind="staff", id=uuid7(), office=OFFICE, roles=frozenset({"head"}))])  # fmt: skip
def test_nobody_else_orders_a_seal_or_uses_it(who):
    seal = issue_seal(office_code=OFFICE, by=SYSTEM)
    with forbidden():
        issue_seal(office_code=OTHER, by=who)
    with forbidden():
        provide_seal(office_code=OFFICE, by=who)
    with forbidden():
        note_seal_use(seal=seal, purpose="document", subject="1", signed="x", by=who)
    assert not SealUse.objects.exists()


def test_each_use_is_noted_with_what_was_signed():
    seal = issue_seal(office_code=OFFICE, by=SYSTEM)
    note_seal_use(seal=seal, purpose="document", subject="演西市监受〔2026〕1号", signed="a.b.c", by=SYSTEM)
    use = SealUse.objects.get()
    assert (use.seal, use.sha256) == (seal, hashlib.sha256(b"a.b.c").hexdigest())
