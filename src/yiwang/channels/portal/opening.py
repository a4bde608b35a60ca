"""What stands before a form, and what all its pages share: who may fill it in, the draft, and the way on."""

from collections.abc import Callable, Iterable
from typing import Any

import msgspec
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from yiwang.channels.portal import holding
from yiwang.channels.portal.entrance import to_real_name
from yiwang.channels.portal.sheets import Sheet, open_sheet
from yiwang.channels.ui.form_pages import DETOURS, Files, posted, take_files, uuid_or_none
from yiwang.domains.cases.actions import save_answers
from yiwang.domains.cases.policies import REAL_NAME
from yiwang.domains.cases.queries import my_draft
from yiwang.domains.catalogue.policies import is_for_firms_only
from yiwang.domains.catalogue.queries import Guide, guide
from yiwang.domains.identity.queries import my_firms
from yiwang.foundation.actions import NotVisible, Refused
from yiwang.foundation.forms import Field, PageInput

Read = Callable[[dict[str, list[str]], dict[str, Any]], PageInput]

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


def opened(request: HttpRequest, code: str) -> Sheet | HttpResponse:
    """Return the draft as it lies open, or the page that stands before it."""
    item = found_item(code)
    if holding.take_up_firm(request):
        return HttpResponseRedirect(request.get_full_path())
    if stop := gate(request, item):
        return stop
    draft = my_draft(request.actor, code)  # type: ignore[attr-defined]
    return without_draft(request, code) if draft is None else open_sheet(item, draft)


def without_draft(request: HttpRequest, code: str) -> HttpResponse:
    """Answer to a page whose draft is gone."""
    if request.method == "POST":
        words = _("这份草稿已经提交，或者在别的窗口删掉了。到“我的办件”里看看。")
        raise Refused(words, code="draft_gone")
    return HttpResponseRedirect(reverse("portal:apply", args=[code]))


def keep_typed(request: HttpRequest, sheet: Sheet, fields: Iterable[Field], read: Read) -> tuple[Files, PageInput]:
    """Save what was typed in these fields, right or wrong, with the files that came; return both, problems of files included.

    `read` makes of what was posted and the answers so far what the form understands.
    """
    files = take_files(request, fields, sheet.answers)
    given = read(posted(request), files.answers)
    save_answers(
        draft_id=sheet.draft.pk,
        answers=given.answers,
        uploads=files.uploads,
        removed=[one for one in map(uuid_or_none, given.removed) if one],
        by=request.actor,  # type: ignore[attr-defined]
    )
    return files, msgspec.structs.replace(given, problems=files.problems_with(given))


def pressed(request: HttpRequest) -> str:
    """Return the name of the button that changes the page and does not leave it: a file, a row, an entry, a search."""
    return next((name for name in request.POST if name.endswith(DETOURS)), "")


def onward(request: HttpRequest, address: str) -> HttpResponse:
    """Lead on from a page that was saved; what was held of it is no longer needed."""
    response = HttpResponseRedirect(address)
    holding.forget(request, response)
    return response
