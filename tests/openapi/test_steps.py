"""The full procedure for the offices' own systems: one address for every step, and the same answers as at the desk."""

from typing import Any

import pytest

from tests.openapi.town import Town

pytestmark = pytest.mark.django_db


def test_a_special_procedure_is_opened_closed_and_the_case_extended(town: Town) -> None:
    number = town.hand_in()["number"]
    at = f"/desk/cases/{number}"
    before = town.window.get(at).json()["steps"]
    assert [s["event"] for s in before if s["allowed"]][:2] == ["tell_not_needed", "refuse_to_accept"]
    assert next(s for s in before if s["event"] == "accept_deferred")["why_not"]
    assert town.window.post(f"{at}/acceptance", {}).status_code == 200
    opened = {"event": "open_special", "kind": "testing", "reason": "检测油烟", "basis": "某法", "planned_workdays": 4}
    done = town.reviewer.post(f"{at}/steps", opened)
    assert (done.status_code, done.json()["state"]["code"]) == (200, "suspended"), done.content
    seen = town.me.get(f"/cases/{number}").json()["procedure"]
    assert seen["remaining"]["is_stopped"] and seen["remaining"]["workdays"] == 5
    assert seen["specials"][0]["kind"] == "testing" and seen["specials"][0]["ended_on"] is None
    again = town.reviewer.post(f"{at}/steps", opened)
    assert (again.status_code, again.json()["type"].rsplit(":", 1)[-1]) == (409, "illegal_step"), again.content
    closed = town.reviewer.post(f"{at}/steps", {"event": "close_special", "outcome": "passed", "record": "合格"})
    assert closed.json()["state"]["code"] == "in_review"
    assert town.head.post(f"{at}/steps", {"event": "extend", "reason": "还要核实"}).status_code == 200
    assert town.me.get(f"/cases/{number}").json()["procedure"]["extension"]["workdays"] == 10


def test_what_no_step_is_says_where_and_changes_nothing(town: Town) -> None:
    number = town.hand_in()["number"]
    at = f"/desk/cases/{number}/steps"
    unknown = {"event": "void", "ground": "dislike", "reason": "x"}
    bodies: list[Any] = [{"event": "conjure"}, {"event": "void"}, unknown, []]
    for body in bodies:
        assert town.head.post(at, body).status_code == 422
    assert town.window.post(at, {"event": "void", "ground": "test", "reason": "x"}).status_code == 403
    assert town.me.post(at, {"event": "void", "ground": "test", "reason": "x"}).status_code in {401, 403}
    assert town.me.post(f"/cases/{number}/more", {"answers": {}}).status_code == 409
    paper = {"papers": [{"material": "plan", "paper": town.paper()}]}
    assert town.me.post(f"/cases/{number}/deferred", paper).status_code == 409
    assert town.me.get(f"/cases/{number}").json()["revision"] == 1
    told = {"ground": "not_needed", "reason": "自家厨房不用"}
    assert town.window.post(f"/desk/cases/{number}/refusal-to-accept", told).json()["state"]["code"] == "not_needed"
