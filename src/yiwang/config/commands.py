"""What the commands do, once Django is set up."""

import argparse
import csv
import datetime as dt
import json
import os
import secrets
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.management import call_command, execute_from_command_line
from django.db import connection

from yiwang.config.failures import Failed, WrongUse
from yiwang.config.furnishing import run_certificates, run_keys, run_seals
from yiwang.config.loading import LEVELS, LoadReport, load_catalogue
from yiwang.domains.catalogue.loading import UnreadableFileError
from yiwang.domains.identity.actions import appoint_staff, create_account, issue_token
from yiwang.domains.identity.models import Account, Person, Staff
from yiwang.domains.organisations.models import Office
from yiwang.domains.regions.actions import load_regions
from yiwang.foundation.actions import Refused
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.clock.actions import set_calendar
from yiwang.foundation.deadlines import as_long_as_it_takes
from yiwang.foundation.failpoints import fail_at
from yiwang.foundation.jobs.worker import work_for_ever

__all__ = ["run_certificates", "run_keys", "run_seals"]


def run_migrate(_options: argparse.Namespace) -> int:
    """Bring the database up to this version, however long it takes. Ended half-way, it goes on when called again."""
    Path(settings.YIWANG_DIR).mkdir(parents=True, exist_ok=True)

    def statement(execute: Callable[..., Any], *what: Any) -> Any:
        fail_at("migrate.statement")
        return execute(*what)

    connection.close()
    with as_long_as_it_takes(), connection.execute_wrapper(statement):
        call_command("migrate", verbosity=1, interactive=False)
        call_command("createcachetable", verbosity=1)  # only where YIWANG_CACHE_URL is db
        connection.close()
    return 0


def run_serve(options: argparse.Namespace) -> int:
    """Serve with granian until told to stop."""
    from yiwang.config.checking import unwise_settings
    from yiwang.config.serving import serve

    for warning in unwise_settings(options.workers):
        print(f"warning: {warning}", file=sys.stderr)
    serve(host=options.host, port=options.port, workers=options.workers)
    return 0


def run_worker(_options: argparse.Namespace) -> int:
    """Work until told to stop."""
    work_for_ever()
    return 0


def run_check(options: argparse.Namespace) -> int:
    """Refuse unsafe settings and warn of unwise ones, one clear line each."""
    from yiwang.config.checking import unsafe_settings, unwise_settings

    faults = unsafe_settings()
    for fault in faults:
        print(fault, file=sys.stderr)
    for warning in unwise_settings(options.workers):
        print(f"warning: {warning}", file=sys.stderr)
    if not faults:
        print("settings are safe")
    return 1 if faults else 0


def run_manage(options: argparse.Namespace) -> int:
    """Run one of Django's own commands."""
    with as_long_as_it_takes():
        execute_from_command_line(["yiwang manage", *options.arguments])
    return 0


def _rows(path: Path) -> Iterator[dict[str, str]]:
    try:
        with path.open(encoding="utf-8-sig", newline="") as source:
            yield from csv.DictReader(source)
    except (OSError, UnicodeDecodeError) as error:
        raise Failed(f"cannot read {path}: {error}") from error


def run_regions(options: argparse.Namespace) -> int:
    """Load divisions: code, name, level (province, city, county, street), parent, name_en."""
    try:
        rows = [
            (r["code"], r["name"], r.get("name_en") or "", LEVELS[r["level"]], r["parent"]) for r in _rows(options.file)
        ]
        added, renamed = load_regions(rows=rows, by=SYSTEM)
    except KeyError as error:
        raise Failed(f"{options.file}: no such column or level: {error}") from error
    except Refused as refusal:
        raise Failed(str(refusal)) from refusal
    print(f"{added} divisions added, {renamed} changed")
    return 0


def run_calendar(options: argparse.Namespace) -> int:
    """Load days off and make-up working days: date, is_workday (0 or 1), name; official years: year, notice."""
    try:
        days = {
            dt.date.fromisoformat(r["date"]): (r["is_workday"] == "1", r.get("name") or "") for r in _rows(options.file)
        }
        years = {int(r["year"]): r.get("notice") or "" for r in _rows(options.official)} if options.official else {}
    except (KeyError, ValueError) as error:
        raise Failed(f"{options.file}: {error}") from error
    changed = set_calendar(days=days, official_years=years, by=SYSTEM)
    print(f"changed in {', '.join(map(str, changed))}" if changed else "nothing changed")
    return 0


def run_catalogue(options: argparse.Namespace) -> int:
    """Load catalogues; rows that cannot be loaded are named with the reason, the others load."""
    failed = 0
    for path in options.files:
        try:
            report = load_catalogue(path, options.source, dry_run=options.dry_run, strict=options.strict)
        except UnreadableFileError as error:
            raise Failed(str(error)) from error
        failed += len(report.refused)
        _tell(path, report, options)
    return 1 if failed else 0


def _tell(path: Path, report: LoadReport, options: argparse.Namespace) -> None:
    if options.json:
        numbers = {"added": report.added, "changed": report.changed, "unchanged": report.unchanged}
        refused = [{"row": r, "code": c, "zh": zh, "en": en} for r, c, zh, en in report.refused]
        print(json.dumps({"file": path.name, **numbers, "refused": refused}, ensure_ascii=False))
        return
    would = "would be " if options.dry_run else ""
    print(f"{path.name}: {report.added} {would}added, {report.changed} {would}changed, {report.unchanged} unchanged")
    for row, code, zh, en in report.refused:
        print(f"  row {row} {code} refused: {zh} / {en}", file=sys.stderr)


def run_token(options: argparse.Namespace) -> int:
    """Print a bearer token for a demo person or official."""
    if not settings.YIWANG_DEMO and not os.environ.get("YIWANG_DEVELOPMENT"):
        raise Failed("tokens are made here for demo and development only: set YIWANG_DEMO=1 or YIWANG_DEVELOPMENT=1")
    account = _account(options.person or options.staff, staff=bool(options.staff))
    try:
        print(issue_token(account_id=account.pk, scope=options.scope, by=SYSTEM))
    except Refused as refusal:
        raise WrongUse(str(refusal)) from refusal
    return 0


def _account(wanted: str, *, staff: bool) -> Account:
    people = Staff.objects if staff else Person.objects
    found = people.select_related("account").filter(account__isnull=False)
    try:
        found = found.filter(pk=UUID(wanted))
    except ValueError:
        found = found.filter(account__email=wanted) if "@" in wanted else found.filter(name=wanted)
    row = found.first()
    if row is None or row.account is None:
        raise WrongUse(f"nobody here is called {wanted}")
    return row.account


def run_staff(options: argparse.Namespace) -> int:
    """Make an account and appoint its holder; prints the password to sign in with the first time."""
    if not Office.objects.filter(pk=options.office).exists():
        raise WrongUse(f"no office has the code {options.office}")
    if Account.objects.filter(email=options.email).exists():
        raise WrongUse(f"{options.email} has an account already")
    password = secrets.token_urlsafe(12)
    account = create_account(email=options.email, password=password, is_first=True, by=SYSTEM)
    roles = [role.strip() for role in options.roles.split(",")]
    try:
        appoint_staff(account=account, office_code=options.office, name=options.name, roles=roles, by=SYSTEM)
    except Refused as refusal:
        account.delete()
        raise WrongUse(str(refusal)) from refusal
    print(f"{options.email} signs in with {password}, chooses a password and sets up a second factor at once")
    return 0


def run_backup(options: argparse.Namespace) -> int:
    """Write database, files and keys to one file."""
    from yiwang.config.keeping import back_up

    print(back_up(options.file))
    return 0


def run_restore(options: argparse.Namespace) -> int:
    """Put a backup back into an empty installation."""
    from yiwang.config.keeping import restore

    connection.close()
    print(restore(options.file))
    return 0
