"""A whole installation of the demo province for tests: its own folder, its own web and worker processes."""

import fcntl
import http.client
import io
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

PARTIES = {"courier-demo": "YIWANG_COURIER_URL", "payment-demo": "YIWANG_PAYMENT_URL"}
"""Outsider → the setting that says where it is."""

COMMAND = [sys.executable, "-m", "yiwang.config.cli"]


def free_port() -> int:
    """Return a port of this machine that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def shared_by(factory: pytest.TempPathFactory) -> Path:
    """Return where this test run keeps the province that it has built, for all its workers."""
    base = factory.getbasetemp()
    return (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "built-province"


def migrated(folder: Path) -> None:
    """Begin an installation on SQLite with the tables that scripts/test.py made once: `migrate` has nothing left to do."""
    template = os.environ.get("YIWANG_TEST_TEMPLATE", "")
    folder.mkdir(parents=True, exist_ok=True)
    if template.endswith(".sqlite3"):
        shutil.copy(template, folder / "yiwang.sqlite3")


@dataclass
class Province:
    """One installation. `start` and `stop` its processes, `kill` one without warning, `verify` the whole store.

    `parties` are the ports of outsiders that its web and worker know of, whether they run or not.
    """

    folder: Path
    port: int = field(default_factory=free_port)
    database_url: str = ""
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    parties: dict[str, int] = field(default_factory=dict)

    @property
    def address(self) -> str:
        """Where its pages are."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """The environment of its processes."""
        url = self.database_url or f"sqlite:///{self.folder / 'yiwang.sqlite3'}"
        kept = {k: v for k, v in os.environ.items() if not k.startswith("YIWANG_") and k != "DJANGO_SETTINGS_MODULE"}
        return kept | {
            "YIWANG_DIR": str(self.folder),
            "YIWANG_DATABASE_URL": url,
            "YIWANG_DEMO_DATABASE_URL": url,
            "YIWANG_DEMO": "1",
            "YIWANG_ORIGIN": self.address,
            "YIWANG_LOG_LEVEL": "ERROR",
            "YIWANG_LIMITS": "off",
            **{PARTIES[name]: f"http://127.0.0.1:{port}" for name, port in self.parties.items()},
        }

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one command of this installation to its end."""
        command = [*COMMAND, *arguments]
        return subprocess.run(command, env=self.environment, capture_output=True, text=True, timeout=900, check=False)

    def build(self, shared: Path | None = None) -> None:
        """Build the demo province in its folder (half a minute), or copy one that this test run has built already.

        `shared` is a folder of the run, common to its workers: whoever comes first builds there, the others wait and copy.
        """
        if shared is None or self.database_url:
            done = self.run("demo", "--dir", str(self.folder), "--build-only")
            assert done.returncode == 0, done.stderr[-2000:]
            return
        shared.parent.mkdir(parents=True, exist_ok=True)
        with shared.with_suffix(".lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not shared.exists():
                self.build()
                half = shared.with_suffix(".half")
                shutil.copytree(self.folder, half, dirs_exist_ok=True)
                half.rename(shared)
                return
        shutil.copytree(shared, self.folder, dirs_exist_ok=True)

    def start(self, name: str, *arguments: str) -> None:
        """Start web, worker or one of the outsiders."""
        command = {"web": ["serve", "--port", str(self.port)], "worker": ["worker"]}.get(name)
        command = command or [name, "--port", str(self.parties[name])]
        self.processes[name] = subprocess.Popen(
            [*COMMAND, *command, *arguments], env=self.environment, start_new_session=True
        )

    def kill(self, name: str) -> None:
        """Kill a process and its children with SIGKILL, as a power cut or an operator's mistake would."""
        process = self.processes.pop(name)
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def end(self, name: str) -> int:
        """Stop one process politely; return its exit code."""
        process = self.processes.pop(name)
        process.terminate()
        return process.wait(timeout=15)

    def stop(self) -> None:
        """Stop everything that runs, politely."""
        for process in self.processes.values():
            os.killpg(process.pid, signal.SIGTERM)
        for process in self.processes.values():
            try:
                process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
        self.processes.clear()

    def wait(self, seconds: float = 30) -> None:
        """Wait until the pages answer."""
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                with urllib.request.urlopen(f"{self.address}/readyz", timeout=2):
                    return
            except (urllib.error.URLError, OSError):
                time.sleep(0.1)
        raise AssertionError(f"{self.address} does not answer")

    def ask(
        self, method: str, path: str, body: Any = None, *, token: str = "", key: str = "", seconds: float = 10
    ) -> tuple[int, Any]:
        """Ask the API; return status and decoded body. OSError where no answer came."""
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        headers |= {"Authorization": f"Bearer {token}"} if token else {}
        headers |= {"Idempotency-Key": key} if key else {}
        data = json.dumps(body).encode() if body is not None else None
        request = urllib.request.Request(f"{self.address}/api/v1{path}", data=data, method=method, headers=headers)
        try:
            try:
                with urllib.request.urlopen(request, timeout=seconds) as answer:
                    return answer.status, json.loads(answer.read() or b"null")
            except urllib.error.HTTPError as refused:
                status, raw = refused.code, refused.read()
        except http.client.HTTPException as cut:  # the process died between head and body
            raise ConnectionError(f"the answer was cut off: {cut!r}") from cut
        try:
            return status, json.loads(raw)
        except ValueError:
            return status, raw.decode(errors="replace")

    def upload(self, token: str) -> str:
        """Attach a picture through the API and return the paper's id."""
        picture = io.BytesIO()
        Image.new("RGB", (300, 400), "#ded8c8").save(picture, "PNG")
        mark = "yiwang-test-boundary"
        head = f'--{mark}\r\nContent-Disposition: form-data; name="file"; filename="a.png"\r\nContent-Type: image/png\r\n\r\n'
        body = head.encode() + picture.getvalue() + f"\r\n--{mark}--\r\n".encode()
        headers = {"Content-Type": f"multipart/form-data; boundary={mark}", "Authorization": f"Bearer {token}"}
        request = urllib.request.Request(f"{self.address}/api/v1/papers", data=body, method="POST", headers=headers)
        with urllib.request.urlopen(request, timeout=20) as answer:
            return str(json.loads(answer.read())["id"])

    def token(self, who: str, *, staff: bool = False) -> str:
        """Return a bearer token of a demo person or official."""
        done = self.run("token", "--staff" if staff else "--person", f"{who}@demo.example")
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def verify(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Prove the store; the caller looks at the exit code."""
        return self.run("verify", *arguments)

    def remove(self) -> None:
        """Stop everything and delete the folder."""
        self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
