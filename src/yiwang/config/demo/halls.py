"""The halls of the demo, and what goes on in them: who comes, waits, is served, books, is received, takes a result home."""

import datetime as dt
import random
from contextlib import suppress
from typing import Any
from uuid import UUID

from yiwang.config.demo.hall_visits import visits
from yiwang.config.demo.reading import by_key, item_codes, read_yaml
from yiwang.config.demo.stories import Moment, Story
from yiwang.domains.cases.actions import save_answers, start_draft, submit_at_window
from yiwang.domains.cases.models import Case
from yiwang.domains.cases.queries import draft_form
from yiwang.domains.halls import actions
from yiwang.domains.halls.actions import HallPlan, ServicePlan
from yiwang.domains.halls.models import Appointment, Hall, Service, Slot, Window
from yiwang.domains.halls.queries import actor_at_window
from yiwang.domains.identity.models import Person, Staff
from yiwang.domains.identity.queries import ask_register, id_number_of
from yiwang.domains.papers.actions import Grading
from yiwang.foundation.actions import Refused
from yiwang.foundation.actors import SYSTEM, Actor
from yiwang.foundation.clock import ZONE
from yiwang.foundation.clock.workdays import Calendar

BEHIND = 3_000_000
"""Where what happens in halls stands among other events of the same moment: after them."""
Answers = dict[str, Any]


def furnish_halls() -> None:
    """Enter the halls of halls.yaml."""
    offices = by_key("offices.yaml", "offices")
    actions.load_halls(plans=[_plan(told, offices) for told in read_yaml("halls.yaml")["halls"]], by=SYSTEM)


def _plan(told: dict[str, Any], offices: dict[str, Any]) -> HallPlan:
    staff = by_key("people.yaml", "staff")
    hall = Hall(
        code=told["code"],
        name=told["name"]["zh"],
        name_en=told["name"]["en"],
        office_id=offices[told["office"]]["code"],
        region_id=told["region"],
        place=told["place"]["zh"],
        place_en=told["place"]["en"],
        phone=told["phone"],
    )
    services = [
        ServicePlan(
            letter=one["letter"],
            name=one["name"]["zh"],
            name_en=one["name"]["en"],
            offices=tuple(offices[key]["code"] for key in one["offices"]),
            slot_minutes=one["minutes"],
            places=one["places"],
        )
        for one in told["services"]
    ]
    windows = {n: (offices[staff[w["staff"]]["office"]]["code"], w["letters"]) for n, w in told["windows"].items()}
    hours = {kind: [_stretch(text) for text in texts] for kind, texts in told["hours"].items()}
    return HallPlan(hall, hours, services, windows)


def _stretch(text: str) -> tuple[int, int]:
    """Return 8:30-12:00 as minutes after midnight."""
    opens, closes = (int(at.split(":")[0]) * 60 + int(at.split(":")[1]) for at in text.split("-"))
    return opens, closes


def hall_moments(days_off: Calendar, built_at: dt.datetime) -> list[Moment]:
    """Return what happened in the halls on the last working days, up to the moment of building."""
    spec = read_yaml("halls.yaml")
    last = days_off.add_workdays(built_at.astimezone(ZONE).date() + dt.timedelta(days=1), -1)
    line: list[tuple[dt.datetime, dict[str, Any]]] = []
    for ago in range(spec["visits"]["days"], -1, -1):
        day = days_off.add_workdays(last, -ago) if ago else last
        line.append((_at(day, "8:00"), {"do": "slots"}))
        dice = random.Random(spec["visits"]["seed"] + ago)  # noqa: S311  (a story, not a secret)
        for told in spec["halls"]:
            line += visits(told, day, spec["visits"], dice)
    for told in spec["appointments"]:
        day = days_off.add_workdays(last, told["day"])
        line += _booking(told, day, days_off, built_at)
    for told in spec["closures"]:
        day = days_off.add_workdays(last, told["day"])
        line.append((built_at - dt.timedelta(minutes=2), {"do": "keep_closed", "told": told, "day": day}))
    for kind in ("counter", "handed_out"):
        line += [
            (_at(days_off.add_workdays(last, told["day"]), told["at"]), {"do": kind, "told": told})
            for told in spec[kind]
        ]
    past = sorted((one for one in line if one[0] < built_at), key=lambda one: one[0])
    story = Story("halls", "", "", None, {}, last)
    return [Moment(at, BEHIND + n, story, {"do": "hall", "step": step}) for n, (at, step) in enumerate(past)]


def _at(day: dt.date, text: str) -> dt.datetime:
    hour, minute = map(int, text.split(":"))
    return dt.datetime.combine(day, dt.time(hour, minute), ZONE)


def _booking(
    told: dict[str, Any], day: dt.date, days_off: Calendar, built_at: dt.datetime
) -> list[tuple[dt.datetime, dict[str, Any]]]:
    """Return the booking of one appointment, and what became of it."""
    at = _at(day, told["at"])
    booked_at = min(_at(days_off.add_workdays(day, -1), "8:40"), built_at - dt.timedelta(minutes=3))
    line = [(booked_at, {"do": "book", "told": told, "at": at})]
    if told.get("came"):
        line.append((at - dt.timedelta(minutes=12), {"do": "arrive", "told": told, "at": at}))
    elif told["day"] < 0:
        line.append((at + dt.timedelta(hours=1), {"do": "miss"}))
    return line


def play_hall_step(step: dict[str, Any], answers: "Answers") -> None:
    """Play one event in a hall; who finds nobody waiting, or a window taken, does nothing."""
    with suppress(Refused):
        _STEPS[step["do"]](step, answers)


def _person(key: str) -> Actor:
    found = Person.objects.get(account__email=by_key("people.yaml", "people")[key]["email"])
    return Actor(kind="person", id=found.pk, channel="portal", assurance=found.level)


def _official(key: str) -> Actor:
    found = Staff.objects.get(account__email=by_key("people.yaml", "staff")[key]["email"])
    roles = frozenset(found.roles)
    return Actor(kind="staff", id=found.pk, office=found.office_id, channel="desk", assurance=3, roles=roles)


def _window(step: dict[str, Any]) -> Window:
    return Window.objects.get(hall_id=step["hall"], number=step["window"])


def _slot(step: dict[str, Any]) -> Slot:
    told = step["told"]
    return Slot.objects.get(service__hall_id=told["hall"], service__letter=told["letter"], starts_at=step["at"])


def _slots(_step: dict[str, Any], _answers: Answers) -> None:
    actions.end_past_days(by=SYSTEM)
    actions.open_slots(by=SYSTEM)


def _book(step: dict[str, Any], _answers: Answers) -> None:
    actions.book_appointment(slot_id=_slot(step).pk, by=_person(step["told"]["person"]))


def _arrive(step: dict[str, Any], _answers: Answers) -> None:
    by = _person(step["told"]["person"])
    found = Appointment.objects.get(person_id=by.known_id, slot=_slot(step))
    actions.check_in(appointment_id=found.pk, by=by)


def _take(step: dict[str, Any], _answers: Answers) -> None:
    service = Service.objects.get(hall_id=step["hall"], letter=step["letter"])
    actions.take_ticket(service_id=service.pk, by=_official(step["staff"]))


def _receive(told: dict[str, Any]) -> tuple[Any, Actor, Actor]:
    """Have an official look at the document of a person."""
    clerk, person = _official(told["staff"]), Person.objects.get(pk=_person(told["person"]).known_id)
    number = id_number_of(person)
    answer = ask_register(name=person.name, id_kind=person.id_kind, id_number=number)
    held = actions.receive_person(
        name=person.name, id_kind=person.id_kind, id_number=number, answer=answer, evidence="face", by=clerk
    )
    return held, clerk, actor_at_window(clerk, held)


def _counter(step: dict[str, Any], answers: Answers) -> None:
    told = step["told"]
    held, clerk, person = _receive(told)
    draft = start_draft(item_code=item_codes()[told["item"]], by=person)
    save_answers(draft_id=draft.pk, answers=answers, by=person)
    gradings = [Grading(UUID(paper), told["grade"]) for paper in draft_form(draft).papers(answers)]
    submit_at_window(draft_id=draft.pk, gradings=gradings, by=person)
    actions.end_reception(reception_id=held.pk, by=clerk)


def _hand_out(step: dict[str, Any], _answers: Answers) -> None:
    told = step["told"]
    held, clerk, _person_there = _receive(told)
    person = Person.objects.get(pk=held.person_id)
    done = Case.objects.filter(applicant=person, item_id=item_codes()[told["item"]], outcome="granted").first()
    if done:
        actions.hand_out_result(
            reception_id=held.pk, reference=done.number, proof="signature", signature=person.name, by=clerk
        )
    actions.end_reception(reception_id=held.pk, by=clerk)


def _keep_closed(step: dict[str, Any], _answers: Answers) -> None:
    told = step["told"]
    actions.close_hall_day(hall_code=told["hall"], day=step["day"], reason=told["reason"], by=_official(told["by"]))


_STEPS: dict[str, Any] = {
    "slots": _slots,
    "book": _book,
    "arrive": _arrive,
    "miss": lambda _step, _answers: actions.note_missed_appointments(by=SYSTEM),
    "take": _take,
    "open": lambda step, _answers: actions.open_window(window_id=_window(step).pk, by=_official(step["staff"])),
    "close": lambda step, _answers: actions.close_window(window_id=_window(step).pk, by=_official(step["staff"])),
    "call": lambda step, _answers: actions.call_next(window_id=_window(step).pk, by=_official(step["staff"])),
    "done": lambda step, _answers: actions.finish_ticket(window_id=_window(step).pk, by=_official(step["staff"])),
    "counter": _counter,
    "handed_out": _hand_out,
    "keep_closed": _keep_closed,
}
