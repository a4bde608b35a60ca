"""What a case costs, for its officials: each fee with its rule, how it stands, the ledger; the head may take something off."""

import re
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_http_methods

from yiwang.channels.desk import CASE_ROLES
from yiwang.channels.ui.officials import StaffRequest, officials, staff_page
from yiwang.channels.ui.wording import money
from yiwang.domains.cases.queries import case_by_number
from yiwang.domains.catalogue.content import Text
from yiwang.domains.payments.actions import reduce_charge
from yiwang.domains.payments.models import Charge
from yiwang.domains.payments.policies import may_reduce
from yiwang.domains.payments.queries import charges_of, ledger_of, lines_of
from yiwang.foundation.actions import InvalidInput, Refused

YUAN = re.compile(r"(\d{1,9})(?:\.(\d{1,2}))?")
KINDS = {
    "raised": gettext_noop("应收"),
    "reduced": gettext_noop("减免"),
    "cancelled": gettext_noop("取消"),
    "paid": gettext_noop("实收"),
    "surplus": gettext_noop("多收"),
    "refunded": gettext_noop("退付"),
}
STATES = {
    "due": gettext_noop("待缴"),
    "paid": gettext_noop("已缴清"),
    "waived": gettext_noop("已免缴"),
    "cancelled": gettext_noop("已取消"),
    "refunded": gettext_noop("已退款"),
}


def fen_of(text: str) -> int:
    """Return an amount of yuan, as it was typed, in fen; 0 where it is none."""
    found = YUAN.fullmatch(text.strip())
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0")) if found else 0


def yuan_of(fen: int) -> str:
    """Return a balance in words of money: nothing is no yuan, and not “free”."""
    return money(fen) if fen else _("0 元")


@officials(*CASE_ROLES)
@require_http_methods(["GET", "POST"])
def fees(request: StaffRequest, number: str) -> HttpResponse:
    """Show what the case was charged; a POST by the head of the office takes something off one fee."""
    case = case_by_number(request.actor, number)
    charges = charges_of(case.number)
    refusal: Refused | None = None
    if request.method == "POST":
        at = request.POST.get("position", "")
        charge = next((one for one in charges if str(one.pk) == request.POST.get("charge")), None)
        try:
            if charge is None or not at.isdecimal() or len(at) > 3:
                raise InvalidInput(_("选要减免的一项。"), code="no_line")
            reduce_charge(
                charge_id=charge.pk,
                position=int(at),
                amount_fen=fen_of(request.POST.get("amount", "")),
                basis=request.POST.get("basis", "")[:400],
                by=request.actor,
            )
        except Refused as refused:
            refusal = refused
        else:
            messages.success(request, _("已减免。通知和票据上会写明依据。"))
            return redirect("desk:fees", case.number)
    context = {
        "case": case,
        "item": Text(case.item_name, case.item_name_en),
        "charges": [_shown(request, one) for one in charges],
        "refusal": str(refusal) if refusal else "",
        "typed": request.POST.dict() if refusal else {},
    }
    return staff_page(request, "desk/fees.html", context, status=422 if refusal else 200)


def _shown(request: StaffRequest, charge: Charge) -> dict[str, Any]:
    return {
        "id": str(charge.pk),
        "number": charge.number,
        "state": _(STATES[charge.state]),
        "color": {"due": "warning", "paid": "success", "waived": "success"}.get(charge.state, "neutral"),
        "payable_fen": charge.payable_fen,
        "due_on": charge.due_on if charge.state == "due" else None,
        "may_reduce": charge.state == "due" and may_reduce(request.actor, charge),
        "lines": [
            {
                "position": line.position,
                "name": Text(line.name, line.name_en),
                "amount_fen": line.amount_fen,
                "basis": line.basis,
                "reduction_fen": line.reduction_fen,
                "reduction_basis": line.reduction_basis,
            }
            for line in lines_of(charge)
        ],
        "ledger": [
            {
                "kind": _(KINDS[line.kind]),
                "amount_fen": line.amount_fen,
                "owed": yuan_of(line.owed_fen),
                "held": yuan_of(line.held_fen),
                "at": line.entered_at,
            }
            for line in ledger_of(charge)
        ],
    }
