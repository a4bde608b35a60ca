"""What a benchmark says of the machine, and the CPU that processes have used, to the nanosecond."""

import os
import platform
import sqlite3
import subprocess
import time
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ("django", "granian", "minijinja", "msgspec", "psycopg", "django-ninja")


def cpu_of(pids: Iterable[int]) -> float:
    """Return the seconds of CPU that these processes have used, all their threads together."""
    total = 0.0
    for pid in pids:
        try:
            for task in Path(f"/proc/{pid}/task").iterdir():
                total += int((task / "schedstat").read_text().split()[0]) / 1e9
        except OSError:
            continue
    return total


def children(pid: int) -> list[int]:
    """Return a process and all below it."""
    found, by_parent = [pid], {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parent = int((entry / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue
            by_parent.setdefault(parent, []).append(int(entry.name))
    for one in found:
        found += by_parent.get(one, [])
    return found


def backends() -> list[int]:
    """Return the processes of PostgreSQL that serve this process's connection, its own and its helpers' (none on SQLite)."""
    from django.db import connection

    if connection.vendor != "postgresql":
        return []
    with connection.cursor() as cursor:
        cursor.execute("SELECT pid FROM pg_stat_activity WHERE backend_type IN ('client backend', 'walwriter')")
        return [row[0] for row in cursor.fetchall()]


class Clock:
    """Tells the CPU of this process and, on PostgreSQL, of the server's processes."""

    def __init__(self) -> None:
        self.servers = backends()

    def __call__(self) -> float:
        """Return seconds of CPU so far."""
        return time.process_time() + cpu_of(self.servers)


def commit() -> str:
    """Return the commit that is measured, with a + where the tree differs from it."""
    said = subprocess.run(["git", "-C", ROOT, "rev-parse", "--short=12", "HEAD"], capture_output=True, text=True)
    changed = subprocess.run(
        ["git", "-C", ROOT, "status", "--porcelain", "--untracked-files=no"], capture_output=True, text=True
    )
    return said.stdout.strip() + ("+" if changed.stdout.strip() else "")


def facts() -> dict[str, Any]:
    """Return the processor, the cores, the load and the versions."""
    models = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
    return {
        "processor": models[0].partition(":")[2].strip() if models else platform.machine(),
        "cores": os.cpu_count(),
        "load": round(os.getloadavg()[0], 1),
        "python": platform.python_version(),
        "sqlite": sqlite3.sqlite_version,
        **{name: version(name) for name in PACKAGES},
    }


def database_version() -> str:
    """Return the database in use and its version."""
    from django.db import connection

    if connection.vendor == "sqlite":
        return f"SQLite {sqlite3.sqlite_version}, WAL, synchronous=FULL"
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        return f"PostgreSQL {cursor.fetchone()[0].split()[0]}, fsync on"
