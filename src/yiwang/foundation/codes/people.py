"""Identity documents of people: GB 11643 citizen id, residence permits on the same pattern, passports and permits."""

import datetime as dt
import re

from yiwang.foundation.codes.typing_slips import plain_code

PROVINCES = frozenset(
    str(code)
    for low, high in ((11, 15), (21, 23), (31, 37), (41, 46), (50, 54), (61, 65), (71, 71))
    for code in range(low, high + 1)
)
PERMIT_DIVISIONS = frozenset({"81", "82", "83"})
"""港澳台居民居住证 carries Hong Kong, Macao or Taiwan in place of the province."""

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECK = "10X98765432"
_EARLIEST_YEAR = 1880
_CHINA = dt.timezone(dt.timedelta(hours=8))


def citizen_id_problem(value: str, today: dt.date | None = None) -> str | None:
    """Return what is wrong with an 18-place id number, or None.

    Holds for citizens, for residence permits of Hong Kong, Macao and Taiwan, and for foreign permanent residents (9…).
    The first two places must be a province; further places are not looked up, because divisions come and go.
    A well-formed number of 15 places gives `old_15`; `citizen_id_from_15` turns it into today's form.
    """
    code = plain_code(value)
    if not code:
        return "empty"
    if re.fullmatch(r"[0-9]{15}", code):
        return citizen_id_problem(_lengthened(code), today) or "old_15"
    if len(code) != 18:
        return "length"
    if not re.fullmatch(r"[0-9]{17}[0-9X]", code):
        return "format"
    if not _division_known(code):
        return "division"
    born = _date(code[6:14])
    if born is None or born.year < _EARLIEST_YEAR or born > (today or dt.datetime.now(_CHINA).date()):
        return "birth_date"
    return None if code[17] == _check_char(code) else "check_digit"


def _division_known(code: str) -> bool:
    if code[0] == "9":  # foreign permanent resident: 9, province of issue, nationality
        return code[1:3] in PROVINCES
    return code[:2] in PROVINCES or code[:2] in PERMIT_DIVISIONS


def _check_char(code: str) -> str:
    total = sum(int(digit) * weight for digit, weight in zip(code[:17], _WEIGHTS, strict=True))
    return _CHECK[total % 11]


def _date(digits: str) -> dt.date | None:
    try:
        return dt.date(int(digits[:4]), int(digits[4:6]), int(digits[6:8]))
    except ValueError:
        return None


def _lengthened(code: str) -> str:
    longer = f"{code[:6]}19{code[6:]}"
    return longer + _check_char(longer)


def citizen_id_from_15(value: str) -> str:
    """Return the 18-place form of an old 15-place id number. Raises ValueError if it is not one."""
    if citizen_id_problem(value) != "old_15":
        raise ValueError("not a 15-place id number")
    return _lengthened(plain_code(value))


def _checked(value: str) -> str:
    problem = citizen_id_problem(value)
    if problem == "old_15":
        return citizen_id_from_15(value)
    if problem:
        raise ValueError(f"not an id number: {problem}")
    return plain_code(value)


def citizen_birth_date(value: str) -> dt.date:
    """Return the birth date in an id number. Raises ValueError for a number that is not valid."""
    born = _date(_checked(value)[6:14])
    assert born is not None
    return born


def citizen_sex(value: str) -> str:
    """Return "male" or "female" from an id number. Raises ValueError for a number that is not valid."""
    return "male" if int(_checked(value)[16]) % 2 else "female"


def _foreign_resident_problem(code: str) -> str | None:
    if len(code) == 15:  # the card of before 2023: three letters of the nationality, 12 digits
        return None if re.fullmatch(r"[A-Z]{3}[0-9]{12}", code) else "format"
    if len(code) == 18 and not code.startswith("9"):
        return "format"
    return "length" if len(code) != 18 else citizen_id_problem(code)


def _residence_permit_problem(code: str) -> str | None:
    return citizen_id_problem(code) or (None if code[:2] in PERMIT_DIVISIONS else "division")


_SHAPES = {
    "passport": r"(?=.*[0-9])[0-9A-Z]{5,12}",
    "hk_mo_permit": r"[HM](?:[0-9]{8}|[0-9]{10})",
    "tw_permit": r"[0-9]{8}|[0-9]{10}",
    "military_id": r"[\u4e00-\u9fff]{1,6}字?第?[0-9A-Z]{4,10}号?",
}
DOCUMENT_KINDS = frozenset({"resident_id", "residence_permit", "foreign_resident", *_SHAPES})
"""居民身份证, 港澳台居民居住证, 外国人永久居留证, 护照, 港澳居民来往内地通行证, 台湾居民来往大陆通行证, 军人证件."""


def identity_document_problem(kind: str, value: str) -> str | None:
    """Return what is wrong with the number of an identity document of a kind of `DOCUMENT_KINDS`, or None.

    Raises ValueError for a kind that is not known. Dashes in `kind` count as underscores.
    """
    kind = kind.replace("-", "_")
    if kind not in DOCUMENT_KINDS:
        raise ValueError(f"unknown kind of identity document: {kind}")
    code = plain_code(value)
    if not code:
        return "empty"
    if kind == "resident_id":
        return citizen_id_problem(code)
    if kind == "residence_permit":
        return _residence_permit_problem(code)
    if kind == "foreign_resident":
        return _foreign_resident_problem(code)
    return None if re.fullmatch(_SHAPES[kind], code) else "format"
