"""Enter movements in the ledger, and lock what they move. Parts of actions: nobody else calls them."""

from uuid import UUID

from yiwang.domains.payments.models import Charge, LedgerLine
from yiwang.foundation.actions import NotVisible
from yiwang.foundation.clock import now

OWED = {"raised": 1, "reduced": -1, "cancelled": -1, "paid": -1}
HELD = {"paid": 1, "surplus": 1, "refunded": -1}
"""Kind of a line → whether its amount is added to, or taken from, what is owed and what is held."""


def locked_charge(charge_id: UUID) -> Charge:
    """Return a charge that nobody else changes meanwhile.

    Raises:
        NotVisible: where there is none.
    """
    found = Charge.objects.select_for_update(of=("self",)).select_related("office").filter(pk=charge_id).first()
    if found is None:
        raise NotVisible
    return found


def enter(charge: Charge, kind: str, amount_fen: int, source: str) -> None:
    """Add a line to the ledger of a locked charge. The database refuses a source that counted before, and any overdraft."""
    last = LedgerLine.objects.filter(charge_id=charge.pk).order_by("-sequence").first()
    LedgerLine.objects.create(
        charge=charge,
        sequence=last.sequence + 1 if last else 1,
        kind=kind,
        amount_fen=amount_fen,
        owed_fen=(last.owed_fen if last else 0) + OWED.get(kind, 0) * amount_fen,
        held_fen=(last.held_fen if last else 0) + HELD.get(kind, 0) * amount_fen,
        source=f"{kind}:{source}",
        entered_at=now(),
    )
