"""The certificates of an office: read by its officials, withdrawn by its head."""

import html
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote

import pytest
from django.test import Client

from yiwang.domains.cases.tests.factories import finish, make_case
from yiwang.domains.catalogue.content import Result, Text
from yiwang.domains.catalogue.tests.factories import make_item
from yiwang.domains.certificates.actions import load_certificate_types
from yiwang.domains.certificates.models import Certificate, CertificateType
from yiwang.domains.identity.queries import id_number_of
from yiwang.domains.identity.tests.factories import make_office, make_person, make_staff, sign_in
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.journal.models import Entry
from yiwang.foundation.reads.models import Read

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _noon(at_noon: Any) -> Iterator[None]:
    yield


@pytest.fixture
def certificate() -> Certificate:
    """A certificate that a case led to."""
    office = make_office()
    code = f"{office.code}001"
    kind = CertificateType(
        code=code, name="演示食品经营许可证", name_en="Food licence", definer=office.name, holder="person"
    )
    load_certificate_types(types=[kind], by=SYSTEM)
    result = Result("certificate", Text("食品经营许可证", "Food licence"), certificate_type=code, validity_months=60)
    item = make_item(office=office, results=[result])
    finish(make_case(item=item, person=make_person(name="林晓岚")))
    return Certificate.objects.get()


def at_desk(certificate: Certificate, *roles: str) -> Client:
    client: Client = sign_in(Client(), make_staff(office=certificate.office, roles=roles or ("head",)))
    return client


def seen(response: Any) -> str:
    return html.unescape(response.content.decode())


def test_the_list_masks_people_and_is_searched(certificate: Certificate) -> None:
    client = at_desk(certificate, "window")
    text = seen(client.get("/desk/certificates"))
    assert certificate.number in text and "林*岚" in text and "林晓岚" not in text
    assert certificate.number in seen(client.post("/desk/certificates/find", {"q": certificate.number}, follow=True))
    address = client.post("/desk/certificates/find", {"q": "王五"})["Location"]
    assert "王五" not in unquote(address) and "没有找到“王五”" in seen(client.get(f"{address}&before=nonsense"))
    assert certificate.number not in seen(client.get("/desk/certificates?before=2000-01-01_" + str(certificate.pk)))


def test_a_look_at_a_certificate_is_written_down_and_hides_the_number(certificate: Certificate) -> None:
    client = at_desk(certificate, "window")
    assert certificate.holder_person is not None
    number = id_number_of(certificate.holder_person)
    text = seen(client.get(f"/desk/certificates/{certificate.pk}"))
    assert "林晓岚" in text and number not in text and "让这张证照失效" not in text
    assert client.get(f"/desk/certificates/{certificate.pk}/pdf").content.startswith(b"%PDF")
    assert list(Read.objects.values_list("what", flat=True)) == ["certificate", "certificate"]


def test_other_offices_do_not_see_it(certificate: Certificate) -> None:
    stranger: Client = sign_in(Client(), make_staff())
    for address in ("", "/pdf"):
        assert stranger.get(f"/desk/certificates/{certificate.pk}{address}").status_code == 404
    assert stranger.post(f"/desk/certificates/{certificate.pk}/withdrawal").status_code == 404
    assert not Read.objects.exists()


def test_only_the_head_withdraws(certificate: Certificate) -> None:
    posted = {"ground": "revoked.fraud", "sure": "yes"}
    assert (
        at_desk(certificate, "window", "reviewer")
        .post(f"/desk/certificates/{certificate.pk}/withdrawal", posted)
        .status_code
        == 403
    )
    client = at_desk(certificate)
    assert "让这张证照失效" in seen(client.get(f"/desk/certificates/{certificate.pk}"))
    done = client.post(f"/desk/certificates/{certificate.pk}/withdrawal", posted, follow=True)
    assert "已生效" in seen(done) and "已撤销" in seen(done) and "让这张证照失效" not in seen(done)
    assert Entry.objects.get(kind="CertificateWithdrawn").fact["ground"] == "fraud"


@pytest.mark.parametrize(
    "posted",
    [{}, {"ground": "revoked.fraud"}, {"ground": "revoked.expired", "sure": "yes"}, {"ground": "x", "sure": "yes"}],
)
def test_without_a_ground_of_its_kind_nothing_happens(certificate: Certificate, posted: dict[str, str]) -> None:
    refused = at_desk(certificate).post(f"/desk/certificates/{certificate.pk}/withdrawal", posted)
    assert refused.status_code == 422 and "选一个理由" in seen(refused)
    certificate.refresh_from_db()
    assert certificate.state == "valid"


@pytest.mark.django_db(transaction=True)
def test_a_second_withdrawal_is_told(certificate: Certificate) -> None:
    client = at_desk(certificate)
    posted = {"ground": "cancelled.asked_for", "sure": "yes"}
    client.post(f"/desk/certificates/{certificate.pk}/withdrawal", posted)
    again = client.post(f"/desk/certificates/{certificate.pk}/withdrawal", posted)
    assert again.status_code == 409 and "不能再撤销或注销" in seen(again) and "已注销" in seen(again)


def test_the_head_suspends_a_certificate_and_restores_it(certificate: Certificate) -> None:
    head = at_desk(certificate)
    at = f"/desk/certificates/{certificate.pk}"
    assert "暂扣这张证照" in seen(head.get(at))
    assert at_desk(certificate, "window").post(f"{at}/suspension", {"ground": "punished"}).status_code == 403
    assert "已暂扣" in seen(head.post(f"{at}/suspension", {"ground": "under_inquiry"}, follow=True))
    page = seen(head.get(at))
    assert "恢复这张证照" in page and "暂扣这张证照" not in page and "撤销或注销" in page
    assert "已恢复" in seen(head.post(f"{at}/restoration", follow=True))
    certificate.refresh_from_db()
    assert certificate.state == "valid"
