"""Hand a case in, supply what was asked for, take it back."""

import hashlib
import json
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from yiwang.domains.cases.actions.drafting import Uploads, sealed
from yiwang.domains.cases.actions.entering import Desired, case_row, claim_key, desired, key_used
from yiwang.domains.cases.actions.steps import clock_values, move, notice_data, start_clock, stop_clock, take_step
from yiwang.domains.cases.events import CaseSubmitted, CaseWithdrawn, CorrectionSupplied
from yiwang.domains.cases.models import Case, CaseClock, CaseNumber, CasePaper, Draft
from yiwang.domains.cases.policies import may_submit
from yiwang.domains.cases.procedure.clocks import acceptance_deadline
from yiwang.domains.cases.queries import answers_of, case_content, case_form, draft_answers
from yiwang.domains.catalogue.content import ItemContent
from yiwang.domains.catalogue.policies import is_for_firms_only
from yiwang.domains.catalogue.queries import content_of, form_of
from yiwang.domains.certificates.queries import ids_held
from yiwang.domains.documents.actions import draw_up
from yiwang.domains.documents.models import Document
from yiwang.domains.organisations.models import Office
from yiwang.domains.papers.actions import attach_paper, hand_in_papers
from yiwang.foundation.actions import InvalidInput, NotVisible, Refused, action, require
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import ZONE, now, today
from yiwang.foundation.clock.queries import calendar
from yiwang.foundation.forms import Form
from yiwang.foundation.ids import uuid7
from yiwang.foundation.inserting import insert, row, together
from yiwang.foundation.journal.recording import record


@action
def submit_draft(*, draft_id: UUID, by: Actor) -> Case:
    """Hand a draft to the office that answers for it. A second time returns the same case."""
    require(may_submit(by))
    key = f"draft:{draft_id}"
    draft = Draft.objects.visible_to(by).select_for_update().filter(pk=draft_id).first()
    if draft is None:
        return _acknowledged(key, "", by)
    item, _used = desired(draft.item_id, key, by)
    if item is None or not item.can_apply:
        raise Refused(_("这个事项现在不能在网上申请。你填的内容还在草稿里。"), code="not_open")
    answers = draft_answers(draft)
    case, _new = _hand_in(item, draft.version_id, answers, key=key, body_hash="", by=by)
    draft.delete()
    return case


@action
def submit_case(*, item_code: str, answers: dict[str, Any], key: str, by: Actor) -> tuple[Case, bool]:
    """Hand in an application in one go (API). Returns the case and whether it is new.

    The same key with the same answers returns the first case; with other answers it is refused (`other_body`).

    Raises:
        InvalidInput: with the problems of each field; nothing was written and the key is not used up.
    """
    require(may_submit(by))
    body = json.dumps([item_code, answers, str(by.on_behalf_of or "")], sort_keys=True, ensure_ascii=False)
    digest = hashlib.sha256(body.encode("utf-8", "surrogatepass")).hexdigest()
    full_key = f"{by.id}:{key}"
    item, used = desired(item_code, full_key, by)
    if used is not None:
        return _acknowledged(full_key, digest, by), False
    if item is None:
        raise NotVisible
    if not item.can_apply:
        raise Refused(_("这个事项现在不能在网上申请。"), code="not_open")
    return _hand_in(item, item.version_id, answers, key=full_key, body_hash=digest, by=by)


def _acknowledged(key: str, digest: str, by: Actor) -> Case:
    """Return the case that this key led to before."""
    used = key_used(key)
    if used is not None and used[1] != digest:
        raise Refused(_("这个幂等键已经用过，但这次的内容和上次不同。"), code="other_body")
    case = Case.objects.visible_to(by).filter(pk=used[0]).first() if used else None
    if case is None:
        raise NotVisible
    return case


def _hand_in(
    item: Desired, version_id: UUID, answers: dict[str, Any], *, key: str, body_hash: str, by: Actor
) -> tuple[Case, bool]:
    content = content_of(version_id)
    assert content is not None
    _check_applicant(content, by)
    form = form_of(version_id, for_firm=by.on_behalf_of is not None)
    if problems := form.problems(answers):
        raise InvalidInput(_("有 {n} 处要改，才能提交。").format(n=len(problems)), code="invalid", errors=problems)
    case_id = uuid7()
    if not claim_key(key, case_id, body_hash):
        return _acknowledged(key, body_hash, by), False
    deadline = acceptance_deadline(today(), calendar())
    with together():
        case = case_row(item, version_id, form.prune(answers), case_id, deadline, by)
        clock = row(CaseClock, **clock_values(case, "acceptance", deadline))
        insert(case, row(CaseNumber, number=case.number, case_id=case_id), clock)
        handed = _hand_in_materials(case, content, form, answers, by)
        case.receipt_number = _issue_receipt(case, content, handed, item.office, by).number
        record(CaseSubmitted(case_id=case_id, item_code=item.code, office_code=item.office.code), by=by)
    return case, True


def _check_applicant(content: ItemContent, by: Actor) -> None:
    if is_for_firms_only(content) and by.on_behalf_of is None:
        raise Refused(_("这个事项由企业或单位申请。请先切换到你的企业，再开始。"), code="firm_needed")
    if content.audience == ["person"] and by.on_behalf_of is not None:
        raise Refused(_("这个事项由个人申请。请先切换回个人，再开始。"), code="person_needed")


def _hand_in_materials(
    case: Case, content: ItemContent, form: Form, answers: dict[str, Any], by: Actor
) -> list[tuple[str, bool]]:
    """Bind the uploads to the case, and note the certificates that the state holds already.

    Returns the key of each material, and whether it is a certificate.
    """
    papers = [(field.material or field.top, UUID(paper)) for paper, field in form.papers(answers).items()]
    if papers:
        hand_in_papers(paper_ids=[paper for _, paper in papers], case_id=case.pk, by=by)
    wanted = {m.certificate_type: m.key for m in content.materials or [] if m.certificate_type}
    held = [(wanted[code], found) for code, found in ids_held(by, wanted).items()]
    case_id, at = case.pk, now()
    insert(
        *(row(CasePaper, case_id=case_id, material=key, paper_id=paper, added_at=at) for key, paper in papers),
        *(row(CasePaper, case_id=case_id, material=key, certificate_id=found, added_at=at) for key, found in held),
    )
    return [(key, False) for key, _ in papers] + [(key, True) for key, _ in held]


def _issue_receipt(
    case: Case, content: ItemContent, handed: list[tuple[str, bool]], office: Office, by: Actor
) -> Document:
    """收件凭证: what was received, and when; the seal follows within seconds."""
    names = {m.key: m.name.zh for m in content.materials or []}
    materials = [
        {"name": names.get(key, "其他材料"), "form": "电子证照" if is_certificate else "电子文件"}
        for key, is_certificate in handed
    ]
    received = now().astimezone(ZONE)
    data = notice_data(
        case,
        received_at=f"{received:%Y-%m-%d %H:%M}",
        materials=[{"name": "申请表", "form": "网上填写"}, *materials],
        query_code=case.query_code,
        answer_by=case.legal_due_on,
    )
    return draw_up(kind="receipt", case_id=case.pk, office=office, data=data, by=by)


@action
def supply_correction(*, case_id: UUID, answers: dict[str, Any], uploads: Uploads = (), by: Actor) -> Case:
    """Supply what was asked for; the office has five working days again to accept (art. 32 (5)).

    `uploads` are files that came with the last page, stored already, with their names.
    """
    for stored, name in uploads:
        attach_paper(stored=stored, name=name, by=by)
    case = take_step(case_id=case_id, event="supply_correction", revision=None, by=by)
    form = case_form(case)
    if problems := form.problems(answers):
        raise InvalidInput(_("有 {n} 处要改，才能提交。").format(n=len(problems)), code="invalid", errors=problems)
    before = answers_of(case)
    correction = case.correction
    correction.answers_before_sealed = sealed(before, f"cases_correction:{case.pk}:answers_before")
    correction.supplied_at = now()
    correction.save(update_fields=["answers_before_sealed", "supplied_at"])
    known = set(CasePaper.objects.filter(case_id=case.pk, paper_id__isnull=False).values_list("paper_id", flat=True))
    new = [UUID(p) for p in form.paper_ids(answers) if UUID(p) not in known]
    hand_in_papers(paper_ids=new, case_id=case.pk, by=by)
    materials = {paper: field.material or field.top for paper, field in form.papers(answers).items()}
    CasePaper.objects.bulk_create(
        [CasePaper(case=case, material=materials[str(p)], paper_id=p, added_at=now()) for p in new]
    )
    stop_clock(case)
    start_clock(case, "acceptance", acceptance_deadline(today(), calendar()))
    move(
        case,
        "supply_correction",
        answers_sealed=sealed(form.prune(answers), f"cases_case:{case.pk}:answers"),
        due_on=case.due_on,
        legal_due_on=case.legal_due_on,
    )
    rows = CasePaper.objects.filter(case_id=case.pk).order_by("added_at", "id")
    handed = [(key, found is not None) for key, found in rows.values_list("material", "certificate_id")]
    _issue_receipt(case, case_content(case), handed, case.office, by)
    record(CorrectionSupplied(case_id=case.pk), by=by)
    return case


@action
def withdraw_case(*, case_id: UUID, revision: int | None = None, by: Actor) -> Case:
    """Take a case back before the decision; it ends here, without any disadvantage."""
    case = take_step(case_id=case_id, event="withdraw", revision=revision, by=by)
    stop_clock(case)
    move(case, "withdraw", outcome="withdrawn", due_on=None, legal_due_on=None)
    draw_up(kind="withdrawal", case_id=case.pk, office=case.office, data=notice_data(case, withdrawn_on=today()), by=by)
    record(CaseWithdrawn(case_id=case.pk), by=by)
    return case
