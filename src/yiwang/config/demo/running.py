"""`yiwang demo`: build the province the first time, start web and worker, stop both on Ctrl-C."""

import argparse
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from types import FrameType

MARK = "built.txt"

PARTIES = {"courier-demo": "YIWANG_COURIER_URL", "payment-demo": "YIWANG_PAYMENT_URL"}
"""Outside parties of the demo, each a process of its own on a free port: command → setting that says where it is."""


def run_demo(options: argparse.Namespace) -> int:
    """Build where needed, run until told to stop; return the exit code."""
    from yiwang.config.failures import Failed

    root = Path(__file__).resolve().parents[4]
    folder = (options.dir or root / "var" / "demo").resolve()
    if options.reset and (folder / MARK).exists():
        shutil.rmtree(folder)
    environment = _environment(folder, options.port)
    os.environ.update(environment)
    if not (folder / MARK).exists():
        if folder.exists() and any(folder.iterdir()):
            shutil.rmtree(folder)
        _build(folder)
    if options.build_only:
        return 0
    if _answers(options.port):
        raise Failed(f"port {options.port} is in use: choose another with --port, or PORT= for make demo")
    return _run(options.port, environment)


def _environment(folder: Path, port: int) -> dict[str, str]:
    return {
        **os.environ,
        "YIWANG_DIR": str(folder),
        "YIWANG_DATABASE_URL": os.environ.get("YIWANG_DEMO_DATABASE_URL", f"sqlite:///{folder / 'yiwang.sqlite3'}"),
        "YIWANG_DEMO": "1",
        "YIWANG_ORIGIN": f"http://127.0.0.1:{port}",
        "DJANGO_SETTINGS_MODULE": "yiwang.config.settings",
        "YIWANG_LOG_LEVEL": os.environ.get("YIWANG_LOG_LEVEL", "WARNING"),
    }


def _build(folder: Path) -> None:
    from yiwang.foundation import keys

    started = time.monotonic()
    folder.mkdir(parents=True, exist_ok=True)
    keys.make_keys(folder / "keys")
    import django

    django.setup()
    from django.core.management import call_command

    from yiwang.config.demo.building import build_province
    from yiwang.config.demo.playing import play_past
    from yiwang.config.demo.rules import play_rules
    from yiwang.config.demo.stories import beginning
    from yiwang.foundation.clock import moved_to
    from yiwang.foundation.jobs.worker import work_until_idle

    _say("demo: database")
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    _hurry()
    with moved_to(beginning()):
        build_province(lambda words: _say(f"demo: {words}"))
        work_until_idle()
    cases = play_past(_progress)
    play_rules()
    _make_durable()
    _say(f"\ndemo: {cases} past cases played, {time.monotonic() - started:.0f} s in all")
    (folder / MARK).write_text("the demo province was built here; delete the folder to build it anew\n")


def _hurry() -> None:
    """Do not wait for the disk while building: a province that was cut off is built anew from its start."""
    from django.db import connection

    if connection.vendor == "sqlite":
        connection.cursor().execute("PRAGMA synchronous = OFF")


def _make_durable() -> None:
    """Bring everything to the disk before the mark says that it is there."""
    from django.db import connection

    if connection.vendor == "sqlite":
        connection.cursor().execute("PRAGMA synchronous = FULL")
        connection.cursor().execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _say(words: str) -> None:
    print(words, flush=True)


def _progress(done: int, total: int) -> None:
    if done == total or done % 20 == 0:
        end = "" if sys.stdout.isatty() else "\n"
        start = "\r" if sys.stdout.isatty() else ""
        print(f"{start}demo: playing the past, step {done} of {total}", end=end, flush=True)


def _answers(port: int) -> bool:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1) as answer:
            return bool(answer.status == 200)
    except urllib.error.HTTPError:
        return True
    except OSError:
        return False


def _free_ports(count: int) -> list[int]:
    """Return ports of the loopback address that nobody uses now, held at once so that they differ."""
    holding = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [int(one.getsockname()[1]) for one in holding]
    for one in holding:
        one.close()
    return ports


def _start_parties(command: list[str], environment: dict[str, str]) -> list[subprocess.Popen[bytes]]:
    """Start the outside parties, and write into the environment where each is."""
    ports = dict(zip(PARTIES, _free_ports(len(PARTIES)), strict=True))
    for party, setting in PARTIES.items():
        environment[setting] = f"http://127.0.0.1:{ports[party]}"
    return [
        subprocess.Popen([*command, party, "--port", str(port)], env=environment, start_new_session=True)  # noqa: S603
        for party, port in ports.items()
    ]


def _run(port: int, environment: dict[str, str]) -> int:
    command = [sys.executable, "-m", "yiwang.config.cli"]
    parties = _start_parties(command, environment)
    web = subprocess.Popen([*command, "serve", "--port", str(port)], env=environment, start_new_session=True)  # noqa: S603
    worker = subprocess.Popen([*command, "worker"], env=environment, start_new_session=True)  # noqa: S603
    stopping: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        stopping.append(number)

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    try:
        while not _answers(port) and not stopping and web.poll() is None:
            time.sleep(0.2)
        if web.poll() is None and not stopping:
            _welcome(port)
        while not stopping and web.poll() is None:
            if worker.poll() is not None:
                worker = subprocess.Popen([*command, "worker"], env=environment, start_new_session=True)  # noqa: S603
            time.sleep(0.3)
    finally:
        for process in (web, worker, *parties):
            if process.poll() is None:
                process.terminate()
        for process in (web, worker, *parties):
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                process.kill()
    if not stopping:
        print("demo: the web server stopped by itself, so all of it was stopped", file=sys.stderr)
        return 1
    _say("demo: stopped")
    return 0


def _welcome(port: int) -> None:
    from yiwang.config.demo.reading import by_key, read_yaml

    _configure()
    address = f"http://127.0.0.1:{port}"
    lines = ["", f"  {address}/", "", f"  password of everybody: {read_yaml('people.yaml')['password']}", ""]
    for part, where in (("people", "/me/"), ("staff", "/desk/")):
        for entry in by_key("people.yaml", part).values():
            if entry.get("featured"):
                lines.append(f"  {entry['email']:<32} {where:<7} {entry['about']['en']}")
        lines.append("")
    lines.append("  Officials need a second factor: the sign-in page shows the demo code.   Ctrl-C stops it all.")
    _say("\n".join(lines))


def _configure() -> None:
    import django
    from django.apps import apps

    if not apps.ready:
        django.setup()
