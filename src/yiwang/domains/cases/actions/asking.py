"""Ask the applicant: once for all that is missing, on the spot, and after acceptance only on a named legal basis."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from yiwang.domains.cases.actions.drafting import sealed
from yiwang.domains.cases.actions.steps import (
    move,
    notice_data,
    start_clock,
    stop_clock,
    take_step,
    write_opinion,
    written,
)
from yiwang.domains.cases.events import CaseCorrectedAtOnce, CorrectionRequested, MoreRequested
from yiwang.domains.cases.models import Case, Correction, JointOpinion, MoreRequest
from yiwang.domains.cases.procedure.clocks import correction_deadline, workdays_left
from yiwang.domains.cases.queries import answers_of, case_content, case_form
from yiwang.domains.documents.actions import draw_up
from yiwang.foundation.actions import InvalidInput, Refused, action
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import now, today
from yiwang.foundation.clock.queries import calendar
from yiwang.foundation.journal.recording import record


def wanted_items(case: Case, items: list[dict[str, str]]) -> tuple[list[dict[str, str]], list[dict[str, str]]]:
    """Return what is asked for, and how a notice says it.

    Raises:
        InvalidInput: where nothing is asked for, or something that the form does not have.
    """
    form = case_form(case)
    wanted = [{"field": i.get("field", ""), "text": i.get("text", "").strip()} for i in items]
    wanted = [i for i in wanted if i["text"]]
    if not wanted:
        raise InvalidInput(_("写清楚要补什么，一条一件事。"), code="no_items")
    if any(i["field"] and i["field"] not in form.fields for i in wanted):
        raise InvalidInput(_("有一条指的栏目不在这张表里。"), code="unknown_field")
    names = [form.fields[i["field"]].label.zh if i["field"] else "其他" for i in wanted]
    return wanted, [{"name": name, "problem": i["text"]} for name, i in zip(names, wanted, strict=True)]


@action
def correct_at_once(
    *, case_id: UUID, changes: dict[str, Any], note: str, revision: int | None = None, by: Actor
) -> Case:
    """当场更正: enter what the applicant corrects on the spot; what stood there before is kept (art. 32 (3)).

    `changes` are field key → new value. No notice, no clock: the office still has its five days.

    Raises:
        InvalidInput: where nothing changes, or the answers do not hold with the changes.
    """
    case = take_step(case_id=case_id, event="correct_at_once", revision=revision, by=by)
    note = written(note, _("写下申请人当场更正了什么。"), "no_note")
    before, form = answers_of(case), case_form(case)
    changed = {key: value for key, value in changes.items() if before.get(key) != value}
    if not changed:
        raise InvalidInput(_("没有改动。"), code="no_changes")
    answers = before | changed
    excused = {one.field for one in form.problems(before)}  # what may follow later
    if problems := [one for one in form.problems(answers) if one.field not in excused or one.top in changed]:
        raise InvalidInput(_("有 {n} 处要改，才能提交。").format(n=len(problems)), code="invalid", errors=problems)
    old = {key: before.get(key) for key in changed}
    text = f"{note}\n更正前：" + "；".join(
        f"{form.fields[key].label.zh} {form.read(form.fields[key], value, 'zh')}" for key, value in old.items()
    )
    write_opinion(case, step="correct_at_once", text=text, by=by)
    move(case, "correct_at_once", answers_sealed=sealed(form.prune(answers), f"cases_case:{case.pk}:answers"))
    record(CaseCorrectedAtOnce(case_id=case.pk, count=len(changed)), by=by)
    return case


@action
def request_correction(*, case_id: UUID, items: list[dict[str, str]], revision: int | None = None, by: Actor) -> Case:
    """补正: tell the applicant once, with all items and a date, what has to be supplied (art. 32 (4)).

    `items` are `{field, text}`: a key of the form, or empty for something else, and what to do in plain words.

    Raises:
        Refused: where the applicant was told before: 一次告知.
    """
    case = take_step(case_id=case_id, event="request_correction", revision=revision, by=by)
    wanted, problems = wanted_items(case, items)
    deadline = correction_deadline(today(), case_content(case).processing.correction_days, calendar())
    assert deadline.due_on is not None
    Correction.objects.create(
        case=case,
        items_sealed=sealed(wanted, f"cases_correction:{case.pk}:items"),
        due_on=deadline.due_on,
        requested_at=now(),
    )
    stop_clock(case)
    start_clock(case, "correction", deadline)
    move(case, "request_correction", due_on=case.due_on, legal_due_on=case.legal_due_on)
    data = notice_data(case, problems=problems, due_on=deadline.due_on)
    draw_up(kind="correction", case_id=case.pk, office=case.office, data=data, by=by)
    record(CorrectionRequested(case_id=case.pk, count=len(wanted)), by=by)
    return case


def _before_legal_end(due_on: dt.date, legal: dt.date | None) -> None:
    """Raise InvalidInput unless what is asked for comes while it can still be looked at."""
    if legal is None or due_on < legal:
        return
    most = workdays_left(today(), legal, calendar()) - 1
    if most < 1:
        raise InvalidInput(
            _("法定期限（{date}）快到了，来不及再要求补充。").format(date=legal.isoformat()), code="days_too_long"
        )
    raise InvalidInput(
        _("补充要在法定期限（{date}）以前交来，最多 {n} 个工作日。").format(date=legal.isoformat(), n=most),
        code="days_too_long",
    )


@action
def request_more(
    *,
    case_id: UUID,
    items: list[dict[str, str]],
    basis: str,
    days: int = 10,
    revision: int | None = None,
    by: Actor,
) -> Case:
    """依法补充: ask for more after acceptance, which only a named legal basis allows; the decision clock goes on.

    What the applicant was told once (art. 32 (4)) binds the office; where a lower office reviewed first, the upper one
    may not ask again (art. 35).

    Raises:
        InvalidInput: without a legal basis (`no_basis`), without anything that is asked for, or with a date that does not
            lie before the legal end of the case (`days_too_long`).
        Refused: where more was asked for before, or a lower office has reviewed.
    """
    case = take_step(case_id=case_id, event="request_more", revision=revision, by=by)
    if not basis.strip():
        raise InvalidInput(
            _("受理以后不能再要求补正（一次告知）。只有法律、行政法规另有规定的，写明是哪一条，才能要求补充。"),
            code="no_basis",
        )
    if MoreRequest.objects.filter(case_id=case.pk).exists():
        raise Refused(_("这一件已经依法要求补充过一次。"), code="told_already")
    if JointOpinion.objects.filter(case_id=case.pk, is_first_review=True).exists():
        raise Refused(_("下级机关已经初审，上级机关不得要求重复提供（行政许可法第三十五条）。"), code="told_by_lower")
    if not 1 <= days <= 60:
        raise InvalidInput(_("补充的期限在 1 到 60 个工作日之间。"), code="days_out_of_range")
    wanted, problems = wanted_items(case, items)
    due_on = calendar().add_workdays(today(), days)
    _before_legal_end(due_on, case.legal_due_on)
    MoreRequest.objects.create(
        case=case,
        items_sealed=sealed(wanted, f"cases_morerequest:{case.pk}:items"),
        basis=basis.strip()[:300],
        due_on=due_on,
        requested_at=now(),
    )
    state = move(case, "request_more")
    data = notice_data(case, problems=problems, due_on=due_on, basis=[basis.strip()])
    draw_up(kind="supplement", case_id=case.pk, office=case.office, data=data, by=by)
    record(MoreRequested(case_id=case.pk, count=len(wanted), state=state), by=by)
    return case
