"""Guangdong's catalogue of 2021: one JSON object a line, codes of 31 places, or of 33 for a situation of an item."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import msgspec

from yiwang.domains.catalogue.content import Contact, ItemContent, Text
from yiwang.domains.catalogue.loading import values
from yiwang.domains.catalogue.loading.files import lines, not_utf8, too_long
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
    "20": "10",  # 其他行政权力 here; 公共服务 in the national table
    "21": "20",  # 公共服务
}  # fmt: skip
_CODE = re.compile(r"[0-9A-Z]{31}(?:[0-9]{2})?")
_BASE = re.compile(r"[0-9A-Z]{12}")
_NO_WINDOW = "无线下办理窗口"
_LEVELS = {"国家级": 1, "省级": 2, "市级": 3, "县级": 4, "区级": 4, "镇街级": 5, "村居级": 6}
_PATH = re.compile(r"\$\.(\w+)")


class _Row(msgspec.Struct):
    task_code: str
    catalog_code: str
    catalog_name: str
    name: str
    power_type_code: str
    area_code: str
    dept: str
    parent_catalog_code: str | None = None
    level: str | None = None
    legal_limit: str | None = None
    promised_limit: str | None = None
    onsite_visits: str | None = None
    accept_condition: str | None = None
    materials: list[str] | None = None
    audience: list[str] | None = None
    themes: list[str] | None = None
    location: str | None = None
    courier: str | None = None
    online_check: str | None = None
    booking: str | None = None
    co_department: str | None = None
    url: str | None = None


_decoder = msgspec.json.Decoder(_Row)


def recognises(head: str) -> bool:
    """Say whether the file begins as this catalogue does; its very first line may be broken."""
    return head.lstrip().startswith("{") and '"task_code"' in head and '"catalog_code"' in head


def read(path: Path) -> Iterator[ReadItem | RowProblem]:
    """Yield the items of the file, and the rows that are refused."""
    for number, raw in lines(path):
        if raw is not None and not raw.strip():
            continue
        code = None
        try:
            row = _decode(raw)
            code = row.task_code[:80]
            yield _item(number, row)
        except BadRowError as bad:
            yield RowProblem(row=number, code=bad.code or code, reason_zh=bad.reason_zh, reason_en=bad.reason_en)


def _decode(raw: bytes | None) -> _Row:
    if raw is None:
        raise too_long()
    try:
        return _decoder.decode(raw.decode())
    except UnicodeDecodeError as error:
        raise not_utf8() from error
    except msgspec.ValidationError as error:
        found = _PATH.search(str(error)) or re.search(r"`(\w+)`", str(error))
        field = found[1] if found else ""
        raise BadRowError(f"字段“{field}”缺失或类型不对", str(error), _code_in(raw)) from error
    except (msgspec.DecodeError, RecursionError) as error:
        raise BadRowError("这一行不是合格的 JSON", f"this is not JSON: {error}", _code_in(raw)) from error


def _code_in(raw: bytes) -> str | None:
    found = re.search(rb'"task_code"\s*:\s*"([0-9A-Z]{1,40})"', raw)
    return found[1].decode() if found else None


def _item(number: int, row: _Row) -> ReadItem:
    check_text(*(getattr(row, name) for name in ("task_code", "name", "catalog_name", "dept", "accept_condition")))
    check_text(row.location, row.co_department, row.url, *(row.materials or ()))
    code = values.tidy(row.task_code)
    base_code, main = values.tidy(row.catalog_code), values.tidy(row.parent_catalog_code)
    if not _CODE.fullmatch(code):
        raise BadRowError("实施编码应为 31 位或 33 位", f"the code has {len(code)} places, not 31 or 33")
    if not _BASE.fullmatch(base_code):
        raise BadRowError(f"基本编码“{base_code}”应为 12 位", "the base code has not 12 places")
    if not values.tidy(row.dept):
        raise BadRowError("没有实施主体", "no office is named")
    region = values.region(row.area_code)
    warnings: list[Text] = []
    if code[19:31] != base_code:
        warnings.append(Text("实施编码与基本编码不一致", "the code does not contain the base code"))
    content = _content(row, warnings)
    level = _LEVELS.get(values.tidy(row.level), values.region_level(region))
    return build_item(
        row=number,
        code=code,
        base_code=base_code,
        base_name=values.tidy(row.catalog_name)[:200] or content.name.zh,
        parent_code=main if main and main != base_code else None,
        office=ReadOffice(code[:18], values.tidy(row.dept), region, level),
        content=content,
        warnings=warnings,
    )


def _content(row: _Row, warnings: list[Text]) -> ItemContent:
    place, phone_in_place = _place(row.location)
    text, phone_in_text = values.without_phones(values.tidy(row.accept_condition))
    if phone_in_place or phone_in_text:
        warnings.append(Text("来源中的电话号码未收录", "a telephone number of the source was left out"))
    promised = values.parse_limit(row.promised_limit)
    online = values.yes_no(row.online_check)
    visits = values.stated(row.onsite_visits)
    if visits is not None and not (visits.isascii() and visits.isdigit() and len(visits) < 3):
        raise BadRowError(f"到现场次数“{visits}”不是数字", f"the number of visits is {visits!r}")
    themes, events = values.themes(row.themes or ())
    partners = values.tidy(row.co_department)
    return ItemContent(
        name=Text(values.tidy(row.name)),
        type_code=values.item_type(row.power_type_code, TYPES),
        audience=values.audiences(row.audience or ()),
        project_type="instant" if promised and promised.amount == 0 else "promise" if promised else "",
        legal_limit=values.parse_limit(row.legal_limit),
        promised_limit=promised,
        visits=None if visits is None else int(visits),
        conditions=values.conditions(text),
        materials=values.materials(row.materials or ()),
        themes=themes,
        life_events=events,
        ways=_ways(bool(place), bool(online)),
        online=online,
        courier=values.yes_no(row.courier),
        booking=values.yes_no(row.booking),
        contact=Contact(place=Text(place)) if place else None,
        source_url=values.tidy(row.url),
        source_note="广东政务服务网，2021 年" + (f"。联办机构：{partners}" if partners else ""),
    )


def _ways(window: bool, web: bool) -> list[Literal["window", "web", "mobile", "post", "other"]]:
    ways: list[Literal["window", "web", "mobile", "post", "other"]] = []
    if window:
        ways.append("window")
    if web:
        ways.append("web")
    return ways


def _place(location: str | None) -> tuple[str, bool]:
    text = values.stated(location) or ""
    if text == _NO_WINDOW:
        return "", False
    return values.without_phones(text.removeprefix("办理地点").lstrip("：: "))
