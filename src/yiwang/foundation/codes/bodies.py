"""Codes of legal persons and other bodies: GB 32100 unified credit code, GB 11714 organisation code."""

import re

from yiwang.foundation.codes.typing_slips import plain_code

_SIGNS = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # no I, O, S, V, Z
_PLACE = {sign: place for place, sign in enumerate(_SIGNS)}
_WEIGHTS = tuple(pow(3, power, 31) for power in range(17))
_ORG_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)


def credit_code_problem(value: str, *, accept_wrong_check: bool = False, with_org_code: bool = False) -> str | None:
    """Return what is wrong with a unified credit code of 18 places, or None.

    Args:
        value: the code as typed.
        accept_wrong_check: real codes of the first years break the rule of the check character; somebody who has seen
            the licence may let such a code pass.
        with_org_code: places 9-17 must be a valid organisation code too. Not every real code embeds one.
    """
    code = plain_code(value)
    if not code:
        return "empty"
    if len(code) != 18:
        return "length"
    if any(sign not in _PLACE for sign in code) or not re.fullmatch(r"[0-9A-Y]{2}[0-9]{6}.{10}", code):
        return "format"
    if accept_wrong_check:
        return None
    total = sum(_PLACE[sign] * weight for sign, weight in zip(code, _WEIGHTS, strict=False))
    if _SIGNS[-total % 31] != code[17]:
        return "check_digit"
    return "check_digit" if with_org_code and org_code_problem(code[8:17]) else None


def org_code_check_char(body: str) -> str:
    """Return the check character of the first 8 places of an organisation code."""
    total = sum(int(sign, 36) * weight for sign, weight in zip(body, _ORG_WEIGHTS, strict=True))
    return "0123456789X"[-total % 11]


def org_code_problem(value: str) -> str | None:
    """Return what is wrong with an organisation code of 8 + 1 places, with or without a dash, or None."""
    code = re.sub(r"-(?=.$)", "", plain_code(value))
    if not code:
        return "empty"
    if len(code) != 9:
        return "length"
    if not re.fullmatch(r"[0-9A-Z]{8}[0-9X]", code):
        return "format"
    return None if code[8] == org_code_check_char(code[:8]) else "check_digit"


def org_code_of(credit_code: str) -> str | None:
    """Return the organisation code within a credit code, or None where it embeds none."""
    inner = plain_code(credit_code)[8:17]
    return None if org_code_problem(inner) else inner
