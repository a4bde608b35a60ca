"""The five outcomes of article 32, silence among them; what may follow later; what rests on a promise."""

import datetime as dt

import pytest

from yiwang.domains.cases.actions import submit_case, verify_promise
from yiwang.domains.cases.models import Case, CaseClock, Deferral
from yiwang.domains.cases.queries import answers_of, deferrals_of, next_steps, opinions_of, promise_barred, promise_of
from yiwang.domains.cases.tests.factories import make_paper
from yiwang.domains.cases.tests.lives import ANSWERS, CODE, FORM, OFFICE, everything, publish, set_stage, work
from yiwang.domains.catalogue.content import Limit, Material, Processing, PromiseTerms, Result, Text
from yiwang.domains.certificates.queries import of_case
from yiwang.domains.certificates.tests.issuing import TYPE, make_type
from yiwang.domains.documents.models import Document
from yiwang.domains.documents.queries import data_of
from yiwang.domains.seals.actions import issue_seal
from yiwang.foundation.actions import InvalidInput
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.clock import move_to, now, today
from yiwang.foundation.clock.queries import calendar
from yiwang.foundation.jobs.models import Schedule
from yiwang.foundation.jobs.worker import work_until_idle
from yiwang.foundation.journal.queries import timeline
from yiwang.foundation.tests.refusing import forbidden, refused

pytestmark = pytest.mark.django_db(transaction=False)

STRICT = {**FORM, "schema": {**FORM["schema"], "required": ["shop_name", "area", "plan"]}}
DEFERRABLE = [Material("plan", Text("布局图"), necessity="deferrable")]
TERMS = PromiseTerms("2026-1", Text("我已知晓，符合条件，愿承担责任。"), covers=["plan"], verify_days=10)


def document(case: Case, kind: str) -> dict:
    return data_of(Document.objects.filter(case_id=case.pk, kind=kind).latest("created_at"))


def days(count: int) -> None:
    """Let working days go by."""
    day = calendar().add_workdays(today(), count)
    move_to(now() + (day - today()))


def regular_work() -> None:
    Schedule.objects.all().delete()
    work_until_idle()


def hand_in(stage, key: str, **wishes):
    case, _new = submit_case(item_code=stage.item.code, answers=ANSWERS, key=key, by=stage.by("person"), **wishes)
    return case


def test_article_32_1_what_needs_no_permit_is_told_at_once_with_the_law_and_ends(at_noon):
    stage = set_stage()
    case = stage.submit()
    with refused("no_basis", InvalidInput):
        stage.do("tell_not_needed", case, basis=" ")
    stage.do("tell_not_needed", case)
    case.refresh_from_db()
    assert (case.state, case.outcome, case.is_open, case.due_on) == ("not_needed", "not_needed", False, None)
    said = document(case, "not_needed")
    assert (said["reasons"], said["basis"]) == (["不用许可。"], ["条例第三条"])
    assert said["review_body"]
    with refused("illegal_step"):
        stage.do("accept", case)


def test_article_32_3_what_can_be_corrected_on_the_spot_is_and_what_stood_there_is_kept(at_noon):
    stage = set_stage()
    case = stage.submit()
    due = case.due_on
    for changes, code in (({"area": 86.5}, "no_changes"), ({"area": -1}, "invalid"), ({"colour": "red"}, "invalid")):
        with refused(code, InvalidInput):
            stage.do("correct_at_once", case, changes=changes)
    stage.do("correct_at_once", case, changes={"area": 88})
    case.refresh_from_db()
    assert (case.state, case.due_on, case.revision, answers_of(case)["area"]) == ("submitted", due, 2, 88)
    ((opinion, text),) = opinions_of(case)
    assert opinion.step == "correct_at_once"
    assert "面积 86.5" in text
    assert [e.fact["count"] for e in timeline(case.pk) if e.kind == "CaseCorrectedAtOnce"] == [1]


def test_article_32_4_after_five_silent_days_the_case_counts_as_accepted_since_its_receipt(at_noon):
    stage = set_stage(legal_limit=Limit(20), promised_limit=Limit(10))
    issue_seal(office_code=OFFICE, by=SYSTEM)
    case, received = stage.submit(), today()
    with refused("not_due"):
        stage.do("deem_accepted", case)
    days(5)
    regular_work()
    case.refresh_from_db()
    assert case.state == "submitted", "on the fifth day the office may still speak"
    days(1)
    regular_work()
    case.refresh_from_db()
    assert case.state == "accepted"
    assert case.accepted_at == case.submitted_at
    assert case.due_on == calendar().add_workdays(received, 10)
    assert case.legal_due_on == calendar().add_workdays(received, 20)
    said = document(case, "deemed_acceptance")
    assert said["accepted_on"] == said["received_on"] == received.isoformat()
    assert [e.kind for e in timeline(case.pk) if e.kind.startswith("Case")] == ["CaseSubmitted", "CaseDeemedAccepted"]
    stage.do("review", case)
    stage.do("grant", case)


def test_what_may_follow_later_is_deferred_awaited_and_holds_the_result_back(at_noon):
    stage = set_stage(form=STRICT, materials=DEFERRABLE, promised_limit=Limit(5))
    with refused("invalid", InvalidInput):
        hand_in(stage, "without")
    with refused("not_deferrable", InvalidInput):
        hand_in(stage, "another", deferred=["lease"])
    case = hand_in(stage, "later", deferred=["plan"])
    assert [d.material for d in deferrals_of(case)] == ["plan"]
    with refused("deferred_open"):
        stage.do("accept", case)
    for wrong, code in (({"days": 6}, "later_than_promised"), ({"materials": []}, "not_deferrable")):
        with refused(code, InvalidInput):
            stage.do("accept_deferred", case, **wrong)
    stage.do("accept_deferred", case, days=3)
    said = document(case, "deferred_acceptance")
    assert [m["name"] for m in said["materials"]] == ["布局图"]
    assert said["supply_by"] == calendar().add_workdays(today(), 3).isoformat()
    stage.do("review", case)
    with refused("deferred_open"):
        stage.do("grant", case)
    assert next(s for s in next_steps(Case.objects.get(pk=case.pk), stage.by("head")) if s.event == "grant").why_not
    with refused("not_awaited", InvalidInput):
        stage.do("supply_deferred", case, papers=[])
    paper = make_paper(stage.person)
    stage.do("supply_deferred", case, papers=[("plan", paper.pk)])
    assert case.papers.get().paper_id == paper.pk
    with refused("nothing_awaited"):
        stage.do("supply_deferred", case, papers=[("plan", paper.pk)])
    stage.do("grant", case)


def test_what_did_not_follow_in_time_terminates_and_refuses_nothing(at_noon):
    stage = set_stage(form=STRICT, materials=DEFERRABLE)
    issue_seal(office_code=OFFICE, by=SYSTEM)
    case = hand_in(stage, "late", deferred=["plan"])
    stage.do("accept_deferred", case, days=2)
    days(3)
    regular_work()
    case.refresh_from_db()
    assert (case.state, case.outcome, case.is_open) == ("terminated", "terminated", False)
    assert "容缺" in document(case, "termination")["reasons"][0]
    assert not CaseClock.objects.filter(case=case, ended_on=None).exists()


def promising(**more):
    return {"form": STRICT, "processing": Processing(substance_check=True, promise=TERMS, **more)}


def test_a_promise_is_signed_by_version_accepted_decided_and_verified_afterwards(at_noon):
    make_type()
    result = [Result("certificate", Text("许可证"), TYPE, 12)]
    stage = set_stage(**promising(certificate_fields={"place": "shop_name"}), results=result)
    issue_seal(office_code=OFFICE, by=SYSTEM)
    case = hand_in(stage, "promise", promise=True)
    promise = promise_of(case)
    assert (promise.text_version, promise.signed_by_id) == ("2026-1", stage.person.pk)
    assert len(promise.text_sha256) == 64
    with refused("promised"):
        stage.do("accept", case)
    stage.do("accept_promised", case)
    assert document(case, "promised_acceptance")["text_version"] == "2026-1"
    stage.do("review", case)
    stage.do("grant", case)  # one opinion: the substance is verified afterwards
    work()
    promise.refresh_from_db()
    assert promise.verify_due_on == calendar().add_workdays(today(), 10)
    reviewer, head = stage.by("reviewer"), stage.by("head")
    with refused("no_date", InvalidInput):
        verify_promise(case_id=case.pk, result="mend", note="缺标识", by=reviewer)
    verify_promise(case_id=case.pk, result="mend", note="缺标识", mend_by=today() + dt.timedelta(days=9), by=reviewer)
    with forbidden():
        verify_promise(case_id=case.pk, result="false", note="没有那间店", by=reviewer)
    verify_promise(case_id=case.pk, result="false", note="没有那间店", by=head)
    assert of_case(case.pk).state == "revoked"
    with refused("verified_already"):
        verify_promise(case_id=case.pk, result="true", note="有", by=head)
    assert promise_barred(stage.by("person"))
    with refused("promise_barred"):
        hand_in(stage, "again", promise=True)


def test_what_is_of_high_risk_never_rests_on_a_promise(at_noon):
    stage = set_stage(**promising())
    case = hand_in(stage, "before", promise=True)
    publish_again = {"form": STRICT, "materials": DEFERRABLE}
    stage.item = publish(CODE + "9", **publish_again)
    with refused("no_promise"):
        hand_in(stage, "no promise", promise=True)
    with pytest.raises(AssertionError, match="高风险"):
        publish(CODE + "8", **promising(high_risk=["life_safety"]))
    assert promise_of(case)


def test_a_wish_belongs_to_the_submission_the_same_key_with_another_wish_is_another_body(at_noon):
    stage = set_stage(form=STRICT, materials=DEFERRABLE, processing=Processing(promise=TERMS))
    case = hand_in(stage, "wish", deferred=["plan"])
    assert hand_in(stage, "wish", deferred=["plan"]) == case
    with refused("other_body"):
        hand_in(stage, "wish", promise=True)
    assert Deferral.objects.count() == 1


def test_two_officials_accept_and_turn_away_at_the_same_moment_and_one_wins(at_noon):
    stage = set_stage()
    case = stage.submit()
    stage.do("tell_not_needed", case, revision=1)
    before = everything()
    with refused("stale"):
        stage.do("accept", case, revision=1)
    assert everything() == before
