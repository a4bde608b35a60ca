"""Tell officials who is away and who stands in: the absent one, the deputy and the heads of the office."""

from uuid import UUID

from yiwang.domains.identity.events import AbsenceEnded, AbsenceEntered
from yiwang.domains.identity.models import Absence
from yiwang.domains.identity.queries import officials_with
from yiwang.domains.notices.actions import Bilingual, notify_official
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.clock import today
from yiwang.foundation.journal.recording import on

ABSENCES = "/desk/absences"


def _tell(absence_id: UUID, kind: str) -> None:
    """Send each of them their words, but not to whoever did it; nobody is told of what is long over.

    Nor of an end that names nobody, as those before an upgrade do: it was most likely their own.
    """
    one = Absence.objects.select_related("staff", "deputy", "entered_by", "ended_by").get(pk=absence_id)
    if one.until_date < today():
        return
    is_over = kind == "absence_ended"
    doer = one.ended_by if is_over else one.entered_by
    if is_over and doer is None:
        return
    told = {
        **dict.fromkeys(officials_with("head", one.staff.office_id), "head"),
        one.staff_id: "absent",
        one.deputy_id: "deputy",
    }
    if doer:
        told.pop(doer.pk, None)
    who = {"staff": one.staff.name, "deputy": one.deputy.name, "by": doer.name if doer else ""}
    who |= {"from": one.from_date.isoformat(), "until": one.until_date.isoformat()}
    for staff_id, part in told.items():
        zh, en = (ENDED if is_over else ENTERED)[part]
        title: Bilingual = (zh.format(**who), en.format(**who))
        notify_official(staff_id=staff_id, kind=kind, title=title, link=ABSENCES, by=SYSTEM)


ENTERED = {
    "absent": (
        "{by}给你登记了请假：{from} 到 {until}，由{deputy}代办。不对就取消，或者告诉负责人。",
        "{by} entered that you are away from {from} to {until}; {deputy} stands in. If this is wrong, end it or tell the head.",
    ),
    "deputy": (
        "{staff} {from} 到 {until} 不在，请你代办（{by}登记）。",
        "{staff} is away from {from} to {until}; you stand in (entered by {by}).",
    ),
    "head": (
        "{staff} {from} 到 {until} 不在，由{deputy}代办（{by}登记）。",
        "{staff} is away from {from} to {until}; {deputy} stands in (entered by {by}).",
    ),
}
ENDED = {
    "absent": (
        "{by}取消了你的请假（{from} 到 {until}），{deputy}不再代办。",
        "{by} ended your absence ({from} to {until}); {deputy} stands in no longer.",
    ),
    "deputy": (
        "{staff}的请假（{from} 到 {until}）取消了，你不再代办。",
        "The absence of {staff} ({from} to {until}) was ended; you stand in no longer.",
    ),
    "head": (
        "{staff}的请假（{from} 到 {until}）取消了，{deputy}不再代办。",
        "The absence of {staff} ({from} to {until}) was ended; {deputy} stands in no longer.",
    ),
}


@on(AbsenceEntered)
def tell_who_stands_in(fact: AbsenceEntered) -> None:
    """Tell the absent one, the deputy and the heads."""
    if not Absence.objects.filter(pk=fact.absence_id, ended_at__isnull=False).exists():
        _tell(fact.absence_id, "absence_entered")


@on(AbsenceEnded)
def tell_that_nobody_stands_in(fact: AbsenceEnded) -> None:
    """Tell the same people that it is over."""
    _tell(fact.absence_id, "absence_ended")
