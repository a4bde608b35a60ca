"""How many statements a page sends, on both databases: what is in memory after the first visit is not asked again."""

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from yiwang.domains.cases.actions import start_draft
from yiwang.domains.cases.models import Case
from yiwang.domains.cases.queries import my_drafts
from yiwang.domains.cases.queries.drafts import my_draft_rows
from yiwang.domains.cases.tests.factories import make_case, make_official
from yiwang.domains.catalogue.tests.factories import make_item
from yiwang.domains.identity.models import Person
from yiwang.domains.identity.queries import proof_of
from yiwang.domains.identity.tests.factories import actor_of, make_firm, make_person, sign_in
from yiwang.foundation.jobs.worker import work_until_idle

pytestmark = pytest.mark.django_db

WHO_IT_IS = 2
"""The session, and whose it is."""


@pytest.fixture
def person() -> Person:
    return make_person()


def statements(ask: Callable[[], Any], status: int = 200) -> int:
    """Return how many statements a second visit sends."""
    assert ask().status_code == status
    with CaptureQueriesContext(connection) as sent:
        ask()
    return len([q for q in sent.captured_queries if not q["sql"].startswith(("SAVEPOINT", "RELEASE"))])


def test_a_guide_is_one(client: Client) -> None:
    item = make_item()
    assert statements(lambda: client.get(f"/items/{item.code}")) == 1


def test_the_front_page_is_none_once_it_is_kept(client: Client) -> None:
    make_item()
    assert statements(lambda: client.get("/")) == 0


def test_a_search_is_few(client: Client) -> None:
    make_item()
    work_until_idle()
    assert statements(lambda: client.get(f"/search?q={quote('食品经营许可')}")) <= 12


def test_my_cases_are_four_however_many(person: Person) -> None:
    client = sign_in(Client(), person)
    item = make_item()
    make_case(person=person, item=item)
    one = statements(lambda: client.get("/me/cases"))
    for _ in range(3):
        make_case(person=person, item=item)
    assert statements(lambda: client.get("/me/cases")) == one == WHO_IT_IS + 2


def test_a_case_is_few(person: Person) -> None:
    client = sign_in(Client(), person)
    case = make_case(person=person)
    assert statements(lambda: client.get(f"/me/cases/{case.number}")) <= WHO_IT_IS + 14


def test_the_queue_is_few_however_long() -> None:
    case = make_case()
    client = sign_in(Client(), make_official(case))
    one = statements(lambda: client.get("/desk/"))
    make_case(item=case.item)
    assert statements(lambda: client.get("/desk/")) <= one <= WHO_IT_IS + 14


def test_drafts_of_a_list_are_those_that_may_be_seen(person: Person) -> None:
    firm = make_firm(person)
    code = make_item().code
    for actor in (actor_of(person), actor_of(person, firm=firm), actor_of(make_person())):
        start_draft(item_code=code, by=actor)
    for actor in (actor_of(person), actor_of(person, firm=firm)):
        assert [d.item_code for d in my_draft_rows(actor)] == [d.item_id for d in my_drafts(actor)]
        assert len(my_draft_rows(actor)) == 1


def test_a_session_keeps_of_the_password_what_django_keeps(person: Person) -> None:
    assert person.account is not None
    assert proof_of(person.account.password) == person.account.get_session_auth_hash()


def test_a_new_password_ends_the_other_sessions(person: Person) -> None:
    here, elsewhere = (sign_in(Client(), person) for _ in range(2))
    assert elsewhere.get("/me/").status_code == 200
    assert person.account is not None
    person.account.set_password("another word for it 7")
    person.account.save()
    assert elsewhere.get("/me/").status_code == 302
    assert "_auth_user_id" not in elsewhere.session, "and the session is gone"
    assert here.get("/me/").status_code == 302


def test_a_session_of_the_version_before_still_opens(person: Person) -> None:
    from django.contrib.sessions.backends.db import SessionStore as Before
    from django.contrib.sessions.models import Session

    client = sign_in(Client(), person)
    row = Session.objects.get(pk=client.session.session_key)
    assert row.session_data.startswith("{")
    Session.objects.filter(pk=row.pk).update(session_data=Before().encode(dict(client.session.items())))
    assert client.get("/me/").status_code == 200
    assert Case.objects.visible_to(actor_of(person)).count() == 0
