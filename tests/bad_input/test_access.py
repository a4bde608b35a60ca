"""Every role asks for every address of the resolver: nobody gets what is not theirs, and headers stand on every kind of page."""

import logging
from typing import Any

import pytest
from django.http import HttpResponse

from tests.bad_input.cast import EVERYBODY, EXPIRED, NOBODY, OTHER, OWNER, WINDOW, Cast, addresses, gather
from tests.bad_input.matrix import ACTS, BEGIN, MAY
from yiwang.domains.cases.tests.factories import finish, make_case
from yiwang.domains.catalogue.queries import guide
from yiwang.domains.documents.models import Document
from yiwang.domains.identity.models import Person
from yiwang.domains.papers.models import Paper
from yiwang.foundation.jobs.worker import work_until_idle
from yiwang.foundation.journal.models import Entry

pytestmark = pytest.mark.django_db(transaction=True)

CSP = {
    "default-src 'self'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "object-src 'none'",
    "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'",
}  # fmt: skip


@pytest.fixture
def cast(at_noon: Any) -> Cast:
    found = gather()
    # Files are drawn when somebody asks for the first time.
    for at in ("/me/certificates/{}/pdf", "/api/v1/certificates/{}/document"):
        found.ask(OWNER, "GET", at.format(found.values["certificate_id"]))
    work_until_idle()
    return found


def good(answer: HttpResponse) -> bool:
    return 200 <= answer.status_code < 300


def test_every_role_at_every_address(cast: Cast) -> None:
    routes = list(addresses(cast.values))
    assert len(routes) > 90
    names = {name for name, _ in routes}
    assert names - set(MAY) - ACTS == set(), "addresses without a row in matrix.py: say who may read there"
    assert (set(MAY) | ACTS) - names == set(), "rows of addresses that are gone"
    wrong, broken = [], []
    for name, address in routes:
        answers = {role: cast.ask(role, "GET", address) for role in sorted(EVERYBODY)}
        broken += [f"{role}: {address}" for role, answer in answers.items() if answer.status_code >= 500]
        got = {role for role, answer in answers.items() if good(answer)}
        if got != MAY.get(name, set()):
            wrong.append(f"{name} {address}: {sorted(got ^ MAY.get(name, set()))}")
        for answer in answers.values():
            check_headers(address, answer)
    assert (wrong, broken) == ([], [])


def test_nobody_changes_what_is_not_theirs(cast: Cast) -> None:
    wrong = []
    for name, address in addresses(cast.values):
        for role in sorted(EVERYBODY - {OWNER, WINDOW}):
            if name in BEGIN or name.startswith(("account_", "mfa_")):
                continue
            before = Entry.objects.count()
            answer = cast.ask(role, "POST", address)
            reads_only = role in MAY.get(name, set())
            if answer.status_code >= 500 or (good(answer) and not reads_only) or Entry.objects.count() != before:
                wrong.append(f"{role} {name} {answer.status_code}")
    assert wrong == []
    before = cast.case.revision
    cast.case.refresh_from_db()
    assert cast.case.revision == before


def test_a_sign_in_that_has_ended_opens_nothing(cast: Cast) -> None:
    """Neither a session that is over nor a token that has run out gets more than somebody who never signed in."""
    wrong = []
    for name, address in addresses(cast.values):
        for method in ("GET", "POST"):
            answer = cast.ask(EXPIRED, method, address)
            opened = method == "GET" and good(answer) and NOBODY not in MAY.get(name, set())
            if answer.status_code >= 500 or opened:
                wrong.append((method, name, answer.status_code))
    assert wrong == []


def test_what_belongs_to_one_case_is_not_had_through_another(cast: Cast) -> None:
    """An address names a case of one's own, and in it the paper, document or certificate of somebody else."""
    theirs = make_case(person=Person.objects.get(name="沈建国"), item=guide(cast.case.item_id))
    finish(theirs)
    other = Document.objects.filter(case_id=theirs.pk).values_list("pk", flat=True)[0]
    paper = Paper.objects.filter(case_id=theirs.pk).values_list("pk", flat=True)[0]
    own = cast.values["number"]
    for role, address in (
        (OTHER, f"/me/cases/{theirs.number}/documents/{cast.values['document_id']}"),
        (OWNER, f"/me/cases/{own}/documents/{other}"),
        (WINDOW, f"/desk/cases/{own}/documents/{other}"),
        (WINDOW, f"/desk/cases/{own}/papers/{paper}"),
        (OWNER, f"/api/v1/cases/{own}/documents/{other}"),
        (OWNER, f"/me/papers/{paper}"),
    ):
        assert cast.ask(role, "GET", address).status_code == 404, (role, address)


def test_every_refusal_is_in_the_log(cast: Cast, caplog: pytest.LogCaptureFixture) -> None:
    """ASVS 16.3.2: who was refused what; a sign-in that is missing is no refusal, but 401 is."""
    silent = []
    for name, address in addresses(cast.values):
        found: dict[str, tuple[int, int]] = {}
        for role in sorted(EVERYBODY):
            caplog.clear()
            with caplog.at_level(logging.INFO, "yiwang.access"):
                answer = cast.ask(role, "GET", address)
            found[role] = answer.status_code, sum(r.name == "yiwang.access" for r in caplog.records)
        is_there = any(status != 404 for status, _ in found.values())
        silent += [
            (role, name, status, lines)
            for role, (status, lines) in found.items()
            if (status in (401, 403) and lines != 1) or (status == 404 and is_there and not lines)
        ]
    assert silent == []


def check_headers(address: str, answer: HttpResponse) -> None:
    """The same headers on pages, redirects, refusals, files and problems."""
    kind = f"{address} {answer.status_code}"
    assert answer.headers["X-Content-Type-Options"] == "nosniff", kind
    assert answer.headers["X-Frame-Options"] == "DENY", kind
    assert answer.headers["Referrer-Policy"] == "same-origin", kind
    assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin", kind
    policy = answer.headers["Content-Security-Policy"]
    assert {one.strip() for one in policy.split(";")} == CSP, kind
    assert "unsafe" not in policy and "*" not in policy
    assert "Server" not in answer.headers and "X-Powered-By" not in answer.headers


def test_pages_hold_nothing_inline(cast: Cast) -> None:
    for address in (
        "/",
        "/verify",
        "/sign-in",
        "/progress",
        "/nothing",
        "/api/v1/docs",
        f"/items/{cast.values['code']}",
    ):
        page = cast.clients[NOBODY].get(address).content.decode()
        for sign in (" style=", "<style", " onclick=", " onload=", "javascript:"):
            assert sign not in page, (address, sign)
        assert all('type="application/' in tag or "src=" in tag for tag in page.split("<script")[1:]), address
