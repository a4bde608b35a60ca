"""How lives at random are led: every event of the procedure, in sound ways and others, by its right actor and by others."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from random import Random
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db import transaction

from yiwang.domains.cases.actions import give_joint_opinion, submit_case
from yiwang.domains.cases.models import Case, CaseClock, JointOpinion
from yiwang.domains.cases.queries import hearing_record_number
from yiwang.domains.cases.tests.factories import make_paper
from yiwang.domains.cases.tests.law import (
    CLOCK,
    CORRECTION,
    DUTY,
    HEARING,
    KINDS,
    LAW,
    LEGAL,
    LIMITED,
    OPEN,
    OPINION,
    PARTS,
    PROMISED,
    SEATS,
    SPECIAL,
    WAYS,
    Kind,
    Model,
    counted,
)
from yiwang.domains.cases.tests.lives import ANSWERS, CODE, Stage, publish, set_stage, work
from yiwang.domains.catalogue.content import JointOffice, Limit, Material, Processing, PromiseTerms, Quota, Text
from yiwang.domains.catalogue.queries import Guide
from yiwang.domains.identity.tests.factories import actor_of, make_office, make_staff
from yiwang.foundation.actions import NotVisible, Refused
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import move_to, now, today

PARTNER = "11339900YW0000063A"
ENDING = {"withdraw", "refuse_to_accept", "tell_not_needed", "terminate", "void"}
REFUSALS = frozenset({"hidden", "forbidden", "not now"})

_serial = count(1)


@dataclass
class World:
    """One stage, an item of each kind, and the joint office."""

    stage: Stage
    items: dict[Kind, Guide]
    partner: Actor
    seats_taken: int = 0
    steps: int = 0
    refusals: int = 0
    endings: dict[str, int] = field(default_factory=dict)


def make_world(kinds: tuple[Kind, ...] = KINDS, **changes: Any) -> World:
    """Return a world; `changes` replace elements of all items. Whoever leads one life at a time may add LIMITED."""
    stage = set_stage()
    for part in PARTS:
        stage.by(part)
    partner = make_office(code=PARTNER, name="演示西湖区消防救援大队")
    items = {kind: _publish(at, kind, **changes) for at, kind in enumerate(kinds)}
    work()
    return World(stage, items, actor_of(make_staff(office=partner, roles=("reviewer",), name="何梅")))


def _publish(at: int, kind: Kind, **changes: Any) -> Guide:
    processing = Processing(
        substance_check=kind.substance,
        instant=kind.instant,
        correction_days=CORRECTION,
        certificate_fields={"place": "shop_name"},
        promise=PromiseTerms("1", Text("我已知晓，并符合条件。"), covers=["plan"]) if kind.promising else None,
        joint_offices=[JointOffice(PARTNER, OPINION)] if kind.joint else [],
    )
    limits = {"legal_limit": Limit(LEGAL), "promised_limit": Limit(PROMISED)}
    plan = Material("plan", Text("布局图"), necessity="deferrable" if kind.deferring else "optional")
    if kind.instant:
        changes |= {"results": []}
    if kind.limited:
        changes |= {"quota": Quota(SEATS, "某规划")}
    return publish(f"{CODE}{at:02d}", processing=processing, materials=[plan], **(limits | changes))


class Life:
    """One case, from its submission on."""

    def __init__(self, world: World, chance: Random, *, key: str = "", channel: str = "") -> None:
        self.world, self.chance = world, chance
        kind = chance.choice(list(world.items))
        person = world.stage.by("person")
        self.case, _new = submit_case(
            item_code=world.items[kind].code,
            answers=ANSWERS,
            key=key or f"law-{next(_serial)}",
            deferred=["plan"] if kind.deferring else [],
            promise=kind.promising,
            by=person.through(channel) if channel else person,
        )
        self.case_id: UUID = self.case.pk
        self.model = Model(kind, begun=today(), seats_taken=world.seats_taken)

    @property
    def is_over(self) -> bool:
        """Whether nothing happens to it any more."""
        return self.model.state not in OPEN

    def something_happens(self) -> None:
        """Let one thing happen: mostly what is somebody's duty now, sometimes what nobody may."""
        self.world.steps += 1
        duties = sorted(LAW.get(self.model.state, ()))
        what = self.chance.choice(["duty"] * 7 + ["anything"] * 3 + ["days", "weeks", "work", "partner"])
        if what in {"days", "weeks"}:
            move_to(now() + dt.timedelta(days=self.chance.randint(1, 4) if what == "days" else 9))
        elif what == "work":
            work()
            self.model.worker_worked(today())
        elif what == "partner":
            self.partner_speaks()
        elif what == "duty" and duties:
            event = self.chance.choice([e for e in duties for _ in range(1 if e in ENDING else 4)])
            self.attempt(event, self.chance.choice(sorted(DUTY[event])))
        else:
            self.attempt(self.chance.choice(sorted(DUTY)), self.chance.choice(PARTS))

    def attempt(self, event: str, part: str) -> None:
        """Try an event by somebody, in some way: what becomes of it is what the law says."""
        way = self.chance.choice(WAYS.get(event, ("",)))
        expected = self.model.expect(event, part, way, today())
        arguments = GIVEN.get(event, lambda life, way: {})(self, way)
        if event == "supply_deferred":  # a file of one's own, whoever tries
            arguments = {"papers": [("plan", make_paper(self.world.stage.person).pk)]}
        try:
            with transaction.atomic():
                self.world.stage.do(event, self.case_id, part, **arguments)
        except NotVisible:
            found = "hidden"
        except PermissionDenied:
            found = "forbidden"
        except Refused:
            found = "not now"
        else:
            found = Case.objects.values_list("state", flat=True).get(pk=self.case_id)
        assert found == expected, (self.model, event, part, way, today())
        if found in REFUSALS:
            self.world.refusals += 1
        else:
            self.model.follow(event, part, way, found, today())
            self.world.seats_taken += event == "grant" and self.model.kind == LIMITED

    def partner_speaks(self) -> None:
        """The joint office gives its opinion: once, when it was asked, before the decision."""
        verdict = self.chance.choice(["support", "support", "oppose"])
        may = self.model.asked_by is not None and not self.model.opinion and self.model.state in UNDER_REVIEW
        try:
            with transaction.atomic():
                give_joint_opinion(case_id=self.case_id, verdict=verdict, opinion="已核对。", by=self.world.partner)
        except (NotVisible, PermissionDenied, Refused):
            assert not may, self.model
            self.world.refusals += 1
        else:
            assert may, self.model
            self.model.opinion = verdict

    def is_lawful(self) -> None:
        """Check that the platform says of the case what the model says."""
        model, case = self.model, Case.objects.get(pk=self.case_id)
        assert (case.state, case.revision) == (model.state, 1 + model.moves), model
        assert case.is_open == (case.closed_at is None) == (case.state in OPEN)
        assert (case.due_on, case.legal_due_on) == model.due(), (model, case.due_on, case.legal_due_on)
        running = list(CaseClock.objects.filter(case_id=self.case_id, ended_on=None))
        assert [clock.kind for clock in running] == ([CLOCK[case.state]] if case.state in CLOCK else [])
        asked = JointOpinion.objects.filter(case_id=self.case_id).values_list("due_on", flat=True)
        assert list(asked) == ([model.asked_by] if model.asked_by else [])


UNDER_REVIEW = ("accepted", "in_review", "suspended")


def _hearing() -> dict[str, Any]:
    return {"kind": "hearing", "planned_workdays": HEARING, "held_on": counted(today(), HEARING)}


GIVEN: dict[str, Callable[[Life, str], dict[str, Any]]] = {
    "correct_at_once": lambda life, way: {"changes": {"area": 1000 + next(_serial)}},
    "accept_deferred": lambda life, way: {
        "materials": ["licence" if way == "another material" else "plan"],
        "days": 3 if way != "after the promised end" else PROMISED + 1,
    },
    "request_more": lambda life, way: {"basis": "某法第九条" if way == "on a basis" else " "},
    "open_special": lambda life, way: (
        _hearing() | {"chair_id": life.world.stage.by(way.removeprefix("hearing by the ")).id}
        if way.startswith("hearing")
        else {"kind": "inspection", "planned_workdays": SPECIAL, "basis": "某法第七条" if "no" not in way else ""}
    ),
    "close_special": lambda life, way: {
        "outcome": "cancelled" if way == "cancelled" else "done",
        "record": "各方意见如下。" if way == "with a record" else "",
    },
    "extend": lambda life, way: {"reason": "情况复杂" if way == "with a reason" else ""},
    "grant": lambda life, way: {"cited_record": _record(life) if way == "citing the record" else ""},
    "refuse": lambda life, way: {
        "cited_record": "" if way == "citing nothing" else _record(life),
        "reason": "" if way == "without a reason" else "面积不够。",
    },
    "terminate": lambda life, way: {"ground": way},
    "void": lambda life, way: {"ground": way},
}


def _record(life: Life) -> str:
    return hearing_record_number(Case.objects.get(pk=life.case_id))
