"""Play the past: every step of every story through the action that a person or an official would have used."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from yiwang.config.demo.building import dated
from yiwang.config.demo.deliveries import DELIVERY_STEPS
from yiwang.config.demo.drawing import draw_paper
from yiwang.config.demo.halls import hall_moments, play_hall_step
from yiwang.config.demo.joint import joint_moments, play_joint_step
from yiwang.config.demo.payments import pay_fees, reduce_fees
from yiwang.config.demo.procedure import play_procedure_step, procedure_moments
from yiwang.config.demo.reading import by_key, item_codes, read_yaml
from yiwang.config.demo.stories import Moment, Story, moments, value_of
from yiwang.config.demo.supervising import answer_cards, furnish_desks
from yiwang.domains.cases.actions import (
    accept_case,
    decide_case,
    refuse_to_accept,
    request_correction,
    review_case,
    submit_case,
    supply_correction,
    tell_not_needed,
    withdraw_case,
)
from yiwang.domains.cases.models import Case
from yiwang.domains.cases.queries import answers_of, case_form
from yiwang.domains.identity.models import Firm, Person, Staff
from yiwang.domains.papers.actions import attach_paper
from yiwang.domains.papers.queries import store_upload
from yiwang.domains.ratings.actions import rate_case
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import moved_to, now
from yiwang.foundation.clock.queries import calendar
from yiwang.foundation.jobs.worker import work_once, work_until_idle

Say = Callable[[int, int], None]


def play_past(say: Say) -> int:
    """Play every story up to now; return how many cases there are."""
    days_off, built_at = calendar(), now()
    line = sorted(
        one for told in (moments, joint_moments, procedure_moments, hall_moments) for one in told(days_off, built_at)
    )
    codes = item_codes()
    day = None
    for number, moment in enumerate(line):
        with moved_to(moment.at):
            _play(moment, codes)
            for _ in range(0 if moment.event["do"] == "hall" else 20):
                if not work_once():
                    break
            if moment.at.date() != day:
                work_until_idle()
                answer_cards()
                day = moment.at.date()
        say(number + 1, len(line))
    work_until_idle()
    furnish_desks()
    return Case.objects.count()


def _play(moment: Moment, codes: dict[str, str]) -> None:
    story, event = moment.story, moment.event
    if event["do"] == "submit":
        answers = _answers(story.answers, story)
        case, _new = submit_case(
            item_code=codes[story.item], answers=answers, key=f"story:{story.key}", by=_person(story)
        )
        story.case_id = case.pk
        return
    if event["do"] in DELIVERY_STEPS:
        DELIVERY_STEPS[event["do"]](story, event, _person(story))
        return
    _STEPS[event["do"]](story, event)


def _person(story: Story) -> Actor:
    person = Person.objects.get(account__email=by_key("people.yaml", "people")[story.person]["email"])
    firm_id = None
    if story.firm:
        firm_id = Firm.objects.get(credit_code=by_key("people.yaml", "firms")[story.firm]["credit_code"]).pk
    return Actor(kind="person", id=person.pk, on_behalf_of=firm_id, channel="portal", assurance=person.level)


def person_of(story: Story) -> Actor:
    """Return whoever wants what a story tells."""
    return _person(story)


def story_answers(given: dict[str, Any], story: Story) -> dict[str, Any]:
    """Return answers with their tokens replaced and their papers drawn and attached."""
    return _answers(given, story)


def _official(story: Story, event: dict[str, Any], role: str) -> Actor:
    desk = read_yaml("stories.yaml")["desk"][story.item]
    usual = desk["reviewers"][0] if role == "reviewer" else desk[role]
    entry = by_key("people.yaml", "staff")[event.get("by", usual)]
    staff = Staff.objects.get(account__email=entry["email"])
    return Actor(
        kind="staff", id=staff.pk, office=staff.office_id, channel="desk", assurance=3, roles=frozenset(staff.roles)
    )


def _answers(given: dict[str, Any], story: Story) -> dict[str, Any]:
    """Return answers with their tokens replaced and their papers drawn and attached."""
    return {key: _answer(value, story) for key, value in given.items()}


def _answer(value: Any, story: Story) -> Any:
    """Return one answer; the rows of a group and the parts of an address are gone through too."""
    papers = read_yaml("stories.yaml")["papers"]
    if isinstance(value, dict):
        return {key: _answer(one, story) for key, one in value.items()}
    if isinstance(value, list) and value and all(isinstance(one, str) and one in papers for one in value):
        return [str(_attach(papers[one], story)) for one in value]
    if isinstance(value, list):
        return [_answer(one, story) for one in value]
    return dated(value_of(value, story), story.day)


def _attach(spec: dict[str, Any], story: Story) -> UUID:
    stored = store_upload(draw_paper(spec["kind"], spec["text"]))
    return attach_paper(stored=stored, name=spec["name"], by=_person(story)).pk


def _accept(story: Story, event: dict[str, Any]) -> None:
    accept_case(case_id=story.case_id, by=_official(story, event, "window"))


def _ask(story: Story, event: dict[str, Any]) -> None:
    items = [{"field": r["about"], "text": r["text"]} for r in event["requests"]]
    request_correction(case_id=story.case_id, items=items, by=_official(story, event, "window"))


def _supply(story: Story, event: dict[str, Any]) -> None:
    case = Case.objects.get(pk=story.case_id)
    answers = {**answers_of(case), **_answers(event["answers"], story)}
    kept = {key: value for key, value in answers.items() if key in case_form(case).fields}
    supply_correction(case_id=story.case_id, answers=kept, by=_person(story))


def _refuse_acceptance(story: Story, event: dict[str, Any]) -> None:
    refuse_to_accept(
        case_id=story.case_id,
        ground=event["ground"],
        reason=event["reason"],
        basis=event.get("basis", ""),
        authority="见理由" if event["ground"] == "no_power" else "",
        by=_official(story, event, "window"),
    )


def _tell_not_needed(story: Story, event: dict[str, Any]) -> None:
    by = _official(story, event, "window")
    tell_not_needed(case_id=story.case_id, reason=event["reason"], basis=event["basis"], by=by)


def _review(story: Story, event: dict[str, Any]) -> None:
    decided = event.get("verdict", "support")
    review_case(
        case_id=story.case_id, verdict=decided, opinion=event["opinion"], by=_official(story, event, "reviewer")
    )


def _decide(story: Story, event: dict[str, Any]) -> None:
    decide_case(
        case_id=story.case_id,
        grant=event["outcome"] == "grant",
        reason=event.get("reason", ""),
        basis=event.get("basis", ""),
        by=_official(story, event, "head"),
    )


def _withdraw(story: Story, _event: dict[str, Any]) -> None:
    withdraw_case(case_id=story.case_id, by=_person(story))


def _rate(story: Story, event: dict[str, Any]) -> None:
    rate_case(case_id=story.case_id, grade=event["grade"], comment=event.get("comment", ""), by=_person(story))


def _in_hall(story: Story, event: dict[str, Any]) -> None:
    step, answers = event["step"], {}
    if step["do"] == "counter":
        told = step["told"]
        variant = read_yaml("stories.yaml")["variants"][told["item"]][told["variant"]]
        answers = _answers(variant, Story("counter", told["item"], told["person"], None, variant, story.day))
    play_hall_step(step, answers)


_STEPS: dict[str, Callable[[Story, dict[str, Any]], None]] = {
    "accept": _accept,
    "request_correction": _ask,
    "answer_correction": _supply,
    "refuse_acceptance": _refuse_acceptance,
    "tell_not_needed": _tell_not_needed,
    "review": _review,
    "decide": _decide,
    "withdraw": _withdraw,
    "pay": lambda story, _event: pay_fees(story, by=_person(story)),
    "reduce": lambda story, event: reduce_fees(story, event, by=_official(story, event, "head")),
    "rate": _rate,
    "hall": _in_hall,
    "procedure": lambda story, event: play_procedure_step(
        story, event["step"], _answers(story.answers, story) if event["step"]["do"] == "submit" else {}, _person(story)
    ),
    "joint": lambda story, event: play_joint_step(
        story, event["step"], _answers(story.answers, story) if event["step"]["do"] == "submit" else {}, _person(story)
    ),
}
