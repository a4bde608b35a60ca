"""Show just enough of personal data to recognise it, and take it out of free text.

The rule of the house: id numbers show 6 + 4 places, mobile numbers 3 + 4, names the first sign (the last one too, from
three signs up).
"""

import re
import unicodedata

from yiwang.foundation.codes import credit_code_problem, item_code_problem

STAR = "*"


def _covered(text: str, first: int, last: int) -> str:
    hidden = max(len(text) - first - last, 0)
    return text[:first] + STAR * hidden + (text[-last:] if last else "")


def _signs(text: str) -> list[str]:
    """The signs of a text, each with the marks and variation selectors that belong to it."""
    signs: list[str] = []
    for point in text:
        if signs and (unicodedata.category(point) in {"Mn", "Me", "Cf"}):
            signs[-1] += point
        else:
            signs.append(point)
    return signs


_JOINTS = re.compile(r"([\s·•・‧.\-'’]+)")


def mask_name(name: str) -> str:
    """Return a name with its middle hidden: 张三 → 张*, 林小满 → 林*满, 古丽娜尔·买买提 → 古***·***, Ann Lee → A** L**."""
    parts = _JOINTS.split(name.strip())
    if len(parts) == 1 and not name.isascii():
        signs = _signs(parts[0])
        return _first_shown(signs) if len(signs) < 3 else signs[0] + STAR * (len(signs) - 2) + signs[-1]
    masked = []
    for at, part in enumerate(parts):
        if at % 2:  # what joins two parts
            masked.append(part)
        elif at == 0 or part.isascii():
            masked.append(_first_shown(_signs(part)))
        else:
            masked.append(STAR * len(_signs(part)))
    return "".join(masked)


def _first_shown(signs: list[str]) -> str:
    return signs[0] + STAR * (len(signs) - 1) if len(signs) > 1 else STAR * len(signs)


def mask_id_number(number: str) -> str:
    """Return an id number with 6 + 4 places shown; shorter numbers (passports, permits) show 2 + 2 or 1 + 1."""
    number = number.strip()
    if len(number) >= 15:
        return _covered(number, 6, 4)
    if len(number) >= 8:
        return _covered(number, 2, 2)
    return _covered(number, 1, 1) if len(number) >= 4 else STAR * len(number)


def mask_phone(number: str) -> str:
    """Return a telephone number with 3 + 4 places shown (an area code counts as the first places)."""
    number = number.strip()
    if number.startswith("+86"):
        rest = number[3:].lstrip()
        return number[: len(number) - len(rest)] + mask_phone(rest)
    area = re.match(r"0[1-9]\d{1,2}(?=-)", number)
    if len(number) >= 11:
        return _covered(number, area.end() + 1 if area else 3, 4)
    return _covered(number, 1, 2) if len(number) >= 5 else STAR * len(number)


def mask_email(address: str) -> str:
    """Return an e-mail address with the first sign of its name and its domain shown."""
    name, at, domain = address.strip().rpartition("@")
    if not at:
        return STAR * len(address.strip())
    return (name[0] if len(name) > 1 else "") + STAR * 3 + at + domain


# Free text. A run is a row of digits, half or full width, between which spaces and dashes may stand.

_DIGIT = "0-9０-９"
_GAP = r"[ \t\u00a0\u2000-\u200f\u2060\ufeff\u3000\u2010-\u2015\u2212\-－_]"
_X = "XxＸｘΧχХх"  # and the look-alikes that people type
_RUN = re.compile(rf"[{_DIGIT}](?:{_GAP}{{0,3}}[{_DIGIT}])*(?:{_GAP}{{0,3}}[{_X}](?![A-Za-z]))?")
_TOKEN = re.compile(r"[0-9A-Za-z]+")
_PUBLIC = re.compile(
    r"[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}"  # a UUID
    r"|(?:[0-9A-Z]{12,14}|[A-Z]-[0-9]{6}-[0-9]{3})-[0-9]{12}-[0-9]{3}-[0-9A-Z]{9,22}-[0-9]-[0-9]{2}"  # provincial item code
)
_PIECE = re.compile(rf"[{_DIGIT}{_X}]+")
_ASCII = str.maketrans("０１２３４５６７８９" + _X, "0123456789" + "X" * len(_X))
_ID_LIKE = re.compile(r"\d{6}(?:18|19|20)\d{9}[\dX]")
_MOBILE = re.compile(r"1[3-9]\d{9}")
_LANDLINE = re.compile(r"0(?:10|2\d|[3-9]\d\d)[2-9]\d{6,7}")


def scrub(text: str) -> str:
    """Return free text in which whatever looks like an id number, bank card or telephone number is masked.

    Rather too much than too little: any row of 15 digits or more goes. Codes of offices, items and cases, identifiers
    and time stamps stay, because they say nothing about a person.
    """
    masked = _cover_runs(text)
    if masked == text:
        return text
    parts, at = [], 0
    for low, high in _public_codes(text):
        if low >= at:
            parts += [_cover_runs(text[at:low]), text[low:high]]
            at = high
    return "".join((*parts, _cover_runs(text[at:])))


def _cover_runs(text: str) -> str:
    return _RUN.sub(lambda match: _covered_run(match[0]), text)


def _public_codes(text: str) -> list[tuple[int, int]]:
    spans = [match.span() for match in _PUBLIC.finditer(text)]
    spans += [match.span() for match in _TOKEN.finditer(text) if _is_public_code(match[0].upper())]
    return sorted(spans)


def _is_public_code(token: str) -> bool:
    if len(token) < 18 or _ID_LIKE.match(token):
        return False
    office = credit_code_problem(token[:18]) is None
    if len(token) == 18 or (len(token) == 21 and token[18:].isdigit()):  # an office, a type of certificates
        return office
    if len(token) in (31, 33):
        return item_code_problem(token) in (None, "office_code")
    case = re.fullmatch(r"(.{18}|.{31})20\d\d[01]\d[0-3]\d[0-9A-Z]{4}", token)
    return case is not None and (office or item_code_problem(case[1]) in (None, "office_code"))


def _covered_run(run: str) -> str:
    plain = _plain(run)
    if len(plain) < 10:
        return run
    if _kind(plain) == "id":
        return _cover_signs(run, 6, 4)
    covered, loose_from = [], 0
    for piece in _PIECE.finditer(run):
        kind = _kind(_plain(piece[0]))
        if kind:
            covered += [_covered_loose(run[loose_from : piece.start()]), _covered_piece(piece[0], kind)]
            loose_from = piece.end()
    covered.append(_covered_loose(run[loose_from:]))
    return "".join(covered)


def _covered_loose(run: str) -> str:
    plain = _plain(run)
    return _covered_piece(run, _kind(plain) or ("long" if len(plain) >= 15 else ""))


def _covered_piece(run: str, kind: str) -> str:
    if kind in ("mobile", "landline"):
        country = len(_plain(run)) - 11 if kind == "mobile" else 0
        return _cover_signs(run, country + 3, 4)
    return _cover_signs(run, 6, 4) if kind else run


def _plain(run: str) -> str:
    return "".join(_PIECE.findall(run)).translate(_ASCII)


def _kind(plain: str) -> str:
    """What a row of digits looks like: "id", "mobile", "landline", "card", "long", or nothing."""
    digits = plain.rstrip("X")
    if re.fullmatch(r"[1-9]\d{5}(?:18|19|20)\d\d[01]\d[0-3]\d\d{3}[\dX]?", plain):
        return "id"
    if re.fullmatch(r"[1-9]\d{7}[01]\d[0-3]\d\d{3}", plain):
        return "id"
    if _MOBILE.fullmatch(re.sub(r"^(?:00)?86(?=1\d{10}$)", "", digits)):
        return "mobile"
    if _LANDLINE.fullmatch(digits):
        return "landline"
    if 13 <= len(digits) <= 19 and _luhn(digits):
        return "card"
    return "long" if len(digits) >= 15 else ""


def _luhn(digits: str) -> bool:
    total = 0
    for at, digit in enumerate(reversed(digits)):
        value = int(digit) * (1 + at % 2)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _cover_signs(run: str, first: int, last: int) -> str:
    """Replace the digits of a run by stars, but for the first and last ones; what stands between them stays."""
    places = [at for at, sign in enumerate(run) if _PIECE.match(sign)]
    hidden = set(places[first : len(places) - last])
    return "".join(STAR if at in hidden else sign for at, sign in enumerate(run))
