"""Drafts: one for each person, firm and item, on the version that they were begun on, encrypted, never lost."""

import datetime as dt
from uuid import uuid4

import pytest

from yiwang.domains.cases.actions import (
    discard_draft,
    forget_held_answers,
    hold_answers,
    move_draft,
    save_answers,
    start_draft,
    submit_draft,
)
from yiwang.domains.cases.models import Draft, HeldAnswers
from yiwang.domains.cases.queries import (
    draft_answers,
    draft_by_id,
    draft_difference,
    draft_form,
    held_answers,
    my_draft,
    my_drafts,
)
from yiwang.domains.cases.tests.factories import PDF, make_paper
from yiwang.domains.cases.tests.lives import ANSWERS, CODE, FORM, publish, set_stage
from yiwang.domains.catalogue.actions import amend_item, change_item_state
from yiwang.domains.catalogue.content import Limit, Material, Text
from yiwang.domains.catalogue.tests.factories import SHOP_FORM
from yiwang.domains.identity.tests.factories import actor_of, id_number, make_firm, make_person
from yiwang.domains.papers.models import Paper
from yiwang.domains.papers.queries import my_papers, store_upload
from yiwang.foundation.actors import ANONYMOUS, SYSTEM
from yiwang.foundation.clock import moved_to
from yiwang.foundation.journal.queries import latest_of_kind
from yiwang.foundation.tests.refusing import forbidden, hidden, refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage():
    return set_stage()


def begin(stage, by=None):
    return start_draft(item_code=CODE, by=by or stage.by("person"))


def test_a_draft_is_begun_once_and_gone_on_with(stage):
    first = begin(stage)
    assert begin(stage).pk == first.pk
    assert latest_of_kind("DraftStarted")[0].fact == {"draft_id": str(first.pk), "item_code": CODE}
    assert len(latest_of_kind("DraftStarted")) == 1
    assert my_draft(stage.by("person"), CODE) == first


def test_two_clicks_at_the_same_moment_begin_one_draft(at_once):
    stage = set_stage()
    by = stage.by("person")
    found = at_once(lambda _: start_draft(item_code=CODE, by=by), 4)
    assert not [problem for problem in found if isinstance(problem, Exception)]
    assert len({draft.pk for draft in found}) == Draft.objects.count() == 1


def test_for_a_firm_there_is_another_draft(stage):
    firm = make_firm(stage.person)
    acting = actor_of(stage.person, firm=firm)
    mine, ours = begin(stage), begin(stage, acting)
    assert mine != ours
    assert (my_drafts(stage.by("person")), my_drafts(acting)) == ([mine], [ours])
    with hidden():
        draft_by_id(acting, mine.pk)


def test_a_draft_is_its_owners_alone(stage):
    draft = begin(stage)
    stranger, window = stage.by("stranger"), stage.by("window")
    for who in (stranger, window, ANONYMOUS, SYSTEM):
        assert my_drafts(who) == []
        for act in (
            lambda w=who: draft_by_id(w, draft.pk),
            lambda w=who: save_answers(draft_id=draft.pk, answers={"area": 1}, by=w),
            lambda w=who: discard_draft(draft_id=draft.pk, by=w),
            lambda w=who: move_draft(draft_id=draft.pk, by=w),
        ):
            with hidden():
                act()
    for who in (window, ANONYMOUS, SYSTEM):
        with forbidden():
            begin(stage, who)
    assert draft_answers(Draft.objects.get()) == {}


def test_answers_are_kept_right_or_not_yet_and_encrypted(stage):
    draft, number = begin(stage), id_number()
    save_answers(draft_id=draft.pk, answers={"shop_name": number, "area": "many"}, by=stage.by("person"))
    draft.refresh_from_db()
    assert draft_answers(draft) == {"shop_name": number, "area": "many"}
    assert number.encode() not in bytes(draft.answers_sealed)


def test_what_is_known_is_filled_in_with_its_source_until_it_is_changed():
    stage = set_stage(form=SHOP_FORM)
    draft = begin(stage)
    assert draft_answers(draft) == {"owner": "林晓岚"}
    assert draft.sources == {"owner": "person.name"}
    by = stage.by("person")
    assert save_answers(draft_id=draft.pk, answers={"owner": "林晓岚", "area": 5}, by=by).sources == draft.sources
    assert save_answers(draft_id=draft.pk, answers={"owner": "林小岚", "area": 5}, by=by).sources == {}


def test_a_draft_keeps_the_version_it_was_begun_on_while_a_new_one_is_published(stage):
    draft, by = begin(stage), stage.by("person")
    save_answers(draft_id=draft.pk, answers=ANSWERS, by=by)
    old = draft.version_id
    stricter = {**FORM, "schema": {**FORM["schema"], "required": ["shop_name", "area", "plan"]}}
    publish(form=stricter, promised_limit=None)
    draft.refresh_from_db()
    assert draft.version_id == old
    assert not draft_form(draft).fields["plan"].required
    case = submit_draft(draft_id=draft.pk, by=by)
    assert case.version_id == old


def test_moving_to_the_new_version_is_the_owners_own_step_and_keeps_what_still_fits(stage):
    draft, by = begin(stage), stage.by("person")
    save_answers(draft_id=draft.pk, answers=ANSWERS, by=by)
    smaller = {
        "schema": {"type": "object", "required": ["shop_name"], "properties": {"shop_name": {"type": "string"}}},
        "ui": {
            "pages": [{"key": "shop", "title": {"zh": "店面"}, "fields": ["shop_name"]}],
            "fields": {"shop_name": {"label": {"zh": "店名"}, "widget": "text"}},
        },
    }
    new = publish(form=smaller)
    moved = move_draft(draft_id=draft.pk, by=by)
    assert moved.version_id == new.version_id
    assert draft_answers(moved) == {"shop_name": "小满面馆"}


def test_a_draft_shows_what_has_changed_and_which_answers_would_go(stage):
    draft, by = begin(stage), stage.by("person")
    save_answers(draft_id=draft.pk, answers=ANSWERS, by=by)
    assert draft_difference(draft) is None
    schema = {"type": "object", "required": ["shop_name", "seats"]}
    schema["properties"] = {"shop_name": {"type": "string"}, "seats": {"type": "integer"}}
    fields = {"shop_name": {"label": {"zh": "店名"}, "widget": "text"}}
    fields["seats"] = {"label": {"zh": "座位"}, "widget": "number"}
    ui = {"pages": [{"key": "shop", "title": {"zh": "店面"}, "fields": ["shop_name", "seats"]}], "fields": fields}
    publish(form={"schema": schema, "ui": ui}, promised_limit=Limit(3), materials=[Material("lease", Text("租约"))])
    draft.refresh_from_db()
    found = draft_difference(draft)
    assert found is not None
    assert found.lost == ["area"]
    assert [(c.kind, c.what, c.name.zh, c.before, c.after) for c in found.lines] == [
        ("limit", "changed", "承诺期限", "5 个工作日", "3 个工作日"),
        ("material", "added", "租约", "", ""),
        ("material", "removed", "布局图", "", ""),
        ("field", "added", "座位", "", ""),
        ("field", "removed", "面积", "", ""),
        ("field", "removed", "布局图", "", ""),
    ]
    with hidden():
        move_draft(draft_id=draft.pk, by=stage.by("stranger"))
    assert draft_difference(move_draft(draft_id=draft.pk, by=by)) is None


def test_an_item_that_closes_or_is_withdrawn_leaves_drafts_and_running_cases_and_takes_no_new_ones(stage, at_noon):
    draft, by = begin(stage), stage.by("person")
    save_answers(draft_id=draft.pk, answers=ANSWERS, by=by)
    running = stage.case_in("accepted", key="running")
    change_item_state(item_code=CODE, state="published", closes_at=at_noon + dt.timedelta(hours=2), by=SYSTEM)
    stage.submit(key="before it closes")
    with moved_to(at_noon + dt.timedelta(hours=3)):
        with refused("not_open"):
            stage.submit(key="after it closed")
        with refused("not_open"):
            submit_draft(draft_id=draft.pk, by=by)
        stage.do("review", running)
    change_item_state(item_code=CODE, state="withdrawn", by=SYSTEM)
    with refused("not_open"):
        submit_draft(draft_id=draft.pk, by=by)
    assert Draft.objects.filter(pk=draft.pk).exists()
    stage.do("grant", running)
    change_item_state(item_code=CODE, state="published", closes_at=None, by=SYSTEM)
    assert submit_draft(draft_id=draft.pk, by=by).state == "submitted"


def test_what_only_amends_the_guide_leaves_the_draft_alone(stage):
    draft = begin(stage)
    amend_item(item_code=CODE, changes={"visits": 1}, by=SYSTEM)
    draft.refresh_from_db()
    assert draft.version_id == stage.item.version_id


def test_files_of_a_page_come_with_its_answers_and_can_be_taken_off_again(stage):
    draft, by = begin(stage), stage.by("person")
    stored = store_upload(PDF)
    save_answers(
        draft_id=draft.pk, answers=ANSWERS | {"plan": [str(stored.paper_id)]}, uploads=[(stored, "图.pdf")], by=by
    )
    assert [p.pk for p in my_papers(by)] == [stored.paper_id]
    save_answers(draft_id=draft.pk, answers=ANSWERS, removed=[stored.paper_id], by=by)
    assert not my_papers(by).exists()


def test_taking_off_a_paper_of_somebody_else_does_nothing(stage):
    other = make_person()
    paper = make_paper(other)
    save_answers(draft_id=begin(stage).pk, answers={}, removed=[paper.pk, uuid4()], by=stage.by("person"))
    assert Paper.objects.get(pk=paper.pk).removed_at is None


def test_a_discarded_draft_is_gone(stage):
    draft = begin(stage)
    discard_draft(draft_id=draft.pk, by=stage.by("person"))
    assert not Draft.objects.exists()
    assert begin(stage).pk != draft.pk


def test_what_was_typed_after_the_sign_in_had_expired_is_kept_for_an_hour(at_noon):
    number = id_number()
    held = hold_answers(answers={"shop_name": number}, by=ANONYMOUS)
    assert held_answers(held) == {"shop_name": number}
    assert number.encode() not in bytes(HeldAnswers.objects.get().answers_sealed)
    assert held_answers(uuid4()) is None
    with moved_to(at_noon + dt.timedelta(minutes=61)):
        assert held_answers(held) is None
        assert forget_held_answers(by=SYSTEM) == 0
    with moved_to(at_noon + dt.timedelta(hours=25)):
        with forbidden():
            forget_held_answers(by=ANONYMOUS)
        assert forget_held_answers(by=SYSTEM) == 1
