"""What the payment provider said that cannot be right, what somebody found out about it, and refunds that wait for it."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET, require_POST

from yiwang.channels.console import CONSOLE_ROLES
from yiwang.channels.ui.officials import StaffRequest, officials, staff_page
from yiwang.domains.payments.actions import look_into_trade_news
from yiwang.domains.payments.models import CallBack
from yiwang.domains.payments.queries import to_look_at
from yiwang.foundation.actions import InvalidInput, Refused

REASONS = {
    "wrong_amount": (gettext_noop("金额不对"), gettext_noop("没有入账。平台会再问支付平台，对上了就不用人看。")),
    "unknown_order": (gettext_noop("不是我们的订单"), gettext_noop("没有入账。问支付平台这笔钱是谁的。")),
    "trade_used": (gettext_noop("交易已用过"), gettext_noop("没有入账：这笔交易已经付过别的订单。问支付平台。")),
    "other_trade": (
        gettext_noop("另一笔交易"),
        gettext_noop("没有入账：这一单已经付清，又说付了一次。问支付平台是不是要退。"),
    ),
    "unknown_refund": (gettext_noop("没有这笔退款"), gettext_noop("没有记账。问支付平台退的是什么。")),
}


@officials(*CONSOLE_ROLES)
@require_GET
def payments(request: StaffRequest) -> HttpResponse:
    """Show the messages that were refused, the newest first, and how many refunds wait. They name nobody."""
    return _page(request)


def _page(request: StaffRequest, refusal: Refused | None = None, call_back_id: UUID | None = None) -> HttpResponse:
    found = to_look_at(request.actor)
    context: dict[str, Any] = {
        "waiting": [_row(one) for one in found.refused],
        "done": [_row(one) for one in found.done],
        "refunds": found.waiting_refunds,
        "oldest": found.oldest_refund_at,
        "may_look_into": "operator" in request.staff.roles,
        "refusal": _(str(refusal.message)) if refusal else "",
        "refused": call_back_id,
        "typed": request.POST.get("finding", "")[:300] if refusal else "",
    }
    status = 200 if refusal is None else 422 if isinstance(refusal, InvalidInput) else 409
    return staff_page(request, "console/payments.html", context, status=status)


def _row(one: CallBack) -> dict[str, Any]:
    why, then = REASONS.get(one.why, (one.why, ""))
    return {
        "id": one.pk,
        "why": _(why),
        "then": _(then) if then else "",
        "order": one.order_number,
        "trade": one.trade_number,
        "amount_fen": one.amount_fen,
        "at": one.received_at,
        "finding": one.finding,
        "who": one.seen_by.name if one.seen_by else "",
        "seen_at": one.seen_at,
    }


@officials("operator")
@require_POST
def look_into(request: StaffRequest, call_back_id: UUID) -> HttpResponse:
    """Write down what was behind one of them; it then waits for nobody any more."""
    try:
        look_into_trade_news(call_back_id=call_back_id, finding=request.POST.get("finding", ""), by=request.actor)
    except Refused as refusal:
        return _page(request, refusal, call_back_id)
    messages.success(request, _("记下来了。"))
    return redirect("console:payments")
