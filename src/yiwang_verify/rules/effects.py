"""Rule 4: each effect exactly once, each job done or on the ladder, nothing forgotten without being set aside."""

from typing import Any

from yiwang_verify.findings import Evidence, Findings
from yiwang_verify.store import moment, parsed

LADDER_STEPS = 5
DOUBLES = (
    (
        "effect",
        "SELECT consumer, entry_id, count(*) FROM journal_effect GROUP BY consumer, entry_id HAVING count(*) > 1",
    ),
    ("retry", "SELECT consumer, entry_id, count(*) FROM journal_retry GROUP BY consumer, entry_id HAVING count(*) > 1"),
    ("job", "SELECT kind, key, count(*) FROM jobs_job GROUP BY kind, key HAVING count(*) > 1"),
)
WITHOUT_ENTRY = """
SELECT f.consumer, f.entry_id FROM journal_effect f LEFT JOIN journal_entry e ON e.id = f.entry_id WHERE e.id IS NULL
"""
BOTH = """
SELECT f.consumer, f.entry_id FROM journal_retry r
JOIN journal_effect f ON f.consumer = r.consumer AND f.entry_id = r.entry_id
"""
MISSING = """
SELECT e.id FROM journal_entry e
LEFT JOIN journal_effect f ON f.consumer = ? AND f.entry_id = e.id
LEFT JOIN journal_retry r ON r.consumer = ? AND r.entry_id = e.id
WHERE e.kind = ? AND e.id <= ? AND f.entry_id IS NULL AND r.entry_id IS NULL ORDER BY e.id
"""
KINDS = """
SELECT DISTINCT f.consumer, e.kind FROM journal_effect f JOIN journal_entry e ON e.id = f.entry_id
UNION SELECT r.consumer, e.kind FROM journal_retry r JOIN journal_entry e ON e.id = r.entry_id
"""


def check(evidence: Evidence, found: Findings) -> None:
    """Look at effects, cursors, the retry ladder and jobs."""
    store = evidence.store
    for what, sql in DOUBLES:
        for one, other, times in store.rows(sql):
            found.breach(f"{what} {one} {other} is there {times} times")
    for consumer, entry in store.rows(WITHOUT_ENTRY):
        found.breach(f"{consumer} had an effect of entry {entry}, which is gone")
    for consumer, entry in store.rows(BOTH):
        found.breach(f"{consumer} waits for entry {entry} although its effect took place")
    found.checked += sum(
        store.one(f"SELECT count(*) FROM {t}")[0] for t in ("journal_effect", "journal_retry", "jobs_job")
    )
    _consumers(evidence, found)
    _ladder(evidence, found)
    _jobs(evidence, found)


def _consumers(evidence: Evidence, found: Findings) -> None:
    store = evidence.store
    newest = store.one("SELECT max(id) FROM journal_entry")[0] or 0
    kinds: dict[str, list[str]] = {}
    for consumer, kind in store.rows(KINDS):
        kinds.setdefault(consumer, []).append(kind)
    cursors = {c: (p, {int(g) for g in parsed(gaps)}) for c, p, gaps in store.rows(
        "SELECT consumer, position, gaps FROM journal_cursor"
    )}  # fmt: skip
    for consumer, (position, _) in cursors.items():
        found.require(position <= newest, f"{consumer} has read up to {position}, the journal ends at {newest}")
    for consumer, heard in sorted(kinds.items()):
        if not found.require(consumer in cursors, f"{consumer} has effects and no cursor"):
            continue
        position, gaps = cursors[consumer]
        for kind in heard:
            for (entry,) in store.rows(MISSING, consumer, consumer, kind, position):
                found.require(entry in gaps, f"{consumer} passed entry {entry} ({kind}) without an effect")
        for (entry,) in store.rows(
            "SELECT entry_id FROM journal_effect WHERE consumer = ? AND entry_id > ?", consumer, position
        ):
            found.breach(f"{consumer} had an effect of entry {entry}, which it has not read")
        _forgotten(evidence, found, consumer, heard, position)


def _forgotten(evidence: Evidence, found: Findings, consumer: str, heard: list[str], position: int) -> None:
    places = ", ".join("?" * len(heard))
    sql = f"SELECT id, recorded_at FROM journal_entry WHERE kind IN ({places}) AND id > ? ORDER BY id"
    oldest = evidence.settings.before(evidence.settings.waiting_grace)
    waiting = [entry for entry, at in evidence.store.rows(sql, *heard, position) if _is_before(at, oldest)]
    found.require(not waiting, f"{consumer} has not read {len(waiting)} old entries, from {waiting[:1]}")


def _is_before(value: Any, limit: Any) -> bool:
    at = moment(value)
    return at is not None and at < limit


def _ladder(evidence: Evidence, found: Findings) -> None:
    oldest = evidence.settings.before(evidence.settings.waiting_grace)
    dead = 0
    sql = "SELECT consumer, entry_id, attempts, state, next_try_at, error FROM journal_retry"
    for consumer, entry, attempts, state, next_try, error in evidence.store.rows(sql):
        label = f"{consumer} with entry {entry}"
        dead += state == "dead"
        found.require(state in {"waiting", "dead"}, f"{label}: unknown state {state}")
        found.require(bool(error), f"{label} waits without an error")
        if state == "waiting":
            found.require(attempts <= LADDER_STEPS, f"{label} was tried {attempts} times and is not set aside")
            found.require(not _is_before(next_try, oldest), f"{label} is long due and neither tried nor set aside")
    if dead:
        found.note(f"{dead} facts are set aside for an operator")


def _jobs(evidence: Evidence, found: Findings) -> None:
    oldest = evidence.settings.before(evidence.settings.waiting_grace)
    dead = 0
    sql = "SELECT id, kind, state, run_at, attempts, done_at FROM jobs_job WHERE state <> 'done' OR done_at IS NULL"
    for job, kind, state, run_at, attempts, _ in evidence.store.rows(sql):
        label = f"job {job} ({kind})"
        if state == "done":
            found.breach(f"{label} is done at no time")
        elif state == "waiting":
            found.require(attempts <= LADDER_STEPS + 1, f"{label} was tried {attempts} times and is not set aside")
            found.require(not _is_before(run_at, oldest), f"{label} is long due and neither done nor set aside")
        else:
            dead += 1
            found.require(state == "dead", f"{label}: unknown state {state}")
    if dead:
        found.note(f"{dead} jobs are set aside for an operator")
