"""Play joint cases (一件事): one form, then what each office does with its part."""

import datetime as dt
from typing import Any

from yiwang.config.demo.reading import read_yaml
from yiwang.config.demo.stories import Moment, Story, timeline
from yiwang.domains.cases.actions import accept_case, decide_case, request_correction, review_case, save_answers
from yiwang.domains.cases.actions import start_draft as begin_draft
from yiwang.domains.cases.models import Case
from yiwang.domains.cases.queries import case_content
from yiwang.domains.catalogue.queries import bundle_by_slug
from yiwang.domains.identity.models import Staff
from yiwang.domains.joint_cases.actions import submit_joint_case
from yiwang.domains.joint_cases.models import JointCase
from yiwang.domains.joint_cases.queries import tracks
from yiwang.domains.ratings.actions import rate_joint_case
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import ZONE
from yiwang.foundation.clock.workdays import Calendar

BEHIND = 1_000_000
"""Where the events of joint cases stand among others of the same moment: after them."""


def joint_moments(calendar: Calendar, built_at: dt.datetime) -> list[Moment]:
    """Return every event of every joint case, each at its moment in the past."""
    found: list[Moment] = []
    last = calendar.add_workdays(built_at.astimezone(ZONE).date() + dt.timedelta(days=1), -1)
    for told in read_yaml("joint_stories.yaml")["stories"]:
        day, line = timeline(told, {"do": "submit"}, calendar, last, built_at)
        story = Story(told["key"], told["bundle"], told["person"], told.get("firm"), told["answers"], day)
        for at, event in line:
            found.append(Moment(at, BEHIND + len(found), story, {"do": "joint", "step": event}))
    return found


def play_joint_step(story: Story, step: dict[str, Any], answers: dict[str, Any], by: Actor) -> None:
    """Play one event: the applicant's own, or that of the office which has the part."""
    if step["do"] == "submit":
        _submit(story, answers, by)
    elif step["do"] == "rate":
        rate_joint_case(joint_id=story.case_id, grade=step["grade"], comment=step["comment"], by=by)
    else:
        _OFFICE[step["do"]](_case(story, step["part"]), step)


def _submit(story: Story, answers: dict[str, Any], by: Actor) -> None:
    bundle = bundle_by_slug(story.item)
    assert bundle is not None, story.item
    draft = begin_draft(item_code=bundle.code, by=by)
    save_answers(draft_id=draft.pk, answers=answers, by=by)
    story.case_id = submit_joint_case(draft_id=draft.pk, by=by).pk


def _case(story: Story, key: str) -> Case:
    joint = JointCase.objects.get(pk=story.case_id)
    return next(track.case for track in tracks(joint) if track.case is not None and track.part.key == key)


def _official(case: Case, role: str, at: int = 0) -> Actor:
    """Return an official of the office who holds a role; the second one where two are needed."""
    held = [one for one in Staff.objects.filter(office_id=case.office_id).order_by("pk") if role in one.roles]
    staff = held[min(at, len(held) - 1)]
    return Actor(
        kind="staff", id=staff.pk, office=staff.office_id, channel="desk", assurance=3, roles=frozenset(staff.roles)
    )


def accept_part(case: Case) -> None:
    """Have the window of a part's office accept it."""
    accept_case(case_id=case.pk, by=_official(case, "window"))


def _accept(case: Case, _step: dict[str, Any]) -> None:
    accept_part(case)


def _correct(case: Case, step: dict[str, Any]) -> None:
    items = [{"field": step["field"], "text": step["text"]}]
    request_correction(case_id=case.pk, items=items, by=_official(case, "window"))


def _review(case: Case, _step: dict[str, Any], verdict: str = "support") -> None:
    for at in range(2 if case_content(case).processing.substance_check else 1):
        review_case(case_id=case.pk, verdict=verdict, opinion="已经核对。", by=_official(case, "reviewer", at))


def _decide(case: Case, step: dict[str, Any]) -> None:
    decide_part(case, grant=step["do"] == "grant", reason=step.get("reason", ""))


def decide_part(case: Case, *, grant: bool, reason: str = "") -> None:
    """Have the office of a part decide it; it is accepted and reviewed first where that was not done yet."""
    if case.state == "submitted":
        _accept(case, {})
        case.refresh_from_db()
    if case.state == "accepted":
        _review(case, {}, "support" if grant else "oppose")
    decide_case(case_id=case.pk, grant=grant, reason="" if grant else reason, by=_official(case, "head"))


_OFFICE = {"accept": _accept, "correct": _correct, "review": _review, "grant": _decide, "refuse": _decide}
