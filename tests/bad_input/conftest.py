"""The demo province for bad input, and an ear at everything that is logged meanwhile."""

import json
import logging
import re
import sqlite3
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import dataclass, field, replace
from typing import Any

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

from tests.bad_input.answers import sound_answers
from yiwang.domains.cases.models import Case
from yiwang.domains.cases.tests.factories import make_paper
from yiwang.domains.catalogue.models import Item
from yiwang.domains.catalogue.policies import is_for_firms_only
from yiwang.domains.catalogue.queries import Guide, form_of, guide
from yiwang.domains.identity.actions import issue_token
from yiwang.domains.identity.models import Firm, Person, Staff
from yiwang.domains.identity.tests.factories import make_firm, make_person, make_staff, sign_in
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.forms import Form
from yiwang.foundation.jobs.worker import work_until_idle

ID_LIKE = re.compile(r"(?<![0-9A-Za-z])[1-9]\d{5}(?:18|19|20)\d{2}[01]\d[0-3]\d{4}[\dX](?![0-9A-Za-z])")
"""A full id number that stands alone; item and case codes hold such rows of digits inside longer words."""


@pytest.fixture(autouse=True)
def _nothing_counted() -> None:
    cache.clear()


class Ear(logging.Handler):
    """Keeps every line that is logged, with its traceback."""

    def __init__(self) -> None:
        super().__init__(logging.INFO)
        self.lines: list[str] = []
        self.setFormatter(logging.Formatter("%(levelname)s %(name)s %(message)s"))

    def emit(self, record: logging.LogRecord) -> None:
        """Keep one line."""
        self.lines.append(self.format(record))


@dataclass
class Watch:
    """What may stand in no log line and on no error page: tokens, numbers and telephones of the run."""

    ear: Ear
    secrets: set[str] = field(default_factory=set)
    answers: int = 0
    broken: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)

    def look(self, answer: Any, what: str = "") -> Any:
        """Count an answer, note a 5xx, and look whether a refusal tells a secret; return the answer."""
        self.answers += 1
        if answer.status_code >= 500:
            self.broken.append(f"{answer.status_code} {answer.request.get('PATH_INFO', '')} {what[:80]!r}")
        elif answer.status_code in (400, 403, 404, 405, 409, 413, 415, 429):
            self._search(answer.content.decode("utf-8", "replace"), f"{answer.status_code} page")
        return answer

    def _search(self, text: str, place: str) -> None:
        self.told += [f"{place}: {one[:6]}…" for one in self.secrets if one in text]

    def search_log(self) -> list[str]:
        """Return what is told where it should not be."""
        for line in self.ear.lines:
            self._search(line, f"log {line[:60]}")
            self.told += [f"log {line[:60]}" for _ in ID_LIKE.findall(line)]
        return self.told


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Give something that counts answers; at the end there was no 5xx, and no secret in a log line or on an error page."""
    ear, root = Ear(), logging.getLogger()
    before = root.level
    root.addHandler(ear)
    root.setLevel(logging.INFO)
    found = Watch(ear)
    yield found
    root.removeHandler(ear)
    root.setLevel(before)
    assert found.broken == []
    assert found.search_log() == []


@dataclass
class DemoItem:
    """One item of the demo province, and who may apply for it."""

    guide: Guide
    form: Form
    person: Person
    client: Client
    token: str
    paper: str
    firm: Firm | None
    answers: dict[str, Any]

    @property
    def on_behalf_of(self) -> dict[str, str]:
        """The member of a body that names the firm, where one applies."""
        return {"on_behalf_of": self.firm.credit_code} if self.firm else {}

    def fresh(self) -> dict[str, Any]:
        """Return the answers with a paper that no case rests on yet."""
        text = json.dumps(self.answers)
        return json.loads(text.replace(self.paper, str(make_paper(self.person).pk)) if self.paper in text else text)


@dataclass
class Demo:
    """The demo province as `make demo` builds it, with an applicant, a firm, and officials when they are asked for."""

    person: Person
    firm: Firm
    token: str
    items: list[DemoItem]
    _staff: dict[str, Staff] = field(default_factory=dict)

    @property
    def submittable(self) -> list[DemoItem]:
        """The items that anybody may apply for, and again: not those about one certificate, which take one case at a time."""
        return [one for one in self.items if not one.guide.content.processing.about]

    def official(self, case: Case) -> Staff:
        """Return somebody with all duties at the office of a case."""
        if case.office_id not in self._staff:
            self._staff[case.office_id] = make_staff(office=case.office)
        return self._staff[case.office_id]


def build_demo() -> Demo:
    """Build the province and find a way into every form of it."""
    from yiwang.config.demo.building import build_province

    build_province(lambda words: None)
    work_until_idle()
    person = make_person(name="林晓岚")
    firm = make_firm(person)
    assert person.account_id
    token = issue_token(account_id=person.account_id, by=SYSTEM)
    alone, for_firm = sign_in(Client(), person), sign_in(Client(), person, firm=firm)
    paper, items = str(make_paper(person).pk), []
    for code in Item.objects.order_by("code").values_list("code", flat=True):
        found = guide(code)
        if found is None or not found.can_apply or found.content.bundle is not None:
            continue  # a bundle asks what its items ask, and becomes several cases
        of = firm if is_for_firms_only(found.content) else None
        form = form_of(found.version_id, for_firm=of is not None)
        client = for_firm if of else alone
        items.append(DemoItem(found, form, person, client, token, paper, of, sound_answers(form, paper)))
    return Demo(person, firm, token, items)


@dataclass
class Store:
    """The province as it was built, to begin from again: building it takes longer than most tests."""

    demo: Demo | None = None
    tables: sqlite3.Connection | None = None
    cookies: list[dict[str, Any]] = field(default_factory=list)

    def keep(self, demo: Demo) -> Demo:
        """Keep a copy of every table, and of what the visitors carry; on PostgreSQL nothing is kept."""
        if connection.vendor == "sqlite":
            self.demo, self.tables = demo, sqlite3.connect(":memory:", check_same_thread=False)
            connection.connection.backup(self.tables)
            self.cookies = [deepcopy(one.client.cookies) for one in demo.items]
        return demo

    def again(self) -> Demo | None:
        """Put everything back as it was built, if it ever was here."""
        if self.demo is None or self.tables is None:
            return None
        connection.ensure_connection()
        self.tables.backup(connection.connection)
        for one, carried in zip(self.demo.items, self.cookies, strict=True):
            one.client.cookies = deepcopy(carried)
        return replace(self.demo, _staff={})


@pytest.fixture(scope="session")
def store() -> Store:
    """Give where a worker keeps its province between tests."""
    return Store()


@pytest.fixture
def demo(transactional_db: None, store: Store, watch: Watch) -> Demo:
    """Give the demo province; what its people own may be told nobody."""
    found = store.again() or store.keep(build_demo())
    watch.secrets.add(found.token)
    return found
