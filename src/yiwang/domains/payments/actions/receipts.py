"""财政电子票据: a sealed document with code, number and check code. Parts of actions: nobody else calls them."""

from django.conf import settings

from yiwang.domains.documents.actions import draw_up
from yiwang.domains.payments.models import Charge, ChargeLine, Receipt
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.clock import ZONE, now, today
from yiwang.foundation.numbers.guessing import unguessable
from yiwang.foundation.numbers.taking import take


def yuan(fen: int) -> str:
    """Return an amount as a receipt says it."""
    return f"{fen // 100}.{fen % 100:02d} 元"


def give_receipt(charge: Charge) -> Receipt:
    """Issue the receipt of a charge that was just paid. Its data commit with the payment; the seal follows in a job."""
    code = f"{settings.YIWANG_PROVINCE[:2]:0<2}01{today():%y}01"
    number, check_code = f"{take(f'payment_receipt:{code}'):010d}", unguessable(6)
    lines = [
        {"name": line.name, "amount": yuan(line.amount_fen - line.reduction_fen), "basis": line.basis}
        | ({"reduction": f"{yuan(line.reduction_fen)}，{line.reduction_basis}"} if line.reduction_fen else {})
        for line in ChargeLine.objects.filter(charge_id=charge.pk).order_by("position")
    ]
    paid_at = (charge.settled_at or now()).astimezone(ZONE)
    data = {
        "addressee": charge.firm.name if charge.firm else charge.payer.name,
        "item_name": charge.subject,
        "case_number": charge.reference,
        "charge_number": charge.number,
        "receipt_code": code,
        "receipt_number": number,
        "receipt_check": check_code,
        "lines": lines,
        "paid": yuan(charge.paid_fen),
        "paid_at": f"{paid_at:%Y-%m-%d %H:%M}",
    }
    document = draw_up(kind="payment_receipt", case_id=charge.pk, office=charge.office, data=data, by=SYSTEM)
    return Receipt.objects.create(
        code=code,
        number=number,
        check_code=check_code,
        charge=charge,
        amount_fen=charge.paid_fen,
        document_id=document.pk,
        issued_at=now(),
    )


def reverse_receipt(charge: Charge) -> None:
    """冲红: the receipt of a charge that was given back whole counts no more."""
    Receipt.objects.filter(charge_id=charge.pk, reversed_at__isnull=True).update(reversed_at=now())
