"""What a request costs: CPU of the whole application, in process, on a store with the demo province in it.

    .venv/bin/yiwang bench [guide search cases submit …] [--json FILE]

Each path is asked through the WSGI application as granian asks it. The CPU is that of this process: with SQLite that is
all there is; with PostgreSQL (YIWANG_BENCH_DATABASE_URL) the server's own comes on top. These machines are noisy: the
median of several rounds is what counts, and ratios within one run.
"""

import argparse
import io
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
import uuid
from collections.abc import Callable
from pathlib import Path

ROUNDS = 7
AIMS = {"guide": 0.3, "search": 2.0, "my cases": 0.6, "my cases (API)": 0.6, "submit": 1.5}
"""CPU in milliseconds that each request may cost in the end, application and database together."""

ITEM = "11339900YW0000020T3332099001000"
QUERIES = ["想开一家面馆", "孩子上户口", "去外地看病", "养狗要办什么", "open a restaurant", "居住证", "公积金租房提取"]


def prepare() -> None:
    """Build the demo province in a folder of its own, with the real catalogues where they lie beside the checkout."""
    folder = Path(tempfile.mkdtemp(prefix="yiwang-bench-"))
    os.environ |= {"YIWANG_DIR": str(folder), "YIWANG_DEMO": "1", "YIWANG_LOG_LEVEL": "ERROR", "YIWANG_LIMITS": "off"}
    os.environ["YIWANG_DATABASE_URL"] = os.environ.get(
        "YIWANG_BENCH_DATABASE_URL", f"sqlite:///{folder / 'yiwang.sqlite3'}"
    )
    command = [sys.executable, "-m", "yiwang.config.cli"]
    subprocess.run([*command, "demo", "--dir", str(folder), "--build-only"], check=True, stdout=subprocess.DEVNULL)
    catalogues = Path(__file__).resolve().parents[2] / "shared" / "data" / "catalogue"
    files = [
        str(p) for p in (catalogues / "services_guangdong_2021.jsonl", catalogues / "services_guangan_county_2025.csv")
    ]
    if all(Path(p).exists() for p in files):
        subprocess.run([*command, "catalogue", "load", *files], check=True, stdout=subprocess.DEVNULL)


def asker() -> Callable[..., tuple[int, bytes]]:
    """Return a function that asks the WSGI application one request."""
    from yiwang.config.wsgi import application

    def ask(
        path: str, *, method: str = "GET", body: bytes = b"", cookie: str = "", **headers: str
    ) -> tuple[int, bytes]:
        where, _, query = path.partition("?")
        environ = {
            "REQUEST_METHOD": method,
            "PATH_INFO": where,
            "QUERY_STRING": query,
            "SERVER_NAME": "127.0.0.1",
            "SERVER_PORT": "8000",
            "HTTP_HOST": "127.0.0.1:8000",
            "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1",
            "wsgi.url_scheme": "http",
            "wsgi.input": io.BytesIO(body),
            "wsgi.errors": sys.stderr,
            "CONTENT_LENGTH": str(len(body)) if body else "",
            "CONTENT_TYPE": "application/json" if body else "",
            "HTTP_COOKIE": cookie,
            "HTTP_ACCEPT_LANGUAGE": "zh-CN",
            **headers,
        }
        status: list[int] = []
        answer = application(environ, lambda line, _headers, *_: status.append(int(line.split()[0])))
        whole = b"".join(answer)
        answer.close()
        return status[0], whole

    return ask


def requests() -> dict[str, Callable[[], tuple[int, bytes]]]:
    """Return what is measured, by name."""
    from importlib import import_module
    from urllib.parse import quote

    from django.conf import settings

    from yiwang.domains.cases.models import Case
    from yiwang.domains.cases.queries import answers_of
    from yiwang.domains.identity.actions import issue_token
    from yiwang.foundation.actors import SYSTEM

    ask = asker()
    case = Case.objects.filter(item_id=ITEM, applicant__account__email="shenjianguo@demo.example").first()
    assert case is not None
    account = case.applicant.account
    assert account is not None
    token = issue_token(account_id=account.pk, by=SYSTEM)
    store = import_module(settings.SESSION_ENGINE).SessionStore()
    store["_auth_user_id"] = str(account.pk)
    store["_auth_user_backend"] = settings.AUTHENTICATION_BACKENDS[0]
    store["_auth_user_hash"] = account.get_session_auth_hash()
    store.save()
    cookie = f"{settings.SESSION_COOKIE_NAME}={store.session_key}"
    answers = answers_of(case)
    body = json.dumps({"item": ITEM, "answers": answers}).encode()
    bearer = {"HTTP_AUTHORIZATION": f"Bearer {token}"}
    turn = iter(range(1_000_000_000))

    def submit() -> tuple[int, bytes]:
        return ask("/api/v1/cases", method="POST", body=body, HTTP_IDEMPOTENCY_KEY=str(uuid.uuid4()), **bearer)

    return {
        "guide": lambda: ask(f"/items/{ITEM}"),
        "search": lambda: ask(f"/search?q={quote(QUERIES[next(turn) % len(QUERIES)])}"),
        "my cases": lambda: ask("/me/cases", cookie=cookie),
        "my cases (API)": lambda: ask("/api/v1/cases", **bearer),
        "submit": submit,
    }


def measure(function: Callable[[], tuple[int, bytes]], rounds: int, times: int) -> dict[str, float]:
    """Return the CPU of one request in milliseconds: median, least and most over the rounds."""
    status, whole = function()
    assert status in {200, 201}, (status, whole[:300])
    for _ in range(10):
        function()
    costs = []
    for _ in range(rounds):
        started = time.process_time()
        for _ in range(times):
            function()
        costs.append((time.process_time() - started) / times * 1000)
    return {"median": statistics.median(costs), "least": min(costs), "most": max(costs), "bytes": len(whole)}


def main() -> int:
    """Measure and print; with --json write the figures, the commit and the machine too."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    options.add_argument("names", nargs="*")
    options.add_argument("--json", type=Path)
    chosen = options.parse_args()
    prepare()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yiwang.config.settings")
    import django

    django.setup()
    from yiwang.domains.catalogue.queries import item_count

    figures = {}
    for name, function in requests().items():
        if chosen.names and name.split()[0] not in chosen.names:
            continue
        figures[name] = measure(function, ROUNDS, 60)
        found = figures[name]
        print(f"{name:<16} {found['median']:7.3f} ms CPU  ({found['least']:.3f}–{found['most']:.3f})  aim {AIMS[name]}")
    if chosen.json:
        commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
        report = {"commit": commit.stdout.strip(), "machine": platform.processor() or platform.machine()}
        report |= {"python": platform.python_version(), "items": item_count(), "figures": figures}
        chosen.json.parent.mkdir(parents=True, exist_ok=True)
        chosen.json.write_text(json.dumps(report, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
