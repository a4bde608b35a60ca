"""Certificates: intended before they are signed, valid once signed, found by code and number, withdrawn by their office."""

import datetime as dt
import hashlib
from uuid import UUID

import pytest

from yiwang.domains.certificates.actions import (
    keep_certificate_pdf,
    load_certificate_types,
    prepare_certificate,
    store_certificate_signatures,
    withdraw_certificate,
)
from yiwang.domains.certificates.models import Certificate, CertificateType
from yiwang.domains.certificates.queries import (
    by_code,
    by_identifier,
    data_of,
    draw_pdf,
    face_of,
    held_for,
    is_in_force,
    kept_pdf,
    payload_of,
    public_facts,
    signature_of,
    store_pdf,
    verify_file,
    verify_text,
    visible_to,
)
from yiwang.domains.certificates.tests.issuing import TYPE, issue_certificate, make_type
from yiwang.domains.documents.actions import draw_up
from yiwang.domains.identity.queries import id_number_of
from yiwang.domains.identity.tests.factories import actor_of, make_firm, make_office, make_person, make_staff
from yiwang.domains.seals.models import Seal, SealUse
from yiwang.domains.seals.queries import check_signed_data
from yiwang.foundation.actors import ANONYMOUS, SYSTEM
from yiwang.foundation.clock import moved_to
from yiwang.foundation.codes import parse_certificate_identifier
from yiwang.foundation.jobs.models import Job
from yiwang.foundation.jobs.queue import run_due
from yiwang.foundation.jobs.worker import work_until_idle
from yiwang.foundation.journal.queries import latest_of_kind
from yiwang.foundation.masking import mask_id_number
from yiwang.foundation.tests.refusing import forbidden, hidden, refused

pytestmark = pytest.mark.django_db

ISSUER = "11339900YW0000055D"


@pytest.fixture
def lin():
    return make_person(name="林晓岚")


@pytest.fixture
def issuer():
    return make_office(code=ISSUER, name="演示西湖区市场监督管理局")


@pytest.fixture
def signed(lin, issuer):
    """A certificate that counts."""
    certificate = issue_certificate(make_type(), person=lin, office=issuer, owner_number=id_number_of(lin))
    work_until_idle()
    certificate.refresh_from_db()
    return certificate


def test_what_will_be_signed_is_stored_first_and_counts_for_nothing_yet(lin, issuer, at_noon):
    certificate = issue_certificate(make_type(), person=lin, office=issuer)
    assert (certificate.state, is_in_force(certificate), signature_of(certificate)) == ("intended", False, "")
    assert hashlib.sha256(payload_of(certificate)).hexdigest() == certificate.payload_sha256
    assert latest_of_kind("CertificateIntended")[0].fact["sha256"] == certificate.payload_sha256
    assert by_code(certificate.verify_code) is None
    assert by_identifier(certificate.identifier) is None
    assert not visible_to(actor_of(lin)).exists()
    assert parse_certificate_identifier(certificate.identifier)
    assert "林晓岚".encode() not in bytes(certificate.payload_sealed)


def test_the_worker_signs_it_and_from_then_on_it_counts(signed, lin):
    verdict = check_signed_data(signature_of(signed))
    assert (signed.state, verdict.kind, verdict.payload) == ("valid", "valid", payload_of(signed))
    assert data_of(signed)["CZZT"] == "林晓岚"
    assert data_of(signed)["specimen"] == "演示 SPECIMEN"
    assert held_for(actor_of(lin)) == {TYPE: signed}
    assert latest_of_kind("CertificateSigned")[0].fact["certificate_id"] == str(signed.pk)


def test_signing_it_again_changes_nothing(signed):
    before = signature_of(signed), signed.signed_at
    store_certificate_signatures(signed=[(signed.pk, "other", Seal.objects.get())], by=SYSTEM)
    Job.objects.filter(kind="sign_certificate").update(state="waiting")
    run_due()
    signed.refresh_from_db()
    assert (signature_of(signed), signed.signed_at) == before
    assert SealUse.objects.filter(purpose="certificate").count() == 1


def test_a_character_that_cannot_be_printed_stops_everything(lin, issuer):
    kind = make_type()
    with refused("missing_glyph"):
        issue_certificate(kind, person=lin, office=issuer, place="演示\U000e0041路")
    assert not Certificate.objects.exists()


def test_it_is_found_by_code_by_number_by_identifier_and_by_its_qr_address(signed):
    for text in (
        signed.verify_code,
        f" {signed.verify_code.lower()[:6]} {signed.verify_code.lower()[6:]} ",
        signed.number,
        signed.identifier.lower(),
        f"https://yiwang.example/verify?code={signed.verify_code}",
    ):
        found = verify_text(text)
        assert (found.verdict, found.certificate) == ("valid", signed), text


@pytest.mark.parametrize("text", ["", " ", "NOSUCHCODE12", "\x00", "%00", "x" * 5000, "' OR 1=1 --", "?code="])
def test_what_is_not_on_record_is_unknown(signed, text):
    found = verify_text(text)
    assert (found.verdict, found.certificate) == ("unknown", None)


def test_a_stranger_learns_the_least(signed, lin):
    facts = {words[1]: value for words, value in public_facts(verify_text(signed.verify_code))}
    assert facts["Holder"] == "林*岚"
    assert id_number_of(lin) not in str(facts)
    face = {words["zh"]: value for words, value in face_of(signed, masked=True)}
    assert face["负责人证件号码"] == mask_id_number(id_number_of(lin))
    assert "证件号码" not in face, "the face says a number once"
    assert {w["zh"]: v for w, v in face_of(signed, masked=False)}["负责人证件号码"] == id_number_of(lin)


def test_a_firms_certificate_names_the_firm_and_its_public_code(lin, issuer):
    firm = make_firm(lin)
    certificate = issue_certificate(make_type(holder="firm"), firm=firm, office=issuer)
    work_until_idle()
    face = {words["zh"]: value for words, value in face_of(certificate, masked=True)}
    assert face["统一社会信用代码"] == firm.credit_code
    assert public_facts(verify_text(certificate.verify_code))[0][1] == firm.name
    assert held_for(actor_of(lin, firm=firm)) == {TYPE: certificate}
    assert held_for(actor_of(lin)) == {}


def test_who_may_see_it(signed, lin):
    office = signed.office
    assert list(visible_to(actor_of(lin))) == [signed]
    assert list(visible_to(actor_of(make_staff(office=office)))) == [signed]
    assert list(visible_to(SYSTEM)) == [signed]
    for who in (ANONYMOUS, actor_of(make_person()), actor_of(make_staff()), actor_of(lin, firm=make_firm(lin))):
        assert not visible_to(who).exists()


def test_it_expires_after_its_last_day(lin, issuer, at_noon):
    certificate = issue_certificate(make_type(), person=lin, office=issuer, until=dt.date(2026, 3, 20))
    work_until_idle()
    for day, verdict in ((20, "valid"), (21, "expired")):
        with moved_to(dt.datetime(2026, 3, day, 4, tzinfo=dt.UTC)):
            assert verify_text(certificate.verify_code).verdict == verdict
            assert (held_for(actor_of(lin)) != {}) == (verdict == "valid")


@pytest.mark.parametrize(("state", "word"), [("revoked", "撤销"), ("cancelled", "注销")])
def test_the_head_of_its_office_withdraws_it_and_it_reads_so_at_once(signed, lin, state, word):
    head = actor_of(make_staff(office=signed.office, roles=("head",)))
    withdraw_certificate(certificate_id=signed.pk, state=state, ground="fraud", by=head)
    found = verify_text(signed.verify_code)
    assert found.verdict == "revoked"
    assert word in found.reasons[0][0]
    assert held_for(actor_of(lin)) == {}
    assert latest_of_kind("CertificateWithdrawn")[0].fact["ground"] == "fraud"
    with refused("not_valid_now"):
        withdraw_certificate(certificate_id=signed.pk, state=state, ground="fraud", by=head)


def test_nobody_else_withdraws_it_and_not_into_any_state(signed, lin):
    head = actor_of(make_staff(office=signed.office, roles=("head",)))
    for who in (ANONYMOUS, SYSTEM, actor_of(lin), actor_of(make_staff(roles=("head",))),
                actor_of(make_staff(office=signed.office, roles=("window", "reviewer")))):  # fmt: skip
        with forbidden():
            withdraw_certificate(certificate_id=signed.pk, state="revoked", ground="fraud", by=who)
    with refused("unknown_state"):
        withdraw_certificate(certificate_id=signed.pk, state="valid", ground="fraud", by=head)
    with hidden():
        withdraw_certificate(certificate_id=UUID(int=1), state="revoked", ground="fraud", by=head)


def test_only_officials_and_the_machine_prepare_and_only_the_machine_signs(lin, issuer):
    kind = make_type()
    certificate = issue_certificate(kind, person=lin, office=issuer)
    work_until_idle()
    for who in (ANONYMOUS, actor_of(lin)):
        with forbidden():
            prepare_certificate(
                type_code=kind.code,
                person=lin,
                firm=None,
                office=issuer,
                case_id=None,
                fields={},
                valid_until=None,
                by=who,
            )
    for who in (ANONYMOUS, actor_of(lin), actor_of(make_staff(office=issuer))):
        with forbidden():
            store_certificate_signatures(signed=[(certificate.pk, "x", Seal.objects.get())], by=who)


def test_its_pdf_verifies_and_a_changed_one_does_not(signed, lin):
    pdf = draw_pdf(signed)
    found = verify_file(pdf)
    assert (found.verdict, found.certificate) == ("valid", signed)
    assert verify_file(pdf + b"\n").verdict in {"altered", "unknown"}
    at = pdf.index(b"/ByteRange") - 2000
    assert verify_file(pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :]).verdict in {"altered", "unknown"}
    for junk in (b"", b"%PDF-1.7", b"not a pdf at all", pdf[: len(pdf) // 2]):
        assert verify_file(junk).verdict == "unknown"
    withdraw_certificate(
        certificate_id=signed.pk, state="revoked", ground="fraud", by=actor_of(make_staff(office=signed.office))
    )
    assert verify_file(pdf).verdict == "revoked"
    keep_certificate_pdf(certificate_id=signed.pk, pdf_key=store_pdf(signed, pdf), by=SYSTEM)
    signed.refresh_from_db()
    assert kept_pdf(signed) == pdf


def test_an_unsigned_one_has_no_pdf(lin, issuer):
    with pytest.raises(LookupError):
        draw_pdf(issue_certificate(make_type(), person=lin, office=issuer))


def test_a_document_is_verified_by_its_number_and_code_too(issuer):
    data = {"addressee": "林晓岚", "item_name": "食品经营许可", "case_number": "X1", "withdrawn_on": "2026-03-18"}
    document = draw_up(kind="withdrawal", case_id=UUID(int=7), office=issuer, data=data, by=SYSTEM)
    assert verify_text(document.verify_code).verdict == "unknown"
    work_until_idle()
    for text in (document.verify_code, document.number, f" {document.number} "):
        found = verify_text(text)
        assert (found.verdict, found.document.pk) == ("valid", document.pk)
    assert "林晓岚" not in str(public_facts(found))


def test_types_are_entered_once_and_changed_by_who_may():
    kind = make_type()
    assert load_certificate_types(types=[kind], by=SYSTEM) == 0
    kind.name = "食品经营许可证（2026 版）"
    assert load_certificate_types(types=[kind], by=actor_of(make_staff(roles=("administrator",)))) == 1
    assert CertificateType.objects.get().name == "食品经营许可证（2026 版）"
    with forbidden():
        load_certificate_types(types=[kind], by=actor_of(make_staff(roles=("head",))))
    assert len(latest_of_kind("CertificateTypesLoaded")) == 2
