"""The wallet: certificates of one's own and of one's firm, what is hidden, what is downloaded."""

import datetime as dt
import threading
from html import unescape
from typing import Any

import pytest
from django.test import Client

from yiwang.domains.certificates.actions import (
    load_certificate_types,
    prepare_certificate,
    store_certificate_signatures,
    withdraw_certificate,
)
from yiwang.domains.certificates.models import Certificate, CertificateType
from yiwang.domains.certificates.queries import payload_of
from yiwang.domains.identity import queries as identity_queries
from yiwang.domains.identity.models import Person
from yiwang.domains.identity.tests.factories import (
    actor_of,
    make_firm,
    make_office,
    make_person,
    make_staff,
    sign_in,
)
from yiwang.domains.seals.actions import issue_seal
from yiwang.domains.seals.pades.signing import sign_data
from yiwang.domains.seals.queries import key_of
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.clock import today
from yiwang.foundation.jobs.worker import work_until_idle

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> Person:
    return make_person(name="林晓岚")


@pytest.fixture
def mine(client: Client, person: Person) -> Client:
    return sign_in(client, person)


def read(client: Client, path: str, **more: Any) -> str:
    response = client.get(path, **more)
    assert response.status_code == 200, (path, response.status_code)
    return unescape(response.content.decode())


def issue(person: Person | None, *, days: int | None = 900, firm: Any = None, signed: bool = True) -> Certificate:
    office = make_office()
    code = "11330000MB0000000A" + "001"
    load_certificate_types(
        types=[
            CertificateType(
                code=code,
                name="食品经营许可证",
                name_en="Food business licence",
                definer="演示单位",
                holder="person",
                fields=[{"key": "scope", "label": {"zh": "经营项目", "en": "Scope"}}],
            )
        ],
        by=SYSTEM,
    )
    certificate = prepare_certificate(
        type_code=code,
        person=person,
        firm=firm,
        office=office,
        case_id=None,
        fields={"scope": "热食类制售"},
        valid_until=today() + dt.timedelta(days=days) if days is not None else None,
        by=SYSTEM,
    )
    if signed:
        seal = issue_seal(office_code=office.code, by=SYSTEM)
        signature = sign_data(payload_of(certificate), key_of(seal))
        store_certificate_signatures(signed=[(certificate.pk, signature, seal)], by=SYSTEM)
    certificate.refresh_from_db()
    return certificate


def number_of(person: Person) -> str:
    return identity_queries.id_number_of(person)


def test_a_certificate_hides_its_number_until_asked(mine: Client, person: Person) -> None:
    certificate = issue(person)
    assert "食品经营许可证" in read(mine, "/me/certificates")
    place = f"/me/certificates/{certificate.pk}"
    page = read(mine, place)
    number = number_of(person)
    assert number not in page
    assert number[:6] in page
    assert "热食类制售" in page
    assert number in mine.post(place).content.decode()
    assert mine.get(place, {"show": "full"}).content.decode().count(number) == 0
    qr = mine.get(f"{place}/qr.svg")
    assert (qr["Content-Type"], qr.content[:4]) == ("image/svg+xml", b"<svg")
    for path in (place, f"{place}/qr.svg", f"{place}/pdf"):
        assert sign_in(Client(), make_person()).get(path).status_code == 404


def test_the_pdf_is_drawn_once_and_kept(mine: Client, person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate = issue(person)
    work_until_idle()
    monkeypatch.setattr("yiwang.channels.ui.downloads.PATIENCE_SECONDS", 0)
    first = mine.get(f"/me/certificates/{certificate.pk}/pdf")
    assert (first.status_code, first["Retry-After"], first["Refresh"]) == (202, "3", "3")
    assert "正在盖章，要几秒钟" in first.content.decode()
    work_until_idle()
    got = mine.get(f"/me/certificates/{certificate.pk}/pdf")
    assert got.content.startswith(b"%PDF")
    assert got["Content-Type"] == "application/pdf"
    assert "filename*=utf-8''" in got["Content-Disposition"]
    assert got["Cache-Control"] == "private, no-store"
    monkeypatch.setattr("yiwang.domains.certificates.queries.draw_pdf", lambda certificate: 1 / 0)
    assert mine.get(f"/me/certificates/{certificate.pk}/pdf").content == got.content


def test_whoever_waits_for_a_pdf_gets_it_as_soon_as_the_worker_has_drawn_it(
    mine: Client, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    certificate = issue(person)
    work_until_idle()
    monkeypatch.setattr("yiwang.channels.ui.downloads.sleep", lambda seconds: work_until_idle())
    assert mine.get(f"/me/certificates/{certificate.pk}/pdf").content.startswith(b"%PDF")


def test_two_threads_at_most_wait_for_pdfs(mine: Client, person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    certificate = issue(person)
    work_until_idle()
    monkeypatch.setattr("yiwang.channels.ui.downloads._places", threading.BoundedSemaphore(1))
    monkeypatch.setattr("yiwang.channels.ui.downloads.LOOK_SECONDS", 0)
    found: list[int] = []

    def ask_too(seconds: float) -> None:
        if not found:
            found.append(mine.get(f"/me/certificates/{certificate.pk}/pdf").status_code)
        work_until_idle()

    monkeypatch.setattr("yiwang.channels.ui.downloads.sleep", ask_too)
    assert mine.get(f"/me/certificates/{certificate.pk}/pdf").status_code == 200
    assert found == [202], "the second does not wait, though the first does"


def test_what_does_not_count_is_shown_so(mine: Client, person: Person) -> None:
    certificate = issue(person)
    head = make_staff(office=certificate.office, roles=("head",))
    withdraw_certificate(certificate_id=certificate.pk, state="revoked", ground="fraud", by=actor_of(head))
    ending = issue(person, days=23)
    page = read(mine, "/me/certificates")
    assert "data-off" in page
    assert "已撤销" in page
    assert "还有 23 天到期" in page
    assert "还有 23 天到期" in read(mine, "/me/")
    off, soon = read(mine, "/me/certificates?show=off"), read(mine, "/me/certificates?show=soon")
    assert (off.count('class="cert"'), soon.count('class="cert"')) == (1, 1)
    place = read(mine, f"/me/certificates/{certificate.pk}")
    assert "qr.svg" not in place, "what does not count is not to be shown to anybody"
    assert "qr.svg" in read(mine, f"/me/certificates/{ending.pk}")


def test_a_firms_certificates_are_there_while_one_acts_for_it(mine: Client, person: Person) -> None:
    firm = make_firm(person)
    certificate = issue(None, firm=firm)
    assert mine.get(f"/me/certificates/{certificate.pk}").status_code == 404
    mine.post("/me/acting", {"firm": str(firm.pk)})
    assert "演示小满面馆" in read(mine, f"/me/certificates/{certificate.pk}")
