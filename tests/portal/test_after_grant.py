"""From a certificate to its renewal, and from a guide to the rules by which the machine decides it and to a limited number."""

import datetime as dt

import pytest
from django.test import Client

from tests.portal.test_wallet import issue, read
from yiwang.domains.cases.models import Draft
from yiwang.domains.cases.queries.after_grant import renew_until
from yiwang.domains.cases.tests.ruling import CARD_FORM, SMALL, make_rule
from yiwang.domains.catalogue.content import Processing, Quota, Result, Text
from yiwang.domains.catalogue.tests.factories import make_item
from yiwang.domains.identity.tests.factories import make_office, make_person, sign_in
from yiwang.foundation.clock import now

pytestmark = pytest.mark.django_db


def test_the_holder_goes_from_the_certificate_to_its_renewal_and_that_certificate_is_chosen(client: Client) -> None:
    person = make_person(name="林晓岚")
    first, second = issue(person, days=300), issue(person, days=900)
    sign_in(client, person)
    assert "延续、变更" not in read(client, f"/me/certificates/{second.pk}"), "its office has no item for that"
    item = make_item(
        office=second.office,
        audience=["person"],
        form=CARD_FORM,
        materials=[],
        results=[Result("certificate", Text("许可证"), second.type_id, 12)],
        processing=Processing(about="renewal"),
    )
    page = read(client, f"/me/certificates/{second.pk}")
    link = f"/items/{item.code}/apply?about={second.pk}"
    last = renew_until(second)
    assert last is not None
    assert f'href="{link}"' in page and f"{last.month} 月 {last.day} 日".replace(" ", "") in page.replace(" ", "")
    assert client.get(link).status_code == 302
    client.get(f"/items/{item.code}/apply?about=nonsense")
    Draft.objects.update(saved_at=now() + dt.timedelta(minutes=1))
    check = read(client, f"/items/{item.code}/apply/check")
    chosen = check.split(f'value="{second.pk}"')[1].split(">")[0]
    assert "checked" in chosen and "checked" not in check.split(f'value="{first.pk}"')[1].split(">")[0]


def test_a_guide_leads_to_the_rules_that_decide_it_and_says_a_limited_number(client: Client) -> None:
    office = make_office()
    ruled, plain = (
        make_item(office=office),
        make_item(office=office, quota=Quota(12, "某规划", Text("撤走一个，空出一个。"))),
    )
    make_rule(ruled, SMALL)
    assert f'href="/items/{ruled.code}/rules"' in read(client, f"/items/{ruled.code}")
    page = read(client, f"/items/{plain.code}")
    assert "/rules" not in page and "一共 12 个" in page and "第五十七条" in page and "撤走一个" in page
