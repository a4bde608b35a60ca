"""Rule 6: each step that has a document by the table has it, numbered, sealed and unaltered."""

import hashlib
import json
import re
from collections import Counter

from yiwang_verify.findings import Evidence, Findings
from yiwang_verify.keyring import NotSealed
from yiwang_verify.rules.sealing import compare_seal_uses
from yiwang_verify.signed import NotSigned, Seals
from yiwang_verify.store import Row, a_moment, china_day, dashed, keyed, parsed, side_by_side, uid

WORDS = {
    "receipt": "收", "acceptance": "受", "correction": "补", "not_accepted": "不受", "grant": "准", "refusal": "不准",
    "letter": "函", "withdrawal": "撤", "not_needed": "不需", "deemed_acceptance": "视受", "deferred_acceptance": "容受",
    "promised_acceptance": "诺受", "supplement": "补充", "special": "特", "special_end": "特结", "extension": "延",
    "interested": "利", "termination": "终", "void": "废", "payment_receipt": "票",
}  # fmt: skip
SAME: dict[str, str] = {"letter": "grant"}
"""A decision letter is what a grant without a certificate looks like."""
BESIDE = "payment_receipt"
"""A document that hangs on a charge, not on a step; rule `payments` counts it."""

DOCUMENTS = """
SELECT d.case_id, d.id, d.kind, d.number, d.office_id, d.data_sealed, d.data_sha256, d.verify_code, d.created_at, d.sealed_at,
 d.signature_sealed, CASE WHEN d.kind = 'payment_receipt' THEN p.reference ELSE c.number END FROM documents_document d
LEFT JOIN cases_case c ON c.id = d.case_id LEFT JOIN payments_charge p ON p.id = d.case_id ORDER BY d.case_id, d.id
"""
FACTS = """
SELECT case_id, kind, fact, actor_kind FROM journal_entry WHERE case_id IS NOT NULL ORDER BY case_id, id
"""
SIGNED = "SELECT id, signature_sealed FROM documents_document WHERE sealed_at IS NOT NULL ORDER BY id"


def check(evidence: Evidence, found: Findings) -> None:
    """Look at the documents of each case beside its facts."""
    store, seals = evidence.store, Seals(evidence.store)
    for sql, what in (
        (
            "SELECT number, office_id, count(*) FROM documents_document GROUP BY number, office_id HAVING count(*) > 1",
            "number",
        ),
        (
            "SELECT verify_code, kind, count(*) FROM documents_document GROUP BY verify_code, kind HAVING count(*) > 1",
            "code",
        ),
    ):
        for value, _, times in store.rows(sql):
            found.breach(f"{times} documents have the {what} {value}")
    for case_id, (documents, facts) in side_by_side(keyed(store.rows(DOCUMENTS)), keyed(store.rows(FACTS))):
        for row in documents:
            found.checked += 1
            _document(evidence, found, seals, row)
        _complete(evidence, found, case_id, documents, facts)
        _noted(found, documents, facts)
    rows = ((dashed(pk), blob, f"documents_document:{dashed(pk)}:signature") for pk, blob in store.rows(SIGNED))
    compare_seal_uses(evidence, found, "document", rows)


def _document(evidence: Evidence, found: Findings, seals: Seals, row: Row) -> None:
    label = f"document {row[3]}"
    for problem in _row_problems(evidence, row):
        found.breach(f"{label}: {problem}")
    try:
        _signature(evidence, seals, row)
    except (NotSealed, NotSigned) as error:
        found.breach(f"{label}: {error}")


def _row_problems(evidence: Evidence, row: Row) -> list[str]:
    problems, created = [], a_moment(row[8])
    if not number_holds(row[3], row[2], china_day(created).year):
        problems.append(f"its number is not that of a {row[2]} of {china_day(created).year}")
    if (row[9] is None) != (row[10] is None):
        problems.append("it is sealed without a signature, or signed without a time")
    if row[9] is None and created < evidence.settings.before(evidence.settings.intent_grace):
        problems.append(f"it was drawn up at {created:%Y-%m-%d %H:%M:%S} UTC and is not sealed")
    if row[11] is None:
        problems.append("it belongs to no case")
    return problems


def number_holds(number: str, kind: str, year: int) -> bool:
    """Return whether a number is an office's name, the word of the kind, the year in 〔〕 and a serial with 号."""
    word = WORDS.get(kind)
    return bool(word and re.fullmatch(rf".+{word}〔{year}〕[1-9][0-9]*号", number))


def _signature(evidence: Evidence, seals: Seals, row: Row) -> None:
    place = f"documents_document:{dashed(row[1])}"
    payload = evidence.keyring.opened(row[5], f"{place}:data")
    if hashlib.sha256(payload).hexdigest() != row[6]:
        raise NotSigned("its data do not have the stored SHA-256")
    data = json.loads(payload)
    columns = {
        "document_id": dashed(row[1]), "kind": row[2], "number": row[3], "office_code": row[4], "verify_code": row[7],
        "case_number": row[11],
    }  # fmt: skip
    differing = [name for name, value in columns.items() if data.get(name) != value]
    if differing:
        raise NotSigned(f"its columns differ from the sealed data in {', '.join(differing)}")
    if row[10] is None:
        return
    signed, seal = seals.verified(evidence.keyring.opened(row[10], f"{place}:signature"))
    if signed != payload:
        raise NotSigned("other data were sealed than are stored")
    if seal.office != row[4] or row[9] is None or not seal.counts_at(a_moment(row[9])):
        raise NotSigned(f"seal {seal.key_id} of {seal.office} was not this office's at that time")


def _complete(evidence: Evidence, found: Findings, case_id: str, documents: list[Row], facts: list[Row]) -> None:
    """The documents of a case are those that its steps have by the table."""
    wanted: Counter[str] = Counter()
    state = None
    for _, kind, _, actor in facts:
        step = next((s for s in evidence.table.steps(state, kind) if actor in s.actors), None)
        if step:
            state = step.target
            if step.document:
                wanted[SAME.get(step.document, step.document)] += 1
    has: Counter[str] = Counter(SAME.get(str(row[2]), str(row[2])) for row in documents if row[2] != BESIDE)
    if {"grant", "letter"} <= {row[2] for row in documents}:  # granted, and handed out once it was paid
        has["grant"] -= 1
    label = f"case {documents[0][11] if documents else case_id}"
    for kind in sorted(wanted | has):
        same = wanted[kind] == has[kind]
        found.require(same, f"{label}: {has[kind]} documents {kind}, its steps have {wanted[kind]}")


def _noted(found: Findings, documents: list[Row], facts: list[Row]) -> None:
    """Each sealed document has one fact of it, with the same data."""
    said: dict[str, list[str]] = {}
    for _, kind, raw, _ in facts:
        if kind == "DocumentSealed":
            fact = parsed(raw)
            said.setdefault(uid(fact.get("document_id")), []).append(fact.get("sha256"))
    for row in documents:
        digests = said.pop(uid(row[1]), [])
        same = digests == ([row[6]] if row[9] is not None else [])
        found.require(same, f"document {row[3]}: {len(digests)} facts of its seal, or of other data")
    for missing in said:
        found.breach(f"document {missing}: its seal is a fact, it is not there")
