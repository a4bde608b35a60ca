"""The published table, arrow by arrow: who may cause what from where, and that nothing else happens."""

import pytest
from django.core.exceptions import PermissionDenied
from django.db import transaction

from yiwang.domains.cases.models import State
from yiwang.domains.cases.procedure import arrow_from, events_from, state_name, table
from yiwang.domains.cases.procedure.machine import final_states
from yiwang.domains.cases.tests.lives import PATHS, RIGHT, STEPS, everything, set_stage, work
from yiwang.domains.catalogue.content import Processing
from yiwang.domains.documents.models import Document
from yiwang.domains.documents.queries import KIND_NAMES
from yiwang.foundation.actions import NotVisible, Refused
from yiwang.foundation.actors import ANONYMOUS
from yiwang.foundation.journal.queries import timeline
from yiwang.foundation.tests.refusing import forbidden, hidden, refused

ARROWS = table()["arrows"]
STATES = sorted(table()["states"])
INSIDE = {"submit", "issue", "deliver"}
"""Events that no action of their own stands for: submitting makes the case, the other two are part of closing."""
PREPARED = {
    "accept_deferred", "accept_promised", "deem_accepted", "supply_deferred", "supply_more", "grant_by_rule",
    "grant_by_silence", "go_on",
}  # fmt: skip
"""Events that need more than a state to come from; each has tests of its own."""
PARTS = ("window", "reviewer", "head", "person", "system")


@pytest.fixture
def stage(db):
    return set_stage()


def outcome(call):
    """Return what became of a call: nothing of a failed one is left."""
    try:
        with transaction.atomic():
            call()
    except (Refused, NotVisible, PermissionDenied) as problem:
        return getattr(problem, "code", type(problem).__name__)
    return "done"


def test_the_table_is_sound():
    assert set(STATES) == set(State.values) == set(PATHS)
    ends = {"refused_acceptance", "not_needed", "closed", "withdrawn", "lapsed", "terminated", "voided"}
    assert final_states() == ends
    assert {a["event"] for a in ARROWS} == set(STEPS) | INSIDE
    assert all(state in STATES for a in ARROWS for state in [a["to"], *filter(None, a["from"])])
    assert all(bool(events_from(state)) != (state in final_states()) for state in STATES)
    assert {a["document"] for a in ARROWS if a["document"]} <= set(KIND_NAMES)
    assert all(state_name(s, "zh") and state_name(s, "en") != state_name(s, "zh") for s in STATES)
    assert arrow_from("closed", "accept") is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    "arrow",
    [a for a in ARROWS if a["event"] not in {*INSIDE, *PREPARED, "close", "lapse", "grant_at_once"}],
    ids=lambda a: f"{a['event']} {a['from'][0]}",
)
def test_every_arrow_leads_where_the_table_says_with_its_fact_and_its_document(stage, arrow):
    for start in arrow["from"]:
        case = stage.case_in(start)
        before = len(timeline(case.pk)), Document.objects.filter(case_id=case.pk).count(), case.revision
        part = "second reviewer" if arrow["event"] == "review" and start == "in_review" else ""
        stage.do(arrow["event"], case, part)
        case.refresh_from_db()
        facts = timeline(case.pk)[before[0] :]
        assert (case.state, case.revision) == (arrow["to"], before[2] + 1)
        assert [(f.kind, f.fact["state"]) for f in facts] == [(arrow["fact"], arrow["to"])]
        assert case.is_open == (arrow["to"] not in final_states())
        written = list(Document.objects.filter(case_id=case.pk).order_by("created_at"))[before[1] :]
        decided = {"grant": ["letter"]}.get(arrow["event"], [arrow["document"]] if arrow["document"] else [])
        assert [d.kind for d in written] == decided


@pytest.mark.django_db
@pytest.mark.parametrize("state", STATES)
def test_what_the_table_does_not_know_is_refused_and_nothing_is_written(stage, state):
    case = stage.case_in(state)
    for event in STEPS:
        if arrow_from(state, event) or (event == "close" and state in {"granted", "refused", "issued"}):
            continue
        stage.by(RIGHT[event])
        before = everything()
        result = outcome(lambda event=event: stage.do(event, case))
        assert result == ("done" if event == "close" else "illegal_step"), event
        assert everything() == before, event


@pytest.mark.django_db
@pytest.mark.parametrize("state", [s for s in STATES if s not in final_states() and s != "delivered"])
def test_a_step_belongs_to_the_parts_that_the_table_names_and_to_nobody_else(stage, state):
    case = stage.case_in(state)
    for arrow in events_from(state):
        if arrow.event not in STEPS or arrow.event == "close":
            continue
        for part in PARTS:
            if part in arrow.actors:
                continue
            stage.by(part)
            before = everything()
            assert outcome(lambda e=arrow.event, p=part: stage.do(e, case, p)) == "PermissionDenied", (
                arrow.event,
                part,
            )
            assert everything() == before


@pytest.mark.django_db
@pytest.mark.parametrize("state", ["submitted", "correction", "in_review", "closed"])
def test_for_strangers_and_other_offices_the_case_is_not_there(stage, state):
    case = stage.case_in(state)
    for event in STEPS:
        for part in ("stranger", "elsewhere", "operator", "administrator"):
            if event == "close":
                continue
            with hidden():
                stage.do(event, case, part)
        with hidden():
            STEPS[event if event != "close" else "accept"](case_id=case.pk, by=ANONYMOUS)


@pytest.mark.django_db
def test_only_the_machine_closes(stage):
    case = stage.case_in("granted")
    Document.objects.filter(case_id=case.pk).update(sealed_at=case.decided_at)
    for part in ("person", "window", "head"):
        with forbidden():
            stage.do("close", case, part)
    stage.do("close", case)
    case.refresh_from_db()
    assert case.state == "closed"


@pytest.mark.django_db
def test_the_machine_brings_a_decided_case_to_its_end_step_by_step(stage):
    case = stage.case_in("granted")
    work()
    case.refresh_from_db()
    assert (case.state, case.outcome, case.is_open, case.due_on) == ("closed", "granted", False, None)
    assert case.closed_at is not None
    assert [f.kind for f in timeline(case.pk) if "state" in f.fact][-3:] == [
        "CaseIssued",
        "CaseDelivered",
        "CaseClosed",
    ]
    refusal = stage.case_in("refused")
    work()
    refusal.refresh_from_db()
    assert (refusal.state, refusal.outcome) == ("closed", "refused")
    assert [f.kind for f in timeline(refusal.pk) if "state" in f.fact][-2:] == ["CaseDelivered", "CaseClosed"]


@pytest.mark.django_db
def test_closing_waits_for_the_seal_and_can_be_asked_for_again_and_again(stage):
    case = stage.case_in("granted")
    before = everything()
    for _ in range(3):
        stage.do("close", case)
    assert everything() == before
    work()
    before = everything()
    for _ in range(3):
        stage.do("close", case)
    assert everything() == before


@pytest.mark.django_db
def test_only_what_is_decided_at_once_is_decided_by_the_machine(stage):
    case = stage.case_in("accepted")
    with refused("not_instant"):
        stage.do("grant_at_once", case)


@pytest.mark.django_db
def test_an_instant_item_is_accepted_and_granted_by_the_machine_within_a_turn():
    stage = set_stage(processing=Processing(instant=True))
    case = stage.submit()
    work()
    case.refresh_from_db()
    assert (case.state, case.outcome) == ("closed", "granted")
    steps = [f for f in timeline(case.pk) if "state" in f.fact]
    assert [f.fact["state"] for f in steps] == ["submitted", "accepted", "granted", "issued", "delivered", "closed"]
    assert {f.actor_kind for f in steps[1:]} == {"system"}
    kinds = Document.objects.filter(case_id=case.pk).order_by("created_at").values_list("kind", flat=True)
    assert list(kinds) == ["receipt", "acceptance", "letter"]
    assert not Document.objects.filter(case_id=case.pk, sealed_at__isnull=True).exists()


@pytest.mark.django_db
def test_of_two_officials_at_once_one_wins_and_the_other_is_told(stage):
    case = stage.case_in("submitted")
    seen = case.revision
    stage.by("reviewer")
    stage.do("accept", case, revision=seen)
    before = everything()
    with refused("stale"):
        stage.do("accept", case, revision=seen)
    with refused("stale"):
        stage.do("review", case, revision=seen)
    assert everything() == before
    stage.do("review", case, revision=seen + 1)


def test_two_officials_at_the_same_moment_do_not_both_accept(at_once):
    stage = set_stage()
    case = stage.submit()
    officials = [stage.by("window"), stage.by("window")]
    found = at_once(lambda n: STEPS["accept"](case_id=case.pk, revision=1, by=officials[n]), 2)
    assert sorted(getattr(r, "code", "accepted") for r in found) == ["accepted", "stale"]
    assert Document.objects.filter(case_id=case.pk, kind="acceptance").count() == 1
