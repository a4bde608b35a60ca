"""What reading a catalogue yields: items that may be published, and rows that may not, each with its reason."""

import re

import msgspec

from yiwang.domains.catalogue.content.structs import ITEM_TYPES, ItemContent, Limit, Text, canonical_json, content_hash

MAX_NAME = 200
"""事项名称 is an..200 in GB/T 39046 table 4."""
MAX_CODE = 80
_UNPRINTABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")
_DAYS = {"workday": 1.4, "day": 1.0, "month": 30.0, "year": 365.0}


class UnreadableFileError(ValueError):
    """The file as a whole cannot be read: a column that everything rests on is missing, or nothing can be opened."""

    def __init__(self, reason_zh: str, reason_en: str) -> None:
        self.reason = Text(reason_zh, reason_en)
        super().__init__(f"{reason_zh} ({reason_en})")


class BadRowError(ValueError):
    """One row cannot be loaded. Readers turn it into a `RowProblem`; it never leaves this package."""

    def __init__(self, reason_zh: str, reason_en: str, code: str | None = None) -> None:
        self.reason_zh, self.reason_en, self.code = reason_zh, reason_en, code
        super().__init__(reason_en)


class ReadOffice(msgspec.Struct, frozen=True):
    """The office that answers for an item. `level` is that of GB/T 39046 table A.2: 2 province, 3 city, 4 county, …"""

    code: str
    name: str
    region_code: str
    level: int | None = None


class ReadItem(msgspec.Struct, frozen=True, kw_only=True):
    """One item as a source states it.

    `base_code` is the entry of the national or provincial directory that the item implements and `base_name` the name of
    its main item; `parent_code` is the main item's own directory code where the source gives one. Items with the same
    `group_code` are situations of one thing and are shown together.
    """

    row: int
    code: str
    base_code: str
    base_name: str
    parent_code: str | None = None
    group_code: str
    office: ReadOffice
    region_code: str
    type_code: str
    content: ItemContent
    canonical: bytes
    content_hash: str
    warnings: tuple[Text, ...] = ()
    file: str = ""


class RowProblem(msgspec.Struct, frozen=True, kw_only=True):
    """One row that was refused: where it stands, and why in both languages."""

    row: int
    code: str | None
    reason_zh: str
    reason_en: str
    file: str = ""


def build_item(
    *,
    row: int,
    code: str,
    base_code: str,
    base_name: str,
    office: ReadOffice,
    content: ItemContent,
    parent_code: str | None = None,
    group_code: str | None = None,
    region_code: str | None = None,
    warnings: list[Text] | None = None,
    file: str = "",
) -> ReadItem:
    """Check what every source must satisfy, and return the item with its canonical bytes and their hash.

    Raises:
        BadRowError: where the code, the name or the type will not do, or a character cannot be stored.
    """
    _check(code, content)
    canonical = canonical_json(content)
    notes = list(warnings or [])
    if _is_longer(content.promised_limit, content.legal_limit):
        notes.append(Text("承诺时限比法定时限长", "the promised limit is longer than the legal one"))
    return ReadItem(
        row=row,
        code=code,
        base_code=base_code,
        base_name=base_name,
        parent_code=parent_code,
        group_code=group_code or parent_code or base_code,
        office=office,
        region_code=region_code or office.region_code,
        type_code=content.type_code,
        content=content,
        canonical=canonical,
        content_hash=content_hash(canonical),
        warnings=tuple(notes),
        file=file,
    )


def _check(code: str, content: ItemContent) -> None:
    name = content.name.zh
    if not code:
        raise BadRowError("没有事项编码", "the item has no code")
    if len(code) > MAX_CODE or not code.isascii() or code.split() != [code]:
        raise BadRowError(
            f"事项编码不合格：应为不超过 {MAX_CODE} 位的字母、数字",
            f"the code is not ASCII or is over {MAX_CODE} places",
        )
    if not name:
        raise BadRowError("没有事项名称", "the item has no name")
    if len(name) > MAX_NAME:
        raise BadRowError(
            f"事项名称有 {len(name)} 个字，超过 {MAX_NAME} 个字",
            f"the name has {len(name)} characters, over {MAX_NAME}",
        )
    if content.type_code not in ITEM_TYPES:
        raise BadRowError(f"事项类型“{content.type_code}”不认识", f"unknown item type {content.type_code!r}")


def check_text(*values: str | None) -> None:
    """Refuse characters that no page can show and no database store: controls, NUL, lone surrogates.

    Raises:
        BadRowError: at the first of them.
    """
    for value in values:
        if value and (found := _UNPRINTABLE.search(value)):
            raise BadRowError(
                f"含有不能保存的字符 U+{ord(found[0]):04X}", f"holds U+{ord(found[0]):04X}, which cannot be stored"
            )


def _is_longer(promised: Limit | None, legal: Limit | None) -> bool:
    if promised is None or legal is None:
        return False
    return promised.amount * _DAYS[promised.unit] > legal.amount * _DAYS[legal.unit]
