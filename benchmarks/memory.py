"""What a process weighs: a web worker idle and after every kind of page, and the worker before and after it drew PDFs.

    .venv/bin/python benchmarks/memory.py

RSS and PSS (what is shared counted by its share) of the granian worker process, and the most that it ever took. The load is
what a day brings: guides, search, sign-in, a form, handing in, cases, certificates, PDFs, verifying a file, the desk.
"""

import json
import os
import re
import subprocess
import sys
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import store

AIM_MB = 160
PATIENCE_SECONDS = 90
PAGES = (
    "/", "/search?q=%E5%BC%80%E9%9D%A2%E9%A6%86", "/search?q=open+a+restaurant", f"/items/{store.ITEM}", "/sign-in",
    "/verify", "/progress", "/offices", "/api/v1/docs", "/api/v1/openapi.json", "/api/v1/items", "/healthz",
)  # fmt: skip
OWN = ("/me/", "/me/cases", "/me/certificates", f"/items/{store.ITEM}/apply", "/me/messages")
DESK = ("/desk/", "/desk/certificates")
FORM_HEAD = b'--seal\r\nContent-Disposition: form-data; name="file"; filename="a.pdf"\r\n\r\n'
FORM_TAIL = b"\r\n--seal--\r\n"


class Server:
    """One installation's web and worker, each one process (and granian's main process beside the web's)."""

    def __init__(self, folder: Path, port: int) -> None:
        """Start both on a store that is built."""
        self.address = f"http://127.0.0.1:{port}"
        environment = os.environ | {"YIWANG_ORIGIN": self.address, "YIWANG_LOG_LEVEL": "ERROR"}
        command = [sys.executable, "-W", "ignore", "-m", "yiwang.config.cli"]
        self.web = subprocess.Popen([*command, "serve", "--port", str(port), "--workers", "1"], env=environment)
        self.worker = subprocess.Popen([*command, "worker"], env=environment)

    def wait(self) -> None:
        """Wait until it answers."""
        for _ in range(300):
            with suppress(OSError):
                self.ask("/readyz")
                return
            time.sleep(0.1)
        raise SystemExit("the server did not come up")

    def ask(self, path: str, body: Any = None, **headers: str) -> tuple[int, bytes]:
        """Ask for a page; an error page is an answer too."""
        data = json.dumps(body).encode() if isinstance(body, dict) else body
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        if isinstance(body, dict):
            named["Content-Type"] = "application/json"
        request = urllib.request.Request(self.address + path, data=data, headers=named)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return answer.status, answer.read()
        except urllib.error.HTTPError as error:
            return error.code, error.read()

    def serving(self) -> int:
        """Return the process that answers: granian's child."""
        children = Path(f"/proc/{self.web.pid}/task/{self.web.pid}/children").read_text(encoding="utf-8").split()
        return max(map(int, children), key=lambda pid: weight(pid)["RSS"])

    def stop(self) -> None:
        """End both."""
        for process in (self.web, self.worker):
            process.terminate()
        for process in (self.web, self.worker):
            process.wait(20)


def weight(pid: int) -> dict[str, float]:
    """Return RSS, PSS and the most ever of a process, in MB."""
    rollup = Path(f"/proc/{pid}/smaps_rollup").read_text(encoding="utf-8")
    status = Path(f"/proc/{pid}/status").read_text(encoding="utf-8")
    found = {name: re.search(rf"^{name}:\s+(\d+)", rollup + status, re.MULTILINE) for name in ("Rss", "Pss", "VmHWM")}
    return {name: int(m[1]) / 1024 for name, m in zip(("RSS", "PSS", "most"), found.values(), strict=True) if m}


def cookies() -> dict[str, str]:
    """Return the cookie of a citizen's and of an official's session."""
    from django.conf import settings
    from django.test import Client

    from yiwang.domains.identity.models import Account, Staff

    citizen, desk = Client(), Client()
    citizen.force_login(Account.objects.get(email="shenjianguo@demo.example"))
    official = Staff.objects.filter(is_active=True, account__isnull=False).order_by("pk").first()
    assert official is not None and official.account is not None
    desk.force_login(official.account)
    session, at = desk.session, int(time.time())
    session["account_authentication_methods"] = [{"method": "password", "at": at}, {"method": "mfa", "at": at}]
    session["account_authentication_methods_user"] = str(official.account_id)
    session.save()
    name = settings.SESSION_COOKIE_NAME
    return {who: f"{name}={client.cookies[name].value}" for who, client in (("citizen", citizen), ("desk", desk))}


def load(server: Server, rounds: int = 20) -> dict[str, int]:
    """Ask for every kind of page; return status → how often."""
    token, body = store.applicant()
    signed_in, bearer = cookies(), {"Authorization": f"Bearer {token}"}
    seen: dict[str, int] = {}

    def ask(path: str, body: Any = None, **headers: str) -> bytes:
        status, answer = server.ask(path, body, **headers)
        seen[str(status)] = seen.get(str(status), 0) + 1
        return answer

    for turn in range(rounds):
        language = {"Accept-Language": "en" if turn % 4 == 3 else "zh-CN"}
        for path in PAGES:
            ask(path, **language)
        for path in OWN:
            ask(path, Cookie=signed_in["citizen"], **language)
        for path in DESK:
            ask(path, Cookie=signed_in["desk"])
        handed_in = json.loads(ask("/api/v1/cases", json.loads(body), Idempotency_Key=str(uuid4()), **bearer))
        ask("/api/v1/cases", **bearer)
        ask(f"/api/v1/cases/{handed_in['number']}", **bearer)
        ask(f"/me/cases/{handed_in['number']}", Cookie=signed_in["citizen"])
        pdf = fetch(ask, f"{handed_in['receipt']['url']}?format=pdf", bearer)
        ask("/api/v1/verify", FORM_HEAD + pdf + FORM_TAIL, Content_Type="multipart/form-data; boundary=seal")
    return seen


def fetch(ask: Any, address: str, bearer: dict[str, str]) -> bytes:
    """Return a PDF, asking again until the worker has sealed and drawn it."""
    end = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < end:
        found: bytes = ask(address, **bearer)
        if found.startswith(b"%PDF-"):
            return found
        time.sleep(0.5)
    raise SystemExit(f"no PDF: {found[:300]!r}")


def figures() -> list[dict[str, Any]]:
    """Return what web worker and worker weigh, on the store that is set up."""
    from django.conf import settings

    from yiwang.foundation.jobs.worker import work_until_idle

    work_until_idle()  # benchmarks before this one hand in thousands; their seals must not stand before ours
    server = Server(settings.YIWANG_DIR, 18_000 + os.getpid() % 10_000)
    try:
        server.wait()
        time.sleep(2)
        found = {"web worker, idle": weight(server.serving()), "worker, idle": weight(server.worker.pid)}
        seen = load(server)
        time.sleep(2)
        found |= {
            "web worker, after every kind of page": weight(server.serving()),
            "worker, after drawing PDFs": weight(server.worker.pid),
        }
    finally:
        server.stop()
    rows = [
        {"what": f"{what}, {kind}", "value": round(value, 1), "unit": "MB", "aim": AIM_MB if "web" in what else None}
        for what, kinds in found.items()
        for kind, value in kinds.items()
    ]
    return [*rows, {"what": "answers by status", "value": seen, "unit": "", "aim": None}]


def main() -> int:
    """Measure and print."""
    store.open_store()
    for row in figures():
        aim = f"  aim {row['aim']}" if row["aim"] else ""
        print(f"{row['what']:<45} {row['value']} {row['unit']}{aim}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
