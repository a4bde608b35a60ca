"""Parcels: the list, one parcel's track, and how a case's result goes out or its papers come in."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from yiwang.channels.portal.addresses import address_rows
from yiwang.channels.portal.entrance import signed_in
from yiwang.channels.portal.parcel_words import COLORS, DIRECTIONS, WAYS, signed_by, state_of, stations
from yiwang.channels.ui.form_pages import uuid_or_none
from yiwang.channels.ui.wording import is_english
from yiwang.domains.cases.models import Case
from yiwang.domains.cases.queries import can_travel, case_by_number
from yiwang.domains.catalogue.content import Text
from yiwang.domains.deliveries.actions import cancel_choice, order_delivery
from yiwang.domains.deliveries.models import Delivery
from yiwang.domains.deliveries.queries import (
    code_of,
    contact_of,
    deliveries_of,
    delivery_by_id,
    my_addresses,
    my_deliveries,
    pickup_points,
    receipt_of,
    track_of,
)
from yiwang.foundation.actions import InvalidInput, NotVisible
from yiwang.foundation.masking import mask_name, mask_phone

UNREADABLE = 422


def parcel_row(delivery: Delivery) -> dict[str, Any]:
    """Return a delivery as lists show it."""
    return {
        "id": str(delivery.pk),
        "direction": DIRECTIONS[delivery.direction],
        "way": WAYS[delivery.way],
        "is_pickup": delivery.way == "pickup",
        "is_in": delivery.direction == "in",
        "state": state_of(delivery),
        "color": COLORS.get(delivery.state, "info"),
        "waybill": delivery.waybill,
        "reference": delivery.reference,
        "office": Text(delivery.office.name, delivery.office.name_en),
        "at": delivery.delivered_at or delivery.heard_at or delivery.ordered_at or delivery.chosen_at,
        "is_open": delivery.ended_at is None,
        "keep_until": delivery.keep_until if delivery.state == "ready" else None,
        "is_last_call": delivery.reminded_at is not None,
    }


@require_safe
@signed_in
def deliveries(request: HttpRequest) -> HttpResponse:
    """/me/deliveries: what is on its way to or from the person, and what arrived."""
    rows = [parcel_row(one) for one in my_deliveries(request.actor) if one.state != "chosen"]  # type: ignore[attr-defined]
    context = {
        "notes": [str(message) for message in messages.get_messages(request)],
        "under_way": [row for row in rows if row["is_open"]],
        "ended": [row for row in rows if not row["is_open"]],
    }
    return render(request, "portal/deliveries/list.html", context)


@require_safe
@signed_in
def delivery(request: HttpRequest, delivery_id: UUID) -> HttpResponse:
    """/me/deliveries/<id>: where it is, station by station; the code to pick it up with; who signed."""
    found = delivery_by_id(request.actor, delivery_id)  # type: ignore[attr-defined]
    track = track_of(found)
    contact = contact_of(found)
    receipt = receipt_of(found)
    code = code_of(found)
    language = "en" if is_english() else "zh"
    is_locker = found.point is not None and found.point.kind == "locker"
    context = {
        "notes": [str(message) for message in messages.get_messages(request)],
        "parcel": parcel_row(found),
        "state": found.state,
        "case_url": reverse("portal:case", args=[found.reference]),
        "stations": stations(found, track),
        "due_on": found.due_on
        if found.direction == "out" and found.ended_at is None and found.state != "ready"
        else None,
        "code": f"{code[:4]} {code[4:]}" if code else "",
        "point": _point(found),
        "is_locker": is_locker,
        "contact": {
            "name": mask_name(contact.name),
            "phone": mask_phone(contact.phone),
            "place": contact.written(language),
        }
        if contact
        else None,
        "signed": {
            "words": signed_by(found),
            "at": found.delivered_at,
            "has_proof": bool(receipt and receipt.receipt_sealed),
        }
        if found.state == "delivered"
        else None,
        "choose_url": reverse("portal:case-delivery", args=[found.reference])
        if found.state in {"returned", "chosen"}
        else "",
        "cancel_url": reverse("portal:delivery-cancel", args=[found.pk]) if found.state == "chosen" else "",
    }
    return render(request, "portal/deliveries/track.html", context)


def _point(found: Delivery) -> dict[str, Any] | None:
    """Return where it can be picked up: a point, or the office itself."""
    if found.way != "pickup":
        return None
    if found.point:
        name = Text(found.point.name, found.point.name_en)
        return {"name": name, "place": found.point.place, "hours": found.point.hours}
    office = found.office
    return {
        "name": Text(office.name, office.name_en),
        "place": Text(office.place, office.place_en),
        "hours": Text(office.hours, office.hours_en),
    }


@require_POST
@signed_in
def cancel(request: HttpRequest, delivery_id: UUID) -> HttpResponse:
    """POST /me/deliveries/<id>/cancel: call a choice off before anything has left."""
    found = cancel_choice(delivery_id=delivery_id, by=request.actor)  # type: ignore[attr-defined]
    messages.success(request, _("取消了。结果出来以后，会放在你的账号里。"))
    return HttpResponseRedirect(reverse("portal:case", args=[found.reference]))


@require_http_methods(["GET", "POST"])
@signed_in
def choose(request: HttpRequest, number: str) -> HttpResponse:
    """/me/cases/<number>/delivery: say how the result is to come, or have papers collected."""
    actor = request.actor  # type: ignore[attr-defined]
    case = case_by_number(actor, number)
    problems: list[tuple[str, str]] = []
    if request.method == "POST":
        direction = "in" if request.POST.get("direction") == "in" else "out"
        if not can_travel(case, direction):
            raise NotVisible
        try:
            done = order_delivery(
                reference=case.number,
                person_id=actor.known_id,
                office_code=case.office_id,
                direction=direction,
                way=request.POST.get("way", "courier" if direction == "in" else "")[:20],
                address_id=uuid_or_none(request.POST.get("address", "")),
                hall=request.POST.get("hall", "")[:40],
                by=actor,
            )
        except InvalidInput as wrong:
            problems = list(wrong.errors)
        else:
            messages.success(request, _("选好了。") if direction == "out" else _("约好了，快递会上门来取。"))
            return HttpResponseRedirect(reverse("portal:delivery", args=[done.pk]))
    return _choice_page(request, case, problems)


def _choice_page(request: HttpRequest, case: Case, problems: list[tuple[str, str]]) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    known = deliveries_of(actor, case.number)
    out = next((one for one in known if one.direction == "out"), None)
    may_choose = can_travel(case, "out") and (out is None or out.state in {"chosen", "returned", "cancelled"})
    here = reverse("portal:case-delivery", args=[case.number])
    context = {
        "case": {
            "number": case.number,
            "name": Text(case.item_name, case.item_name_en),
            "url": reverse("portal:case", args=[case.number]),
            "office": Text(case.office.name, case.office.name_en),
            "place": Text(case.office.place, case.office.place_en),
        },
        "may_choose": may_choose,
        "may_send": can_travel(case, "in"),
        "chosen": request.POST.get("way", "") or (out.way if out and out.state == "chosen" else "electronic"),
        "hall": request.POST.get("hall", "") or (out.point_id if out else "") or "",
        "is_again": out is not None and out.state == "returned",
        "known": [parcel_row(one) for one in known],
        "addresses": address_rows(my_addresses(actor)),
        "address": request.POST.get("address", ""),
        "points": pickup_points(),
        "add_url": f"{reverse('portal:address-new')}?next={here}",
        "problems": [{"href": f"#{field}", "message": words} for field, words in problems],
        "mistakes": dict(problems),
    }
    return render(request, "portal/deliveries/choose.html", context, status=UNREADABLE if problems else 200)
