"""The national sheet: a CSV whose columns are the elements of GB/T 39046-2020 table 4, one row for an item or for a paper.

Short columns (代码, 单位, 说明, 性质代码) belong to the element on their left. A row without 实施编码 adds its material to the
item above it, and so does a row that repeats the code of the row above with another material.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Literal

from yiwang.domains.catalogue.content import Contact, Fee, ItemContent, LegalBasis, Limit, Material, Result, Text
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

TYPES = {code: code for code in ("01", "02", "03", "04", "05", "06", "07", "08", "09", "10", "20")}
_REQUIRED = frozenset({"事项名称", "实施编码", "事项类型代码", "实施主体"})
_DEPENDENT = frozenset({"代码", "单位", "说明", "性质代码"})
_AUDIENCE_CODES = {
    "1": "自然人",
    "2": "企业法人",
    "3": "事业法人",
    "4": "社会组织法人",
    "5": "行政机关",
    "6": "其他组织",
}
_UNIT_CODES = {"1": "工作日", "2": "月", "3": "年", "4": "天"}
_WAYS: dict[str, Literal["window", "web", "mobile", "post", "other"]] = {
    "1": "window", "2": "web", "3": "mobile", "4": "post", "9": "other",
    "窗口办理": "window", "电脑端网上办理": "web", "移动端网上申请": "mobile", "快递申请": "post", "其他": "other",
}  # fmt: skip

Row = dict[str, str]


def recognises(head: str) -> bool:
    """Say whether the header names the elements of the standard."""
    return set(head.splitlines()[0].split(",")) >= _REQUIRED if head.strip() else False


def read(path: Path) -> Iterator[ReadItem | RowProblem]:
    """Yield the items of the sheet, and the rows that are refused; one bad paper refuses its item."""
    names = _qualified(csv_header(path, _REQUIRED))
    group: list[tuple[int, Row]] = []
    for number, cells in _sheet(path, names):
        if isinstance(cells, BadRowError):
            yield RowProblem(row=number, code=None, reason_zh=cells.reason_zh, reason_en=cells.reason_en)
            continue
        if group and _continues(group[-1][1], cells, group[0][1]["实施编码"]):
            group.append((number, cells))
            continue
        yield from _finished(group)
        group = [(number, cells)]
    yield from _finished(group)


def _sheet(path: Path, names: list[str]) -> Iterator[tuple[int, Row | BadRowError]]:
    rows = csv_rows(path)
    next(rows)
    for number, cells in rows:
        if isinstance(cells, BadRowError):
            yield number, cells
        elif len(cells) != len(names):
            yield (
                number,
                BadRowError(f"有 {len(cells)} 列，应为 {len(names)} 列", f"{len(cells)} cells, not {len(names)}"),
            )
        else:
            yield number, {name: values.tidy(cell) for name, cell in zip(names, cells, strict=True)}


def _qualified(header: list[str]) -> list[str]:
    owner, names = "", []
    for name in header:
        if name not in _DEPENDENT:
            owner = name
        names.append(f"{owner}/{name}" if name in _DEPENDENT else name)
    return names


def _continues(above: Row, row: Row, code: str) -> bool:
    if not row["实施编码"]:
        return bool(row.get("材料名称")) and not row["事项名称"]
    return row["实施编码"] == code and bool(row.get("材料名称")) and row.get("材料名称") != above.get("材料名称")


def _finished(group: list[tuple[int, Row]]) -> Iterator[ReadItem | RowProblem]:
    if not group:
        return
    number, first = group[0]
    try:
        yield _item(number, first, [row for _, row in group])
    except BadRowError as bad:
        code = first["实施编码"][:80] or None
        yield RowProblem(row=number, code=code, reason_zh=bad.reason_zh, reason_en=bad.reason_en)


def _item(number: int, row: Row, rows: list[Row]) -> ReadItem:
    check_text(*(cell for each in rows for cell in each.values()))
    code = row["实施编码"]
    if not row["实施主体"]:
        raise BadRowError("没有实施主体", "no office is named")
    warnings: list[Text] = []
    if any(row.get(name) for name in ("咨询电话", "监督电话")):
        warnings.append(Text("来源中的电话号码未收录", "a telephone number of the source was left out"))
    region = values.region(row.get("行政管辖/代码") or code[2:8])
    level = row.get("行使层级/代码") or row.get("行使层级代码") or ""
    return build_item(
        row=number,
        code=code,
        base_code=row.get("基本编码") or code[19:31] or code,
        base_name=row["事项名称"],
        office=ReadOffice(
            row.get("实施主体代码") or row.get("实施主体/代码") or code[:18],
            row["实施主体"],
            region,
            int(level) if level in {"1", "2", "3", "4", "5", "6", "7"} else values.region_level(region),
        ),
        content=_content(row, rows),
        warnings=warnings,
    )


def _content(row: Row, rows: list[Row]) -> ItemContent:
    promised = _limit(row, "承诺办结时限")
    place, _ = values.without_phones(row.get("办理地点", ""))
    hours = row.get("办理时间", "")
    is_free = values.yes_no(row.get("是否收费"))
    result = values.stated(row.get("结果名称"))
    basis = values.stated(row.get("设定依据"))
    return ItemContent(
        name=Text(row["事项名称"]),
        type_code=values.item_type(row["事项类型代码"], TYPES),
        audience=values.audiences(_audience_words(row)),
        project_type="instant" if promised and promised.amount == 0 else "promise" if promised else "",
        legal_limit=_limit(row, "法定办结时限"),
        promised_limit=promised,
        conditions=values.conditions(values.without_phones(row.get("受理条件", ""))[0]),
        materials=_materials(rows),
        is_free=None if is_free is None else not is_free,
        fees=[Fee(Text("收费"), basis=row.get("收费依据", ""))] if is_free else [],
        results=[Result("letter", Text(result))] if result else None,
        basis=[LegalBasis(law=basis)] if basis else None,
        themes=values.themes(_split(row.get("服务主题", "")))[0],
        ways=_ways(row),
        online=values.yes_no(row.get("是否网办")),
        courier=values.yes_no(row.get("物流快递")),
        booking=values.yes_no(row.get("是否支持预约") or row.get("预约")),
        contact=Contact(Text(place) if place else None, Text(hours) if hours else None) if place or hours else None,
        source_url=row.get("网办地址", ""),
    )


def _limit(row: Row, name: str) -> Limit | None:
    unit = row.get(f"{name}/单位", "")
    return values.parse_limit(row.get(name), _UNIT_CODES.get(unit, unit))


def _audience_words(row: Row) -> list[str]:
    codes = _split(row.get("服务对象/代码", ""))
    return [_AUDIENCE_CODES.get(code, code) for code in codes] or _split(row.get("服务对象", ""))


def _ways(row: Row) -> list[Literal["window", "web", "mobile", "post", "other"]]:
    words = _split(row.get("办理形式/代码", "")) or _split(row.get("办理形式", ""))
    if unknown := [word for word in words if word not in _WAYS]:
        raise BadRowError(f"办理形式“{unknown[0]}”不认识", f"unknown way {unknown[0]!r}")
    return list(dict.fromkeys(_WAYS[word] for word in words))


def _materials(rows: list[Row]) -> list[Material] | None:
    papers: dict[str, Material] = {}
    for row in rows:
        name = values.stated(row.get("材料名称"))
        if not name or name in papers:
            continue
        counts = [_count(row.get("原件份数")), _count(row.get("复印件份数"))]
        required = values.yes_no(row.get("是否必备"))
        issuer, note = values.stated(row.get("出具机构")), values.stated(row.get("材料办理说明"))
        papers[name] = Material(
            key=values.material_key(name),
            name=Text(name),
            original="either" if all(counts) else "original" if counts[0] else "copy" if counts[1] else "",
            necessity="required" if required is not False else "optional",
            copies=sum(counts) or None,
            note=Text(note) if note else None,
            issued_by=Text(issuer) if issuer else None,
        )
    return list(papers.values()) or None


def _count(value: str | None) -> int:
    text = values.stated(value) or "0"
    if not (text.isascii() and text.isdigit() and len(text) < 3):
        raise BadRowError(f"份数“{text}”不是数字", f"the number of copies is {text!r}")
    return int(text)


def _split(value: str) -> list[str]:
    for mark in "，,；;|":
        value = value.replace(mark, "、")
    return [part.strip() for part in value.split("、") if part.strip()]
