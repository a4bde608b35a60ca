"""/me/payments: what one has to pay, what one has paid, the receipts, and what came back."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from yiwang.channels.portal.charge_views import charge_row, charge_view
from yiwang.channels.portal.entrance import signed_in
from yiwang.channels.ui.downloads import BeingMade, document_pdf, download
from yiwang.channels.ui.form_pages import uuid_or_none
from yiwang.domains.catalogue.content import Text
from yiwang.domains.documents.queries import KIND_NAMES
from yiwang.domains.payments.actions import open_payment
from yiwang.domains.payments.queries import (
    charge_by_number,
    document_of_receipt,
    due_charges,
    my_charges,
    order_token,
    receipt_of,
)
from yiwang.foundation.actions import NotVisible

ROWS = 20
WAIT_SECONDS = 3


@signed_in
def payments(request: HttpRequest) -> HttpResponse:
    """What is due first, then all there ever was, the newest first."""
    actor = request.actor  # type: ignore[attr-defined]
    before = uuid_or_none(request.GET.get("before", ""))
    found = my_charges(actor, limit=ROWS + 1, before=before)
    start = reverse("portal:payments")
    due = [] if before else due_charges(actor)
    shown = [one for one in found[:ROWS] if before or one.state != "due"]
    context = {
        "due": [charge_row(one) for one in due],
        "others": [charge_row(one) for one in shown],
        "next_url": f"{start}?before={found[ROWS - 1].pk}" if len(found) > ROWS else "",
        "first_url": start if before else "",
        "firm_name": request.person.firm_name if request.person else "",  # type: ignore[attr-defined]
    }
    return render(request, "portal/payments/list.html", context)


@signed_in
def charge(request: HttpRequest, notice: str) -> HttpResponse:
    """One charge: each fee with its rule. A POST opens an order at the provider and leads to its page."""
    actor = request.actor  # type: ignore[attr-defined]
    found = charge_by_number(actor, notice)
    if request.method == "POST":
        payment = open_payment(charge_id=found.pk, by=actor)
        return HttpResponseRedirect(reverse("portal:pay-order", args=[order_token(payment)]))
    context = {
        "charge": charge_view(found),
        "check_code": found.check_code,
        "reference": found.reference,
        "case_url": reverse("portal:case", args=[found.reference]),
        "receipt_url": reverse("portal:charge-receipt", args=[found.number]),
    }
    return render(request, "portal/payments/charge.html", context)


@signed_in
def receipt(request: HttpRequest, notice: str) -> HttpResponse:
    """The receipt as a sealed PDF, drawn at the first request; until it is there, a page that waits."""
    actor = request.actor  # type: ignore[attr-defined]
    found = charge_by_number(actor, notice)
    issued = receipt_of(found)
    if issued is None:
        raise NotVisible
    paper = document_of_receipt(issued)
    try:
        pdf = document_pdf(paper, by=actor)
    except BeingMade:
        name = Text(*KIND_NAMES[paper.kind])
        context = {
            "case": {"url": reverse("portal:charge", args=[found.number])},
            "document": {"name": name, "number": paper.number, "url": request.path},
        }
        response = render(request, "portal/cases/waiting.html", context)
        response.headers["Refresh"] = str(WAIT_SECONDS)
        return response
    return download(
        pdf, name=f"{paper.get_kind_display()}-{issued.code}-{issued.number}.pdf", media_type="application/pdf"
    )
