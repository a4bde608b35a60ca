"""Every role asks for every address of the resolver: nobody gets what is not theirs, and headers stand on every kind of page."""

from typing import Any

import pytest
from django.http import HttpResponse

from tests.bad_input.cast import (
    ELSEWHERE,
    EVERYBODY,
    HALF,
    NOBODY,
    OFFICIALS,
    OPERATOR,
    OWNER,
    PEOPLE,
    WINDOW,
    Cast,
    addresses,
    gather,
)
from yiwang.foundation.journal.models import Entry

pytestmark = pytest.mark.django_db(transaction=True)

READS = {
    "/healthz /readyz /metrics account_inactive account_reset_password portal:home portal:search portal:item "
    "portal:office portal:reviews portal:progress portal:verify api/v1/openapi.json api/v1/docs api/v1/items "
    "api/v1/items/{code} api/v1/items/{code}/form api/v1/items/{code}/notice api/v1/regions api/v1/offices "
    "api/v1/journal/checkpoint api/v1/journal/proof/{leaf}": EVERYBODY,
    "account_login account_signup": {NOBODY},
    "account_logout": EVERYBODY - {NOBODY},
    "account_change_password api/v1/me": PEOPLE | OFFICIALS,
    "mfa_view_recovery_codes desk:me api/v1/desk/cases": OFFICIALS,
    "mfa_activate_totp": {HALF},
    "portal:me portal:cases portal:real-name portal:reads portal:messages portal:papers portal:certificates "
    "portal:apply-check portal:apply-discard portal:apply-page api/v1/certificates api/v1/cases": PEOPLE,
    "portal:case portal:receipt portal:case-document portal:case-withdraw portal:message portal:paper "
    "portal:certificate portal:certificate-qr portal:certificate-pdf api/v1/drafts/{draft_id} api/v1/cases/{number} "
    "api/v1/cases/{number}/receipt api/v1/cases/{number}/documents/{document_id} api/v1/certificates/{certificate_id} api/v1/certificates/{certificate_id}/document": {
        OWNER
    },
    "desk:queue desk:done desk:certificates": {WINDOW, ELSEWHERE},
    "desk:case desk:request_correction desk:document desk:certificate desk:certificate_pdf api/v1/desk/cases/{number}": {
        WINDOW
    },
    "console:home console:set_aside console:searches console:catalogue console:calendar console:journal": {OPERATOR},
}
"""Names of routes → who may read there; whatever is not named answers nobody with 2xx when it is read."""

BEGIN = {"portal:apply", "api/v1/drafts"}
"""Everybody with a checked name may begin an application of their own there."""

MAY = {name: roles for names, roles in READS.items() for name in names.split()}
CSP = {
    "default-src 'self'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "object-src 'none'",
    "base-uri 'none'", "form-action 'self'", "frame-ancestors 'none'",
}  # fmt: skip


@pytest.fixture
def cast(at_noon: Any) -> Cast:
    return gather()


def good(answer: HttpResponse) -> bool:
    return 200 <= answer.status_code < 300


def test_every_role_at_every_address(cast: Cast) -> None:
    routes = list(addresses(cast.values))
    assert len(routes) > 90
    assert set(MAY) <= {name for name, _ in routes}, "routes that are gone"
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
