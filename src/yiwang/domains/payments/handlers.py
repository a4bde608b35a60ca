"""Tell payers what is to be paid, that it is paid, and that money came back."""

from uuid import UUID

from yiwang.domains.notices.actions import notify_person
from yiwang.domains.payments.events import ChargePaid, ChargeRaised, ChargeRefunded
from yiwang.domains.payments.models import Charge
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.journal.recording import on


def _tell(charge_id: UUID, kind: str, title: tuple[str, str], body: tuple[str, str], *, text_message: bool) -> None:
    charge = Charge.objects.only("payer_id", "number", "subject", "subject_en").get(pk=charge_id)
    notify_person(
        person_id=charge.payer_id,
        kind=kind,
        title=(title[0].format(item=charge.subject), title[1].format(item=charge.subject_en or charge.subject)),
        body=body,
        link=f"/me/payments/{charge.number}",
        text_message=text_message,
        by=SYSTEM,
    )


@on(ChargeRaised)
def tell_what_is_due(fact: ChargeRaised) -> None:
    """Tell the payer what is to be paid, and until when; nothing where nothing is left to pay."""
    if not fact.payable_fen:
        return
    amount = f"{fact.payable_fen // 100}.{fact.payable_fen % 100:02d}"
    body = (
        f"要缴 {amount} 元。网上就能缴，也可以把缴款码给别人代缴。",
        f"{amount} yuan are due. Pay online, or give the notice number to somebody who pays for you.",
    )
    _tell(fact.charge_id, "payment", ("“{item}”要缴费", "{item}: a fee is due"), body, text_message=True)


@on(ChargePaid)
def tell_paid(fact: ChargePaid) -> None:
    """Tell the payer that all is paid and where the receipt lies."""
    body = ("电子票据在“我的缴费”里。", "The receipt is in your payments.")
    _tell(fact.charge_id, "paid", ("“{item}”的费用缴清了", "{item}: paid"), body, text_message=False)


@on(ChargeRefunded)
def tell_refunded(fact: ChargeRefunded) -> None:
    """Tell the payer that money came back."""
    amount = f"{fact.amount_fen // 100}.{fact.amount_fen % 100:02d}"
    body = (f"退了 {amount} 元，原路退回。", f"{amount} yuan went back the way they came.")
    _tell(fact.charge_id, "refund", ("“{item}”退款到账", "{item}: refunded"), body, text_message=True)
