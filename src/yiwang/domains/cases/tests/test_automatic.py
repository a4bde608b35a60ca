"""秒批 and 免申即享: what a table grants is granted at once, what it misses a person decides, and nobody is ever refused by it."""

from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied

from yiwang.domains.cases.actions import put_to_rule, withdraw_case
from yiwang.domains.cases.models import Case
from yiwang.domains.cases.tests.factories import finish, make_case, make_official
from yiwang.domains.cases.tests.ruling import SMALL
from yiwang.domains.catalogue.content import Processing, Text
from yiwang.domains.catalogue.queries import Guide
from yiwang.domains.catalogue.tests.factories import make_item
from yiwang.domains.identity.models import Person, Staff
from yiwang.domains.identity.tests.factories import actor_of, make_office, make_staff
from yiwang.domains.rules.actions import (
    ask_for_dry_run,
    check_decision,
    import_rule_table,
    open_rule,
    publish_rule,
    save_rule_draft,
    stop_rule,
)
from yiwang.domains.rules.models import AutomaticDecision, DryRun, Rule, RuleVersion
from yiwang.domains.rules.queries import (
    decision_of,
    decisions_to_check,
    evaluate,
    forget_versions,
    reason_of,
    rule_in_force,
)
from yiwang.domains.rules.tables import Row, Table, Trial, to_jdm
from yiwang.foundation.actions import InvalidInput, NotVisible, Refused
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.clock import today
from yiwang.foundation.jobs.worker import work_until_idle
from yiwang.foundation.reads.models import Read


@pytest.fixture(autouse=True)
def _noon(at_noon: Any) -> None: ...


def administrator(item: Guide) -> Staff:
    return make_staff(roles=("administrator",))


def in_force(item: Guide, table: Table = SMALL, kind: str = "decision", *, seen: bool = True) -> Rule:
    """Write, try and publish a table as an official does."""
    who = actor_of(administrator(item))
    rule = open_rule(kind=kind, item_code=item.code, by=who)
    draft = save_rule_draft(rule_id=rule.pk, table=table, revision=rule.draft.revision, by=who)
    ask_for_dry_run(rule_id=rule.pk, revision=draft.revision, by=who)
    work_until_idle()
    publish_rule(rule_id=rule.pk, revision=draft.revision, differences_seen=seen, by=who)
    rule.refresh_from_db()
    return rule


def handed_in(item: Guide, **answers: Any) -> Case:
    case = make_case(item=item, **answers)
    make_official(case)
    work_until_idle()
    case.refresh_from_db()
    return case


@pytest.mark.django_db
def test_what_the_table_grants_is_granted_at_once_and_can_be_read_by_everybody_concerned() -> None:
    item = make_item(office=make_office())
    rule = in_force(item)
    case = handed_in(item)
    assert (case.state, case.outcome) == ("closed", "granted")
    decision = decision_of(case.pk)
    assert decision is not None
    assert decision.version is not None
    assert (decision.outcome, decision.version.number) == ("grant", 1)
    assert b"\xe5\x86\xb7" not in bytes(decision.trace_sealed), "what it looked at is encrypted"
    reason = reason_of(decision)
    assert reason.values == {"answer.area": 86.5, "answer.kind": "cold"}, "only what the table asks for"
    assert [one.zh for one in reason.trace] == [
        "第 1 行符合：面积 至多 100，这里是 86.5",
        "第 1 行符合：做什么 是 冷食，这里是 冷食",
        "小店做冷食，由系统准予",
    ]
    assert reason.trace[0].en == "Row 1 is met: “Floor area at most 100”, here it is 86.5"
    assert Read.objects.filter(person_id=case.applicant_id, reader_kind="system", case_id=case.pk).exists()
    assert put_to_rule(case_id=case.pk, by=SYSTEM) is False, "a decided case is put to no rule again"

    stop_rule(rule_id=rule.pk, by=actor_of(administrator(item)))
    later = handed_in(item)
    assert (later.state, decision_of(later.pk)) == ("submitted", None), "stopped: people decide"


@pytest.mark.django_db
def test_a_miss_goes_to_a_person_with_the_reason_and_may_still_be_granted() -> None:
    item = make_item(office=make_office())
    in_force(item)
    case = handed_in(item, kind="hot", items=8)
    assert (case.state, case.outcome) == ("submitted", "")
    decision = decision_of(case.pk)
    assert decision is not None
    assert decision.outcome == "person"
    assert [one.zh for one in reason_of(decision).trace] == [
        "第 1 行不符合：要求做什么 是 冷食，这里是 热食",
        "没有一行全部符合，由工作人员办理，转给工作人员办理",
    ]
    assert finish(case).outcome == "granted"


@pytest.mark.django_db
def test_published_versions_never_change_and_each_decision_keeps_its_own() -> None:
    item = make_item(office=make_office())
    rule = in_force(item)
    first = handed_in(item)
    wider = Table(SMALL.columns, (Row(("500", ""), "grant", Text("都行")),), (*SMALL.trials[:1], Trial("很大", {"answer.area": "900"}, "person")))  # fmt: skip
    in_force(item, wider)
    second = handed_in(item, kind="hot", items=3)
    rule.refresh_from_db()
    assert [v.number for v in rule.versions.order_by("number")] == [1, 2]
    made = [decision_of(case.pk) for case in (first, second)]
    assert [one.version.number for one in made if one and one.version] == [1, 2]
    who = actor_of(administrator(item))
    rule.draft.refresh_from_db()
    with pytest.raises(Refused) as refusal:
        publish_rule(rule_id=rule.pk, revision=rule.draft.revision, by=who)
    assert refusal.value.code == "nothing_changed"
    with pytest.raises(Refused) as refusal:
        save_rule_draft(rule_id=rule.pk, table=SMALL, revision=1, by=who)
    assert refusal.value.code == "stale", "somebody else was faster"


@pytest.mark.django_db
def test_a_table_is_published_only_when_it_holds_and_was_tried_on_past_cases() -> None:
    item = make_item(office=make_office())
    granted, refused = make_case(item=item), make_case(item=item, area=90)
    finish(granted)
    finish(refused, grant=False)
    finish(make_case(item=item, kind="hot", items=2))
    who = actor_of(administrator(item))
    rule = open_rule(kind="decision", item_code=item.code, by=who)

    wrong = Table(SMALL.columns, (*SMALL.rows, Row(("大", "饺子"), "grant")), SMALL.trials)
    draft = save_rule_draft(rule_id=rule.pk, table=wrong, revision=1, by=who)
    with pytest.raises(InvalidInput) as bad:
        ask_for_dry_run(rule_id=rule.pk, revision=draft.revision, by=who)
    assert [(f.code, f.row, f.column) for f in bad.value.errors] == [("value", 1, 0), ("value", 1, 1)]

    failing = Table(SMALL.columns, SMALL.rows, (*SMALL.trials, Trial("错的", {"answer.area": "80"}, "grant")))
    draft = save_rule_draft(rule_id=rule.pk, table=failing, revision=draft.revision, by=who)
    with pytest.raises(InvalidInput) as bad:
        publish_rule(rule_id=rule.pk, revision=draft.revision, by=who)
    assert [(f.code, f.trial) for f in bad.value.errors] == [("trial_failed", 2)]

    draft = save_rule_draft(rule_id=rule.pk, table=SMALL, revision=draft.revision, by=who)
    with pytest.raises(Refused) as refusal:
        publish_rule(rule_id=rule.pk, revision=draft.revision, by=who)
    assert refusal.value.code == "no_dry_run"
    run = ask_for_dry_run(rule_id=rule.pk, revision=draft.revision, by=who)
    work_until_idle()
    run = DryRun.objects.get(pk=run.pk)
    assert (run.state, run.looked) == ("done", 3)
    assert run.counts == {"grant-granted": 1, "grant-refused": 1, "person-granted": 1}
    assert run.differences == [refused.number], "people refused it, the table would grant it"
    assert Read.objects.filter(person_id=granted.applicant_id, reason__startswith="试运行").count() == 1
    assert Case.objects.get(pk=refused.pk).outcome == "refused", "a dry run decides nothing"
    with pytest.raises(Refused) as refusal:
        publish_rule(rule_id=rule.pk, revision=draft.revision, by=who)
    assert refusal.value.code == "differences"
    publish_rule(rule_id=rule.pk, revision=draft.revision, differences_seen=True, by=who)


@pytest.mark.django_db
def test_a_file_that_loops_or_calls_programs_is_refused_and_one_of_ours_is_taken() -> None:
    import json

    item = make_item(office=make_office())
    who = actor_of(administrator(item))
    rule = open_rule(kind="decision", item_code=item.code, by=who)
    sound = json.loads(to_jdm(SMALL))
    round_about = {**sound, "edges": [*sound["edges"], {"id": "x", "sourceId": "out", "targetId": "in"}]}
    program = {"id": "table", "type": "functionNode", "name": "f", "content": "for(;;){}"}
    looping = {**sound, "nodes": [sound["nodes"][0], program, sound["nodes"][2]]}
    other = json.loads(json.dumps(sound).replace("$ <= 100", "$ <= 900"))
    broken = json.loads(json.dumps(sound).replace("$ <= 100", "$ ><>< 100"))
    for document, code in [
        (round_about, "loop"),
        (looping, "node_not_allowed"),
        (other, "not_the_same"),
        (broken, "expression"),
        ([], "not_jdm"),
    ]:
        with pytest.raises(InvalidInput) as refusal:
            import_rule_table(rule_id=rule.pk, document=json.dumps(document), revision=1, by=who)
        assert refusal.value.code == code
    draft = import_rule_table(rule_id=rule.pk, document=to_jdm(SMALL), revision=1, by=who)
    assert draft.revision == 2


@pytest.mark.django_db
def test_whatever_is_wrong_with_what_is_stored_the_case_goes_to_a_person() -> None:
    item = make_item(office=make_office())
    rule = in_force(item)
    found = rule_in_force(rule.key)
    assert found is not None
    assert evaluate(found, {"answer.area": 50, "answer.kind": "cold"}).outcome == "grant"
    for odd in ({}, {"answer.area": "50", "answer.kind": 7}, {"answer.area": True, "answer.kind": ["cold"]}):
        assert evaluate(found, odd).outcome == "person", "what is not known, or of another kind, grants nothing"
    assert evaluate(f"decision:{uuid4()}", {}).outcome == "person", "no rule"
    looping = to_jdm(SMALL).replace('"decisionTableNode"', '"functionNode"')
    for change in ({"jdm": looping}, {"content": found.jdm}, {"content_hash": "0" * 64}):
        RuleVersion.objects.filter(pk=rule.current).update(**change)
        forget_versions()
        case = handed_in(item)
        decision = decision_of(case.pk)
        assert decision is not None
        assert (case.state, decision.outcome, decision.failure) == ("submitted", "person", "altered")
        assert reason_of(decision).trace[0].zh.startswith("规则没能运行")
    forget_versions()


@pytest.mark.django_db
def test_what_no_machine_may_decide_gets_no_table() -> None:
    item = make_item(office=make_office(), processing=Processing(substance_check=True))
    who = actor_of(administrator(item))
    with pytest.raises(Refused) as refusal:
        open_rule(kind="decision", item_code=item.code, by=who)
    assert refusal.value.code == "not_for_machines", "article 34: two officials verify the substance"
    head = make_staff(roles=("head",), office=make_office(name="别的部门"))
    plain = make_item(office=make_office())
    with pytest.raises(PermissionDenied):
        open_rule(kind="decision", item_code=plain.code, by=actor_of(head))
    rule = open_rule(kind="decision", item_code=plain.code, by=who)
    with pytest.raises(NotVisible):
        save_rule_draft(rule_id=rule.pk, table=SMALL, revision=1, by=actor_of(head))


@pytest.mark.django_db
def test_a_share_of_the_grants_is_looked_at_by_an_official_once() -> None:
    item = make_item(office=make_office())
    in_force(item)
    case = handed_in(item)
    official = actor_of(make_official(case))
    assert [one.case_id for one in decisions_to_check(official)] == [case.pk]
    assert decisions_to_check(actor_of(make_staff(office=make_office(name="别的部门")))) == []
    decision = decisions_to_check(official)[0]
    with pytest.raises(InvalidInput):
        check_decision(decision_id=decision.pk, is_right=False, note=" ", by=official)
    check_decision(decision_id=decision.pk, is_right=False, note="面积填错了", by=official)
    with pytest.raises(Refused):
        check_decision(decision_id=decision.pk, is_right=True, note="", by=official)
    assert decisions_to_check(official) == []
    assert AutomaticDecision.objects.get(pk=decision.pk).check_verdict == "wrong"


@pytest.mark.django_db
def test_whom_the_register_refuted_a_person_looks_at() -> None:
    item = make_item(office=make_office())
    in_force(item)
    case = make_case(item=item)
    Person.objects.filter(pk=case.applicant_id).update(level=Person.Level.UNVERIFIED)
    make_official(case)
    work_until_idle()
    case.refresh_from_db()
    decision = decision_of(case.pk)
    assert (case.state, decision.outcome, decision.failure) == ("submitted", "person", "unconfirmed_person")


@pytest.mark.django_db
def test_a_withdrawn_or_waiting_case_is_left_alone() -> None:
    item = make_item(office=make_office())
    in_force(item)
    case = make_case(item=item)
    withdraw_case(case_id=case.pk, by=actor_of(case.applicant))
    work_until_idle()
    case.refresh_from_db()
    assert (case.state, decision_of(case.pk)) == ("withdrawn", None)
    assert today() == case.submitted_at.date()
