"""Rule 9: the clocks of a case are those of its steps, and end when the calendar, the law and the promise say."""

import datetime as dt
import json
from collections import Counter
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from yiwang_verify.findings import Evidence, Findings
from yiwang_verify.store import Row, a_day, a_moment, china_day, day, keyed, parsed, side_by_side
from yiwang_verify.workdays import Calendar, Stops

ACCEPTANCE = (5, "workday")
"""行政许可法 art. 32 (4)."""
PERMIT = (20, "workday")
"""行政许可法 art. 42."""
JOINT_PERMIT = (45, "workday")
DELIVERY = (10, "workday")
"""行政许可法 art. 44."""
EXTENSION, JOINT_EXTENSION = 10, 15
"""行政许可法 art. 42: longer where offices act together; the one extension."""
PERMIT_TYPE = "01"
CORRECTION_DAYS = 15
MIDNIGHT = dt.timedelta(minutes=2)

CASES = "SELECT id, number, due_on, legal_due_on, version_id FROM cases_case ORDER BY id"
FACTS = """
SELECT case_id, kind, recorded_at, actor_kind,
 CASE WHEN kind IN ('CaseGranted', 'SpecialProcedureOpened') THEN fact END
FROM journal_entry WHERE case_id IS NOT NULL ORDER BY case_id, id
"""
"""What a grant says is read too: those from before the clock of delivery was kept name none; and of a procedure whether
it began after the legal end: a hearing may, and stops nothing."""
CLOCKS = """
SELECT case_id, kind, sequence, started_on, ended_on, legal_amount, legal_unit, legal_due_on,
 promised_amount, promised_unit, promised_due_on, is_provisional FROM cases_caseclock ORDER BY case_id, kind, sequence
"""
CORRECTIONS = "SELECT case_id, due_on, supplied_at FROM cases_correction ORDER BY case_id"
STOPS = "SELECT case_id, started_on, ended_on, planned_end_on, clock FROM cases_clockstop ORDER BY case_id, sequence"
EXTENSIONS = "SELECT case_id, workdays, decided_at FROM cases_extension ORDER BY case_id"

Limit = tuple[int, str] | None
Days = set[dt.date]


@dataclass
class Span:
    """A clock as the steps of the case started and ended it; two dates where it happened at midnight."""

    kind: str
    sequence: int
    started: Days
    ended: Days | None = None


@dataclass
class Course:
    """What the steps of a case say of its clocks: the spans, each stop as its two days, and how often it was extended."""

    spans: list[Span]
    stops: list[tuple[Days, Days | None]]
    extensions: int = 0


@dataclass(frozen=True)
class Terms:
    """What a version of an item says about time."""

    legal: Limit
    promised: Limit
    correction: Limit
    extension: int


class Clerk:
    """Works the deadlines out again."""

    def __init__(self, evidence: Evidence) -> None:
        self.evidence = evidence
        self.calendar = Calendar(evidence.store)
        self.terms = lru_cache(maxsize=5_000)(self._terms)
        changes = evidence.store.rows(
            "SELECT recorded_at, fact FROM journal_entry WHERE kind = 'CalendarChanged' ORDER BY id"
        )
        self.changes = [(china_day(a_moment(at)), set(parsed(fact).get("years") or ())) for at, fact in changes]
        self.passed_over = 0

    def _terms(self, version: Any) -> Terms:
        row = self.evidence.store.one("SELECT content FROM catalogue_itemversion WHERE id = ?", version)
        if not row:
            raise ValueError(f"version {version} is gone")
        said = json.loads(row[0])
        processing = said.get("processing") or {}
        joint = bool(processing.get("joint_offices"))
        default = (JOINT_PERMIT if joint else PERMIT) if said["type_code"] == PERMIT_TYPE else None
        days = processing.get("correction_days", CORRECTION_DAYS)
        more = processing.get("extension_days") or (JOINT_EXTENSION if joint else EXTENSION)
        return Terms(
            _limit(said.get("legal_limit")) or default, _limit(said.get("promised_limit")), (days, "workday"), more
        )

    def problem(self, row: Row, terms: Terms, stops: Stops = (), longer: tuple[int, dt.date] | None = None) -> str:
        """Return what is wrong with the dates of one clock; empty if nothing is."""
        kind, start = row[1], day(row[3])
        assert start is not None
        fixed = {"acceptance": ACCEPTANCE, "correction": terms.correction, "delivery": DELIVERY}
        legal = fixed.get(kind, terms.legal)
        promised = terms.promised if kind == "decision" else None
        more, extended_on = longer if longer and kind == "decision" else (0, start)
        legal_due = self.calendar.limit_end(start, *legal, stops, more) if legal else None
        promised_due = self.calendar.limit_end(start, *promised, stops) if promised else None
        if promised and promised_due and more and promised_due >= extended_on:  # a broken promise is not made whole
            promised_due = self.calendar.limit_end(start, *promised, stops, more)
        if legal_due and promised_due and promised_due > legal_due:
            promised, promised_due = legal, legal_due
        last = max([d for d in (legal_due, promised_due) if d], default=start)
        wanted = (legal, legal_due, promised, promised_due, self.calendar.is_provisional(start, last))
        has = (_pair(row[5], row[6]), day(row[7]), _pair(row[8], row[9]), day(row[10]), bool(row[11]))
        if has[1] and has[3] and has[3] > has[1]:
            return "its promise is later than the law"
        if has == wanted:
            return ""
        if row[4] is not None and self._changed_since(start, last):
            self.passed_over += 1
            return ""
        names = ("legal limit", "legal end", "promised limit", "promised end", "provisional mark")
        wrong = [f"{n} {_words(h)}, not {_words(w)}" for n, h, w in zip(names, has, wanted, strict=True) if h != w]
        return "; ".join(wrong)

    def late_stop(self, clock: Row, terms: Terms, stops: list[Row], longer: tuple[int, dt.date] | None) -> str:
        """Return which special procedure began after the legal end of its clock (art. 45); empty where none did."""
        start = day(clock[3])
        for at, row in enumerate(stops):
            began = a_day(row[1])
            if start is None or terms.legal is None or began < start:
                continue
            before = tuple((a_day(one[1]), a_day(one[2])) for one in stops[:at] if one[2])
            more = longer[0] if longer and longer[1] <= began else 0
            end = self.calendar.limit_end(start, *terms.legal, before, more)
            if began > end and not self._changed_since(start, max(began, end)):
                return f"it was stopped on {began}, after its legal end on {end}"
        return ""

    def _changed_since(self, start: dt.date, last: dt.date) -> bool:
        years = set(range(start.year, last.year + 1))
        return any(at >= start and years & changed for at, changed in self.changes)


def check(evidence: Evidence, found: Findings) -> None:
    """Follow every case through the table, and compare its clocks."""
    store, clerk = evidence.store, Clerk(evidence)
    streams = (store.rows(sql) for sql in (CASES, CLOCKS, FACTS, CORRECTIONS, STOPS, EXTENSIONS))
    for case_id, (cases, clocks, facts, corrections, stops, extensions) in side_by_side(*(keyed(s) for s in streams)):
        if not cases:
            found.require(not clocks, f"case {case_id}: {len(clocks)} clocks of no case")
            continue
        found.checked += len(clocks)
        label = f"case {cases[0][1]}"
        course, terms = _course(evidence, facts), clerk.terms(cases[0][4])
        problems = _span_problems(course.spans, clocks) + _stop_problems(course, stops, extensions, terms)
        for problem in problems + _case_problems(cases[0], clocks, corrections, facts, stops):
            found.breach(f"{label}: {problem}")
        over = {
            kind: tuple((a_day(row[1]), a_day(row[2])) for row in stops if row[2] and row[4] == kind)
            for kind in ("decision", "delivery")
        }
        longer = next(((row[1], china_day(a_moment(row[2]))) for row in extensions), None)
        for row in clocks:
            own = [stop for stop in stops if stop[4] == row[1] == "decision"]
            if problem := clerk.late_stop(row, terms, own, longer):
                found.breach(f"{label}: {problem}")
            if problem := clerk.problem(row, terms, over.get(row[1], ()), longer):
                found.breach(f"{label}, clock {row[1]} {row[2]}: {problem}")
    if clerk.passed_over:
        found.note(f"{clerk.passed_over} ended clocks rest on a calendar that was changed since")


def _course(evidence: Evidence, facts: list[Row]) -> Course:
    course = Course([], [])
    state, running, counts = None, None, Counter[str]()
    for _, kind, recorded_at, actor, said in facts:
        step = next((s for s in evidence.table.steps(state, kind) if actor in s.actors), None)
        if step is None:
            continue
        state, at = step.target, a_moment(recorded_at)
        dates = {china_day(at), china_day(at - MIDNIGHT)}
        start = running.started if running and step.from_receipt else dates
        if not (step.effect == "pause" and said and parsed(said).get("is_late")):
            _note_effect(course, step.effect, dates)
        if running and (step.stops in {"all", running.kind}):
            running.ended, running = dates, None
            _note_effect(course, "continue", dates)
        if step.starts and (step.starts != "delivery" or parsed(said).get("clock")):
            counts[step.starts] += 1
            running = Span(step.starts, counts[step.starts], start)
            course.spans.append(running)
    return course


def _note_effect(course: Course, effect: str, dates: Days) -> None:
    if effect == "pause":
        course.stops.append((dates, None))
    elif effect == "continue" and course.stops and course.stops[-1][1] is None:
        course.stops[-1] = (course.stops[-1][0], dates)
    elif effect == "extend":
        course.extensions += 1


def _stop_problems(course: Course, stops: list[Row], extensions: list[Row], terms: Terms) -> list[str]:
    """The stops are those of the special procedures and of the applicant's turns; the extension is that of law or item."""
    problems = []
    if len(stops) != len(course.stops):
        problems.append(f"its clock has {len(stops)} stops, its steps have {len(course.stops)}")
    for at, (row, (began, ended)) in enumerate(zip(stops, course.stops, strict=False), 1):
        last = day(row[2])
        if day(row[1]) not in began or (last is None) != (ended is None) or (ended and last not in ended):
            problems.append(f"stop {at} is from {row[1]} to {_words(last)}, its steps say otherwise")
    if [row[1] for row in extensions] != [terms.extension] * course.extensions or course.extensions > 1:
        problems.append(f"it was extended by {[row[1] for row in extensions]}, its steps say {course.extensions} times")
    return problems


def _span_problems(spans: list[Span], clocks: list[Row]) -> list[str]:
    stored = {(row[1], row[2]): row for row in clocks}
    problems = []
    for span in spans:
        name = f"clock {span.kind} {span.sequence}"
        row = stored.pop((span.kind, span.sequence), None)
        if row is None:
            problems.append(f"{name} is missing")
            continue
        if day(row[3]) not in span.started:
            problems.append(f"{name} starts on {row[3]}, its step was on {_words(max(span.started))}")
        ended = day(row[4])
        if (ended is None) != (span.ended is None) or (span.ended and ended not in span.ended):
            problems.append(
                f"{name} ends on {_words(ended)}, its step says {_words(max(span.ended) if span.ended else None)}"
            )
    problems += [f"clock {kind} {sequence} belongs to no step" for kind, sequence in stored]
    if sum(row[4] is None for row in clocks) > 1:
        problems.append("more than one clock runs")
    return problems


def _case_problems(
    case: Row, clocks: list[Row], corrections: list[Row], facts: list[Row], stops: list[Row]
) -> list[str]:
    """The dates that the case and its correction carry are those of the clocks; of a stop its planned end."""
    problems = []
    running = next((row for row in clocks if row[4] is None), None)
    legal = day(running[7]) if running else None
    due = (day(running[10]) or legal) if running else None
    if stopped := next((row for row in stops if row[2] is None), None):
        due, legal = day(stopped[3]), None
    if (day(case[2]), day(case[3])) != (due, legal):
        problems.append(
            f"it is due on {_words(case[2])} ({_words(case[3])}), its clock says {_words(due)} ({_words(legal)})"
        )
    kinds = Counter(fact[1] for fact in facts)
    if len(corrections) != kinds["CorrectionRequested"]:
        problems.append(f"{len(corrections)} corrections, {kinds['CorrectionRequested']} facts of one")
    ends = [day(row[7]) for row in clocks if row[1] == "correction"]
    for _, due_on, supplied_at in corrections:
        if day(due_on) not in ends:
            problems.append(f"its correction is due on {due_on}, no clock ends then")
        if (supplied_at is None) != (kinds["CorrectionSupplied"] == 0):
            problems.append("its correction is supplied in one place and not in another")
    return problems


def _limit(said: dict[str, Any] | None) -> Limit:
    return (said["amount"], said.get("unit", "workday")) if said else None


def _pair(amount: int | None, unit: str) -> Limit:
    return None if amount is None else (amount, unit)


def _words(value: Any) -> str:
    if isinstance(value, tuple):
        return f"{value[0]} {value[1]}s"
    return "none" if value is None else str(value)
