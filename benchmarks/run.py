"""What a request costs, beside the floor: the CPU of application and database, in process and over the wire.

    .venv/bin/yiwang bench [guide cases search submit …] [--database sqlite|postgres|both] [--quick]
                           [--json var/bench.json] [--docs docs/reference/performance.md]

Ours and the floor (`floor.py`: the same SQL, the same template, no framework) are asked in turn, round by round, in one
process, and then each behind a granian of one worker. These machines are noisy: the median over the rounds is what counts,
and ratios within one run. PostgreSQL is a cluster of its own that `scripts/postgres.py` starts. `--docs` writes the page that
the repository keeps; `pages.py` makes it from the JSON file.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import uuid
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import quote

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE), str(HERE.parent / "src")]

import machine  # noqa: E402
import store  # noqa: E402

ITEM = store.ITEM
QUERIES = ["想开一家面馆", "孩子上户口", "去外地看病", "养狗要办什么", "open a restaurant", "居住证", "公积金租房提取"]
CASES = 21
OTHERS = ("issuing", "handling", "memory")
"""Benchmarks of their own, with a function `figures()`; called where they are there."""

AIMS: dict[str, tuple[float, float | None]] = {
    "guide, kept": (0.05, None),
    "guide": (0.3, 2.0),
    "my cases": (0.6, 3.0),
    "my cases (API)": (0.6, None),
    "search": (2.0, None),
    "submit": (1.5, 2.5),
}
"""Path → CPU in milliseconds that one may cost, application and database, and how many times its floor."""

KEPT_RATE = 0.4
"""How much of granian's rate for a page that it need not make a kept guide has to reach."""

Ask = Callable[[], Any]


def prepare() -> None:
    """Build the demo province, with the real catalogues where they lie beside the checkout, and a full page of cases."""
    known = os.environ.get("YIWANG_BENCH_DIR")
    store.open_store()
    catalogues = HERE.parents[1] / "shared" / "data" / "catalogue"
    files = [catalogues / "services_guangdong_2021.jsonl", catalogues / "services_guangan_county_2025.csv"]
    if not known and all(path.exists() for path in files):
        command = [sys.executable, "-m", "yiwang.config.cli", "catalogue", "load", *map(str, files)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        subprocess.run(
            [sys.executable, "-c", "import django; django.setup(); from yiwang.foundation.jobs.worker import *; work_until_idle()"],
            check=True,
        )  # fmt: skip
    from yiwang.domains.cases.actions import submit_case
    from yiwang.domains.cases.queries import my_cases
    from yiwang.domains.identity.queries import identify_token

    token, body = store.applicant()
    sent, by = json.loads(body), identify_token(token).actor
    for _ in range(CASES - len(my_cases(by, limit=CASES))):
        submit_case(item_code=sent["item"], answers=sent["answers"], key=str(uuid.uuid4()), by=by)


def signed_in() -> tuple[str, str, bytes]:
    """Return a session's cookie and a token of the same citizen, and the body of an application."""
    from yiwang.domains.identity.queries import identify_token, me

    token, body = store.applicant()
    person = me(identify_token(token).actor)
    assert person is not None and person.account is not None
    return store.session_cookie(person.account), token, body


class Contenders:
    """What is asked: for each path ours and the floor, in process."""

    def __init__(self) -> None:
        import floor

        from yiwang.config.wsgi import application, in_time

        self.cookie, self.token, self.body = signed_in()
        self.floor = floor.prepared(QUERIES, ITEM)
        self.front, self.ours, self.bare = (store.asker(a) for a in (application, in_time, self.floor))
        self.turn = 0

    def _next(self) -> str:
        self.turn += 1
        return f"/search?q={quote(QUERIES[self.turn % len(QUERIES)])}"

    def pairs(self) -> dict[str, tuple[Ask, Ask]]:
        """Return path → (ours, floor); the floor of a kept guide is a page that nobody makes."""
        bearer = {"HTTP_AUTHORIZATION": f"Bearer {self.token}"}
        mine = {"HTTP_COOKIE": self.cookie}
        guide, ours, bare = f"/items/{ITEM}", self.ours, self.bare
        found: dict[str, tuple[Ask, Ask]] = {
            "guide, kept": (lambda: self.front(guide), lambda: bare("/static")),
            "guide": (lambda: ours(guide), lambda: bare(guide)),
            "my cases": (lambda: ours("/me/cases", **mine), lambda: bare("/me/cases", **mine)),
            "my cases (API)": (lambda: ours("/api/v1/cases", **bearer), lambda: bare("/api/v1/cases", **bearer)),
            "search": (lambda: ours(self._next()), lambda: bare(self._next())),
        }
        submit = submission()
        return found | ({"submit": submit} if submit else {})

    def wired(self) -> dict[str, list[Any]]:
        """Return path → the requests that are sent over the wire."""
        from wire import request

        def submit() -> bytes:
            return request(
                "/api/v1/cases",
                "POST",
                self.body,
                Authorization=f"Bearer {self.token}",
                Idempotency_Key=str(uuid.uuid4()),
            )

        return {
            "guide, kept": [request(f"/items/{ITEM}")],
            "guide": [request(f"/items/{ITEM}")],
            "my cases": [request("/me/cases", Cookie=self.cookie)],
            "my cases (API)": [request("/api/v1/cases", Authorization=f"Bearer {self.token}")],
            "search": [request(f"/search?q={quote(q)}") for q in QUERIES],
            "submit": [submit],
        }


def submission() -> tuple[Ask, Ask] | None:
    """Return handing in and its floor, from the benchmark of its own."""
    try:
        import submitting

        both, _connections = submitting.contenders()
    except ImportError:
        return None
    return (lambda: both["submit"](str(uuid.uuid4()))), (lambda: both["floor"](str(uuid.uuid4())))


def in_process(pairs: dict[str, tuple[Ask, Ask]], rounds: int, times: int) -> list[dict[str, Any]]:
    """Ask ours and the floor in turn; return a figure for each path."""
    figures = []
    for name, both in pairs.items():
        for one in both:
            status, answer = one()
            assert status in {200, 201}, (name, status, answer[:300])
            for _ in range(20):
                one()
        clock = machine.Clock()
        costs: tuple[list[float], list[float]] = ([], [])
        for _ in range(rounds):
            for one, kept in zip(both, costs, strict=True):
                started = clock()
                for _ in range(times):
                    one()
                kept.append((clock() - started) / times * 1000)
        figures.append(figure(name, "in process", *costs))
    return figures


def figure(path: str, how: str, ours: list[float], floor: list[float]) -> dict[str, Any]:
    """Return one figure: medians over the rounds, and the median of the ratio within each."""
    ratio = statistics.median(a / b for a, b in zip(ours, floor, strict=True))
    found = {"path": path, "how": how, "ours": statistics.median(ours), "floor": statistics.median(floor)}
    aim, most = AIMS[path]
    return found | {"ratio": ratio, "least": min(ours), "most": max(ours), "aim": aim, "aim_ratio": most}


def over_the_wire(requests: dict[str, list[Any]], paths: list[str], rounds: int, times: int) -> list[dict[str, Any]]:
    """Serve ours, ours without the front and the floor, one worker each; return a figure for each path."""
    from wire import measure, request, serving

    figures = []
    with (
        serving("yiwang.config.wsgi:application") as front,
        serving("yiwang.config.wsgi:application", YIWANG_FRONT_MB="0") as ours,
        serving("floor:application") as bare,
    ):
        for name in paths:
            against = [request("/static")] if name == "guide, kept" else requests[name]
            server = front if name == "guide, kept" else ours
            count = times * 5 if name == "guide, kept" else times
            costs = measure({"ours": (server, requests[name]), "floor": (bare, against)}, rounds, count)
            figures.append(figure(name, "over the wire", costs["ours"], costs["floor"]))
    return figures


def child(chosen: argparse.Namespace) -> int:
    """Measure on one database, and write what was found."""
    prepare()
    import profiles

    from yiwang.domains.catalogue.queries import item_count

    contenders = Contenders()
    pairs = {n: p for n, p in contenders.pairs().items() if not chosen.names or n.split(",")[0] in chosen.names}
    rounds, times = (3, 40) if chosen.quick else (9, 100)
    figures = in_process(pairs, rounds, times)
    tell(figures)
    wired = over_the_wire(contenders.wired(), list(pairs), rounds, times * 2)
    tell(wired)
    found: dict[str, Any] = {"database": machine.database_version(), "items": item_count(), "figures": figures + wired}
    found["where"] = {name: profiles.where(ours) for name, (ours, _floor) in pairs.items() if name != "guide, kept"}
    for name in () if chosen.names else OTHERS:
        try:
            found[name] = import_module(name).figures()
        except (Exception, SystemExit) as problem:  # their trouble must not cost what was measured
            print(f"{name}: {problem!r}", file=sys.stderr, flush=True)
            continue
        tell_others(found[name])
    Path(chosen.child).write_text(json.dumps(found, ensure_ascii=False, indent=1))
    return 0


def tell_others(figures: list[dict[str, Any]]) -> None:
    """Print the figures of the other benchmarks."""
    for one in figures:
        print(f"{one['what']:<45} {one['value']} {one['unit']}  aim {one.get('aim')}", flush=True)


def tell(figures: list[dict[str, Any]]) -> None:
    """Print figures as they come."""
    for f in figures:
        aims = f"aim {f['aim']} ms" + (f", {f['aim_ratio']} x" if f["aim_ratio"] else "")
        print(
            f"{f['path']:<16}{f['how']:<15}{f['ours']:7.3f} ms  floor {f['floor']:6.3f}  {f['ratio']:5.2f} x  {aims}",
            flush=True,
        )


def on(database: str, chosen: argparse.Namespace) -> dict[str, Any]:
    """Measure on a database in a process of its own; return what it found."""
    out = Path(tempfile.mkstemp(suffix=".json")[1])
    command = [sys.executable, "-W", "ignore", str(HERE / "run.py"), *chosen.names, "--child", str(out)]
    command += ["--quick"] if chosen.quick else []
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "yiwang.config.settings",
        "PYTHONPATH": str(HERE.parent / "src"),
    }
    if database == "postgres":
        command = [sys.executable, str(HERE.parent / "scripts" / "postgres.py"), "run", "--", *command]
    try:
        subprocess.run(command, env=environment | {"YIWANG_BENCH_ON": database}, check=True)
        found: dict[str, Any] = json.loads(out.read_text())
    finally:
        out.unlink()
    return found


def main() -> int:
    """Measure on each database, print, and write the figures with the commit, the machine and the versions."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("names", nargs="*", help="guide, my cases, my cases (API), search, submit; all without a name")
    options.add_argument("--database", choices=("sqlite", "postgres", "both"), default="both")
    options.add_argument("--quick", action="store_true", help="few rounds: to see that it runs")
    options.add_argument("--json", type=Path)
    options.add_argument("--docs", type=Path, help="write the page of the documentation")
    options.add_argument("--child", help=argparse.SUPPRESS)
    chosen = options.parse_args()
    if chosen.child:
        if os.environ.get("YIWANG_BENCH_ON") == "postgres":
            os.environ["YIWANG_BENCH_DATABASE_URL"] = os.environ["YIWANG_DATABASE_URL"]
        return child(chosen)
    report: dict[str, Any] = {
        "commit": machine.commit(),
        "measured": f"{datetime.now(UTC):%Y-%m-%d}",
        **machine.facts(),
    }
    report["on"] = []
    for database in ("sqlite", "postgres") if chosen.database == "both" else (chosen.database,):
        print(f"— {database}", flush=True)
        report["on"].append(on(database, chosen))
    if chosen.json:
        chosen.json.parent.mkdir(parents=True, exist_ok=True)
        chosen.json.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n")
    if chosen.docs:
        import pages

        chosen.docs.write_text(pages.page(report))
    return 0


if __name__ == "__main__":
    sys.exit(main())
