"""Every list follows an index in its order: no scan, no sort, however many cases there are."""

import json
import re

import pytest
from django.db import connection

from yiwang.domains.cases.models import Case, CaseNumber
from yiwang.domains.cases.queries import case_by_number, finished_cases, most_submitted, my_cases, queue, queue_sizes
from yiwang.domains.cases.tests.lives import set_stage
from yiwang.domains.identity.tests.factories import actor_of, make_firm
from yiwang.foundation.actions import NotVisible
from yiwang.foundation.ids import uuid7

pytestmark = pytest.mark.django_db

MANY = 3_000
"""Enough cases of one office that PostgreSQL does not think a scan cheaper."""


@pytest.fixture
def stage():
    stage = set_stage()
    first = stage.submit()
    row = Case.objects.filter(pk=first.pk).values().get()
    office = stage.submit(by=actor_of(stage.person, firm=make_firm(stage.person)))
    closed = {"state": "withdrawn", "is_open": False, "closed_at": first.submitted_at, "due_on": None}
    Case.objects.bulk_create(
        Case(**{**row, "id": uuid7(), "number": f"N{n}", **({} if n % 3 else closed)}) for n in range(MANY)
    )
    CaseNumber.objects.bulk_create(
        CaseNumber(number=number, case_id=pk) for number, pk in Case.objects.exclude(number__in=[first.number, office.number]).values_list("number", "id")
    )  # fmt: skip
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE cases_case, cases_casenumber")
    return stage


def plans(read):
    """Return the plan of each statement on cases that a read makes."""
    asked = []

    def noted(execute, sql, values, many, context):
        asked.append((sql, values))
        return execute(sql, values, many, context)

    with connection.execute_wrapper(noted):
        read()
    texts = []
    with connection.cursor() as cursor:
        for sql, values in asked:
            if "cases_case" not in sql:
                continue
            assert "OFFSET" not in sql and "COUNT(" not in sql.upper()
            if connection.vendor == "postgresql":
                cursor.execute(f"EXPLAIN (FORMAT JSON) {sql}", values)
                found = cursor.fetchone()[0]
                texts.append(json.dumps(found if isinstance(found, list) else json.loads(found)))
            else:
                cursor.execute(f"EXPLAIN QUERY PLAN {sql}", values)
                texts.append("\n".join(row[3] for row in cursor.fetchall()))
    return texts


SORTS = re.compile(r"USE TEMP B-TREE FOR (?:LAST TERM OF )?(?:RIGHT PART OF )?ORDER BY|\"Sort Key\"")
SCANS = re.compile(
    r"SCAN (?:c|n|a|u|cases_case|cases_casenumber)\b(?! USING)|\"Seq Scan\", \"Parent Relationship\": \"\w+\", [^{}]*\"cases_"
)


def follows(plan, *indexes):
    # PostgreSQL may sort where it expects next to nothing behind the index: it knows how much there is.
    in_order = connection.vendor == "postgresql" or not SORTS.search(plan)
    return in_order and any(name in plan for name in indexes) and not SCANS.search(plan)


def cut(plan):
    """Return how the page itself is cut: on SQLite what stands before its offices are looked up."""
    return plan.split("\nSCAN c")[0]


def test_ones_own_cases_follow_their_index(stage):
    by = stage.by("person")
    last = my_cases(by, limit=20)[-1]["id"]
    for before in (None, last):
        (plan,) = plans(lambda before=before: my_cases(by, before=before))
        assert follows(cut(plan), "own_cases_of_a_person"), plan
    acting = actor_of(stage.person, firm=make_firm(stage.person))
    (plan,) = plans(lambda: my_cases(acting))
    assert follows(cut(plan), "newest_cases_of_a_firm"), plan


PARTS = {
    "all": ["the_queue_of_an_office"],
    "mine": ["the_queue_of_an_official"],
    "unclaimed": ["the_queue_of_nobody"],
    "acceptance": ["the_queue_by_state"],
    "review": ["the_queue_by_state"],
    "decision": ["the_queue_by_state"],
    "waiting": ["the_queue_by_state"],
    "overdue": ["the_queue_of_an_office"],
    "today": ["the_queue_of_an_office"],
}


@pytest.mark.parametrize("which", PARTS)
def test_each_part_of_the_queue_follows_an_index_in_order(stage, which):
    window = stage.by("window")
    first = queue(window)[0].case
    for after in (None, (first["due_on"], first["id"]), (None, first["id"])):
        for plan in plans(lambda after=after: queue(window, which=which, after=after)):
            # Where PostgreSQL sees that a part holds next to nothing, any index of the queue will do.
            assert follows(plan, *(PARTS[which] if connection.vendor == "sqlite" else ["the_queue_"])), plan


def test_the_sizes_of_the_queue_are_looked_at_in_its_indexes(stage):
    (plan,) = plans(lambda: queue_sizes(stage.by("window")))
    assert not re.search(r"SCAN c\b", plan), plan


def test_a_search_in_the_queue_is_bounded_looks(stage):
    look, page = plans(lambda: queue(stage.by("window"), search="林晓"))
    assert "the_queue_by_applicant" in look, look
    assert not re.search(r"SCAN [anu]\b", look), look  # `c` there is what the looks found
    assert not SCANS.search(page), page


def test_what_is_finished_follows_its_index(stage):
    window = stage.by("window")
    last = finished_cases(window)[-1]
    for before in (None, (last["closed_at"], last["id"])):
        (plan,) = plans(lambda before=before: finished_cases(window, before=before))
        assert follows(plan, "finished_by_an_office"), plan


def test_what_is_applied_for_most_looks_at_the_newest_only(stage):
    (plan,) = plans(most_submitted)
    assert not SORTS.search(plan), plan


def test_a_number_is_looked_up(stage):
    def look():
        with pytest.raises(NotVisible):
            case_by_number(stage.by("stranger"), "N1")

    for plan in plans(look):
        assert not SCANS.search(plan), plan
