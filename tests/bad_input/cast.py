"""Who asks, and for what: one person's case, papers, certificate and message, and everybody who has no business there."""

import datetime as dt
import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from yiwang.domains.cases.actions import start_draft
from yiwang.domains.cases.models import Case
from yiwang.domains.cases.tests.factories import finish, make_case, make_paper
from yiwang.domains.cases.tests.ruling import OLD, decide_by, make_rule, offer_to
from yiwang.domains.catalogue.content import Processing, Result, Text
from yiwang.domains.catalogue.queries import content_of
from yiwang.domains.catalogue.tests.factories import make_item
from yiwang.domains.certificates.models import Certificate
from yiwang.domains.certificates.tests.issuing import TYPE, make_type
from yiwang.domains.deliveries.tests.factories import make_address, make_delivery, make_places
from yiwang.domains.documents.models import Document
from yiwang.domains.halls.tests.factories import make_visit
from yiwang.domains.identity.actions import issue_token
from yiwang.domains.identity.models import Person, Staff
from yiwang.domains.identity.tests.factories import actor_of, make_firm, make_office, make_person, make_staff, sign_in
from yiwang.domains.joint_cases.tests.factories import make_joint_case
from yiwang.domains.notices.models import Message
from yiwang.domains.payments.tests.factories import make_charge
from yiwang.domains.rules.actions import stop_rule
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.clock import moved_to, now
from yiwang.foundation.jobs.worker import work_until_idle

OWNER, OTHER, CLERK, WINDOW, ELSEWHERE, OPERATOR, ADMINISTRATOR, SUPERVISOR, HALF, NOBODY = (
    "owner", "other person", "firm clerk", "official", "official elsewhere", "operator", "administrator",
    "supervisor", "without factor", "anonymous",
)  # fmt: skip
EXPIRED = "expired"
"""The owner again, with a session that has ended and a token that no longer counts."""
_PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
PEOPLE, OFFICIALS = {OWNER, OTHER, CLERK}, {WINDOW, ELSEWHERE, OPERATOR, ADMINISTRATOR, SUPERVISOR}
EVERYBODY = PEOPLE | OFFICIALS | {HALF, NOBODY}


@dataclass
class Cast:
    """The people by their part, how each asks, and the values that addresses are filled with: the owner's own."""

    case: Case
    values: dict[str, str]
    clients: dict[str, Client]
    tokens: dict[str, str]

    def ask(self, role: str, method: str, address: str) -> Any:
        """Ask as somebody: with the session for pages, with the token for the API."""
        if not address.startswith("/api/"):
            return getattr(self.clients[role], method.lower())(address)
        headers = {"authorization": f"Bearer {self.tokens[role]}"} if role in self.tokens else {}
        body = b"" if method == "GET" else b"{}"
        return Client().generic(method, address, body, content_type="application/json", headers=headers)


def gather() -> Cast:
    """Make the cast by the real actions: a finished case with a certificate, a running one, a draft, a loose paper."""
    office, elsewhere = make_office(), make_office(name="演示余杭区民政局")
    owner, other = make_person(name="林晓岚"), make_person(name="沈建国")
    clerk = make_person(name="周子涵")
    firm = make_firm(clerk, role="clerk")
    make_type()
    item = make_item(
        office=office,
        results=[Result("certificate", Text("许可证"), TYPE, 60)],
        processing=Processing(certificate_fields={"place": "shop_name", "owner_number": "owner"}),
    )
    done = finish(make_case(person=owner, item=item))
    case = make_case(person=owner, item=item)
    work_until_idle()
    draft = start_draft(item_code=item.code, by=actor_of(owner))
    loose = make_paper(owner)
    staff = {
        WINDOW: make_staff(office=office),
        ELSEWHERE: make_staff(office=elsewhere),
        OPERATOR: make_staff(office=elsewhere, roles=("operator",)),
        ADMINISTRATOR: make_staff(office=elsewhere, roles=("administrator",)),
        SUPERVISOR: make_staff(office=elsewhere, roles=("supervisor",)),
    }
    members: dict[str, Person | Staff] = {OWNER: owner, OTHER: other, CLERK: clerk, **staff}
    clients = {role: sign_in(Client(), who, firm=firm if role == CLERK else None) for role, who in members.items()}
    ended = sign_in(Client(), owner)
    ended.session.delete()
    clients |= {
        EXPIRED: ended,
        HALF: sign_in(Client(), make_staff(office=office), second_factor=False),
        NOBODY: Client(),
    }
    assert owner.account_id
    session = clients[HALF].session  # it was a minute ago that they gave their password
    session["account_authentication_methods"] = [{"method": "password", "at": time.time() - 60}]
    session["account_authentication_methods_user"] = str(clients[HALF].session["_auth_user_id"])
    session.save()
    make_places()
    kept = make_address(owner)
    parcel = make_delivery(owner, office, reference=case.number)
    visit = make_visit(owner, staff[WINDOW])
    notice = make_charge(payer=owner, office=office, reference=case.number).number
    joint = make_joint_case(person=owner)
    whole = content_of(joint.version_id)
    message = Message.objects.filter(person_id=owner.pk).first()
    rule = make_rule(item)
    decide_by(rule, case)
    finder = make_rule(item, OLD, "entitlement")
    offer = offer_to(owner, finder, item)
    for one in (rule, finder):  # other tests bring cases of this item to every state
        stop_rule(rule_id=one.pk, by=SYSTEM)
    values = {
        "rule_id": str(rule.pk), "offer_id": str(offer.pk),
        "code": item.code, "event": "opening", "page": "owner", "number": case.number, "retry_id": "1",
        "document_id": str(Document.objects.filter(case_id=case.pk).values_list("pk", flat=True)[0]),
        "paper_id": str(loose.pk), "draft_id": str(draft.pk), "message_id": str(message.pk if message else uuid4()),
        "certificate_id": str(Certificate.objects.get(case_id=done.pk).pk), "job_id": str(uuid4()),
        "office": office.code, "delivery_id": str(parcel.pk), "address_id": str(kept.pk), **visit,
        "notice": notice, "joint_number": joint.number,
        "slug": whole.bundle.slug if whole and whole.bundle else "",
    }  # fmt: skip
    tokens = {
        role: issue_token(account_id=who.account_id, by=SYSTEM) for role, who in members.items() if who.account_id
    }
    with moved_to(now() - dt.timedelta(days=90)):
        tokens[EXPIRED] = issue_token(account_id=owner.account_id, by=SYSTEM)
    return Cast(case, values, clients, tokens)


def addresses(values: dict[str, str]) -> Iterator[tuple[str, str]]:
    """Return (name, address) of every route of the platform, filled with the values; unknown parameters become 1."""
    for prefix, namespace, pattern in _patterns(get_resolver()):
        route = prefix + str(pattern.pattern)
        if (route.endswith("/v1/") and not pattern.name) or pattern.name == "nowhere":
            continue
        address = "/" + route.replace("offices/<str:code>", "offices/<str:office>")
        is_operation = namespace == "openapi"  # several share a route, so their names are not the route's
        name = _PARAMETER.sub(r"{\1}", address[1:]) if is_operation else f"{namespace}:{pattern.name}".lstrip(":")
        name = address if pattern.name is None else name
        address = _PARAMETER.sub(lambda found: values.get(found[1], "1"), address)
        yield name, address


def _patterns(resolver: URLResolver, prefix: str = "", namespace: str = "") -> Iterator[tuple[str, str, URLPattern]]:
    for one in resolver.url_patterns:
        if isinstance(one, URLResolver):
            yield from _patterns(one, prefix + str(one.pattern), one.namespace or namespace)
        else:
            yield prefix, namespace, one
