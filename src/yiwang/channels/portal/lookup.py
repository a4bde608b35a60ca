"""/lookup: one page, one box. Whatever number, code or name somebody holds, it says what that is and how it stands."""

import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from yiwang.channels.portal.charge_views import charge_view
from yiwang.channels.portal.decisions import decision_row
from yiwang.channels.portal.joint_cases import public_view as public_joint
from yiwang.channels.portal.journey import public_view
from yiwang.channels.portal.offices import office_row
from yiwang.channels.portal.parcels import parcel_view
from yiwang.channels.portal.paying import notice_token
from yiwang.channels.portal.verification import result_of_finding
from yiwang.channels.ui.errors import too_many
from yiwang.channels.ui.limits import guessed, guessed_too_often
from yiwang.domains.cases.queries import case_by_query_code
from yiwang.domains.certificates.queries import verify_text
from yiwang.domains.documents.queries import public_decisions
from yiwang.domains.joint_cases.queries import joint_by_query_code
from yiwang.domains.organisations.queries import find_offices
from yiwang.domains.organisations.queries import office as office_with
from yiwang.domains.payments.queries import charge_by_notice, receipt_by_numbers
from yiwang.foundation.codes.charges import is_charge_number

LONGEST = 200
QUERY_CODE, CHECK_CODE = 8, 6
JOINT_NUMBER = re.compile(r"YJS20[0-9]{6}[0-9A-Z]{4}")
CASE_NUMBER = re.compile(r"[0-9A-Z]{18,38}20[0-9]{6}[0-9A-Z]{4}")
RECEIPT = re.compile(r"([0-9]{8})([0-9]{10})([0-9A-Z]{6})")


@dataclass(frozen=True)
class Typed:
    """What was typed: as words, as one run of signs, and what it may be a number and a code of."""

    words: str
    bare: str
    code: str

    def split(self, number: Callable[[str], bool], code_length: int) -> tuple[str, str] | None:
        """Return (number, code) where one stands here, the code perhaps still to be asked for (empty)."""
        if number(self.bare):
            return self.bare, self.code
        head, tail = self.bare[:-code_length], self.bare[-code_length:]
        return (head, tail) if number(head) else None


def typed(text: str, code: str) -> Typed:
    """Read the box: full-width signs, spaces and hyphens between groups make no difference to a number."""
    words = " ".join(unicodedata.normalize("NFKC", text[:LONGEST]).replace("\0", "").split())
    bare = re.sub(r"[\s,;:，；：-]+", "", words).upper()
    return Typed(words, bare, re.sub(r"[\s-]+", "", unicodedata.normalize("NFKC", code[:20])).upper())


@never_cache
def lookup(request: HttpRequest) -> HttpResponse:
    """Say what was typed into the box, and show it; ask for the code where a number alone must not be enough."""
    given = typed(request.POST.get("q", request.GET.get("q", "")), request.POST.get("code", ""))
    context: dict[str, Any] = {"q": given.words, "code": given.code, "problems": [], "found": None, "asks": ""}
    if request.method == "POST" and not given.words:
        context["problems"] = [{"href": "#q", "message": _("填一个编号、码或者名称。")}]
    elif request.method == "POST":
        if any(guessed_too_often(request, purpose) for purpose in ("progress", "payment")):
            return too_many(request, max(guessed_too_often(request, p) for p in ("progress", "payment")))
        if not _with_code(request, given, context) and (wait := _without_code(request, given, context)):
            return too_many(request, wait)
    return render(request, "portal/lookup.html", context, status=422 if context["problems"] else 200)


def _with_code(request: HttpRequest, given: Typed, context: dict[str, Any]) -> bool:
    """Look for what a number opens only together with its code; return whether it was such a number."""
    if numbers := RECEIPT.fullmatch(given.bare):
        found = receipt_by_numbers(*numbers.groups())
        return _shown(request, context, "receipt", "payment", {"charge": charge_view(found.charge)} if found else None)
    if parts := given.split(is_charge_number, CHECK_CODE):
        if not parts[1]:
            return _ask(context, "charge")
        charge = charge_by_notice(*parts)
        more = {"charge": charge_view(charge), "token": notice_token(charge)} if charge else None
        return _shown(request, context, "charge", "payment", more)
    if parts := given.split(lambda text: bool(CASE_NUMBER.fullmatch(text)), QUERY_CODE):
        if not parts[1]:
            return _ask(context, "case")
        case = case_by_query_code(*parts)
        return _shown(request, context, "case", "progress", {"case": public_view(case)} if case else None)
    if parts := given.split(lambda text: bool(JOINT_NUMBER.fullmatch(text)), QUERY_CODE):
        if not parts[1]:
            return _ask(context, "joint")
        joint = joint_by_query_code(*parts)
        return _shown(request, context, "joint", "progress", {"joint": public_joint(joint)} if joint else None)
    return False


def _ask(context: dict[str, Any], what: str) -> bool:
    context["asks"] = what
    return True


def _shown(request: HttpRequest, context: dict[str, Any], kind: str, purpose: str, more: dict[str, Any] | None) -> bool:
    if more is None:
        guessed(request, purpose)
        words = _("编号和码对不上。对照凭证或者通知再填一次。")
        context["asks"] = kind if kind != "receipt" else ""
        context["problems"] = [{"href": "#q", "message": words}]
    else:
        context["found"] = {"kind": kind, **more}
    return True


def _without_code(request: HttpRequest, given: Typed, context: dict[str, Any]) -> int:
    """Look for what anybody may know: a parcel, a certificate, offices, public decisions. Return how long to wait."""
    if re.search("[0-9]", given.bare) and (wait := guessed(request, "verify")):
        return wait
    if parcel := parcel_view(given.bare):
        context["found"] = {"kind": "parcel", "parcel": parcel}
        return 0
    if re.search("[0-9]", given.bare) and (finding := verify_text(given.words)).verdict != "unknown":
        context["found"] = {"kind": "certificate", "result": result_of_finding(finding)}
        return 0
    exact = office_with(given.bare[:24])
    offices = [exact] if exact else find_offices(words=given.words, limit=8)
    rows = [decision_row(one) for one in public_decisions(words=given.words, limit=8)]
    context["found"] = {"kind": "names", "offices": [office_row(one) for one in offices], "decisions": rows}
    return 0
