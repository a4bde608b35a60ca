"""Look at a case when its turn has come, and show the cards that the rules ask for."""

import datetime as dt
from uuid import UUID

from yiwang.domains.cases.models import Case
from yiwang.domains.identity.models import Staff
from yiwang.domains.identity.queries import deputy_of, officials_with
from yiwang.domains.supervision.actions.figures import add_to_figures
from yiwang.domains.supervision.events import CardAssigned, CardEscalated, CardRaised
from yiwang.domains.supervision.models import Card, CardRule, CardStep, Watch
from yiwang.domains.supervision.policies import may_raise_card
from yiwang.domains.supervision.queries.due import (
    Due,
    colours_shown,
    dues_of,
    running_clock,
    subject_of,
)  # fmt: skip
from yiwang.domains.supervision.queries.rules import rules_in_force
from yiwang.foundation.actions import action, require
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import now, today
from yiwang.foundation.clock.queries import calendar
from yiwang.foundation.ids import uuid7
from yiwang.foundation.journal.recording import record


@action
def look_at_case(*, case_id: UUID, by: Actor) -> list[Card]:
    """Show the cards that are due on a case, and note when to look again; return the cards that are new.

    Whoever asks twice gets nothing twice: a clock of a case shows one card of a colour.
    """
    require(may_raise_card(by))
    Watch.objects.select_for_update().filter(pk=case_id).first()
    case = Case.objects.select_related("assignee").get(pk=case_id)
    clock = running_clock(case)
    if clock is None:
        _look_again(case_id, None)
        return []
    dues = dues_of(clock, rules_in_force(), calendar())
    has = colours_shown(case_id, subject_of(clock.kind, clock.sequence))
    dues = [due for due in dues if due.rule.colour not in has]
    now_due = [due for due in dues if due.on <= today()]
    if len(now_due) > 1:  # found late: whoever is over the time needs no warning any more
        now_due = [due for due in now_due if due.rule.colour != "warning"]
    shown = [_show(case, due, by) for due in now_due]
    _look_again(case_id, min((due.on for due in dues if due.on > today()), default=None))
    return shown


@action(silent="when to look at a case next follows from its clock, which is recorded")
def look_soon(*, case_id: UUID, by: Actor) -> None:
    """Put a case before those that the timed job looks at next."""
    require(may_raise_card(by))
    _look_again(case_id, today())


def _look_again(case_id: UUID, on: dt.date | None) -> None:
    if on is None:
        Watch.objects.filter(pk=case_id).delete()
    else:
        Watch.objects.update_or_create(case_id=case_id, defaults={"look_on": on, "turn": uuid7()})


@action
def raise_for_fact(*, case_id: UUID, fact_kind: str, clock_kind: str, by: Actor) -> list[Card]:
    """Show the cards that the rules tie to a fact, at once: a red one where silence made a case accepted (art. 32 (4))."""
    require(may_raise_card(by))
    case = Case.objects.select_related("assignee").get(pk=case_id)
    rules = [r for r in rules_in_force() if r.trigger == "fact" and r.fact == fact_kind]
    last = case.clocks.filter(kind=clock_kind).order_by("-sequence").first()
    subject = subject_of(clock_kind, last.sequence if last else 1)
    has = colours_shown(case_id, subject)
    due_on = (last.legal_due_on if last else None) or today()
    return [_show(case, Due(rule, subject, today(), due_on), by) for rule in rules if rule.colour not in has]


def _show(case: Case, due: Due, by: Actor) -> Card:
    rule, is_warning = due.rule, due.rule.colour == "warning"
    card = Card.objects.create(
        case_id=case.pk,
        case_number=case.number,
        item_code=case.item_id,
        item_name=case.item_name,
        item_name_en=case.item_name_en,
        office_id=case.office_id,
        rule_key=rule.key,
        rule_version=rule.version,
        colour=rule.colour,
        subject=due.subject,
        due_on=due.due_on,
        raised_at=now(),
        state=Card.State.NOTED if is_warning else Card.State.OPEN,
        assignee_id=_who_answers(case, rule),
        tells_head="head" in rule.told,
        tells_supervisor="supervisor" in rule.told,
        explain_by=None if is_warning else calendar().add_workdays(today(), rule.explain_workdays),
    )
    write_step(card, "raised", by=by, to=card.assignee_id)
    add_to_figures(case.office_id, [(f"card_{card.colour}", 0)])
    record(
        CardRaised(card_id=card.pk, case_id=case.pk, rule_key=rule.key, colour=card.colour, office_code=case.office_id),
        by=by,
    )
    if card.assignee_id and not is_warning:
        record(CardAssigned(card_id=card.pk, case_id=case.pk, staff_id=card.assignee_id), by=by)
    return card


def _who_answers(case: Case, rule: CardRule) -> UUID | None:
    """Return who has to explain: whoever has the case or their deputy, else the head of the office; None where it has none."""
    if rule.duty == CardRule.Duty.ASSIGNEE and case.assignee and case.assignee.is_active:
        return deputy_of(case.assignee.pk) or case.assignee.pk
    return head_of(case.office_id)


def head_of(office_code: str) -> UUID | None:
    """Return a head of an office, or whom they lent that duty while they are absent."""
    heads = officials_with("head", office_code)
    return (deputy_of(heads[0], "head") or heads[0]) if heads else None


def write_step(
    card: Card, kind: str, *, by: Actor, to: UUID | None = None, text: bytes | None = None, step_id: UUID | None = None
) -> CardStep:
    """Add a step to the history of a card."""
    more = {"id": step_id} if step_id else {}
    return CardStep.objects.create(
        card=card,
        kind=kind,
        staff_id=by.id if by.is_staff else None,
        in_place_of_id=by.on_behalf_of if by.is_staff else None,
        to_id=to,
        finding=card.finding if kind == "closed" else "",
        text_sealed=text,
        taken_at=now(),
        **more,
    )


@action
def escalate_card(*, card_id: UUID, by: Actor) -> Card:
    """Take a card that nobody explained by its date up to the head of the office and the supervisor."""
    require(may_raise_card(by))
    card = Card.objects.select_for_update().get(pk=card_id)
    if card.state != Card.State.OPEN or card.escalated_at or card.explain_by is None or card.explain_by >= today():
        return card
    head = head_of(card.office_id)
    card.escalated_at, card.tells_head, card.tells_supervisor = now(), True, True
    if head and Staff.objects.filter(pk=head, is_active=True).exists():
        card.assignee_id = head
    card.save(update_fields=["escalated_at", "tells_head", "tells_supervisor", "assignee"])
    write_step(card, "escalated", by=by, to=card.assignee_id)
    add_to_figures(card.office_id, [("card_escalated", 0)])
    record(CardEscalated(card_id=card.pk, case_id=card.case_id), by=by)
    return card
