"""Rule 13: what counts as delivered was handed over to somebody, once, and no case ended before its parcel."""

from collections.abc import Iterable

from yiwang_verify.findings import Evidence, Findings
from yiwang_verify.store import Row, keyed, moment, parsed, side_by_side

DELIVERIES = """
SELECT d.id, d.reference, d.direction, d.way, d.state, d.last_number, d.delivered_at, d.signer, c.state
FROM deliveries_delivery d LEFT JOIN cases_casenumber n ON n.number = d.reference LEFT JOIN cases_case c ON c.id = n.case_id
ORDER BY d.id
"""
TRACK = "SELECT delivery_id, number, kind, at, signer, counted FROM deliveries_trackevent ORDER BY delivery_id, received_at, id"
FACTS = "SELECT {which}, kind, fact FROM journal_entry WHERE kind IN ('DeliveryDone', 'DeliveryReturned') ORDER BY {order}, id"
TO_PERSON = {"self", "household", "agent", "code"}
TO_BODY = {"self", "agent", "mailroom", "code"}
IN_PERSON = {"code", "document"}


def check(evidence: Evidence, found: Findings) -> None:
    """Look at each delivery with what the courier told, and with what the journal says of its end."""
    store = evidence.store
    which = "json_extract(fact, '$.delivery_id')" if store.is_sqlite else "fact ->> 'delivery_id'"
    facts = FACTS.format(which=which, order=store.bytewise(f"({which})"))
    streams = (keyed(store.rows(sql)) for sql in (DELIVERIES, TRACK, facts))
    for delivery_id, (deliveries, track, told) in side_by_side(*streams):
        found.checked += 1
        if not deliveries:
            found.breach(f"delivery {delivery_id}: it has a track or an end, and is not there")
            continue
        for problem in _problems(deliveries[0], track, told):
            found.breach(f"delivery {delivery_id}: {problem}")


def _problems(delivery: Row, track: list[Row], facts: list[Row]) -> Iterable[str]:
    _, _, direction, way, state, last_number, delivered_at, signer, case_state = delivery
    ends = [(kind, parsed(fact)) for _, kind, fact in facts]
    wanted = {"delivered": ["DeliveryDone"], "returned": ["DeliveryReturned"]}.get(state, [])
    if [kind for kind, _ in ends] != wanted:
        yield f"it is {state}, and the journal says {[kind for kind, _ in ends] or 'nothing'} of its end"
    counted = [row for row in track if row[5]]
    numbers = [row[1] for row in counted]
    if numbers != sorted(set(numbers)) or (numbers[-1] if numbers else 0) != last_number:
        yield "an event counted that was older than what had moved it"
    if state != "delivered":
        if direction == "out" and case_state in {"delivered", "closed"} and state not in {"returned", "cancelled"}:
            yield f"its case is {case_state}, and it is {state}"
        return
    at = moment(delivered_at)
    if any(moment(fact.get("at")) != at for _, fact in ends):
        yield "it counts from another moment than the journal says"
    signed = [row for row in counted if row[2] == "delivered"]
    if way == "electronic":
        holds = signer == "account" and not track
    elif signed:
        holds = signer in TO_PERSON | TO_BODY and [(moment(row[3]), row[4]) for row in signed] == [(at, signer)]
    else:
        holds = way == "pickup" and signer in IN_PERSON
    if not holds:
        yield "it counts as delivered, and nobody signed for it at that moment"
