"""Before it is handed in: everything once more, a newer version of the item, or throwing the draft away."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from yiwang.channels.portal.choices import choices_context, chosen, excused
from yiwang.channels.portal.entrance import signed_in
from yiwang.channels.portal.opening import UNREADABLE, found_item, gate, without_draft
from yiwang.channels.portal.sheets import Sheet, differences, entry_url, open_sheet, page_url
from yiwang.channels.ui.form_pages import uuid_or_none
from yiwang.domains.cases.actions import discard_draft, move_draft, submit_draft
from yiwang.domains.cases.procedure.clocks import ACCEPTANCE_WORKDAYS
from yiwang.domains.cases.queries import draft_difference, my_draft
from yiwang.domains.cases.queries.versions import VersionChange
from yiwang.domains.catalogue.content import Text
from yiwang.domains.catalogue.content.parting import wanted_parts
from yiwang.domains.catalogue.notice import fetched_for_applicant, limit_words
from yiwang.domains.catalogue.queries import Guide, content_of
from yiwang.domains.certificates.queries import held_of
from yiwang.domains.papers.queries import my_papers
from yiwang.foundation.actions import InvalidInput
from yiwang.foundation.clock import today
from yiwang.foundation.clock.queries import calendar
from yiwang.foundation.forms import Field


@signed_in
def check(request: HttpRequest, code: str) -> HttpResponse:
    """Everything once more, then hand it in. Pressed twice, or in two windows, it is one case."""
    item = found_item(code)
    draft_id = uuid_or_none(request.POST.get("draft", "")) if request.method == "POST" else None
    problems: list[Any] = []
    is_undeclared = draft_id is not None and not request.POST.get("declare")
    if draft_id is not None and not is_undeclared:
        try:
            case = submit_draft(draft_id=draft_id, by=request.actor, **chosen(request))  # type: ignore[attr-defined]
            return HttpResponseRedirect(reverse("portal:case", args=[case.number]))
        except InvalidInput as error:
            problems = list(error.errors)
            if not problems:
                raise
    return once_more(request, item, problems, is_undeclared)


def once_more(request: HttpRequest, item: Guide, problems: list[Any], is_undeclared: bool) -> HttpResponse:
    """Show everything before it is handed in, with what is wrong; whoever may not apply gets the page that says so."""
    code = item.code
    if stop := gate(request, item):
        return stop
    draft = my_draft(request.actor, code)  # type: ignore[attr-defined]
    if draft is None:
        return without_draft(request, code)
    sheet = open_sheet(item, draft)
    problems = problems or sheet.form.problems(sheet.answers)
    if request.method != "POST" or is_undeclared:
        problems = [one for one in problems if one not in excused(sheet, request.actor, problems)]  # type: ignore[attr-defined]
    return _check_page(request, sheet, problems, is_undeclared)


def _check_page(request: HttpRequest, sheet: Sheet, problems: list[Any], is_undeclared: bool) -> HttpResponse:
    code, actor = sheet.item.code, request.actor  # type: ignore[attr-defined]
    papers = {str(p.pk): p for p in my_papers(actor).filter(pk__in=sheet.form.paper_ids(sheet.answers))}
    sections = [
        {
            "title": part.title,
            "rows": [_check_row(request, sheet, field, text, papers, problems) for field, text in rows],
        }
        for part, rows in sheet.form.summary(sheet.answers, request.LANGUAGE_CODE)
    ]
    known = sheet.form.fields
    to_mend = [{"href": _mend_url(sheet, p), "message": p.short} for p in problems if p.top in known]
    limit = sheet.content.promised_limit or sheet.content.legal_limit
    context = {
        "item": {"code": code, "name": sheet.name, "office": sheet.item.office_name},
        "sections": sections,
        "problems": to_mend,
        "is_undeclared": is_undeclared,
        "fetched": _fetched(request, sheet),
        "answer_by": calendar().add_workdays(today(), ACCEPTANCE_WORKDAYS),
        "limit": limit_words(limit) if limit else None,
        "is_instant": sheet.content.processing.instant,
        "steps": len(sheet.pages) + 1,
        "back_url": page_url(code, sheet.pages[-1].key),
        "exit_url": reverse("portal:cases"),
        "has_newer": sheet.has_newer,
        "draft": str(sheet.draft.pk),
        "submit_url": _submit_url(sheet),
        **choices_context(request, sheet, sheet.form.problems(sheet.answers)),
    }
    bad = is_undeclared or (request.method == "POST" and bool(problems))
    return render(request, "portal/apply/check.html", context, status=UNREADABLE if bad else 200)


def _submit_url(sheet: Sheet) -> str:
    """Return where the last page is sent to: a bundle (一件事) becomes several cases."""
    bundle = sheet.content.bundle
    if bundle is not None:
        return reverse("portal:bundle-submit", args=[bundle.slug])
    return reverse("portal:apply-check", args=[sheet.item.code])


def _check_row(
    request: HttpRequest, sheet: Sheet, field: Field, text: str, papers: Mapping[str, Any], problems: list[Any]
) -> dict[str, Any]:
    """Return one answer as the last page shows it: in words, as names of files, or row by row."""
    files = field.typed(sheet.answers.get(field.key)) if field.widget == "upload" else []
    wrong = [p for p in problems if p.top == field.key]
    language = request.LANGUAGE_CODE
    return {
        "field": field,
        "label": field.label,
        "text": text,
        "names": [papers[one].name for one in files if one in papers],
        "entries": sheet.form.entries(field, sheet.answers, language) if field.columns else [],
        "total": sheet.form.total_text(field, sheet.answers, language),
        "url": f"{page_url(sheet.item.code, field.page, 'check')}#{field.anchor}",
        "problem": next((p for p in wrong if p.field == field.key), wrong[0] if wrong else None),
    }


def _mend_url(sheet: Sheet, problem: Any) -> str:
    """Return where a problem is mended: its page, or the page of the entry that it lies in."""
    field, steps = sheet.form.fields[problem.top], problem.field.split("-")
    if field.widget == "group" and len(steps) > 2:
        return f"{entry_url(sheet.item.code, field.page, field.key, int(steps[1]), 'check')}#{problem.anchor}"
    return f"{page_url(sheet.item.code, field.page, 'check')}#{problem.anchor}"


def _fetched(request: HttpRequest, sheet: Sheet) -> list[dict[str, Any]]:
    """Return what we take from the store of certificates: which one it is, or which part of the bundle results in it."""
    wanted = [m for m in fetched_for_applicant(sheet.content) if m.certificate_type]
    codes = {m.certificate_type for m in wanted if m.certificate_type}
    held = held_of(request.actor, codes) if wanted else {}  # type: ignore[attr-defined]
    made = _made_by_parts(sheet)
    return [
        {
            "name": m.name,
            "is_held": m.certificate_type in held,
            "number": held[m.certificate_type].number if m.certificate_type in held else "",
            "part": made.get(m.certificate_type or ""),
        }
        for m in wanted
    ]


def _made_by_parts(sheet: Sheet) -> dict[str, Text]:
    """Return certificate type → the part of this bundle that results in it, of the parts that are asked for."""
    bundle = sheet.content.bundle
    made: dict[str, Text] = {}
    for part in wanted_parts(bundle, sheet.answers) if bundle else []:
        content = content_of(UUID(part.version))
        for result in (content.results if content else None) or []:
            if result.certificate_type:
                made[result.certificate_type] = part.title or part.name or Text(part.key)
    return made


@signed_in
def new_version(request: HttpRequest, code: str) -> HttpResponse:
    """The item has changed since the draft was begun: say what, and move on when its owner says so."""
    item = found_item(code)
    draft = my_draft(request.actor, code)  # type: ignore[attr-defined]
    if draft is None:
        return without_draft(request, code)
    if request.method == "POST":
        move_draft(draft_id=draft.pk, by=request.actor)  # type: ignore[attr-defined]
        return HttpResponseRedirect(reverse("portal:apply", args=[code]))
    sheet = open_sheet(item, draft)
    if not sheet.has_newer:
        return HttpResponseRedirect(reverse("portal:apply", args=[code]))
    found = draft_difference(draft)
    if found is None:
        return HttpResponseRedirect(reverse("portal:apply", args=[code]))
    named = {line.name.zh for line in found.lines}
    context = {
        "item": {"code": code, "name": item.content.name},
        "lines": [_line(one) for one in found.lines],
        "changes": [one for one in differences(sheet.content, item.content) if one.zh not in named],
        "lost": [sheet.form.fields[key].label for key in found.lost],
        "is_open": found.is_open,
        "stay_url": reverse("portal:apply", args=[code]),
        "published_at": item.published_at,
    }
    return render(request, "portal/apply/new_version.html", context)


KINDS = {
    "field": Text("要填的", "Question"),
    "material": Text("材料", "Paper"),
}
DIFFERENCES = {
    "added": Text("新加", "new"),
    "removed": Text("不再要", "no longer asked"),
    "changed": Text("改了", "changed"),
}


def _line(one: VersionChange) -> dict[str, Any]:
    """Return one difference as the page shows it: what of which kind, and what stood there before and stands now."""
    return {
        "kind": KINDS.get(one.kind),
        "what": DIFFERENCES[one.what],
        "color": {"added": "success", "removed": "neutral", "changed": "info"}[one.what],
        "name": one.name,
        "before": one.before if one.before != one.after else "",
        "after": one.after if one.before != one.after else "",
    }


@signed_in
def discard(request: HttpRequest, code: str) -> HttpResponse:
    """Throw the draft away, after asking."""
    item = found_item(code)
    draft = my_draft(request.actor, code)  # type: ignore[attr-defined]
    if draft is None:
        return HttpResponseRedirect(reverse("portal:item", args=[code]))
    if request.method == "POST":
        discard_draft(draft_id=draft.pk, by=request.actor)  # type: ignore[attr-defined]
        return HttpResponseRedirect(reverse("portal:item", args=[code]))
    context = {
        "item": {"code": code, "name": Text(item.name, item.name_en)},
        "saved_at": draft.saved_at,
        "apply_url": reverse("portal:apply", args=[code]),
    }
    return render(request, "portal/apply/discard.html", context)
