"""Our own YAML: one document for an item, in the shape of `ItemContent`, written by people.

A plain string where a text in two languages is expected means Chinese only. Booleans are `true` and `false` alone, and a
figure that begins with 0 stays text, so that codes and option keys such as `no` survive. Anchors are refused: an item that
repeats itself by reference cannot be read by the person who must answer for it, and nested ones can exhaust the machine.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import yaml
from msgspec import inspect

from yiwang.domains.catalogue.content import ItemContent, Text
from yiwang.domains.catalogue.loading import values
from yiwang.domains.catalogue.loading.records import (
    BadRowError,
    ReadItem,
    ReadOffice,
    RowProblem,
    build_item,
    check_text,
)

MAX_FILE = 1 << 20
_KEYS = frozenset({"code", "base_code", "base_name", "parent_code", "office", "region", "content"})
_HEAD = re.compile(r"^(?:code|base_code|content)\s*:", re.MULTILINE)
_CONTENT = inspect.type_info(ItemContent)


def recognises(head: str) -> bool:
    """Say whether this is YAML with the keys of an item at its top level."""
    return len(set(_HEAD.findall(head))) >= 2 and not head.lstrip().startswith("{")


def read(path: Path) -> Iterator[ReadItem | RowProblem]:
    """Yield the item of each document, or why it is refused; what follows broken YAML in one file cannot be read."""
    number = 0
    try:
        for document in _documents(path):
            number += 1
            if document is None:
                continue
            code = None
            try:
                code = values.tidy(str(document["code"])) if isinstance(document, dict) and "code" in document else None
                yield item_of(number, document)
            except BadRowError as bad:
                yield RowProblem(row=number, code=code, reason_zh=bad.reason_zh, reason_en=bad.reason_en)
    except BadRowError as bad:
        yield RowProblem(row=number + 1, code=None, reason_zh=bad.reason_zh, reason_en=bad.reason_en)


def _documents(path: Path) -> Iterator[Any]:
    raw = path.read_bytes() if path.stat().st_size <= MAX_FILE else None
    if raw is None:
        raise BadRowError("文件超过 1 MiB", "the file is larger than 1 MiB")
    try:
        text = raw.decode("utf-8-sig")
        for event in yaml.parse(text, Loader=_Loader):
            if isinstance(event, yaml.AliasEvent):
                raise yaml.YAMLError(f"anchors are not used here\n{event.start_mark}")
        yield from yaml.load_all(text, Loader=_Loader)
    except UnicodeDecodeError as error:
        raise BadRowError("文件不是 UTF-8 编码", "the file is not UTF-8") from error
    except (yaml.YAMLError, RecursionError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        line = f"第 {mark.line + 1} 行" if mark else ""
        raise BadRowError(
            f"不是合格的 YAML：{line}", f"this is not our YAML: {' '.join(str(error).split())}"
        ) from error


def item_of(number: int, document: Any) -> ReadItem:
    """Return the item that a document states.

    Raises:
        BadRowError: where it lacks a key, has one that we do not know, or a value will not do.
    """
    if not isinstance(document, dict):
        raise BadRowError("最外层应为键和值", "the document is not a mapping")
    if unknown := {str(key) for key in document} - _KEYS:
        raise BadRowError(f"不认识的键：{'、'.join(sorted(unknown))}", f"unknown keys: {', '.join(sorted(unknown))}")
    if missing := {"code", "office", "region", "content"} - set(document):
        raise BadRowError(f"缺少：{'、'.join(sorted(missing))}", f"missing: {', '.join(sorted(missing))}")
    content = _content(document["content"])
    code = values.tidy(str(document["code"]))
    region = values.region(str(document["region"]))
    parent = document.get("parent_code")
    return build_item(
        row=number,
        code=code,
        base_code=values.tidy(str(document.get("base_code") or code)),
        base_name=values.tidy(str(document.get("base_name") or content.name.zh)),
        parent_code=values.tidy(str(parent)) if parent else None,
        office=_office(document["office"], region),
        region_code=region,
        content=content,
    )


def _content(raw: Any) -> ItemContent:
    lifted = lift(raw, _CONTENT, "content")
    try:
        content = msgspec.convert(lifted, ItemContent)
    except msgspec.ValidationError as error:
        raise BadRowError(f"内容不合格：{error}", str(error)) from error
    check_text(msgspec.json.encode(content).decode().replace("\\u0000", "\x00"))
    return content


def _office(raw: Any, region: str) -> ReadOffice:
    """Return the office: its code alone, or a mapping of code, name, region and level."""
    if isinstance(raw, dict):
        known = {"code", "name", "region", "level"}
        if not raw.get("code") or set(raw) - known:
            raise BadRowError("office 应写 code、name、region、level", "office takes code, name, region, level")
        place = values.region(str(raw.get("region") or region))
        level = int(raw.get("level") or values.region_level(place))
        return ReadOffice(values.tidy(str(raw["code"])), values.tidy(raw.get("name")), place, level)
    text = values.tidy(str(raw))
    if not text:
        raise BadRowError("没有实施主体", "no office is named")
    named = "" if text.isascii() else text
    return ReadOffice("" if named else text, named, region, values.region_level(region))


def lift(value: Any, kind: inspect.Type, where: str) -> Any:
    """Return the value with plain strings made texts and figures made strings where the struct wants them.

    Raises:
        BadRowError: at a key that the struct does not have: a misspelt one would be lost in silence.
    """
    if isinstance(kind, inspect.UnionType):
        if value is None:
            return None
        kinds = [option for option in kind.types if not isinstance(option, inspect.NoneType)]
        return lift(value, kinds[0], where) if len(kinds) == 1 else value
    if isinstance(kind, inspect.StructType):
        if kind.cls is Text and isinstance(value, (str, int)) and not isinstance(value, bool):
            return {"zh": str(value)}
        if not isinstance(value, dict):
            return value
        fields = {field.name: field.type for field in kind.fields}
        if unknown := [str(key) for key in value if key not in fields]:
            raise BadRowError(
                f"{where} 里有不认识的键：{'、'.join(unknown)}", f"unknown keys in {where}: {', '.join(unknown)}"
            )
        return {key: lift(item, fields[key], f"{where}.{key}") for key, item in value.items()}
    if isinstance(kind, inspect.ListType) and isinstance(value, list):
        return [lift(item, kind.item_type, f"{where}[{index}]") for index, item in enumerate(value)]
    if isinstance(kind, inspect.StrType) and isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return value


class _Loader(yaml.CSafeLoader):
    """YAML as people read it: no anchors, no key twice, no dates, no `yes` that turns into true."""

    yaml_implicit_resolvers: dict[str, Any] = {}

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        keys = [key.value for key, _ in node.value]
        if twice := {str(key) for key in keys if keys.count(key) > 1}:
            words = ", ".join(sorted(twice))
            raise yaml.constructor.ConstructorError(None, None, f"the same key twice: {words}", node.start_mark)
        return super().construct_mapping(node, deep=deep)


for _tag, _pattern, _first in (
    ("bool", r"true|false", "tf"),
    ("null", r"null|~|", ["n", "~", ""]),
    ("int", r"-?(?:0|[1-9][0-9]*)", "-0123456789"),
    ("float", r"-?(?:0|[1-9][0-9]*)\.[0-9]+", "-0123456789"),
):
    _Loader.add_implicit_resolver(f"tag:yaml.org,2002:{_tag}", re.compile(f"^(?:{_pattern})$"), list(_first))
