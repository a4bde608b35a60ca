"""Hand a case in."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from yiwang.domains.cases.actions.entering import Desired, case_row, claim_key, desired, key_used
from yiwang.domains.cases.actions.steps import clock_values, notice_data
from yiwang.domains.cases.actions.wishes import PLAIN, Wishes, check_wishes, excused, wish_rows, wishes_of
from yiwang.domains.cases.events import CaseSubmitted
from yiwang.domains.cases.models import Case, CaseClock, CaseNumber, CasePaper, Draft
from yiwang.domains.cases.policies import may_submit
from yiwang.domains.cases.procedure.clocks import acceptance_deadline
from yiwang.domains.cases.queries import draft_answers
from yiwang.domains.cases.queries.bars import barred_until
from yiwang.domains.catalogue.content import ItemContent
from yiwang.domains.catalogue.policies import is_for_firms_only
from yiwang.domains.catalogue.queries import content_of, form_of
from yiwang.domains.certificates.queries import ids_held
from yiwang.domains.deliveries.actions import order_delivery
from yiwang.domains.documents.actions import draw_up
from yiwang.domains.documents.models import Document
from yiwang.domains.organisations.models import Office
from yiwang.domains.papers.actions import hand_in_papers
from yiwang.foundation.actions import InvalidInput, NotVisible, Refused, action, require
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import ZONE, now, today
from yiwang.foundation.clock.queries import calendar
from yiwang.foundation.forms import Form
from yiwang.foundation.ids import uuid7
from yiwang.foundation.inserting import insert, row, together
from yiwang.foundation.journal.recording import record


@action
def submit_draft(
    *,
    draft_id: UUID,
    deferred: Sequence[str] = (),
    promise: bool = False,
    about_certificate_id: UUID | None = None,
    delivery: Mapping[str, Any] | None = None,
    by: Actor,
) -> Case:
    """Hand a draft to the office that answers for it. A second time returns the same case.

    `deferred` are materials that are to follow (容缺), `promise` says that the item's promise is signed (告知承诺),
    `delivery` (way, address_id, hall) how the result is to come; left out, it comes into the account.
    """
    require(may_submit(by))
    key = f"draft:{draft_id}"
    draft = Draft.objects.visible_to(by).select_for_update().filter(pk=draft_id).first()
    if draft is None:
        return _acknowledged(key, "", by)
    item, _used = desired(draft.item_id, key, by)
    if item is None or not item.can_apply:
        raise Refused(_("这个事项现在不能在网上申请。你填的内容还在草稿里。"), code="not_open")
    answers = draft_answers(draft)
    wishes = wishes_of(deferred, promise, about_certificate_id)
    case, _new = _hand_in(item, draft.version_id, answers, key=key, body_hash="", wishes=wishes, by=by)
    draft.delete()
    if delivery:
        whose = {"person_id": by.known_id, "office_code": case.office_id, "direction": "out"}
        order_delivery(reference=case.number, **whose, **delivery, by=by)
    return case


@action
def submit_case(
    *,
    item_code: str,
    answers: dict[str, Any],
    key: str,
    about_certificate_id: UUID | None = None,
    deferred: Sequence[str] = (),
    promise: bool = False,
    by: Actor,
) -> tuple[Case, bool]:
    """Hand in an application in one go (API). Returns the case and whether it is new.

    `deferred` are materials that are to follow (容缺), `promise` says that the item's promise is signed (告知承诺),
    `about_certificate_id` is what is to be renewed, changed or cancelled; left out, it is the one that fits.
    The same key with the same answers returns the first case; with other answers it is refused (`other_body`).

    Raises:
        InvalidInput: with the problems of each field; nothing was written and the key is not used up.
    """
    require(may_submit(by))
    wishes = wishes_of(deferred, promise, about_certificate_id)
    whole = [item_code, answers, str(by.on_behalf_of or ""), *wishes.words()]
    body = json.dumps(whole, sort_keys=True, ensure_ascii=False)
    digest = hashlib.sha256(body.encode("utf-8", "surrogatepass")).hexdigest()
    full_key = f"{by.id}:{key}"
    item, used = desired(item_code, full_key, by)
    if used is not None:
        return _acknowledged(full_key, digest, by), False
    if item is None:
        raise NotVisible
    if not item.can_apply:
        raise Refused(_("这个事项现在不能在网上申请。"), code="not_open")
    return _hand_in(item, item.version_id, answers, key=full_key, body_hash=digest, wishes=wishes, by=by)


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
    item: Desired,
    version_id: UUID,
    answers: dict[str, Any],
    *,
    key: str,
    body_hash: str,
    wishes: Wishes = PLAIN,
    joint_reference: str = "",
    by: Actor,
) -> tuple[Case, bool]:
    content = content_of(version_id)
    assert content is not None
    if content.bundle is not None:  # 一件事: its parts are cases, it is none
        raise Refused(_("这是一件事，请从它的办事指南进去，一张表一起申请。"), code="is_bundle")
    _check_applicant(item.code, content, by)
    form = form_of(version_id, for_firm=by.on_behalf_of is not None)
    about = check_wishes(wishes, content, by) if wishes is not PLAIN or content.processing.about else None
    problems = form.problems(answers)
    if problems and (problems := excused(form, problems, wishes, content)):
        raise InvalidInput(_("有 {n} 处要改，才能提交。").format(n=len(problems)), code="invalid", errors=problems)
    case_id = uuid7()
    if not claim_key(key, case_id, body_hash):
        return _acknowledged(key, body_hash, by), False
    deadline = acceptance_deadline(today(), calendar())
    with together():
        case = case_row(item, version_id, form.prune(answers), case_id, deadline, by)
        clock = row(CaseClock, **clock_values(case, "acceptance", deadline))
        case.about_certificate_id = about
        case.joint_reference = joint_reference
        insert(case, row(CaseNumber, number=case.number, case_id=case_id), clock)
        if wishes is not PLAIN:
            insert(*wish_rows(case_id, wishes, content, by))
        handed = _hand_in_materials(case, content, form, answers, by)
        case.receipt_number = issue_receipt(case, content, handed, item.office, by).number
        record(CaseSubmitted(case_id=case_id, item_code=item.code, office_code=item.office.code), by=by)
    return case, True


def _check_applicant(item_code: str, content: ItemContent, by: Actor) -> None:
    if is_for_firms_only(content) and by.on_behalf_of is None:
        raise Refused(_("这个事项由企业或单位申请。请先切换到你的企业，再开始。"), code="firm_needed")
    if content.audience == ["person"] and by.on_behalf_of is not None:
        raise Refused(_("这个事项由个人申请。请先切换回个人，再开始。"), code="person_needed")
    if barred := barred_until(item_code, content, by):
        raise Refused(
            _(
                "因为以前的申请有隐瞒、虚假或者欺骗，{day} 以前不能再申请这个事项（行政许可法第七十八、七十九条）。"
            ).format(day=barred.isoformat()),
            code="barred",
        )


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


def issue_receipt(
    case: Case, content: ItemContent, handed: list[tuple[str, bool]], office: Office, by: Actor
) -> Document:
    """收件凭证: what was received, and when; the seal follows within seconds."""
    names = {m.key: m.name.zh for m in content.materials or []}
    typed, file = ("窗口填写", "窗口扫描件") if by.clerk else ("网上填写", "电子文件")
    materials = [
        {"name": names.get(key, "其他材料"), "form": "电子证照" if is_certificate else file}
        for key, is_certificate in handed
    ]
    received = now().astimezone(ZONE)
    data = notice_data(
        case,
        received_at=f"{received:%Y-%m-%d %H:%M}",
        materials=[{"name": "申请表", "form": typed}, *materials],
        query_code=case.query_code,
        answer_by=case.legal_due_on,
    )
    return draw_up(kind="receipt", case_id=case.pk, office=office, data=data, by=by)
