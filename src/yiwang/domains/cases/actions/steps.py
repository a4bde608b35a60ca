"""What every step of a case has in common: lock, see, allow, follow the arrow, keep the clocks."""

from datetime import date
from typing import Any
from uuid import UUID

from django.db import models
from django.utils.translation import gettext as _

from yiwang.domains.cases.models import Case, CaseClock, Opinion
from yiwang.domains.cases.policies import may_take
from yiwang.domains.cases.procedure import arrow_from, state_name
from yiwang.domains.cases.procedure.clocks import Deadline
from yiwang.domains.cases.procedure.machine import final_states
from yiwang.domains.cases.queries.guards import deputy_obstacle, obstacle
from yiwang.domains.organisations.queries import remedies_against
from yiwang.foundation import vault
from yiwang.foundation.actions import InvalidInput, NotVisible, Refused, require
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import now, today
from yiwang.foundation.ids import uuid7
from yiwang.foundation.inserting import insert, row


def remedies(case: Case) -> dict[str, str]:
    """Return who hears an objection, as a notice of refusal names them (art. 38). Its template says the periods."""
    found = remedies_against(case.office)
    return {"review_body": found.review_body[0], "court": found.court[0]}


def take_step(*, case_id: UUID, event: str, revision: int | None, by: Actor) -> Case:
    """Lock a case and check that this actor may cause this event now.

    Raises:
        NotVisible: where the case is not theirs to see.
        PermissionDenied: where the table gives the step to others.
        Refused: where the table knows no such step from here, one of its conditions is not met, or somebody else was
            faster (`stale`).
    """
    case = (
        Case.objects.visible_to(by)
        .select_for_update(of=("self",))
        .select_related("office", "item")
        .filter(pk=case_id)
        .first()
    )
    if case is None:
        raise NotVisible
    if revision is not None and revision != case.revision:
        raise Refused(_("别人刚刚处理了这一件，请看最新的情况再决定。"), code="stale")
    arrow = arrow_from(case.state, event)
    if arrow is None:
        name = state_name(case.state, "zh")
        raise Refused(_("这一件现在是“{state}”，不能做这一步。").format(state=name), code="illegal_step")
    require(may_take(by, arrow, case))
    if found := deputy_obstacle(case, arrow, by) or obstacle(case, arrow.guards, by):
        raise Refused(found.words, code=found.code)
    return case


def move(case: Case, event: str, **changes: Any) -> str:
    """Follow the arrow: set the new state and what changes with it, and close the case where the state is final.

    Returns the new state.
    """
    arrow = arrow_from(case.state, event)
    assert arrow is not None
    case.state = arrow.to
    case.revision += 1
    for key, value in changes.items():
        setattr(case, key, value)
    fields = {"state", "revision", *changes}
    if case.state in final_states():
        case.is_open, case.closed_at, case.due_on, case.legal_due_on = False, now(), None, None
        fields |= {"is_open", "closed_at", "due_on", "legal_due_on"}
    case.save(update_fields=sorted(fields))
    return case.state


def stop_clock(case: Case) -> None:
    """End the clock that runs."""
    CaseClock.objects.filter(case_id=case.pk, ended_on__isnull=True).update(ended_on=today())
    case.due_on = case.legal_due_on = None


def follow_clock(case: Case, clock: CaseClock, deadline: Deadline) -> None:
    """Let a running clock end elsewhere: after a stop, by the extension. The caller saves the case."""
    clock.legal_due_on, clock.promised_due_on = deadline.legal_due_on, deadline.promised_due_on
    clock.is_provisional = deadline.is_provisional
    clock.save(update_fields=["legal_due_on", "promised_due_on", "is_provisional"])
    case.due_on, case.legal_due_on = deadline.due_on, deadline.legal_due_on


def running_clock(case: Case) -> CaseClock:
    """Return the clock that runs. Raises CaseClock.DoesNotExist."""
    return CaseClock.objects.get(case_id=case.pk, ended_on__isnull=True)


def start_clock(case: Case, kind: str, deadline: Deadline) -> None:
    """Start a clock, and let the case's due date follow it. The caller saves the case."""
    sequence = CaseClock.objects.filter(case_id=case.pk, kind=kind).count() + 1 if case.revision > 1 else 1
    insert(row(CaseClock, **clock_values(case, kind, deadline, sequence)))
    case.due_on, case.legal_due_on = deadline.due_on, deadline.legal_due_on


def clock_values(case: Case, kind: str, deadline: Deadline, sequence: int = 1) -> dict[str, Any]:
    """Return what the row of a clock holds."""
    return {
        "case_id": case.pk,
        "kind": kind,
        "sequence": sequence,
        "started_on": deadline.started_on,
        "legal_amount": deadline.legal.amount if deadline.legal else None,
        "legal_unit": deadline.legal.unit if deadline.legal else "",
        "legal_due_on": deadline.legal_due_on,
        "promised_amount": deadline.promised.amount if deadline.promised else None,
        "promised_unit": deadline.promised.unit if deadline.promised else "",
        "promised_due_on": deadline.promised_due_on,
        "is_provisional": deadline.is_provisional,
    }


def write_opinion(case: Case, *, step: str, text: str, verdict: str = "", by: Actor) -> None:
    """Keep what an official wrote at a step, encrypted."""
    opinion_id = uuid7()
    Opinion.objects.create(
        id=opinion_id,
        case=case,
        step=step,
        staff_id=by.id if by.is_staff else None,
        verdict=verdict,
        text_sealed=vault.seal(text, f"cases_opinion:{opinion_id}:text"),
        written_at=now(),
    )


def sealed_texts(table: str, key: UUID, **texts: str) -> dict[str, bytes]:
    """Return encrypted columns for texts, each at its place."""
    return {f"{name}_sealed": vault.seal(text, f"{table}:{key}:{name}") for name, text in texts.items()}


def written(text: str, refusal: str, code: str) -> str:
    """Return a text that has to be there.

    Raises:
        InvalidInput: where it is blank.
    """
    if not (kept := text.strip()):
        raise InvalidInput(refusal, code=code)
    return kept


def next_number(rows: "models.QuerySet[Any]") -> int:
    """Return the sequence number after those that are there. The case is locked."""
    return rows.count() + 1


def notice_data(case: Case, **more: Any) -> dict[str, Any]:
    """Return what every document of a case says; `more` is what its kind adds."""
    return {
        "addressee": case.applicant_name,
        "item_name": case.item_name,
        "case_number": case.number,
        **{key: value.isoformat() if isinstance(value, date) else value for key, value in more.items()},
    }
