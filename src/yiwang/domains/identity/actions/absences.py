"""Who is away, and who stands in for them."""

import datetime as dt
from uuid import UUID

from django.utils.translation import gettext as _

from yiwang.domains.identity.events import AbsenceEnded, AbsenceEntered
from yiwang.domains.identity.models import Absence, Staff
from yiwang.domains.identity.policies import may_end_absence, may_enter_absence
from yiwang.foundation.actions import InvalidInput, NotVisible, Refused, action, require
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import now, today
from yiwang.foundation.journal.recording import record

LONGEST_ABSENCE_DAYS = 366


@action
def enter_absence(*, staff_id: UUID, deputy_id: UUID, from_date: dt.date, until_date: dt.date, by: Actor) -> Absence:
    """Note that an official is away, and who stands in for them in the duties that whoever enters it may lend.

    The absent one, the deputy and the heads of the office are told, but for whoever enters it.

    Raises:
        InvalidInput: where the days make no sense, or the deputy is not of the office.
        Refused: where the two are away themselves, or stand in for somebody, in those days: nobody passes a duty on.
    """
    both = Staff.objects.select_for_update().filter(pk__in=[staff_id, deputy_id], is_active=True, office_id=by.office)
    here = {one.pk: one for one in both.order_by("pk")}  # locked in one order: two who name each other stand in line
    staff, deputy = here.get(staff_id), here.get(deputy_id)
    if staff is None:
        raise NotVisible
    require(may_enter_absence(by, staff))
    if from_date < today() or until_date < from_date or (until_date - from_date).days > LONGEST_ABSENCE_DAYS:
        raise InvalidInput(_("从今天或以后的一天起，到同一天或更晚的一天止，最长一年。"), code="days")
    if deputy is None or deputy.pk == staff.pk:
        raise InvalidInput(_("选一位本部门的同事代办。"), code="unknown_deputy")
    if by.id == deputy.pk:
        raise Refused(_("不能登记由自己代别人办理，请本人或者另一位负责人登记。"), code="own_deputy")
    during = Absence.objects.filter(ended_at=None, from_date__lte=until_date, until_date__gte=from_date)
    if during.filter(staff_id=staff.pk).exists():
        raise Refused(_("这几天已经登记过请假。先取消，再重新登记。"), code="absent_already")
    if during.filter(staff_id=deputy.pk).exists():
        raise Refused(_("{name} 这几天也不在，请另选一位。").format(name=deputy.name), code="deputy_absent")
    if during.filter(deputy_id=staff.pk).exists():
        raise Refused(_("{name} 这几天要代别人办理，先换人再请假。").format(name=staff.name), code="stands_in")
    absence = Absence.objects.create(
        staff=staff,
        deputy=deputy,
        from_date=from_date,
        until_date=until_date,
        entered_by_id=by.known_id,
        entered_at=now(),
    )
    record(
        AbsenceEntered(
            absence_id=absence.pk, staff_id=staff.pk, deputy_id=deputy.pk, from_date=from_date, until_date=until_date
        ),
        by=by,
    )
    return absence


@action
def end_absence(*, absence_id: UUID, by: Actor) -> Absence:
    """End an absence from now on: the deputy has no say any more. It stays on record."""
    found = Absence.objects.filter(pk=absence_id, staff__office_id=by.office).select_related("staff", "deputy")
    absence = found.select_for_update(of=("self",)).first()
    if absence is None:
        raise NotVisible
    require(may_end_absence(by, absence))
    if absence.ended_at is None:
        absence.ended_at, absence.ended_by_id = now(), by.known_id
        absence.save(update_fields=["ended_at", "ended_by"])
        record(AbsenceEnded(absence_id=absence.pk, staff_id=absence.staff_id, deputy_id=absence.deputy_id), by=by)
    return absence
