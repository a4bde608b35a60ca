"""Refuse settings under which promises could not be kept."""

from django.conf import settings
from django.db import connection


def unsafe_settings() -> list[str]:
    """Return one line for each setting that is not safe for real cases: what it is, and what to do."""
    faults = []
    if not settings.HAS_KEYS:
        faults.append("no keys: run `yiwang keys` once, and put the key directory in your backup")
    if settings.YIWANG_DEMO:
        faults.append("YIWANG_DEMO is on: demo seals, demo register, codes shown on pages; unset it")
    if "*" in settings.ALLOWED_HOSTS:
        faults.append("YIWANG_ALLOWED_HOSTS is *: name the hosts that people call")
    if not settings.YIWANG_ORIGIN.startswith("https://"):
        faults.append("YIWANG_ORIGIN is not https: people's sessions could be read on the way")
    for port, target in settings.CONNECTORS.items():
        if "_demo." in target:
            faults.append(
                f"the {port} connector is a demonstration: choose a real one with YIWANG_CONNECTOR_{port.upper()}"
            )
    return faults + unsafe_database()


def unsafe_database() -> list[str]:
    """Return what the database must not do: forget what it has acknowledged."""
    wanted = {"fsync": "on", "synchronous_commit": None, "full_page_writes": "on"}
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute("PRAGMA synchronous")
            level = cursor.fetchone()[0]
            return [] if level >= 2 else ["SQLite synchronous is below FULL: acknowledged cases could be lost"]
        faults = []
        for name, value in wanted.items():
            cursor.execute(f"SHOW {name}")
            now = cursor.fetchone()[0]
            if (value and now != value) or (value is None and now == "off"):
                faults.append(f"PostgreSQL {name} is {now}: acknowledged cases could be lost; turn it on")
        return faults
