"""Serial numbers of four places that go on with letters after 9999.

    1 … 9999             0001 … 9999
    10000 … 953295       A000, A001 … A009, A00A … A00Z, A010 … ZZZZ

From 10000 on the first place is one of 24 letters and the other three count in base 34 (digits, then letters). I and O
are left out, because they are read as 1 and 0. The texts sort in the order of the numbers, since digits sort before
letters; each number up to `LAST_SERIAL` has one text, and each text one number.
"""

_SIGNS = "0123456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_BASE = len(_SIGNS)
_LETTERS_FROM = 10_000
_FIRST_LETTER = 10 * _BASE**3
LAST_SERIAL = _LETTERS_FROM + 24 * _BASE**3 - 1
"""953,295: the greatest number that four places hold."""


def serial_text(number: int) -> str:
    """Return the four places for a serial number from 1 to `LAST_SERIAL`. Raises ValueError outside of that."""
    if not 1 <= number <= LAST_SERIAL:
        raise ValueError(f"a serial of four places cannot be {number}")
    if number < _LETTERS_FROM:
        return f"{number:04d}"
    rest = number - _LETTERS_FROM + _FIRST_LETTER
    places = ""
    for _ in range(4):
        rest, place = divmod(rest, _BASE)
        places = _SIGNS[place] + places
    return places


def serial_number(text: str) -> int:
    """Return the number that four places stand for. Raises ValueError for a text that `serial_text` never returns."""
    if len(text) != 4 or any(sign not in _SIGNS for sign in text):
        raise ValueError(f"not a serial of four places: {text!r}")
    if text[0].isdigit():
        if not text.isdigit() or text == "0000":
            raise ValueError(f"not a serial of four places: {text!r}")
        return int(text)
    value = 0
    for sign in text:
        value = value * _BASE + _SIGNS.index(sign)
    return value - _FIRST_LETTER + _LETTERS_FROM
