"""The cards of one's office: what has to be explained, by whom, by when; and the explanation."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yiwang.channels.desk import CASE_ROLES
from yiwang.channels.ui.form_pages import uuid_or_none
from yiwang.channels.ui.officials import StaffRequest, officials, staff_page
from yiwang.channels.ui.supervision import LISTS, card_facts, card_history, card_row
from yiwang.domains.identity.queries import colleagues
from yiwang.domains.supervision.actions import assign_card, explain_card
from yiwang.domains.supervision.policies import may_assign_card, may_explain
from yiwang.domains.supervision.queries import card_of, history_of
from yiwang.domains.supervision.queries import cards as cards_seen
from yiwang.foundation.actions import InvalidInput, Refused

PAGE = 30
SHOWN = {key: words for key, words in LISTS.items() if key != "told"}


@officials(*CASE_ROLES)
@require_GET
def cards(request: StaffRequest) -> HttpResponse:
    """Show the cards of the office: those to be explained first."""
    which = request.GET.get("show", "open")
    which = which if which in SHOWN else "open"
    before = uuid_or_none(request.GET.get("before", ""))
    found = cards_seen(request.actor, which=which, before=before, limit=PAGE + 1)
    more = {"show": which, "before": str(found[PAGE - 1].pk)} if len(found) > PAGE else {}
    me = {request.staff.id, request.staff.for_id}
    context = {
        "rows": [{**card_row(card), "is_mine": card.assignee_id in me} for card in found[:PAGE]],
        "which": which,
        "chips": [{"key": key, "words": _(words), "is_here": key == which} for key, words in SHOWN.items()],
        "next_url": f"?{urlencode(more)}" if more else "",
        "first_url": f"?{urlencode({'show': which})}" if before else "",
    }
    return staff_page(request, "desk/cards.html", context)


@officials(*CASE_ROLES)
@require_GET
def card(request: StaffRequest, card_id: UUID) -> HttpResponse:
    """Show one card with its history."""
    return _page(request, card_id)


def _page(request: StaffRequest, card_id: UUID, refusal: Refused | None = None) -> HttpResponse:
    found = card_of(request.actor, card_id)
    is_open = found.state in {"open", "explained"}
    context: dict[str, Any] = {
        "card": card_facts(found),
        "history": card_history(history_of(found)),
        "may_explain": is_open and may_explain(request.actor, found),
        "may_assign": is_open and may_assign_card(request.actor, found),
        "colleagues": [(str(key), name) for key, name in colleagues(request.actor) if key != found.assignee_id],
        "refusal": _(str(refusal.message)) if refusal else "",
        "typed": {"text": "", **(request.POST.dict() if refusal else {})},
    }
    status = 200 if refusal is None else 422 if isinstance(refusal, InvalidInput) else 409
    return staff_page(request, "desk/card.html", context, status=status)


def _do(request: StaffRequest, card_id: UUID, act: Callable[[], object], done: str) -> HttpResponse:
    card_of(request.actor, card_id)
    try:
        act()
    except Refused as refusal:
        return _page(request, card_id, refusal)
    messages.success(request, done)
    return redirect("desk:card", card_id)


@officials(*CASE_ROLES)
@require_POST
def explain(request: StaffRequest, card_id: UUID) -> HttpResponse:
    """Say in words how it came to the card."""
    text = request.POST.get("text", "")
    return _do(
        request,
        card_id,
        lambda: explain_card(card_id=card_id, text=text, by=request.actor),
        _("说明已交，监察会看。"),
    )


@officials(*CASE_ROLES)
@require_POST
def assign(request: StaffRequest, card_id: UUID) -> HttpResponse:
    """Give the card to a colleague, who has to explain it."""
    staff_id = uuid_or_none(request.POST.get("colleague", ""))

    def act() -> None:
        if staff_id is None:
            raise InvalidInput(_("选一位本部门的同事。"), code="unknown_staff")
        assign_card(card_id=card_id, staff_id=staff_id, by=request.actor)

    return _do(request, card_id, act, _("已交给同事，期限不变。"))
