"""What differs between two sets of answers to one form: field by field, row by row, paper by paper."""

from collections.abc import Mapping
from typing import Any, Literal

import msgspec

from yiwang.foundation.forms.conditions import is_blank
from yiwang.foundation.forms.form import Form
from yiwang.foundation.forms.structs import Field, Page

Kind = Literal["added", "removed", "changed"]


class CellChange(msgspec.Struct, frozen=True):
    """One cell of a row that reads otherwise now."""

    field: Field
    before: str
    after: str


class RowChange(msgspec.Struct, frozen=True):
    """One row that came, went or changed. `number` counts from 1, among the rows now, or for one that went among those before.

    `cells` of a changed row are those that differ; of one that came or went all that say something.
    """

    kind: Kind
    number: int
    cells: tuple[CellChange, ...]


class Change(msgspec.Struct, frozen=True):
    """One question whose answer differs. Texts are as a reader sees them; of papers and rows there are the parts instead."""

    page: Page
    field: Field
    kind: Kind
    before: str = ""
    after: str = ""
    papers_added: tuple[str, ...] = ()
    papers_removed: tuple[str, ...] = ()
    rows: tuple[RowChange, ...] = ()


def changes(
    form: Form, before: Mapping[str, Any], after: Mapping[str, Any], language: str, *, reveal: bool = False
) -> list[Change]:
    """Return what changed, in the order of the form; also what is no longer asked. `reveal` shows id numbers in full."""
    old, new = form.prune(before), form.prune(after)
    found = []
    for page in form.pages:
        for field in page.fields:
            was, now = old.get(field.key), new.get(field.key)
            if was != now:
                found.append(_change(form, page, field, was, now, language, reveal))
    return found


def _change(form: Form, page: Page, field: Field, was: Any, now: Any, language: str, reveal: bool) -> Change:
    kind: Kind = "added" if is_blank(was) else "removed" if is_blank(now) else "changed"
    if field.widget == "upload":
        old, new = field.typed(was), field.typed(now)
        return Change(
            page, field, kind,
            papers_added=tuple(one for one in new if one not in old),
            papers_removed=tuple(one for one in old if one not in new),
        )  # fmt: skip
    if field.is_rows:
        return Change(page, field, kind, rows=_row_changes(form, field, was, now, language, reveal))

    def text(value: Any) -> str:
        return "" if is_blank(value) else form.read(field, value, language, reveal=reveal)

    return Change(page, field, kind, text(was), text(now))


def _row_changes(form: Form, group: Field, was: Any, now: Any, language: str, reveal: bool) -> tuple[RowChange, ...]:
    old, new = group.rows(was), group.rows(now)
    found: list[tuple[int, RowChange]] = []
    pairs = _pairs(group, old, new)
    for at, row in enumerate(new):
        before = old[pairs[at]] if at in pairs else None
        if before == row:
            continue
        cells = _cells(form, group, before or {}, row, language, reveal)
        found.append((at, RowChange("added" if before is None else "changed", at + 1, cells)))
    gone = set(range(len(old))) - set(pairs.values())
    for at in sorted(gone):
        found.append((at, RowChange("removed", at + 1, _cells(form, group, old[at], {}, language, reveal))))
    return tuple(change for _, change in sorted(found, key=lambda pair: pair[0]))


def _pairs(group: Field, old: list[dict[str, Any]], new: list[dict[str, Any]]) -> dict[int, int]:
    """Return row now → row before: the same row first, then one with the same number or name, then the one in its place."""
    keys = [c.key for c in group.columns if c.widget in ("citizen_id", "credit_code")] + [group.columns[0].key]
    pairs: dict[int, int] = {}
    for key in ("", *keys):
        for at, row in enumerate(new):
            free = (n for n in range(len(old)) if n not in pairs.values())
            if at not in pairs and (match := next((n for n in free if _alike(row, old[n], key)), None)) is not None:
                pairs[at] = match
    for at in range(min(len(old), len(new))):
        # The same place, and most of it the same: a mended name, not another person.
        if at not in pairs and at not in pairs.values() and _mostly_same(old[at], new[at]):
            pairs[at] = at
    return pairs


def _alike(one: dict[str, Any], other: dict[str, Any], key: str) -> bool:
    """Whether two rows are the same, or have the same filled cell where a key is given."""
    return (not is_blank(one.get(key)) and one.get(key) == other.get(key)) if key else one == other


def _mostly_same(one: dict[str, Any], other: dict[str, Any]) -> bool:
    keys = one.keys() | other.keys()
    return 2 * sum(one.get(key) == other.get(key) for key in keys) >= len(keys)


def _cells(
    form: Form, group: Field, was: dict[str, Any], now: dict[str, Any], language: str, reveal: bool
) -> tuple[CellChange, ...]:
    def text(column: Field, value: Any) -> str:
        return "" if is_blank(value) else form.read(column, value, language, reveal=reveal)

    return tuple(
        CellChange(column, text(column, was.get(column.key)), text(column, now.get(column.key)))
        for column in group.columns
        if was.get(column.key) != now.get(column.key)
    )
