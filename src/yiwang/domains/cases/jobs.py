"""Timed work on cases."""

import datetime as dt
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from yiwang.domains.cases.actions import (
    ask_waiting_offices,
    deem_accepted,
    find_entitled,
    forget_held_answers,
    grant_by_silence,
    lapse_case,
    reckon_clocks,
    remind_of_renewal,
    search_for_entitled,
    terminate_case,
)
from yiwang.domains.cases.actions.reckoning import AT_ONCE
from yiwang.domains.cases.models import Case, CaseClock, Deferral, JointOpinion
from yiwang.domains.cases.queries.guards import obstacle
from yiwang.domains.certificates.models import Certificate
from yiwang.domains.organisations.models import Office
from yiwang.domains.rules.models import Rule
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.clock import now, today
from yiwang.foundation.clock.queries import calendar
from yiwang.foundation.jobs.queue import enqueue
from yiwang.foundation.jobs.registry import every, job

UNDER_REVIEW = ("accepted", "in_review", "suspended")
AT_MOST = 500
"""Cases that one turn of regular work asks for; the others come with the next. Where some may stay, all are walked through."""


def in_pages(cases: QuerySet[Case], size: int = 0) -> Iterator[list[Case]]:
    """Yield all these cases, so many at a time, each page from where the last one ended."""
    after: UUID | None = None
    while page := list((cases.filter(pk__gt=after) if after else cases).order_by("pk")[: size or AT_MOST]):
        yield page
        after = page[-1].pk


@every(3600, name="cases.lapse_overdue_corrections")
def lapse_overdue_corrections() -> None:
    """Ask for the end of the cases whose correction was not supplied by its date: each in a transaction of its own."""
    overdue = Case.objects.filter(state="correction", correction__due_on__lt=today()).values_list("pk", flat=True)
    for case_id in list(overdue[:AT_MOST]):
        enqueue("lapse_case", {"case": str(case_id)}, key=str(case_id))


@job("lapse_case")
def lapse_overdue_case(payload: dict[str, Any]) -> None:
    """End one case, unless its correction came at the last moment."""
    if Case.objects.filter(pk=payload["case"], state="correction", correction__due_on__lt=today()).exists():
        lapse_case(case_id=UUID(payload["case"]), by=SYSTEM)


@every(3600, name="cases.deem_silent_acceptance")
def deem_silent_acceptance() -> None:
    """Ask for the acceptance of the cases about which nobody spoke for five working days (行政许可法 art. 32 (4))."""
    # By office, so that the index of the queue is followed: there is none of its own that each submission would pay for.
    overdue = Case.objects.filter(
        office_id__in=Office.objects.values("pk"), is_open=True, state="submitted", due_on__lt=today()
    )
    for case_id, revision in list(overdue.values_list("pk", "revision")[:AT_MOST]):
        enqueue("deem_accepted", {"case": str(case_id)}, key=f"{case_id}:{revision}")


@job("deem_accepted")
def deem_one_accepted(payload: dict[str, Any]) -> None:
    """Accept one case, unless somebody spoke at the last moment, or the calendar moved its date."""
    if Case.objects.filter(pk=payload["case"], state="submitted", due_on__lt=today()).exists():
        deem_accepted(case_id=UUID(payload["case"]), by=SYSTEM)


@every(3600, name="cases.end_open_deferrals")
def end_open_deferrals() -> None:
    """Ask for the end of the cases whose deferred materials did not come by their date (容缺: 终止办理)."""
    overdue = Deferral.objects.filter(supplied_at__isnull=True, due_on__lt=today(), case__state__in=UNDER_REVIEW)
    for case_id in set(overdue.values_list("case_id", flat=True)[:AT_MOST]):
        enqueue("end_deferral", {"case": str(case_id)}, key=str(case_id))


@job("end_deferral")
def end_open_deferral(payload: dict[str, Any]) -> None:
    """Terminate one case, unless all has come at the last moment."""
    late = Deferral.objects.filter(
        case_id=payload["case"], supplied_at__isnull=True, due_on__lt=today(), case__state__in=UNDER_REVIEW
    )
    if late.exists():
        terminate_case(case_id=UUID(payload["case"]), ground="deferral_overdue", by=SYSTEM)


@every(3600, name="cases.grant_silent_renewals")
def grant_silent_renewals() -> None:
    """Ask for the renewal of certificates that ended although their renewal was asked for in time (art. 50)."""
    ended = Certificate.objects.filter(valid_until__lt=today(), state__in=["valid", "suspended"])
    waiting = Case.objects.filter(state__in=UNDER_REVIEW, about_certificate_id__in=ended.values("pk"))
    # Those that were asked for too late stay until somebody decides: a window that began at the first of them would fill up.
    for page in in_pages(waiting):
        for case in page:
            if obstacle(case, ["renewal_overdue"], SYSTEM) is None:
                enqueue("grant_renewal", {"case": str(case.pk)}, key=f"{case.pk}:{today()}")


@job("grant_renewal")
def grant_one_renewal(payload: dict[str, Any]) -> None:
    """Grant one renewal, if the law says so."""
    case = Case.objects.filter(pk=payload["case"], state__in=UNDER_REVIEW).first()
    if case is not None and obstacle(case, ["renewal_overdue"], SYSTEM) is None:
        grant_by_silence(case_id=case.pk, by=SYSTEM)


@every(3600, name="cases.ask_next_offices")
def ask_next_offices() -> None:
    """Ask the offices that waited for others whose time is over."""
    spoken = JointOpinion.objects.filter(case_id=OuterRef("case_id")).filter(
        Q(given_at__isnull=False) | Q(due_on__lt=today())
    )
    waiting = JointOpinion.objects.filter(asked_on__isnull=True, given_at__isnull=True, case__state__in=UNDER_REVIEW)
    # Where an office waits for two and one has spoken, the case stays: all are walked through, here too.
    for page in in_pages(Case.objects.filter(pk__in=waiting.filter(Exists(spoken)).values("case_id"))):
        for case in page:
            enqueue("ask_next_offices", {"case": str(case.pk)}, key=f"{case.pk}:{today()}")


@job("ask_next_offices")
def ask_next_offices_of_a_case(payload: dict[str, Any]) -> None:
    """Ask the offices of one case whose turn has come."""
    ask_waiting_offices(case_id=UUID(payload["case"]), by=SYSTEM)


@job("reckon_clocks")
def reckon_some_clocks(payload: dict[str, Any]) -> None:
    """Work out anew a thousand clocks that run, and ask for the next thousand."""
    running = CaseClock.objects.filter(ended_on__isnull=True).order_by("case_id")
    if payload["after"]:
        running = running.filter(case_id__gt=UUID(payload["after"]))
    ids = list(running.values_list("case_id", flat=True)[:AT_ONCE])
    if len(ids) == AT_ONCE:
        turn = payload.get("turn") or now().isoformat()
        enqueue("reckon_clocks", {"after": str(ids[-1]), "turn": turn}, key=f"{turn}:{ids[-1]}")
    if ids:
        reckon_clocks(case_ids=ids, by=SYSTEM)


@every(3600, name="cases.forget_held_answers")
def forget_old_held_answers() -> None:
    """Delete what was held for an expired sign-in and not fetched within a day."""
    forget_held_answers(by=SYSTEM)


@every(86400, name="cases.find_entitled")
def find_all_entitled() -> None:
    """免申即享: have every rule in force that finds people look at them once a day."""
    found = Rule.objects.filter(kind=Rule.Kind.ENTITLEMENT, current__isnull=False)
    for rule_id in list(found.values_list("pk", flat=True)):
        search_for_entitled(rule_id=rule_id, after=None, by=SYSTEM)


@job("find_entitled")
def find_next_entitled(payload: dict[str, Any]) -> None:
    """Look at the next people, and ask for those after them; a rule that was stopped or replaced meanwhile ends here."""
    if not Rule.objects.filter(pk=payload["rule"], current=payload["version"]).exists():
        return
    find_entitled(
        rule_id=UUID(payload["rule"]),
        version_id=UUID(payload["version"]),
        item_code=payload["item"],
        after=UUID(payload["after"]) if payload["after"] else None,
        by=SYSTEM,
    )


REMIND_WORKDAYS = 30
CATCH_UP_DAYS = 10
"""How long the worker may have stood still without a reminder lost."""


@every(86400, name="cases.remind_of_renewals")
def remind_of_renewals() -> None:
    """Tell those whose certificate ends in thirty working days (行政许可法 art. 50): once a certificate."""
    latest = calendar().add_workdays(today(), REMIND_WORKDAYS)
    ending = Certificate.objects.filter(state=Certificate.State.VALID, valid_until__lte=latest)
    ending = ending.filter(valid_until__gte=max(today(), latest - dt.timedelta(days=CATCH_UP_DAYS)))
    for certificate_id in ending.values_list("pk", flat=True).iterator(1_000):
        enqueue("remind_of_renewal", {"certificate": str(certificate_id)}, key=str(certificate_id))


@job("remind_of_renewal")
def remind_holder_of_renewal(payload: dict[str, Any]) -> None:
    """Tell the holder of one certificate, unless there is a later one already."""
    remind_of_renewal(certificate_id=UUID(payload["certificate"]), by=SYSTEM)
