"""Rule 12: every charge is what its fees come to, its ledger balances, and no money counts twice."""

from collections import Counter
from collections.abc import Iterable

from yiwang_verify.findings import Evidence, Findings
from yiwang_verify.store import Row, dashed, keyed, side_by_side

OWED = {"raised": 1, "reduced": -1, "cancelled": -1, "paid": -1}
HELD = {"paid": 1, "surplus": 1, "refunded": -1}
CHARGES = """
SELECT id, number, state, total_fen, reduced_fen, payable_fen, paid_fen, refunded_fen FROM payments_charge ORDER BY id
"""
LINES = "SELECT charge_id, amount_fen, reduction_fen FROM payments_chargeline ORDER BY charge_id, position"
LEDGER = """
SELECT charge_id, sequence, kind, amount_fen, owed_fen, held_fen, source FROM payments_ledgerline ORDER BY charge_id, sequence
"""
PAID = """
SELECT p.charge_id, p.id, p.state, p.amount_fen, p.trade_number FROM payments_payment p
WHERE p.state IN ('paid', 'surplus') ORDER BY p.charge_id, p.id
"""
BACK = """
SELECT p.charge_id, r.id, r.amount_fen, p.state FROM payments_refund r JOIN payments_payment p ON p.id = r.payment_id
WHERE r.state = 'done' ORDER BY p.charge_id, r.id
"""
RECEIPTS = """
SELECT r.charge_id, r.amount_fen, r.code, r.number, d.kind FROM payments_receipt r
LEFT JOIN documents_document d ON d.id = r.document_id AND d.case_id = r.charge_id ORDER BY r.charge_id
"""


def check(evidence: Evidence, found: Findings) -> None:
    """Reckon each charge anew from its fees, its ledger, its payments and refunds."""
    store = evidence.store
    streams = (keyed(store.rows(sql)) for sql in (CHARGES, LINES, LEDGER, PAID, BACK, RECEIPTS))
    for charge_id, (charges, lines, ledger, paid, back, receipts) in side_by_side(*streams):
        found.checked += 1
        if not charges:
            found.breach(f"charge {charge_id}: it has lines, payments or receipts, and is not there")
            continue
        label = f"charge {charges[0][1]}"
        for problem in _problems(charges[0], lines, ledger, paid, back, receipts):
            found.breach(f"{label}: {problem}")


def _problems(
    charge: Row, lines: list[Row], ledger: list[Row], paid: list[Row], back: list[Row], receipts: list[Row]
) -> Iterable[str]:
    _, number, state, total, reduced, payable, got, returned = charge
    if not number_holds(number):
        yield "its number does not check"
    if (sum(r[1] for r in lines), sum(r[2] for r in lines)) != (total, reduced) or payable != total - reduced:
        yield "its fees and reductions do not come to its sums"
    yield from _balances(ledger)
    sums = Counter[str]()
    for row in ledger:
        sums[row[2]] += row[3]
    if (sums["raised"], sums["reduced"], sums["paid"]) != (total, reduced, got):
        yield "its ledger does not come to its sums"
    left = ledger[-1][4] if ledger else 0
    if left != (payable if state == "due" else 0):
        yield f"its ledger says that {left} fen are owed, it is {state}"
    wanted = {(f"{'paid' if r[2] == 'paid' else 'surplus'}:{dashed(r[1])}", r[3]) for r in paid}
    wanted |= {(f"refunded:{dashed(r[1])}", r[2]) for r in back}
    if wanted != {(row[6], row[3]) for row in ledger if row[2] in HELD}:
        yield "its payments and refunds are not those of its ledger"
    if sum(r[3] for r in paid if r[2] == "paid") != got or sum(r[2] for r in back if r[3] == "paid") != returned:
        yield "its payments and refunds do not come to its sums"
    if [(r[1], r[4]) for r in receipts] != ([(got, "payment_receipt")] if got else []):
        yield f"it has {len(receipts)} receipts for {got} fen, or one without its document"


def _balances(ledger: list[Row]) -> Iterable[str]:
    owed = held = 0
    for place, (_, sequence, kind, amount, owed_after, held_after, _) in enumerate(ledger, 1):
        owed += OWED.get(kind, 0) * amount
        held += HELD.get(kind, 0) * amount
        if sequence != place or (owed, held) != (owed_after, held_after) or owed < 0 or held < 0 or amount <= 0:
            yield f"line {sequence} of its ledger does not balance"
            return


def number_holds(number: str) -> bool:
    """Return whether twenty digits have the right check digit (ISO 7064 MOD 11,10)."""
    if len(number) != 20 or not number.isdigit():
        return False
    product = 10
    for sign in number[:-1]:
        product = ((product + int(sign)) % 10 or 10) * 2 % 11
    return (11 - product) % 10 == int(number[-1])
