"""一件事 on the pages: found from everywhere, filled in like any form, followed part by part, rated once."""

from html import unescape
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from yiwang.domains.cases.actions import request_correction
from yiwang.domains.cases.models import Case
from yiwang.domains.cases.tests.factories import make_official
from yiwang.domains.catalogue.queries import forget_edition
from yiwang.domains.identity.tests.factories import actor_of, make_person, make_staff, sign_in
from yiwang.domains.joint_cases.models import JointCase
from yiwang.domains.joint_cases.queries import tracks
from yiwang.domains.joint_cases.tests.factories import (
    answers_of_shop,
    case_of,
    decide,
    make_bundle,
    make_joint_case,
    make_joint_draft,
)
from yiwang.domains.ratings.queries import rating_of
from yiwang.foundation.jobs.worker import work_until_idle

pytestmark = pytest.mark.django_db(transaction=True)


def text(answer: Any) -> str:
    return unescape(answer.content.decode())


def test_a_bundle_is_found_from_the_front_page_from_its_items_and_by_its_own_address(client: Client) -> None:
    bundle = make_bundle()
    forget_edition()
    cache.clear()
    whole = bundle.content.bundle
    assert whole is not None
    at = f"/bundles/{whole.slug}"
    assert at in text(client.get("/")) and at in text(client.get("/bundles/"))
    assert at in text(client.get(f"/items/{whole.parts[1].item}"))
    assert client.get(f"/items/{bundle.code}")["Location"] == at
    page = text(client.get(at))
    assert f"/items/{bundle.code}/apply" in page and "第3项" in page and "自动提交" in page
    assert client.get("/bundles/nothing").status_code == 404
    assert client.get("/bundles/%00").status_code in (400, 404)


def test_the_one_form_is_handed_in_as_any_form_and_every_part_has_a_track(client: Client) -> None:
    person = make_person()
    bundle = make_bundle()
    whole = bundle.content.bundle
    assert whole is not None
    sign_in(client, person)
    assert client.get(f"/items/{bundle.code}/apply")["Location"] == f"/items/{bundle.code}/apply/parts"
    draft = make_joint_draft(person, bundle, shop_name=None)
    check, submit = f"/items/{bundle.code}/apply/check", f"/bundles/{whole.slug}/submit"
    assert f'action="{submit}"' in text(client.get(check))
    assert client.post(submit, {"draft": draft.pk}).status_code == 422
    wrong = client.post(submit, {"draft": draft.pk, "declare": "true"})
    assert wrong.status_code == 422 and "shop_name" in text(wrong)
    posted = {"owner": person.name, "shop_name": "小满面馆", "area": "86.5", "kind": "cold"}
    plan = answers_of_shop(person)["plan"]
    assert client.post(f"/items/{bundle.code}/apply/shared", posted | {"plan": plan}).status_code == 302
    done = client.post(submit, {"draft": draft.pk, "declare": "true"})
    joint = JointCase.objects.get()
    assert done["Location"] == f"/me/joint/{joint.number}"
    assert client.post(submit, {"draft": draft.pk, "declare": "true"})["Location"] == done["Location"]
    assert "共 3 项，最晚 " in text(client.get("/me/")), "with its promise"
    page = text(client.get(done["Location"]))
    assert "等待前一项" in page and case_of(joint, "fire").number[-4:] in page
    assert client.post("/items/x/apply/check", {"draft": draft.pk, "declare": "true"}).status_code == 404
    assert done["Location"] in text(client.get("/me/joint"))
    assert done["Location"] in text(client.get(f"/me/cases/{case_of(joint, 'food').number}"))
    assert Case.objects.count() == 2


def test_results_come_one_by_one_a_correction_is_asked_for_and_the_whole_is_rated_once(client: Client) -> None:
    person = make_person()
    joint = make_joint_case(person=person)
    sign_in(client, person)
    at = f"/me/joint/{joint.number}"
    fire = case_of(joint, "fire")
    request_correction(case_id=fire.pk, items=[{"field": "area", "text": "面积不对"}], by=actor_of(make_official(fire)))
    assert f"/me/cases/{fire.number}/correction" in text(client.get(at))
    overview = text(client.get("/me/"))
    assert at in overview and "有一项要你补材料，别的照常办" in overview, (
        "the bundle stands on the overview as one thing"
    )
    decide(case_of(joint, "food"), grant=False)
    page = text(client.get(at))
    assert "没有办成" in page and "单独申请这一项" in page
    assert client.get(f"/me/cases/{case_of(joint, 'food').number}/rate")["Location"] == at
    assert client.get(f"{at}/rate")["Location"] == at
    client.post(f"/me/cases/{fire.number}/withdraw")
    work_until_idle()
    assert f"{at}/rate" in text(client.get(at))
    assert at not in text(client.get("/me/")), "what is over is not on its way"
    assert client.post(f"{at}/rate", {"grade": "nothing"}).status_code == 422
    assert client.post(f"{at}/rate", {"grade": "satisfied", "comment": "省心"}).status_code == 302
    assert "省心" in text(client.get(f"{at}/rate"))
    rated = [rating_of(track.case.pk) for track in tracks(joint) if track.case]
    assert [one.comment for one in rated if one] == ["省心"]
    work_until_idle()
    assert "省心" in text(client.get("/reviews/"))


def test_a_stranger_sees_nothing_and_an_official_sees_the_parts_beside_their_own(client: Client) -> None:
    joint = make_joint_case()
    stranger = sign_in(Client(), make_person())
    for address in ("", "/rate"):
        assert stranger.get(f"/me/joint/{joint.number}{address}").status_code == 404
    assert stranger.post(f"/me/joint/{joint.number}/drop", {"part": "online"}).status_code == 404
    food = case_of(joint, "food")
    official = sign_in(Client(), make_staff(office=food.office))
    page = text(official.get(f"/desk/cases/{food.number}"))
    assert "一件事里的各项" in page and "第2项" in page and "等待前一项" in page
    assert case_of(joint, "fire").number not in page


def test_a_part_that_waits_can_be_given_up(client: Client) -> None:
    person = make_person()
    joint = make_joint_case(person=person)
    sign_in(client, person)
    asked = client.get(f"/me/joint/{joint.number}/drop?part=online")
    assert "不办了？" in text(asked) and "别的各项照常办" in text(asked)
    assert client.get(f"/me/joint/{joint.number}/drop?part=food")["Location"] == f"/me/joint/{joint.number}"
    answer = client.post(f"/me/joint/{joint.number}/drop", {"part": "online"}, follow=True)
    assert "你说这一项不办了" in text(answer)
    assert client.post(f"/me/joint/{joint.number}/drop", {"part": "food"}).status_code == 409
