#!/usr/bin/env python3
"""All tests on SQLite, then the database tests on PostgreSQL. Arguments are handed to pytest (`-k words`, a path).

A database that is not there is said plainly and left out; in CI (`CI=true`) that is a failure. Ends with one line that
adds everything up.
"""

import os
import sys
import time
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path
from subprocess import DEVNULL, run
from tempfile import TemporaryDirectory

import postgres

ROOT = Path(__file__).resolve().parents[1]
REPORTS = ROOT / "var" / "tests"
NO_TESTS = 5
IN_CI = bool(os.environ.get("CI"))


def pytest(name: str, selection: str, environment: dict[str, str], words: list[str]) -> tuple[int, Counter[str]]:
    """Run pytest once; return its exit code and how many tests passed, failed and were skipped."""
    report = REPORTS / f"{name}.xml"
    report.unlink(missing_ok=True)
    workers = (
        max(2, min(8, os.cpu_count() or 2)) + 1
    )  # one more than cores: browsers and killed processes are waited for
    print(f"\n== {name}: {selection}, {workers} at a time ==", flush=True)
    command = [
        sys.executable, "-m", "pytest", "-m", selection, "-n", str(workers), "--dist", "loadfile", "--no-loadscope-reorder",
        "--durations", "8", "--durations-min", "2", f"--junit-xml={report}", *words,
    ]  # fmt: skip
    code = run(command, cwd=ROOT, env=environment).returncode
    counts: Counter[str] = Counter()
    if report.exists():
        for suite in ET.parse(report).getroot().iter("testsuite"):
            tests, skipped = int(suite.get("tests", 0)), int(suite.get("skipped", 0))
            failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
            counts.update(passed=tests - skipped - failed, failed=failed, skipped=skipped)
    return code, counts


def migrated(url: str, template: str) -> dict[str, str]:
    """Migrate the database at `url` and return the environment in which every worker's test database is its copy."""
    with TemporaryDirectory() as folder:
        own = os.environ | {"YIWANG_DIR": folder, "YIWANG_DATABASE_URL": url, "YIWANG_DEMO": "1"}
        run([sys.executable, "-m", "yiwang.config.cli", "migrate"], cwd=ROOT, env=own, check=True, stdout=DEVNULL)
    return {"YIWANG_TEST_TEMPLATE": template}


def main(words: list[str]) -> int:
    """Run both passes; return 0 only if all that ran passed and, in CI, nothing was left out."""
    REPORTS.mkdir(parents=True, exist_ok=True)
    began = time.monotonic()
    clean = {k: v for k, v in os.environ.items() if k != "YIWANG_DATABASE_URL"}
    template = REPORTS / "migrated.sqlite3"
    template.unlink(missing_ok=True)
    code, counts = pytest("SQLite", "not postgres", clean | migrated(f"sqlite:///{template}", str(template)), words)
    codes = [code]
    lines = [f"SQLite      {counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped"]
    total = Counter(counts)
    try:
        with postgres.running() as cluster:
            on = {"YIWANG_DATABASE_URL": cluster.url} | migrated(cluster.url, cluster.url.rpartition("/")[2])
            code, counts = pytest(
                "PostgreSQL", "(database or postgres) and not browser and not bad_input", clean | on, words
            )
        codes.append(0 if code == NO_TESTS and words else code)
        lines.append(f"PostgreSQL  {counts['passed']} passed, {counts['failed']} failed, {counts['skipped']} skipped")
        total.update(counts)
    except postgres.NoPostgres as problem:
        codes.append(int(IN_CI))
        lines.append(f"PostgreSQL  left out: {problem}")
    if words and codes[0] == NO_TESTS:
        codes[0] = 0 if total["passed"] else NO_TESTS
    print("\n" + "\n".join(lines))
    print(f"in {time.monotonic() - began:.0f} s; reports in {REPORTS.relative_to(ROOT)}/")
    print(f"total: {total['passed']} passed, {total['failed']} failed, {total['skipped']} skipped", flush=True)
    return int(any(codes))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
