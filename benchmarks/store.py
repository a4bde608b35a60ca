"""What the benchmarks share: a store with the demo province, a way to ask a WSGI application, and a clock of CPU."""

import io
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

ITEM = "11339900YW0000020T3332099001000"
Ask = Callable[..., tuple[int, bytes]]


def open_store() -> Path:
    """Build the demo province in a folder of its own and set Django up on it; return the folder.

    YIWANG_BENCH_DIR names a store that was built before; YIWANG_BENCH_DATABASE_URL another database than its own SQLite.
    """
    known = os.environ.get("YIWANG_BENCH_DIR")
    folder = Path(known) if known else Path(tempfile.mkdtemp(prefix="yiwang-bench-"))
    os.environ |= {"YIWANG_DIR": str(folder), "YIWANG_DEMO": "1", "YIWANG_LOG_LEVEL": "ERROR", "YIWANG_LIMITS": "off"}
    url = os.environ.get("YIWANG_BENCH_DATABASE_URL", f"sqlite:///{folder / 'yiwang.sqlite3'}")
    os.environ |= {"YIWANG_DATABASE_URL": url, "YIWANG_DEMO_DATABASE_URL": url}
    if not known:
        command = [sys.executable, "-m", "yiwang.config.cli", "demo", "--dir", str(folder), "--build-only"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "yiwang.config.settings")
    import django

    django.setup()
    return folder


def asker(application: Callable[..., Any]) -> Ask:
    """Return a function that asks a WSGI application one request and gives status and body."""

    def ask(path: str, *, method: str = "GET", body: bytes = b"", **headers: str) -> tuple[int, bytes]:
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
            "HTTP_ACCEPT_LANGUAGE": "zh-CN",
            **headers,
        }
        status: list[int] = []
        answer = application(environ, lambda line, _headers, *_: status.append(int(line.split()[0])))
        whole = b"".join(answer)
        if hasattr(answer, "close"):
            answer.close()
        return status[0], whole

    return ask


def session_cookie(account: Any) -> str:
    """Return the cookie of a session in which an account has shown its password and a second factor."""
    from importlib import import_module

    from django.conf import settings

    session = import_module(settings.SESSION_ENGINE).SessionStore()
    at = int(time.time())
    session.update(
        {
            "_auth_user_id": str(account.pk),
            "_auth_user_backend": settings.AUTHENTICATION_BACKENDS[0],
            "_auth_user_hash": account.get_session_auth_hash(),
            "account_authentication_methods": [{"method": "password", "at": at}, {"method": "mfa", "at": at}],
        }
    )
    session.save()
    return f"{settings.SESSION_COOKIE_NAME}={session.session_key}"


def applicant() -> tuple[str, bytes]:
    """Return the token of a citizen of the demo, and the body of an application that they may hand in."""
    from yiwang.domains.cases.models import Case
    from yiwang.domains.cases.queries import answers_of
    from yiwang.domains.identity.actions import issue_token
    from yiwang.foundation.actors import SYSTEM

    case = (
        Case.objects.filter(item_id=ITEM, applicant__account__email="shenjianguo@demo.example")
        .order_by("submitted_at")
        .first()
    )
    assert case is not None and case.applicant.account is not None
    token: str = issue_token(account_id=case.applicant.account.pk, by=SYSTEM)
    return token, json.dumps({"item": ITEM, "answers": answers_of(case)}).encode()


class Clock:
    """Counts the CPU of this process, and of the processes of PostgreSQL that serve these connections."""

    def __init__(self, connections: Iterable[Any] = ()) -> None:
        """Find the server's processes, where there are any."""
        self.servers = [one.info.backend_pid for one in connections if hasattr(one, "info")]

    def __call__(self) -> float:
        """Return seconds of CPU so far."""
        ticks = sum(_ticks(pid) for pid in self.servers)
        return time.process_time() + ticks / os.sysconf("SC_CLK_TCK")


def _ticks(pid: int) -> int:
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    return int(fields[11]) + int(fields[12])
