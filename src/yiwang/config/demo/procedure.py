"""Play cases off the ordinary way: special procedures, papers to follow, promises, silence, early ends."""

import datetime as dt
from collections.abc import Callable
from typing import Any

from yiwang.config.demo.reading import by_key, item_codes, read_yaml
from yiwang.config.demo.stories import Moment, Story, timeline
from yiwang.domains.cases import actions
from yiwang.domains.cases.models import Case, InterestedParty
from yiwang.domains.cases.queries import hearing_record_number
from yiwang.domains.identity.models import Staff
from yiwang.foundation.actors import SYSTEM, Actor
from yiwang.foundation.clock import ZONE, today
from yiwang.foundation.clock.queries import calendar as workdays
from yiwang.foundation.clock.workdays import Calendar

BEHIND = 2_000_000
"""Where these events stand among others of the same moment: after them."""

Step = Callable[[Story, dict[str, Any], Actor], object]


def procedure_moments(calendar: Calendar, built_at: dt.datetime) -> list[Moment]:
    """Return every event of every case off the ordinary way, each at its moment in the past."""
    told = read_yaml("procedure_stories.yaml")
    usual = read_yaml("stories.yaml")["variants"]
    last = calendar.add_workdays(built_at.astimezone(ZONE).date() + dt.timedelta(days=1), -1)
    found: list[Moment] = []
    for one in told["stories"]:
        wishes = {"deferred": one.get("deferred", []), "promise": one.get("promise", False)}
        day, line = timeline(one, {"do": "submit", **wishes}, calendar, last, built_at)
        answers = (usual.get(one["item"], {}) | told["variants"].get(one["item"], {}))[one["variant"]]
        story = Story(one["key"], one["item"], one["person"], one.get("firm"), {**answers, **one.get("with", {})}, day)
        for at, event in line:
            found.append(Moment(at, BEHIND + len(found), story, {"do": "procedure", "step": event}))
    return found


def play_procedure_step(story: Story, step: dict[str, Any], answers: dict[str, Any], by: Actor) -> None:
    """Play one event: the applicant's, or that of the official who is named, or whose part it usually is."""
    if step["do"] == "submit":
        case, _new = actions.submit_case(
            item_code=item_codes()[story.item],
            answers=answers,
            key=f"procedure:{story.key}",
            deferred=step["deferred"],
            promise=step["promise"],
            by=by,
        )
        story.case_id = case.pk
        return
    _STEPS[step["do"]](story, step, _official(story, step))


def _official(story: Story, step: dict[str, Any]) -> Actor:
    desk = read_yaml("procedure_stories.yaml")["desk"][story.item]
    role = _ROLES.get(step["do"], "head")
    usual = desk["reviewers"][0] if role == "reviewer" else desk[role]
    staff = _staff(step.get("by", usual))
    return Actor(
        kind="staff", id=staff.pk, office=staff.office_id, channel="desk", assurance=3, roles=frozenset(staff.roles)
    )


def _staff(key: str) -> Staff:
    return Staff.objects.get(account__email=by_key("people.yaml", "staff")[key]["email"])


_ROLES = {
    "accept": "window",
    "accept_deferred": "window",
    "accept_promised": "window",
    "review": "reviewer",
    "open_special": "reviewer",
    "close_special": "reviewer",
    "tell_interested": "reviewer",
    "hear_interested": "reviewer",
    "request_more": "reviewer",
}
"""Step → whose part it usually is; all others are the head's."""


def _defer(story: Story, step: dict[str, Any], by: Actor) -> None:
    asked = list(Case.objects.get(pk=story.case_id).deferrals.values_list("material", flat=True))
    actions.accept_deferred(case_id=story.case_id, materials=asked, days=step["days"], by=by)


def _hearing(step: dict[str, Any]) -> dict[str, Any]:
    """A hearing is held on the last day that was planned, at the hour and the place that are told."""
    if step["kind"] != "hearing":
        return {}
    return {
        "chair_id": _staff(step["chair"]).pk,
        "held_on": workdays().add_workdays(today(), step["planned"]),
        "begins_at": dt.time.fromisoformat(step["begins_at"]),
        "place": step["place"],
    }


def _open_special(story: Story, step: dict[str, Any], by: Actor) -> None:
    actions.open_special(
        case_id=story.case_id,
        kind=step["kind"],
        reason=step["reason"],
        basis=step["basis"],
        planned_workdays=step["planned"],
        **_hearing(step),
        by=by,
    )


def _hear(story: Story, step: dict[str, Any], by: Actor) -> None:
    party = InterestedParty.objects.get(case_id=story.case_id)
    wants = step.get("wants_hearing", False)
    actions.hear_interested(
        case_id=story.case_id, party_id=party.pk, statement=step["statement"], wants_hearing=wants, by=by
    )


def _more(story: Story, step: dict[str, Any], by: Actor) -> None:
    items = [{"field": "", "text": words} for words in step["items"]]
    actions.request_more(case_id=story.case_id, items=items, basis=step["basis"], days=step["days"], by=by)


def _decide(story: Story, step: dict[str, Any], by: Actor) -> None:
    cited = hearing_record_number(Case.objects.get(pk=story.case_id))
    actions.decide_case(
        case_id=story.case_id, grant=step["outcome"] == "grant", reason=step["reason"], cited_record=cited, by=by
    )


def _silence(story: Story, _step: dict[str, Any], _by: Actor) -> None:
    """The machine may have said it by itself meanwhile: it looks every hour."""
    if Case.objects.filter(pk=story.case_id, state="submitted").exists():
        actions.deem_accepted(case_id=story.case_id, by=SYSTEM)


def _with(action: Callable[..., object], *names: str) -> Step:
    """Return the step that hands these words on as they are told."""
    return lambda story, step, by: action(case_id=story.case_id, by=by, **{name: step[name] for name in names})


_STEPS: dict[str, Step] = {
    "accept": _with(actions.accept_case),
    "accept_deferred": _defer,
    "accept_promised": _with(actions.accept_promised),
    "deem_accepted": _silence,
    "review": lambda s, e, by: actions.review_case(
        case_id=s.case_id, verdict=e.get("verdict", "support"), opinion=e["opinion"], by=by
    ),
    "request_more": _more,
    "open_special": _open_special,
    "close_special": _with(actions.close_special, "outcome", "record"),
    "tell_interested": _with(actions.tell_interested, "name", "contact", "reason"),
    "hear_interested": _hear,
    "extend": _with(actions.extend_case, "reason"),
    "decide": _decide,
    "terminate": _with(actions.terminate_case, "ground", "reason"),
    "void": _with(actions.void_case, "ground", "reason"),
}
