"""Our own items as JSON lines: read as the YAML is, a million of them in bounded memory, and nothing lost in silence."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest

from yiwang.domains.catalogue.content import ItemContent, Limit, Text, canonical_json
from yiwang.domains.catalogue.loading import ReadItem, RowProblem, detect_source, read_items

CONTENT = ItemContent(name=Text("食品经营许可", "Food licence"), type_code="01", legal_limit=Limit(20))
LINE: dict[str, Any] = {
    "code": "11330106002500287C4330106001000",
    "base_code": "330106001000",
    "base_name": "食品经营",
    "office": {"code": "11330106002500287C", "name": "西湖区局", "region": "330106"},
    "region": "330106",
    "content": msgspec.to_builtins(CONTENT) | {"aliases": ["开饭店"]},
}


def read(tmp_path: Path, *lines: bytes | dict[str, Any], name: str = "items.jsonl") -> list[ReadItem | RowProblem]:
    file = tmp_path / name
    file.write_bytes(
        b"\n".join(x if isinstance(x, bytes) else json.dumps(x, ensure_ascii=False).encode() for x in lines)
    )
    return list(read_items(file, "yiwang"))


def canonical_line(**changes: Any) -> bytes:
    content = msgspec.Raw(canonical_json(msgspec.convert(LINE["content"], ItemContent)))
    return msgspec.json.encode(LINE | {"content": content} | changes)


def test_a_line_is_an_item_whether_a_machine_or_a_person_wrote_it(tmp_path: Path) -> None:
    by_hand = LINE | {"code": "b", "content": {"name": "食品经营许可", "type_code": "01", "summary": "开店卖吃的"}}
    machine, spaced, person = read(tmp_path, canonical_line(), b"", LINE | {"code": "a"}, by_hand)
    assert isinstance(machine, ReadItem) and isinstance(spaced, ReadItem) and isinstance(person, ReadItem)
    assert machine.content == spaced.content and machine.content_hash == spaced.content_hash
    assert (machine.row, spaced.row, person.row) == (1, 3, 4)
    assert (machine.base_code, machine.base_name, machine.group_code) == ("330106001000", "食品经营", "330106001000")
    assert (machine.office.name, machine.office.level, machine.region_code) == ("西湖区局", 4, "330106")
    assert person.content.summary == Text("开店卖吃的")
    assert detect_source(tmp_path / "items.jsonl") == "yiwang"


@pytest.mark.parametrize(
    ("line", "says"),
    [
        (LINE | {"offfice": "x"}, "offfice"),
        ({k: v for k, v in LINE.items() if k != "region"}, "region"),
        (LINE | {"content": LINE["content"] | {"sumary": "x"}}, "sumary"),
        (LINE | {"content": LINE["content"] | {"type_code": "77"}}, "77"),
        (LINE | {"content": LINE["content"] | {"legal_limit": {"amount": "twenty"}}}, "内容不合格"),
        (LINE | {"region": "33"}, "行政区划"),
        (LINE | {"code": "有 空格"}, "编码"),
        (canonical_line()[:-1], "JSON"),
        (b'{"code": "a", "code": "b"}', "JSON"),
        (b"[" * 100_000, "JSON"),
        (canonical_line().replace("开饭店".encode(), b"\\u0000"), "U+0000"),
        (canonical_line().replace("开饭店".encode(), b"\\u0001"), "U+0001"),
        (canonical_line().replace("开饭店".encode(), b"\\ud800"), "U+D800"),
        (canonical_line().replace("开饭店".encode(), b"\xff"), "UTF-8"),
        (canonical_line().replace("开饭店".encode(), b"x" * (1 << 20)), "1 MiB"),
        (b"null", "键和值"),
        (b"7", "键和值"),
    ],
)  # fmt: skip
def test_a_line_that_is_refused_says_why_and_the_next_one_is_read(tmp_path: Path, line: Any, says: str) -> None:
    problem, good = read(tmp_path, line, canonical_line())
    assert isinstance(problem, RowProblem) and problem.row == 1
    assert says in problem.reason_zh + problem.reason_en
    assert isinstance(good, ReadItem)


def test_a_code_that_stood_on_an_earlier_line_is_refused_with_its_place(tmp_path: Path) -> None:
    first, second, third = read(tmp_path, canonical_line(), canonical_line(code="other"), canonical_line())
    assert isinstance(first, ReadItem) and isinstance(second, ReadItem)
    assert isinstance(third, RowProblem) and "第 1 行" in third.reason_zh and third.row == 3
