"""Ask the other offices that an item names, as soon as a case is accepted: all at once, unless one waits for another."""

import datetime as dt

from yiwang.domains.cases.models import Case, CaseClock, JointOpinion
from yiwang.domains.cases.procedure.clocks import workdays_left
from yiwang.domains.cases.queries import case_content
from yiwang.domains.organisations.models import Office
from yiwang.foundation.clock import today
from yiwang.foundation.clock.queries import calendar
from yiwang.foundation.ids import uuid7


def ask_offices(case: Case) -> None:
    """Write down whom the decision waits for (art. 26, 35): the lower office that reviews first, and the joint offices.

    An office that does not stand in the register is passed over: nobody could answer.
    """
    processing = case_content(case).processing
    first = processing.lower_level_review
    wanted: list[tuple[str, int, list[str], bool]] = [(first.office, first.days, [], True)] if first else []
    before = [first.office] if first else []
    wanted += [(one.office, one.days, [*before, *one.waits_for], False) for one in processing.joint_offices]
    if not wanted:
        return
    known = set(Office.objects.filter(pk__in=[office for office, *_ in wanted]).values_list("pk", flat=True))
    entered: set[str] = set()
    for office, days, waits_for, is_first in wanted:
        if office in known and office != case.office_id and office not in entered:
            entered.add(office)
            waiting = [code for code in waits_for if code in known and code not in (office, case.office_id)]
            JointOpinion.objects.create(
                id=uuid7(),
                case=case,
                office_id=office,
                is_first_review=is_first,
                waits_for=waiting,
                workdays=days,
                asked_on=None if waiting else today(),
                due_on=None if waiting else answer_by(case, days),
            )


def answer_by(case: Case, days: int) -> dt.date:
    """Return until when an office that is asked today answers: in its own days, and before the decision is due.

    The decision waits for no opinion that would come too late for it: where less is left, the office has less; where
    nothing is left, today.
    """
    day, clock = today(), CaseClock.objects.filter(case_id=case.pk, kind="decision", ended_on__isnull=True).first()
    own = calendar().add_workdays(day, days)
    end = (clock.promised_due_on or clock.legal_due_on) if clock else None
    if clock and end and end <= day:  # the promise is broken: what is left is the law's
        end = clock.legal_due_on
    if end is None or own < end or case.state == Case.State.SUSPENDED:
        return own
    left = workdays_left(day, end, calendar()) - 1
    return calendar().add_workdays(day, left) if left > 0 else day


def ask_those_who_waited(case: Case) -> None:
    """Ask the offices whose turn has come."""
    rows = list(JointOpinion.objects.filter(case_id=case.pk))
    spoken = {one.office_id for one in rows if one.given_at or (one.due_on and one.due_on < today())}
    for one in rows:
        if one.asked_on is None and spoken.issuperset(one.waits_for):
            one.asked_on, one.due_on = today(), answer_by(case, one.workdays)
            one.save(update_fields=["asked_on", "due_on"])
