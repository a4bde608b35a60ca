"""Read what the law sets beside the ordinary way: stopped clocks, special procedures, promises, opinions, what is left."""

import datetime as dt
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from yiwang.domains.cases.models import (
    Case,
    CaseClock,
    ClockStop,
    Deferral,
    Extension,
    InterestedParty,
    JointOpinion,
    MoreRequest,
    Promise,
    SiteVisit,
    SpecialKind,
    SpecialProcedure,
)
from yiwang.domains.cases.procedure.clocks import (
    Deadline,
    Pause,
    decision_deadline,
    delivery_deadline,
    extension_workdays,
    workdays_left,
)
from yiwang.domains.cases.queries.single import case_content, opened
from yiwang.domains.catalogue.content import ItemContent, Material
from yiwang.foundation import vault
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import ZONE, today
from yiwang.foundation.clock.queries import calendar
from yiwang.foundation.journal.models import Entry


def specials_of(case: Case) -> list[SpecialProcedure]:
    """Return the special procedures of a case, in their order."""
    return list(SpecialProcedure.objects.filter(case_id=case.pk).select_related("chair").order_by("sequence"))


def special_reason(special: SpecialProcedure) -> str:
    """Return why a special procedure was opened."""
    return vault.open_text(bytes(special.reason_sealed), f"cases_specialprocedure:{special.pk}:reason")


def special_record(special: SpecialProcedure) -> str:
    """Return the record of a special procedure; empty where there is none."""
    if not special.record_sealed:
        return ""
    return vault.open_text(bytes(special.record_sealed), f"cases_specialprocedure:{special.pk}:record")


def hearing_record_number(case: Case) -> str:
    """Return the number of the record that a decision has to rest on (art. 48); empty where no hearing was held."""
    held = SpecialProcedure.objects.filter(case_id=case.pk, kind=SpecialKind.HEARING, ended_on__isnull=False)
    return held.exclude(record_number="").order_by("-sequence").values_list("record_number", flat=True).first() or ""


def has_hearing_to_come(case: Case) -> bool:
    """Return whether no hearing of the case has been held yet."""
    return not hearing_record_number(case)


def is_hearing_owed(case: Case) -> bool:
    """Return whether somebody asked for a hearing, and none was held: no decision goes before it (art. 47)."""
    asked = InterestedParty.objects.filter(case_id=case.pk, wants_hearing=True)
    return asked.exists() and has_hearing_to_come(case)


def has_run_out(case: Case) -> bool:
    """Return whether the legal time of the clock that runs is over: a procedure that begins now does not stop it."""
    return case.legal_due_on is not None and case.legal_due_on < today()


def stops_of(case: Case) -> list[ClockStop]:
    """Return the times that the decision clock did not count."""
    return list(ClockStop.objects.filter(case_id=case.pk).order_by("sequence"))


def extension_of(case: Case) -> Extension | None:
    """Return the one extension."""
    return Extension.objects.filter(case_id=case.pk).first()


def promise_moved(case: Case, extension: Extension) -> dt.date | None:
    """Return the last day of the promise that the extension moved; None where none was made, or it had run out."""
    clock = CaseClock.objects.filter(case_id=case.pk, kind="decision").first()
    promised = clock.promised_due_on if clock else None
    return promised if promised and promised >= extension.decided_at.astimezone(ZONE).date() else None


def extension_reason(extension: Extension) -> str:
    """Return why the time was extended."""
    return vault.open_text(bytes(extension.reason_sealed), f"cases_extension:{extension.case_id}:reason")


def deferrals_of(case: Case) -> list[Deferral]:
    """Return the materials that were, or are, to follow."""
    return list(Deferral.objects.filter(case_id=case.pk).order_by("material"))


def promise_of(case: Case) -> Promise | None:
    """Return the promise that the case rests on."""
    return Promise.objects.filter(case_id=case.pk).first()


def interested_of(case: Case) -> list[tuple[InterestedParty, dict[str, str]]]:
    """Return the interested parties, each with name, contact, reason and statement in clear."""
    found = InterestedParty.objects.filter(case_id=case.pk).order_by("sequence")
    return [(one, {name: _text(one, name) for name in ("name", "contact", "reason", "statement")}) for one in found]


def _text(party: InterestedParty, name: str) -> str:
    blob = getattr(party, f"{name}_sealed")
    return vault.open_text(bytes(blob), f"cases_interestedparty:{party.pk}:{name}") if blob else ""


def hearing_until(case: Case) -> dt.date | None:
    """Return until when the applicant may ask for a hearing: as long as those may whom the case touches too (art. 47).

    It ends before the last legal day of the case, on which it can still be decided. None where it touches nobody else, the time is
    over, they have asked, a hearing was held, or the case is decided.
    """
    if case.state not in {"accepted", "in_review", "suspended"} or not has_hearing_to_come(case):
        return None
    parties = list(InterestedParty.objects.filter(case_id=case.pk))
    if any(one.is_applicant for one in parties):
        return None
    last = max((one.answer_by for one in parties), default=None)
    if last and case.legal_due_on:
        last = min(last, case.legal_due_on - dt.timedelta(days=1))
    return last if last and last >= today() else None


def joint_opinions_of(case: Case) -> list[tuple[JointOpinion, str]]:
    """Return the opinions that other offices were asked for, the first review first, with what they wrote."""
    found = JointOpinion.objects.filter(case_id=case.pk).select_related("office", "staff")
    return [
        (one, vault.open_text(bytes(one.text_sealed), f"cases_jointopinion:{one.pk}:text") if one.text_sealed else "")
        for one in found.order_by("-is_first_review", "id")
    ]


def asked_of(actor: Actor, case: Case) -> JointOpinion | None:
    """Return what this official's office is asked about a case and has not answered."""
    if not actor.is_staff:
        return None
    open_ = JointOpinion.objects.filter(case_id=case.pk, office_id=actor.office, given_at__isnull=True)
    return open_.filter(asked_on__isnull=False).first()


def asked_cases(actor: Actor, *, limit: int = 50) -> list[JointOpinion]:
    """Return the cases of other offices on which one's own office is asked for its opinion, the most urgent first."""
    if not (actor.is_staff and actor.has_role("reviewer", "head")):
        return []
    found = JointOpinion.objects.filter(office_id=actor.office, given_at__isnull=True, asked_on__isnull=False)
    return list(
        found.filter(case__is_open=True).select_related("case", "case__office").order_by("due_on", "id")[:limit]
    )


def visits_of(case: Case) -> list[SiteVisit]:
    """Return the visits to the place."""
    return list(SiteVisit.objects.filter(case_id=case.pk).order_by("sequence"))


def visit_record(visit: SiteVisit) -> str:
    """Return what was found at a visit; empty before it."""
    if not visit.record_sealed:
        return ""
    return vault.open_text(bytes(visit.record_sealed), f"cases_sitevisit:{visit.pk}:record")


def more_items(case: Case) -> list[dict[str, str]]:
    """Return what was asked for after acceptance: field (may be empty) and text."""
    request = MoreRequest.objects.filter(case_id=case.pk).first()
    if request is None:
        return []
    found: list[dict[str, str]] = opened(request.items_sealed, f"cases_morerequest:{case.pk}:items")
    return found


def more_note(case: Case) -> str:
    """Return what the applicant said they do not have of what was asked for after acceptance; empty where nothing."""
    request = MoreRequest.objects.filter(case_id=case.pk).first()
    if request is None or not request.note_sealed:
        return ""
    return vault.open_text(bytes(request.note_sealed), f"cases_morerequest:{case.pk}:note")


def answers_before_more(case: Case) -> dict[str, Any]:
    """Return the answers as they stood before more was supplied; empty where nothing was."""
    request = MoreRequest.objects.filter(case_id=case.pk).first()
    if request is None or not request.answers_before_sealed:
        return {}
    found: dict[str, Any] = opened(request.answers_before_sealed, f"cases_morerequest:{case.pk}:answers_before")
    return found


def reviewers_needed(case: Case) -> int:
    """Return how many officials have to give an opinion: two where substance is verified (art. 34).

    A case that was accepted on a promise is decided on the promise, and verified afterwards: one is enough.
    """
    if not case_content(case).processing.substance_check:
        return 1
    return 1 if Promise.objects.filter(case_id=case.pk).exists() else 2


# What an item allows --------------------------------------------------------------------------------------------------


def deferrable(content: ItemContent) -> list[Material]:
    """Return the materials that may follow later (容缺材料范围)."""
    return [one for one in content.materials or [] if one.necessity == "deferrable"]


def may_promise(content: ItemContent) -> bool:
    """Return whether the item may be applied for on a promise."""
    return content.processing.promise is not None and not content.processing.high_risk


def promise_barred(actor: Actor) -> bool:
    """Return whether the one who applies broke a promise before: then neither way is open until it is repaired."""
    if not actor.is_person:
        return False
    broken = Promise.objects.filter(result=Promise.Result.FALSE)
    if actor.on_behalf_of:
        return broken.filter(case__firm_id=actor.on_behalf_of).exists()
    return broken.filter(signed_by_id=actor.id, case__firm__isnull=True).exists()


# The clock ------------------------------------------------------------------------------------------------------------


def decision_dates(case: Case, clock: CaseClock) -> Deadline:
    """Return when the decision clock of a case ends, with all stops that are over and with its extension."""
    pauses = _pauses(case, "decision")
    one = Extension.objects.filter(case_id=case.pk).first()
    return decision_deadline(
        clock.started_on,
        case_content(case),
        calendar(),
        pauses=pauses,
        more_workdays=one.workdays if one else 0,
        extended_on=one.decided_at.astimezone(ZONE).date() if one else None,
    )


def extended_dates(case: Case) -> tuple[int, Deadline] | None:
    """Return the working days that the one extension would add today, and the dates that would hold then."""
    clock = CaseClock.objects.filter(case_id=case.pk, kind="decision", ended_on__isnull=True).first()
    if clock is None:
        return None
    content = case_content(case)
    workdays, pauses = extension_workdays(content), _pauses(case, "decision")
    return workdays, decision_deadline(
        clock.started_on, content, calendar(), pauses=pauses, more_workdays=workdays, extended_on=today()
    )


def delivery_dates(case: Case, clock: CaseClock) -> Deadline:
    """Return when the clock of issue and delivery ends, with all times in which it was the applicant's turn."""
    return delivery_deadline(clock.started_on, calendar(), pauses=_pauses(case, "delivery"))


def _pauses(case: Case, clock: str) -> list[Pause]:
    stops = ClockStop.objects.filter(case_id=case.pk, clock=clock, ended_on__isnull=False).order_by("sequence")
    return [Pause(begun, ended) for begun, ended in stops.values_list("started_on", "ended_on") if ended]


def granted_by_silence(case_ids: Collection[UUID]) -> set[UUID]:
    """Return which of these cases were granted by law, because nobody decided in time (art. 50)."""
    granted = Entry.objects.filter(case_id__in=case_ids, kind="CaseGranted").values_list("case_id", "fact")
    return {case_id for case_id, fact in granted if case_id and fact.get("way") == "silence"}


def waits_for(case: Case) -> ClockStop | None:
    """Return what a granted case waits for from its applicant: paying, picking up, choosing anew; None where nothing."""
    if not case.awaits_applicant:
        return None
    return ClockStop.objects.filter(case_id=case.pk, ended_on__isnull=True).first()


@dataclass(frozen=True)
class Remaining:
    """What is left of the clock that runs: the same number for applicant, official and API."""

    workdays: int | None
    legal_workdays: int | None
    due_on: dt.date | None
    legal_due_on: dt.date | None
    is_stopped: bool = False
    goes_on_after: dt.date | None = None
    """The planned end of the special procedure, or of the applicant's turn, that the clock waits for."""


def is_stopped(case: Case) -> bool:
    """Return whether the clock stands still; for a hearing that began after the legal end it does not."""
    return case.awaits_applicant or (case.state == Case.State.SUSPENDED and case.legal_due_on is None)


def remaining(case: Case) -> Remaining:
    """Return what is left of the clock that runs; while it is stopped, what is frozen."""
    if not is_stopped(case):
        day = today()
        return Remaining(_left(day, case.due_on), _left(day, case.legal_due_on), case.due_on, case.legal_due_on)
    stop = ClockStop.objects.filter(case_id=case.pk, ended_on__isnull=True).first()
    clock = CaseClock.objects.filter(case_id=case.pk, ended_on__isnull=True).first()
    if stop is None or clock is None:
        return Remaining(None, None, None, None)
    due = clock.promised_due_on or clock.legal_due_on
    return Remaining(
        _left(stop.started_on, due), _left(stop.started_on, clock.legal_due_on), None, None, True, stop.planned_end_on
    )


def _left(day: dt.date, due_on: dt.date | None) -> int | None:
    return workdays_left(day, due_on, calendar()) if due_on else None


def material_names(content: ItemContent, wanted: Collection[str]) -> list[str]:
    """Return the names of materials by their keys."""
    return [one.name.zh for one in content.materials or [] if one.key in wanted]
