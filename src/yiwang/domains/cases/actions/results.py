"""What a grant leads to: a certificate, or a decision letter."""

from datetime import date
from typing import Any

from yiwang.domains.cases.actions.steps import notice_data
from yiwang.domains.cases.models import Case
from yiwang.domains.cases.queries import answers_of, case_content, case_form, hearing_record_number
from yiwang.domains.catalogue.content import ItemContent, Result
from yiwang.domains.certificates.actions import prepare_certificate
from yiwang.domains.certificates.models import Certificate
from yiwang.domains.documents.actions import draw_up
from yiwang.domains.identity.queries import id_number_of
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import ZONE, today
from yiwang.foundation.clock.workdays import add_months

SILENCE = "行政机关逾期未作决定，根据《中华人民共和国行政许可法》第五十条，视为准予延续。"


DEEMED = {"deemed": True, "title": "视为准予延续告知书", "title_en": "Notice: by law the renewal counts as granted"}


def make_result(case: Case, by: Actor, way: str) -> None:
    """Draw up what the applicant will hold: the certificate with its decision, or the letter."""
    content = case_content(case)
    result = result_of(content)
    if result and result.kind == "certificate" and result.certificate_type:
        _grant_certificate(case, content, result, by, way)
    else:
        grant_letter(case, result, by, way)


def result_of(content: ItemContent) -> Result | None:
    """Return what the applicant will hold: the first result that the item names."""
    return content.results[0] if content.results else None


def prepare_result(case: Case, content: ItemContent, result: Result, by: Actor) -> Certificate:
    """Prepare the certificate that a grant results in; its signature follows in a job."""
    assert result.certificate_type is not None
    fields = certificate_fields(case, content)
    old = _old_certificate(case, content)
    until = _valid_until(content, result, old)
    return prepare_certificate(
        type_code=result.certificate_type,
        person=None if case.firm_id else case.applicant,
        firm=case.firm,
        office=case.office,
        case_id=case.pk,
        fields=fields,
        valid_until=until,
        replaces_id=old.pk if old else None,
        by=by,
    )


def _grant_certificate(case: Case, content: ItemContent, result: Result, by: Actor, way: str) -> None:
    certificate = prepare_result(case, content, result, by)
    named = {"type": certificate.type.name, "number": certificate.number}
    grant_in_writing(case, by, way, certificate=named, deliver_by=case.legal_due_on or "")


def grant_in_writing(case: Case, by: Actor, way: str, **more: Any) -> None:
    """Draw up the decision to grant (art. 38), or say that the law granted it (art. 50); `more` is what it says beside."""
    granted = f"经审查，你的申请符合法定条件、标准，准予{case.item_name}。"
    rests_on = hearing_record_number(case)
    data = notice_data(
        case,
        **({"decision": SILENCE, **DEEMED} if way == "silence" else {"decision": granted}),
        **({"basis": [f"听证笔录 {rests_on}"]} if rests_on and way == "decision" else {}),
        **more,
    )
    draw_up(kind="grant", case_id=case.pk, office=case.office, data=data, by=by)


def _old_certificate(case: Case, content: ItemContent) -> Certificate | None:
    """The certificate that a renewal or a change puts another one in place of (art. 49, 50)."""
    if content.processing.about not in {"renewal", "change"} or case.about_certificate_id is None:
        return None
    return Certificate.objects.filter(pk=case.about_certificate_id, state__in=["valid", "suspended"]).first()


def _valid_until(content: ItemContent, result: Result, old: Certificate | None) -> date | None:
    """A change keeps the end of what it changes; a renewal counts from there; a first grant from today."""
    if old and content.processing.about == "change":
        return old.valid_until
    if not result.validity_months:
        return None
    since = max(old.valid_until, today()) if old and old.valid_until else today()
    return add_months(since, result.validity_months)


def grant_letter(case: Case, result: Result | None, by: Actor, way: str) -> None:
    """Draw up the decision letter, where that is what the applicant will hold."""
    asked = case.submitted_at.astimezone(ZONE)
    lines = [f"你于 {asked:%Y-%m-%d} 提出的“{case.item_name}”申请，经审查符合规定，现予以办理。"]
    if way == "silence":
        lines = [SILENCE]
    if (rests_on := hearing_record_number(case)) and way == "decision":
        lines.append(f"本决定根据听证笔录 {rests_on} 作出。")
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
