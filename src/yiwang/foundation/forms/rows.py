"""Groups and tables: which cells of a row are asked, what of the rows counts, and what is wrong with them."""

from collections import ChainMap
from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Any

import msgspec

from yiwang.foundation.forms import checking
from yiwang.foundation.forms.conditions import holds, is_blank
from yiwang.foundation.forms.messages import problem, stray
from yiwang.foundation.forms.structs import Field, Problem

MAX_ROWS = 200
MAX_STRAYS = 20


def asked_columns(group: Field, row: Mapping[str, Any], seen: Mapping[str, Any]) -> Iterator[Field]:
    """Yield the columns that one row asks for, in order.

    A condition looks first at the cells before it in the same row, then at the questions before the group; and only at
    what is itself asked for.
    """
    own: dict[str, Any] = {}
    whole = ChainMap(own, dict(seen)) if any(column.when for column in group.columns) else {}
    for column in group.columns:
        if column.when and not holds(column.when, whole):
            own[column.key] = None
            continue
        yield column
        own[column.key] = kept(column, row.get(column.key), seen)


def kept(field: Field, value: Any, seen: Mapping[str, Any]) -> Any:
    """Return what counts of an answer: of rows those that say something, with the cells that are asked; of parts the filled ones."""
    if field.is_rows and isinstance(value, list):
        rows = (_kept_row(field, row, seen) for row in value)
        return [row for row in rows if not is_blank(row)]
    if field.parts and isinstance(value, dict):
        return {part: one for part, one in value.items() if not is_blank(one)}
    return value


def _kept_row(group: Field, row: Any, seen: Mapping[str, Any]) -> Any:
    if not isinstance(row, dict):
        return row
    cells = {column.key: kept(column, row.get(column.key), seen) for column in asked_columns(group, row, seen)}
    return {key: value for key, value in cells.items() if not is_blank(value)}


def check(
    group: Field, value: Any, answers: Mapping[str, Any], seen: Mapping[str, Any], found: dict[str, Problem]
) -> list[dict[str, Any]]:
    """Check the rows of an answer; problems go to `found` by key of the cell. Return the sound cells, row by row."""
    if not isinstance(value, list) or len(value) > MAX_ROWS:
        found[group.key] = problem(group, "wrong_type")
        return []
    sound: list[dict[str, Any]] = []
    count = 0
    for at, row in enumerate(value):
        if not isinstance(row, dict):
            found[f"{group.key}-{at}"] = problem(group, "wrong_type", pointer=f"/{group.key}/{at}")
            sound.append({})
            continue
        says_something = not is_blank(_kept_row(group, row, seen))
        count += says_something
        sound.append(_check_row(group, at, row, seen, found) if says_something else {})
        _check_keys(group, at, row, found)
    if not count and group.required and not found.keys() & {f"{group.key}-{at}" for at in range(len(value))}:
        found[group.key] = problem(group, "required")
    elif count < group.min_items and (count or group.required):
        found[group.key] = problem(group, "too_few", entered=count, limit=group.min_items)
    elif count > group.max_items:
        found[group.key] = problem(group, "too_many", entered=count, limit=group.max_items)
    elif group.total and group.key not in found and (wrong := _wrong_total(group, value, sound, answers, seen)):
        found[group.key] = wrong
    return sound


def _check_row(
    group: Field, at: int, row: dict[str, Any], seen: Mapping[str, Any], found: dict[str, Problem]
) -> dict[str, Any]:
    sound: dict[str, Any] = {}
    for column in asked_columns(group, row, seen):
        value = row.get(column.key)
        if is_blank(value):
            if column.required:
                found[f"{group.key}-{at}-{column.key}"] = problem(group.cell(at, column), "required")
        elif checking.is_faulty(column, value):
            cell = group.cell(at, column)
            found[cell.key] = checking.fault(cell, value) or problem(cell, "wrong_type")
        else:
            sound[column.key] = value
    return sound


def _check_keys(group: Field, at: int, row: dict[str, Any], found: dict[str, Problem]) -> None:
    known = {column.key for column in group.columns}
    for key in [key for key in row if key not in known][:MAX_STRAYS]:
        one = stray("unknown_field", key, f"/{group.key}/{at}")
        found[f"{group.key}-{at}-{one.field}"] = msgspec.structs.replace(one, field=f"{group.key}-{at}")


def total_of(group: Field, rows: Any) -> Decimal | None:
    """Return the sum of the column that a group adds up; None where it adds up none."""
    if group.total is None:
        return None
    given = (row.get(group.total.column) for row in group.rows(rows))
    numbers = (n for n in given if isinstance(n, int | float) and not isinstance(n, bool))
    return sum((Decimal(str(n)) for n in numbers if abs(n) < 10**16), Decimal(0))


def _wrong_total(
    group: Field, value: list[Any], sound: list[dict[str, Any]], answers: Mapping[str, Any], seen: Mapping[str, Any]
) -> Problem | None:
    rule = group.total
    assert rule is not None
    wanted = rule.equals if rule.equals is not None else seen.get(rule.field)
    if wanted is None or isinstance(wanted, bool) or not isinstance(wanted, int | float):
        return None
    if any(good and rule.column not in good for good in sound) or not any(sound):
        return None  # a cell is missing or wrong: that is said first
    found = total_of(group, sound)
    if found is None or not abs(wanted) < 10**16 or found == Decimal(str(wanted)):
        return None
    column = next(one for one in group.columns if one.key == rule.column)
    number = int(found) if found == int(found) else float(found)
    return problem(group, "total", entered=number, limit=wanted, measured=column)
