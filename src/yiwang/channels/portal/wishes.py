"""How the result is to come, chosen on the last page of an application."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from yiwang.channels.portal.addresses import address_rows
from yiwang.channels.ui.form_pages import uuid_or_none
from yiwang.domains.deliveries.queries import my_addresses

MOST = 3
"""Addresses that the last page offers; all of them are there afterwards, on the page of the case."""


def delivery_ways(request: HttpRequest) -> list[dict[str, Any]]:
    """Return the ways to choose from: the account, one's usual addresses, the window."""
    wanted = request.POST.get("delivery", "")
    kept = address_rows(my_addresses(request.actor))[:MOST]  # type: ignore[attr-defined]
    rows = [
        ("", _("放在我的账号里"), _("电子证照和文书，盖好章马上有，和纸质的一样有效。")),
        *((f"courier:{one['id']}", _("快递寄给{name}").format(name=one["name"]), one["place"]) for one in kept),
        ("pickup", _("我自己去取"), _("到办事的窗口，凭取件码。")),
    ]
    known = wanted in {value for value, _words, _hint in rows}
    return [
        {"value": value, "words": words, "hint": hint, "chosen": value == (wanted if known else "")}
        for value, words, hint in rows
    ]


def wished_delivery(request: HttpRequest) -> dict[str, Any] | None:
    """Return what was chosen, as `submit_draft` takes it; an address that is gone leaves the account."""
    way, _colon, address = request.POST.get("delivery", "").partition(":")
    if way == "pickup":
        return {"way": "pickup"}
    wanted = uuid_or_none(address)
    if way == "courier" and wanted in {one.id for one in my_addresses(request.actor)}:  # type: ignore[attr-defined]
        return {"way": "courier", "address_id": wanted}
    return None
