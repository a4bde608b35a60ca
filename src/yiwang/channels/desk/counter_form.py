"""Fill the form in with the person at the window, scan the papers, say what was looked at, and hand in."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from yiwang.channels.desk.counter import at_window, reception_page, status_of
from yiwang.channels.desk.counter_promise import may_be_missing, promise_context, signing_of
from yiwang.channels.ui.form_pages import control_context, posted, read_shown, stored_papers, unasked_cells
from yiwang.channels.ui.officials import StaffRequest, officials, staff_page
from yiwang.channels.ui.wording import text_of
from yiwang.domains.cases.actions import save_answers, start_draft, submit_at_window
from yiwang.domains.cases.models import Draft
from yiwang.domains.cases.queries import deferrable, draft_answers, draft_form, my_draft
from yiwang.domains.catalogue.content import ItemContent, Text
from yiwang.domains.catalogue.queries import Guide, content_of, guide
from yiwang.domains.halls.models import Reception
from yiwang.domains.halls.policies import may_take_items_of
from yiwang.domains.papers.actions import Grading
from yiwang.domains.papers.models import Paper
from yiwang.domains.papers.queries import my_papers, watermark_of
from yiwang.foundation.actions import InvalidInput, NotVisible, Refused
from yiwang.foundation.actors import Actor
from yiwang.foundation.forms import Form, PageInput
from yiwang.foundation.reads.actions import record_read

GRADES = {
    "A": gettext_noop("A 原件：由出具机构发的，收了扫描"),
    "B": gettext_noop("B 复印件：和原件核对过，一致"),
    "C": gettext_noop("C 复印件：没有看到原件"),
    "D": gettext_noop("D 本人自己写的，本人承诺属实"),
}
MOST_DEFERRED = 50


def _item(request: StaffRequest, held: Reception, code: str) -> Guide:
    """Return an item that this window takes.

    Raises:
        NotVisible: where there is none.
        Refused: where its office is none of this window's.
    """
    found = guide(code)
    if found is None:
        raise NotVisible
    if not may_take_items_of(request.actor, held, found.office_code):
        raise Refused(_("这个窗口不收这个部门的件。请带他到那个部门的窗口。"), code="other_office")
    return found


@officials("window")
@require_POST
def start(request: StaffRequest, reception_id: UUID, code: str) -> HttpResponse:
    """Begin the application, or go on with the person's own draft, wherever it was begun."""
    held, person = at_window(request, reception_id)
    try:
        item = _item(request, held, code)
        start_draft(item_code=item.code, by=person)
    except Refused as refusal:
        return reception_page(request, reception_id, refusal)
    return redirect("desk:counter_form", held.pk, item.code)


@officials("window")
@require_http_methods(["GET", "POST"])
def form(request: StaffRequest, reception_id: UUID, code: str) -> HttpResponse:
    """The whole form on one page, as compiled for the item; the same checks as online."""
    held, person = at_window(request, reception_id)
    item = _item(request, held, code)
    draft = my_draft(person, code)
    if draft is None:
        return redirect("desk:reception", held.pk)
    compiled, answers = draft_form(draft), draft_answers(draft)
    if request.method != "POST":
        return _first_form(request, held, person, item, compiled, answers)
    files, given, stays = read_shown(request, compiled, answers, posted(request))
    save_answers(draft_id=draft.pk, answers=given.answers, uploads=files.uploads, by=person)
    if stays or [p for p in given.problems if not _may_follow(person, draft, compiled, p)]:
        return _form_page(request, held, person, item, compiled, given.answers, given)
    return redirect("desk:counter_check", held.pk, item.code)


def _first_form(
    request: StaffRequest, held: Reception, person: Actor, item: Guide, compiled: Form, answers: dict[str, Any]
) -> HttpResponse:
    reason = gettext_noop("在窗口和本人一起填表")
    record_read(person_id=held.person_id, what="answers", reason=reason, by=request.actor)
    return _form_page(request, held, person, item, compiled, answers, None)


def _may_follow(person: Actor, draft: Draft, compiled: Form, problem: Any) -> bool:
    """Whether a problem is only a paper that may be handed in later (容缺), or that a promise stands for (告知承诺)."""
    content = content_of(draft.version_id)
    keys = may_be_missing(person, content) if content else set()
    field = compiled.fields.get(problem.field)
    is_paper = field is not None and field.widget == "upload"
    return problem.code == "required" and is_paper and field is not None and (field.material or field.key) in keys


def _form_page(
    request: StaffRequest,
    held: Reception,
    person: Actor,
    item: Guide,
    compiled: Form,
    answers: dict[str, Any],
    given: PageInput | None,
) -> HttpResponse:
    visible = compiled.visible_fields(answers)
    context = {
        "reception": held,
        "item": {"code": item.code, "name": item.content.name, "office": Text(item.office_name, item.office_name_en)},
        "sections": [
            {"title": page.title, "fields": [f for f in visible if f.page == page.key]}
            for page in compiled.visible_pages(answers)
        ],
        "answers": answers,
        "input": given,
        "hidden": unasked_cells(compiled, answers, given),
        **control_context(request, compiled, visible, answers, item.region_code),
        "papers": stored_papers(person, compiled, answers),
    }
    wrong = bool(given and given.problems)
    return staff_page(request, "desk/counter_form.html", context, status=422 if wrong else 200)


@officials("window")
@require_http_methods(["GET", "POST"])
def check(request: StaffRequest, reception_id: UUID, code: str) -> HttpResponse:
    """Everything once more, each paper with what was seen of it; then hand it in, on behalf of the person."""
    held, person = at_window(request, reception_id)
    item = _item(request, held, code)
    draft = my_draft(person, code)
    if draft is None:
        return redirect("desk:reception", held.pk)
    if request.method != "POST":
        reason = gettext_noop("在窗口提交前核对")
        record_read(person_id=held.person_id, what="answers", reason=reason, by=request.actor)
        return _check_page(request, held, person, item, draft)
    try:
        if not request.POST.get("declare"):
            raise InvalidInput(_("请申请人看过以后，打勾再提交。"), code="undeclared")
        case = submit_at_window(
            draft_id=draft.pk,
            gradings=_gradings(request, person, draft),
            deferred=request.POST.getlist("deferred")[:MOST_DEFERRED],
            promise=signing_of(request),
            by=person,
        )
    except Refused as refusal:
        return _check_page(request, held, person, item, draft, refusal)
    return redirect("desk:counter_receipt", held.pk, case.number)


def _own_papers(person: Actor, draft: Draft) -> list[Paper]:
    """Return the papers that lie in the form, in its order."""
    ids = draft_form(draft).paper_ids(draft_answers(draft))
    known = {str(p.pk): p for p in my_papers(person).filter(pk__in=ids)}
    return [known[one] for one in ids if one in known]


def _gradings(request: StaffRequest, person: Actor, draft: Draft) -> list[Grading]:
    """Read what was chosen for each paper."""
    found = []
    for paper in _own_papers(person, draft):
        until = request.POST.get(f"until-{paper.pk}", "").strip()
        try:
            day = dt.date.fromisoformat(until) if until else None
        except ValueError:
            raise InvalidInput(_("有效期的日期读不懂。"), code="until") from None
        grade, issuer = request.POST.get(f"grade-{paper.pk}", ""), request.POST.get(f"issuer-{paper.pk}", "")
        found.append(Grading(paper.pk, grade, issuer[:200], day))
    return found


def _check_page(
    request: StaffRequest,
    held: Reception,
    person: Actor,
    item: Guide,
    draft: Draft,
    refusal: Refused | None = None,
) -> HttpResponse:
    compiled, answers = draft_form(draft), draft_answers(draft)
    content = content_of(draft.version_id)
    assert content is not None
    language = get_language() or "zh"
    typed = request.POST if refusal else None
    problems = list(getattr(refusal, "errors", [])) or compiled.problems(answers)
    left_out = [p for p in problems if _may_follow(person, draft, compiled, p)]
    context = {
        "reception": held,
        "item": {"code": item.code, "name": content.name, "office": Text(item.office_name, item.office_name_en)},
        "sections": [
            {
                "title": page.title,
                "rows": [
                    {
                        "label": field.label,
                        "text": text,
                        "field": field,
                        "entries": compiled.entries(field, answers, language) if field.columns else [],
                        "total": compiled.total_text(field, answers, language),
                    }
                    for field, text in rows
                    if field.widget != "upload"
                ],
            }
            for page, rows in compiled.summary(answers, language)
        ],
        "papers": [_paper_row(p, content, typed) for p in _own_papers(person, draft)],
        "grades": [(key, _(words)) for key, words in GRADES.items()],
        "problems": [p.short.in_(language) for p in problems if p not in left_out],
        "follow": _follow(content, compiled, left_out, typed),
        "promise": promise_context(person, content, typed),
        "refusal": _(str(refusal.message)) if refusal else "",
    }
    return staff_page(request, "desk/counter_check.html", context, status=status_of(refusal))


def _paper_row(paper: Paper, content: ItemContent, typed: Any) -> dict[str, Any]:
    return {
        "id": paper.pk,
        "name": paper.name,
        "grade": typed.get(f"grade-{paper.pk}", paper.grade) if typed is not None else paper.grade,
        "issuer": typed.get(f"issuer-{paper.pk}", "") if typed is not None else paper.issuer,
        "until": typed.get(f"until-{paper.pk}", "") if typed is not None else str(paper.good_until or ""),
        "watermark": watermark_of(paper, text_of(content.name), get_language() or "zh"),
    }


def _follow(content: ItemContent, compiled: Form, left_out: list[Any], typed: Any) -> list[dict[str, Any]]:
    """Return the papers that are missing and may be handed in later."""
    missing = {compiled.fields[p.field].material or p.field for p in left_out}
    chosen = set(typed.getlist("deferred")) if typed is not None else set()
    return [
        {"key": one.key, "name": one.name, "chosen": one.key in chosen}
        for one in deferrable(content)
        if one.key in missing
    ]
