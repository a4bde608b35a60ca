"""/decisions/: permits that were granted, for anybody to read (行政许可法 art. 40). Natural persons have no name there."""

import datetime as dt
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode

from yiwang.channels.ui.form_pages import uuid_or_none
from yiwang.domains.catalogue.content import Text
from yiwang.domains.certificates.queries import is_in_force, of_case
from yiwang.domains.documents.models import PublicDecision
from yiwang.domains.documents.queries import public_decisions
from yiwang.domains.organisations.queries import office

ROWS = 20
LONGEST = 60


def decisions(request: HttpRequest) -> HttpResponse:
    """The newest decisions, those of one office, or those with words in firm, item or number."""
    words = " ".join(request.GET.get("q", "")[:LONGEST].split())
    at = office(request.GET.get("office", "")[:24])
    day, _dot, last = request.GET.get("after", "")[:60].partition(".")
    key = uuid_or_none(last)
    after = (day, key) if key and _is_day(day) else None
    found = public_decisions(words=words, office_code=at.code if at else "", limit=ROWS + 1, after=after)
    here = {name: value for name, value in (("q", words), ("office", at.code if at else "")) if value}
    start = reverse("portal:decisions")
    tail = found[ROWS - 1] if len(found) > ROWS else None
    on = {**here, "after": f"{tail.decided_on}.{tail.pk}"} if tail else {}
    context = {
        "q": words,
        "office": {"code": at.code, "name": Text(at.name, at.name_en)} if at else None,
        "rows": [decision_row(one) for one in found[:ROWS]],
        "next_url": f"{start}?{urlencode(on)}" if on else "",
        "first_url": f"{start}?{urlencode(here)}".rstrip("?") if after else "",
    }
    return render(request, "portal/decisions.html", context)


def _is_day(text: str) -> bool:
    try:
        dt.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def decision_row(one: PublicDecision) -> dict[str, Any]:
    """Return a decision as the templates show it; whether its certificate still counts is looked up now."""
    certificate = of_case(one.document.case_id)
    return {
        "number": one.number,
        "item": Text(one.item_name, one.item_name_en),
        "item_url": reverse("portal:item", args=[one.item_code]),
        "party": one.party,
        "office": Text(one.office.name, one.office.name_en),
        "office_url": reverse("portal:office", args=[one.office_id]),
        "date": one.decided_on,
        "has_ended": bool(certificate and certificate.signed_at and not is_in_force(certificate)),
    }
