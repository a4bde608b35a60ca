"""Lives of cases at random, step for step beside a model that was written from the law and not from the table."""

import datetime as dt
from dataclasses import dataclass, field
from random import Random

import pytest
from django.core.exceptions import PermissionDenied
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)

from yiwang.domains.cases.models import Case, CaseClock
from yiwang.domains.cases.tests.lives import CODE, Stage, publish, set_stage, work
from yiwang.domains.catalogue.content import Processing
from yiwang.domains.catalogue.queries import Guide
from yiwang.foundation.actions import NotVisible, Refused
from yiwang.foundation.clock import move_to, moved_to, now, today
from yiwang.foundation.journal.queries import timeline

LAW = {
    "submitted": {"accept": "accepted", "refuse_to_accept": "refused_acceptance", "request_correction": "correction",
                  "withdraw": "withdrawn"},
    "correction": {"supply_correction": "submitted", "lapse": "lapsed", "withdraw": "withdrawn"},
    "accepted": {"review": "in_review", "grant_at_once": "granted", "withdraw": "withdrawn"},
    "in_review": {"review": "in_review", "grant": "granted", "refuse": "refused", "withdraw": "withdrawn"},
}  # fmt: skip
DUTY = {
    "accept": {"window", "system"}, "refuse_to_accept": {"window"}, "request_correction": {"window"},
    "supply_correction": {"person"}, "withdraw": {"person"}, "lapse": {"system"}, "grant_at_once": {"system"},
    "review": {"reviewer", "second reviewer"}, "grant": {"head"}, "refuse": {"head"},
}  # fmt: skip
CLOCK = {"submitted": "acceptance", "correction": "correction", "accepted": "decision", "in_review": "decision"}
OPEN = {*CLOCK, "granted", "refused"}
PARTS = ("person", "window", "reviewer", "second reviewer", "head", "system", "stranger", "elsewhere")


@dataclass
class Model:
    """What should be true of the case."""

    needed: int
    is_instant: bool
    state: str = "submitted"
    moves: int = 0
    was_told: bool = False
    was_heard_of: bool = False
    due: dt.date | None = None
    reviewed: set[str] = field(default_factory=set)
    path: list[str] = field(default_factory=lambda: ["submitted"])

    def expect(self, event: str, part: str) -> str:
        """Return what must become of an event: a refusal, or the state that it leads to."""
        if part in {"stranger", "elsewhere"}:
            return "hidden"
        to = LAW.get(self.state, {}).get(event)
        if to is None:
            return "not now"
        if part not in DUTY[event]:
            return "forbidden"
        stopped = {
            "request_correction": self.was_told,
            "lapse": self.due is not None and self.due >= today(),
            "review": part in self.reviewed,
            "grant": len(self.reviewed) < self.needed,
            "refuse": len(self.reviewed) < self.needed,
            "grant_at_once": not self.is_instant,
        }
        return "not now" if stopped.get(event) else to

    def follow(self, event: str, part: str, to: str) -> None:
        """Note that the event happened."""
        self.state, self.moves = to, self.moves + 1
        self.path.append(to)
        if event == "review":
            self.reviewed.add(part)
        if event == "request_correction":
            self.was_told = True


class Life(RuleBasedStateMachine):
    """One case, from its submission on, among all who might do something to it."""

    stage: Stage
    items: dict[tuple[bool, bool], Guide]
    case_id = None

    @initialize(seed=st.integers(0, 2**60))
    def begin(self, seed):
        """All chance of a life hangs on one number, so that lives differ as much as they can."""
        self.chance = Random(seed)
        self.submit()

    def submit(self):
        substance, instant = self.chance.choice([(False, False), (True, False), (False, True), (True, True)])
        self.stage.item = self.items[substance, instant]
        self.model = Model(needed=2 if substance else 1, is_instant=instant)
        self.case_id = self.stage.submit().pk

    def attempt(self, event, part):
        expected = self.model.expect(event, part)
        try:
            with transaction.atomic():
                self.stage.do(event, self.case_id, part)
        except NotVisible:
            found = "hidden"
        except PermissionDenied:
            found = "forbidden"
        except Refused:
            found = "not now"
        else:
            found = Case.objects.get(pk=self.case_id).state
        assert found == expected, (self.model.path, event, part)
        if found not in {"hidden", "forbidden", "not now"}:
            self.model.follow(event, part, found)
            if event == "request_correction":
                self.model.due = Case.objects.get(pk=self.case_id).correction.due_on

    @rule()
    def something_happens(self):
        what = self.chance.choice(["duty"] * 6 + ["anything"] * 3 + ["days", "work"])
        duties = sorted(LAW.get(self.model.state, ()))
        if what == "days":
            move_to(now() + dt.timedelta(days=self.chance.randint(1, 4)))
        elif what == "work":
            self.the_worker_works()
        elif what == "duty" and duties:
            event = self.chance.choice(
                [e for e in duties for _ in range(1 if e in {"withdraw", "refuse_to_accept"} else 4)]
            )
            self.attempt(event, self.chance.choice(sorted(DUTY[event])))
        elif what == "duty" and self.model.state not in OPEN:
            self.submit()  # this life is over: the next one
        else:
            self.attempt(self.chance.choice(sorted(DUTY)), self.chance.choice(PARTS))

    def the_worker_works(self):
        work()
        if self.model.is_instant and not self.model.was_heard_of and self.model.state == "submitted":
            self.model.path += ["accepted", "granted"]
            self.model.state, self.model.moves = "granted", self.model.moves + 2
        self.model.was_heard_of = True
        if self.model.state in {"granted", "refused"}:
            ends = ["issued", "delivered", "closed"] if self.model.state == "granted" else ["delivered", "closed"]
            self.model.path += ends
            self.model.state, self.model.moves = "closed", self.model.moves + len(ends)

    @invariant()
    def the_case_is_what_the_model_says(self):
        if self.case_id is None:
            return
        case = Case.objects.get(pk=self.case_id)
        assert (case.state, case.revision) == (self.model.state, 1 + self.model.moves)
        assert case.is_open == (case.closed_at is None) == (case.state in OPEN)

    @invariant()
    def at_most_one_clock_runs_and_the_due_date_is_its_end(self):
        if self.case_id is None:
            return
        case = Case.objects.get(pk=self.case_id)
        running = list(CaseClock.objects.filter(case_id=self.case_id, ended_on=None))
        assert [c.kind for c in running] == ([CLOCK[case.state]] if case.state in CLOCK else [])
        assert case.due_on == (running[0].promised_due_on or running[0].legal_due_on if running else None)
        assert case.legal_due_on == (running[0].legal_due_on if running else None)

    @invariant()
    def the_journal_tells_the_same_life(self):
        if self.case_id is None:
            return
        assert [e.fact["state"] for e in timeline(self.case_id) if "state" in e.fact] == self.model.path


@pytest.mark.django_db
def test_no_life_leaves_the_law(at_noon, trials):
    stage = set_stage()
    for part in PARTS:
        stage.by(part)
    items = {
        (substance, instant): publish(
            f"{CODE}{substance:d}{instant:d}",
            processing=Processing(substance_check=substance, instant=instant, correction_days=3),
        )
        for substance in (False, True)
        for instant in (False, True)
    }
    work()
    rounds = settings(
        max_examples=trials(
            25 if connection.vendor == "sqlite" else 10, 1000 if connection.vendor == "sqlite" else 300
        ),  # savepoints are dear on PostgreSQL
        stateful_step_count=trials(24, 40),
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, *([Phase.shrink] if trials(0, 1) else [])],
    )

    class Undone(Life):
        """Each life in a savepoint of its own."""

        def __init__(self):
            super().__init__()
            self.stage, self.items = stage, items
            self.moved = moved_to(at_noon)
            self.moved.__enter__()
            self.whole = transaction.atomic()
            self.whole.__enter__()

        def teardown(self):
            transaction.set_rollback(True)
            self.whole.__exit__(None, None, None)
            self.moved.__exit__(None, None, None)

    run_state_machine_as_test(Undone, settings=rounds)
