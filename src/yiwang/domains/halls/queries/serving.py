"""What an official at a window sees: the windows, the queue, the person before them."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from yiwang.domains.halls.models import Hall, HandOut, Reception, Ticket, Window
from yiwang.domains.halls.policies import may_act_in, may_look_at
from yiwang.foundation.actions import NotVisible
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import today


def halls_of_staff(actor: Actor) -> list[Hall]:
    """Return the halls that an official works in, or that the office runs whose head they are."""
    if not (actor.is_staff and actor.has_role("window", "head")):
        return []
    return [one for one in Hall.objects.order_by("code") if may_look_at(actor, one)]


def window_of(actor: Actor) -> Window | None:
    """Return the window at which an official sits now."""
    if not actor.is_staff:
        return None
    found = Window.objects.filter(clerk_id=actor.id).select_related("hall")
    return found.prefetch_related("services").first()


@dataclass(frozen=True)
class Board:
    """A hall as its officials see it."""

    windows: list[Window]
    at: dict[UUID, Ticket]
    """Window → the number that is at it."""
    waiting: list[Ticket]


def board(actor: Actor, hall: Hall) -> Board:
    """Return the windows of a hall, what is at them, and who waits, in the order in which they are called.

    Raises:
        NotVisible: where the official neither works there nor answers for it.
    """
    if not may_look_at(actor, hall):
        raise NotVisible
    in_use = Q(services__isnull=False) | Q(clerk__isnull=False)
    windows = (
        Window.objects.filter(in_use, hall=hall)
        .distinct()
        .select_related("clerk")
        .prefetch_related("services")
        .order_by("number")
    )
    today_s = Ticket.objects.filter(hall=hall, day=today()).select_related("service", "appointment")
    at = {t.window_id: t for t in today_s.filter(state__in=["called", "serving"]) if t.window_id}
    waiting = today_s.filter(state=Ticket.State.WAITING).order_by("turn_at", "number")
    return Board(list(windows), at, list(waiting[:100]))


def open_reception(actor: Actor) -> Reception | None:
    """Return the reception that an official holds now."""
    found = Reception.objects.visible_to(actor).filter(ended_at__isnull=True) if actor.is_staff else None
    return found.select_related("person__account", "firm", "window__hall", "ticket").first() if found else None


def reception_of(actor: Actor, reception_id: UUID) -> Reception:
    """Return a reception that the official holds and that has not ended.

    Raises:
        NotVisible: where it is another's, or over.
    """
    found = Reception.objects.visible_to(actor).select_related("person__account", "firm", "window__hall", "ticket")
    one = found.filter(pk=reception_id, ended_at__isnull=True).first()
    if one is None:
        raise NotVisible
    return one


def actor_at_window(clerk: Actor, reception: Reception) -> Actor:
    """Return the person at the window as the actor of what is theirs, with the official who does it for them.

    They are known as well as what was seen says, and no better than the register says by now.

    Raises:
        NotVisible: where this official does not hold the reception, or it has ended.
    """
    if not may_act_in(clerk, reception):
        raise NotVisible
    return Actor(
        kind="person",
        id=reception.person_id,
        office=clerk.office,
        on_behalf_of=reception.firm_id,
        channel="window",
        assurance=min(reception.assurance, reception.person.level),
        clerk=clerk.id,
    )


def handed_out(references: list[str]) -> dict[str, HandOut]:
    """Return reference → how it was handed over, of those that were; whoever calls has checked that they may be seen."""
    return {
        one.reference: one for one in HandOut.objects.filter(reference__in=references).select_related("clerk__office")
    }
