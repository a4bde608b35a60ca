"""Rule 7: a case number is one case's, names item or office, the date of submission and a serial that was given out."""

import datetime as dt
import re
from collections import Counter

from yiwang_verify.findings import Evidence, Findings
from yiwang_verify.store import a_moment, china_day

LONGEST = 50
LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
PLACES = "0123456789" + LETTERS
IMPLEMENTATION = re.compile(r"[0-9A-Z]{18}[1-7][0-9]{11}[0-9Y](?:[0-9A-Z]{2})?")
MIDNIGHT = dt.timedelta(minutes=2)
CASES = "SELECT number, item_id, office_id, submitted_at, query_code FROM cases_case"
DOUBLES = "SELECT number, count(*) FROM cases_case GROUP BY number HAVING count(*) > 1"


def check(evidence: Evidence, found: Findings) -> None:
    """Look at every case number, and at where each series stands."""
    store = evidence.store
    for number, times in store.rows(DOUBLES):
        found.breach(f"number {number} belongs to {times} cases")
    greatest: Counter[str] = Counter()
    for number, item, office, submitted_at, query_code in store.rows(CASES):
        found.checked += 1
        at = a_moment(submitted_at)
        serial = _serial(number[-4:])
        head = number_head(item, office)
        dates = {china_day(at), china_day(at - MIDNIGHT)}
        shape = any(number[:-4] == f"{head}{date:%Y%m%d}" for date in dates)
        if not (shape and serial and len(number) <= LONGEST):
            found.breach(f"number {number} is not {head}, the date {china_day(at):%Y%m%d} and a serial")
            continue
        found.require(len(query_code) >= 8, f"case {number}: its query code is too short")
        series = f"case:{number[:-4]}"
        greatest[series] = max(greatest[series], serial)
    _given_out(evidence, found, greatest)


def _given_out(evidence: Evidence, found: Findings, greatest: Counter[str]) -> None:
    """No series would give a number again that is in use."""
    sql = "SELECT office_id, kind, number FROM documents_document"
    for office, kind, number in evidence.store.rows(sql):
        found.checked += 1
        match = re.search(r"〔(\d{4})〕(\d+)号$", number)
        if match:  # otherwise rule 6 says so
            series = f"document:{office}:{kind}:{match[1]}"
            greatest[series] = max(greatest[series], int(match[2]))
    for (number,) in evidence.store.rows("SELECT number FROM certificates_certificate"):
        found.checked += 1
        match = re.fullmatch(r"(YS\d{4}\w*?\d{3})(\d{6})", number)
        if match:
            series = f"certificate:{match[1]}"
            greatest[series] = max(greatest[series], int(match[2]))
    for name, next_free in evidence.store.rows("SELECT name, next_free FROM numbers_series"):
        used = greatest.pop(name, 0)
        found.require(used < next_free, f"series {name} would give {next_free} again, {used} is in use")
    for name in greatest:
        found.breach(f"series {name} is in use and nowhere kept")


def number_head(item_code: str, office_code: str) -> str:
    """Return what a case number begins with: 31 places of an implementation code, otherwise the office's code."""
    code = item_code.strip().upper()
    return code[:31] if IMPLEMENTATION.fullmatch(code) else office_code.strip().upper()


def _serial(text: str) -> int:
    """Return the number behind four places, 0 where they are no serial: 0001-9999, then A000, A001 … in base 34."""
    if re.fullmatch(r"[0-9]{4}", text):
        return int(text)
    if len(text) != 4 or text[0] not in LETTERS or any(sign not in PLACES for sign in text):
        return 0
    rest = 0
    for sign in text[1:]:
        rest = rest * 34 + PLACES.index(sign)
    return 10_000 + LETTERS.index(text[0]) * 34**3 + rest
