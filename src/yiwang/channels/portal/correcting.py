"""Supply what an office asked for: the form as it was sent, the fields in question first, all on one page."""

from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from yiwang.channels.portal.entrance import signed_in
from yiwang.channels.portal.places import region_choices
from yiwang.channels.portal.sheets import ACCEPT, Files, posted, stored_papers, take_files
from yiwang.domains.cases.actions import supply_correction
from yiwang.domains.cases.models import Case
from yiwang.domains.cases.queries import answers_of, case_by_number, case_form, correction_items
from yiwang.domains.catalogue.content import Text
from yiwang.domains.papers.actions import attach_papers
from yiwang.domains.papers.queries import papers_of
from yiwang.foundation.actions import InvalidInput
from yiwang.foundation.files import MAX_BYTES
from yiwang.foundation.forms import Form, PageInput, Problem

SESSION = "correction_papers"


@signed_in
def correction(request: HttpRequest, number: str) -> HttpResponse:
    """Show what is to be supplied, and hand it in."""
    case = case_by_number(request.actor, number)  # type: ignore[attr-defined]
    case_url = reverse("portal:case", args=[case.number])
    if case.state != "correction":
        return HttpResponseRedirect(case_url)
    form = case_form(case)
    answers = _with_loose_papers(request, form, case)
    if request.method != "POST":
        return _show(request, case, form, answers, None)
    files, given, stays = _read(request, form, answers)
    if stays or given.problems:
        attach_papers(files=files.uploads, by=request.actor)  # type: ignore[attr-defined]
        return _kept(request, case, form, files, given)
    try:
        supply_correction(
            case_id=case.pk,
            answers=form.prune(given.answers),
            uploads=files.uploads,
            by=request.actor,  # type: ignore[attr-defined]
        )
    except InvalidInput as error:
        if not error.errors:
            raise
        return _show(request, case, form, given.answers, msgspec.structs.replace(given, problems=list(error.errors)))
    request.session.pop(_key(case), None)
    return HttpResponseRedirect(case_url)


def _key(case: Case) -> str:
    return f"{SESSION}:{case.pk}"


def _with_loose_papers(request: HttpRequest, form: Form, case: Case) -> dict[str, Any]:
    """Return the answers as they were sent, with the files that were uploaded or taken off since."""
    answers = answers_of(case)
    changed: dict[str, list[str]] = request.session.get(_key(case), {})
    return answers | {key: ids for key, ids in changed.items() if key in form.fields}


def _read(request: HttpRequest, form: Form, answers: dict[str, Any]) -> tuple[Files, PageInput, bool]:
    """Read every page that was shown, one on top of the other; whether to show the form again although nothing is wrong."""
    shown = set(request.POST.getlist("_shown"))
    files = Files(answers)
    values: dict[str, Any] = {}
    raw: dict[str, Any] = {}
    problems: list[Problem] = []
    stays = False
    for page in form.pages:
        if not any(f.key in shown for f in page.fields):
            continue
        more = take_files(request, form, page.key, answers)
        files.uploads += more.uploads
        files.refused |= more.refused
        given = form.read_page(page.key, posted(request), more.answers)
        answers = given.answers
        values |= given.values
        raw |= given.raw
        problems += given.problems
        stays = stays or given.stay
    visible = {f.key for f in form.visible_fields(answers)}
    stays = stays or bool(visible - shown)
    whole = PageInput(values=values, problems=problems, raw=raw, answers=answers)
    detour = any(k.endswith(("-upload", "-remove")) for k in request.POST)
    found = [*files.refused.values()] if detour else [p for p in files.problems_with(whole) if p.field in visible]
    return files, msgspec.structs.replace(whole, problems=found), stays or detour


def _kept(request: HttpRequest, case: Case, form: Form, files: Files, given: PageInput) -> HttpResponse:
    """Show the form again as it was typed; remember which files lie in it now."""
    uploads = [f.key for f in form.fields.values() if f.widget == "upload"]
    request.session[_key(case)] = {key: given.answers.get(key, []) for key in uploads}
    return _show(request, case, form, given.answers, given)


def _show(
    request: HttpRequest, case: Case, form: Form, answers: dict[str, Any], given: PageInput | None
) -> HttpResponse:
    items = correction_items(case)
    asked = {item["field"]: item["text"] for item in items if item["field"]}
    wrong = given.by_field if given else {}
    visible = form.visible_fields(answers)
    sections = []
    for page in form.visible_pages(answers):
        fields = [f for f in visible if f.page == page.key]
        is_open = any(f.key in asked or f.key in wrong for f in fields)
        sections.append({"title": page.title, "fields": fields, "is_open": is_open})
    sections.sort(key=lambda one: not one["is_open"])
    regional = next((f for f in visible if f.widget == "region"), None)
    english = request.LANGUAGE_CODE.startswith("en")
    chosen = str(answers.get(regional.key) or "") if regional else ""
    context = {
        "case": {"number": case.number, "name": Text(case.item_name, case.item_name_en)},
        "due_on": case.due_on,
        "items": [
            {
                "text": i["text"],
                "anchor": form.fields[i["field"]].anchor if i["field"] in {f.key for f in visible} else "",
            }
            for i in items
        ],
        "asked": asked,
        "sections": sections,
        "is_all_open": not asked,
        "answers": answers,
        "input": given,
        "papers": stored_papers(request, form, answers, papers_of(case.pk)),
        "regions": region_choices(case.item.region_id or "", chosen, english) if regional else [],
        "file_note": _("每份不超过 {n} MB").format(n=MAX_BYTES // (1024 * 1024)),
        "accept": ACCEPT,
        "case_url": reverse("portal:case", args=[case.number]),
    }
    return render(request, "portal/cases/correction.html", context, status=422 if given and given.problems else 200)
