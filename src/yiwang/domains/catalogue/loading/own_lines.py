"""Our own items as JSON, one on a line (JSONL): for catalogues of a million, written by machines.

The keys are those of the YAML. A line whose `content` is canonical already (keys sorted, defaults left out) is taken as it
stands, and nothing can have been lost; any other is read as its YAML would be, plain strings and all.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec

from yiwang.domains.catalogue.content import from_json
from yiwang.domains.catalogue.content.structs import canonical_json
from yiwang.domains.catalogue.loading import own_yaml, values
from yiwang.domains.catalogue.loading.files import lines, not_utf8, too_long
from yiwang.domains.catalogue.loading.records import (
    BadRowError,
    ReadItem,
    ReadOffice,
    RowProblem,
    build_item,
    check_text,
)


class _Office(msgspec.Struct, forbid_unknown_fields=True):
    code: str
    name: str
    region: str | None = None
    level: int | None = None


class _Line(msgspec.Struct, forbid_unknown_fields=True):
    code: str
    office: _Office
    region: str
    content: msgspec.Raw
    base_code: str | None = None
    base_name: str | None = None
    parent_code: str | None = None


_decoder = msgspec.json.Decoder(_Line)


def recognises(head: str) -> bool:
    """Say whether the file begins with a line that has the keys of an item at its top level."""
    first = head.lstrip().partition("\n")[0]
    return first.startswith("{") and all(f'"{key}"' in first for key in ("code", "office", "region", "content"))


def read(path: Path) -> Iterator[ReadItem | RowProblem]:
    """Yield the item of each line, or why it is refused; an empty line is passed over."""
    for number, raw in lines(path):
        if raw is not None and not raw.strip():
            continue
        try:
            yield _item(number, raw)
        except BadRowError as bad:
            yield RowProblem(row=number, code=bad.code, reason_zh=bad.reason_zh, reason_en=bad.reason_en)


def _item(number: int, raw: bytes | None) -> ReadItem:
    if raw is None:
        raise too_long()
    try:
        check_text(raw.decode())
    except UnicodeDecodeError as error:
        raise not_utf8() from error
    if b"\\u" in raw:  # what is written as an escape is only seen once it is read
        check_text(*_strings(_document(raw)))
    try:
        line = _decoder.decode(raw)
        content = from_json(line.content)
    except (msgspec.DecodeError, RecursionError):
        return _as_yaml(number, raw)
    if canonical_json(content) != bytes(line.content):
        return _as_yaml(number, raw)
    region = values.region(line.region)
    other = line.office.region not in {None, line.region}
    place = values.region(line.office.region) if other else region
    code = values.tidy(line.code)
    return build_item(
        row=number,
        code=code,
        base_code=values.tidy(line.base_code) or code,
        base_name=values.tidy(line.base_name) or content.name.zh,
        parent_code=values.tidy(line.parent_code) or None,
        office=ReadOffice(
            values.tidy(line.office.code), values.tidy(line.office.name), place,
            line.office.level or values.region_level(place),
        ),
        region_code=region,
        content=content,
    )  # fmt: skip


def _as_yaml(number: int, raw: bytes) -> ReadItem:
    """Read a line that a person may have written: texts as plain strings, the office by its code or name alone."""
    document = _document(raw)
    try:
        return own_yaml.item_of(number, document)
    except BadRowError as bad:
        code = document.get("code") if isinstance(document, dict) else None
        bad.code = bad.code or (values.tidy(str(code))[:80] if code else None)
        raise


def _document(raw: bytes) -> Any:
    try:
        return json.loads(raw, object_pairs_hook=_each_key_once)
    except (ValueError, RecursionError) as error:
        raise BadRowError("这一行不是合格的 JSON", f"this is not JSON: {error}") from error


def _strings(value: Any) -> Iterator[str]:
    """Yield every string in a document, the keys too."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, inner in value.items():
            yield key
            yield from _strings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _strings(inner)


def _each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError("the same key twice")
    return found
