"""Decide, and bring the result to the applicant."""

from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from yiwang.domains.cases.actions.steps import REMEDIES, move, notice_data, stop_clock, take_step, write_opinion
from yiwang.domains.cases.events import CaseClosed, CaseDelivered, CaseGranted, CaseIssued, CaseLapsed, CaseRefused
from yiwang.domains.cases.models import Case
from yiwang.domains.cases.queries import answers_of, case_content, case_form, machine_misses, reviewer_ids
from yiwang.domains.catalogue.content import ItemContent, Result
from yiwang.domains.certificates.actions import prepare_certificate
from yiwang.domains.certificates.queries import of_case
from yiwang.domains.documents.actions import draw_up
from yiwang.domains.documents.models import Document
from yiwang.domains.identity.queries import id_number_of
from yiwang.foundation.actions import InvalidInput, Refused, action
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import ZONE, now, today
from yiwang.foundation.clock.workdays import add_months
from yiwang.foundation.journal.recording import record
from yiwang.foundation.reads.actions import record_read


@action
def decide_case(
    *, case_id: UUID, grant: bool, reason: str = "", basis: str = "", revision: int | None = None, by: Actor
) -> Case:
    """决定: grant or refuse in writing, by the head of the office (art. 37, 38). A refusal says why, and how to object."""
    event = "grant" if grant else "refuse"
    case = take_step(case_id=case_id, event=event, revision=revision, by=by)
    needed = 2 if case_content(case).processing.substance_check else 1
    if len(reviewer_ids(case)) < needed:
        raise Refused(
            _("这个事项要核实实质内容，须有两位同事的审查意见（行政许可法第三十四条）。"), code="reviewers_missing"
        )
    if grant:
        return _grant(case, event, reason, by)
    if not reason.strip():
        raise InvalidInput(_("写清楚为什么不予许可，申请人要看得懂。"), code="no_reason")
    write_opinion(case, step="decide", text=reason.strip(), verdict="refuse", by=by)
    stop_clock(case)
    move(case, event, outcome="refused", decided_at=now(), due_on=None, legal_due_on=None)
    data = notice_data(case, reasons=[reason.strip()], **REMEDIES)
    if basis.strip():
        data["basis"] = [basis.strip()]
    draw_up(kind="refusal", case_id=case.pk, office=case.office, data=data, by=by)
    record(CaseRefused(case_id=case.pk, item_code=case.item_id), by=by)
    return case


@action
def grant_at_once(*, case_id: UUID, by: Actor) -> Case:
    """即办: grant an accepted case whose item is decided at once when the answers are valid. Only the machine does this."""
    case = take_step(case_id=case_id, event="grant_at_once", revision=None, by=by)
    if not case_content(case).processing.instant:
        raise Refused(_("这个事项不是即办件。"), code="not_instant")
    if machine_misses(case):
        raise Refused(_("有条件要由工作人员核对，不能自动办理。"), code="not_met")
    record_read(person_id=case.applicant_id, what="case", reason="即办件，由系统按规则自动办理", case_id=case.pk, by=by)
    return _grant(case, "grant_at_once", "", by)


def _grant(case: Case, event: str, note: str, by: Actor) -> Case:
    if note.strip():
        write_opinion(case, step="decide", text=note.strip(), verdict="grant", by=by)
    content = case_content(case)
    result = result_of(content)
    stop_clock(case)
    move(case, event, outcome="granted", decided_at=now(), due_on=None, legal_due_on=None)
    if result and result.kind == "certificate" and result.certificate_type:
        _grant_certificate(case, content, result, by)
    else:
        _grant_letter(case, content, result, by)
    record(CaseGranted(case_id=case.pk, item_code=case.item_id), by=by)
    return case


def result_of(content: ItemContent) -> Result | None:
    """Return what the applicant will hold: the first result that the item names."""
    return content.results[0] if content.results else None


def _grant_certificate(case: Case, content: ItemContent, result: Result, by: Actor) -> None:
    assert result.certificate_type is not None
    fields = certificate_fields(case, content)
    until = None
    if result.validity_months:
        until = add_months(today(), result.validity_months)
    certificate = prepare_certificate(
        type_code=result.certificate_type,
        person=None if case.firm_id else case.applicant,
        firm=case.firm,
        office=case.office,
        case_id=case.pk,
        fields=fields,
        valid_until=until,
        by=by,
    )
    data = notice_data(
        case,
        decision=f"经审查，你的申请符合法定条件、标准，准予{case.item_name}。",
        certificate={"type": certificate.type.name, "number": certificate.number},
    )
    draw_up(kind="grant", case_id=case.pk, office=case.office, data=data, by=by)


def _grant_letter(case: Case, content: ItemContent, result: Result | None, by: Actor) -> None:
    asked = case.submitted_at.astimezone(ZONE)
    lines = [f"你于 {asked:%Y-%m-%d} 提出的“{case.item_name}”申请，经审查符合规定，现予以办理。"]
    for label, value in letter_lines(case):
        lines.append(f"{label}：{value}")
    data = notice_data(case, paragraphs=lines)
    if result:
        data["title"], data["title_en"] = result.name.zh, result.name.en
    draw_up(kind="letter", case_id=case.pk, office=case.office, data=data, by=by)


def letter_lines(case: Case) -> list[tuple[str, str]]:
    """Return what a decision letter repeats of the answers: short ones, without papers and ticks."""
    answers, form = answers_of(case), case_form(case)
    shown = []
    for field in form.visible_fields(answers):
        if field.widget in {"upload", "checkbox", "textarea", "citizen_id", "phone", "email"}:
            continue
        value = form.read(field, answers.get(field.key), "zh")
        if value:
            shown.append((field.label.zh, value))
    return shown[:8]


def certificate_fields(case: Case, content: ItemContent) -> dict[str, Any]:
    """Return certificate field → value, as the item's processing maps them (answers, applicant, firm)."""
    answers, form = answers_of(case), case_form(case)
    known: dict[str, Any] = {"applicant.name": case.applicant.name, "applicant.id_number": id_number_of(case.applicant)}
    if case.firm:
        known |= {
            "firm.name": case.firm.name,
            "firm.credit_code": case.firm.credit_code,
            "firm.legal_representative": case.firm.legal_representative,
            "firm.address": case.firm.address,
        }
    values: dict[str, Any] = {}
    for target, source in content.processing.certificate_fields.items():
        if source in known:
            values[target] = known[source]
        elif source in form.fields:
            values[target] = form.read(form.fields[source], answers.get(source), "zh")
        elif source.startswith("="):
            values[target] = source[1:]
    return {key: value for key, value in values.items() if value}


@action
def close_case(*, case_id: UUID, by: Actor) -> Case:
    """Bring a decided case to its end once its result is sealed: issued, delivered to the account, closed (art. 44)."""
    case = Case.objects.select_for_update(of=("self",)).select_related("office", "item").get(pk=case_id)
    if case.state not in {"granted", "refused"} or not _is_sealed(case):
        return case
    if case.state == "granted":
        take_step(case_id=case_id, event="issue", revision=None, by=by)
        move(case, "issue")
        record(CaseIssued(case_id=case_id), by=by)
    take_step(case_id=case_id, event="deliver", revision=None, by=by)
    move(case, "deliver")
    record(CaseDelivered(case_id=case_id), by=by)
    move(case, "close")
    record(CaseClosed(case_id=case_id, item_code=case.item_id, office_code=case.office_id), by=by)
    return case


def _is_sealed(case: Case) -> bool:
    """Whether everything that the decision promised carries its seal: decision document, and certificate where one results."""
    kinds = ["grant", "letter"] if case.state == "granted" else ["refusal"]
    documents = Document.objects.filter(case_id=case.pk, kind__in=kinds)
    if not documents or any(d.sealed_at is None for d in documents):
        return False
    certificate = of_case(case.pk)
    return certificate is None or certificate.signed_at is not None


@action
def lapse_case(*, case_id: UUID, by: Actor) -> Case:
    """End a case whose correction was not supplied by its date; this is not a refusal (补交不来办结)."""
    case = take_step(case_id=case_id, event="lapse", revision=None, by=by)
    if case.correction.due_on >= today():
        raise Refused("补正的期限还没有到。", code="not_due")
    stop_clock(case)
    move(case, "lapse", outcome="lapsed", due_on=None, legal_due_on=None)
    record(CaseLapsed(case_id=case.pk), by=by)
    return case
