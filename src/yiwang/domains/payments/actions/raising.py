"""Say what has to be paid, make it less, or take it back."""

from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.utils.translation import gettext as _

from yiwang.domains.organisations.models import Office
from yiwang.domains.payments.actions.ledger import enter, locked_charge
from yiwang.domains.payments.events import ChargeCancelled, ChargePaid, ChargeRaised, ChargeReduced
from yiwang.domains.payments.models import Charge, ChargeLine, Payment
from yiwang.domains.payments.policies import may_raise, may_reduce
from yiwang.foundation.actions import InvalidInput, Refused, action, require
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import now, today
from yiwang.foundation.codes.charges import charge_number
from yiwang.foundation.journal.recording import record
from yiwang.foundation.numbers.guessing import unguessable
from yiwang.foundation.numbers.taking import take


@action
def raise_charge(
    *,
    reference: str,
    payer_person_id: UUID,
    office_code: str,
    lines: list[dict[str, Any]],
    due_on: date,
    payer_firm_id: UUID | None = None,
    subject: str = "",
    subject_en: str = "",
    purpose: str = "fee",
    by: Actor,
) -> Charge:
    """Ask somebody to pay for what a reference code stands for (行政许可法 art. 58, 59: each fee names its basis).

    A line is `{name, amount_fen, basis}`, with `name_en`, `reduction_fen` and `reduction_basis` where there are any.
    The same reference is charged once for a purpose: a second time returns the charge that is there. Where reductions
    leave nothing to pay, the charge is settled at once.

    Raises:
        InvalidInput: where a line has no basis, or an amount that is no whole, positive number of fen.
    """
    require(may_raise(by))
    there = Charge.objects.select_for_update().filter(reference=reference, purpose=purpose).first()
    if there is not None:
        return there
    if not lines or any(not _is_sound(line) for line in lines):
        raise InvalidInput(_("每一项收费要有名称、依据和整数的分，减免不能超过它。"), code="line")
    office = Office.objects.get(pk=office_code)
    total = sum(line["amount_fen"] for line in lines)
    reduced = sum(line.get("reduction_fen", 0) for line in lines)
    waived = reduced == total
    charge = Charge.objects.create(
        number=_next_number(office),
        check_code=unguessable(6),
        reference=reference,
        purpose=purpose,
        subject=subject or lines[0]["name"],
        subject_en=subject_en or lines[0].get("name_en", ""),
        office=office,
        payer_id=payer_person_id,
        firm_id=payer_firm_id,
        state=Charge.State.WAIVED if waived else Charge.State.DUE,
        total_fen=total,
        reduced_fen=reduced,
        payable_fen=total - reduced,
        due_on=due_on,
        raised_at=now(),
        settled_at=now() if waived else None,
    )
    _enter_lines(charge, lines)
    record(ChargeRaised(reference=reference, charge_id=charge.pk, payable_fen=charge.payable_fen), by=by)
    if waived:
        record(ChargePaid(reference=reference, charge_id=charge.pk), by=by)
    return charge


def _next_number(office: Office) -> str:
    region, year = (office.region_id or settings.YIWANG_PROVINCE)[:6].ljust(6, "0"), today().year
    return charge_number(region=region, year=year, serial=take(f"charge:{region}:{year}"))


def _enter_lines(charge: Charge, lines: list[dict[str, Any]]) -> None:
    for position, line in enumerate(lines, 1):
        ChargeLine.objects.create(charge=charge, position=position, **line)
    enter(charge, "raised", charge.total_fen, str(charge.pk))
    if charge.reduced_fen:
        enter(charge, "reduced", charge.reduced_fen, f"{charge.pk}:1")


def _is_sound(line: dict[str, Any]) -> bool:
    amount, off = line.get("amount_fen"), line.get("reduction_fen", 0)
    whole = all(isinstance(fen, int) and not isinstance(fen, bool) for fen in (amount, off))
    named = bool(line.get("name") and str(line.get("basis", "")).strip())
    return whole and named and 0 <= off <= amount and amount > 0 and (not off or bool(line.get("reduction_basis")))  # type: ignore[operator]


@action
def reduce_charge(*, charge_id: UUID, position: int, amount_fen: int, basis: str, by: Actor) -> Charge:
    """减免: take something off one fee of a charge that is not paid yet, on a basis that stands on the charge and receipt.

    Orders that were opened at the provider for the former amount are closed: money that still comes for one goes back.

    Raises:
        Refused: where the charge is settled or cancelled.
        InvalidInput: where no basis is named, or the line is worth less.
    """
    charge = locked_charge(charge_id)
    require(may_reduce(by, charge))
    if charge.state != Charge.State.DUE:
        raise Refused(_("这一笔已经缴清或者取消，不能再减免。"), code="not_due")
    line = ChargeLine.objects.filter(charge_id=charge.pk, position=position).first()
    if line is None or line.reduction_fen or not 0 < amount_fen <= line.amount_fen:
        raise InvalidInput(_("减免的金额要在这一项的金额以内，一项只减一次。"), code="amount")
    if not basis.strip():
        raise InvalidInput(_("写清楚减免的依据。"), code="no_basis")
    ChargeLine.objects.filter(pk=line.pk).update(reduction_fen=amount_fen, reduction_basis=basis.strip()[:500])
    charge.reduced_fen += amount_fen
    charge.payable_fen -= amount_fen
    if not charge.payable_fen:
        charge.state, charge.settled_at = Charge.State.WAIVED, now()
    charge.save(update_fields=["reduced_fen", "payable_fen", "state", "settled_at"])
    enter(charge, "reduced", amount_fen, f"{charge.pk}:line{position}")
    _close_orders(charge)
    record(ChargeReduced(reference=charge.reference, charge_id=charge.pk, reduction_fen=amount_fen), by=by)
    if charge.state == Charge.State.WAIVED:
        record(ChargePaid(reference=charge.reference, charge_id=charge.pk), by=by)
    return charge


@action
def cancel_charge(*, charge_id: UUID, by: Actor) -> Charge:
    """Take a charge back that nobody has paid. Where it is paid, waived or cancelled already, nothing changes."""
    require(may_raise(by))
    charge = locked_charge(charge_id)
    if charge.state != Charge.State.DUE:
        return charge
    charge.state = Charge.State.CANCELLED
    charge.save(update_fields=["state"])
    enter(charge, "cancelled", charge.payable_fen, str(charge.pk))
    _close_orders(charge)
    record(ChargeCancelled(reference=charge.reference, charge_id=charge.pk), by=by)
    return charge


def _close_orders(charge: Charge) -> None:
    Payment.objects.filter(charge_id=charge.pk, state=Payment.State.OPEN).update(
        state=Payment.State.CLOSED, ask_at=None
    )
