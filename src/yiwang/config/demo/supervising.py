"""What happens around the demo's cases: cards explained and closed, a note, kept filters, a colleague who is away."""

import datetime as dt
from typing import Any

from yiwang.config.demo.reading import by_key, item_codes, read_yaml
from yiwang.domains.cases.actions.notes import save_filter, write_note
from yiwang.domains.cases.queries import queue
from yiwang.domains.identity.actions import enter_absence
from yiwang.domains.identity.models import Staff
from yiwang.domains.supervision.actions import annotate_card, close_card, explain_card
from yiwang.domains.supervision.queries import cards
from yiwang.foundation.actors import SYSTEM, Actor
from yiwang.foundation.clock import today

SUPERVISOR = "supervisor"


def _staff(key: str) -> Staff:
    return Staff.objects.get(account__email=by_key("people.yaml", "staff")[key]["email"])


def _acting(staff: Staff) -> Actor:
    return Actor(
        kind="staff", id=staff.pk, office=staff.office_id, channel="desk", assurance=3, roles=frozenset(staff.roles)
    )


def answer_cards() -> None:
    """Let those who were given a card explain it a day after, and the supervisor close what was explained before today."""
    codes, told = item_codes(), read_yaml("supervision.yaml")["answers"]
    answers: dict[str, dict[str, Any]] = {codes[one["item"]]: one for one in told}
    for card in cards(SYSTEM, which="open", limit=100):
        answer = answers.get(card.item_code)
        if answer and card.assignee and card.raised_at.date() < today():
            explain_card(card_id=card.pk, text=answer["explanation"], by=_acting(card.assignee))
    for card in cards(SYSTEM, which="explained", limit=100):
        answer = answers.get(card.item_code)
        if answer and card.explained_at and card.explained_at.date() < today():
            supervisor = _acting(_staff(SUPERVISOR))
            if answer.get("annotation"):
                annotate_card(card_id=card.pk, text=answer["annotation"], by=supervisor)
            close_card(card_id=card.pk, finding=answer["finding"], text=answer["conclusion"], by=supervisor)


def furnish_desks() -> None:
    """Leave a note on the most urgent case of an office, keep some filters, and let a colleague be away for some days."""
    told = read_yaml("supervision.yaml")
    for note in told["notes"]:
        by = _acting(_staff(note["by"]))
        if rows := queue(by, limit=1):
            write_note(case_id=rows[0].case["id"], text=note["text"], by=by)
    for one in told["filters"]:
        save_filter(name=one["name"], asked=one["asked"], by=_acting(_staff(one["by"])))
    for one in told["absences"]:
        staff = _staff(one["who"])
        enter_absence(
            staff_id=staff.pk,
            deputy_id=_staff(one["deputy"]).pk,
            from_date=today(),
            until_date=today() + dt.timedelta(days=one["days"]),
            by=_acting(staff),
        )
