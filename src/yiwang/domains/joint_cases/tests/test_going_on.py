"""一件事: one form, several cases of their own; one of them fails and the others do not notice."""

import pytest

from yiwang.domains.cases.actions import request_correction, supply_correction, withdraw_case
from yiwang.domains.cases.models import Case, CaseClock, Draft
from yiwang.domains.cases.queries import answers_of, handed_in
from yiwang.domains.cases.tests.factories import make_official
from yiwang.domains.catalogue.actions import change_item_state
from yiwang.domains.identity.tests.factories import actor_of, make_person
from yiwang.domains.joint_cases.actions import drop_part, submit_joint_case
from yiwang.domains.joint_cases.models import JointCase
from yiwang.domains.joint_cases.queries import joint_by_number, siblings_of, tracks
from yiwang.domains.joint_cases.tests.factories import case_of, decide, make_bundle, make_joint_case, make_joint_draft
from yiwang.domains.notices.models import Message
from yiwang.domains.papers.models import Paper
from yiwang.domains.papers.queries import content_of
from yiwang.foundation.actions import InvalidInput, NotVisible, Refused
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.clock.queries import calendar
from yiwang.foundation.jobs.worker import work_until_idle

pytestmark = pytest.mark.django_db(transaction=True)


def states(joint: JointCase) -> dict[str, str]:
    return {track.part.key: track.case.state if track.case else track.part.state for track in tracks(joint)}


def test_one_form_becomes_cases_of_their_own_offices_with_their_own_clocks_and_papers(at_noon: None) -> None:
    person = make_person()
    draft = make_joint_draft(person, make_bundle())
    joint = submit_joint_case(draft_id=draft.pk, by=actor_of(person))
    assert states(joint) == {"food": "submitted", "fire": "submitted", "online": "waiting"}
    food, fire = case_of(joint, "food"), case_of(joint, "fire")
    assert food.office_id != fire.office_id
    assert food.joint_reference == fire.joint_reference == joint.number
    assert CaseClock.objects.filter(case_id__in=[food.pk, fire.pk], kind="acceptance").count() == 2
    assert answers_of(food)["kind"] == "hot" and answers_of(food)["items"] == 12
    assert answers_of(fire)["kind"] == "cold" and "items" not in answers_of(fire)
    assert answers_of(food)["shop_name"] == answers_of(fire)["shop_name"] == "小满面馆"
    papers = [handed.paper for case in (food, fire) for handed in handed_in(case)]
    assert len({paper.pk for paper in papers if paper}) == 2
    assert len({content_of(paper) for paper in papers if paper}) == 1
    assert Paper.objects.exclude(storage_key="").values("storage_key").distinct().count() == 1
    assert joint.promised_on == calendar().add_workdays(food.submitted_at.date(), 15)
    assert not Draft.objects.filter(pk=draft.pk).exists()
    assert submit_joint_case(draft_id=draft.pk, by=actor_of(person)).pk == joint.pk
    assert Case.objects.count() == 2


def test_when_a_predecessor_is_refused_its_dependents_are_told_and_the_others_go_on(at_noon: None) -> None:
    person = make_person()
    joint = make_joint_case(person=person)
    decide(case_of(joint, "food"), grant=False)
    assert states(joint) == {"food": "closed", "fire": "submitted", "online": "stopped"}
    part = joint.parts.get(key="online")
    assert (part.why, part.because_of, part.case_id) == ("predecessor", "food", None)
    told = Message.objects.get(person=person, kind="joint_predecessor")
    assert "第1项" in told.body_zh and "没有办成" in told.body_zh and "Item 1" in told.body_en
    decide(case_of(joint, "fire"))
    joint.refresh_from_db()
    assert not joint.is_open
    assert states(joint)["fire"] == "closed"


def test_a_withdrawn_predecessor_stops_what_rests_on_it_and_a_correction_of_one_holds_up_no_other(
    at_noon: None,
) -> None:
    person = make_person()
    joint = make_joint_case(person=person)
    fire, food = case_of(joint, "fire"), case_of(joint, "food")
    official = actor_of(make_official(fire))
    request_correction(case_id=fire.pk, items=[{"field": "area", "text": "面积不对"}], by=official)
    decide(food)
    assert states(joint) == {"food": "closed", "fire": "correction", "online": "submitted"}
    supply_correction(case_id=fire.pk, answers=answers_of(fire) | {"area": 70}, by=actor_of(person))
    assert answers_of(Case.objects.get(pk=fire.pk))["area"] == 70
    assert answers_of(Case.objects.get(pk=food.pk))["area"] == 86.5
    other = make_joint_case(person=make_person())
    withdraw_case(case_id=case_of(other, "food").pk, by=actor_of(other.applicant))
    work_until_idle()
    assert states(other) == {"food": "withdrawn", "fire": "submitted", "online": "stopped"}


def test_a_part_whose_item_is_closed_does_not_hold_the_others_up(at_noon: None) -> None:
    person = make_person()
    bundle = make_bundle()
    draft = make_joint_draft(person, bundle)
    whole = bundle.content.bundle
    assert whole is not None
    change_item_state(item_code=whole.parts[0].item, state="suspended", by=SYSTEM)
    joint = submit_joint_case(draft_id=draft.pk, by=actor_of(person))
    work_until_idle()
    assert states(joint) == {"food": "stopped", "fire": "submitted", "online": "stopped"}
    assert set(Message.objects.filter(person=person).values_list("kind", flat=True)) == {
        "joint_not_open",
        "joint_predecessor",
    }


def test_answers_that_one_item_cannot_take_are_named_by_the_keys_of_the_one_form(at_noon: None) -> None:
    person = make_person()
    draft = make_joint_draft(person, make_bundle(), shop_name=None, online_items=-1)
    with pytest.raises(InvalidInput) as refusal:
        submit_joint_case(draft_id=draft.pk, by=actor_of(person))
    assert {problem.field for problem in refusal.value.errors} >= {"shop_name"}
    assert not JointCase.objects.exists() and not Case.objects.exists()


def test_a_part_that_is_not_wanted_is_not_done_and_one_that_waits_can_be_dropped(at_noon: None) -> None:
    person = make_person()
    joint = make_joint_case(person=person, wanted_parts=None, online_items=None)
    assert set(states(joint)) == {"food", "fire"}
    other = make_joint_case(person=person)
    with pytest.raises(NotVisible):
        drop_part(joint_id=other.pk, part="online", by=actor_of(make_person()))
    drop_part(joint_id=other.pk, part="online", by=actor_of(person))
    with pytest.raises(Refused):
        drop_part(joint_id=other.pk, part="food", by=actor_of(person))
    for key in ("food", "fire"):
        decide(case_of(other, key))
    other.refresh_from_db()
    assert not other.is_open and states(other)["online"] == "stopped"


def test_only_the_applicant_sees_the_whole_and_an_office_sees_how_the_others_stand(at_noon: None) -> None:
    person = make_person()
    joint = make_joint_case(person=person)
    assert joint_by_number(actor_of(person), joint.number).pk == joint.pk
    food = case_of(joint, "food")
    for stranger in (
        actor_of(make_person()),
        actor_of(make_official(food)),
        actor_of(make_official(case_of(joint, "fire"))),
    ):
        with pytest.raises(NotVisible):
            joint_by_number(stranger, joint.number)
    seen = siblings_of(food)
    assert [(one.name, one.is_this, one.part_state) for one in seen] == [
        ("第1项", True, "submitted"),
        ("第2项", False, "submitted"),
        ("第3项", False, "waiting"),
    ]
    assert seen[2].rests_on == ("第1项",)
