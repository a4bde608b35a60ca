"""What people do with a card: give it to somebody, explain it, write on it, close it with a finding."""

from uuid import UUID

from django.utils.translation import gettext as _

from yiwang.domains.identity.models import Staff
from yiwang.domains.supervision.actions.figures import add_to_figures
from yiwang.domains.supervision.actions.raising import write_step
from yiwang.domains.supervision.events import CardAnnotated, CardAssigned, CardClosed, CardExplained
from yiwang.domains.supervision.models import Card
from yiwang.domains.supervision.policies import may_assign_card, may_explain, may_supervise
from yiwang.domains.supervision.queries import may_be_closed
from yiwang.foundation import vault
from yiwang.foundation.actions import InvalidInput, NotVisible, Refused, action, require
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import now, today
from yiwang.foundation.ids import uuid7
from yiwang.foundation.journal.recording import record

LONGEST, SHORTEST = 2000, 10


def _locked(card_id: UUID, by: Actor) -> Card:
    card = Card.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=card_id).first()
    if card is None:
        raise NotVisible
    return card


def _still_open(card: Card) -> None:
    if card.state == Card.State.NOTED:
        raise Refused(_("预警只是提醒，不用说明。"), code="only_a_warning")
    if card.state == Card.State.CLOSED:
        raise Refused(_("这张牌已经有了结论，不再改。"), code="closed")


def _sealed(text: str, step_id: UUID) -> bytes:
    """Encrypt what somebody wrote: it may name people."""
    words = text.replace("\0", "").replace("\r\n", "\n").strip()
    if len(words) < SHORTEST:
        raise InvalidInput(_("写清楚来龙去脉，至少 {n} 个字。").format(n=SHORTEST), code="no_text")
    if len(words) > LONGEST:
        raise InvalidInput(_("最多写 {n} 个字。").format(n=LONGEST), code="text_too_long")
    return vault.seal(words, f"supervision_cardstep:{step_id}:text")


@action
def assign_card(*, card_id: UUID, staff_id: UUID, by: Actor) -> Card:
    """Give a card to another official of the office, who has to explain it. Its date stays."""
    card = _locked(card_id, by)
    require(may_assign_card(by, card))
    _still_open(card)
    if not Staff.objects.filter(pk=staff_id, office_id=card.office_id, is_active=True).exists():
        raise InvalidInput(_("选一位这个部门的工作人员。"), code="unknown_staff")
    card.assignee_id = staff_id
    card.save(update_fields=["assignee"])
    write_step(card, "assigned", by=by, to=staff_id)
    record(CardAssigned(card_id=card.pk, case_id=card.case_id, staff_id=staff_id), by=by)
    return card


@action
def explain_card(*, card_id: UUID, text: str, by: Actor) -> Card:
    """Say in words how it came to a card. Late ones count as late; a second explanation stands beside the first."""
    card = _locked(card_id, by)
    require(may_explain(by, card))
    _still_open(card)
    step_id = uuid7()
    sealed = _sealed(text, step_id)
    if card.explained_at is None:
        card.explained_at = now()
        is_late = card.explain_by is not None and card.explain_by < today()
        add_to_figures(card.office_id, [("card_explained_late" if is_late else "card_explained", 0)])
    card.state, card.tells_supervisor = Card.State.EXPLAINED, True
    card.save(update_fields=["state", "explained_at", "tells_supervisor"])
    write_step(card, "explained", by=by, text=sealed, step_id=step_id)
    record(CardExplained(card_id=card.pk, case_id=card.case_id), by=by)
    return card


@action
def annotate_card(*, card_id: UUID, text: str, by: Actor) -> Card:
    """Write on a card as its supervisor. The office reads it; nothing else changes."""
    card = _locked(card_id, by)
    require(may_supervise(by, card))
    step_id = uuid7()
    sealed = _sealed(text, step_id)
    write_step(card, "annotated", by=by, text=sealed, step_id=step_id)
    record(CardAnnotated(card_id=card.pk, case_id=card.case_id), by=by)
    return card


@action
def close_card(*, card_id: UUID, finding: str, text: str, by: Actor) -> Card:
    """Close a card with a finding and its reasons. It stays where it is, with everything that was written on it.

    Raises:
        Refused: for a warning, a card that is closed, and one that the office may still explain.
    """
    card = _locked(card_id, by)
    require(may_supervise(by, card))
    _still_open(card)
    if not may_be_closed(card):
        raise Refused(_("部门还可以说明。说明来了，或者到期没有来，才能下结论。"), code="still_to_be_explained")
    if finding not in Card.Finding.values:
        raise InvalidInput(_("选一个结论。"), code="no_finding")
    step_id = uuid7()
    sealed = _sealed(text, step_id)
    card.state, card.finding, card.closed_at = Card.State.CLOSED, finding, now()
    card.save(update_fields=["state", "finding", "closed_at"])
    write_step(card, "closed", by=by, text=sealed, step_id=step_id)
    add_to_figures(card.office_id, [(f"finding_{finding}", 0)])
    record(CardClosed(card_id=card.pk, case_id=card.case_id, finding=finding), by=by)
    return card
