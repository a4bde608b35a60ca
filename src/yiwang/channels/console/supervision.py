"""Supervisors watch the cards of the offices in their division; administrators keep the rules."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yiwang.channels.ui.form_pages import uuid_or_none
from yiwang.channels.ui.officials import StaffRequest, officials, staff_page
from yiwang.channels.ui.supervision import (
    COLOURS,
    FINDINGS,
    LISTS,
    card_course,
    card_facts,
    card_history,
    card_row,
    rule_row,
)
from yiwang.domains.catalogue.content import Text
from yiwang.domains.supervision import queries
from yiwang.domains.supervision.actions import annotate_card, change_card_rule, close_card
from yiwang.domains.supervision.policies import may_supervise
from yiwang.foundation.actions import InvalidInput, Refused

PAGE = 30
SUPERVISOR = "supervisor"
Act = Callable[[], object]


@officials(SUPERVISOR)
@require_GET
def cards(request: StaffRequest) -> HttpResponse:
    """Show the cards of the offices that one watches: by state, colour and office."""
    asked = {name: request.GET.get(name, "")[:40] for name in ("show", "colour", "office")}
    which = asked["show"] if asked["show"] in LISTS else "told"
    colour = asked["colour"] if asked["colour"] in COLOURS else ""
    before = uuid_or_none(request.GET.get("before", ""))
    found = queries.cards(
        request.actor, which=which, colour=colour, office=asked["office"], before=before, limit=PAGE + 1
    )
    here = {"show": which, **{k: v for k, v in (("colour", colour), ("office", asked["office"])) if v}}
    more = {**here, "before": str(found[PAGE - 1].pk)} if len(found) > PAGE else {}
    context = {
        "rows": [card_row(card) for card in found[:PAGE]],
        "which": which,
        "colour": colour,
        "office": asked["office"],
        "colours": [(key, _(words)) for key, (words, _color) in COLOURS.items() if key != "warning"],
        "offices": [(one.code, Text(one.name, one.name_en)) for one in queries.supervised_offices(request.actor)],
        "chips": [
            {"url": f"?{urlencode({**here, 'show': key})}", "words": _(words), "is_here": key == which}
            for key, words in LISTS.items()
        ],
        "next_url": f"?{urlencode(more)}" if more else "",
        "first_url": f"?{urlencode(here)}" if before else "",
    }
    return staff_page(request, "console/cards.html", context)


@officials(SUPERVISOR)
@require_GET
def card(request: StaffRequest, card_id: UUID) -> HttpResponse:
    """Show one card with its history and the clocks of its case. Its content, and who applied, stay with the office."""
    return _page(request, card_id)


def _page(request: StaffRequest, card_id: UUID, refusal: Refused | None = None) -> HttpResponse:
    found = queries.card_of(request.actor, card_id)
    may = may_supervise(request.actor, found)
    step = request.resolver_match.url_name if refusal and request.resolver_match else ""
    context: dict[str, Any] = {
        "card": card_facts(found),
        "history": card_history(queries.history_of(found)),
        "may_annotate": may,
        "course": card_course(queries.course_of(found)),
        # What somebody typed before it was refused is not lost.
        "may_close": may and (queries.may_be_closed(found) or (step == "close_card" and found.state == "open")),
        "closes_after": found.explain_by if may and found.state == "open" else None,
        "findings": [(key, _(words)) for key, (words, _color) in FINDINGS.items()],
        "refusal": _(str(refusal.message)) if refusal else "",
        "refused_step": step,
        "typed": {"text": "", "finding": "", **(request.POST.dict() if refusal else {})},
    }
    status = 200 if refusal is None else 422 if isinstance(refusal, InvalidInput) else 409
    return staff_page(request, "console/card.html", context, status=status)


def _do(request: StaffRequest, card_id: UUID, act: Act, done: str) -> HttpResponse:
    queries.card_of(request.actor, card_id)
    try:
        act()
    except Refused as refusal:
        return _page(request, card_id, refusal)
    messages.success(request, done)
    return redirect("console:card", card_id)


@officials(SUPERVISOR)
@require_POST
def annotate(request: StaffRequest, card_id: UUID) -> HttpResponse:
    """Write on a card; the office reads it."""
    text = request.POST.get("text", "")
    act = lambda: annotate_card(card_id=card_id, text=text, by=request.actor)  # noqa: E731
    return _do(request, card_id, act, _("批注写好了，部门看得到。"))


@officials(SUPERVISOR)
@require_POST
def close(request: StaffRequest, card_id: UUID) -> HttpResponse:
    """Close a card with a finding and its reasons."""
    finding, text = request.POST.get("finding", ""), request.POST.get("text", "")
    act = lambda: close_card(card_id=card_id, finding=finding, text=text, by=request.actor)  # noqa: E731
    return _do(request, card_id, act, _("结论写好了。这张牌留在这里，谁也改不了。"))


@officials(SUPERVISOR, "administrator")
@require_GET
def rules(request: StaffRequest) -> HttpResponse:
    """Show the rules; whoever is an administrator can change their thresholds."""
    return _rules(request)


def _rules(request: StaffRequest, refusal: Refused | None = None, key: str = "") -> HttpResponse:
    context = {
        "rules": [rule_row(rule) for rule in queries.all_rules()],
        "may_change": "administrator" in request.staff.roles,
        "is_supervisor": SUPERVISOR in request.staff.roles,
        "refusal": _(str(refusal.message)) if refusal else "",
        "refused": key,
        "typed": {"share": "", "workdays": "", "explain_workdays": "", **(request.POST.dict() if refusal else {})},
    }
    return staff_page(request, "console/card_rules.html", context, status=422 if refusal else 200)


def _whole(text: str) -> int:
    """Return a whole number; -1, which no threshold is, for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else -1


@officials("administrator")
@require_POST
def change_rule(request: StaffRequest, key: str) -> HttpResponse:
    """Set the thresholds of a rule."""
    post = request.POST
    try:
        change_card_rule(
            key=key,
            share=_whole(post.get("share", "")),
            workdays=_whole(post.get("workdays", "")),
            explain_workdays=_whole(post.get("explain_workdays", "")),
            duty=post.get("duty", ""),
            told=[one for one in ("head", "supervisor") if f"told-{one}" in post],
            is_on="is_on" in post,
            by=request.actor,
        )
    except Refused as refusal:
        return _rules(request, refusal, key)
    messages.success(request, _("改好了。从下一次检查起按新规则，出过的牌不变。"))
    return redirect("console:card_rules")
