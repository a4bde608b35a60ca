#!/usr/bin/env python3
"""The full forms of the trials on SQLite and on PostgreSQL; writes var/assure.json with commit, machine, versions and seed.

A trial is a test that takes its numbers from the `trials` fixture; what it counted it leaves in var/assure-figures/.
Load goes to loopback only. `--only bad_input|faults|kills|lives` runs a part (it may be given several times), `--on
sqlite|postgresql` one database, `--share 0.1` a tenth of the way from the short form to the full one; other arguments are
handed to pytest. Exit 0 only if every trial passed, nothing was lost or doubled, no answer was an unexpected 5xx, whatever
was acknowledged was verified, and every verification ended with 0.
"""

import argparse
import importlib.metadata
import json
import os
import platform
import shutil
import sqlite3
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import postgres

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "var" / "assure.json"
FIGURES = ROOT / "var" / "assure-figures"
SEED = 20261123
NO_TESTS = 5

PARTS: dict[str, list[str]] = {
    "bad_input": ["tests/bad_input", "tests/openapi"],
    "lives": ["src/yiwang/domains/cases", "tests/verify"],
    "kills": ["tests/kills"],
    "faults": ["tests/faults"],
}
"""Part → where its trials stand. `rest` is every trial that stands elsewhere."""

AT_ONCE = {"bad_input", "lives", "rest"}
"""Parts that may share the cores; the others measure how long somebody waits."""

SUMS = ("inputs", "acknowledged", "lives", "kills", "faults", "lost", "doubled", "unexpected_5xx", "verify")
MUST_BE_ZERO = ("lost", "doubled", "unexpected_5xx", "verify")
WRITING = {"lives", "kills", "faults"}
"""Parts whose whole sense is what stays in the store: without one verification they have shown nothing."""


def run_part(
    part: str, database: str, url: str, part_of_it: float, words: list[str]
) -> tuple[int, list[dict[str, Any]]]:
    """Run the trials of a part on one database; return pytest's exit code and a row for each trial."""
    places = [place for place in PARTS.get(part, ["."]) if (ROOT / place).exists()]
    if not places:
        return NO_TESTS, []
    elsewhere = [f"--ignore={place}" for places in PARTS.values() for place in places] if part == "rest" else []
    report = ROOT / "var" / f"assure-{database}-{part}.xml"
    report.unlink(missing_ok=True)
    shutil.rmtree(FIGURES, ignore_errors=True)
    kept = {k: v for k, v in os.environ.items() if k != "YIWANG_DATABASE_URL"}
    environment = kept | {"YIWANG_ASSURE": "1", "YIWANG_ASSURE_SEED": str(SEED), "PYTHONHASHSEED": "0"}
    environment["YIWANG_ASSURE_SHARE"] = str(part_of_it)
    if url:
        environment |= {"YIWANG_DATABASE_URL": url}
    spread = ["-n", "2", "--dist", "load"] if part in AT_ONCE else ["-n", "0"]
    command = [sys.executable, "-m", "pytest", "-q", "-m", "assurance", *spread, f"--junit-xml={report}"]
    command += ["-o", "faulthandler_timeout=3000", f"--hypothesis-seed={SEED}"]
    print(f"\n== {part} on {database} ==", flush=True)
    code = subprocess.run([*command, *elsewhere, *places, *words], cwd=ROOT, env=environment).returncode
    return code, rows_of(report, part, database)


def rows_of(report: Path, part: str, database: str) -> list[dict[str, Any]]:
    """Return what the trials came to, and a row for the figures that each left behind."""
    rows: list[dict[str, Any]] = []
    for case in ET.parse(report).getroot().iter("testcase") if report.exists() else ():
        outcome = next((child.tag for child in case if child.tag in {"failure", "error", "skipped"}), "passed")
        name = f"{case.get('classname')}::{case.get('name')}"
        seconds = float(case.get("time", 0))
        rows.append({"trial": name, "part": part, "database": database, "outcome": outcome, "seconds": seconds})
    for path in sorted(FIGURES.glob("*.json")):
        rows.append({"part": part, "database": database, "figures": json.loads(path.read_text(encoding="utf-8"))})
    return rows


def summed(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the sums over all figures, and the longest wait."""
    figures = [row["figures"] for row in rows if "figures" in row]
    found: dict[str, Any] = {name: sum(int(one.get(name, 0) or 0) for one in figures) for name in SUMS}
    found["verified"] = sum("verify" in one for one in figures)
    found["longest_s"] = max((float(one.get("longest_s", 0) or 0) for one in figures), default=0.0)
    return found


def unproved(rows: list[dict[str, Any]]) -> list[str]:
    """Return what wrote and was not verified: trials with acknowledged cases, and whole writing parts."""
    found = [row for row in rows if "figures" in row]
    names = [
        f"{row['database']}: {row['figures'].get('trial', '?')}"
        for row in found
        if row["figures"].get("acknowledged") and "verify" not in row["figures"]
    ]
    ran = {(row["part"], row["database"]) for row in rows if row["part"] in WRITING}
    verified = {(row["part"], row["database"]) for row in found if "verify" in row["figures"]}
    return names + [f"{database}: nothing of {part} was verified" for part, database in sorted(ran - verified)]


def commit() -> str:
    """Return the commit of this tree, with a + if it was changed since; empty outside a repository."""
    command = ["git", "describe", "--always", "--dirty=+", "--abbrev=12", "--exclude=*"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout.strip()


def versions() -> dict[str, str]:
    """Return the versions that a result depends on."""
    names = ("django", "granian", "psycopg", "hypothesis", "schemathesis", "pytest")
    return {"sqlite": sqlite3.sqlite_version} | {name: importlib.metadata.version(name) for name in names}


def run_all(
    parts: list[str], databases: list[str], share: float, words: list[str]
) -> tuple[bool, list[dict[str, Any]]]:
    """Run parts on databases; return whether every trial passed, and all rows."""
    rows: list[dict[str, Any]] = []
    codes: list[int] = []

    def on(database: str, url: str) -> None:
        for part in parts:
            code, more = run_part(part, database, url, share, words)
            codes.append(0 if code == NO_TESTS else code)
            rows.extend(more)
            print(f"{part} on {database}: {summed(more)}", flush=True)

    if "sqlite" in databases:
        on("sqlite", "")
    if "postgresql" in databases:
        try:
            with postgres.running() as cluster:
                on("postgresql", cluster.url)
        except postgres.NoPostgres as problem:
            print(f"assure: PostgreSQL left out: {problem}", file=sys.stderr)
            codes.append(1)
    return not any(codes) and bool(rows), rows


def main(arguments: list[str]) -> int:
    """Run the trials and write the results; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--only", action="append", choices=[*PARTS, "rest"], help="one part; may be given several times"
    )
    parser.add_argument("--on", action="append", choices=["sqlite", "postgresql"], help="one database")
    parser.add_argument("--share", type=float, default=1.0, help="how much of the way to the full form; 1 is all of it")
    chosen, words = parser.parse_known_args(arguments)
    began = time.time()
    RESULTS.parent.mkdir(exist_ok=True)
    passed, rows = run_all(chosen.only or [*PARTS, "rest"], chosen.on or ["sqlite", "postgresql"], chosen.share, words)
    sums = summed(rows)
    broken = {name: sums[name] for name in MUST_BE_ZERO if sums[name]}
    unverified = unproved(rows)
    machine = f"{platform.machine()}, {os.cpu_count()} cores, {platform.platform()}, Python {platform.python_version()}"
    results = {
        "commit": commit(),
        "machine": machine,
        "versions": versions(),
        "seed": SEED,
        "parts": chosen.only or "all",
        "share": chosen.share,
        "databases": chosen.on or "both",
        "began_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(began)),
        "seconds": round(time.time() - began, 1),
        "passed": sum(row.get("outcome") == "passed" for row in rows),
        "failed": sum(row.get("outcome") in {"failure", "error"} for row in rows),
        "skipped": sum(row.get("outcome") == "skipped" for row in rows),
        "sums": sums,
        "not_verified": unverified,
        "trials": rows,
    }
    RESULTS.write_text(json.dumps(results, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print("\n" + ", ".join(f"{name} {value}" for name, value in sums.items()))
    print(f"assure: {results['passed']} passed, {results['failed']} failed, {results['skipped']} skipped in "
          f"{results['seconds']:.0f} s; {RESULTS.relative_to(ROOT)}")  # fmt: skip
    if broken:
        print("assure: must be 0: " + ", ".join(f"{name} {value}" for name, value in broken.items()), file=sys.stderr)
    for name in unverified:
        print(f"assure: not verified: {name}", file=sys.stderr)
    return 0 if passed and not broken and not unverified else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
