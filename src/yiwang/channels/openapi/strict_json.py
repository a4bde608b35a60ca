"""JSON as RFC 8259 has it, and nothing more: what two parsers could read differently is refused."""

import json
import math
from typing import Any, NoReturn

MAX_DEPTH = 64


class BadJson(ValueError):
    """The body is not JSON that we take; `zh` and `en` say why."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


def read_json(body: bytes) -> Any:
    """Return the value that a body holds.

    Raises:
        BadJson: for a byte order mark, invalid UTF-8, half a surrogate pair, a repeated key, NaN or Infinity, a number
            beyond a double, more than 64 levels, and whatever is not JSON.
    """
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise BadJson("内容不是 UTF-8 编码", "The body is not UTF-8") from None
    if text.startswith("\ufeff"):
        raise BadJson("开头有字节序标记，请去掉", "The body begins with a byte order mark")
    if _is_deep(text):
        raise BadJson(f"嵌套超过 {MAX_DEPTH} 层", f"The body is nested more than {MAX_DEPTH} levels deep")
    try:
        value = json.loads(text, object_pairs_hook=_object, parse_constant=_no_constant, parse_float=_finite)
        if "\\u" in text:
            json.dumps(value, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        raise BadJson("有半个代理对，不是完整的字符", "A string holds half a surrogate pair") from None
    except json.JSONDecodeError as error:
        raise BadJson(
            f"不是 JSON：第 {error.lineno} 行第 {error.colno} 列读不下去",
            f"Not JSON: line {error.lineno}, column {error.colno} cannot be read",
        ) from None
    except BadJson:
        raise
    except (ValueError, RecursionError):
        raise BadJson("有一个数太大", "A number is too large") from None
    return value


def holds_nul(value: Any) -> bool:
    """Return whether a string or a key anywhere in a value holds NUL."""
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any(holds_nul(one) for pair in value.items() for one in pair)
    return isinstance(value, list) and any(map(holds_nul, value))


def _is_deep(text: str) -> bool:
    """Whether brackets outside strings go deeper than we follow."""
    if text.count("[") + text.count("{") <= MAX_DEPTH:
        return False
    depth, in_string, escaped = 0, False, False
    for sign in text:
        if in_string:
            if escaped:
                escaped = False
            elif sign == "\\":
                escaped = True
            elif sign == '"':
                in_string = False
        elif sign == '"':
            in_string = True
        elif sign in "[{":
            depth += 1
            if depth > MAX_DEPTH:
                return True
        elif sign in "]}":
            depth -= 1
    return False


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise BadJson("同一个键出现了两次", "A key stands twice in one object")
    return found


def _no_constant(name: str) -> NoReturn:
    raise BadJson(f"{name} 不是 JSON 的数", f"{name} is not a number in JSON")


def _finite(text: str) -> float:
    value = float(text)
    if not math.isfinite(value):
        raise BadJson("有一个数太大", "A number is too large")
    return value
