"""Refuse settings under which promises could not be kept, and warn of those that keep them badly."""

from django.conf import settings
from django.db import connection

from yiwang.domains.seals.pades.typesetting import FontsMissing, font_files

SHORTEST_SECRET = 50
FEWEST_SIGNS = 20


def unsafe_settings() -> list[str]:
    """Return one line for each setting that is not safe for real cases: what it is, and what to do."""
    faults = []
    if not settings.HAS_KEYS:
        faults.append("no keys: run `yiwang keys` once, and put the key directory in your backup")
    if settings.YIWANG_DEMO:
        faults.append("YIWANG_DEMO is on: demo seals, demo register, codes shown on pages; unset it")
    if settings.DEBUG:
        faults.append("DEBUG is on: pages of errors show what must stay inside; leave it off")
    if len(settings.SECRET_KEY) < SHORTEST_SECRET or len(set(settings.SECRET_KEY)) < FEWEST_SIGNS:
        faults.append(
            "YIWANG_SECRET_KEY is weak: unset it and the key of `yiwang keys` is used, or take 50 random signs"
        )
    if "*" in settings.ALLOWED_HOSTS:
        faults.append("YIWANG_ALLOWED_HOSTS is *: name the hosts that people call")
    if not settings.YIWANG_ORIGIN.startswith("https://"):
        faults.append(
            "YIWANG_ORIGIN is not https: people's sessions could be read on the way, and passkeys do not work"
        )
    try:
        font_files()
    except FontsMissing as missing:
        faults.append(f"papers and certificates cannot be printed: {missing}")
    for port, target in settings.CONNECTORS.items():
        if "_demo." in target:
            faults.append(
                f"the {port} connector is a demonstration: choose a real one with YIWANG_CONNECTOR_{port.upper()}"
            )
    return faults + unsafe_database()


def unwise_settings(workers: int) -> list[str]:
    """Return one line for each setting that is safe and serves badly, for so many web processes."""
    warnings = []
    if workers > 1 and settings.CACHES["default"]["BACKEND"].endswith("LocMemCache"):
        warnings.append(
            f"{workers} web workers count guesses each for itself: set YIWANG_CACHE_URL=db and run `yiwang migrate`"
        )
    if settings.YIWANG_ORIGIN.startswith("https://") and not settings.YIWANG_TRUSTED_PROXIES:
        warnings.append(
            "YIWANG_TRUSTED_PROXIES is 0, yet TLS ends before the platform: all visitors count as one; set it to 1"
        )
    if not settings.YIWANG_LIMITS:
        warnings.append("YIWANG_LIMITS is off: floods are not held up; unset it")
    return warnings


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
