"""/me/addresses: the address book, for what a courier brings or fetches."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yiwang.channels.portal.entrance import signed_in
from yiwang.channels.ui.places import found_places, region_choices
from yiwang.channels.ui.wording import is_english
from yiwang.domains.deliveries.actions import keep_address, remove_address
from yiwang.domains.deliveries.queries import AddressValues, KeptAddress, my_address, my_addresses, suggested_address
from yiwang.foundation.actions import InvalidInput
from yiwang.foundation.masking import mask_phone

UNREADABLE = 422
EMPTY = AddressValues("", "", "", "")


def address_rows(kept: list[KeptAddress]) -> list[dict[str, Any]]:
    """Return a book as pages show it: the number with its middle hidden."""
    language = "en" if is_english() else "zh"
    return [
        {
            "id": str(one.id),
            "name": one.values.name,
            "phone": mask_phone(one.values.phone),
            "place": one.values.written(language),
            "is_default": one.is_default,
        }
        for one in kept
    ]


@require_safe
@signed_in
def addresses(request: HttpRequest) -> HttpResponse:
    """/me/addresses: one's own book, or that of the firm that one acts for."""
    context = {
        "notes": [str(message) for message in messages.get_messages(request)],
        "rows": address_rows(my_addresses(request.actor)),  # type: ignore[attr-defined]
    }
    return render(request, "portal/deliveries/addresses.html", context)


@sensitive_post_parameters()
@require_http_methods(["GET", "POST"])
@signed_in
def address(request: HttpRequest, address_id: UUID | None = None) -> HttpResponse:
    """/me/addresses/new and /me/addresses/<id>: enter or change one. `next` leads back to where it was needed."""
    actor = request.actor  # type: ignore[attr-defined]
    kept = my_address(actor, address_id) if address_id else None
    typed = kept.values if kept else EMPTY
    problems: list[tuple[str, str]] = []
    if request.method == "POST":
        typed = AddressValues(
            *(request.POST.get(name, "")[:300] for name in ("name", "phone", "place-region", "place-detail"))
        )
        if "place-look" not in request.POST:
            try:
                wants = request.POST.get("is_default") == "true"
                keep_address(values=typed, address_id=address_id, is_default=wants, by=actor)
            except InvalidInput as wrong:
                problems = list(wrong.errors)
            else:
                messages.success(request, _("地址存好了。"))
                return redirect(_next(request) or "portal:addresses")
    elif kept is None and not my_addresses(actor):
        typed = suggested_address(actor) or EMPTY
    return _address_page(request, kept, typed, problems)


def _address_page(
    request: HttpRequest, kept: KeptAddress | None, typed: AddressValues, problems: list[tuple[str, str]]
) -> HttpResponse:
    english = is_english()
    ids = {"region": "f-place-region", "detail": "f-place-detail"}
    context = {
        "kept": kept,
        "typed": typed,
        "is_default": kept.is_default if kept else False,
        "regions": region_choices("", [typed.region] if typed.region else [], english),
        "found": found_places(request, ["place"], english).get("place"),
        "problems": [{"href": f"#{ids.get(field, field)}", "message": words} for field, words in problems],
        "mistakes": dict(problems),
        "next": _next(request),
        "back_url": _next(request) or reverse("portal:addresses"),
    }
    return render(request, "portal/deliveries/address.html", context, status=UNREADABLE if problems else 200)


def _next(request: HttpRequest) -> str:
    """Return where the page was asked for from: an address of ours under /me/ or an application, else nothing."""
    to = request.POST.get("next", request.GET.get("next", ""))[:300]
    is_ours = to.startswith(("/me/", "/items/")) and url_has_allowed_host_and_scheme(to, allowed_hosts=None)
    return to if is_ours else ""


@require_POST
@signed_in
def remove(request: HttpRequest, address_id: UUID) -> HttpResponse:
    """POST /me/addresses/<id>/remove: take it out of the book."""
    remove_address(address_id=address_id, by=request.actor)  # type: ignore[attr-defined]
    messages.success(request, _("已经删除。寄出去的不受影响。"))
    return redirect("portal:addresses")
