"""Read the public figures: kept as things happen, so that a page adds up a few rows and counts no case."""

from dataclasses import dataclass, field

from django.db import connection

from yiwang.domains.organisations.models import Office
from yiwang.domains.supervision.models import Figure
from yiwang.foundation.clock import today

MOST_LATE = 1_000
"""Of each office so many late cases are counted, and no more: a public page walks through no office."""
TIMES = ("days_acceptance", "days_decision", "days_delivery")


@dataclass(frozen=True)
class OfficeFigures:
    """What an office did in a year. `office` is None for all of them together."""

    office: Office | None
    year: int
    counts: dict[str, int] = field(default_factory=dict)
    times: dict[str, dict[int, int]] = field(default_factory=dict)

    def count(self, *measures: str) -> int:
        """Return how often something happened; several measures are added up."""
        return sum(self.counts.get(measure, 0) for measure in measures)

    def share(self, good: str, bad: str) -> float | None:
        """Return the share of the good among both; None where nothing happened."""
        whole = self.count(good, bad)
        return self.count(good) / whole if whole else None

    def median(self, measure: str) -> int | None:
        """Return the median time in working days; None where nothing was timed."""
        times = self.times.get(measure, {})
        middle, passed = (sum(times.values()) + 1) // 2, 0
        for days, count in sorted(times.items()):
            passed += count
            if passed >= middle:
                return days
        return None

    @property
    def cards(self) -> int:
        """Yellow and red cards; a warning is no card yet."""
        return self.count("card_yellow", "card_red")


def years_with_figures() -> list[int]:
    """Return the years that have figures, the latest first."""
    found = Figure.objects.filter(office_code="", measure="submitted").values_list("year", flat=True)
    return sorted(set(found), reverse=True)


def figures_in_total(year: int) -> OfficeFigures:
    """Return the figures of all offices together."""
    return _figures(year, [""], {})[0]


def figures_of_office(code: str, year: int) -> OfficeFigures:
    """Return the figures of one office."""
    return _figures(year, [code], Office.objects.in_bulk([code]))[0]


After = tuple[int, str]
"""How many cases the last office of a page received, and its code."""


def offices_with_figures(year: int, *, after: After | None = None, limit: int = 50) -> list[OfficeFigures]:
    """Return the figures of the offices, those with the most cases first; `after` is the last one of a page."""
    found = Figure.objects.filter(year=year, measure="submitted").exclude(office_code="")
    rows = found.order_by("-count", "office_code")
    if after:
        count, code = after
        rows = rows.filter(count__lte=count).exclude(count=count, office_code__lte=code)
    codes = list(rows.values_list("office_code", flat=True)[:limit])
    return _figures(year, codes, Office.objects.in_bulk(codes))


def _figures(year: int, codes: list[str], offices: dict[str, Office]) -> list[OfficeFigures]:
    made = {code: OfficeFigures(offices.get(code), year) for code in codes}
    rows = Figure.objects.filter(year=year, office_code__in=codes)
    for code, measure, bucket, count in rows.values_list("office_code", "measure", "bucket", "count"):
        if measure in TIMES:
            made[code].times.setdefault(measure, {})[bucket] = count
        else:
            made[code].counts[measure] = count
    return list(made.values())


_LATE = """
SELECT * FROM (SELECT c.office_id AS office, CASE WHEN c.legal_due_on < %s THEN 1 ELSE 0 END AS by_law FROM cases_case c
WHERE c.office_id = %s AND c.is_open AND c.due_on < %s AND c.state <> 'correction'
AND (c.legal_due_on IS NOT NULL OR c.state NOT IN ('suspended', 'granted', 'issued')) LIMIT %s) p
"""


@dataclass(frozen=True)
class LateNow:
    """How many cases an office still has in hand after the day that it promised, and after the day that the law sets."""

    promise: int = 0
    law: int = 0


def late_now(codes: list[str]) -> dict[str, LateNow]:
    """Return office → what is late and not done yet, up to `MOST_LATE`: figures of what has ended know nothing of it.

    While the applicant supplies, pays or picks up, or a special procedure runs (art. 45), nothing is late.
    """
    if not codes:
        return {}
    day = connection.ops.adapt_datefield_value(today())
    looks = " UNION ALL ".join([_LATE] * len(codes))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT office, COUNT(*), SUM(by_law) FROM ({looks}) l GROUP BY office",  # noqa: S608  (our own words)
            [value for code in codes for value in (day, code, day, MOST_LATE)],
        )
        return {code: LateNow(promise, law) for code, promise, law in cursor.fetchall()}
