"""The command: which store, which rules, how it is told."""

import argparse
import datetime as dt
import json
import os
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote

from yiwang_verify.findings import Evidence, Findings, Settings
from yiwang_verify.keyring import Keyring
from yiwang_verify.rules import RULES, Check
from yiwang_verify.store import Store, Unreadable, database_errors
from yiwang_verify.table import PUBLISHED, Table

HOLDS, BROKEN, UNUSABLE = 0, 1, 2
DEMO = Path(__file__).resolve().parents[2] / "var" / "demo"
"""Where a checkout keeps its store unless it is told otherwise."""

EXAMPLE = """examples:
  yiwang verify
  yiwang verify --json --ledger acknowledged.jsonl
  python -m yiwang_verify --database sqlite:///restored.sqlite3 --dir /srv/restored --only journal files
"""


def parser() -> argparse.ArgumentParser:
    """Return what the command line takes."""
    made = argparse.ArgumentParser(
        prog="yiwang verify",
        description="Prove the whole store, read-only, without the code that writes it. Exit 0: every rule holds; "
        "1: a breach; 2: wrong use, or a store that cannot be read.",
        epilog=EXAMPLE,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("--database", metavar="URL", help="sqlite:///path or postgres://… (YIWANG_DATABASE_URL)")
    made.add_argument("--dir", metavar="DIR", type=Path, help="the data directory with keys/ and files/ (YIWANG_DIR)")
    made.add_argument("--json", action="store_true", help="one JSON object instead of lines")
    made.add_argument(
        "--only", metavar="RULE", nargs="+", choices=[name for name, _, _ in RULES], help="only these rules"
    )
    made.add_argument(
        "--ledger", metavar="FILE", type=Path, help="acknowledged submissions, {key, number, body_hash} a line"
    )
    made.add_argument("--anchor", metavar="FILE", type=Path, help="tree heads kept outside, {size, root} a line")
    made.add_argument("--table", metavar="FILE", type=Path, default=PUBLISHED, help="the published table of states")
    made.add_argument(
        "--at", metavar="TIME", type=_moment, help="the moment to judge waiting things by, ISO 8601 (now)"
    )
    for name, default, what in (
        ("sealing", 60, "an entry may be unsealed"),
        ("intent", 60, "a certificate or document may be unsigned"),
        ("waiting", 18_370, "something may be overdue before it counts as forgotten (the ladder: 10 s … 4 h)"),
        ("orphan", 3_600, "a file may lie in the store before a row names it"),
    ):
        made.add_argument(
            f"--{name}-grace", metavar="S", type=int, default=default, help=f"seconds that {what} ({default})"
        )
    return made


def main(argv: Sequence[str] | None = None) -> int:
    """Check a store; return 0 if all rules hold, 1 on a breach, 2 on wrong use or a store that cannot be read."""
    try:
        given = parser().parse_args(argv)
    except SystemExit as stop:
        return int(stop.code or 0)
    try:
        results = verify(given)
    except Unreadable as problem:
        print(f"yiwang verify: {problem}", file=sys.stderr)
        return UNUSABLE
    except database_errors() as problem:
        first = str(problem).strip().splitlines()[0]
        print(f"yiwang verify: the store cannot be read ({first}): restore a backup, or migrate it", file=sys.stderr)
        return UNUSABLE
    holds = not any(result.broken for result in results)
    print(_as_json(results, holds) if given.json else _as_text(results, holds))
    return HOLDS if holds else BROKEN


def verify(given: argparse.Namespace) -> list[Findings]:
    """Run the rules; return what each found. Raises Unreadable."""
    named = given.dir or os.environ.get("YIWANG_DIR")
    folder = Path(named) if named else DEMO
    if not (folder / "keys").is_dir():
        raise Unreadable(f"there is no store in {folder} (no keys/): give --dir, or set YIWANG_DIR")
    url = (
        given.database or os.environ.get("YIWANG_DATABASE_URL") or f"sqlite:///{quote(str(folder / 'yiwang.sqlite3'))}"
    )
    settings = Settings(
        now=given.at or dt.datetime.now(dt.UTC),
        sealing_grace=given.sealing_grace,
        intent_grace=given.intent_grace,
        waiting_grace=given.waiting_grace,
        orphan_grace=given.orphan_grace,
        ledger=given.ledger,
        anchor=given.anchor,
    )
    keyring, table = Keyring(folder / "keys"), Table(given.table)
    store = Store(url)
    try:
        evidence = Evidence(store, keyring, folder, table, settings)
        wanted = given.only or [name for name, _, _ in RULES]
        return [
            _run(evidence, Findings(number, name, title), check)
            for number, (name, title, check) in enumerate(RULES, 1)
            if name in wanted
        ]
    finally:
        store.close()


def _run(evidence: Evidence, found: Findings, check: Check) -> Findings:
    began = time.perf_counter()
    try:
        check(evidence, found)
    except (ValueError, KeyError, TypeError, AttributeError, IndexError, OverflowError) as error:
        if isinstance(error, Unreadable):
            raise
        found.breach(f"a row could not be understood, the rest of this rule was not looked at: {error!r}")
    found.seconds = time.perf_counter() - began
    return found


def _moment(text: str) -> dt.datetime:
    found = dt.datetime.fromisoformat(text)
    return found if found.tzinfo else found.replace(tzinfo=dt.UTC)


def _as_text(results: list[Findings], holds: bool) -> str:
    lines = []
    for result in results:
        word = "BROKEN" if result.broken else "ok"
        lines.append(
            f"{word:<6} {result.number:>2} {result.title:<42} {result.checked:>9,} checked {result.seconds:>8.2f} s"
        )
        lines += [f"          {breach}" for breach in result.breaches]
        if result.broken > len(result.breaches):
            lines.append(f"          … and {result.broken - len(result.breaches):,} more")
        lines += [f"          note: {note}" for note in result.notes]
    broken = sum(result.broken for result in results)
    lines.append("everything holds" if holds else f"BROKEN: {broken:,} breaches")
    return "\n".join(lines)


def _as_json(results: list[Findings], holds: bool) -> str:
    rules = [
        {
            "number": r.number, "rule": r.name, "title": r.title, "ok": not r.broken, "checked": r.checked,
            "seconds": round(r.seconds, 3), "broken": r.broken, "breaches": r.breaches, "notes": r.notes,
        }
        for r in results
    ]  # fmt: skip
    return json.dumps({"ok": holds, "rules": rules}, ensure_ascii=False, indent=1)
