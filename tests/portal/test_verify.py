"""Is it real? Certificates and documents by file, number, identifier and code; whole, altered, revoked, expired, unknown."""

import datetime as dt
import html
import json
from typing import Any

import pytest
from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from yiwang.channels.portal import verification
from yiwang.channels.ui import limits
from yiwang.domains.cases.models import Case
from yiwang.domains.cases.tests.factories import finish, make_case
from yiwang.domains.catalogue.content import Processing, Result, Text
from yiwang.domains.catalogue.tests.factories import make_item
from yiwang.domains.certificates import queries
from yiwang.domains.certificates.actions import load_certificate_types, withdraw_certificate
from yiwang.domains.certificates.models import Certificate, CertificateType
from yiwang.domains.certificates.queries import verify_file, verify_text
from yiwang.domains.documents.models import Document
from yiwang.domains.documents.queries import draw_pdf as draw_document
from yiwang.domains.identity.tests.factories import actor_of, make_office, make_person, make_staff
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.clock import moved_to, now

pytestmark = pytest.mark.django_db
TYPE = "11339900YW00000120008"


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    cache.clear()


def seen(response: Any) -> str:
    return html.unescape(response.content.decode())


def holder(name: str = "欧阳晓晓") -> Certificate:
    """Return a certificate in force, won by a case."""
    fields = [{"key": "shop", "label": {"zh": "店名", "en": "Shop"}}]
    kind = CertificateType(
        code=TYPE, name="演示食品经营许可证", name_en="Food licence", definer="演示局", holder="person", fields=fields
    )
    load_certificate_types(types=[kind], by=SYSTEM)
    item = make_item(
        office=make_office(),
        results=[Result("certificate", Text("许可证"), TYPE, 60)],
        processing=Processing(certificate_fields={"shop": "shop_name"}),
    )
    case = finish(make_case(person=make_person(name=name), item=item))
    return Certificate.objects.select_related("type", "office").get(case_id=case.pk)


def pdf_file(data: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile("证.pdf", data, "application/pdf")


def test_the_page_stands_open(client: Client) -> None:
    page = client.get("/verify")
    assert page.status_code == 200
    assert "no-store" in page.headers["Cache-Control"]
    assert client.post("/verify", {}).status_code == 422


def test_a_whole_certificate_is_valid_by_file_number_identifier_and_code(client: Client) -> None:
    certificate = holder()
    pdf = queries.draw_pdf(certificate)
    pages = [seen(client.post("/verify", {"file": pdf_file(pdf)}))]
    pages.append(seen(client.get("/verify", {"code": certificate.verify_code})))
    for typed in (certificate.identifier, certificate.number, certificate.verify_code.lower()):
        pages.append(seen(client.post("/verify", {"code": typed})))
    pages.append(seen(client.post("/verify", {"code": f"https://x.example/verify?code={certificate.verify_code}"})))
    for page in pages:
        assert "真的，" in page
        assert "现在有效" in page
        assert "欧***" not in page or "欧**晓" in page
        assert "欧阳晓晓" not in page, "the holder is masked"
        assert "小满面馆" not in page, "nothing private is shown"
        assert certificate.number in page
    assert "盖章是真的" in pages[0]
    assert "内容没有改过" in pages[0]


def test_an_altered_file_is_altered_and_shows_nothing_of_the_original(client: Client) -> None:
    certificate = holder()
    pdf = queries.draw_pdf(certificate)
    at = pdf.index(b"stream", len(pdf) // 3) + 40
    changed = pdf[:at] + bytes([pdf[at] ^ 1]) + pdf[at + 1 :]
    page = seen(client.post("/verify", {"file": pdf_file(changed)}))
    assert "内容被改过" in page
    assert "不要采信" in page
    assert verify_file(changed).verdict == "altered"
    assert verify_file(pdf + b"\n%more").verdict == "altered"
    assert verify_file(pdf[: len(pdf) // 2]).verdict != "valid"


def test_where_it_differs_is_said_without_what_is_private() -> None:
    certificate = holder()
    said = json.loads(queries.payload_of(certificate)) | {
        "ZZYXQJZRQ": "2099-01-01",
        "KZ_shop": "大满面馆",
        "CZZT": "张三",
    }
    found = queries.verifying._differences(certificate, said)
    rows = {d.words[0]: (d.signed, d.found) for d in found}
    assert rows["有效期到"] == (certificate.valid_until.isoformat(), "2099-01-01")  # type: ignore[union-attr]
    assert rows["店名"] == ("（不公开）", "大满面馆")
    assert rows["持有人"] == ("欧**晓", "张三")
    guess = {"ZZBS": certificate.identifier, "ZZBH": certificate.number}
    assert queries.verifying._named(guess) == (None, None), "a number alone does not lead to what was signed"


def test_a_revoked_certificate_says_so_though_its_seal_is_whole(client: Client) -> None:
    certificate = holder()
    pdf = queries.draw_pdf(certificate)
    head = actor_of(make_staff(office=certificate.office, roles=("head",)))
    withdraw_certificate(certificate_id=certificate.pk, state="revoked", ground="wrongly_granted", by=head)
    for page in (
        seen(client.post("/verify", {"file": pdf_file(pdf)})),
        seen(client.get("/verify", {"code": certificate.verify_code})),
    ):
        assert "不再有效" in page
        assert "撤销" in page


def test_an_expired_certificate_says_so(client: Client) -> None:
    certificate = holder()
    with moved_to(now() + dt.timedelta(days=6 * 366)):
        page = seen(client.post("/verify", {"code": certificate.number}))
    assert "已过期" in page


def test_what_is_not_ours_is_unknown(client: Client) -> None:
    for typed in ("NOSUCHCODE", "许可2026", "\0", "' OR 1=1 --", "9" * 400):
        page = client.post("/verify", {"code": typed})
        assert "查不到" in seen(page) or page.status_code in (400, 422)
    for data in (b"", b"%PDF-1.7\nnothing", b"MZ\x90", b"\x00" * 1000):
        assert verify_file(data).verdict == "unknown"


def test_a_file_of_ours_that_is_not_on_record_is_unknown() -> None:
    certificate = holder()
    pdf = queries.draw_pdf(certificate)
    Certificate.objects.filter(pk=certificate.pk).delete()
    found = verify_file(pdf)
    assert found.verdict == "unknown"
    assert "没有它的签发记录" in found.reasons[0][0]


def test_a_file_whose_record_says_something_else_is_altered() -> None:
    certificate = holder()
    pdf = queries.draw_pdf(certificate)
    Certificate.objects.filter(pk=certificate.pk).update(payload_sha256="0" * 64)
    assert verify_file(pdf).verdict == "altered"


def test_documents_are_checked_too(client: Client) -> None:
    case = make_case(person=make_person(name="欧阳晓晓"))
    paper = Document.objects.get(case_id=case.pk)
    assert verify_text(paper.verify_code).verdict == "unknown", "its seal is not on it yet"
    finish(Case.objects.get(pk=case.pk))
    paper = Document.objects.get(pk=paper.pk)
    page = seen(client.get("/verify", {"code": paper.verify_code}))
    assert "现在有效" in page
    assert "收件凭证" in page
    assert "欧阳晓晓" not in page
    assert verify_text(paper.number).verdict == "valid"
    assert verify_file(draw_document(paper)).verdict == "valid"


def test_a_large_file_is_refused_beside_its_field(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "MAX_BYTES", 100)
    page = client.post("/verify", {"file": pdf_file(b"%PDF-" + b"x" * 200)})
    assert page.status_code == 422
    assert 'id="file-e"' in seen(page)


def test_guessing_is_limited(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(limits.GUESSES, "verify", limits.Limit(3, 900))
    answers = [client.post("/verify", {"code": f"CODE{n}"}).status_code for n in range(5)]
    assert answers == [200, 200, 200, 429, 429]


def test_it_speaks_english(client: Client) -> None:
    certificate = holder()
    page = seen(client.get("/verify", {"code": certificate.verify_code}, HTTP_ACCEPT_LANGUAGE="en"))
    assert "It is on record as issued" in page
