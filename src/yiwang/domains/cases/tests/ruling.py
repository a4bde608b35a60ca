"""Rules for tests: a table in force, what it made of a case, and something that somebody is offered."""

from typing import Any

from yiwang.domains.cases.models import Case
from yiwang.domains.catalogue.queries import Guide
from yiwang.domains.catalogue.tests.factories import SHOP_FORM
from yiwang.domains.identity.models import Person
from yiwang.domains.rules.actions import (
    ask_for_dry_run,
    keep_verdict,
    make_offer,
    note_dry_run,
    open_rule,
    publish_rule,
    save_rule_draft,
)
from yiwang.domains.rules.models import Offer, Rule
from yiwang.domains.rules.queries import evaluate, rule_in_force
from yiwang.domains.rules.tables import Column, Row, Table, Trial
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.forms.texts import Text

AREA = Column("answer.area", Text("面积", "Floor area"), "number", "at_most")
KIND = Column(
    "answer.kind",
    Text("做什么", "What is made"),
    "choice",
    "one_of",
    (("hot", Text("热食", "Hot")), ("cold", Text("冷食", "Cold"))),
)
SMALL = Table(
    columns=(AREA, KIND),
    rows=(Row(("100", "冷食"), "grant", Text("小店做冷食", "A small shop with cold food")),),
    trials=(
        Trial("小店", {"answer.area": "80", "answer.kind": "冷食"}, "grant"),
        Trial("大店", {"answer.area": "300", "answer.kind": "冷食"}, "person"),
    ),
    sample_percent=100,
)
"""Small shops with cold food are granted; every grant is looked at."""
OLD = Table(
    columns=(Column("applicant.age", Text("年龄", "Age"), "number", "at_least"),),
    rows=(Row(("60",), "grant", Text("满 60 周岁", "60 or older")),),
    trials=(Trial("老人", {"applicant.age": "70"}), Trial("年轻人", {"applicant.age": "30"}, "person")),
    presets={"kind": "cold"},
)
"""Finds those of sixty and more."""

CARD_FORM: dict[str, Any] = {
    "schema": {
        "type": "object",
        "required": ["owner", "born_on", "kind", "truth"],
        "properties": {
            "owner": {"type": "string", "minLength": 1, "maxLength": 100},
            "born_on": {"type": "string", "format": "date"},
            "kind": {"type": "string", "enum": ["hot", "cold"]},
            "truth": {"const": True},
        },
    },
    "ui": {
        "pages": [{"key": "all", "title": {"zh": "卡", "en": "Card"}, "fields": ["owner", "born_on", "kind", "truth"]}],
        "fields": {
            **{key: SHOP_FORM["ui"]["fields"][key] for key in ("owner", "kind", "truth")},
            "born_on": {"label": {"zh": "生日", "en": "Born"}, "widget": "date", "prefill": "person.birth_date"},
        },
    },
}
"""One page: two things that are known, one that the rule knows, and a tick."""


def make_rule(item: Guide, table: Table = SMALL, kind: str = "decision") -> Rule:
    """Return a rule in force, without a worker: its dry run found nothing."""
    rule = open_rule(kind=kind, item_code=item.code, by=SYSTEM)
    draft = save_rule_draft(rule_id=rule.pk, table=table, revision=rule.draft.revision, by=SYSTEM)
    run = ask_for_dry_run(rule_id=rule.pk, revision=draft.revision, by=SYSTEM)
    note_dry_run(dry_run_id=run.pk, state="done", looked=0, counts={}, differences=[], by=SYSTEM)
    publish_rule(rule_id=rule.pk, revision=draft.revision, by=SYSTEM)
    rule.refresh_from_db()
    return rule


def decide_by(rule: Rule, case: Case) -> None:
    """Keep what a rule makes of a small shop, for this case; the case itself stays where it is."""
    found = rule_in_force(rule.key)
    assert found is not None
    values = {"answer.area": 80, "answer.kind": "cold"}
    verdict = evaluate(found, values)
    keep_verdict(case_id=case.pk, office_code=case.office_id, rule=found, verdict=verdict, values=values, by=SYSTEM)


def offer_to(person: Person, rule: Rule, item: Guide) -> Offer:
    """Return what a rule that finds people offers to somebody."""
    found = rule_in_force(rule.key)
    assert found is not None
    values = {"applicant.age": 70}
    offer = make_offer(
        person_id=person.pk, item_code=item.code, rule=found, verdict=evaluate(found, values), values=values, by=SYSTEM
    )
    assert offer is not None
    return offer
