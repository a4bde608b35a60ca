"""Rule 1: fact, case, number and submit key belong to each other one to one; what was acknowledged is there."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from yiwang_verify.findings import Evidence, Findings
from yiwang_verify.store import Store, Unreadable, keyed, parsed, side_by_side, uid


def check(evidence: Evidence, found: Findings) -> None:
    """Compare the four tables case by case, then the ledger with them."""
    store = evidence.store
    streams = (
        keyed(store.rows("SELECT id, number, item_id, office_id FROM cases_case ORDER BY id")),
        keyed(store.rows("SELECT case_id, number FROM cases_casenumber ORDER BY case_id")),
        keyed(store.rows("SELECT case_id, key FROM cases_submitkey ORDER BY case_id")),
        keyed(_submitted(store)),
    )
    for case_id, (cases, numbers, keys, facts) in side_by_side(*streams):
        found.checked += 1
        label = f"case {cases[0][1] if cases else case_id}"
        if not found.require(len(cases) == 1, f"{label}: {len(cases)} cases where its number, key or fact name one"):
            continue
        _one_of_each(found, label, cases[0], numbers, keys, facts)
    if evidence.settings.ledger:
        _compare(store, evidence.settings.ledger, found)


def _submitted(store: Store) -> Iterator[Any]:
    return store.rows(
        "SELECT case_id, fact FROM journal_entry WHERE kind = 'CaseSubmitted' AND case_id IS NOT NULL ORDER BY case_id"
    )


def _one_of_each(found: Findings, label: str, case: Any, numbers: list, keys: list, facts: list) -> None:
    found.require(len(facts) == 1, f"{label}: {len(facts)} facts of its submission")
    found.require(len(numbers) == 1, f"{label}: {len(numbers)} numbers")
    found.require(len(keys) == 1, f"{label}: {len(keys)} submit keys")
    if numbers and numbers[0][1] != case[1]:
        found.breach(f"{label}: its number is entered as {numbers[0][1]}")
    for _, raw in facts:
        fact = parsed(raw)
        if uid(fact.get("case_id")) != case[0] or fact.get("item_code") != case[2]:
            found.breach(f"{label}: the fact of its submission names another case or item")


def _compare(store: Store, path: Path, found: Findings) -> None:
    """Each acknowledged line of the ledger leads to exactly one case with that number."""
    wanted: dict[str, list[dict[str, Any]]] = {}
    for line in _lines(path):
        wanted.setdefault(line["key"], []).append(line)
    there: dict[str, list[tuple[str, str | None, str]]] = {}
    sql = "SELECT k.key, n.number, k.body_hash FROM cases_submitkey k LEFT JOIN cases_casenumber n ON n.case_id = k.case_id"
    for key, number, body_hash in store.rows(sql):
        for name in {key, key.partition(":")[2]}:
            if name in wanted:
                there.setdefault(name, []).append((key, number, body_hash))
    for key, lines in wanted.items():
        for line in lines:
            found.checked += 1
            same = [row for row in there.get(key, ()) if row[1] == line["number"]]
            found.require(
                len(same) == 1, f"ledger: key {key} was answered with {line['number']}, found {len(same)} times"
            )
            if same and line.get("body_hash") and same[0][2] and same[0][2] != line["body_hash"]:
                found.breach(f"ledger: key {key} was answered for another body")


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    """Yield the lines that carry an answer. Raises Unreadable for what is no ledger; a torn last line is passed over."""
    try:
        raw = path.read_text(encoding="utf-8").splitlines(keepends=True)
    except OSError as error:
        raise Unreadable(f"the ledger {path} cannot be read: {error.strerror}") from error
    for at, text in enumerate(raw, 1):
        if not text.strip():
            continue
        try:
            line = json.loads(text)
            if line.get("number"):
                yield {"key": str(line["key"]), "number": line["number"], "body_hash": line.get("body_hash")}
        except (ValueError, KeyError, AttributeError) as error:
            if at == len(raw) and not text.endswith("\n"):
                return
            raise Unreadable(f"the ledger {path}, line {at}, is not {{key, number, body_hash}}") from error
