"""Parcels to and from the office, and handing a result out at the window."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET, require_POST

from yiwang.channels.desk import CASE_ROLES
from yiwang.channels.ui.officials import StaffRequest, officials, staff_page
from yiwang.channels.ui.wording import is_english
from yiwang.domains.deliveries.actions import collect_result
from yiwang.domains.deliveries.models import Delivery
from yiwang.domains.deliveries.policies import may_hand_out
from yiwang.domains.deliveries.procedure import STATES
from yiwang.domains.deliveries.queries import delivery_by_id, office_deliveries
from yiwang.foundation.actions import InvalidInput, Refused
from yiwang.foundation.masking import mask_name
from yiwang.foundation.reads.actions import record_read

PARTS = {
    "all": gettext_noop("全部"),
    "ready": gettext_noop("等人来取"),
    "out": gettext_noop("寄出的"),
    "in": gettext_noop("寄来的"),
}
COLORS = {"ready": "success", "failed": "warning", "returning": "warning"}


@officials(*CASE_ROLES)
@require_GET
def deliveries(request: StaffRequest) -> HttpResponse:
    """Show what is under way to and from the office, and what waits to be picked up, the oldest first."""
    which = request.GET.get("show", "all")
    which = which if which in PARTS else "all"
    found = office_deliveries(request.actor)
    rows = [one for one in found if which in {"all", one.state} or (which == one.direction and one.state != "ready")]
    context = {
        "rows": [_row(one) for one in rows],
        "chips": [{"key": key, "words": _(words), "is_here": key == which} for key, words in PARTS.items()],
    }
    return staff_page(request, "desk/deliveries.html", context)


def _row(one: Delivery) -> dict[str, Any]:
    return {
        "id": one.pk,
        "who": one.firm.name if one.firm else mask_name(one.person.name),
        "reference": one.reference,
        "direction": _("寄来的材料") if one.direction == "in" else _("寄出的结果"),
        "is_pickup": one.way == "pickup",
        "state": STATES[one.state][1 if is_english() else 0],
        "color": COLORS.get(one.state, "info"),
        "waybill": one.waybill,
        "at": one.heard_at or one.ordered_at or one.chosen_at,
        "due_on": one.due_on if one.direction == "out" else None,
        "keep_until": one.keep_until if one.state == "ready" else None,
        "is_disputed": one.is_disputed,
    }


@officials(*CASE_ROLES)
@require_GET
def delivery(request: StaffRequest, delivery_id: UUID) -> HttpResponse:
    """Show one that waits to be picked up, with the name that the document has to show."""
    return _page(request, delivery_by_id(request.actor, delivery_id))


def _page(request: StaffRequest, found: Delivery, refusal: Refused | None = None) -> HttpResponse:
    record_read(person_id=found.person_id, what="name", reason="当面交付办理结果，核对身份", by=request.actor)
    context = {
        "one": _row(found) | {"name": found.person.name},
        "may_hand_out": found.state == "ready" and found.contact_sealed is None and may_hand_out(request.actor, found),
        "refusal": _(str(refusal.message)) if refusal else "",
    }
    status = 200 if refusal is None else 422 if isinstance(refusal, InvalidInput) else 409
    return staff_page(request, "desk/delivery.html", context, status=status)


@officials("window")
@require_POST
def hand_out(request: StaffRequest, delivery_id: UUID) -> HttpResponse:
    """Hand a result out against its code, or against an identity document that was checked."""
    code, checked = request.POST.get("code", "")[:40], request.POST.get("document") == "checked"
    try:
        done = collect_result(delivery_id=delivery_id, code=code, document_checked=checked, by=request.actor)
    except Refused as refusal:
        return _page(request, delivery_by_id(request.actor, delivery_id), refusal)
    messages.success(request, _("已交付，{number}从现在起算送达。").format(number=done.reference))
    return redirect("desk:deliveries")
