"""Who may do what with cards and rules."""

from yiwang.domains.supervision.models import Card
from yiwang.foundation.actors import Actor


def may_raise_card(actor: Actor) -> bool:
    """The machine only: nobody shows a card to a colleague by hand."""
    return actor.kind == "system"


def may_explain(actor: Actor, card: Card) -> bool:
    """Whoever the card was given to, their deputy, or the head of the office."""
    if not actor.is_staff or actor.office != card.office_id:
        return False
    return card.assignee_id in {actor.id, actor.on_behalf_of} - {None} or actor.has_role("head")


def may_assign_card(actor: Actor, card: Card) -> bool:
    """The head of the office, or a supervisor of it."""
    return (actor.is_staff and actor.office == card.office_id and actor.has_role("head")) or may_supervise(actor, card)


def may_supervise(actor: Actor, card: Card) -> bool:
    """A supervisor of another office, in whose division this one lies: nobody supervises their own office."""
    return (
        actor.has_role("supervisor")
        and actor.office != card.office_id
        and Card.objects.visible_to(actor).filter(pk=card.pk).exists()
    )


def may_change_rules(actor: Actor) -> bool:
    """Administrators; neither those who are measured by the rules nor those who judge by them."""
    return actor.is_staff and actor.has_role("administrator")
