"""Apply: one page at a time, everything saved as one goes, and all of it once more before it is handed in."""

from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from yiwang.channels.portal import holding
from yiwang.channels.portal.entrance import signed_in, to_real_name
from yiwang.channels.portal.sheets import (
    Sheet,
    differences,
    field_context,
    open_sheet,
    page_url,
    posted,
    take_files,
    uuid_or_none,
)
from yiwang.domains.cases.actions import discard_draft, move_draft, save_answers, start_draft, submit_draft
from yiwang.domains.cases.policies import REAL_NAME
from yiwang.domains.cases.procedure.clocks import ACCEPTANCE_WORKDAYS
from yiwang.domains.cases.queries import my_draft
from yiwang.domains.catalogue.content import Text
from yiwang.domains.catalogue.notice import fetched_for_applicant, limit_words
from yiwang.domains.catalogue.policies import is_for_firms_only
from yiwang.domains.catalogue.queries import Guide, form_of, guide
from yiwang.domains.certificates.queries import held_for
from yiwang.domains.identity.queries import my_firms
from yiwang.domains.papers.queries import my_papers
from yiwang.foundation.actions import InvalidInput, NotVisible, Refused
from yiwang.foundation.clock import today
from yiwang.foundation.clock.queries import calendar
from yiwang.foundation.forms import PageInput

UNREADABLE = 422


def found_item(code: str) -> Guide:
    """Return the item.

    Raises:
        NotVisible: where there is none.
    """
    item = guide(code)
    if item is None:
        raise NotVisible
    return item


def gate(request: HttpRequest, item: Guide) -> HttpResponse | None:
    """Return the page that stands between this person and the form; None where nothing does."""
    if not item.can_apply:
        return HttpResponseRedirect(reverse("portal:item", args=[item.code]))
    actor = request.actor  # type: ignore[attr-defined]
    if actor.assurance < REAL_NAME:
        return to_real_name(request)
    firms_only = is_for_firms_only(item.content)
    people_only = item.content.audience == ["person"]
    if (firms_only and actor.on_behalf_of is None) or (people_only and actor.on_behalf_of is not None):
        context = {
            "item": {"code": item.code, "name": item.content.name},
            "needs_firm": firms_only,
            "firms": [{"id": firm.pk, "name": firm.name, "role": role} for firm, role in my_firms(actor)],
            "guide_url": reverse("portal:item", args=[item.code]),
        }
        return render(request, "portal/apply/switch.html", context)
    return None


@signed_in
def apply(request: HttpRequest, code: str) -> HttpResponse:
    """Begin an application, or go on where it was left."""
    item = found_item(code)
    if stop := gate(request, item):
        return stop
    draft = start_draft(item_code=code, by=request.actor)  # type: ignore[attr-defined]
    sheet = open_sheet(item, draft)
    if draft.saved_at == draft.created_at:
        return HttpResponseRedirect(page_url(code, sheet.pages[0].key))
    missing = sheet.form.problems(sheet.answers)
    pages = {field: f.page for field, f in sheet.form.fields.items()}
    first = next((pages[p.field] for p in missing if p.field in pages), None)
    return HttpResponseRedirect(page_url(code, first) if first else reverse("portal:apply-check", args=[code]))


def page(request: HttpRequest, code: str, page: str) -> HttpResponse:
    """One page of the form: show it, or save what was typed and go on."""
    if not request.actor.is_person and request.method == "POST":  # type: ignore[attr-defined]
        return holding.hold(request, code, page)
    return _page(request, code, page)


@signed_in
def _page(request: HttpRequest, code: str, page: str) -> HttpResponse:
    item = found_item(code)
    if holding.take_up_firm(request, code, page):
        return HttpResponseRedirect(request.get_full_path())
    if stop := gate(request, item):
        return stop
    draft = my_draft(request.actor, code)  # type: ignore[attr-defined]
    if draft is None or not item:
        return _without_draft(request, code)
    sheet = open_sheet(item, draft)
    current = next((p for p in sheet.pages if p.key == page), None)
    if current is None:
        return HttpResponseRedirect(reverse("portal:apply", args=[code]))
    if request.method == "POST":
        return _save(request, sheet, page)
    held = holding.held_for_page(request, code, page)
    if held is None:
        return _show(request, sheet, page, None)
    given = sheet.form.read_page(page, held, sheet.answers)
    return _show(request, sheet, page, msgspec.structs.replace(given, problems=[]), is_held=True)


def _without_draft(request: HttpRequest, code: str) -> HttpResponse:
    if request.method == "POST":
        words = _("这份草稿已经提交，或者在别的窗口删掉了。到“我的办件”里看看。")
        raise Refused(words, code="draft_gone")
    return HttpResponseRedirect(reverse("portal:apply", args=[code]))


def _save(request: HttpRequest, sheet: Sheet, page: str) -> HttpResponse:
    """Keep what was typed, right or wrong; go on when it is right."""
    if holding.draft_of_page(request) not in (None, str(sheet.draft.pk)):
        return _without_draft(request, sheet.item.code)
    files = take_files(request, sheet.form, page, sheet.answers)
    given = sheet.form.read_page(page, posted(request), files.answers)
    save_answers(
        draft_id=sheet.draft.pk,
        answers=given.answers,
        uploads=files.uploads,
        removed=[one for one in map(uuid_or_none, given.removed) if one],
        by=request.actor,  # type: ignore[attr-defined]
    )
    if request.POST.get("exit") and not files.refused:
        return _onward(request, reverse("portal:cases"))
    given = msgspec.structs.replace(given, problems=files.problems_with(given))
    sheet = sheet.answered(given.answers)
    is_detour = given.asked_to_stay or bool(given.removed)
    if is_detour:
        if files.refused or _would_lose(given):
            shown = msgspec.structs.replace(given, problems=[*files.refused.values()])
            return _show(request, sheet, page, shown)
        anchor = next((f"#f-{k}" for k in request.POST if k.endswith(("-upload", "-remove"))), "")
        return _onward(request, page_url(sheet.item.code, page, request.POST.get("to", "")) + anchor.rsplit("-", 1)[0])
    if given.problems:
        return _show(request, sheet, page, given)
    if given.revealed:
        field = sheet.form.fields[given.revealed[0]]
        return _onward(request, f"{page_url(sheet.item.code, page, request.POST.get('to', ''))}#{field.anchor}")
    return _onward(request, _next_url(sheet, page, request.POST.get("to", "")))


def _would_lose(given: PageInput) -> bool:
    """Whether something was typed on the page that could not be read, and so is not in the draft."""
    for key, raw in given.raw.items():
        typed = any(raw.values()) if isinstance(raw, dict) else bool(raw)
        if typed and key not in given.answers:
            return True
    return False


def _onward(request: HttpRequest, address: str) -> HttpResponse:
    response = HttpResponseRedirect(address)
    holding.forget(request, response)
    return response


def _next_url(sheet: Sheet, page: str, to: str) -> str:
    code = sheet.item.code
    keys = [p.key for p in sheet.pages]
    at = keys.index(page) if page in keys else len(keys) - 1
    if to == "check" or at + 1 >= len(keys):
        return reverse("portal:apply-check", args=[code])
    return page_url(code, keys[at + 1])


def _show(
    request: HttpRequest, sheet: Sheet, page: str, given: PageInput | None, *, is_held: bool = False
) -> HttpResponse:
    keys = [p.key for p in sheet.pages]
    if page not in keys:  # what was typed hid the page itself
        return HttpResponseRedirect(reverse("portal:apply", args=[sheet.item.code]))
    at = keys.index(page)
    code, to = sheet.item.code, request.POST.get("to", request.GET.get("to", ""))
    back = reverse("portal:apply-check", args=[code]) if to == "check" else ""
    back = back or (page_url(code, keys[at - 1]) if at else reverse("portal:item", args=[code]))
    context = {
        "item": {"code": code, "name": sheet.name},
        "page": sheet.pages[at],
        "input": given,
        "step": at + 1,
        "steps": len(keys) + 1,
        "back_url": back,
        "to": "check" if to == "check" else "",
        "exit_form": "page",
        "saved_at": sheet.draft.saved_at if sheet.draft.saved_at != sheet.draft.created_at else None,
        "is_held": is_held,
        "has_newer": sheet.has_newer,
        "token": holding.page_token(sheet.draft),
        **field_context(request, sheet, page),
    }
    wrong = bool(given and given.problems)
    return render(request, "portal/apply/page.html", context, status=UNREADABLE if wrong else 200)


@signed_in
def check(request: HttpRequest, code: str) -> HttpResponse:
    """Everything once more, then hand it in. Pressed twice, or in two windows, it is one case."""
    item = found_item(code)
    draft_id = uuid_or_none(request.POST.get("draft", "")) if request.method == "POST" else None
    problems: list[Any] = []
    is_undeclared = draft_id is not None and not request.POST.get("declare")
    if draft_id is not None and not is_undeclared:
        try:
            case = submit_draft(draft_id=draft_id, by=request.actor)  # type: ignore[attr-defined]
            return HttpResponseRedirect(reverse("portal:case", args=[case.number]))
        except InvalidInput as error:
            problems = list(error.errors)
            if not problems:
                raise
    if stop := gate(request, item):
        return stop
    draft = my_draft(request.actor, code)  # type: ignore[attr-defined]
    if draft is None:
        return _without_draft(request, code)
    sheet = open_sheet(item, draft)
    problems = problems or sheet.form.problems(sheet.answers)
    return _check_page(request, sheet, problems, is_undeclared)


def _check_page(request: HttpRequest, sheet: Sheet, problems: list[Any], is_undeclared: bool) -> HttpResponse:
    code, actor = sheet.item.code, request.actor  # type: ignore[attr-defined]
    papers = {str(p.pk): p for p in my_papers(actor).filter(pk__in=sheet.form.paper_ids(sheet.answers))}
    wrong = {p.field: p for p in problems}
    sections = []
    for part, rows in sheet.form.summary(sheet.answers, request.LANGUAGE_CODE):
        shown = []
        for field, text in rows:
            names = (
                [papers[i].name for i in field.typed(sheet.answers.get(field.key)) if i in papers]
                if field.widget == "upload"
                else []
            )
            shown.append(
                {
                    "label": field.label,
                    "text": text,
                    "names": names,
                    "url": f"{page_url(code, part.key, 'check')}#{field.anchor}",
                    "problem": wrong.get(field.key),
                }
            )
        sections.append({"title": part.title, "rows": shown})
    pages = {key: f.page for key, f in sheet.form.fields.items()}
    to_mend = [
        {"href": f"{page_url(code, pages[p.field], 'check')}#{p.anchor}", "message": p.short}
        for p in problems
        if p.field in pages
    ]
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
    }
    bad = is_undeclared or (request.method == "POST" and bool(problems))
    return render(request, "portal/apply/check.html", context, status=UNREADABLE if bad else 200)


def _fetched(request: HttpRequest, sheet: Sheet) -> list[dict[str, Any]]:
    wanted = fetched_for_applicant(sheet.content)
    held = held_for(request.actor) if wanted else {}  # type: ignore[attr-defined]
    return [{"name": m.name, "is_held": m.certificate_type in held} for m in wanted]


@signed_in
def new_version(request: HttpRequest, code: str) -> HttpResponse:
    """The item has changed since the draft was begun: say what, and move on when its owner says so."""
    item = found_item(code)
    draft = my_draft(request.actor, code)  # type: ignore[attr-defined]
    if draft is None:
        return _without_draft(request, code)
    if request.method == "POST":
        move_draft(draft_id=draft.pk, by=request.actor)  # type: ignore[attr-defined]
        return HttpResponseRedirect(reverse("portal:apply", args=[code]))
    sheet = open_sheet(item, draft)
    if not sheet.has_newer:
        return HttpResponseRedirect(reverse("portal:apply", args=[code]))
    new_form = form_of(item.version_id, for_firm=draft.firm_id is not None)
    context = {
        "item": {"code": code, "name": item.content.name},
        "changes": differences(sheet.content, item.content),
        "added": [f.label for k, f in new_form.fields.items() if k not in sheet.form.fields],
        "dropped": [f.label for k, f in sheet.form.fields.items() if k not in new_form.fields and k in sheet.answers],
        "stay_url": reverse("portal:apply", args=[code]),
        "published_at": item.published_at,
    }
    return render(request, "portal/apply/new_version.html", context)


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
