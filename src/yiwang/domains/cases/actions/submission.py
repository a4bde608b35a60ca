"""Hand a case in, supply what was asked for, take it back."""

import hashlib
import json
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils.translation import gettext as _

from yiwang.domains.cases.actions.drafting import Uploads, sealed
from yiwang.domains.cases.actions.steps import clock_row, move, notice_data, start_clock, stop_clock, take_step
from yiwang.domains.cases.events import CaseSubmitted, CaseWithdrawn, CorrectionSupplied
from yiwang.domains.cases.models import Case, CaseNumber, CasePaper, Draft, SubmitKey
from yiwang.domains.cases.policies import may_submit
from yiwang.domains.cases.procedure.clocks import acceptance_deadline
from yiwang.domains.cases.queries import answers_of, case_content, case_form, draft_answers
from yiwang.domains.catalogue.content import ItemContent
from yiwang.domains.catalogue.policies import is_for_firms_only
from yiwang.domains.catalogue.queries import Guide, content_of, form_of, guide
from yiwang.domains.certificates.queries import ids_held
from yiwang.domains.documents.actions import draw_up
from yiwang.domains.identity.models import Person
from yiwang.domains.identity.queries import firm_acted_for
from yiwang.domains.organisations.models import Office
from yiwang.domains.papers.actions import attach_paper, hand_in_papers
from yiwang.foundation.actions import InvalidInput, NotVisible, Refused, action, require
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import ZONE, now, today
from yiwang.foundation.clock.queries import calendar
from yiwang.foundation.codes import case_number
from yiwang.foundation.forms import Form
from yiwang.foundation.ids import uuid7
from yiwang.foundation.inserting import insert
from yiwang.foundation.journal.recording import database_uuid, record
from yiwang.foundation.numbers.guessing import unguessable
from yiwang.foundation.numbers.taking import take


@action
def submit_draft(*, draft_id: UUID, by: Actor) -> Case:
    """Hand a draft to the office that answers for it. A second time returns the same case."""
    require(may_submit(by))
    key = f"draft:{draft_id}"
    draft = Draft.objects.visible_to(by).select_for_update().filter(pk=draft_id).first()
    if draft is None:
        return _acknowledged(key, "", by)
    item = guide(draft.item_id)
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
    if SubmitKey.objects.filter(key=full_key).exists():
        return _acknowledged(full_key, digest, by), False
    item = guide(item_code)
    if item is None:
        raise NotVisible
    if not item.can_apply:
        raise Refused(_("这个事项现在不能在网上申请。"), code="not_open")
    return _hand_in(item, item.version_id, answers, key=full_key, body_hash=digest, by=by)


def _acknowledged(key: str, digest: str, by: Actor) -> Case:
    """Return the case that this key led to before."""
    row = SubmitKey.objects.filter(key=key).first()
    if row is not None and row.body_hash != digest:
        raise Refused(_("这个幂等键已经用过，但这次的内容和上次不同。"), code="other_body")
    case = Case.objects.visible_to(by).filter(pk=row.case_id).first() if row else None
    if case is None:
        raise NotVisible
    return case


_CLAIM = (
    "INSERT INTO cases_submitkey (key, case_id, body_hash, submitted_at) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING"
)


def _hand_in(
    item: Guide, version_id: UUID, answers: dict[str, Any], *, key: str, body_hash: str, by: Actor
) -> tuple[Case, bool]:
    content = content_of(version_id)
    assert content is not None
    _check_applicant(content, by)
    form = form_of(version_id, for_firm=by.on_behalf_of is not None)
    if problems := form.problems(answers):
        raise InvalidInput(_("有 {n} 处要改，才能提交。").format(n=len(problems)), code="invalid", errors=problems)
    case_id, at = uuid7(), now()
    with connection.cursor() as cursor:
        stamp = connection.ops.adapt_datetimefield_value(at)
        cursor.execute(_CLAIM, [key, database_uuid(case_id), body_hash, stamp])
        if cursor.rowcount == 0:
            return _acknowledged(key, body_hash, by), False
    case = _enter(item, version_id, form.prune(answers), case_id, by)
    handed = _hand_in_materials(case, content, form, answers, by)
    office = Office(code=item.office_code, name=item.office_name, number=item.office_number)
    _issue_receipt(case, content, handed, office, by)
    record(CaseSubmitted(case_id=case_id, item_code=item.code, office_code=item.office_code), by=by)
    return case, True


def _check_applicant(content: ItemContent, by: Actor) -> None:
    if is_for_firms_only(content) and by.on_behalf_of is None:
        raise Refused(_("这个事项由企业或单位申请。请先切换到你的企业，再开始。"), code="firm_needed")
    if content.audience == ["person"] and by.on_behalf_of is not None:
        raise Refused(_("这个事项由个人申请。请先切换回个人，再开始。"), code="person_needed")


def _enter(item: Guide, version_id: UUID, answers: dict[str, Any], case_id: UUID, by: Actor) -> Case:
    at, day = now(), today()
    firm = firm_acted_for(by)
    person = Person.objects.only("name").get(pk=by.known_id)
    head = case_number(item.code, item.office_code, day, 1)[:-4]
    number = case_number(item.code, item.office_code, day, take(f"case:{head}"))
    deadline = acceptance_deadline(day, calendar())
    case = Case(
        id=case_id,
        number=number,
        query_code=unguessable(8),
        item_id=item.code,
        version_id=version_id,
        office_id=item.office_code,
        applicant_id=by.known_id,
        firm_id=by.on_behalf_of,
        item_name=item.name,
        item_name_en=item.name_en,
        applicant_name=firm.name if firm else person.name,
        state=Case.State.SUBMITTED,
        answers_sealed=sealed(answers, f"cases_case:{case_id}:answers"),
        channel=by.channel,
        submitted_at=at,
        due_on=deadline.due_on,
        legal_due_on=deadline.legal_due_on,
    )
    insert(case, CaseNumber(number=number, case_id=case_id), clock_row(case, "acceptance", deadline))
    return case


def _hand_in_materials(
    case: Case, content: ItemContent, form: Form, answers: dict[str, Any], by: Actor
) -> list[CasePaper]:
    """Bind the uploads to the case, and note the certificates that the state holds already; return all of it."""
    at, rows = now(), []
    for field in form.visible_fields(answers):
        if field.widget == "upload":
            key = field.material or field.key
            rows += [
                CasePaper(case=case, material=key, paper_id=UUID(str(paper)), added_at=at)
                for paper in answers.get(field.key) or []
            ]
    if rows:
        hand_in_papers(paper_ids=[row.paper_id for row in rows if row.paper_id], case_id=case.pk, by=by)
    wanted = {m.certificate_type: m.key for m in content.materials or [] if m.certificate_type}
    rows += [
        CasePaper(case=case, material=wanted[code], certificate_id=found, added_at=at)
        for code, found in ids_held(by, wanted).items()
    ]
    insert(*rows)
    return rows


def _issue_receipt(case: Case, content: ItemContent, handed: list[CasePaper], office: Office, by: Actor) -> None:
    """收件凭证: what was received, and when; the seal follows within seconds."""
    names = {m.key: m.name.zh for m in content.materials or []}
    materials = [
        {"name": names.get(row.material, "其他材料"), "form": "电子证照" if row.certificate_id else "电子文件"}
        for row in handed
    ]
    received = now().astimezone(ZONE)
    data = notice_data(
        case,
        received_at=f"{received:%Y-%m-%d %H:%M}",
        materials=[{"name": "申请表", "form": "网上填写"}, *materials],
        query_code=case.query_code,
        answer_by=case.legal_due_on,
    )
    draw_up(kind="receipt", case_id=case.pk, office=office, data=data, by=by)


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
    fields = {
        p: f.material or f.key
        for f in form.visible_fields(answers)
        if f.widget == "upload"
        for p in answers.get(f.key) or []
    }
    CasePaper.objects.bulk_create(
        [CasePaper(case=case, material=fields[str(p)], paper_id=p, added_at=now()) for p in new]
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
    handed = list(CasePaper.objects.filter(case_id=case.pk).order_by("added_at", "id"))
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
