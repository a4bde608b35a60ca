"""Charges as pages show them: what, how much, by which rule, and how it stands in one sentence."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from yiwang.channels.ui.wording import date_cn
from yiwang.domains.catalogue.content import Text
from yiwang.domains.payments.models import Charge
from yiwang.domains.payments.queries import charges_of, lines_of, receipt_of, refunds_of
from yiwang.foundation.clock import today

COLORS = {"due": "warning", "paid": "success", "waived": "success", "cancelled": "neutral", "refunded": "neutral"}


def standing(charge: Charge) -> str:
    """Return how a charge stands, in one sentence."""
    match charge.state:
        case "due" if charge.due_on < today():
            return _("已过缴款日，请尽快缴")
        case "due":
            return _("请在 {date}前缴").format(date=date_cn(charge.due_on, weekday=True))
        case "paid":
            return _("已缴清，在退一部分") if charge.refunded_fen else _("已缴清")
        case "waived":
            return _("全部减免，不用缴")
        case "cancelled":
            return _("已取消，不用缴")
    return _("已全部退回")


def charge_row(charge: Charge) -> dict[str, Any]:
    """Return a charge as a list shows it."""
    return {
        "number": charge.number,
        "name": Text(charge.subject, charge.subject_en),
        "office": Text(charge.office.name, charge.office.name_en),
        "amount_fen": charge.payable_fen,
        "standing": standing(charge),
        "color": COLORS[charge.state],
        "is_due": charge.state == "due",
        "raised_at": charge.raised_at,
        "url": reverse("portal:charge", args=[charge.number]),
    }


def charge_view(charge: Charge) -> dict[str, Any]:
    """Return a charge with its fees, reductions, receipt and refunds. It names nobody."""
    receipt = receipt_of(charge)
    return {
        **charge_row(charge),
        "total_fen": charge.total_fen,
        "reduced_fen": charge.reduced_fen,
        "due_on": charge.due_on,
        "lines": [
            {
                "name": Text(line.name, line.name_en),
                "amount_fen": line.amount_fen,
                "basis": line.basis,
                "reduction_fen": line.reduction_fen,
                "reduction_basis": line.reduction_basis,
            }
            for line in lines_of(charge)
        ],
        "receipt": {
            "code": receipt.code,
            "number": receipt.number,
            "check_code": receipt.check_code,
            "is_reversed": receipt.reversed_at is not None,
            "issued_at": receipt.issued_at,
        }
        if receipt
        else None,
        "refunds": [
            {"amount_fen": one.amount_fen, "basis": one.basis, "done_at": one.done_at, "asked_at": one.requested_at}
            for one in refunds_of(charge)
        ],
    }


def case_charges(reference: str) -> list[dict[str, Any]]:
    """Return what a case costs, for its page. Whoever calls has checked that the case may be seen."""
    return [charge_row(charge) for charge in charges_of(reference)]
