"""容缺受理 and 告知承诺: what may follow later, and what may rest on a promise that is verified afterwards."""

import datetime as dt
from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from yiwang.domains.cases.actions.acceptance import begin_decision
from yiwang.domains.cases.actions.steps import move, notice_data, sealed_texts, take_step, written
from yiwang.domains.cases.events import CaseAcceptedDeferred, CaseAcceptedOnPromise, DeferredSupplied, PromiseVerified
from yiwang.domains.cases.models import Case, CasePaper, Deferral, Promise
from yiwang.domains.cases.policies import may_verify_promise
from yiwang.domains.cases.queries import case_content, deferrable, material_names
from yiwang.domains.certificates.actions import withdraw_certificate
from yiwang.domains.certificates.queries import of_case
from yiwang.domains.documents.actions import draw_up
from yiwang.domains.papers.actions import attach_paper, hand_in_papers
from yiwang.domains.papers.queries import StoredFile
from yiwang.foundation.actions import InvalidInput, NotVisible, Refused, action, require
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import ZONE, now, today
from yiwang.foundation.clock.queries import calendar
from yiwang.foundation.journal.recording import record

CONSEQUENCE = "逾期不补齐，或者补齐的材料不符合要求的，终止办理，由此造成的损失由申请人自行承担。"
VERIFY = "决定作出后，本机关会核查承诺是否属实。不属实的，依法终止办理、责令限期整改或者撤销决定，并记入信用记录。"


@action
def accept_deferred(*, case_id: UUID, materials: list[str], days: int, revision: int | None = None, by: Actor) -> Case:
    """容缺受理: accept although secondary materials follow, by a date that is not after the promised end.

    `materials` are keys that the applicant asked to hand in later and that the item lets follow (`deferrable`); all
    that are missing have to be among them. The result waits for them (guard of the grant); without them the case is
    terminated, which is not a refusal.

    Raises:
        InvalidInput: for materials that may not follow, or for a date after the promised end.
    """
    case = take_step(case_id=case_id, event="accept_deferred", revision=revision, by=by)
    content = case_content(case)
    open_ = {one.material: one for one in Deferral.objects.filter(case_id=case.pk, supplied_at__isnull=True)}
    if set(materials) != set(open_) or not set(materials) <= {one.key for one in deferrable(content)}:
        raise InvalidInput(_("容缺的材料要和申请人申请的一样，并且在这个事项的容缺范围内。"), code="not_deferrable")
    if days < 1:
        raise InvalidInput(_("给申请人至少一个工作日。"), code="days_out_of_range")
    supply_by = calendar().add_workdays(today(), days)
    deadline, data = begin_decision(case, "accept_deferred", by)
    if deadline.due_on and supply_by > deadline.due_on:
        raise InvalidInput(_("补齐的期限不能晚于承诺办结的日期。"), code="later_than_promised")
    Deferral.objects.filter(case_id=case.pk, supplied_at__isnull=True).update(due_on=supply_by)
    data |= {
        "materials": [{"name": name} for name in material_names(content, materials)],
        "supply_by": supply_by.isoformat(),
        "consequence": CONSEQUENCE,
    }
    draw_up(kind="deferred_acceptance", case_id=case.pk, office=case.office, data=data, by=by)
    record(CaseAcceptedDeferred(case_id=case.pk, count=len(open_)), by=by)
    return case


@action
def supply_deferred(
    *,
    case_id: UUID,
    papers: Sequence[tuple[str, UUID]] = (),
    uploads: Sequence[tuple[str, StoredFile, str]] = (),
    by: Actor,
) -> Case:
    """Hand in materials that were to follow: papers of one's own, or files that lie in the store, each for a material.

    Raises:
        InvalidInput: where nothing is handed in, or something that is not awaited.
    """
    given = [(material, attach_paper(stored=stored, name=name, by=by).pk) for material, stored, name in uploads]
    case = take_step(case_id=case_id, event="supply_deferred", revision=None, by=by)
    given += papers
    waiting = Deferral.objects.select_for_update().filter(
        case_id=case.pk, supplied_at__isnull=True, due_on__isnull=False
    )
    open_ = {one.material: one for one in waiting}
    if not given or any(material not in open_ for material, _paper in given):
        raise InvalidInput(_("选一份还没有补的材料，并上传文件。"), code="not_awaited")
    hand_in_papers(paper_ids=[paper for _material, paper in given], case_id=case.pk, by=by)
    at = now()
    CasePaper.objects.bulk_create(
        [CasePaper(case=case, material=material, paper_id=paper, added_at=at) for material, paper in given]
    )
    supplied = {material for material, _paper in given}
    Deferral.objects.filter(pk__in=[open_[material].pk for material in supplied]).update(supplied_at=at)
    state = move(case, "supply_deferred")
    _confirm(case, sorted(supplied), at, by)
    record(DeferredSupplied(case_id=case.pk, count=len(supplied), left=len(open_) - len(supplied), state=state), by=by)
    return case


def _confirm(case: Case, supplied: list[str], at: dt.datetime, by: Actor) -> None:
    names = material_names(case_content(case), supplied)
    data = notice_data(
        case,
        received_at=f"{at.astimezone(ZONE):%Y-%m-%d %H:%M}",
        materials=[{"name": name, "form": "电子文件"} for name in names],
        query_code=case.query_code,
    )
    draw_up(kind="receipt", case_id=case.pk, office=case.office, data=data, by=by)


@action
def accept_promised(*, case_id: UUID, revision: int | None = None, by: Actor) -> Case:
    """告知承诺: accept on the promise that the applicant signed; it is verified after the decision (国办发〔2020〕42号)."""
    case = take_step(case_id=case_id, event="accept_promised", revision=revision, by=by)
    terms = case_content(case).processing.promise
    assert terms is not None
    _deadline, data = begin_decision(case, "accept_promised", by)
    promised = [terms.text.zh, *([terms.consequences.zh] if terms.consequences else [])]
    data |= {"text_version": case.promise.text_version, "promise": promised, "verify": VERIFY}
    draw_up(kind="promised_acceptance", case_id=case.pk, office=case.office, data=data, by=by)
    record(CaseAcceptedOnPromise(case_id=case.pk), by=by)
    return case


def promise_is_due(case: Case) -> None:
    """Set until when a promise has to be verified, once the case is decided."""
    terms = case_content(case).processing.promise
    if terms is not None:
        due_on = calendar().add_workdays(today(), terms.verify_days)
        Promise.objects.filter(case_id=case.pk, verify_due_on__isnull=True).update(verify_due_on=due_on)


@action
def verify_promise(*, case_id: UUID, result: str, note: str, mend_by: dt.date | None = None, by: Actor) -> Case:
    """核查承诺: write down whether what was promised is true, after the grant, also when the case is closed.

    `mend` gives a date until which it has to be put right, and is verified again. `false` revokes the certificate (only
    by the head) and bars whoever promised from both simplified ways until it is repaired.

    Raises:
        NotVisible: where the case is not theirs to see.
        Refused: where there is no promise to verify, or it was verified before.
        InvalidInput: without a result, a note, or a date to mend by.
    """
    case = Case.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=case_id).first()
    if case is None:
        raise NotVisible
    require(may_verify_promise(by, case))
    promise = Promise.objects.select_for_update().filter(case_id=case.pk).first()
    if promise is None or case.outcome != "granted":
        raise Refused(_("这一件没有要核查的承诺。"), code="no_promise")
    if promise.result in {Promise.Result.TRUE, Promise.Result.FALSE}:
        raise Refused(_("这一件的承诺已经核查过。"), code="verified_already")
    if result not in Promise.Result.values:
        raise InvalidInput(_("选一个核查结果。"), code="no_result")
    if result == Promise.Result.MEND and (mend_by is None or mend_by <= today()):
        raise InvalidInput(_("写明整改到哪一天。"), code="no_date")
    note = written(note, _("写下核查了什么、结果怎样。"), "no_note")
    if result == Promise.Result.FALSE:
        require(by.has_role("head"))
        certificate = of_case(case.pk)
        if certificate is not None and certificate.state in {"valid", "suspended"}:
            withdraw_certificate(certificate_id=certificate.pk, state="revoked", ground="fraud", by=by)
    promise.result, promise.verified_at = result, now()
    promise.mend_by = mend_by if result == Promise.Result.MEND else None
    promise.note_sealed = sealed_texts("cases_promise", case.pk, note=note)["note_sealed"]
    promise.save(update_fields=["result", "verified_at", "mend_by", "note_sealed"])
    record(PromiseVerified(case_id=case.pk, result=result), by=by)
    return case
