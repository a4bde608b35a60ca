"""Sichuan's county catalogue of 2025: a CSV of names and codes; item codes have 4 to 8 parts and stay as the source's text."""

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path

from yiwang.domains.catalogue.content import ItemContent, Text
from yiwang.domains.catalogue.loading import values
from yiwang.domains.catalogue.loading.files import csv_header, csv_rows
from yiwang.domains.catalogue.loading.records import (
    BadRowError,
    ReadItem,
    ReadOffice,
    RowProblem,
    build_item,
    check_text,
)

TYPES = {
    "01": "01", "02": "02", "03": "03", "04": "04", "05": "05", "06": "06", "07": "07", "08": "08", "09": "09",
    "10": "10", "20": "20",
}  # fmt: skip
_COLUMNS = frozenset({"item_code", "name", "main_item", "dept", "dept_code", "area_code", "power_type_code"})
_CODE = re.compile(r"[0-9A-Za-z]+(?:-[0-9A-Za-z]+){3,7}")


def recognises(head: str) -> bool:
    """Say whether the header is this catalogue's."""
    return set(head.splitlines()[0].split(",")) >= _COLUMNS if head.strip() else False


def read(path: Path) -> Iterator[ReadItem | RowProblem]:
    """Yield the items of the file, and the rows that are refused."""
    header = csv_header(path, _COLUMNS)
    place = {name: index for index, name in enumerate(header)}
    rows = csv_rows(path)
    next(rows)
    for number, row in rows:
        code = None
        try:
            if isinstance(row, BadRowError):
                raise row
            if len(row) != len(header):
                raise BadRowError(
                    f"这一行有 {len(row)} 列，应为 {len(header)} 列", f"the row has {len(row)} cells, not {len(header)}"
                )
            code = row[place["item_code"]][:80]
            yield _item(number, {name: row[index] for name, index in place.items()})
        except BadRowError as bad:
            yield RowProblem(row=number, code=code, reason_zh=bad.reason_zh, reason_en=bad.reason_en)


def _item(number: int, row: dict[str, str]) -> ReadItem:
    check_text(*row.values())
    code, name, main = (values.tidy(row[key]) for key in ("item_code", "name", "main_item"))
    if not _CODE.fullmatch(code):
        raise BadRowError(f"事项编码“{code}”应为 4 至 8 段", "the code has not 4 to 8 parts")
    office = values.tidy(row["dept"])
    if not office:
        raise BadRowError("没有实施主体", "no office is named")
    region = values.region(row["area_code"])
    content = ItemContent(
        name=Text(name),
        type_code=values.item_type(row["power_type_code"], TYPES),
        source_url=values.tidy(row.get("url")),
        source_note="四川政务服务网，2025 年，只有名称和编码",
    )
    base_code = _base_code(code)
    # Departments of one office carry its code with a suffix (…_5143); they answer as that office.
    office_code = values.tidy(row["dept_code"]).split("_")[0].upper()
    return build_item(
        row=number,
        code=code,
        base_code=base_code,
        base_name=(main or name)[:200],
        group_code=_group_code(main) if main else base_code,
        office=ReadOffice(office_code, office, region, values.region_level(region)),
        content=content,
    )


def _base_code(code: str) -> str:
    """Return the parts before the area (12 digits); a code without an area ends in its office."""
    parts = code.split("-")
    area = next((place for place, part in enumerate(parts) if place and len(part) == 12 and part.isdigit()), -1)
    return "-".join(parts[:area])


def _group_code(main: str) -> str:
    """The source names the main item but gives no code of it: the name is what its situations have in common."""
    return "51-" + hashlib.blake2s(main.encode(), digest_size=6).hexdigest()
