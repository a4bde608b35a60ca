"""What others may hear of halls: ids and codes only."""

from dataclasses import dataclass
from datetime import date
from uuid import UUID


@dataclass(frozen=True)
class HallsLoaded:
    """Halls were entered or changed."""

    added: int
    changed: int


@dataclass(frozen=True)
class HallClosedForDay:
    """A hall stays closed on a day; whoever had an appointment is told."""

    hall_code: str
    day: date
    cancelled: int


@dataclass(frozen=True)
class AppointmentBooked:
    """Somebody has a place in a slot."""

    appointment_id: UUID
    person_id: UUID
    hall_code: str


@dataclass(frozen=True)
class AppointmentMoved:
    """An appointment went to another slot."""

    appointment_id: UUID
    person_id: UUID


@dataclass(frozen=True)
class AppointmentCancelled:
    """An appointment was given up: by its owner, or because the hall stays closed (`by_hall`)."""

    appointment_id: UUID
    person_id: UUID
    by_hall: bool


@dataclass(frozen=True)
class AppointmentMissed:
    """Nobody came."""

    appointment_id: UUID
    person_id: UUID


@dataclass(frozen=True)
class TicketTaken:
    """Somebody stands in the queue of a service."""

    ticket_id: UUID
    hall_code: str


@dataclass(frozen=True)
class TicketCalled:
    """A number was called to a window."""

    ticket_id: UUID
    hall_code: str
    window_number: int


@dataclass(frozen=True)
class TicketEnded:
    """A number is through: done, missed or left."""

    ticket_id: UUID
    state: str


@dataclass(frozen=True)
class WindowOpened:
    """An official sat down at a window."""

    window_id: UUID
    staff_id: UUID


@dataclass(frozen=True)
class WindowClosed:
    """Nobody sits at a window any more."""

    window_id: UUID


@dataclass(frozen=True)
class PersonReceived:
    """An official has looked at somebody's document and serves them now (窗口接待)."""

    reception_id: UUID
    person_id: UUID
    evidence: str


@dataclass(frozen=True)
class ReceptionEnded:
    """The official acts for that person no longer."""

    reception_id: UUID
    person_id: UUID


@dataclass(frozen=True)
class ResultHandedOut:
    """The result of a case was handed over at a window."""

    reference: str
    person_id: UUID
    proof: str
