"""Supply what was asked for, or take a case back."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from yiwang.domains.cases.actions.drafting import Uploads, sealed
from yiwang.domains.cases.actions.ending import end_stops
from yiwang.domains.cases.actions.steps import (
    move,
    notice_data,
    sealed_texts,
    start_clock,
    stop_clock,
    take_step,
)
from yiwang.domains.cases.actions.submission import issue_receipt
from yiwang.domains.cases.actions.wishes import Wishes, excused
from yiwang.domains.cases.events import CaseWithdrawn, CorrectionSupplied, MoreSupplied
from yiwang.domains.cases.models import Case, CasePaper, Deferral, Promise
from yiwang.domains.cases.procedure.clocks import acceptance_deadline
from yiwang.domains.cases.queries import answers_of, case_content, case_form, more_items
from yiwang.domains.cases.queries.supplements import MORE, more_closed, more_loose, more_missing
from yiwang.domains.documents.actions import draw_up
from yiwang.domains.papers.actions import attach_paper, hand_in_papers
from yiwang.foundation.actions import InvalidInput, action
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import now, today
from yiwang.foundation.clock.queries import calendar
from yiwang.foundation.forms import Form
from yiwang.foundation.journal.recording import record


@action
def supply_correction(*, case_id: UUID, answers: dict[str, Any], uploads: Uploads = (), by: Actor) -> Case:
    """Supply what was asked for; the office has five working days again to accept (art. 32 (5)).

    `uploads` are files that came with the last page, stored already, with their names.
    """
    for stored, name in uploads:
        attach_paper(stored=stored, name=name, by=by)
    case = take_step(case_id=case_id, event="supply_correction", revision=None, by=by)
    before, form = answers_of(case), case_form(case)
    _check(case, form, answers)
    correction = case.correction
    correction.answers_before_sealed = sealed(before, f"cases_correction:{case.pk}:answers_before")
    correction.supplied_at = now()
    correction.save(update_fields=["answers_before_sealed", "supplied_at"])
    _enter_papers(case, form, answers, by)
    stop_clock(case)
    start_clock(case, "acceptance", acceptance_deadline(today(), calendar()))
    move(
        case,
        "supply_correction",
        answers_sealed=sealed(form.prune(answers), f"cases_case:{case.pk}:answers"),
        due_on=case.due_on,
        legal_due_on=case.legal_due_on,
    )
    _confirm(case, by)
    record(CorrectionSupplied(case_id=case.pk), by=by)
    return case


def _check(case: Case, form: Form, answers: dict[str, Any]) -> None:
    """Raise InvalidInput unless the answers hold; what may follow later, or rests on a promise, may still be missing."""
    deferred = Deferral.objects.filter(case_id=case.pk, supplied_at__isnull=True).values_list("material", flat=True)
    wishes = Wishes(tuple(deferred), Promise.objects.filter(case_id=case.pk).exists())
    if problems := excused(form, form.problems(answers), wishes, case_content(case)):
        raise InvalidInput(_("有 {n} 处要改，才能提交。").format(n=len(problems)), code="invalid", errors=problems)


def _enter_papers(case: Case, form: Form, answers: dict[str, Any], by: Actor) -> None:
    known = set(CasePaper.objects.filter(case_id=case.pk, paper_id__isnull=False).values_list("paper_id", flat=True))
    new = [UUID(p) for p in form.paper_ids(answers) if UUID(p) not in known]
    hand_in_papers(paper_ids=new, case_id=case.pk, by=by)
    materials = {paper: field.material or field.top for paper, field in form.papers(answers).items()}
    CasePaper.objects.bulk_create(
        [CasePaper(case=case, material=materials[str(p)], paper_id=p, added_at=now()) for p in new]
    )
    supplied = {materials[str(p)] for p in new}
    Deferral.objects.filter(case_id=case.pk, material__in=supplied, supplied_at__isnull=True).update(supplied_at=now())


def _confirm(case: Case, by: Actor) -> None:
    rows = CasePaper.objects.filter(case_id=case.pk).order_by("added_at", "id")
    handed = [(key, found is not None) for key, found in rows.values_list("material", "certificate_id")]
    issue_receipt(case, case_content(case), handed, case.office, by)


@action
def supply_more(
    *,
    case_id: UUID,
    answers: dict[str, Any],
    papers: Sequence[tuple[int, UUID]] = (),
    note: str = "",
    uploads: Uploads = (),
    by: Actor,
) -> Case:
    """Supply what was asked for after acceptance, on its legal basis; the decision clock has gone on all the while.

    Only the questions that were asked about may be answered anew. `papers` are those for things that no question of the
    form stands for: the number of the thing, from 1, and the paper. `note` says what the applicant does not have, and why.

    Raises:
        InvalidInput: where something else is changed (`not_asked_for`), or something that was asked for has not come and
            nothing is said of it (`still_missing`).
    """
    for stored, name in uploads:
        attach_paper(stored=stored, name=name, by=by)
    case = take_step(case_id=case_id, event="supply_more", revision=None, by=by)
    form, before = case_form(case), answers_of(case)
    _check(case, form, answers)
    request, items = case.more_request, more_items(case)
    if more_closed(form, items, before, answers):
        raise InvalidInput(_("只能改这次要求补充的，别的不能改。"), code="not_asked_for")
    loose = {number for number, _field in more_loose(form, items, before)}
    if not loose.issuperset(number for number, _paper in papers):
        raise InvalidInput(_("有一份材料不是这次要求补充的。"), code="not_asked_for")
    missing = more_missing(form, items, before, answers, {number for number, _paper in papers})
    if missing and not note.strip():
        raise InvalidInput(
            _("还有 {n} 样没有交。没有的，写明哪一样没有、为什么。").format(n=len(missing)), code="still_missing"
        )
    request.answers_before_sealed = sealed(before, f"cases_morerequest:{case.pk}:answers_before")
    if note.strip():
        request.note_sealed = sealed_texts("cases_morerequest", case.pk, note=note.strip()[:2000])["note_sealed"]
    request.supplied_at = now()
    request.save(update_fields=["answers_before_sealed", "note_sealed", "supplied_at"])
    _enter_papers(case, form, answers, by)
    hand_in_papers(paper_ids=[paper for _number, paper in papers], case_id=case.pk, by=by)
    CasePaper.objects.bulk_create(
        [CasePaper(case=case, material=f"{MORE}{number}", paper_id=paper, added_at=now()) for number, paper in papers]
    )
    state = move(case, "supply_more", answers_sealed=sealed(form.prune(answers), f"cases_case:{case.pk}:answers"))
    _confirm(case, by)
    record(MoreSupplied(case_id=case.pk, state=state), by=by)
    return case


@action
def withdraw_case(*, case_id: UUID, revision: int | None = None, by: Actor) -> Case:
    """Take a case back before the decision; it ends here, without any disadvantage."""
    case = take_step(case_id=case_id, event="withdraw", revision=revision, by=by)
    stop_clock(case)
    end_stops(case)
    move(case, "withdraw", outcome="withdrawn", due_on=None, legal_due_on=None)
    draw_up(kind="withdrawal", case_id=case.pk, office=case.office, data=notice_data(case, withdrawn_on=today()), by=by)
    record(CaseWithdrawn(case_id=case.pk), by=by)
    return case
