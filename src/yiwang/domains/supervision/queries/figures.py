"""Read the public figures: kept as things happen, so that a page adds up a few rows and counts no case."""

from dataclasses import dataclass, field

from yiwang.domains.organisations.models import Office
from yiwang.domains.supervision.models import Figure

TIMES = ("days_acceptance", "days_decision")


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
