"""Codes of items (GB/T 39554.1: base 12, implementation 31, handling 33 places) and numbers of cases."""

import datetime as dt
import re
from typing import NamedTuple

from yiwang.foundation.codes.bodies import credit_code_problem
from yiwang.foundation.codes.typing_slips import plain_code
from yiwang.foundation.numbers.serials import serial_text

_BASE = r"(?P<base>[0-9]{2}(?P<type>[0-9]{2})[0-9]{5}[0-9]{2}[0-9Y])"
_IMPLEMENTATION = r"(?P<office>[0-9A-Z]{18})(?P<level>[1-7])" + _BASE
_SHAPES = {12: _BASE, 31: _IMPLEMENTATION, 33: _IMPLEMENTATION + r"(?P<handling>[0-9A-Z]{2})"}
CASE_NUMBER_MAX = 50


class ItemCode(NamedTuple):
    """The parts of an item's code; a base code has no office and no level, only a handling item has a sequence."""

    base: str
    item_type: str
    office: str = ""
    level: str = ""
    handling: str = ""


def _match(value: str) -> re.Match[str] | None:
    code = plain_code(value)
    shape = _SHAPES.get(len(code))
    return re.fullmatch(shape, code) if shape else None


def item_code_problem(value: str) -> str | None:
    """Return what is wrong with a national item code of 12, 31 or 33 places, or None.

    `office_code` means that the form is right and the check character of the office's credit code is not.
    Codes of provincial systems have other forms; they give `length` or `format` and may still be a source's key.
    """
    code = plain_code(value)
    if not code:
        return "empty"
    if len(code) not in _SHAPES:
        return "length"
    match = _match(code)
    if match is None:
        return "format"
    office = match.groupdict().get("office")
    return "office_code" if office and credit_code_problem(office) else None


def parse_item_code(value: str) -> ItemCode:
    """Return the parts of a national item code. Raises ValueError if its form is wrong."""
    match = _match(value)
    if match is None:
        raise ValueError("not a national item code")
    parts = match.groupdict()
    return ItemCode(
        parts["base"], parts["type"], parts.get("office", ""), parts.get("level", ""), parts.get("handling", "")
    )


def case_number(item_code: str, office: str, date: dt.date, serial: int) -> str:
    """Return the number of a case: implementation code 31, date 8, serial 4.

    An item without an implementation code in the national form takes `office` (its credit code or our number for it)
    in place of the 31. The serial counts the cases that share what stands before it on that date.
    Raises ValueError when the number would not fit 50 places, or `office` holds other signs than digits and capitals.
    """
    match = _match(item_code)
    has_implementation = match is not None and "office" in match.groupdict()
    head = plain_code(item_code)[:31] if has_implementation else plain_code(office)
    if not re.fullmatch(r"[0-9A-Z]+", head):
        raise ValueError(f"a case number cannot begin with {head!r}")
    number = f"{head}{date:%Y%m%d}{serial_text(serial)}"
    if len(number) > CASE_NUMBER_MAX:
        raise ValueError(f"a case number of {len(number)} places is longer than {CASE_NUMBER_MAX}")
    return number
