"""A case as the law knows it: a model written from the articles, not from the table, that lives at random are held against.

行政许可法 art. 32-50 and domain rules: who may do what in which state, what stands in the way, and when clocks end. Dates
are counted day by day, weekends off; nothing here calls the platform.
"""

import datetime as dt
from dataclasses import dataclass, field

BEFORE_DECISION = ("submitted", "correction", "accepted", "in_review", "suspended")
UNDER_REVIEW = ("accepted", "in_review", "suspended")

LAW: dict[str, dict[str, str]] = {
    "submitted": {
        "tell_not_needed": "not_needed", "refuse_to_accept": "refused_acceptance", "correct_at_once": "submitted",
        "request_correction": "correction", "accept": "accepted", "accept_deferred": "accepted",
        "accept_promised": "accepted", "deem_accepted": "accepted",
    },
    "correction": {"supply_correction": "submitted", "lapse": "lapsed"},
    "accepted": {
        "review": "in_review", "grant_at_once": "granted", "grant_by_silence": "granted", "open_special": "suspended",
        "extend": "accepted", "tell_interested": "accepted", "supply_deferred": "accepted", "request_more": "accepted",
        "supply_more": "accepted",
    },
    "in_review": {
        "review": "in_review", "grant": "granted", "refuse": "refused", "grant_by_silence": "granted",
        "open_special": "suspended", "extend": "in_review", "tell_interested": "in_review",
        "supply_deferred": "in_review", "request_more": "in_review", "supply_more": "in_review",
    },
    "suspended": {
        "close_special": "in_review", "tell_interested": "suspended", "supply_deferred": "suspended",
        "grant_by_silence": "granted",
    },
}  # fmt: skip
for _state in BEFORE_DECISION:
    LAW[_state] |= {"withdraw": "withdrawn", "terminate": "terminated", "void": "voided"}

DUTY: dict[str, set[str]] = {
    "tell_not_needed": {"window"}, "refuse_to_accept": {"window"}, "correct_at_once": {"window"},
    "request_correction": {"window"}, "accept": {"window", "system"}, "accept_deferred": {"window"},
    "accept_promised": {"window", "system"}, "deem_accepted": {"system"}, "supply_correction": {"person"},
    "lapse": {"system"}, "review": {"reviewer", "second reviewer"}, "grant_at_once": {"system"},
    "grant_by_silence": {"system"}, "open_special": {"reviewer", "second reviewer", "head"},
    "close_special": {"reviewer", "second reviewer", "head"}, "extend": {"head"},
    "tell_interested": {"reviewer", "second reviewer", "head"}, "supply_deferred": {"person"},
    "request_more": {"reviewer", "second reviewer", "head"}, "supply_more": {"person"}, "grant": {"head"},
    "refuse": {"head"}, "withdraw": {"person"}, "terminate": {"head", "system"}, "void": {"head"},
}  # fmt: skip
PARTS = ("person", "window", "reviewer", "second reviewer", "head", "system", "stranger", "elsewhere")

WAYS: dict[str, tuple[str, ...]] = {
    "accept_deferred": ("in three days", "in three days", "after the promised end", "another material"),
    "request_more": ("on a basis", "on a basis", "on none"),
    "open_special": ("inspection", "inspection", "hearing by the head", "hearing by the reviewer", "on no basis"),
    "close_special": ("with a record", "with a record", "without a record", "cancelled"),
    "extend": ("with a reason", "with a reason", "without"),
    "grant": ("citing the record", "citing the record", "citing nothing"),
    "refuse": ("citing the record", "citing the record", "citing nothing", "without a reason"),
    "terminate": ("object_gone", "deferral_overdue", "because"),
    "void": ("test", "unwanted"),
}  # fmt: skip
"""Event → the ways in which somebody may try it; some of them are not sound."""

CLOCK = {
    "submitted": "acceptance", "correction": "correction", "accepted": "decision", "in_review": "decision",
    "suspended": "decision", "granted": "delivery",
}  # fmt: skip
OPEN = {*CLOCK, "refused"}
ENDS = {"granted": ["issued", "delivered", "closed"], "refused": ["delivered", "closed"]}

ACCEPTANCE, CORRECTION, LEGAL, PROMISED, SPECIAL, HEARING, ANSWER, OPINION, DELIVERY, MORE = (
    5,
    3,
    20,
    10,
    4,
    9,
    5,
    6,
    10,
    8,
)
"""Working days, as the law or the items of these lives say."""


@dataclass(frozen=True)
class Kind:
    """What an item and its applicant ask of the procedure."""

    substance: bool = False
    instant: bool = False
    deferring: bool = False
    promising: bool = False
    joint: bool = False
    limited: bool = False


KINDS = (
    Kind(), Kind(substance=True), Kind(instant=True), Kind(substance=True, instant=True), Kind(deferring=True),
    Kind(substance=True, promising=True), Kind(joint=True),
)  # fmt: skip
LIMITED, SEATS = Kind(limited=True), 1
"""Art. 57: a number that is used up by the first grant."""


def counted(start: dt.date, days: int, pauses: list[tuple[dt.date, dt.date]] = []) -> dt.date:  # noqa: B006
    """Return the last of so many working days after `start`; days after the first up to the last of a pause do not count.

    Where a pause began on the very last day, that day is had again when it ends.
    """
    day, left = start, days
    while left:
        day += dt.timedelta(days=1)
        if day.weekday() < 5 and not any(a < day <= b for a, b in pauses):
            left -= 1
    for began, ended in pauses:
        if began == day < ended:
            day = ended
            while day.weekday() >= 5:
                day += dt.timedelta(days=1)
    return day


@dataclass
class Model:
    """What should be true of the case."""

    kind: Kind
    begun: dt.date
    state: str = "submitted"
    moves: int = 0
    was_heard_of: bool = False
    was_told: bool = False
    more: str = ""
    reviewed: set[str] = field(default_factory=set)
    chairs: set[str] = field(default_factory=set)
    hearing: bool = False
    held_on: dt.date | None = None
    has_record: bool = False
    was_extended: bool = False
    promise_was_kept: bool = True
    pauses: list[tuple[dt.date, dt.date]] = field(default_factory=list)
    paused_on: dt.date | None = None
    planned_end: dt.date | None = None
    deferred_by: dt.date | None = None
    is_supplied: bool = False
    parties: list[dt.date] = field(default_factory=list)
    opinion: str = ""
    asked_by: dt.date | None = None
    seats_taken: int = 0
    path: list[str] = field(default_factory=lambda: ["submitted"])

    # Clocks -------------------------------------------------------------------------------------------------------

    def due(self) -> tuple[dt.date | None, dt.date | None]:
        """Return the date that the office works towards, and the law's own."""
        match CLOCK.get(self.state):
            case "acceptance":
                return (counted(self.begun, ACCEPTANCE),) * 2
            case "correction":
                return (counted(self.begun, CORRECTION),) * 2
            case "decision":
                if self.state == "suspended":
                    return self.planned_end, None
                more = (15 if self.kind.joint else 10) if self.was_extended else 0
                promised = PROMISED + (more if self.promise_was_kept else 0)
                return counted(self.begun, promised, self.pauses), counted(self.begun, LEGAL + more, self.pauses)
            case "delivery":
                return (counted(self.begun, DELIVERY),) * 2
        return None, None

    # What may happen ----------------------------------------------------------------------------------------------

    def expect(self, event: str, part: str, way: str, today: dt.date) -> str:
        """Return what must become of an event: a refusal, or the state that it leads to."""
        if part in {"stranger", "elsewhere"}:
            return "hidden"
        to = LAW.get(self.state, {}).get(event)
        if to is None:
            return "not now"
        if part not in DUTY[event]:
            return "forbidden"
        return "not now" if self.stands_in_the_way(event, part, way, today) else to

    def stands_in_the_way(self, event: str, part: str, way: str, today: dt.date) -> bool:
        """Whether the law says no, although the step leads somewhere from here and this is the right person."""
        open_deferral = self.kind.deferring and not self.is_supplied
        due, legal = self.due()
        unread = self.has_record and way == "citing nothing"
        decided_too_early = self.few_reviewers() or self.opinion_is_awaited(today) or unread
        return {
            "request_correction": lambda: self.was_told,
            "lapse": lambda: today <= due,
            "accept": lambda: open_deferral or self.kind.promising,
            "accept_deferred": lambda: not open_deferral or way != "in three days",
            "accept_promised": lambda: not self.kind.promising,
            "deem_accepted": lambda: today <= due,
            "supply_deferred": lambda: not open_deferral or self.deferred_by is None,
            "request_more": lambda: bool(self.more) or way == "on none" or counted(today, MORE) >= legal,
            "supply_more": lambda: self.more != "asked",
            "open_special": lambda: way == "on no basis" or today > legal or ("reviewer" in way and "reviewer" in self.reviewed),
            "close_special": lambda: self.hearing and way != "cancelled"
            and (way == "without a record" or self.held_on > today),
            "extend": lambda: self.was_extended or today > legal or way == "without",
            "review": lambda: part in self.reviewed or part in self.chairs,
            "grant": lambda: decided_too_early or open_deferral or self.opinion == "oppose"
            or any(today <= answer_by for answer_by in self.parties)
            or (self.kind.limited and self.seats_taken >= SEATS),
            "refuse": lambda: decided_too_early or way == "without a reason" or self.applicant_may_ask(today),
            "grant_at_once": lambda: not self.kind.instant or open_deferral,
            "grant_by_silence": lambda: True,  # none of these lives is a renewal
            "terminate": lambda: way == "because" if part == "head" else way != "deferral_overdue"
            or not open_deferral or self.deferred_by is None or today <= self.deferred_by,
            "void": lambda: way == "unwanted",
        }.get(event, lambda: False)()  # fmt: skip

    def few_reviewers(self) -> bool:
        """Art. 34: two where the substance is verified; on a promise it is verified after the decision."""
        return len(self.reviewed) < (2 if self.kind.substance and not self.kind.promising else 1)

    def applicant_may_ask(self, today: dt.date) -> bool:
        """Art. 47: whoever applies has the same days to ask for a hearing, ending before the last legal day; none where one was held."""
        return not self.has_record and today <= min(
            max(self.parties, default=dt.date.min), self.due()[1] - dt.timedelta(days=1)
        )

    def opinion_is_awaited(self, today: dt.date) -> bool:
        """Art. 26: the joint office has its time, and no more."""
        return self.asked_by is not None and not self.opinion and today <= self.asked_by

    # What has happened --------------------------------------------------------------------------------------------

    def follow(self, event: str, part: str, way: str, to: str, today: dt.date) -> None:
        """Note that the event happened."""
        if event == "review":
            self.reviewed.add(part)
        elif event == "request_correction":
            self.was_told, self.begun = True, today
        elif event == "supply_correction":
            self.begun = today
        elif event in {"accept", "accept_deferred", "accept_promised", "deem_accepted"}:
            self._accepted(event, today)
        elif event == "supply_deferred":
            self.is_supplied = True
        elif event in {"request_more", "supply_more"}:
            self.more = "asked" if event == "request_more" else "supplied"
        elif event in {"grant", "grant_at_once"}:
            self.begun = today
        elif event == "extend":
            self.promise_was_kept = today <= self.due()[0]
            self.was_extended = True
        elif event == "tell_interested":
            self.parties.append(counted(today, ANSWER))
        elif event == "open_special":
            self._opened(way, today)
        elif event == "close_special":
            self.pauses.append((self.paused_on, today))
            self.has_record = self.has_record or (self.hearing and way != "cancelled")
        self.state, self.moves = to, self.moves + 1
        self.path.append(to)

    def _accepted(self, event: str, today: dt.date) -> None:
        if event != "deem_accepted":
            self.begun = today
        if self.kind.joint:
            self.asked_by = self._before_the_decision(counted(today, OPINION), today)
        if self.kind.deferring and not self.is_supplied:
            # After a silence, which was the office's, there are five working days at least.
            silent = max(counted(self.begun, PROMISED), counted(today, 5))
            self.deferred_by = counted(today, 3) if event == "accept_deferred" else silent

    def _before_the_decision(self, own: dt.date, today: dt.date) -> dt.date:
        """An opinion comes on the last working day before the decision is due, at the latest; today where none is left."""
        promised, legal = counted(self.begun, PROMISED), counted(self.begun, LEGAL)
        end = promised if promised > today else legal
        if own < end:
            return own
        days = [today + dt.timedelta(days=n) for n in range(1, (end - today).days)]
        return max([day for day in days if day.weekday() < 5], default=today)

    def _opened(self, way: str, today: dt.date) -> None:
        self.hearing, self.paused_on = "hearing" in way, today
        self.planned_end = counted(today, HEARING if self.hearing else SPECIAL)
        self.held_on = self.planned_end if self.hearing else None
        if self.hearing:
            self.chairs.add("head" if "head" in way else "reviewer")

    def worker_worked(self, today: dt.date) -> None:
        """What the machine does of itself: decide what is instant, and bring results home."""
        plain = not self.kind.deferring and not self.kind.promising
        if self.kind.instant and plain and not self.was_heard_of and self.state == "submitted":
            self._accepted("accept", today)
            self.path += ["accepted", "granted"]
            self.state, self.moves = "granted", self.moves + 2
        self.was_heard_of = True
        if self.state in ENDS:
            self.path += ENDS[self.state]
            self.moves += len(ENDS[self.state])
            self.state = "closed"
