"""Where the CPU of a request goes: a profile, added up by the part of the house that the time was spent in.

    .venv/bin/python benchmarks/profiles.py [guide …]      on the store that YIWANG_BENCH_DIR names, or a new one

A profile makes calls of Python dearer than they are, so these are shares, not milliseconds.
"""

import cProfile
import pstats
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

TIMES = 150

PARTS = (
    ("drawing the page", ("render_template", "minijinja", "channels/ui/wording", "channels/ui/context", "channels/ui/backend")),
    ("database driver", ("sqlite3.", "Cursor", "psycopg", "db/backends")),
    ("Django's ORM", ("db/models", "db/utils")),
    ("encryption, digests, signatures", ("cryptography", "vault", "_hashlib", "hashlib", "hmac", "crypto", "signing")),
    ("the door: session, language, who it is", ("channels/ui/", "sessions", "identity/queries", "trans_real", "translation", "csrf", "allauth")),
    ("reading, checking and writing JSON", ("ninja", "pydantic", "msgspec", "json", "jsonschema")),
    ("search: reading the question, ranking", ("domains/search", "rapidfuzz", "rjieba", "foundation/text")),
    ("Django's handler, routes, answer", ("django/", "asgiref")),
    ("our domains", ("yiwang/domains", "yiwang/foundation")),
    ("our channels", ("yiwang/channels", "yiwang/config")),
)  # fmt: skip
"""Part → what names of files or functions belong to it; the first that fits counts."""


def part_of(file: str, function: str) -> str:
    """Return the part that a function belongs to."""
    name = f"{file} {function}".replace("\\", "/")
    return next((part for part, marks in PARTS if any(mark in name for mark in marks)), "Python itself")


def where(ask: Callable[[], Any], times: int = TIMES) -> dict[str, float]:
    """Return part → its share of the time of a request, the greatest first."""
    for _ in range(10):
        ask()
    profile = cProfile.Profile()
    profile.enable()
    for _ in range(times):
        ask()
    profile.disable()
    spent: dict[str, float] = {}
    found = pstats.Stats(profile).stats  # type: ignore[attr-defined]
    for (file, _line, function), (_calls, _all, own, _total, callers) in found.items():
        if file == "~" and (part := part_of("", function)) == "Python itself":
            for (theirs, _, name), row in callers.items():  # a built-in counts where it was called from
                key = part_of(theirs, name)
                spent[key] = spent.get(key, 0.0) + row[2]
            continue
        part = part_of(file, function)
        spent[part] = spent.get(part, 0.0) + own
    total = sum(spent.values())
    return {
        part: round(own / total, 3)
        for part, own in sorted(spent.items(), key=lambda row: -row[1])
        if own / total > 0.005
    }


def main() -> int:
    """Print the parts of each path."""
    sys.path[:0] = [str(Path(__file__).resolve().parent), str(Path(__file__).resolve().parents[1] / "src")]
    import run

    run.prepare()
    for name, (ours, _floor) in run.Contenders().pairs().items():
        if len(sys.argv) == 1 or name in sys.argv[1:]:
            print(name, *(f"  {share:6.1%}  {part}" for part, share in where(ours).items()), sep="\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
