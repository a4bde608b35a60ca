"""What couriers said that cannot be right, and what somebody found out about it."""

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
from yiwang.channels.ui.wording import is_english
from yiwang.domains.catalogue.content import Text
from yiwang.domains.deliveries.actions import look_into_news
from yiwang.domains.deliveries.models import OddNews
from yiwang.domains.deliveries.procedure import STATES
from yiwang.domains.deliveries.queries import odd_news
from yiwang.foundation.actions import InvalidInput, Refused

WHAT = {
    "other_end": gettext_noop("前后矛盾：已经“{state}”，又说“{told}”"),
    "waybill": gettext_noop("运单号和这一单的不一样"),
    "kind": gettext_noop("说了一种没有的物流状态"),
    "number": gettext_noop("消息没有编号，或者编号不对"),
    "signs": gettext_noop("消息里有看不见的字符"),
    "time": gettext_noop("说的时间在以后，或者早于下单"),
    "no_order": gettext_noop("说的是我们没有下过的单"),
    "unreadable": gettext_noop("签名是对的，内容读不懂"),
    "forged": gettext_noop("有人冒充快递回调：没有签名，或者签名不对"),
}
THEN = {
    "other_end": gettext_noop("以先到的为准，状态没有变。打电话问快递，东西到底在哪。"),
    "forged": gettext_noop("全部退回，什么都没有变。一分钟最多记一次，一天一行。"),
}
REFUSED = gettext_noop("没有收，什么都没有变。快递那边要改。")


@officials(*CONSOLE_ROLES)
@require_GET
def courier(request: StaffRequest) -> HttpResponse:
    """Show what couriers told that was refused or contradicts the state, the newest first. It names nobody."""
    return _page(request)


def _page(request: StaffRequest, refusal: Refused | None = None, odd_id: UUID | None = None) -> HttpResponse:
    found = odd_news(request.actor)
    context: dict[str, Any] = {
        "waiting": [_row(one) for one in found.waiting],
        "seen": [_row(one) for one in found.seen],
        "may_look_into": "operator" in request.staff.roles,
        "refusal": _(str(refusal.message)) if refusal else "",
        "refused": odd_id,
        "typed": request.POST.get("finding", "")[:300] if refusal else "",
    }
    status = 200 if refusal is None else 422 if isinstance(refusal, InvalidInput) else 409
    return staff_page(request, "console/courier.html", context, status=status)


def _row(one: OddNews) -> dict[str, Any]:
    state, told = (STATES[key][is_english()] if key in STATES else key for key in (one.state, one.told))
    return {
        "id": one.pk,
        "what": _(WHAT[one.why]).format(state=state, told=told),
        "then": _(THEN.get(one.why, REFUSED)),
        "color": "danger" if one.why in {"other_end", "forged"} else "warning",
        "waybill": one.waybill,
        "office": Text(one.delivery.office.name, one.delivery.office.name_en) if one.delivery else None,
        "state": state if one.why != "other_end" else "",
        "told": told if one.why == "kind" else "",
        "times": one.times,
        "first_at": one.first_at,
        "last_at": one.last_at,
        "finding": one.finding,
        "who": one.seen_by.name if one.seen_by else "",
        "seen_at": one.seen_at,
    }


@officials("operator")
@require_POST
def look_into(request: StaffRequest, odd_id: UUID) -> HttpResponse:
    """Write down what was behind one of them; it then waits for nobody any more."""
    try:
        look_into_news(odd_id=odd_id, finding=request.POST.get("finding", ""), by=request.actor)
    except Refused as refusal:
        return _page(request, refusal, odd_id)
    messages.success(request, _("记下来了。"))
    return redirect("console:courier")
