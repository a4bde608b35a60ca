"""A stage for the lives of cases: one office, one item, an applicant, officials, and every step by its right actor."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import count
from typing import Any
from uuid import UUID

from django.db import models

from yiwang.domains.cases.actions import (
    accept_case,
    accept_deferred,
    accept_promised,
    await_applicant,
    close_case,
    close_special,
    correct_at_once,
    decide_case,
    deem_accepted,
    extend_case,
    go_on,
    grant_at_once,
    grant_by_silence,
    lapse_case,
    open_special,
    refuse_to_accept,
    request_correction,
    request_more,
    review_case,
    submit_case,
    supply_correction,
    supply_deferred,
    supply_more,
    tell_interested,
    tell_not_needed,
    terminate_case,
    void_case,
    withdraw_case,
)
from yiwang.domains.cases.actions.automatic import grant_by_rule
from yiwang.domains.cases.models import (
    Case,
    CaseClock,
    CaseNumber,
    CasePaper,
    ClockStop,
    Correction,
    Deferral,
    Draft,
    Extension,
    InterestedParty,
    JointOpinion,
    MoreRequest,
    Opinion,
    Place,
    Promise,
    SiteVisit,
    SpecialProcedure,
    SubmitKey,
)
from yiwang.domains.cases.queries import answers_of
from yiwang.domains.catalogue.actions import publish_items
from yiwang.domains.catalogue.content import ItemContent, Processing
from yiwang.domains.catalogue.loading import ReadOffice
from yiwang.domains.catalogue.loading.records import build_item
from yiwang.domains.catalogue.queries import Guide, guide
from yiwang.domains.catalogue.tests.factories import make_content
from yiwang.domains.certificates.models import Certificate
from yiwang.domains.documents.models import Document
from yiwang.domains.identity.models import Person
from yiwang.domains.identity.tests.factories import actor_of, make_office, make_person, make_staff
from yiwang.domains.notices.models import Message
from yiwang.foundation.actors import SYSTEM, Actor
from yiwang.foundation.jobs.models import Job
from yiwang.foundation.jobs.queue import run_due
from yiwang.foundation.journal.dispatch import deliver
from yiwang.foundation.journal.models import Entry

OFFICE = "11339900YW0000055D"
CODE = OFFICE + "4330199003000"
ANSWERS = {"shop_name": "小满面馆", "area": 86.5}
FORM: dict[str, Any] = {
    "schema": {
        "type": "object",
        "required": ["shop_name", "area"],
        "properties": {
            "shop_name": {"type": "string", "minLength": 1, "maxLength": 100},
            "area": {"type": "number", "exclusiveMinimum": 0},
            "plan": {"type": "array", "items": {"type": "string", "format": "paper"}, "maxItems": 3},
        },
    },
    "ui": {
        "pages": [{"key": "shop", "title": {"zh": "店面"}, "fields": ["shop_name", "area", "plan"]}],
        "fields": {
            "shop_name": {"label": {"zh": "店名"}, "widget": "text"},
            "area": {"label": {"zh": "面积"}, "widget": "number"},
            "plan": {"label": {"zh": "布局图"}, "widget": "upload", "material": "plan"},
        },
    },
}
"""One page, two answers, and a paper for who wants to hand one in."""

FAMILY: tuple[type[models.Model], ...] = (
    Case, CaseNumber, SubmitKey, CaseClock, CasePaper, Correction, Opinion, Draft, Document, Certificate, Message, Job, Entry,
    ClockStop, SpecialProcedure, Extension, InterestedParty, Deferral, Promise, MoreRequest, JointOpinion, SiteVisit,
    Place,
)  # fmt: skip

_serial = count(1)


def publish(code: str = CODE, *, processing: Processing | None = None, **changes: Any) -> Guide:
    """Publish an item of the office, or a new version of it."""
    content: ItemContent = make_content(**({"form": FORM, "processing": processing or Processing()} | changes))
    bureau = ReadOffice(OFFICE, "演示西湖区市场监督管理局", "330106")
    read = build_item(row=1, code=code, base_code="330199003000", base_name="食品", office=bureau, content=content)
    report = publish_items(items=[read], source="test", by=SYSTEM)
    assert not report.refused, report.refused
    found = guide(code)
    assert found is not None
    return found


def work(turns: int = 20) -> None:
    """Let handlers and jobs do what is due; regular work and sealing of the journal stay away."""
    for _ in range(turns):
        if not deliver() + run_due():
            return


@dataclass
class Stage:
    """Everybody who plays in the life of a case, by the part that they play."""

    item: Guide
    person: Person
    parts: dict[str, Actor] = field(default_factory=dict)

    def by(self, part: str) -> Actor:
        """Return who plays a part, made when first asked for."""
        if part not in self.parts:
            self.parts[part] = _player(self, part)
        return self.parts[part]

    def submit(self, *, key: str = "", by: Actor | None = None, **answers: Any) -> Case:
        """Hand in an application."""
        case, _new = submit_case(
            item_code=self.item.code,
            answers=ANSWERS | answers,
            key=key or f"life-{next(_serial)}",
            by=by or self.by("person"),
        )
        return case

    def do(self, event: str, case: Case | UUID, part: str = "", **more: Any) -> Any:
        """Cause an event, by the part that may, or by another."""
        case_id = case if isinstance(case, UUID) else case.pk
        return STEPS[event](case_id=case_id, by=self.by(part or RIGHT[event]), **more)

    def case_in(self, state: str, **answers: Any) -> Case:
        """Return a case that came to a state by its own steps; the two that nobody sees for long are set by hand."""
        case = self.submit(**answers)
        for event in PATHS[state]:
            work() if event == "work" else self.do(event, case)
        if state in ("issued", "delivered", "lapsed"):
            Case.objects.filter(pk=case.pk).update(state=state)
        case.refresh_from_db()
        assert case.state == state
        return case


def set_stage(**changes: Any) -> Stage:
    """Return a stage with a reviewed item; `changes` replace elements of the item."""
    make_office(code=OFFICE, name="演示西湖区市场监督管理局")
    stage = Stage(publish(**changes), make_person(name="林晓岚"))
    for part in ("window", "reviewer", "second reviewer", "head"):
        stage.by(part)
    return stage


def _player(stage: Stage, part: str) -> Actor:
    if part == "system":
        return SYSTEM
    if part == "person":
        return actor_of(stage.person)
    if part == "stranger":
        return actor_of(make_person(name="沈建国"))
    if part == "elsewhere":
        return actor_of(make_staff(office=make_office(name="演示余杭区公安分局"), name="何亮"))
    from yiwang.domains.organisations.models import Office

    roles = {"second reviewer": "reviewer", "second head": "head"}.get(part, part)
    return actor_of(make_staff(office=Office.objects.get(pk=OFFICE), roles=(roles,), name=part))


RIGHT = {
    "request_correction": "window", "supply_correction": "person", "lapse": "system", "accept": "window",
    "refuse_to_accept": "window", "review": "reviewer", "grant": "head", "grant_at_once": "system", "refuse": "head",
    "close": "system", "withdraw": "person", "tell_not_needed": "window", "correct_at_once": "window",
    "accept_deferred": "window", "accept_promised": "window", "deem_accepted": "system", "supply_deferred": "person",
    "request_more": "reviewer", "supply_more": "person", "tell_interested": "reviewer", "open_special": "reviewer",
    "close_special": "reviewer", "extend": "head", "grant_by_rule": "system", "grant_by_silence": "system",
    "terminate": "head", "void": "head", "await_applicant": "system", "go_on": "system",
}  # fmt: skip
"""Event → who may cause it. Issue, deliver and close are one act of the machine."""

SPECIAL: dict[str, Any] = {
    "kind": "testing", "reason": "要检测", "basis": "某法第七条", "planned_workdays": 5,
    "begins_at": dt.time(9, 30), "place": "演示路 1 号 302 室",
}  # fmt: skip
"""Hour and place count for a hearing only."""

STEPS: dict[str, Callable[..., Any]] = {
    "request_correction": lambda **k: request_correction(**({"items": [{"field": "area", "text": "面积不对"}]} | k)),
    "supply_correction": lambda **k: supply_correction(**({"answers": ANSWERS | {"area": 90}} | k)),
    "lapse": lapse_case,
    "accept": accept_case,
    "refuse_to_accept": lambda **k: refuse_to_accept(
        **({"ground": "incomplete", "reason": "缺主要材料，经告知仍未补正。"} | k)
    ),
    "review": lambda **k: review_case(**({"verdict": "support", "opinion": "已核对。"} | k)),
    "grant": lambda **k: decide_case(**({"grant": True} | k)),
    "refuse": lambda **k: decide_case(**({"grant": False, "reason": "面积不够。"} | k)),
    "grant_at_once": grant_at_once,
    "close": close_case,
    "withdraw": withdraw_case,
    "tell_not_needed": lambda **k: tell_not_needed(**({"reason": "不用许可。", "basis": "条例第三条"} | k)),
    "correct_at_once": lambda **k: correct_at_once(**({"changes": {"area": 88}, "note": "面积写错了"} | k)),
    "accept_deferred": lambda **k: accept_deferred(**({"materials": ["plan"], "days": 2} | k)),
    "accept_promised": accept_promised,
    "deem_accepted": deem_accepted,
    "supply_deferred": lambda **k: supply_deferred(**({"papers": []} | k)),
    "request_more": lambda **k: request_more(
        **({"items": [{"field": "", "text": "补一页"}], "basis": "某法第九条", "days": 8} | k)
    ),
    "supply_more": lambda **k: supply_more(
        **({"answers": answers_of(Case.objects.get(pk=k["case_id"])), "note": "没有这一页。"} | k)
    ),
    "tell_interested": lambda **k: tell_interested(**({"name": "邻居", "contact": "楼上", "reason": "油烟"} | k)),
    "open_special": lambda **k: open_special(**(SPECIAL | k)),
    "close_special": lambda **k: close_special(**({"outcome": "passed"} | k)),
    "extend": lambda **k: extend_case(**({"reason": "情况复杂"} | k)),
    "grant_by_rule": grant_by_rule,
    "grant_by_silence": grant_by_silence,
    "terminate": lambda **k: terminate_case(**({"ground": "object_gone", "reason": "店面拆了"} | k)),
    "void": lambda **k: void_case(**({"ground": "test", "reason": "测试"} | k)),
    "await_applicant": lambda **k: await_applicant(**({"reason": "pickup"} | k)),
    "go_on": go_on,
}

PATHS: dict[str, tuple[str, ...]] = {
    "submitted": (),
    "correction": ("request_correction",),
    "refused_acceptance": ("refuse_to_accept",),
    "accepted": ("accept",),
    "in_review": ("accept", "review"),
    "granted": ("accept", "review", "grant"),
    "refused": ("accept", "review", "refuse"),
    "issued": ("accept", "review", "grant"),
    "delivered": ("accept", "review", "grant"),
    "closed": ("accept", "review", "grant", "work"),
    "withdrawn": ("withdraw",),
    "lapsed": ("request_correction",),
    "not_needed": ("tell_not_needed",),
    "suspended": ("accept", "open_special"),
    "terminated": ("accept", "terminate"),
    "voided": ("void",),
}


def everything() -> dict[str, list[dict[str, Any]]]:
    """Return all rows that a step of a case could write, for a comparison."""
    return {m.__name__: list(m.objects.order_by("pk").values()) for m in FAMILY}
