"""Documents: numbered and stored with the step, sealed once within seconds, drawn when somebody asks."""

import datetime as dt
import hashlib
import io
import json
from uuid import UUID

import pikepdf
import pytest

from yiwang.domains.documents.actions import WORDS, draw_up, keep_document_pdf, store_document_seals
from yiwang.domains.documents.models import Document
from yiwang.domains.documents.queries import (
    KIND_NAMES,
    data_of,
    document_by_code,
    document_by_number,
    document_of,
    documents_of,
    draw_pdf,
    kept_pdf,
    oldest_unsealed,
    payload_of,
    signature_of,
    store_pdf,
    unsealed_for,
)
from yiwang.domains.documents.rendering.notices import NOTICES
from yiwang.domains.identity.tests.factories import actor_of, make_office, make_person, make_staff
from yiwang.domains.seals.actions import issue_seal
from yiwang.domains.seals.models import Seal, SealUse
from yiwang.domains.seals.queries import authority, check_sealed_pdf, check_signed_data
from yiwang.foundation.actors import ANONYMOUS, SYSTEM, Actor
from yiwang.foundation.clock import moved_to
from yiwang.foundation.jobs.models import Job
from yiwang.foundation.jobs.queue import run_due
from yiwang.foundation.jobs.worker import work_until_idle
from yiwang.foundation.journal.queries import latest_of_kind
from yiwang.foundation.tests.refusing import forbidden

pytestmark = pytest.mark.django_db

CASE = UUID(int=7)
OFFICE = "11339900YW0000055D"
SAID = {"addressee": "林晓岚", "item_name": "食品经营许可", "case_number": "X1", "withdrawn_on": "2026-03-18"}


@pytest.fixture
def office():
    return make_office(code=OFFICE, name="演示西湖区市场监督管理局")


def draw(office, kind="withdrawal", **more):
    return draw_up(kind=kind, case_id=CASE, office=office, data=SAID | more, by=SYSTEM)


def test_every_kind_has_a_word_for_its_number_a_name_and_a_face():
    kinds = set(Document.Kind.values)
    assert set(WORDS) == set(KIND_NAMES) == set(NOTICES) == kinds
    assert len(set(WORDS.values())) == len(kinds)


def test_a_document_is_numbered_by_office_kind_and_year(office, at_noon):
    numbers = [draw(office).number for _ in range(2)] + [draw(office, "letter", paragraphs=["好"]).number]
    assert numbers[0] == "演西市监撤〔2026〕1号"
    assert len(set(numbers)) == 3
    assert numbers[2] == "演西市监函〔2026〕1号"
    with moved_to(dt.datetime(2026, 12, 31, 16, 30, tzinfo=dt.UTC)):
        assert draw(office).number == "演西市监撤〔2027〕1号"
    assert draw(make_office(number="")).number != draw(make_office(number="")).number


def test_what_it_says_is_stored_encrypted_with_its_hash_and_a_code_to_verify_it(office, at_noon):
    document = draw(office)
    assert "林晓岚".encode() not in bytes(document.data_sealed)
    said = data_of(document)
    assert SAID.items() <= said.items()
    assert (said["number"], said["date"], said["specimen"]) == (document.number, "2026-03-18", "演示 SPECIMEN")
    assert hashlib.sha256(payload_of(document)).hexdigest() == document.data_sha256
    assert json.loads(payload_of(document)) == said
    assert document_by_code(document.verify_code) == document_by_number(document.number) == document
    assert (documents_of(CASE), document_of(CASE, document.pk)) == ([document], document)
    assert document_of(UUID(int=8), document.pk) is None


def test_the_worker_seals_it_once_and_anyone_can_check_the_seal(office):
    document = draw(office)
    assert (signature_of(document), unsealed_for(-5)) == ("", 1)
    assert oldest_unsealed() == document.created_at
    work_until_idle()
    document.refresh_from_db()
    verdict = check_signed_data(signature_of(document))
    assert (verdict.kind, verdict.payload) == ("valid", payload_of(document))
    assert latest_of_kind("DocumentSealed")[0].fact == {
        "document_id": str(document.pk), "case_id": str(CASE), "document_kind": "withdrawal",
        "sha256": document.data_sha256,
    }  # fmt: skip
    assert (unsealed_for(-5), oldest_unsealed()) == (0, None)
    assert SealUse.objects.filter(purpose="document", subject=str(document.pk)).count() == 1


def test_sealing_it_again_changes_nothing(office):
    document = draw(office)
    work_until_idle()
    document.refresh_from_db()
    seal, first = Seal.objects.get(), (document.sealed_at, signature_of(document))
    store_document_seals(signed=[(document.pk, "another.one.here", seal)], by=SYSTEM)
    Job.objects.filter(kind="seal_document").update(state="waiting")
    run_due()
    document.refresh_from_db()
    assert (document.sealed_at, signature_of(document)) == first
    assert SealUse.objects.count() == len(latest_of_kind("DocumentSealed")) == 1


@pytest.mark.django_db(transaction=True)
def test_without_a_seal_the_job_waits_until_the_office_has_one(office, at_noon, monkeypatch):
    monkeypatch.setattr(type(authority()), "is_specimen", False)  # a real authority makes no seals by itself
    document = draw(office)
    run_due()
    job = Job.objects.get(kind="seal_document")
    assert (job.state, job.attempts) == ("waiting", 1)
    assert "no seal in use" in job.error
    issue_seal(office_code=office.code, by=SYSTEM)
    with moved_to(at_noon + dt.timedelta(seconds=11)):
        run_due()
    document.refresh_from_db()
    assert document.sealed_at is not None


def test_its_pdf_is_drawn_on_request_sealed_visibly_and_kept(office):
    document = draw(office)
    with pytest.raises(LookupError):
        draw_pdf(document)
    work_until_idle()
    document.refresh_from_db()
    pdf = draw_pdf(document)
    verdict = check_sealed_pdf(pdf)
    assert (verdict.kind, verdict.attached_json) == ("valid", payload_of(document))
    assert check_sealed_pdf(pdf[:-200] + pdf[-200:].replace(b"0", b"1", 1) + b" ").kind != "valid"
    assert len(pikepdf.open(io.BytesIO(pdf)).pages) == 1
    assert kept_pdf(document) is None
    keep_document_pdf(document_id=document.pk, pdf_key=store_pdf(document, pdf), by=SYSTEM)
    keep_document_pdf(document_id=document.pk, pdf_key="another", by=SYSTEM)
    document.refresh_from_db()
    assert kept_pdf(document) == pdf


def test_only_the_machine_seals_and_no_visitor_draws_up(office):
    document = draw(office)
    seal = issue_seal(office_code=office.code, by=SYSTEM)
    for who in (ANONYMOUS, actor_of(make_person()), actor_of(make_staff(office=office))):
        with forbidden():
            store_document_seals(signed=[(document.pk, "a.b.c", seal)], by=who)
    with forbidden():
        draw_up(kind="letter", case_id=CASE, office=office, data=SAID, by=ANONYMOUS)
    with forbidden():
        draw_up(kind="letter", case_id=CASE, office=office, data=SAID, by=Actor(kind="peer", id=UUID(int=1)))
