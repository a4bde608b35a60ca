"""One rating for the whole of a joint case, given once when all of it is over."""

import pytest

from yiwang.domains.cases.queries import answers_of
from yiwang.domains.identity.tests.factories import actor_of, make_person
from yiwang.domains.joint_cases.tests.factories import case_of, decide, make_joint_case
from yiwang.domains.joint_cases.tests.test_going_on import states
from yiwang.domains.notices.models import Message
from yiwang.domains.ratings.actions import rate_case, rate_joint_case
from yiwang.domains.ratings.queries import figures_of, rating_of
from yiwang.foundation.actions import Refused
from yiwang.foundation.jobs.worker import work_until_idle

pytestmark = pytest.mark.django_db(transaction=True)


def test_what_waited_is_handed_in_when_its_predecessor_is_granted_and_the_whole_is_rated_once(at_noon: None) -> None:
    person = make_person()
    joint = make_joint_case(person=person)
    decide(case_of(joint, "fire"))
    assert states(joint) == {"food": "submitted", "fire": "closed", "online": "waiting"}
    decide(case_of(joint, "food"))
    assert states(joint) == {"food": "closed", "fire": "closed", "online": "submitted"}
    online = case_of(joint, "online")
    assert answers_of(online)["kind"] == "hot" and answers_of(online)["items"] == 3
    assert online.applicant_id == person.pk and online.channel == "joint"
    assert Message.objects.filter(person=person, kind="joint_next").count() == 1
    with pytest.raises(Refused, match="整件事"):
        rate_case(case_id=case_of(joint, "food").pk, grade="satisfied", by=actor_of(person))
    with pytest.raises(Refused):
        rate_joint_case(joint_id=joint.pk, grade="satisfied", by=actor_of(person))
    decide(online)
    joint.refresh_from_db()
    assert not joint.is_open
    assert Message.objects.filter(person=person, kind="joint_closed").count() == 1
    rate_joint_case(joint_id=joint.pk, grade="satisfied", comment="一次填完", by=actor_of(person))
    work_until_idle()
    given = [rating_of(case_of(joint, key).pk) for key in ("food", "fire", "online")]
    assert [one.grade for one in given if one] == ["satisfied"] * 3
    assert sorted(one.comment for one in given if one) == ["", "", "一次填完"]
    assert figures_of("item", joint.item_id).total == 1
    with pytest.raises(Refused):
        rate_joint_case(joint_id=joint.pk, grade="satisfied", by=actor_of(person))
