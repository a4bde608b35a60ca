"""Lives of cases at random, step for step beside a model that was written from the law and not from the table."""

from random import Random

import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from yiwang.domains.cases.procedure import table
from yiwang.domains.cases.tests import law
from yiwang.domains.cases.tests.lifelong import Life, make_world
from yiwang.foundation.clock import moved_to
from yiwang.foundation.journal.queries import timeline

MACHINE = {"issue", "deliver", "close", "submit", "grant_by_rule", "await_applicant", "go_on"}
"""What the machine does of itself, and what hangs on a rule that the items here do not have."""


def test_the_table_and_the_law_know_the_same_steps():
    published = {
        (state, arrow["event"], arrow["to"])
        for arrow in table()["arrows"]
        for state in arrow["from"]
        if arrow["event"] not in MACHINE
    }
    assert published == {(state, event, to) for state, steps in law.LAW.items() for event, to in steps.items()}
    # `counter` is a clerk at the window who acts for the person, who sits there.
    actors = {arrow["event"]: set(arrow["actors"]) - {"counter"} for arrow in table()["arrows"]}
    duty = {event: {part.removeprefix("second ") for part in parts} for event, parts in law.DUTY.items()}
    assert duty == {event: parts for event, parts in actors.items() if event not in MACHINE}


@pytest.mark.django_db
@pytest.mark.assurance
def test_no_life_leaves_the_law(at_noon, trials, figures):
    world = make_world((*law.KINDS, law.LIMITED))
    counts = {"lives": 0}

    class Undone(RuleBasedStateMachine):
        """Each run in a savepoint of its own; within it one life after another."""

        def __init__(self):
            super().__init__()
            self.life = None
            self.moved = moved_to(at_noon)
            self.moved.__enter__()
            self.whole = transaction.atomic()
            self.whole.__enter__()

        @initialize(seed=st.integers(0, 2**60))
        def begin(self, seed):
            """All chance of a run hangs on one number, so that lives differ as much as they can."""
            self.chance = Random(seed)
            world.seats_taken = 0
            self.next_life()

        def next_life(self):
            self.life = Life(world, self.chance)
            counts["lives"] += 1

        @rule()
        def something_happens(self):
            if self.life.is_over and self.chance.random() < 0.6:
                self.next_life()
            else:
                self.life.something_happens()

        @invariant()
        def the_case_is_what_the_law_says(self):
            if self.life:
                self.life.is_lawful()
                told = [e.fact["state"] for e in timeline(self.life.case_id) if "state" in e.fact]
                assert told == self.life.model.path

        def teardown(self):
            transaction.set_rollback(True)
            self.whole.__exit__(None, None, None)
            self.moved.__exit__(None, None, None)

    is_small = connection.vendor == "sqlite"  # savepoints are dear on PostgreSQL
    rounds = settings(
        max_examples=trials(20 if is_small else 5, 1000 if is_small else 300),
        stateful_step_count=trials(30, 50),
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, *([Phase.shrink] if trials(0, 1) else [])],
    )
    run_state_machine_as_test(Undone, settings=rounds)
    figures(lives=counts["lives"], steps=world.steps, refusals=world.refusals)
