"""Rule 5: a certificate counts only if it was granted, intended, signed, and says what is stored."""

import hashlib
import json
import re
from collections import Counter
from typing import Any

from yiwang_verify.findings import Evidence, Findings
from yiwang_verify.keyring import NotSealed
from yiwang_verify.rules.sealing import compare_seal_uses
from yiwang_verify.signed import NotSigned, Seals
from yiwang_verify.store import Row, a_moment, dashed, day, keyed, moment, parsed, side_by_side, uid

ROOT = "1.2.156.3005.2"
SIGNS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
WITHDRAWN = {"revoked", "cancelled"}
GRANTED = {"granted", "issued", "delivered", "closed"}
COLUMNS = """
t.case_id, t.id, t.type_id, t.identifier, t.number, t.verify_code, t.holder_name, t.office_id, t.issued_on, t.valid_until,
t.state, t.payload_sealed, t.payload_sha256, t.signature_sealed, t.intended_at, t.signed_at, c.state, c.outcome
FROM certificates_certificate t LEFT JOIN cases_case c ON c.id = t.case_id
"""
FACTS = """
SELECT case_id, kind, fact FROM journal_entry
WHERE kind IN ('CertificateIntended', 'CertificateSigned', 'CertificateWithdrawn') AND case_id IS
"""
PROMISED = """
SELECT d.number FROM documents_document d LEFT JOIN certificates_certificate t ON t.case_id = d.case_id
WHERE d.kind = 'grant' AND t.id IS NULL
 AND NOT EXISTS (SELECT 1 FROM documents_document l WHERE l.case_id = d.case_id AND l.kind = 'letter')
 AND NOT EXISTS (
 SELECT 1 FROM cases_case c JOIN payments_charge p ON p.reference = c.number
 WHERE c.id = d.case_id AND c.state = 'granted' AND p.state = 'due')
"""
IDENTIFIED = (
    "SELECT identifier, signature_sealed, id FROM certificates_certificate WHERE signed_at IS NOT NULL ORDER BY "
)


def check(evidence: Evidence, found: Findings) -> None:
    """Look at the seals, then at each certificate with its case and its facts."""
    store, seals = evidence.store, Seals(evidence.store)
    for problem in seals.problems(evidence.folder / "authority" / "root.pem"):
        found.breach(problem)
    for column in ("number", "identifier", "verify_code"):
        sql = f"SELECT {column}, count(*) FROM certificates_certificate GROUP BY {column} HAVING count(*) > 1"
        for value, times in store.rows(sql):
            found.breach(f"{times} certificates have the {column} {value}")
    streams = (
        keyed(store.rows(f"SELECT {COLUMNS} WHERE t.case_id IS NOT NULL ORDER BY t.case_id, t.id")),
        keyed(store.rows(f"{FACTS} NOT NULL ORDER BY case_id, id")),
    )
    for _, (certificates, facts) in side_by_side(*streams):
        _together(evidence, found, seals, certificates, facts)
    loose = list(store.rows(f"SELECT {COLUMNS} WHERE t.case_id IS NULL"))
    _together(evidence, found, seals, loose, list(store.rows(f"{FACTS} NULL ORDER BY id")))
    for (number,) in store.rows(PROMISED):
        found.breach(f"decision {number} promises a certificate that does not exist")
    signed = store.rows(IDENTIFIED + store.bytewise("identifier"))
    rows = ((name, blob, f"certificates_certificate:{dashed(pk)}:signature") for name, blob, pk in signed)
    compare_seal_uses(evidence, found, "certificate", rows)


def _together(evidence: Evidence, found: Findings, seals: Seals, certificates: list[Row], facts: list[Row]) -> None:
    """Certificates of one case, and the facts about certificates in it, name each other."""
    said: dict[str, dict[str, list[dict[str, Any]]]] = {}
    for _, kind, raw in facts:
        fact = parsed(raw)
        said.setdefault(uid(fact.get("certificate_id")), {}).setdefault(kind, []).append(fact)
    for row in certificates:
        found.checked += 1
        label = f"certificate {row[3]}"
        for problem in _row_problems(evidence, row) + _fact_problems(row, said.pop(uid(row[1]), {})):
            found.breach(f"{label}: {problem}")
        try:
            _signature(evidence, seals, row)
        except (NotSealed, NotSigned) as error:
            found.breach(f"{label}: {error}")
    for missing in said:
        found.breach(f"certificate {missing}: its facts are there, it is not")


def _row_problems(evidence: Evidence, row: Row) -> list[str]:
    type_code, identifier, office, state = row[2], row[3], row[7], row[10]
    problems = []
    if not identifier_holds(identifier, type_code, office):
        problems.append("its identifier does not follow GB/T 36904, or its check character is wrong")
    signed = row[13] is not None and row[15] is not None
    if signed == (state == "intended"):
        problems.append(f"it is {state} and {'' if signed else 'not '}signed")
    if not signed and a_moment(row[14]) < evidence.settings.before(evidence.settings.intent_grace):
        problems.append(f"it was intended at {a_moment(row[14]):%Y-%m-%d %H:%M:%S} UTC and nothing came of it")
    if row[0] is not None and row[17] != "granted":
        problems.append(f"its case is {row[16] or 'missing'}, not granted")
    if row[0] is not None and row[17] == "granted" and row[16] not in GRANTED:
        problems.append(f"its case stands at {row[16]}")
    return problems


def _fact_problems(row: Row, said: dict[str, list[dict[str, Any]]]) -> list[str]:
    state, digest = row[10], row[12]
    times = Counter({kind: len(facts) for kind, facts in said.items()})
    wanted = Counter(CertificateIntended=1, CertificateSigned=int(state != "intended"))
    wanted["CertificateWithdrawn"] = int(state in WITHDRAWN)
    problems = [f"it has {times[kind]} facts {kind}, {wanted[kind]} fit its state {state}"
                for kind in wanted if times[kind] != wanted[kind]]  # fmt: skip
    for kind in ("CertificateIntended", "CertificateSigned"):
        if any(fact.get("sha256") != digest for fact in said.get(kind, ())):
            problems.append(f"its {kind} names other data")
    if any(fact.get("state") != state for fact in said.get("CertificateWithdrawn", ())):
        problems.append("its fact of withdrawal names another state")
    return problems


def _signature(evidence: Evidence, seals: Seals, row: Row) -> None:
    """The stored payload is what the digest says, what the columns say, and what was signed. Raises NotSealed, NotSigned."""
    place = f"certificates_certificate:{dashed(row[1])}"
    payload = evidence.keyring.opened(row[11], f"{place}:payload")
    if hashlib.sha256(payload).hexdigest() != row[12]:
        raise NotSigned("its payload does not have the stored SHA-256")
    data = json.loads(payload)
    until = day(row[9])
    columns = {
        "ZZLXDM": row[2], "ZZBS": row[3], "ZZBH": row[4], "verify_code": row[5], "CZZT": row[6], "ZZBFJGDM": row[7],
        "ZZBFRQ": str(day(row[8])), "ZZYXQJZRQ": until.isoformat() if until else "",
    }  # fmt: skip
    differing = [name for name, value in columns.items() if data.get(name) != value]
    if differing:
        raise NotSigned(f"its columns differ from the signed data in {', '.join(differing)}")
    if row[13] is None:
        return
    signed, seal = seals.verified(evidence.keyring.opened(row[13], f"{place}:signature"))
    if signed != payload:
        raise NotSigned("other data were signed than are stored")
    at = moment(row[15])
    if seal.office != row[7] or at is None or not seal.counts_at(at):
        raise NotSigned(f"seal {seal.key_id} of {seal.office} was not this office's at that time")


def identifier_holds(identifier: str, type_code: str, office: str) -> bool:
    """Return whether an identifier has the form of GB/T 36904, names type and issuer, and its check character fits."""
    shape = re.escape(ROOT) + r"\.([0-9A-Z]{21})\.([0-9A-Z]{6,18})\.([0-9A-Z]{1,40})\.([0-9A-Z]{3})\.([0-9A-Z])"
    match = re.fullmatch(shape, identifier)
    if match is None or match[1] != type_code or match[2] != office:
        return False
    return iso7064_mod_37_36("".join(match.groups()[:4])) == match[5]


def iso7064_mod_37_36(text: str) -> str:
    """Return the check character of ISO/IEC 7064, hybrid system MOD 37,36."""
    product = 36
    for sign in text:
        total = (product + SIGNS.index(sign)) % 36
        product = (2 * (total or 36)) % 37
    return SIGNS[(1 - product) % 36]
