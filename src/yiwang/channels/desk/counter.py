"""综合窗口: identify the person at the window, go on with what is theirs, hand results over, and be done."""

from typing import Any
from uuid import UUID

from allauth.core import ratelimit
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from yiwang.channels.desk.wording import item_name, state_words
from yiwang.channels.ui.form_pages import uuid_or_none
from yiwang.channels.ui.officials import StaffRequest, officials, staff_page
from yiwang.channels.ui.wording import is_english
from yiwang.domains.cases.queries import my_cases, my_drafts
from yiwang.domains.cases.queries.shelf import results_on_shelf
from yiwang.domains.catalogue.content import Text
from yiwang.domains.catalogue.queries import guide
from yiwang.domains.halls import queries
from yiwang.domains.halls.actions import act_for_firm, end_reception, hand_out_result, receive_person
from yiwang.domains.halls.models import Reception
from yiwang.domains.halls.policies import may_take_items_of
from yiwang.domains.identity.actions import note_refused_lookup
from yiwang.domains.identity.queries import ask_register, id_number_of, my_firms
from yiwang.domains.search.queries import find
from yiwang.foundation.actions import InvalidInput, NotVisible, Refused
from yiwang.foundation.actors import Actor
from yiwang.foundation.codes import identity_document_problem, plain_code
from yiwang.foundation.masking import mask_id_number
from yiwang.foundation.names import plain_name
from yiwang.foundation.reads.actions import record_read

DOCUMENTS = {
    "resident_id": gettext_noop("居民身份证"),
    "residence_permit": gettext_noop("港澳台居民居住证"),
    "hk_mo_permit": gettext_noop("港澳居民来往内地通行证"),
    "tw_permit": gettext_noop("台湾居民来往大陆通行证"),
    "foreign_resident": gettext_noop("外国人永久居留身份证"),
    "passport": gettext_noop("护照"),
}
EVIDENCE = {
    "face": (gettext_noop("本人在这里，人和证件一致"), gettext_noop("高级实名")),
    "card": (gettext_noop("只看了证件原件"), gettext_noop("初级实名")),
}
MOST_CASES = 40
MOST_FOUND = 12


def at_window(request: StaffRequest, reception_id: UUID) -> tuple[Reception, Actor]:
    """Return the open reception of this official, and the person before them as the actor of what is theirs."""
    reception = queries.reception_of(request.actor, reception_id)
    return reception, queries.actor_at_window(request.actor, reception)


@sensitive_post_parameters("name", "id_number")
@officials("window")
@require_http_methods(["GET", "POST"])
def counter(request: StaffRequest) -> HttpResponse:
    """Type what stands on the document: the person is found, or registered as a customer of the window."""
    held = queries.open_reception(request.actor)
    if held is not None:
        return redirect("desk:reception", held.pk)
    if request.method != "POST":
        return _identify_page(request)
    name, kind = plain_name(request.POST.get("name", "")), request.POST.get("id_kind", "")
    number = plain_code(request.POST.get("id_number", ""))
    if not name or kind not in DOCUMENTS or "\0" in name + number:
        return _identify_page(request, InvalidInput(_("照证件填写姓名和号码。"), code="incomplete"))
    if identity_document_problem(kind, number):  # nothing to ask the register for
        return _identify_page(request, InvalidInput(_("证件号码不对，请照证件再填一次。"), code="id_number"))
    if not ratelimit.consume(request, action="window_lookup", user=request.user):
        return _identify_page(
            request, Refused(_("一小时最多核对 60 次。请等一会儿，或者请同事接待。"), code="too_many")
        )
    return _ask_and_receive(request, name, kind, number)


def _ask_and_receive(request: StaffRequest, name: str, kind: str, number: str) -> HttpResponse:
    """Ask the register, outside any transaction, and begin; that it was asked is written down either way."""
    answer = ask_register(name=name, id_kind=kind, id_number=number)
    evidence = request.POST.get("evidence", "")
    try:
        reception = receive_person(
            name=name, id_kind=kind, id_number=number, answer=answer, evidence=evidence, by=request.actor
        )
    except Refused as refusal:
        note_refused_lookup(id_kind=kind, id_number=number, outcome=answer.outcome, by=request.actor)
        return _identify_page(request, refusal)
    return redirect("desk:reception", reception.pk)


def _identify_page(request: StaffRequest, refusal: Refused | None = None) -> HttpResponse:
    window = queries.window_of(request.actor)
    context = {
        "window": window,
        "hall": Text(window.hall.name, window.hall.name_en) if window else None,
        "kinds": [(key, _(words)) for key, words in DOCUMENTS.items()],
        "evidence": [(key, _(words), _(level)) for key, (words, level) in EVIDENCE.items()],
        "typed": {key: request.POST.get(key, "") for key in ("name", "id_kind", "id_number", "evidence")},
        "refusal": _(str(refusal.message)) if refusal else "",
    }
    return staff_page(request, "desk/counter.html", context, status=status_of(refusal))


def status_of(refusal: Refused | None) -> int:
    """Return the status of a page that says why something was refused."""
    return 200 if refusal is None else 422 if isinstance(refusal, InvalidInput) else 409


@officials("window")
@require_GET
def reception(request: StaffRequest, reception_id: UUID) -> HttpResponse:
    """The person before the window: what they can begin or go on with, what was handed in, what lies ready."""
    return reception_page(request, reception_id)


def reception_page(request: StaffRequest, reception_id: UUID, refusal: Refused | None = None) -> HttpResponse:
    """Return that page; the look at the person's affairs is written down."""
    held, person = at_window(request, reception_id)
    record_read(person_id=held.person_id, what="case", reason=gettext_noop("在窗口和本人一起办事"), by=request.actor)
    words = " ".join(request.GET.get("q", "").split())[:100]
    cases = my_cases(person, limit=MOST_CASES)
    handed = queries.handed_out([case["number"] for case in cases])
    context = {
        "reception": held,
        "person": {"name": held.person.name, "number": mask_id_number(id_number_of(held.person))},
        "evidence": _(EVIDENCE[held.evidence][0]),
        "firms": [{"id": f.pk, "name": f.name, "is_now": f.pk == held.firm_id} for f, _role in my_firms(person)],
        "words": words,
        "found": _items(request, held, words) if words else [],
        "drafts": [
            {"code": one.item_id, "name": Text(one.item.name, one.item.name_en), "saved_at": one.saved_at}
            for one in my_drafts(person)
            if may_take_items_of(request.actor, held, one.item.office_id)
        ],
        "today": [_case_row(case) for case in cases if case["submitted_at"] >= held.started_at],
        "ready": [
            {"number": case.number, "item": item_name(case), "submitted_at": case.submitted_at}
            for case in results_on_shelf(person)
            if may_take_items_of(request.actor, held, case.office_id)
        ],
        "handed": [_case_row(case) | {"by": handed[case["number"]]} for case in cases if case["number"] in handed],
        "typed": {key: request.POST.get(key, "") for key in ("reference", "signature", "code")} if refusal else {},
        "refusal": _(str(refusal.message)) if refusal else "",
    }
    return staff_page(request, "desk/reception.html", context, status=status_of(refusal))


def _items(request: StaffRequest, held: Reception, words: str) -> list[dict[str, Any]]:
    """Return the items that answer these words, with whether this window takes them."""
    rows = [row for group in find(words, limit=MOST_FOUND).groups for row in group.rows][:MOST_FOUND]
    return [
        {
            "code": row.code,
            "name": row.content.name,
            "office": Text(row.office_name, row.office_name_en),
            "is_taken": (item := guide(row.code)) is not None
            and may_take_items_of(request.actor, held, item.office_code),
        }
        for row in rows
    ]


def _case_row(case: dict[str, Any]) -> dict[str, Any]:
    return {
        "number": case["number"],
        "item": (is_english() and case["item_name_en"]) or case["item_name"],
        "state": state_words(case["state"]),
        "submitted_at": case["submitted_at"],
    }


@officials("window")
@require_POST
def firm(request: StaffRequest, reception_id: UUID) -> HttpResponse:
    """Go on for a firm that the person may act for, or for the person again."""
    wanted = uuid_or_none(request.POST.get("firm", ""))
    try:
        act_for_firm(reception_id=reception_id, firm_id=wanted, by=request.actor)
    except Refused as refusal:
        return reception_page(request, reception_id, refusal)
    return redirect("desk:reception", reception_id)


@officials("window")
@require_POST
def end(request: StaffRequest, reception_id: UUID) -> HttpResponse:
    """Be done; back to the window, where the next one is called."""
    ended = end_reception(reception_id=reception_id, by=request.actor)
    messages.success(request, _("接待结束了。从现在起，你不能再替他操作。"))
    return redirect("desk:halls" if ended.window_id else "desk:counter")


@officials("window")
@require_POST
def hand_out(request: StaffRequest, reception_id: UUID) -> HttpResponse:
    """Hand a result over, against document and signature, or against its code."""
    post = request.POST
    reference = "".join(post.get("reference", "").split())[:50]
    try:
        if "\0" in reference:
            raise NotVisible
        hand_out_result(
            reception_id=reception_id,
            reference=reference,
            proof="code" if post.get("proof") == "code" else "signature",
            code=post.get("code", "")[:40],
            signature=post.get("signature", "")[:100],
            by=request.actor,
        )
    except NotVisible:
        queries.reception_of(request.actor, reception_id)
        missing = Refused(_("没有这个编号的结果等人取：还没有办结，或者正在快递路上。"), code="nothing_ready")
        return reception_page(request, reception_id, missing)
    except Refused as refusal:
        return reception_page(request, reception_id, refusal)
    messages.success(request, _("交出去了，已经记下。"))
    return redirect("desk:reception", reception_id)
