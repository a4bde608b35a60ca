"""Timed supervision: only cases and cards whose day has come are looked at."""

from typing import Any
from uuid import UUID

from yiwang.domains.supervision.actions import escalate_card, look_at_case
from yiwang.domains.supervision.queries import cards_to_escalate, cases_to_look_at
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.clock import today
from yiwang.foundation.jobs.queue import enqueue
from yiwang.foundation.jobs.registry import every, job

AT_A_TIME = 500


@every(900, name="supervision.look_at_cases")
def look_at_cases_that_are_due() -> None:
    """Ask for a look at each case whose day has come, in a transaction of its own."""
    for case_id, turn in cases_to_look_at(today(), AT_A_TIME):
        enqueue("look_at_case", {"case": str(case_id)}, key=f"{case_id}:{today()}:{turn}")


@job("look_at_case")
def look_at_one_case(payload: dict[str, Any]) -> None:
    """Show the cards that are due on one case."""
    look_at_case(case_id=UUID(payload["case"]), by=SYSTEM)


@every(900, name="supervision.escalate_cards")
def escalate_cards_without_an_answer() -> None:
    """Ask for each card that nobody explained by its date to go up."""
    for card_id in cards_to_escalate(today(), AT_A_TIME):
        enqueue("escalate_card", {"card": str(card_id)}, key=str(card_id))


@job("escalate_card")
def escalate_one_card(payload: dict[str, Any]) -> None:
    """Take one card up, unless it was explained at the last moment."""
    escalate_card(card_id=UUID(payload["card"]), by=SYSTEM)
