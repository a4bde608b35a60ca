"""Read what rules decided and whom they found. Whoever calls has checked that the case may be seen."""

import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from yiwang.domains.rules.models import AutomaticDecision, Offer
from yiwang.domains.rules.tables import Said
from yiwang.foundation import vault
from yiwang.foundation.actions import NotVisible
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import today


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a rule said what it said: the sentences, and the values that it looked at by input."""

    trace: tuple[Said, ...]
    values: dict[str, Any]


def decision_of(case_id: UUID) -> AutomaticDecision | None:
    """Return what a rule made of a case; None where none was asked."""
    return AutomaticDecision.objects.select_related("version", "rule").filter(case_id=case_id).first()


def decision_by_id(actor: Actor, decision_id: UUID) -> AutomaticDecision:
    """Return one automatic decision of one's own office.

    Raises:
        NotVisible: where there is none, or it is another office's.
    """
    found = AutomaticDecision.objects.filter(pk=decision_id, office_id=actor.office) if actor.is_staff else None
    decision = found.select_related("version", "rule").first() if found is not None else None
    if decision is None:
        raise NotVisible
    return decision


def _opened(blob: Any, place: str) -> Any:
    return json.loads(vault.open_sealed(bytes(blob), place))


def reason_of(decision: AutomaticDecision) -> Reason:
    """Return how an automatic decision came about."""
    place = f"rules_automaticdecision:{decision.pk}"
    trace = _opened(decision.trace_sealed, f"{place}:trace")
    return Reason(tuple(Said(*one) for one in trace), _opened(decision.inputs_sealed, f"{place}:inputs"))


def note_of(decision: AutomaticDecision) -> str:
    """Return what the official wrote who looked at a decision."""
    if decision.check_note_sealed is None:
        return ""
    place = f"rules_automaticdecision:{decision.pk}:check_note"
    return vault.open_text(bytes(decision.check_note_sealed), place)


def decisions_to_check(actor: Actor, limit: int = 50) -> list[AutomaticDecision]:
    """Return the automatic decisions of one's office that were drawn by lot and wait for a look, the oldest first."""
    if not (actor.is_staff and actor.has_role("reviewer", "head")):
        return []
    found = AutomaticDecision.objects.filter(office_id=actor.office, is_sampled=True, checked_at__isnull=True)
    return list(found.select_related("rule", "version").order_by("id")[:limit])


def offers_of(actor: Actor) -> list[Offer]:
    """Return what a person is offered now."""
    if not actor.is_person:
        return []
    found = Offer.objects.visible_to(actor).filter(state=Offer.State.OPEN, until__gte=today())
    return list(found.select_related("rule").order_by("-made_at")[:20])


def offer_by_id(actor: Actor, offer_id: UUID) -> Offer:
    """Return one's own offer.

    Raises:
        NotVisible: where there is none, or it is somebody else's.
    """
    found = Offer.objects.visible_to(actor).select_related("rule", "version").filter(pk=offer_id).first()
    if found is None:
        raise NotVisible
    return found


def offer_reason(offer: Offer) -> Reason:
    """Return why somebody was found to qualify."""
    place = f"rules_offer:{offer.pk}"
    trace = _opened(offer.trace_sealed, f"{place}:trace")
    return Reason(tuple(Said(*one) for one in trace), _opened(offer.inputs_sealed, f"{place}:inputs"))


def offered_already(rule_id: UUID, person_ids: list[UUID]) -> set[UUID]:
    """Return which of these people were offered the thing before, whatever they answered."""
    return set(Offer.objects.filter(rule_id=rule_id, person_id__in=person_ids).values_list("person_id", flat=True))


def overdue_offers(limit: int = 500) -> list[UUID]:
    """Return the open offers whose date has passed."""
    found = Offer.objects.filter(state=Offer.State.OPEN, until__lt=today())
    return list(found.values_list("pk", flat=True)[:limit])
