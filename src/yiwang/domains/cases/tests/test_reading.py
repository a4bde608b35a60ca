"""Reading cases: one's own, an office's queue by what is due, progress by number and query code; and at what cost."""

import datetime as dt

import pytest

from yiwang.domains.cases.models import Case
from yiwang.domains.cases.queries import (
    case_by_number,
    case_by_query_code,
    finished_cases,
    lists,
    most_submitted,
    my_cases,
    queue,
    queue_sizes,
)
from yiwang.domains.cases.tests.lives import CODE, set_stage, work
from yiwang.domains.identity.tests.factories import actor_of, make_firm, make_person
from yiwang.domains.notices.models import Message
from yiwang.domains.notices.queries import my_messages
from yiwang.foundation.actors import ANONYMOUS, SYSTEM
from yiwang.foundation.clock import moved_to
from yiwang.foundation.tests.refusing import hidden

pytestmark = pytest.mark.django_db


@pytest.fixture
def stage():
    return set_stage()


def test_a_person_sees_their_own_cases_the_newest_first_page_by_page(stage):
    mine = [stage.submit() for _ in range(5)]
    stage.submit(by=stage.by("stranger"))
    by = stage.by("person")
    newest = [case.pk for case in reversed(mine)]
    assert [row["id"] for row in my_cases(by)] == newest
    first = my_cases(by, limit=2)
    assert [row["id"] for row in first + my_cases(by, limit=9, before=first[-1]["id"])] == newest
    assert my_cases(ANONYMOUS) == my_cases(stage.by("window")) == my_cases(SYSTEM) == []


def test_ones_own_cases_and_the_firms_are_kept_apart(stage):
    firm = make_firm(stage.person)
    acting = actor_of(stage.person, firm=firm)
    own, ours = stage.submit(), stage.submit(by=acting)
    assert [row["id"] for row in my_cases(stage.by("person"))] == [own.pk]
    assert [row["id"] for row in my_cases(acting)] == [ours.pk]


@pytest.mark.parametrize(
    ("part", "sees"),
    [("person", True), ("window", True), ("reviewer", True), ("head", True), ("system", True), ("stranger", False),
     ("elsewhere", False), ("operator", False), ("administrator", False)],
)  # fmt: skip
def test_a_case_can_only_be_loaded_by_who_may_see_it(stage, part, sees):
    case = stage.submit()
    assert Case.objects.visible_to(stage.by(part)).filter(pk=case.pk).exists() == sees
    if sees:
        assert case_by_number(stage.by(part), f" {case.number.lower()} ") == case
    else:
        with hidden():
            case_by_number(stage.by(part), case.number)


def test_a_number_that_nobody_has_is_not_there(stage):
    for number in ("", "x", "\x00", "9" * 200):
        with hidden():
            case_by_number(stage.by("person"), number)


def test_progress_is_told_to_who_knows_number_and_query_code(stage):
    case, other = stage.submit(), stage.submit()
    spaced = " ".join([case.number[:18], case.number[18:31].lower(), case.number[31:]])
    assert case_by_query_code(spaced, f" {case.query_code.lower()} ") == case
    for number, code in ((case.number, other.query_code), (case.number, ""), ("no such", case.query_code), ("", "")):
        assert case_by_query_code(number, code) is None


def test_the_queue_shows_first_what_is_due_first(stage, at_noon):
    cases = {}
    for days in (3, 0, 1):
        with moved_to(at_noon + dt.timedelta(days=days)):
            cases[days] = stage.submit()
    stage.do("accept", cases[3])  # five working days from today on, before the others' five
    rows = queue(stage.by("window"))
    dues = [row.case["due_on"] for row in rows]
    assert dues == sorted(dues)
    assert {row.case["id"] for row in rows} == {case.pk for case in cases.values()}
    assert rows[0].days_left == 5
    with moved_to(at_noon + dt.timedelta(days=14)):
        late = queue(stage.by("window"), which="overdue")
        assert [row.days_left < 0 for row in late] == [True, True, True]
    first, *rest = queue(stage.by("window"))
    after = queue(stage.by("window"), after=(first.case["due_on"], first.case["id"]))
    assert [row.case["id"] for row in after] == [row.case["id"] for row in rest]


def test_the_queue_is_cut_by_what_is_to_be_done(stage):
    by_state = {
        state: stage.case_in(state).pk for state in ("submitted", "accepted", "in_review", "correction", "withdrawn")
    }
    window = stage.by("window")

    def ids(which, **more):
        return {row.case["id"] for row in queue(window, which=which, **more)}

    assert ids("all") == set(by_state.values()) - {by_state["withdrawn"]}
    assert ids("acceptance") == {by_state["submitted"]}
    assert ids("review") == {by_state["accepted"]}
    assert ids("decision") == {by_state["in_review"]}
    assert ids("waiting") == {by_state["correction"]}
    assert ids("mine") == {by_state["accepted"], by_state["in_review"]}
    assert ids("unclaimed") == {by_state["submitted"], by_state["correction"]}
    assert ids("overdue") == ids("today") == set()
    assert len(ids("all", search="林晓")) == 4
    assert ids("all", search=Case.objects.get(pk=by_state["accepted"]).number.lower()) == {by_state["accepted"]}
    assert ids("all", search="没有这样的") == set()
    sizes = queue_sizes(window)
    assert {which: len(ids(which)) for which in sizes} == sizes
    assert [row["id"] for row in finished_cases(window)] == [by_state["withdrawn"]]


def test_an_office_sees_its_own_queue_only(stage):
    stage.submit()
    for part in ("elsewhere", "operator", "person", "system"):
        assert queue(stage.by(part)) == []
        assert finished_cases(stage.by(part)) == []
    assert queue(ANONYMOUS) == []
    assert queue_sizes(stage.by("person")) == {}


def test_what_many_apply_for_is_known_without_who(stage):
    stage.submit()
    stage.submit(by=stage.by("stranger"))
    assert most_submitted() == [CODE]


def test_people_are_told_what_happens_to_their_case_without_anything_personal(stage):
    for state, kind in (("closed", "granted"), ("correction", "correction"), ("refused_acceptance", "not_accepted")):
        case = stage.case_in(state)
        work()
        message = Message.objects.filter(case_id=case.pk).latest("sent_at")
        assert (message.kind, message.person_id) == (kind, stage.person.pk)
        assert message.link == f"/me/cases/{case.number}"
        assert "林晓岚" not in message.title_zh + message.body_zh + message.title_en + message.body_en
    refusal = stage.case_in("refused")
    work()
    assert Message.objects.filter(case_id=refusal.pk, kind="refused").count() == 1
    assert my_messages(stage.by("person")).count() == Message.objects.count()


def test_lists_are_one_statement_however_long(stage, django_assert_num_queries):
    people = [make_person() for _ in range(3)]
    for person in people:
        stage.submit(by=actor_of(person))
    stage.submit()
    by, window = stage.by("person"), stage.by("window")
    queue(window)  # the calendar is read once a minute
    with django_assert_num_queries(1):
        my_cases(by)
    with django_assert_num_queries(1):
        queue(window, limit=4)
    with django_assert_num_queries(2):  # a page that is not full looks for cases without a date
        queue(window, which="unclaimed")
    with django_assert_num_queries(2):  # the look, and the page
        queue(window, which="unclaimed", search="林")
    with django_assert_num_queries(1):
        queue_sizes(window)
    with django_assert_num_queries(1):
        finished_cases(window)
    number = my_cases(by)[0]["number"]
    with django_assert_num_queries(2):
        case_by_number(by, number)


def test_lists_show_what_may_be_seen_and_no_more(stage):
    for state in ("submitted", "in_review", "closed", "withdrawn"):
        stage.case_in(state)
    firm = make_firm(stage.person)
    stage.submit(by=actor_of(stage.person, firm=firm))
    stage.submit(by=stage.by("stranger"))
    parts = ("person", "stranger", "elsewhere", "window", "reviewer", "head", "operator", "administrator", "system")
    for actor in (*map(stage.by, parts), actor_of(stage.person, firm=firm), ANONYMOUS):
        visible = Case.objects.visible_to(actor)
        own = set(visible.values_list("pk", flat=True)) if actor.is_person else set()
        assert {row["id"] for row in my_cases(actor)} == own
        office = visible if actor.is_staff else visible.none()
        assert {row.case["id"] for row in queue(actor)} == set(office.filter(is_open=True).values_list("pk", flat=True))
        done = set(office.filter(is_open=False).values_list("pk", flat=True))
        assert {row["id"] for row in finished_cases(actor)} == done


def test_rows_of_a_list_have_the_types_of_their_columns(stage):
    stage.submit()
    stage.case_in("closed")
    names = [
        "id", "number", "item_id", "item_name", "item_name_en", "applicant_name", "state", "outcome", "is_open",
        "submitted_at", "closed_at", "due_on", "legal_due_on", "office__name", "office__name_en",
    ]  # fmt: skip
    rows = [row | {"by_silence": False} for row in Case.objects.order_by("-submitted_at", "-id").values(*names)]
    assert my_cases(stage.by("person")) == rows
    row = queue(stage.by("window"))[0].case
    assert Case.objects.filter(is_open=True).values(*row).get() == row
    done = finished_cases(stage.by("window"))[0]
    assert Case.objects.filter(is_open=False).values(*done).get() == done


def test_the_queue_is_read_page_by_page_those_without_a_date_last(stage, at_noon):
    for days in range(4):
        with moved_to(at_noon + dt.timedelta(days=days)):
            stage.submit()
            stage.submit()
    some = list(Case.objects.order_by("id").values_list("pk", flat=True)[:3])
    Case.objects.filter(pk__in=some).update(due_on=None)
    window, seen, after = stage.by("window"), [], None
    while rows := queue(window, limit=2, after=after):
        seen += [row.case["id"] for row in rows]
        after = (rows[-1].case["due_on"], rows[-1].case["id"])
    dated = Case.objects.filter(due_on__isnull=False).order_by("due_on", "id").values_list("pk", flat=True)
    assert seen == [*dated, *some]
    found, after = [], None
    while rows := queue(window, search="林晓", limit=3, after=after):
        found += [row.case["id"] for row in rows]
        after = (rows[-1].case["due_on"], rows[-1].case["id"])
    assert found == seen


def test_what_is_finished_is_read_page_by_page_also_what_was_closed_at_one_moment(stage):
    for _ in range(5):
        stage.case_in("withdrawn")
    Case.objects.update(closed_at=Case.objects.values_list("closed_at", flat=True)[0])
    window, seen, before = stage.by("window"), [], None
    while rows := finished_cases(window, limit=2, before=before):
        seen += [row["id"] for row in rows]
        before = (rows[-1]["closed_at"], rows[-1]["id"])
    assert seen == list(Case.objects.order_by("-id").values_list("pk", flat=True))


def test_words_find_the_middle_of_a_name_among_the_nearest_and_its_beginning_everywhere(stage, monkeypatch):
    for _ in range(3):
        stage.submit()
    last = queue(stage.by("window"))[-1].case["id"]
    Case.objects.filter(pk=last).update(applicant_name="100%小林")

    def found(words):
        return [row.case["id"] for row in queue(stage.by("window"), search=words)]

    assert found("小林") == found("100%") == found("100%小") == [last]
    assert found("1_0") == found("'") == []
    monkeypatch.setattr(lists, "_LOOKS", lists._LOOKS.replace(str(lists.NEAREST), "1"))
    assert found("小林") == []
    assert found("100%") == [last]
