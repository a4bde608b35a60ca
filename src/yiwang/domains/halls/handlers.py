"""Tell people what happened to their appointments, and when somebody acts for them at a window."""

from uuid import UUID

from yiwang.domains.halls.actions import follow_days_off
from yiwang.domains.halls.events import (
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentMissed,
    AppointmentMoved,
    PersonReceived,
)
from yiwang.domains.halls.models import Appointment, Reception
from yiwang.domains.notices.actions import notify_person
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.clock import ZONE
from yiwang.foundation.clock.events import CalendarChanged
from yiwang.foundation.journal.recording import on


def _tell(appointment_id: UUID, kind: str, zh: str, en: str, body: tuple[str, str] = ("", "")) -> None:
    """Send words about an appointment, with {hall} and {at} filled in."""
    found = Appointment.objects.select_related("hall", "slot").get(pk=appointment_id)
    at = f"{found.slot.starts_at.astimezone(ZONE):%Y-%m-%d %H:%M}"
    notify_person(
        person_id=found.person_id,
        kind=kind,
        title=(zh.format(hall=found.hall.name, at=at), en.format(hall=found.hall.name_en or found.hall.name, at=at)),
        body=body,
        link=f"/me/appointments/{found.pk}",
        text_message=kind == "appointment_cancelled_by_hall",
        by=SYSTEM,
    )


@on(AppointmentBooked)
def tell_that_it_is_booked(fact: AppointmentBooked) -> None:
    """Say when and where."""
    _tell(fact.appointment_id, "appointment_booked", "约好了：{at}，{hall}", "Booked: {hall}, {at}")


@on(AppointmentMoved)
def tell_the_new_time(fact: AppointmentMoved) -> None:
    """Say the new time."""
    _tell(
        fact.appointment_id, "appointment_moved", "预约改到了 {at}，{hall}", "Your appointment is now at {at}: {hall}"
    )


@on(AppointmentCancelled)
def tell_that_the_hall_is_closed(fact: AppointmentCancelled) -> None:
    """Tell whoever did not cancel it themselves."""
    if fact.by_hall:
        body = (
            "那一天大厅临时不开门。请另选时间，不便之处请谅解。",
            "The hall is closed on that day. Please choose another time; we apologise.",
        )
        zh, en = "{hall} {at} 的预约取消了", "Your appointment at {hall}, {at}, was cancelled"
        _tell(fact.appointment_id, "appointment_cancelled_by_hall", zh, en, body)


@on(AppointmentMissed)
def tell_that_nobody_came(fact: AppointmentMissed) -> None:
    """Say that it was noted, and how to do better."""
    body = (
        "来不了的时候请提前取消，把位子让给别人。90 天里 3 次没有来，30 天内不能预约，仍然可以到大厅取号。",
        (
            "Please cancel when you cannot come. After three missed within 90 days one cannot book for 30 days; "
            "the windows stay open to you."
        ),
    )
    _tell(fact.appointment_id, "appointment_missed", "{at} 的预约没有来", "You missed your appointment at {at}", body)


@on(PersonReceived)
def tell_whom_a_window_acts_for(fact: PersonReceived) -> None:
    """Tell the person that an official began to act for them: whoever was not there should know at once."""
    found = Reception.objects.select_related("clerk__office", "person").get(pk=fact.reception_id)
    if found.person.account_id is None:
        return
    office = found.clerk.office
    notify_person(
        person_id=found.person_id,
        kind="window_reception",
        title=(f"{office.name}的窗口正在接待你", f"A window of {office.name_en or office.name} is serving you"),
        body=(
            "工作人员看过你的证件，可以和你一起填表、收材料、交结果，每一步都有记录。如果你没有去过窗口，请马上联系这个部门。",
            (
                "An official has seen your document and may fill in forms with you, take papers and hand over results; every "
                "step is recorded. If you were not there, please tell the office at once."
            ),
        ),
        link="/me/who-read",
        by=SYSTEM,
    )


@on(CalendarChanged)
def follow_the_calendar(_fact: CalendarChanged) -> None:
    """A day became a holiday, or a working day."""
    follow_days_off(by=SYSTEM)
