"""Telephone numbers and e-mail addresses."""

import re

from yiwang.foundation.codes.typing_slips import plain_code

_MOBILE = re.compile(r"1[3-9][0-9]{9}")
_LANDLINE = re.compile(r"0[1-9][0-9]{1,2}-?[2-9][0-9]{6,7}(?:-[0-9]{1,6})?")
_EMAIL = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*"
    r"@(?:[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?\.)+[A-Za-z](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])"
)


def plain_mobile(value: str) -> str:
    """Return a mobile number as it is stored: 11 digits, without +86, spaces and dashes."""
    digits = re.sub(r"[-()]", "", plain_code(value))
    return re.sub(r"^(?:\+|00)?86(?=1[0-9]{10}$)", "", digits)


def mobile_problem(value: str) -> str | None:
    """Return what is wrong with a mobile number of the mainland, or None; `landline` for a fixed line."""
    if not plain_code(value):
        return "empty"
    digits = plain_mobile(value)
    if _MOBILE.fullmatch(digits):
        return None
    if _LANDLINE.fullmatch(plain_code(value)):
        return "landline"
    return "length" if digits.isascii() and digits.isdigit() and len(digits) != 11 else "format"


def phone_problem(value: str) -> str | None:
    """Return what is wrong with a telephone number, mobile or fixed line with its area code, or None."""
    problem = mobile_problem(value)
    return None if problem == "landline" else problem


def email_problem(value: str) -> str | None:
    """Return what is wrong with an e-mail address, or None."""
    address = value.strip()
    if not address:
        return "empty"
    if len(address) > 254 or len(address.partition("@")[0]) > 64:
        return "length"
    return None if _EMAIL.fullmatch(address) else "format"
