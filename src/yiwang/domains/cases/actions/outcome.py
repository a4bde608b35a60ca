"""Decide, and bring the result to the applicant."""

from uuid import UUID

from django.utils.translation import gettext as _

from yiwang.domains.cases.actions.ending import end_stops
from yiwang.domains.cases.actions.handing_over import end_wait, go_on, start_delivery
from yiwang.domains.cases.actions.places import keep_order, none_left
from yiwang.domains.cases.actions.promises import promise_is_due
from yiwang.domains.cases.actions.results import make_result
from yiwang.domains.cases.actions.steps import (
    move,
    notice_data,
    remedies,
    stop_clock,
    take_step,
    write_opinion,
    written,
)
from yiwang.domains.cases.actions.unpaid import hold_result, make_held_result
from yiwang.domains.cases.events import CaseClosed, CaseDelivered, CaseGranted, CaseIssued, CaseRefused
from yiwang.domains.cases.models import Case
from yiwang.domains.cases.queries import case_content, hearing_record_number
from yiwang.domains.cases.queries.fees import awaits_payment
from yiwang.domains.certificates.actions import cancel_as_asked
from yiwang.domains.certificates.queries import of_case
from yiwang.domains.deliveries.actions import hand_out
from yiwang.domains.documents.actions import draw_up
from yiwang.domains.documents.models import Document
from yiwang.foundation.actions import InvalidInput, action
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import now
from yiwang.foundation.journal.recording import record
from yiwang.foundation.reads.actions import record_read


@action
def decide_case(
    *,
    case_id: UUID,
    grant: bool,
    reason: str = "",
    basis: str = "",
    cited_record: str = "",
    revision: int | None = None,
    by: Actor,
) -> Case:
    """决定: grant or refuse in writing, by the head of the office (art. 37, 38). A refusal says why, and how to object.

    Where a hearing was held the decision rests on its record and names it: `cited_record` is its number (art. 48).
    """
    event = "grant" if grant else "refuse"
    case = take_step(case_id=case_id, event=event, revision=revision, by=by)
    rests_on = hearing_record_number(case)
    if rests_on and cited_record.strip() != rests_on:
        raise InvalidInput(
            _("这一件举行过听证，要根据听证笔录作决定，并写明笔录编号 {number}（行政许可法第四十八条）。").format(
                number=rests_on
            ),
            code="record_not_cited",
        )
    if grant:
        return grant_now(case, event, reason, by)
    reason = written(reason, _("写清楚为什么不予许可，申请人要看得懂。"), "no_reason")
    write_opinion(case, step="decide", text=reason, verdict="refuse", by=by)
    stop_clock(case)
    move(case, event, outcome="refused", decided_at=now(), due_on=None, legal_due_on=None)
    data = notice_data(case, reasons=[reason], **remedies(case))
    bases = [text for text in (basis.strip(), f"听证笔录 {rests_on}" if rests_on else "") if text] + none_left(case)
    if bases:
        data["basis"] = bases
    draw_up(kind="refusal", case_id=case.pk, office=case.office, data=data, by=by)
    record(CaseRefused(case_id=case.pk, item_code=case.item_id), by=by)
    return case


@action
def grant_at_once(*, case_id: UUID, by: Actor) -> Case:
    """即办: grant an accepted case whose item is decided at once when the answers are valid. Only the machine does this."""
    case = take_step(case_id=case_id, event="grant_at_once", revision=None, by=by)
    record_read(person_id=case.applicant_id, what="case", reason="即办件，由系统按规则自动办理", case_id=case.pk, by=by)
    return grant_now(case, "grant_at_once", "", by, way="instant")


@action
def grant_by_silence(*, case_id: UUID, by: Actor) -> Case:
    """逾期视为准予延续: the renewal was asked for in time and the certificate ended without a decision (art. 50)."""
    case = take_step(case_id=case_id, event="grant_by_silence", revision=None, by=by)
    reason = "延续申请逾期未作决定，视为准予延续，由系统制作结果"
    record_read(person_id=case.applicant_id, what="case", reason=reason, case_id=case.pk, by=by)
    end_stops(case)
    return grant_now(case, "grant_by_silence", "", by, way="silence")


def grant_now(case: Case, event: str, note: str, by: Actor, *, way: str = "decision") -> Case:
    """Grant a locked case whose step was checked: end the clock, start that of delivery, draw up decision and result.

    `way` says how the grant came about: by a decision, `instant`, by a `rule`, by `silence`.
    """
    keep_order(case, by)
    if note.strip():
        write_opinion(case, step="decide", text=note.strip(), verdict="grant", by=by)
    stop_clock(case)
    clock = start_delivery(case)
    move(case, event, outcome="granted", decided_at=now(), due_on=case.due_on, legal_due_on=case.legal_due_on)
    if case.about_certificate_id and case_content(case).processing.about == "cancellation":
        cancel_as_asked(certificate_id=case.about_certificate_id, by=by)
    hold_result(case, by, way) if awaits_payment(case) else make_result(case, by, way)
    promise_is_due(case)
    record(CaseGranted(case_id=case.pk, item_code=case.item_id, way=way, clock=clock), by=by)
    return case


@action
def close_case(*, case_id: UUID, by: Actor) -> Case:
    """Bring a decided case to its end once its result is sealed: issued, delivered as the applicant chose, closed (art. 44).

    What goes by courier or is picked up is delivered once that is signed for; the case waits until then. Where the item
    wants its fees first, nothing is handed out, and no result made, before they are settled.
    """
    case = Case.objects.select_for_update(of=("self",)).select_related("office", "item").get(pk=case_id)
    if case.state not in {"granted", "issued", "refused"} or not _is_sealed(case):
        return case
    if case.state == "granted" and awaits_payment(case):
        return case
    if case.state == "granted" and case.awaits_applicant:  # it has paid
        case = go_on(case_id=case_id, by=by)
    if case.state == "granted" and make_held_result(case, by):
        return case
    if case.state == "granted":
        take_step(case_id=case_id, event="issue", revision=None, by=by)
        move(case, "issue")
        record(CaseIssued(case_id=case_id), by=by)
    whose = {"person_id": case.applicant_id, "firm_id": case.firm_id, "office_code": case.office_id}
    if not hand_out(
        reference=case.number, **whose, until=case.legal_due_on, by=by
    ):  # a parcel on its way, or one that waits to be picked up
        return case
    take_step(case_id=case_id, event="deliver", revision=None, by=by)
    if case.awaits_applicant:
        end_wait(case)
    stop_clock(case)
    move(case, "deliver", due_on=None, legal_due_on=None)
    record(CaseDelivered(case_id=case_id), by=by)
    move(case, "close")
    record(CaseClosed(case_id=case_id, item_code=case.item_id, office_code=case.office_id), by=by)
    return case


def _is_sealed(case: Case) -> bool:
    """Whether everything that the decision promised carries its seal: decision document, and certificate where one results."""
    kinds = ["refusal"] if case.state == "refused" else ["grant", "letter"]
    documents = Document.objects.filter(case_id=case.pk, kind__in=kinds)
    if not documents or any(d.sealed_at is None for d in documents):
        return False
    certificate = of_case(case.pk)
    return certificate is None or certificate.signed_at is not None
