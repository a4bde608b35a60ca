"""What size costs: loading a catalogue, making a publication visible, and what requests cost among many cases.

    .venv/bin/python benchmarks/scale.py load FILE…        wall, CPU and memory of loading each file, then of loading it again
    .venv/bin/python benchmarks/scale.py paths             CPU of guide, search, my cases, desk queue and submission
    .venv/bin/python benchmarks/scale.py visible           seconds until a publication shows in every process

The store is the one that YIWANG_DIR and YIWANG_DATABASE_URL name: a demo province, filled up by many_items.py and
many_cases.py. CPU is that of this process and, with PostgreSQL, that of its server process beside it. JSON is printed.
"""

import argparse
import json
import os
import resource
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import store

ROUNDS, TIMES = 9, 25
MOST_MEMORY_MB = 400
MOST_SECONDS_TO_SHOW = 2.0
ITEM = "11339900YW0000020T3332099001000"
WORDS = ["想开一家面馆", "孩子上户口", "去外地看病", "养狗要办什么", "食品经营许可", "居住证", "公积金租房提取"]
PERSON = "shenjianguo@demo.example"
OFFICE = "11339900YW0000055D"
"""The office that many_cases.py gives the most cases to."""

Ask = Callable[[], tuple[int, bytes]]


def load(files: list[str]) -> list[dict[str, object]]:
    """Load each file twice, each time in a process of its own."""
    found = []
    for file in [f for f in files for _ in range(2)]:
        before, began = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
        command = [sys.executable, "-m", "yiwang.config.cli", "catalogue", "load", "--json", file]
        run = subprocess.run(command, capture_output=True, text=True, check=False)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        memory = after.ru_maxrss // 1024
        assert memory <= MOST_MEMORY_MB, f"{memory} MB"
        found.append(
            {
                "said": json.loads(run.stdout) if run.returncode == 0 else run.stderr[-500:],
                "wall_seconds": round(time.monotonic() - began, 1),
                "cpu_seconds": round(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, 1),
                "most_memory_mb": memory,
                "load_average": os.getloadavg()[1],
            }
        )
    return found


def signed_in(email: str) -> tuple[str, str]:
    """Return the cookie of a session with a second factor, and a bearer token, of a demo account."""
    from yiwang.domains.identity.actions import issue_token
    from yiwang.domains.identity.models import Account
    from yiwang.foundation.actors import SYSTEM

    account = Account.objects.get(email=email)
    return store.session_cookie(account), issue_token(account_id=account.pk, by=SYSTEM)


def official_of_the_office() -> str:
    """Return the e-mail address of an official who takes cases in the office that many_cases.py gives the most to."""
    from yiwang.domains.identity.models import Staff

    staff = [s for s in Staff.objects.filter(office_id=OFFICE).select_related("account") if "window" in s.roles]
    return staff[0].account.email


def paths() -> dict[str, Ask]:
    """Return what is measured, by name."""
    from yiwang.config.wsgi import application
    from yiwang.domains.cases.models import Case
    from yiwang.domains.cases.queries import answers_of
    from yiwang.foundation.journal.queries import latest_checkpoint

    ask = store.asker(application)
    case = Case.objects.filter(item_id=ITEM, applicant__account__email=PERSON).exclude(channel="bench").first()
    assert case is not None
    cookie, token = signed_in(PERSON)
    desk_cookie, desk_token = signed_in(official_of_the_office())
    body = json.dumps({"item": ITEM, "answers": answers_of(case)}).encode()
    mine, theirs = {"HTTP_AUTHORIZATION": f"Bearer {token}"}, {"HTTP_AUTHORIZATION": f"Bearer {desk_token}"}
    turn = iter(range(1_000_000_000))
    head = latest_checkpoint()
    leaf = head.size // 3 if head else 0

    def word() -> str:
        return quote(WORDS[next(turn) % len(WORDS)])

    return {
        "guide": lambda: ask(f"/items/{ITEM}", HTTP_COOKIE=cookie),
        "search in a region": lambda: ask(f"/search?region=330106&q={word()}&n={next(turn)}", HTTP_COOKIE=cookie),
        "search everywhere": lambda: ask(f"/search?q={word()}&n={next(turn)}", HTTP_COOKIE=cookie),
        "my cases": lambda: ask("/me/cases", HTTP_COOKIE=cookie),
        "my cases (API)": lambda: ask("/api/v1/cases", **mine),
        "desk queue": lambda: ask("/desk/", HTTP_COOKIE=desk_cookie),
        "desk queue, search": lambda: ask(f"/desk/?q={quote('王')}", HTTP_COOKIE=desk_cookie),
        "desk queue, overdue (API)": lambda: ask("/api/v1/desk/cases?which=overdue", **theirs),
        "desk, finished": lambda: ask("/desk/done", HTTP_COOKIE=desk_cookie),
        "submit": lambda: ask(
            "/api/v1/cases", method="POST", body=body, HTTP_IDEMPOTENCY_KEY=str(uuid.uuid4()), **mine
        ),
        "proof of a leaf": lambda: ask(f"/api/v1/journal/proof/{leaf}"),
    }


def server_process() -> int | None:
    """Return the number of PostgreSQL's process for this connection."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return None
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return int(cursor.fetchone()[0])


def server_cpu(process: int | None) -> float:
    """Return the seconds of CPU of a process on this machine."""
    if process is None:
        return 0.0
    fields = Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def measure() -> dict[str, dict[str, float]]:
    """Return the CPU of each path in milliseconds: application, server, both; the rounds interleaved."""
    asked = paths()
    own: dict[str, list[float]] = {name: [] for name in asked}
    beside = dict.fromkeys(asked, 0.0)
    sizes = {}
    for name, function in asked.items():
        status, whole = function()
        assert status in {200, 201}, (name, status, whole[:300])
        sizes[name] = len(whole)
        for _ in range(8):
            function()
    process = server_process()
    for _ in range(ROUNDS):
        for name, function in asked.items():
            at, server_at = time.process_time(), server_cpu(process)
            for _ in range(TIMES):
                function()
            own[name].append((time.process_time() - at) / TIMES * 1000)
            beside[name] += server_cpu(process) - server_at
    found = {}
    for name in asked:
        application, server = statistics.median(own[name]), beside[name] / ROUNDS / TIMES * 1000
        found[name] = {
            "ms": round(application + server, 3), "application": round(application, 3), "server": round(server, 3),
            "bytes": sizes[name],
        }  # fmt: skip
    return found


def store_sizes() -> dict[str, object]:
    """Return how much there is, as the database itself estimates it."""
    from django.db import connection

    from yiwang.domains.catalogue.queries import item_count

    tables = ["cases_case", "cases_caseclock", "cases_submitkey", "journal_entry", "journal_leaf"]
    found: dict[str, object] = {"database": connection.vendor, "items": item_count()}
    with connection.cursor() as cursor:
        for table in tables:
            if connection.vendor == "postgresql":
                cursor.execute("SELECT reltuples::bigint FROM pg_class WHERE relname = %s", [table])
            else:
                cursor.execute(f"SELECT count(*) FROM {table}")
            found[table] = cursor.fetchone()[0]
    return found


def visible() -> dict[str, object]:
    """Serve with two processes and a worker, publish, and return after how long each place shows it, at the latest."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "yiwang.config.cli"]
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
    serving = subprocess.Popen([*command, "serve", "--port", str(port), "--workers", "2"], **quiet)  # type: ignore[call-overload]
    working = subprocess.Popen([*command, "worker"], **quiet)  # type: ignore[call-overload]
    try:
        return {"seconds": [_shown_after(port, turn) for turn in range(5)]}
    finally:
        for process in (serving, working):
            process.terminate()
            process.wait(30)


def _shown_after(port: int, turn: int) -> dict[str, float]:
    from yiwang.domains.catalogue.actions import amend_item
    from yiwang.domains.catalogue.queries import catalogue_version
    from yiwang.foundation.actors import SYSTEM

    word = f"试办{uuid.uuid4().hex[:6]}"
    places = {
        "guide": f"/items/{ITEM}",
        "API": f"/api/v1/items/{ITEM}",
        "search": f"/search?q={quote(word)}",
        "search (API)": f"/api/v1/items?q={quote(word)}",
    }

    def shows(path: str) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
                body = answer.read().decode()
        except OSError:
            return False
        return ITEM in body and f"居住证{word}" in body

    while turn == 0:  # until it serves
        try:
            urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=5).close()
            break
        except OSError:
            time.sleep(0.2)
    for path in places.values():  # every process has kept the page of before
        for _ in range(8):
            shows(path)
    amend_item(item_code=ITEM, changes={"name": {"zh": f"居住证{word}"}}, by=SYSTEM)
    began, in_a_row, last_old = time.monotonic(), dict.fromkeys(places, 0), dict.fromkeys(places, 0.0)
    while min(in_a_row.values()) < 12 and time.monotonic() - began < 20:
        for name, path in places.items():
            asked_at = time.monotonic() - began
            if shows(path):
                in_a_row[name] += 1
            else:
                in_a_row[name], last_old[name] = 0, asked_at
    assert catalogue_version() > 0
    return {name: round(seconds, 2) for name, seconds in last_old.items()}


def main() -> int:
    """Measure what is asked for, and print it."""
    options = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    options.add_argument("what", choices=["load", "paths", "visible"])
    options.add_argument("files", nargs="*")
    asked = options.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yiwang.config.settings")
    if asked.what == "load":
        print(json.dumps(load(asked.files), ensure_ascii=False, indent=1))
        return 0
    import django

    django.setup()
    done = visible() if asked.what == "visible" else {"store": store_sizes(), "paths": measure()}
    print(json.dumps(done, ensure_ascii=False, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
