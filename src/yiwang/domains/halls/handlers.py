"""Tell people what happened to their appointments, and when somebody acts for them at a window."""

from uuid import UUID

from django.db.models import F

from yiwang.domains.halls.actions import follow_days_off
from yiwang.domains.halls.events import (
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentMissed,
    AppointmentMoved,
    PersonReceived,
)
from yiwang.domains.halls.models import Appointment, Closure, Reception
from yiwang.domains.notices.actions import notify_person
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.clock import ZONE
from yiwang.foundation.clock.events import CalendarChanged
from yiwang.foundation.journal.recording import on


def _tell(appointment_id: UUID, kind: str, zh: str, en: str, body: tuple[str, str] = ("", "")) -> None:
    """Send words about an appointment, with {hall} and {at} filled in."""
    found = Appointment.objects.select_related("hall", "slot").get(pk=appointment_id)
    starts = found.slot.starts_at.astimezone(ZONE)
    zh_at = f"{starts.month} 月 {starts.day} 日（周{'一二三四五六日'[starts.weekday()]}）{starts:%H:%M}"
    en_at = f"{starts:%A} {starts.day} {starts:%B}, {starts:%H:%M}"
    notify_person(
        person_id=found.person_id,
        kind=kind,
        title=(
            zh.format(hall=found.hall.name, at=zh_at),
            en.format(hall=found.hall.name_en or found.hall.name, at=en_at),
        ),
        body=body,
        link=f"/me/appointments/{found.pk}",
        text_message=kind.endswith("_by_hall"),
        by=SYSTEM,
    )


@on(AppointmentBooked)
def tell_that_it_is_booked(fact: AppointmentBooked) -> None:
    """Say when and where."""
    _tell(fact.appointment_id, "appointment_booked", "约好了：{at}，{hall}", "Booked: {hall}, {at}")


@on(AppointmentMoved)
def tell_the_new_time(fact: AppointmentMoved) -> None:
    """Say the new time, and where the hall chose it that another one can be chosen."""
    if fact.by_hall:
        body = (
            "大厅改了开门时间，原来的时间不开门，所以给你换到同一天最近的时间。不合适可以自己改，或者取消。",
            (
                "The hall has other opening hours and is closed at the time you had, so you have the nearest one of the same "
                "day. You can choose another time, or cancel."
            ),
        )
        zh, en = "{hall}改了开门时间，你的预约换到 {at}", "{hall} has other hours: your appointment is now at {at}"
        _tell(fact.appointment_id, "appointment_moved_by_hall", zh, en, body)
        return
    _tell(
        fact.appointment_id, "appointment_moved", "预约改到了 {at}，{hall}", "Your appointment is now at {at}: {hall}"
    )


@on(AppointmentCancelled)
def tell_that_the_hall_is_closed(fact: AppointmentCancelled) -> None:
    """Tell whoever did not cancel it themselves."""
    if fact.by_hall:
        why = Closure.objects.filter(hall__appointments=fact.appointment_id, date=F("hall__appointments__day")).first()
        body = (
            (f"那一天大厅不开门：{why.reason}。" if why else "那个时间大厅不开门。") + "请另选时间，不便之处请谅解。",
            f"The hall is closed {'on that day' if why else 'at that time'}. Please choose another time; we apologise.",
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
