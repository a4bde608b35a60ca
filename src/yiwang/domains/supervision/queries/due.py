"""When a case gets which card: rules over the clock that runs. Reads one case; which one, the watch says."""

import datetime as dt
from dataclasses import dataclass
from uuid import UUID

from yiwang.domains.cases.models import Case, CaseClock
from yiwang.domains.cases.queries.procedure import is_stopped
from yiwang.domains.supervision.models import Card, CardRule, Watch
from yiwang.foundation.clock.workdays import Calendar

WATCHED = ("acceptance", "decision", "delivery")
"""Clocks of the office. While the applicant supplies, pays or picks up something, the time is not the office's."""


@dataclass(frozen=True)
class Due:
    """A rule that a clock meets on a day. `due_on` is the date that came near or passed."""

    rule: CardRule
    subject: str
    on: dt.date
    due_on: dt.date


def running_clock(case: Case) -> CaseClock | None:
    """Return the clock of the office that runs now; None while none does, or while it is stopped."""
    if not case.is_open or is_stopped(case):
        return None
    return CaseClock.objects.filter(case_id=case.pk, kind__in=WATCHED, ended_on__isnull=True).first()


def subject_of(kind: str, sequence: int) -> str:
    """Return how a card names the clock that it is about."""
    return f"{kind}:{sequence}"


def dues_of(clock: CaseClock, rules: list[CardRule], days: Calendar) -> list[Due]:
    """Return on which days this clock meets which rules, the earliest first."""
    found = []
    for rule in rules:
        if rule.clock and rule.clock != clock.kind:
            continue
        if (due := _due(rule, clock, days)) is not None:
            found.append(Due(rule, subject_of(clock.kind, clock.sequence), *due))
    return sorted(found, key=lambda due: (due.on, due.rule.position))


def _due(rule: CardRule, clock: CaseClock, days: Calendar) -> tuple[dt.date, dt.date] | None:
    """Return the day from which a rule holds, and the date that it is about."""
    one_day = dt.timedelta(days=1)
    if rule.trigger == "promise_passed" and clock.promised_due_on:
        return clock.promised_due_on + one_day, clock.promised_due_on
    if rule.trigger == "law_passed" and clock.legal_due_on:
        return clock.legal_due_on + one_day, clock.legal_due_on
    end = clock.promised_due_on or clock.legal_due_on
    if rule.trigger == "time_left" and end:
        whole = days.workdays_between(clock.started_on, end)
        left = max((whole * rule.share + 50) // 100, rule.workdays)
        if left < whole:  # a clock that begins with so little time needs no warning
            return days.add_workdays(end, -left), end
    return None


def colours_shown(case_id: UUID, subject: str) -> set[str]:
    """Return the colours of the cards that a clock has already."""
    return set(Card.objects.filter(case_id=case_id, subject=subject).values_list("colour", flat=True))


def cases_to_look_at(day: dt.date, limit: int) -> list[tuple[UUID, UUID | None]]:
    """Return the cases whose day has come, each with the turn that asks for it, from the front of an index."""
    found = Watch.objects.filter(look_on__lte=day).order_by("look_on", "case_id")
    return list(found.values_list("case_id", "turn")[:limit])


def cards_to_escalate(day: dt.date, limit: int) -> list[UUID]:
    """Return the cards that nobody explained by their date."""
    found = Card.objects.filter(state=Card.State.OPEN, escalated_at=None, explain_by__lt=day)
    return list(found.order_by("explain_by").values_list("pk", flat=True)[:limit])
