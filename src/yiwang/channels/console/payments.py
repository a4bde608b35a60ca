"""What the payment provider said that cannot be right, and which refunds still wait for it."""

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET

from yiwang.channels.console import CONSOLE_ROLES
from yiwang.channels.ui.officials import StaffRequest, officials, staff_page
from yiwang.domains.payments.queries import to_look_at

REASONS = {
    "wrong_amount": gettext_noop("金额不对"),
    "unknown_order": gettext_noop("不是我们的订单"),
    "trade_used": gettext_noop("交易已用过"),
    "other_trade": gettext_noop("另一笔交易"),
    "unknown_refund": gettext_noop("没有这笔退款"),
}


@officials(*CONSOLE_ROLES)
@require_GET
def payments(request: StaffRequest) -> HttpResponse:
    """Show the messages that were refused, the newest first, and how many refunds wait. They name nobody."""
    found = to_look_at()
    context = {
        "rows": [
            {
                "why": _(REASONS.get(row.why, row.why)),
                "order": row.order_number,
                "trade": row.trade_number,
                "amount_fen": row.amount_fen,
                "at": row.received_at,
            }
            for row in found.refused
        ],
        "waiting": found.waiting_refunds,
        "oldest": found.oldest_refund_at,
    }
    return staff_page(request, "console/payments.html", context)
