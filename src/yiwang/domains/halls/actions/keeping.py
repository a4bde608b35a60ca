"""Administrators keep the halls of their division: open one, change its hours, queues and windows, open a closed day again."""

import datetime as dt
import re

from django.utils.translation import gettext as _

from yiwang.domains.halls.actions.setting_up import carry_out, lock_room, make_room, require_seen
from yiwang.domains.halls.events import (
    HallDetailsChanged,
    HallHoursChanged,
    HallOpened,
    HallReopenedForDay,
    HallServiceSet,
    HallWindowSet,
)
from yiwang.domains.halls.models import Closure, Hall, OpeningHours, Service, Window
from yiwang.domains.halls.policies import may_keep, may_keep_hall
from yiwang.domains.halls.queries.opening import Hours
from yiwang.domains.halls.queries.places import offices_near
from yiwang.domains.halls.queries.rooms import Effect, effect_of_hours, effect_of_service, waited_for
from yiwang.domains.halls.queries.typed import (
    Details,
    ServiceTyped,
    checked_details,
    checked_hours,
    checked_service,
    refuse,
)
from yiwang.domains.organisations.models import Office
from yiwang.foundation.actions import NotVisible, Refused, action, require
from yiwang.foundation.actors import Actor
from yiwang.foundation.journal.recording import record


def _kept(hall_code: str, by: Actor) -> Hall:
    """Lock a hall that this administrator keeps.

    Raises:
        NotVisible: where there is none.
    """
    known = Hall.objects.select_for_update(of=("self",)).select_related("office")
    found = known.filter(pk=hall_code).first() if "\0" not in hall_code else None
    if found is None:
        raise NotVisible
    require(may_keep_hall(by, found))
    return found


_CODE = re.compile(r"[a-z0-9][a-z0-9-]{1,39}")
MOST_WINDOWS = 200


@action
def open_hall(*, code: str, office_code: str, details: Details, by: Actor) -> Hall:
    """Enter a new hall, which an office of one's division runs. It has no hours, queues and windows yet: those follow.

    Raises:
        InvalidInput: where something is missing or too long, the code is no short name, or the office is not of the division.
        Refused: where a hall has this code (`taken`).
    """
    office = Office.objects.filter(pk=office_code).first() if "\0" not in office_code else None
    require(by.kind == "system" or by.has_role("administrator"))
    wrong = (
        []
        if _CODE.fullmatch(code) and code != "new"
        else [("code", _("用小写字母、数字和短横，2 到 40 个，例如 demo-xihu。"))]
    )
    if office is None or not may_keep(by, office.region_id, office.pk):
        wrong.append(("office", _("选一个本辖区的部门。")))
    refuse(wrong)
    lines = checked_details(details)
    if Hall.objects.filter(pk=code).exists():
        raise Refused(_("这个代码已经有一个大厅在用。"), code="taken")
    assert office is not None
    hall = Hall.objects.create(code=code, office=office, region_id=office.region_id, **lines._asdict())
    record(HallOpened(hall_code=hall.pk, office_code=office.pk), by=by)
    return hall


@action
def change_hall(*, hall_code: str, details: Details, by: Actor) -> Hall:
    """Give a hall another name, place or public number."""
    hall, lines = _kept(hall_code, by), checked_details(details)
    for field, text in lines._asdict().items():
        setattr(hall, field, text)
    hall.save(update_fields=list(Details._fields))
    record(HallDetailsChanged(hall_code=hall.pk), by=by)
    return hall


@action
def set_opening_hours(*, hall_code: str, hours: Hours, seen: str, by: Actor) -> tuple[int, int]:
    """Give a hall other opening hours. What was booked outside them is moved on the same day or cancelled, and told.

    `seen` is the mark of the effect that was shown before. Returns how many appointments were moved and cancelled.

    Raises:
        InvalidInput: see `checked_hours`.
        Refused: where the effect is another one by now (`changed_meanwhile`).
    """
    hall, wanted = _kept(hall_code, by), checked_hours(hours)
    lock_room(hall)
    effect = effect_of_hours(hall, wanted)
    require_seen(seen, effect)
    OpeningHours.objects.filter(hall=hall).delete()
    OpeningHours.objects.bulk_create(
        [
            OpeningHours(hall=hall, days=days, opens_minute=opens, closes_minute=closes)
            for days, stretches in wanted.items()
            for opens, closes in stretches
        ]
    )
    moved, cancelled = carry_out(hall, effect, by)
    record(HallHoursChanged(hall_code=hall.pk, moved=moved, cancelled=cancelled), by=by)
    return moved, cancelled


@action
def reopen_hall_day(*, hall_code: str, day: dt.date, by: Actor) -> Hall:
    """Open a hall on a day on which it was to stay closed. What was cancelled stays so; there is room again.

    Raises:
        Refused: where it was not to stay closed on that day (`not_closed`).
    """
    hall = _kept(hall_code, by)
    lock_room(hall)
    if not Closure.objects.filter(hall=hall, date=day).delete()[0]:
        raise Refused(_("这一天没有登记不开门。"), code="not_closed")
    make_room(hall)
    record(HallReopenedForDay(hall_code=hall.pk, day=day), by=by)
    return hall


@action
def set_service(*, hall_code: str, typed: ServiceTyped, seen: str | None = None, by: Actor) -> Service:
    """Enter a queue of a hall, or change what it takes. Whoever has booked keeps their time and place.

    `seen` is the mark of the effect that was shown before.

    Raises:
        InvalidInput: see `checked_service`; or where an office is unknown.
        Refused: where the effect is another one by now (`changed_meanwhile`).
    """
    hall, plan = _kept(hall_code, by), checked_service(typed)
    lock_room(hall)
    known = Service.objects.filter(hall=hall, letter=plan.letter).first()
    here = {code for code, _name in offices_near(hall, known.offices.values_list("pk", flat=True) if known else ())}
    if not plan.offices or not here.issuperset(plan.offices):
        refuse([("offices", _("选至少一个部门，它们的事项在这里办。"))])
    offices = list(Office.objects.filter(pk__in=plan.offices))
    require_seen(seen, effect_of_service(known, plan.places))
    values = {key: getattr(plan, key) for key in ("name", "name_en", "slot_minutes", "places", "days_ahead")}
    service, _new = Service.objects.update_or_create(hall=hall, letter=plan.letter, defaults=values)
    service.offices.set(offices)
    carry_out(hall, Effect(), by)
    record(HallServiceSet(hall_code=hall.pk, letter=plan.letter), by=by)
    return service


@action
def set_window(*, hall_code: str, number: int, office_code: str, letters: str, by: Actor) -> Window:
    """Enter a window of a hall, or change its office and what it serves; one that serves nothing is out of use.

    Raises:
        InvalidInput: where the number is none, the office unknown, or the hall has no such queue.
        Refused: where an official sits there (`taken`), or people wait for a queue that no window would serve (`waited_for`).
    """
    hall = _kept(hall_code, by)
    wrong = [] if 1 <= number <= MOST_WINDOWS else [("number", _("填 {a} 到 {b} 的整数。").format(a=1, b=MOST_WINDOWS))]
    window = Window.objects.select_for_update().filter(hall=hall, number=number).first()
    here = {code for code, _name in offices_near(hall, [window.office_id] if window else ())}
    office = Office.objects.filter(pk=office_code).first() if office_code in here else None
    if office is None:
        wrong.append(("office", _("选这个窗口的部门。")))
    services = {one.letter: one for one in Service.objects.filter(hall=hall)}
    if unknown := set(letters) - set(services):
        wrong.append(("letters", _("这个大厅没有队列 {letters}。").format(letters="".join(sorted(unknown)))))
    refuse(wrong)
    assert office is not None
    if window and window.clerk_id:
        raise Refused(_("这个窗口有同事在。等下班了，或者请同事先离开窗口，再改。"), code="taken")
    if window is None:
        window = Window.objects.create(hall=hall, number=number, office=office)
    window.office = office
    window.save(update_fields=["office"])
    window.services.set([services[letter] for letter in set(letters)])
    _require_served(hall, services)
    kept = "".join(sorted(set(letters)))
    record(HallWindowSet(hall_code=hall.pk, window_number=number, letters=kept), by=by)
    return window


def _require_served(hall: Hall, services: dict[str, Service]) -> None:
    waits = waited_for(hall)
    for letter, service in services.items():
        if service.pk in waits and not service.windows.exists():
            raise Refused(
                _("还有人在等 {letter}，改了以后没有窗口办。先给别的窗口加上 {letter}。").format(letter=letter),
                code="waited_for",
            )
