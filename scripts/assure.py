#!/usr/bin/env python3
"""The full forms of the trials (kills, random lives, bad input), on SQLite and on PostgreSQL; writes var/assure.json.

A trial is a test that takes its numbers from the `trials` fixture. Load goes to loopback only. Arguments are handed to
pytest. Exit 0 only if every trial passed on both databases.
"""

import json
import os
import platform
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from pathlib import Path

import postgres

ROOT = Path(__file__).resolve().parents[1]
RESULTS = ROOT / "var" / "assure.json"


def trials(database: str, url: str, words: list[str]) -> tuple[int, list[dict[str, object]]]:
    """Run the trials on one database; return pytest's exit code and a row for each trial."""
    report = ROOT / "var" / f"assure-{database}.xml"
    environment = {k: v for k, v in os.environ.items() if k != "YIWANG_DATABASE_URL"} | {"YIWANG_ASSURE": "1"}
    if url:
        environment["YIWANG_DATABASE_URL"] = url
    command = [sys.executable, "-m", "pytest", "-m", "assurance", f"--junit-xml={report}", *words]
    code = subprocess.run(command, cwd=ROOT, env=environment).returncode
    rows: list[dict[str, object]] = []
    for case in ET.parse(report).getroot().iter("testcase") if report.exists() else ():
        outcome = next((child.tag for child in case if child.tag in {"failure", "error", "skipped"}), "passed")
        name = f"{case.get('classname')}::{case.get('name')}"
        rows.append({"trial": name, "database": database, "outcome": outcome, "seconds": float(case.get("time", 0))})
    return code, rows


def commit() -> str:
    """Return the commit of this tree, with a + if it was changed since; empty outside a repository."""
    command = ["git", "describe", "--always", "--dirty=+", "--abbrev=12", "--exclude=*"]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout.strip()


def main(words: list[str]) -> int:
    """Run all trials and write the results; return the exit code."""
    began = time.time()
    code, rows = trials("sqlite", "", words)
    try:
        with postgres.running() as cluster:
            second, more = trials("postgresql", cluster.url, words)
        code, rows = code or second, rows + more
    except postgres.NoPostgres as problem:
        print(f"assure: PostgreSQL left out: {problem}", file=sys.stderr)
        code = code or 1
    results = {
        "commit": commit(),
        "machine": f"{platform.machine()}, {os.cpu_count()} cores, {platform.platform()}, Python {platform.python_version()}",
        "began_at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(began)),
        "seconds": round(time.time() - began, 1),
        "passed": sum(row["outcome"] == "passed" for row in rows),
        "failed": sum(row["outcome"] in {"failure", "error"} for row in rows),
        "trials": rows,
    }
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(results, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
    print(f"assure: {results['passed']} passed, {results['failed']} failed; {RESULTS.relative_to(ROOT)}")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
