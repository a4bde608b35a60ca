"""Handing in: once for each key, whole or not at all, by whom the item is for, with one's own papers."""

import json
import re
import threading
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext

from yiwang.domains.cases.actions import save_answers, start_draft, submit_case, submit_draft
from yiwang.domains.cases.models import Case, CaseClock, CaseNumber, CasePaper, Draft, SubmitKey
from yiwang.domains.cases.queries import answers_of, handed_in
from yiwang.domains.cases.tests.factories import make_paper
from yiwang.domains.cases.tests.lives import ANSWERS, CODE, OFFICE, everything, publish, set_stage, work
from yiwang.domains.catalogue.actions import change_item_state
from yiwang.domains.catalogue.content import Material, Text
from yiwang.domains.certificates.tests.issuing import issue_certificate, make_type
from yiwang.domains.documents.models import Document
from yiwang.domains.documents.queries import data_of
from yiwang.domains.identity.tests.factories import actor_of, id_number, make_firm, make_person
from yiwang.domains.papers.models import Paper
from yiwang.foundation.actions import InvalidInput
from yiwang.foundation.actors import ANONYMOUS, SYSTEM
from yiwang.foundation.clock import today
from yiwang.foundation.journal.models import Entry
from yiwang.foundation.tests.refusing import forbidden, hidden, refused


@pytest.fixture
def stage(db):
    return set_stage()


def hand_in(stage, *, by=None, key="key-1", **answers):
    who = by or stage.by("person")
    return submit_case(item_code=stage.item.code, answers=ANSWERS | answers, key=key, by=who)


def test_a_submission_is_a_case_with_a_number_a_receipt_and_one_running_clock(stage):
    case, new = hand_in(stage)
    assert new
    assert re.fullmatch(CODE + r"\d{8}0001", case.number)
    assert len(case.number) == 43
    assert CaseNumber.objects.get(pk=case.number).case_id == case.pk
    (clock,) = CaseClock.objects.filter(case=case)
    assert (clock.kind, clock.started_on, clock.ended_on) == ("acceptance", today(), None)
    assert case.due_on == case.legal_due_on == clock.legal_due_on
    (receipt,) = Document.objects.filter(case_id=case.pk)
    said = data_of(receipt)
    assert (receipt.kind, receipt.sealed_at) == ("receipt", None)
    assert (said["case_number"], said["query_code"], said["addressee"]) == (case.number, case.query_code, "林晓岚")
    assert [m["name"] for m in said["materials"]] == ["申请表"]
    work()
    receipt.refresh_from_db()
    assert receipt.sealed_at is not None


def test_the_same_key_and_the_same_answers_are_the_same_case(stage):
    first, _ = hand_in(stage)
    before = everything()
    for _ in range(3):
        again, new = hand_in(stage)
        assert (again.pk, again.number, new) == (first.pk, first.number, False)
    assert everything() == before


def test_the_same_key_with_other_answers_is_refused(stage):
    hand_in(stage)
    before = everything()
    with refused("other_body"):
        hand_in(stage, area=90)
    with refused("other_body"):
        submit_case(item_code="another item", answers=ANSWERS, key="key-1", by=stage.by("person"))
    assert everything() == before


def test_the_same_key_for_oneself_and_for_ones_firm_is_refused(stage):
    hand_in(stage)
    firm = make_firm(stage.person)
    with refused("other_body"):
        hand_in(stage, by=actor_of(stage.person, firm=firm))


def test_a_key_belongs_to_whoever_chose_it(stage):
    mine, _ = hand_in(stage)
    theirs, new = hand_in(stage, by=stage.by("stranger"))
    assert new
    assert theirs.pk != mine.pk


def test_another_key_is_another_case(stage):
    assert hand_in(stage)[0].number != hand_in(stage, key="key-2")[0].number


def test_what_does_not_hold_writes_nothing_and_does_not_use_the_key_up(stage):
    stage.by("person")
    before = everything()
    with refused("invalid", InvalidInput) as caught:
        hand_in(stage, area=-1, shop_name="")
    assert sorted(p.field for p in caught.value.errors) == ["area", "shop_name"]
    with refused("invalid", InvalidInput) as caught:
        hand_in(stage, unknown="x")
    assert [p.code for p in caught.value.errors] == ["unknown_field"]
    assert everything() == before
    assert hand_in(stage)[1]


def test_many_posts_of_one_key_at_once_are_one_case_one_number_one_receipt(at_once):
    stage = set_stage()
    stage.by("person")
    found = at_once(lambda _: hand_in(stage), 6)
    assert not [problem for problem in found if isinstance(problem, Exception)]
    assert len({case.pk for case, _ in found}) == len({case.number for case, _ in found}) == 1
    assert sum(new for _, new in found) == 1
    for model in (Case, CaseNumber, SubmitKey, Document, CaseClock):
        assert model.objects.count() == 1, model
    assert Entry.objects.filter(kind="CaseSubmitted").count() == 1


def test_many_people_at_once_get_numbers_of_their_own(at_once):
    stage = set_stage()
    people = [actor_of(make_person()) for _ in range(4)]
    found = at_once(lambda n: [hand_in(stage, by=people[n], key=f"k{i}")[0].number for i in range(6)], 4)
    numbers = [number for taken in found for number in taken]
    assert len(set(numbers)) == 24 == Case.objects.count()


@pytest.mark.postgres
def test_a_key_whose_first_submission_was_taken_back_is_free_again(at_once):
    """The second waits for the first at the key; when that one is undone, it goes on and makes the case."""
    stage = set_stage()
    stage.by("person")
    holds, second_waits = threading.Event(), threading.Event()

    def post(number):
        if number == 0:
            with transaction.atomic():
                hand_in(stage)
                holds.set()
                second_waits.wait(5)
                raise RuntimeError("killed before the commit")
        holds.wait(20)
        second_waits.set()
        return hand_in(stage)

    first, second = at_once(post, 2)
    assert isinstance(first, RuntimeError)
    assert second[1] is True
    assert Case.objects.count() == Document.objects.count() == SubmitKey.objects.count() == 1


def test_a_draft_handed_in_twice_is_one_case_and_the_draft_is_gone(stage):
    by = stage.by("person")
    draft = start_draft(item_code=CODE, by=by)
    save_answers(draft_id=draft.pk, answers=ANSWERS, by=by)
    case = submit_draft(draft_id=draft.pk, by=by)
    assert not Draft.objects.exists()
    assert answers_of(case) == ANSWERS
    before = everything()
    assert submit_draft(draft_id=draft.pk, by=by).pk == case.pk
    assert everything() == before
    stage.by("stranger")
    for draft_id, who in ((draft.pk, "stranger"), (uuid4(), "person")):
        with hidden():
            submit_draft(draft_id=draft_id, by=stage.by(who))


def test_a_draft_clicked_twice_at_the_same_moment_is_one_case(at_once):
    stage = set_stage()
    by = stage.by("person")
    draft = start_draft(item_code=CODE, by=by)
    save_answers(draft_id=draft.pk, answers=ANSWERS, by=by)
    found = at_once(lambda _: submit_draft(draft_id=draft.pk, by=by), 4)
    assert len({case.pk for case in found}) == Case.objects.count() == 1


@pytest.mark.parametrize("state", ["suspended", "withdrawn"])
def test_what_is_not_open_takes_no_new_case_and_keeps_the_draft(stage, state):
    by = stage.by("person")
    draft = start_draft(item_code=CODE, by=by)
    change_item_state(item_code=CODE, state=state, by=SYSTEM)
    with refused("not_open"):
        hand_in(stage)
    with refused("not_open"):
        submit_draft(draft_id=draft.pk, by=by)
    assert Draft.objects.filter(pk=draft.pk).exists()
    stranger = stage.by("stranger")
    with refused("not_open"):
        start_draft(item_code=CODE, by=stranger)


def test_a_case_that_runs_is_not_hindered_by_a_suspended_item(stage):
    case = stage.case_in("submitted")
    change_item_state(item_code=CODE, state="suspended", by=SYSTEM)
    for event in ("accept", "review", "grant"):
        stage.do(event, case)


@pytest.mark.parametrize("type_code", ["02", "03", "04", "06"])
def test_what_is_done_ex_officio_is_not_applied_for(db, type_code):
    stage = set_stage(type_code=type_code)
    with refused("not_open"):
        hand_in(stage)
    with refused("not_open"):
        start_draft(item_code=CODE, by=stage.by("person"))


def test_what_does_not_exist_is_not_there(stage):
    for call in (lambda **k: submit_case(answers={}, key="k", **k), start_draft):
        with hidden():
            call(item_code="nowhere", by=stage.by("person"))


def test_only_somebody_whose_name_was_checked_hands_in(stage):
    newcomer = actor_of(make_person(level=1))
    for who in (newcomer, ANONYMOUS, SYSTEM, stage.by("window")):
        with forbidden():
            hand_in(stage, by=who)
        with forbidden():
            submit_draft(draft_id=uuid4(), by=who)
    assert start_draft(item_code=CODE, by=newcomer)  # filling in may begin before


def test_an_item_for_firms_is_handed_in_by_a_firm(db):
    stage = set_stage(audience=["enterprise"])
    firm = make_firm(stage.person, name="演示小满面馆")
    with refused("firm_needed"):
        hand_in(stage)
    with refused("firm_needed"):
        start_draft(item_code=CODE, by=stage.by("person"))
    case, _ = hand_in(stage, by=actor_of(stage.person, firm=firm))
    assert (case.firm_id, case.applicant_id, case.applicant_name) == (firm.pk, stage.person.pk, "演示小满面馆")
    colleague = make_person()
    make_firm(colleague, code=firm.credit_code, role="clerk")
    assert Case.objects.visible_to(actor_of(colleague, firm=firm)).get() == case
    assert not Case.objects.visible_to(actor_of(colleague)).exists()
    assert not Case.objects.visible_to(stage.by("person")).exists()


def test_an_item_for_people_is_not_handed_in_for_a_firm(db):
    stage = set_stage(audience=["person"])
    acting = actor_of(stage.person, firm=make_firm(stage.person))
    with refused("person_needed"):
        hand_in(stage, by=acting)


def test_papers_go_with_the_case_and_are_kept(stage):
    paper = make_paper(stage.person)
    case, _ = hand_in(stage, plan=[str(paper.pk)])
    assert Paper.objects.get(pk=paper.pk).case_id == case.pk
    assert [(row.material, row.paper.pk) for row in handed_in(case)] == [("plan", paper.pk)]
    receipt = data_of(Document.objects.get(case_id=case.pk))
    assert [m["name"] for m in receipt["materials"]] == ["申请表", "布局图"]


def test_a_paper_of_somebody_else_or_of_another_case_or_none_at_all_is_refused(stage):
    strange = make_paper(make_person())
    used = make_paper(stage.person)
    hand_in(stage, key="before", plan=[str(used.pk)])
    before = everything()
    for paper_id in (strange.pk, used.pk, uuid4()):
        with refused("unknown_paper", InvalidInput):
            hand_in(stage, plan=[str(paper_id)])
    assert everything() == before
    assert Paper.objects.get(pk=strange.pk).case_id is None


def test_a_certificate_that_the_state_holds_already_need_not_be_handed_in(stage):
    kind = make_type()
    certificate = issue_certificate(kind, person=stage.person)
    work()
    publish(materials=[Material("licence", Text("营业执照"), certificate_type=kind.code)])
    case, _ = hand_in(stage)
    assert [(row.material, row.certificate) for row in handed_in(case)] == [("licence", certificate)]
    assert CasePaper.objects.get(case=case).paper_id is None
    receipt = data_of(Document.objects.get(case_id=case.pk))
    assert receipt["materials"][1] == {"name": "营业执照", "form": "电子证照"}
    firm, clerk = make_firm(stage.person), make_person()
    make_firm(clerk, code=firm.credit_code, role="clerk")
    case, _ = hand_in(stage, by=actor_of(stage.person, firm=firm), key="of the firm")
    assert [row.certificate for row in handed_in(case)] == [certificate], (
        "a legal representative's own goes with the firm's"
    )
    case, _ = hand_in(stage, by=actor_of(clerk, firm=firm), key="by a clerk")
    assert handed_in(case) == [], "a clerk does not take out what is another's"


def test_answers_are_encrypted_and_no_fact_and_no_job_holds_them(stage):
    number = id_number()
    case, _ = hand_in(stage, shop_name=f"证件 {number}")
    assert number.encode() not in bytes(Case.objects.get(pk=case.pk).answers_sealed)
    assert answers_of(case)["shop_name"].endswith(number)
    rows = json.dumps({k: v for k, v in everything().items() if k != "Case"}, default=str, ensure_ascii=False)
    assert number not in rows
    assert "林晓岚" not in rows
    assert number not in json.dumps(everything()["Case"], default=str)


def test_an_office_without_a_national_item_code_numbers_by_its_own_code(stage):
    publish(code="SX-2026-000017")
    case, _ = submit_case(item_code="SX-2026-000017", answers=ANSWERS, key="k", by=stage.by("person"))
    assert re.fullmatch(OFFICE + r"\d{8}0001", case.number)


def test_a_submission_costs_a_bounded_number_of_statements(stage, django_assert_max_num_queries):
    hand_in(stage)
    paper = make_paper(stage.person)
    with django_assert_max_num_queries(16):
        hand_in(stage, key="key-2")
    with django_assert_max_num_queries(19):
        hand_in(stage, key="key-3", plan=[str(paper.pk)])


def statements(captured):
    """Return the first words of what was asked of the database, without the transaction's own."""
    own = ("SAVEPOINT", "RELEASE", "BEGIN", "COMMIT")
    return [" ".join(q["sql"].split()[:3]) for q in captured.captured_queries if not q["sql"].startswith(own)]


def test_a_submission_takes_few_statements(stage):
    """One read, the key, and its rows: on PostgreSQL all rows in one statement, on SQLite one for each table."""
    hand_in(stage, key="before")
    with CaptureQueriesContext(connection) as captured:
        hand_in(stage, key="counted")
    found = [s for s in statements(captured) if "numbers_series" not in s]  # numbers are taken twenty at a time
    assert found[:2] == ["SELECT i.name, i.name_en,", "INSERT INTO cases_submitkey"]
    assert len(found) == (3 if connection.vendor == "postgresql" else 8), found


def test_a_repeated_submission_writes_nothing(stage):
    hand_in(stage)
    with CaptureQueriesContext(connection) as captured:
        hand_in(stage)
    assert not [text for text in statements(captured) if text.startswith(("INSERT", "UPDATE", "WITH"))]


def test_rows_that_are_written_together_are_written_together_or_not_at_all(stage, monkeypatch):
    stage.by("person")
    before = everything()
    monkeypatch.setattr("yiwang.domains.cases.actions.submission.record", lambda *_, **__: 1 / 0)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        hand_in(stage)
    assert everything() == before
    monkeypatch.undo()
    assert hand_in(stage)[1]
