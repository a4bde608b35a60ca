"""Who is told of an absence, who may lend which duty, and what a deputy never does."""

import datetime as dt
import html
from typing import Any

import pytest
from django.test import Client

from yiwang.domains.cases.actions import accept_case, claim_case, decide_case, hand_over_case, review_case
from yiwang.domains.cases.queries import next_steps
from yiwang.domains.cases.tests.factories import make_case, make_official
from yiwang.domains.catalogue.content import Processing
from yiwang.domains.catalogue.tests.factories import make_item
from yiwang.domains.identity.actions import end_absence, enter_absence
from yiwang.domains.identity.models import Absence, Staff
from yiwang.domains.identity.policies import LENDERS, may_end_absence
from yiwang.domains.identity.queries import duties_lent, identify_session, proof_of
from yiwang.domains.identity.tests.factories import actor_of, make_office, make_staff, sign_in
from yiwang.domains.notices.models import OfficialNotice
from yiwang.domains.supervision.actions.raising import head_of
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import today
from yiwang.foundation.ids import uuid7
from yiwang.foundation.jobs.worker import work_until_idle
from yiwang.foundation.tests.refusing import forbidden, refused


def seen(response: Any) -> str:
    return html.unescape(response.content.decode())


def at(staff: Staff) -> Client:
    client: Client = sign_in(Client(), staff)
    return client


def away(staff: Staff, deputy: Staff, by: Staff | None = None) -> Absence:
    until = today() + dt.timedelta(days=5)
    return enter_absence(
        staff_id=staff.pk, deputy_id=deputy.pk, from_date=today(), until_date=until, by=actor_of(by or staff)
    )


def standing_in(deputy: Staff, absent: Staff) -> Actor:
    """Return the deputy as the session has them once they stand in."""
    proof = proof_of(deputy.account.password)
    found = identify_session(str(deputy.account_id), proof, has_second_factor=True, stands_in_for=str(absent.pk))
    assert found and found.actor.on_behalf_of == absent.pk
    return found.actor


def absence(staff: list[str], deputy: list[str], entered: str) -> Absence:
    one, other = Staff(pk=uuid7(), roles=staff), Staff(pk=uuid7(), roles=deputy)
    return Absence(staff=one, deputy=other, entered_by_id=one.pk if entered == "self" else uuid7())


ALL = ["window", "reviewer", "head", "operator", "administrator", "supervisor"]


@pytest.mark.parametrize(
    ("roles", "deputy", "entered", "lent"),
    [
        (ALL, [], "self", {"window", "reviewer", "head", "supervisor"}),
        (ALL, [], "head", {"window", "reviewer"}),
        (["supervisor"], ["reviewer"], "head", set()),
        (["supervisor"], ["administrator"], "self", set()),
        (["head"], ["administrator"], "self", {"head"}),
        (["operator", "administrator"], [], "self", set()),
    ],
)
def test_deciding_and_supervising_are_lent_by_who_holds_them_and_the_platform_by_nobody(
    roles: list[str], deputy: list[str], entered: str, lent: set[str]
) -> None:
    one = absence(roles, deputy, entered)
    assert duties_lent(one) == lent
    head = Actor(kind="staff", id=uuid7(), office=one.staff.office_id, roles=frozenset({"head"}))
    assert may_end_absence(head, one) == (not lent - {"window", "reviewer"}), "nobody takes back what is not theirs"
    assert set(LENDERS) == set(Staff.Role.values) - {"operator", "administrator"}


@pytest.mark.django_db
def test_everybody_concerned_is_told_of_an_absence_that_somebody_else_entered(at_noon: Any) -> None:
    office = make_office()
    head = make_staff(office=office, roles=("head",), name="毛安")
    clerk, deputy = (make_staff(office=office, roles=("window",), name=name) for name in ("方敏", "戴文博"))
    one = away(clerk, deputy, by=head)
    work_until_idle()
    told = dict(OfficialNotice.objects.values_list("staff_id", "title_zh"))
    assert set(told) == {clerk.pk, deputy.pk}, "the head entered it"
    assert "毛安给你登记了请假" in told[clerk.pk] and "请你代办（毛安登记）" in told[deputy.pk]
    desk = at(clerk)
    assert "1 条通知" in seen(desk.get("/desk/")) and "毛安给你登记了请假" in seen(desk.get("/desk/notices"))
    listed = seen(desk.get("/desk/absences"))
    assert "毛安登记" in listed and "代办的职责：综合受理" in listed
    assert "都标成看过了" in seen(desk.post("/desk/notices/read", follow=True))
    assert "条通知" not in seen(desk.get("/desk/")) and "条通知" in seen(at(deputy).get("/desk/"))
    end_absence(absence_id=one.pk, by=actor_of(clerk))
    work_until_idle()
    ended = set(OfficialNotice.objects.filter(kind="absence_ended").values_list("staff_id", flat=True))
    assert ended == {deputy.pk, head.pk}
    past = seen(desk.get("/desk/absences"))
    assert "以前的" in past and "取消（方敏）" in past, "it stays in the record"
    old = away(deputy, clerk)
    work_until_idle()
    end_absence(absence_id=old.pk, by=actor_of(deputy))
    Absence.objects.filter(pk=old.pk).update(ended_by=None)  # as those that ended before an upgrade are
    work_until_idle()
    assert OfficialNotice.objects.filter(kind="absence_ended").count() == 2, "nobody is told that they ended their own"
    away(clerk, deputy)
    work_until_idle()
    own = OfficialNotice.objects.filter(kind="absence_entered").order_by("-sent_at", "-pk")[:2]
    assert {notice.staff_id for notice in own} == {deputy.pk, head.pk}


@pytest.mark.django_db
def test_a_head_lends_no_supervision_and_no_decision_of_others(at_noon: Any) -> None:
    office = make_office()
    head, other = (make_staff(office=office, roles=("head",), name=name) for name in ("毛安", "石磊"))
    supervisor = make_staff(office=office, roles=("supervisor", "window"), name="严明")
    choice = make_staff(office=office, roles=("window",), name="戴文博")
    away(supervisor, choice, by=head)
    away(other, make_staff(office=office, roles=("reviewer",), name="孔令仪"), by=head)
    assert standing_in(choice, supervisor).roles == {"window"}
    desk = at(choice)
    desk.post("/desk/standing-in", {"staff": str(supervisor.pk)})
    assert desk.get("/console/supervision").status_code == 403
    assert head_of(office.code) in {head.pk, other.pk}, "no card for the head goes to a deputy who decides nothing"
    Absence.objects.update(ended_at=today().isoformat() + "T00:00:00+08:00")
    lent = away(supervisor, choice)
    assert standing_in(choice, supervisor).roles == {"window", "supervisor"}
    with forbidden():
        end_absence(absence_id=lent.pk, by=actor_of(head))
    choice.office = make_office()
    choice.save()
    proof = proof_of(choice.account.password)
    moved = identify_session(str(choice.account_id), proof, has_second_factor=True, stands_in_for=str(supervisor.pk))
    assert moved and moved.actor.on_behalf_of is None, "who has left the office stands in for nobody there"


@pytest.mark.django_db
def test_a_deputy_never_acts_on_own_cases_nor_as_both_reviewers(at_noon: Any) -> None:
    item = make_item(office=make_office(), processing=Processing(substance_check=True))
    case = make_case(item=item)
    head = make_official(case, name="毛安")
    absent, deputy, third = (
        make_staff(office=case.office, roles=("window", "reviewer"), name=name) for name in ("方敏", "戴文博", "孔令仪")
    )
    away(absent, deputy)
    away(head, deputy)
    own, for_absent, for_head = actor_of(deputy), standing_in(deputy, absent), standing_in(deputy, head)
    accept_case(case_id=case.pk, by=for_absent)
    case.refresh_from_db()
    assert case.assignee_id == absent.pk, "what a deputy takes is the absent one's, to whom it returns"
    review_case(case_id=case.pk, verdict="support", opinion="已核对。", by=for_absent)
    for again in (own, for_head, actor_of(absent)):
        with refused("reviewed_already"):
            review_case(case_id=case.pk, verdict="support", opinion="再核对。", by=again)
    review_case(case_id=case.pk, verdict="support", opinion="已核对。", by=actor_of(third))
    with refused("reviewed_already"):
        decide_case(case_id=case.pk, grant=True, by=for_head)
    case.refresh_from_db()
    assert {step.code for step in next_steps(case, for_head) if step.event == "grant"} == {"reviewed_already"}
    mine = make_case(item=item)
    claim_case(case_id=mine.pk, by=own)
    with refused("own_case"):
        accept_case(case_id=mine.pk, by=for_absent)
    with refused("claimed_by_other"):
        claim_case(case_id=mine.pk, by=for_absent)
    hand_over_case(case_id=mine.pk, staff_id=third.pk, by=own)
    assert accept_case(case_id=mine.pk, by=for_absent).assignee_id == third.pk
