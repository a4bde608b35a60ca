"""The page of the documentation that says what requests cost, made from the figures of one run.

.venv/bin/python benchmarks/pages.py var/bench.json docs/reference/performance.md
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

KEPT_RATE = 0.4
HEAD = """\
# What requests cost

Made by `yiwang bench --json var/bench.json --docs docs/reference/performance.md`; do not edit. CPU in milliseconds of
application and database together, medians over the rounds of one run; rates are for one second of CPU. **Compare ratios, not
milliseconds**: machines differ, and this one was shared while it was measured where its load says so.

The *floor* is `benchmarks/floor.py`: the same SQL by the bare driver and the same template, no framework, asked in turn with
ours in the same process model (of a submission: `benchmarks/submitting.py`). The floor of a kept guide is the same page as
bytes that granian hands out without making them. *In process* is the WSGI application alone; *over the wire* is granian
with one worker, eight connections on the loopback and the server's CPU from `/proc`.
"""


def page(report: dict[str, Any]) -> str:
    """Return the page in Markdown."""
    return "\n".join(_lines(report)).rstrip() + "\n"


def _lines(report: dict[str, Any]) -> Iterator[str]:
    yield HEAD
    names = ("python", "django", "granian", "minijinja", "msgspec", "psycopg", "django-ninja")
    yield f"Measured {report['measured']} at commit `{report['commit']}` on {report['cores']} cores of {report['processor']}"
    yield f"(load {report['load']} at the start), with {', '.join(f'{name} {report[name]}' for name in names)}."
    for found in report["on"]:
        yield f"\n## {found['database']}, {found['items']:,} items\n"
        yield "| path | how | floor | ours | times the floor | aim | |"
        yield "|---|---|---|---|---|---|---|"
        for one in found["figures"]:
            yield _row(one)
        yield ""
        for name in ("issuing", "handling", "memory"):
            if found.get(name):
                yield f"### {name.capitalize()}\n"
                yield from _others(found[name])
                yield ""
        yield from _where(found.get("where", {}))
    yield from _missed(report)


def _aim(one: dict[str, Any]) -> str:
    if one["path"] == "guide, kept":
        return f"≤ {one['aim']} ms, ≥ {KEPT_RATE} of granian's rate"
    return f"≤ {one['aim']} ms" + (f", ≤ {one['aim_ratio']} ×" if one["aim_ratio"] else "")


def faults(one: dict[str, Any]) -> list[str]:
    """Return what a figure misses of its aim, in words; nothing where it is met."""
    found = []
    if one["ours"] > one["aim"]:
        found.append(f"{one['ours'] - one['aim']:.2f} ms over")
    most = 1 / KEPT_RATE if one["path"] == "guide, kept" and one["how"] == "over the wire" else one["aim_ratio"]
    if most and one["ratio"] > most:
        found.append(f"{one['ratio'] - most:.2f} × over")
    return found


def _row(one: dict[str, Any]) -> str:
    missed = ", ".join(faults(one)) or "met"
    return (
        f"| {one['path']} | {one['how']} | {one['floor']:.3f} | {one['ours']:.3f} "
        f"({one['least']:.3f}–{one['most']:.3f}) | {one['ratio']:.2f} | {_aim(one)} | {missed} |"
    )


def _others(figures: list[dict[str, Any]]) -> Iterator[str]:
    yield "| what | figure | aim | |"
    yield "|---|---|---|---|"
    for one in figures:
        aim = one.get("aim")
        is_rate = "per" in one["unit"]
        told = "" if aim is None else "met" if (one["value"] >= aim if is_rate else one["value"] <= aim) else "missed"
        limit = "" if aim is None else f"{'≥' if is_rate else '≤'} {aim:,}"
        value = f"{one['value']:,}" if isinstance(one["value"], int | float) else str(one["value"])
        yield f"| {one['what']} | {value} {one['unit']} | {limit} | {told} |"


def _where(shares: dict[str, dict[str, float]]) -> Iterator[str]:
    if not shares:
        return
    parts = list(dict.fromkeys(part for one in shares.values() for part in one))
    parts.sort(key=lambda part: -sum(one.get(part, 0) for one in shares.values()))
    yield "### Where the CPU of a request goes\n"
    yield "Shares of a profile in process (`benchmarks/profiles.py`), which makes Python dearer than it is.\n"
    yield "| | " + " | ".join(shares) + " |"
    yield "|---|" + "---|" * len(shares)
    for part in parts:
        cells = (f"{one[part]:.0%}" if part in one else "" for one in shares.values())
        yield f"| {part} | " + " | ".join(cells) + " |"
    yield ""


def _missed(report: dict[str, Any]) -> Iterator[str]:
    missed = [(found["database"], one) for found in report["on"] for one in found["figures"] if faults(one)]
    yield "\n## What falls short\n"
    if not missed:
        yield "Nothing: every aim is met."
    for database, one in missed:
        yield f"- {one['path']}, {one['how']}, {database.split(',')[0]}: {', '.join(faults(one))} ({COSTS[one['path']]})."


COSTS = {
    "guide, kept": "granian's own request and the tuple of its answer",
    "guide": "drawing the page takes more than half of it: 16 KB, sixty texts and thirty macros that go back and forth to Python",
    "my cases": "the template takes a third, then the twenty rows, their dates and sentences, and the session",
    "my cases (API)": "ninja's own way to the operation, and the twenty rows",
    "search": "reading the question and ranking the candidates; then the rows and the template",
    "submit": "validation, encryption and eleven rows of one transaction",
}
"""Path → what its CPU is spent on, for what falls short; the table above has the shares."""


def main() -> int:
    """Write the page from a file of figures."""
    source, target = map(Path, sys.argv[1:3])
    target.write_text(page(json.loads(source.read_text(encoding="utf-8"))), encoding="utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
