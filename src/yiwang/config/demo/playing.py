"""Play the past: every step of every story through the action that a person or an official would have used."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from yiwang.config.demo.building import dated
from yiwang.config.demo.drawing import draw_paper
from yiwang.config.demo.reading import by_key, item_codes, read_yaml
from yiwang.config.demo.stories import Moment, Story, moments, value_of
from yiwang.domains.cases.actions import (
    accept_case,
    decide_case,
    refuse_to_accept,
    request_correction,
    review_case,
    submit_case,
    supply_correction,
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
    line = moments(calendar(), now())
    codes = item_codes()
    day = None
    for number, moment in enumerate(line):
        with moved_to(moment.at):
            _play(moment, codes)
            for _ in range(20):
                if not work_once():
                    break
            if moment.at.date() != day:
                work_until_idle()
                day = moment.at.date()
        say(number + 1, len(line))
    work_until_idle()
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
    _STEPS[event["do"]](story, event)


def _person(story: Story) -> Actor:
    person = Person.objects.get(account__email=by_key("people.yaml", "people")[story.person]["email"])
    firm_id = None
    if story.firm:
        firm_id = Firm.objects.get(credit_code=by_key("people.yaml", "firms")[story.firm]["credit_code"]).pk
    return Actor(kind="person", id=person.pk, on_behalf_of=firm_id, channel="portal", assurance=person.level)


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


_STEPS: dict[str, Callable[[Story, dict[str, Any]], None]] = {
    "accept": _accept,
    "request_correction": _ask,
    "answer_correction": _supply,
    "refuse_acceptance": _refuse_acceptance,
    "review": _review,
    "decide": _decide,
    "withdraw": _withdraw,
    "rate": _rate,
}
