"""Seal anew, with the newest vault key, whatever was sealed with an older one: columns, second factors, stored files.

It may run beside the services and be ended at any time: each batch is whole, and the next run goes on with what is left.
"""

import base64
import fcntl
import json
import os
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from allauth.mfa.models import Authenticator
from django.apps import apps
from django.conf import settings
from django.db import models, transaction

from yiwang.channels.portal.accounts import SecondFactors
from yiwang.config.failures import Failed
from yiwang.foundation import files, vault

BATCH = 200
STRETCH = 1_000
FILES = {"storage_key": "file", "pdf_key": "pdf"}
"""Column that names a stored file → the last part of the file's place."""
FACTOR_SECRETS = ("secret", "seed")


@dataclass
class Tally:
    """What was done in one place: values sealed anew (or that would be), and those that do not open."""

    place: str
    done: int = 0
    broken: int = 0


def add_vault_key(folder: Path) -> int:
    """Add a new vault key to the ring, which seals from the next start on; return its version.

    Raises:
        Failed: where there are no keys yet, or no room for another version.
    """
    path = folder / "vault.json"
    if not path.exists():
        raise Failed("no keys yet: run `yiwang keys` first")
    ring = json.loads(path.read_text())
    version = max(int(one) for one in ring["vault"]) + 1
    if version > 255:
        raise Failed("255 versions of the vault key are the most there can be")
    ring["vault"][str(version)] = base64.b64encode(secrets.token_bytes(32)).decode()
    part = path.with_suffix(".part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
        out.write(json.dumps(ring, indent=1))
        out.flush()
        os.fsync(out.fileno())
    part.replace(path)
    return version


def reseal_everything(*, only_count: bool = False) -> list[Tally]:
    """Seal anew whatever has an older key; return a tally for each place. With `only_count` nothing is changed.

    Raises:
        Failed: where another run is at work.
    """
    with _alone():
        tallies = [_reseal_column(model, field, only_count) for model, field in sealed_columns()]
        tallies.append(_reseal_factors(only_count))
        tallies += [_reseal_files(model, field, only_count) for model, field in file_columns()]
    return tallies


@contextmanager
def _alone() -> Iterator[None]:
    with (Path(settings.YIWANG_DIR) / "reseal.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as busy:
            raise Failed("another `yiwang keys reseal` is at work") from busy
        yield


def _ours() -> list[type[models.Model]]:
    return [model for model in apps.get_models() if model.__module__.startswith("yiwang.")]


def sealed_columns() -> list[tuple[type[models.Model], str]]:
    """Return every column that holds sealed values: they end in `_sealed`, and their place is table:key:column."""
    return [
        (model, field.name)
        for model in _ours()
        for field in model._meta.concrete_fields
        if isinstance(field, models.BinaryField) and field.name.endswith("_sealed")
    ]


def file_columns() -> list[tuple[type[models.Model], str]]:
    """Return every column that names a stored file."""
    return [(model, f.name) for model in _ours() for f in model._meta.concrete_fields if f.name in FILES]


def _place(model: type[models.Model], key: Any, part: str) -> str:
    return f"{model._meta.db_table}:{key}:{part}"


def _newest() -> bytes:
    return vault.seal(b"", "version")[:1]


def _older(model: type[models.Model], field: str) -> "Iterator[list[tuple[Any, bytes]]]":
    """Give the rows whose value begins with another version than the newest, some at a time, in order of their key.

    Walked in stretches of keys, so that no statement takes long however large the table is.
    """
    name = next(one.column for one in model._meta.concrete_fields if one.name == field)
    column = f'"{model._meta.db_table}"."{name}"'
    every = model._base_manager.order_by("pk")
    last: Any = None
    while True:
        ahead = every.filter(pk__gt=last) if last is not None else every
        stretch = list(ahead.values_list("pk", flat=True)[:STRETCH])
        if not stretch:
            return
        older = ahead.filter(pk__lte=stretch[-1], **{f"{field}__isnull": False})
        older = older.extra(where=[f"substr({column}, 1, 1) <> %s"], params=[_newest()])  # noqa: S610
        rows = [(key, bytes(value)) for key, value in older.values_list("pk", field)]
        yield from (rows[at : at + BATCH] for at in range(0, len(rows), BATCH))
        last = stretch[-1]


def _reseal_column(model: type[models.Model], field: str, only_count: bool) -> Tally:
    tally = Tally(f"{model._meta.db_table}.{field}")
    for rows in _older(model, field):
        if only_count:
            tally.done += len(rows)
            continue
        with transaction.atomic():
            for key, value in rows:
                place = _place(model, key, field.removesuffix("_sealed"))
                try:
                    anew = vault.seal(vault.open_sealed(value, place), place)
                except vault.VaultError as fault:
                    tally.broken += 1
                    print(f"{place} does not open: {fault}", file=sys.stderr)
                    continue
                # Only where nobody has written something newer in the meantime.
                tally.done += model._base_manager.filter(pk=key, **{field: value}).update(**{field: anew})
    return tally


def _reseal_factors(only_count: bool) -> Tally:
    """The secrets of authenticator apps and recovery codes lie in allauth's table as base64."""
    tally, place = Tally("mfa_authenticator.data"), SecondFactors.PLACE
    for row in Authenticator.objects.exclude(type=Authenticator.Type.WEBAUTHN).order_by("pk").iterator(BATCH):
        name = next((one for one in FACTOR_SECRETS if row.data.get(one)), "")
        value = base64.b64decode(row.data[name]) if name else b""
        if not value or not vault.needs_resealing(value):
            continue
        if only_count:
            tally.done += 1
            continue
        with transaction.atomic():
            locked = Authenticator.objects.select_for_update().get(pk=row.pk)
            try:
                plain = vault.open_sealed(base64.b64decode(locked.data[name]), place)
            except vault.VaultError as fault:
                tally.broken += 1
                print(f"mfa_authenticator:{row.pk} does not open: {fault}", file=sys.stderr)
                continue
            locked.data[name] = base64.b64encode(vault.seal(plain, place)).decode()
            locked.save(update_fields=["data"])
        tally.done += 1
    return tally


def _reseal_files(model: type[models.Model], field: str, only_count: bool) -> Tally:
    tally = Tally(f"{model._meta.db_table}.{field} (files)")
    rows = model._base_manager.exclude(**{f"{field}__isnull": True}).exclude(**{field: ""}).order_by("pk")
    for key, name in rows.values_list("pk", field).iterator(BATCH):
        place = _place(model, key, FILES[field])
        try:
            tally.done += files.reseal(name, place, only_look=only_count)
        except files.FileMissing:
            continue  # a paper that its owner removed
        except vault.VaultError as fault:
            tally.broken += 1
            print(f"file {name} ({place}) does not open: {fault}", file=sys.stderr)
    return tally
