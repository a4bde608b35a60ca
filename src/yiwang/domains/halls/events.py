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
class HallOpened:
    """An administrator entered a new hall."""

    hall_code: str
    office_code: str


@dataclass(frozen=True)
class HallDetailsChanged:
    """A hall has another name, place or public number."""

    hall_code: str


@dataclass(frozen=True)
class HallHoursChanged:
    """A hall has other opening hours; what was booked outside them was moved or cancelled, and everybody was told."""

    hall_code: str
    moved: int
    cancelled: int


@dataclass(frozen=True)
class HallServiceSet:
    """A queue of a hall is new, or takes other appointments."""

    hall_code: str
    letter: str


@dataclass(frozen=True)
class HallWindowSet:
    """A window of a hall is new, has another office or serves other queues; none: it is out of use."""

    hall_code: str
    window_number: int
    letters: str


@dataclass(frozen=True)
class HallReopenedForDay:
    """A day on which a hall was to stay closed is a day like others after all."""

    hall_code: str
    day: date


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
    """An appointment went to another slot: its owner chose it, or the hall has other hours (`by_hall`)."""

    appointment_id: UUID
    person_id: UUID
    by_hall: bool = False


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
