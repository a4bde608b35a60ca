"""The string formats that a form may ask for: each check returns None or a word for the fault."""

import re
import unicodedata
from collections.abc import Callable
from datetime import date
from typing import Any
from uuid import UUID

import phonenumbers

from yiwang.foundation.codes import citizen_id_problem, credit_code_problem, email_problem, plain_code

RegionName = Callable[[str], Any]
"""Given a region code: its name (a string or a struct with `in_`), or None where no such region exists."""

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_REGION = re.compile(r"[0-9]{6}(?:[0-9]{3}|[0-9]{6})?")
_MOBILE = re.compile(r"1[3-9][0-9]{9}")


def date_fault(value: str) -> str | None:
    """Check a date: it stands in the calendar, between 1850 and 2150."""
    try:
        return None if _DATE.fullmatch(value) and 1850 <= date.fromisoformat(value).year <= 2150 else "format"
    except ValueError:
        return "calendar"


def email_fault(value: str) -> str | None:
    """Check that an address looks like one; whether it exists only a message can tell."""
    return "format" if value != value.strip() else email_problem(value)


def _parsed(value: str) -> phonenumbers.PhoneNumber | None:
    try:
        return phonenumbers.parse(value, "CN") if len(value) <= 40 else None
    except phonenumbers.NumberParseException:
        return None


def phone_fault(value: str) -> str | None:
    """Check a phone number: any mainland mobile, otherwise what the numbering plans know."""
    if _MOBILE.fullmatch(value):
        return None
    number = _parsed(value)
    return None if number and not number.extension and phonenumbers.is_valid_number(number) else "format"


def tidy_phone(value: str) -> str:
    """Return a phone number in one form: mainland ones as dialled at home, others with + and the country."""
    number = _parsed(unicodedata.normalize("NFKC", value))
    if not number or number.extension:
        return value
    if number.country_code != 86:
        return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    if _MOBILE.fullmatch(str(number.national_number)):
        return str(number.national_number)
    if not phonenumbers.is_valid_number(number):
        return value
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.NATIONAL).replace(" ", "")


def citizen_id_fault(value: str) -> str | None:
    """Check a resident id number in its one written form."""
    return "format" if value != plain_code(value) else citizen_id_problem(value)


def credit_code_fault(value: str) -> str | None:
    """Check a unified social credit code in its one written form."""
    return "format" if value != plain_code(value) else credit_code_problem(value)


def paper_fault(value: str) -> str | None:
    """Check that a value looks like the id of a stored paper, in its one written form."""
    try:
        return None if str(UUID(value)) == value else "format"
    except ValueError:
        return "format"


def checks(region_name: RegionName | None) -> dict[str, Callable[[str], str | None]]:
    """Return the check of each format; regions are looked up with `region_name` where it is given."""

    def region_fault(value: str) -> str | None:
        if not _REGION.fullmatch(value):
            return "format"
        return "unknown" if region_name and region_name(value) is None else None

    return {
        "date": date_fault,
        "email": email_fault,
        "phone": phone_fault,
        "citizen-id": citizen_id_fault,
        "credit-code": credit_code_fault,
        "paper": paper_fault,
        "region": region_fault,
    }
