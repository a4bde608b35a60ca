"""Sit down at a window, call, serve, get up."""

from uuid import UUID

from django.utils.translation import gettext as _

from yiwang.domains.halls.actions.queue import end_ticket
from yiwang.domains.halls.events import TicketCalled, WindowClosed, WindowOpened
from yiwang.domains.halls.models import Reception, Ticket, Window
from yiwang.domains.halls.policies import is_at, may_sit_at
from yiwang.domains.halls.queries.busy import line_up
from yiwang.domains.notices.actions import notify_person
from yiwang.foundation.actions import NotVisible, Refused, action, require
from yiwang.foundation.actors import SYSTEM, Actor
from yiwang.foundation.clock import now
from yiwang.foundation.journal.recording import record

MOST_TRIES = 20


def _locked(window_id: UUID) -> Window:
    window = Window.objects.select_for_update(of=("self",)).select_related("hall").filter(pk=window_id).first()
    if window is None:
        raise NotVisible
    return window


@action
def open_window(*, window_id: UUID, by: Actor) -> Window:
    """Sit down at a window that is free; whoever sits at another one gets up there first.

    Raises:
        Refused: where a colleague sits there (`taken`), or one still serves somebody at another window (`serving`).
    """
    window = _locked(window_id)
    require(may_sit_at(by, window))
    if window.clerk_id == by.id:
        return window
    if window.clerk_id:
        raise Refused(_("这个窗口有同事在。"), code="taken")
    for other in Window.objects.select_for_update().filter(clerk_id=by.id):
        _get_up(other, by)
    window.clerk_id, window.opened_at = by.id, now()
    window.save(update_fields=["clerk", "opened_at"])
    record(WindowOpened(window_id=window.pk, staff_id=by.known_id), by=by)
    return window


@action
def close_window(*, window_id: UUID, by: Actor) -> Window:
    """Get up from one's window, once nobody is at it."""
    window = _locked(window_id)
    require(is_at(by, window))
    _get_up(window, by)
    return window


def _get_up(window: Window, by: Actor) -> None:
    if _at(window) is not None:
        raise Refused(_("窗口上还有人。先办完，或者标成过号。"), code="serving")
    window.clerk, window.opened_at = None, None
    window.save(update_fields=["clerk", "opened_at"])
    record(WindowClosed(window_id=window.pk), by=by)


def _at(window: Window) -> Ticket | None:
    """Return the number that is at a window, locked."""
    found = Ticket.objects.select_for_update(of=("self",)).filter(window=window, ended_at__isnull=True)
    return found.first()


@action
def call_next(*, window_id: UUID, by: Actor) -> Ticket:
    """Call the next number of the window's services. Of two windows that call at once each gets one of its own.

    Raises:
        Refused: where somebody is still at the window (`serving`), or nobody waits (`nobody`).
    """
    window = _locked(window_id)
    require(is_at(by, window))
    if _at(window) is not None:
        raise Refused(_("窗口上还有人。先办完，或者标成过号。"), code="serving")
    for ticket_id in line_up(list(window.services.values_list("pk", flat=True)))[:MOST_TRIES]:
        waiting = Ticket.objects.select_for_update().filter(pk=ticket_id, state=Ticket.State.WAITING)
        if ticket := waiting.first():
            ticket.window = window
            ticket.clerk_id = by.id
            _call(ticket, window, by)
            return ticket
    raise Refused(_("现在没有人在等。"), code="nobody")


def _call(ticket: Ticket, window: Window, by: Actor) -> None:
    ticket.state, ticket.called_at = Ticket.State.CALLED, now()
    ticket.calls += 1
    ticket.save(update_fields=["state", "called_at", "calls", "window", "clerk"])
    record(TicketCalled(ticket_id=ticket.pk, hall_code=window.hall_id, window_number=window.number), by=by)
    if ticket.person_id and ticket.calls == 1:
        notify_person(
            person_id=ticket.person_id,
            kind="ticket_called",
            title=(
                f"{ticket.code} 号，请到 {window.number} 号窗口",
                f"Number {ticket.code}, please come to window {window.number}",
            ),
            link=f"/halls/{window.hall_id}",
            text_message=True,
            by=SYSTEM,
        )


@action
def call_again(*, window_id: UUID, by: Actor) -> Ticket:
    """Call the number once more that has not come to the window yet."""
    window, ticket = _current(window_id, by)
    if ticket.state != Ticket.State.CALLED:
        raise Refused(_("这个号已经在办。"), code="serving")
    _call(ticket, window, by)
    return ticket


@action
def miss_ticket(*, window_id: UUID, by: Actor) -> Ticket:
    """过号: nobody came; the window is free for the next."""
    _window, ticket = _current(window_id, by)
    if ticket.state != Ticket.State.CALLED:
        raise Refused(_("这个号已经在办，办完再叫下一个。"), code="serving")
    end_ticket(ticket, Ticket.State.MISSED, by)
    return ticket


@action
def finish_ticket(*, window_id: UUID, by: Actor) -> Ticket:
    """Note that the number at the window is done. What was asked there ends with it."""
    _window, ticket = _current(window_id, by)
    if Reception.objects.filter(ticket=ticket, ended_at__isnull=True).exists():
        raise Refused(_("还在替他办事。先结束接待。"), code="receiving")
    if ticket.started_at is None:
        ticket.started_at = ticket.called_at
        ticket.save(update_fields=["started_at"])
    end_ticket(ticket, Ticket.State.DONE, by)
    return ticket


def _current(window_id: UUID, by: Actor) -> tuple[Window, Ticket]:
    window = _locked(window_id)
    require(is_at(by, window))
    ticket = _at(window)
    if ticket is None:
        raise Refused(_("窗口上现在没有人。"), code="nobody")
    return window, ticket
