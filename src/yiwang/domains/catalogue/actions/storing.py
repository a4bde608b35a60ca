"""Rows of the catalogue, written many at a time: a million items must not each cost a model instance."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection
from django.db.models import F

from yiwang.domains.catalogue.models import Edition, Item

TEXT, NUMBER, MOMENT, ID = "text", "integer", "timestamptz", "uuid"


@dataclass(frozen=True)
class Table:
    """A table, its columns with their types, and what happens where the row is there already."""

    name: str
    columns: dict[str, str]
    conflict: str = ""


ITEMS = Table(
    "catalogue_item",
    {
        "code": TEXT, "base_id": TEXT, "office_id": TEXT, "region_id": TEXT, "name": TEXT, "name_en": TEXT,
        "type_code": TEXT, "group_code": TEXT, "current": ID, "imported_hash": TEXT, "source": TEXT, "state": TEXT,
    },
    " ON CONFLICT (code) DO UPDATE SET base_id = excluded.base_id, office_id = excluded.office_id,"
    " region_id = excluded.region_id, name = excluded.name, name_en = excluded.name_en, type_code = excluded.type_code,"
    " group_code = excluded.group_code, current = excluded.current, imported_hash = excluded.imported_hash",
)  # fmt: skip
VERSIONS = Table(
    "catalogue_itemversion",
    {"id": ID, "item_id": TEXT, "number": NUMBER, "content": TEXT, "content_hash": TEXT, "published_at": MOMENT},
)
TOPICS = Table("catalogue_itemtopic", {"item_id": TEXT, "kind": TEXT, "value": TEXT, "region_code": TEXT})


def write_rows(table: Table, rows: Sequence[tuple[Any, ...]]) -> None:
    """Write rows whose values stand in the order of the columns: one statement on PostgreSQL, one prepared on SQLite."""
    if not rows:
        return
    if connection.vendor == "sqlite":
        rows = _with_hex_ids(table, rows)
    names = ", ".join(f'"{name}"' for name in table.columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            arrays = ", ".join(f"%s::{kind}[]" for kind in table.columns.values())
            sql = f"INSERT INTO {table.name} ({names}) SELECT * FROM unnest({arrays}){table.conflict}"  # noqa: S608
            cursor.execute(sql, [list(column) for column in zip(*rows, strict=True)])
        else:
            marks = ", ".join(["%s"] * len(table.columns))
            sql = f"INSERT INTO {table.name} ({names}) VALUES ({marks}){table.conflict}"  # noqa: S608
            cursor.executemany(sql, rows)


def _with_hex_ids(table: Table, rows: Sequence[tuple[Any, ...]]) -> Sequence[tuple[Any, ...]]:
    """Return the rows with their ids as SQLite stores them."""
    ids = [at for at, kind in enumerate(table.columns.values()) if kind == ID]
    for at in ids:
        rows = [(*row[:at], row[at].hex, *row[at + 1 :]) for row in rows]
    return rows


def stored_moment(value: datetime) -> Any:
    """Return a time as the database in use stores it."""
    return connection.ops.adapt_datetimefield_value(value)


def turn_edition(*, added: int = 0) -> None:
    """Let every cache of public pages know that the catalogue changed. Called last: the row stays locked to the commit."""
    if not Edition.objects.filter(pk=1).update(number=F("number") + 1, items=F("items") + added):
        Edition.objects.bulk_create([Edition(number=1, items=Item.objects.count())], ignore_conflicts=True)
