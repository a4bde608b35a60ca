"""Turn the stories into one line of events, each at its moment in the past."""

import datetime as dt
import random
from dataclasses import dataclass, field
from typing import Any

from yiwang.config.demo.reading import by_key, read_yaml
from yiwang.foundation.clock import ZONE
from yiwang.foundation.clock.workdays import Calendar


@dataclass(order=True)
class Moment:
    """One event of one story, at its time."""

    at: dt.datetime
    position: int
    story: "Story" = field(compare=False)
    event: dict[str, Any] = field(compare=False)


@dataclass
class Story:
    """One past case: who wants what, and what happened then."""

    key: str
    item: str
    person: str
    firm: str | None
    answers: dict[str, Any]
    day: dt.date
    case_id: Any = None


def moments(calendar: Calendar, built_at: dt.datetime) -> list[Moment]:
    """Return every event of every story, in the order of time; none after the moment of building."""
    told = [*read_yaml("stories.yaml")["stories"], *read_yaml("deliveries.yaml")["stories"], *_bulk()]
    last = calendar.add_workdays(built_at.astimezone(ZONE).date() + dt.timedelta(days=1), -1)
    found: list[Moment] = []
    for told_story in told:
        found += _moments_of(told_story, calendar, last, built_at, len(found))
    return sorted(found)


def _moments_of(
    told: dict[str, Any], calendar: Calendar, last: dt.date, built_at: dt.datetime, position: int
) -> list[Moment]:
    variant = read_yaml("stories.yaml")["variants"][told["item"]][told["variant"]]
    day, line = timeline(told, {"do": "submit"}, calendar, last, built_at)
    story = Story(told["key"], told["item"], told["person"], told.get("firm"), {**variant, **told.get("with", {})}, day)
    return [Moment(at, position + n, story, event) for n, (at, event) in enumerate(line)]


def timeline(
    told: dict[str, Any], first: dict[str, Any], calendar: Calendar, last: dt.date, built_at: dt.datetime
) -> tuple[dt.date, list[tuple[dt.datetime, dict[str, Any]]]]:
    """Return the day on which a story begins, and when each of its events happens; none after the moment of building.

    The story begins with the event `first`; each other one says how many working days it comes `after` the one before.
    """
    first_day = day = calendar.add_workdays(last, -int(told["days_ago"])) if told["days_ago"] else last
    hour, minute = map(int, told["at"].split(":"))
    at = dt.datetime.combine(day, dt.time(hour, minute), ZONE)
    line = [(at, first)]
    for number, event in enumerate(told["events"]):
        if event["after"]:
            day = calendar.add_workdays(day, int(event["after"]))
            clock = dt.time(9 + number % 6, (17 * number + len(told["key"])) % 60)
            if event["do"] in {"rate", "answer_correction", "withdraw"}:
                clock = dt.time(19, (13 * number + len(told["key"])) % 60)
            at = dt.datetime.combine(day, clock, ZONE)
        else:
            at += dt.timedelta(minutes=37 + number)
        line.append((at, event))
    spare = len(line)
    past = [min(at, built_at - dt.timedelta(seconds=20 * (spare - n))) for n, (at, _event) in enumerate(line)]
    return first_day, [(at, event) for at, (_planned, event) in zip(past, line, strict=True)]


def _bulk() -> list[dict[str, Any]]:
    """Return the generated stories: the same on every machine, from a fixed seed."""
    spec = read_yaml("stories.yaml")["bulk"]
    dice = random.Random(spec["seed"])  # noqa: S311  (a story, not a secret)
    stories = []
    for number in range(spec["count"]):
        kind = dice.choices(spec["items"], [i["weight"] for i in spec["items"]])[0]
        story = {
            "key": f"bulk-{number}",
            "item": kind["item"],
            "person": dice.choice(kind["people"]),
            "firm": kind.get("firm"),
            "days_ago": dice.randint(*spec["days_ago"]),
            "at": f"{dice.randint(*spec['hour'])}:{dice.randint(0, 59):02d}",
            "variant": dice.choice(kind["variants"]),
        }
        story["events"] = _bulk_events(story["item"], spec, dice)
        stories.append(story)
    return stories


def _bulk_events(item: str, spec: dict[str, Any], dice: random.Random) -> list[dict[str, Any]]:
    events: list[dict[str, Any]] = []
    outcome = dice.choices(list(spec["outcomes"]), list(spec["outcomes"].values()))[0]
    desk = read_yaml("stories.yaml")["desk"][item]
    if item != "medical-elsewhere":
        if outcome == "correction_then_grant":
            fix = spec["correction"]
            events.append({"do": "request_correction", "after": 1, "requests": [{"about": "", "text": fix["text"]}]})
            events.append({"do": "answer_correction", "after": dice.randint(*fix["answer_after"]), "answers": {}})
        events.append({"do": "accept", "after": dice.randint(*spec["accept_after"])})
        if outcome == "withdraw":
            return [*events, {"do": "withdraw", "after": 1, "reason": spec["withdraw_reason"]}]
        reviewers = desk["reviewers"][:2]
        for n, reviewer in enumerate(reviewers):
            after = dice.randint(*spec["review_after"]) if n == 0 else 0
            events.append({"do": "review", "after": after, "by": reviewer, "opinion": spec["opinion"]})
        grant = outcome != "refuse"
        reason = spec["grant_reason" if grant else "refuse_reason"]
        after = dice.randint(*spec["decide_after"])
        events.append({"do": "decide", "after": after, "outcome": "grant" if grant else "refuse", "reason": reason})
    if dice.random() < spec["rated"]:
        grade = dice.choices(list(spec["grades"]), list(spec["grades"].values()))[0]
        comment = dice.choice(spec["comments"][grade])
        events.append({"do": "rate", "after": dice.randint(*spec["rate_after"]), "grade": grade, "comment": comment})
    return events


def value_of(token: Any, story: Story) -> Any:
    """Return what `@person.x`, `@firm.x` and `@people.key.x` stand for; anything else as it is."""
    if not isinstance(token, str) or not token.startswith("@") or token[1] in "+-":
        return token
    people, firms = by_key("people.yaml", "people"), by_key("people.yaml", "firms")
    parts = token[1:].split(".")
    if parts[0] == "firm":
        value = firms[story.firm or ""][parts[1]]
        return people[value]["name"] if parts[1] == "legal_representative" else value
    entry = people[story.person] if parts[0] == "person" else people[parts[1]]
    return entry[parts[-1]]


def beginning() -> dt.datetime:
    """Return the moment at which the demo's past begins: before the oldest story."""
    return dt.datetime.now(ZONE).replace(hour=8, minute=0) - dt.timedelta(days=200)
