"""The number of a payment notice: 20 digits, the last one checks the others (ISO 7064 MOD 11,10)."""

LENGTH = 20


def check_digit(body: str) -> str:
    """Return the digit that makes `body` a number that holds."""
    product = 10
    for sign in body:
        total = (product + int(sign)) % 10 or 10
        product = total * 2 % 11
    return str((11 - product) % 10)


def charge_number(*, region: str, year: int, serial: int) -> str:
    """Return the number of a notice: division (6), year (2), serial (11), check digit.

    Raises:
        ValueError: where the division has not six digits, or the serial more than eleven places.
    """
    if len(region) != 6 or not region.isdecimal() or not 0 < serial < 10**11:
        raise ValueError(f"no notice number of {region!r} and {serial}")
    body = f"{region}{year % 100:02d}{serial:011d}"
    return body + check_digit(body)


def is_charge_number(text: str) -> bool:
    """Return whether twenty digits can be the number of a notice."""
    return len(text) == LENGTH and text.isascii() and text.isdecimal() and check_digit(text[:-1]) == text[-1]
