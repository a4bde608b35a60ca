"""告知承诺 at the window: the text on the screen or on paper, and how it was signed."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from yiwang.channels.desk.counter import at_window
from yiwang.channels.ui.officials import StaffRequest, officials, staff_page
from yiwang.channels.ui.wording import is_english
from yiwang.domains.cases.actions import Signing
from yiwang.domains.cases.queries import deferrable, may_promise, my_draft, promise_barred
from yiwang.domains.catalogue.content import ItemContent, PromiseTerms
from yiwang.domains.catalogue.queries import content_of
from yiwang.domains.papers.queries import store_upload
from yiwang.foundation.actions import InvalidInput, NotVisible
from yiwang.foundation.actors import Actor
from yiwang.foundation.files import MAX_BYTES, FileRefused


def terms_for(person: Actor, content: ItemContent) -> PromiseTerms | None:
    """Return what the person before the window may promise for this item; None where they may not."""
    return content.processing.promise if may_promise(content) and not promise_barred(person) else None


def may_be_missing(person: Actor, content: ItemContent) -> set[str]:
    """Return the materials that need not lie in the form: those that may follow, and those that a promise stands for."""
    if promise_barred(person):
        return set()
    terms = terms_for(person, content)
    return {one.key for one in deferrable(content)} | set(terms.covers if terms else ())


def promise_context(person: Actor, content: ItemContent, typed: Any) -> dict[str, Any] | None:
    """Return what the last page shows of the promise; None where there is none to make."""
    terms = terms_for(person, content)
    if terms is None:
        return None
    names = {one.key: one.name for one in content.materials or []}
    return {
        "text": terms.text,
        "consequences": terms.consequences,
        "version": terms.version,
        "covers": [names[key] for key in terms.covers if key in names],
        "chosen": typed is not None and "promise" in typed,
        "signed": typed.get("signed", "") if typed is not None else "",
    }


def signing_of(request: StaffRequest) -> Signing | None:
    """Return how the promise was signed, its scan in the store; None where nobody promised.

    Raises:
        InvalidInput: where the scan is no file that is taken.
    """
    if "promise" not in request.POST:
        return None
    file = request.FILES.get("promise-file")
    if file is None:
        return Signing(name=request.POST.get("signed", "")[:100])
    try:
        if (file.size or 0) > MAX_BYTES:
            raise FileRefused("too_large", limit=MAX_BYTES // (1024 * 1024))
        return Signing(scan=store_upload(file.read()))
    except FileRefused as refusal:
        raise InvalidInput(refusal.en if is_english() else refusal.zh, code="promise_file") from None


@officials("window")
@require_GET
def sheet(request: StaffRequest, reception_id: UUID, code: str) -> HttpResponse:
    """The promise on paper, to be read and signed by hand; it is scanned before the case is handed in."""
    held, person = at_window(request, reception_id)
    draft = my_draft(person, code)
    content = content_of(draft.version_id) if draft else None
    terms = terms_for(person, content) if content else None
    if content is None or terms is None:
        raise NotVisible
    context = {
        "reception": held,
        "name": content.name,
        "who": held.firm.name if held.firm else held.person.name,
        "promise": promise_context(person, content, None),
        "title": _("告知承诺书"),
    }
    return staff_page(request, "desk/counter_promise.html", context)
