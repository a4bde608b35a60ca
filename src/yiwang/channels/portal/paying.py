"""Pay: a notice by its number without signing in, and the page of one order, on the way to the provider and back."""

from typing import Any
from uuid import UUID

from django.core import signing
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from yiwang.channels.portal.charge_views import charge_view
from yiwang.channels.ui.errors import too_many
from yiwang.channels.ui.limits import guessed, guessed_too_often
from yiwang.domains.payments.actions import open_payment
from yiwang.domains.payments.models import Charge
from yiwang.domains.payments.queries import ORDER_SALT, charge_by_notice, order_token, pay_address, payment_with
from yiwang.foundation.actions import NotVisible

NOTICE_SECONDS, ORDER_SECONDS = 30 * 60, 24 * 3600
WAIT_SECONDS = 3


def notice_token(charge: Charge) -> str:
    """Return what a form carries on for whoever has shown number and check code of a notice."""
    return signing.dumps([charge.number, charge.check_code], salt="payment-notice")


def _read(token: str, salt: str, seconds: int) -> Any:
    try:
        return signing.loads(token, salt=salt, max_age=seconds)
    except signing.BadSignature as problem:
        raise NotVisible from problem


@never_cache
def notice(request: HttpRequest) -> HttpResponse:
    """Ask for the number and the check code of a notice; show what is to be paid, to whom and why, but not by whom."""
    number = request.POST.get("number", "").strip()[:40].replace("\0", "")
    problems: list[dict[str, str]] = []
    shown: dict[str, Any] | None = None
    token = ""
    if request.method == "POST":
        code = request.POST.get("check_code", "").strip()[:20]
        if not number:
            problems.append({"href": "#number", "message": _("填缴款码，20 位数字，在缴款通知上。")})
        if not code:
            problems.append({"href": "#check_code", "message": _("填校验码，6 位，在缴款码下面。")})
        if not problems:
            if wait := guessed_too_often(request, "payment"):
                return too_many(request, wait)
            charge = charge_by_notice(number, code)
            if charge is None:
                guessed(request, "payment")
                problems.append({"href": "#number", "message": _("缴款码和校验码对不上。对照缴款通知再填一次。")})
            else:
                shown, token = charge_view(charge), notice_token(charge)
    context = {"number": number, "problems": problems, "charge": shown, "token": token}
    return render(request, "portal/payments/notice.html", context, status=422 if problems else 200)


@never_cache
@require_POST
def start(request: HttpRequest) -> HttpResponse:
    """Open an order for a notice whose number and check code were shown on the page before."""
    number, code = _read(request.POST.get("token", "")[:400], "payment-notice", NOTICE_SECONDS)
    charge = charge_by_notice(number, code)
    if charge is None:
        raise NotVisible
    payment = open_payment(charge_id=charge.pk, check_code=code, by=request.actor)  # type: ignore[attr-defined]
    return HttpResponseRedirect(reverse("portal:pay-order", args=[order_token(payment)]))


@never_cache
def order(request: HttpRequest, token: str) -> HttpResponse:
    """One order: the way to the provider while it is open, the wait for its message, and how it came out."""
    payment = payment_with(UUID(hex=_read(token[:400], ORDER_SALT, ORDER_SECONDS)))
    if payment is None:
        raise NotVisible
    here = reverse("portal:pay-order", args=[token])
    is_back = request.GET.get("back") == "1"
    context = {
        "state": payment.state,
        "is_settled": payment.charge.state != "due",
        "is_back": is_back,
        "amount_fen": payment.amount_fen,
        "charge": charge_view(payment.charge),
        "pay_url": pay_address(payment, f"{here}?back=1") if payment.state == "open" else "",
        "here_url": f"{here}?back=1",
        "is_own": request.actor.is_person,  # type: ignore[attr-defined]
    }
    response = render(request, "portal/payments/order.html", context)
    if payment.state == "open" and is_back:
        response.headers["Refresh"] = str(WAIT_SECONDS)
    return response
