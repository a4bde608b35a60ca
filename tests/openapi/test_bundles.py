"""一件事 over the API: one form in, several cases out, results as they come, one grade; with a draft or without."""

from typing import Any

import pytest

from tests.openapi.test_refusals import is_problem
from tests.openapi.town import token_of
from yiwang.domains.cases.models import Case, Draft
from yiwang.domains.identity.tests.factories import make_firm, make_person
from yiwang.domains.joint_cases.models import JointCase
from yiwang.domains.joint_cases.tests.factories import answers_of_shop, case_of, decide, make_bundle

pytestmark = pytest.mark.django_db


def test_one_form_becomes_cases_whose_results_come_one_by_one_and_the_whole_is_rated_once() -> None:
    bundle, person = make_bundle(), make_person()
    me, other = token_of(person), token_of(make_person())
    listed = me.get("/bundles").json()["items"]
    slug = next(one["slug"] for one in listed if one["code"] == bundle.code)
    whole = me.get(f"/bundles/{slug}").json()
    assert whole["stages"] == [["food", "fire"], ["online"]] and whole["parts"][2]["needs"] == ["food"]
    assert whole["form"]["code"] == bundle.code and "food_items" in whole["form"]["schema"]["properties"]
    is_problem(me.get("/bundles/none-such"), 404)

    answers = answers_of_shop(person)
    body: dict[str, Any] = {"bundle": slug, "answers": answers, "papers": answers["plan"]}
    is_problem(me.post("/joint-cases", body), 400, "idempotency_key_missing")
    bare = {**body, "answers": {"wanted_parts": []}, "papers": []}
    wrong = is_problem(me.post("/joint-cases", bare, idempotency_key="j1"), 422, "invalid")
    assert {"/answers/shop_name", "/answers/plan"} <= {one["pointer"] for one in wrong["errors"]}
    assert not JointCase.objects.exists() and not Case.objects.exists(), "all of it or nothing"

    first = me.post("/joint-cases", body, idempotency_key="j1")
    assert first.status_code == 201, first.content
    number, received = first.json()["number"], first.json()["received"]
    assert ([one["part"] for one in received], first.json()["waiting"]) == (["food", "fire"], ["online"])
    assert me.post("/joint-cases", body, idempotency_key="j1").content == first.content
    changed = {**body, "answers": {**answers, "area": 12}}
    is_problem(me.post("/joint-cases", changed, idempotency_key="j1"), 422, "idempotency_key_reused")
    assert (JointCase.objects.count(), Case.objects.count()) == (1, 2)
    for path in (f"/joint-cases/{number}", "/joint-cases/none-such"):
        is_problem(other.get(path), 404)
    is_problem(other.post(f"/joint-cases/{number}/rating", {"grade": "satisfied"}), 404)
    child = me.get(f"/cases/{received[0]['number']}").json()
    assert child["joint_case"] == number
    is_problem(me.post(f"/joint-cases/{number}/rating", {"grade": "satisfied"}), 409, "not_finished")

    joint = JointCase.objects.get()
    decide(case_of(joint, "food"))
    decide(case_of(joint, "fire"), grant=False)
    parts = {one["key"]: one for one in me.get(f"/joint-cases/{number}").json()["parts"]}
    assert parts["food"]["is_granted"] and not parts["fire"]["is_granted"] and not parts["fire"]["case"]["is_open"]
    assert parts["online"]["state"] == "submitted" and parts["online"]["case"]["is_open"], "it followed by itself"
    assert me.post("/joint-cases", body, idempotency_key="j1").content == first.content
    is_problem(me.post(f"/cases/{received[0]['number']}/rating", {"grade": "satisfied"}), 409, "rate_the_whole")
    decide(case_of(joint, "online"))
    row = me.get("/joint-cases").json()["items"][0]
    assert (row["is_open"], row["granted"], row["parts"]) == (False, 2, 3)
    grade = {"grade": "satisfied", "comment": "一次填完"}
    rated = me.post(f"/joint-cases/{number}/rating", grade)
    assert rated.status_code == 201
    assert me.post(f"/joint-cases/{number}/rating", grade).content == rated.content
    is_problem(me.post(f"/joint-cases/{number}/rating", {"grade": "dissatisfied"}), 409, "rated_already")
    assert me.get(f"/joint-cases/{number}").json()["rating"]["comment"] == "一次填完"


def test_a_draft_of_a_bundle_is_handed_in_like_any_other_and_a_part_that_waits_can_be_given_up() -> None:
    bundle, person = make_bundle(), make_person()
    firm = make_firm(person)
    me = token_of(person)
    draft = me.post("/drafts", {"item": bundle.code}).json()["id"]
    me.ask("PUT", f"/drafts/{draft}", {"answers": answers_of_shop(person)})
    is_problem(me.post(f"/drafts/{draft}/submission", {"promise": True}), 422, "not_for_bundles")
    first = me.post(f"/drafts/{draft}/submission")
    assert first.status_code == 201 and first.json()["waiting"] == ["online"], first.content
    assert me.post(f"/drafts/{draft}/submission", {}).content == first.content
    assert not Draft.objects.exists()
    at = f"/joint-cases/{first.json()['number']}"
    is_problem(me.post(f"{at}/parts/food/withdrawal"), 409, "not_waiting")
    is_problem(me.post(f"{at}/parts/none-such/withdrawal"), 404)
    dropped = {one["key"]: one for one in me.post(f"{at}/parts/online/withdrawal").json()["parts"]}
    assert (dropped["online"]["state"], dropped["online"]["why"]) == ("stopped", "not_wanted")

    slug = me.get("/bundles").json()["items"][0]["slug"]
    body = {"bundle": slug, "answers": answers_of_shop(person), "on_behalf_of": firm.credit_code}
    for_firm = me.post("/joint-cases", body, idempotency_key="f")
    assert for_firm.status_code == 201, for_firm.content
    assert me.get(f"/joint-cases/{for_firm.json()['number']}").status_code == 404, "the firm's is not the person's"
    mine = f"/joint-cases?on_behalf_of={firm.credit_code}&limit=1"
    page = me.get(mine).json()
    assert [one["number"] for one in page["items"]] == [for_firm.json()["number"]] and page["next"] is None
    again = me.post("/joint-cases", {"bundle": slug, "answers": answers_of_shop(person)}, idempotency_key="k2")
    newest = me.get("/joint-cases?limit=1").json()
    assert newest["items"][0]["number"] == again.json()["number"]
    older = me.get(f"/joint-cases?limit=1&cursor={newest['next']}").json()
    assert ([one["number"] for one in older["items"]], older["next"]) == ([first.json()["number"]], None)
    for strange in ("bm9wZQ", "MjAyNi0xMS0yMwp4"):
        is_problem(me.get(f"/joint-cases?cursor={strange}"), 422, "bad_cursor")
