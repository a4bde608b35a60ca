"""The front page: say what you need, go on with what waits, or browse."""

from typing import Any

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from yiwang.channels.portal.bundles import cards_for
from yiwang.channels.portal.guides import card, tile
from yiwang.channels.portal.headlines import headline, state_as_told
from yiwang.channels.ui.wording import date_cn
from yiwang.domains.cases.models.cases import is_applicants_turn
from yiwang.domains.cases.queries import most_submitted, my_cases, my_drafts
from yiwang.domains.catalogue import queries
from yiwang.domains.catalogue.content import Text
from yiwang.domains.ratings.queries import total_figures
from yiwang.foundation.actors import Actor

KEEP = 300
MOST_CARDS = 3
TOP = 6


def home(request: HttpRequest) -> HttpResponse:
    """The front page, for people or for firms."""
    audience = "enterprise" if request.GET.get("audience") == "enterprise" else "person"
    shared = cache.get_or_set(f"home:{audience}", lambda: _shared(audience), KEEP) or {}
    actor: Actor = request.actor  # type: ignore[attr-defined]
    context = {
        **shared,
        "audience": audience,
        "examples": examples(audience),
        "continue_cards": _waiting(actor) if actor.is_person else [],
    }
    return render(request, "portal/home.html", context)


def examples(audience: str) -> list[str]:
    """Return what people often ask, in their own words."""
    if audience == "enterprise":
        return [_("开一家面馆"), _("公司注册"), _("门口挂招牌")]
    return [_("孩子上户口"), _("去外地看病"), _("租房提公积金"), _("办居住证")]


def _shared(audience: str) -> dict[str, Any]:
    """What is the same for everybody; kept for five minutes."""
    held = queries.life_events_with_items()
    events = [tile(e) for e in queries.life_events(audience) if e.key in held]
    codes = [*most_submitted(limit=4 * TOP)]
    rows = [r for r in queries.rows_of(codes) if not r.content.audience or audience in r.content.audience]
    if len(rows) < TOP:
        more = [c for e in events for c in queries.codes_by_topic("life", e["key"], limit=TOP)]
        known = {r.code for r in rows}
        rows += queries.rows_of(dict.fromkeys(c for c in more if c not in known))
    return {
        "life_events": events,
        "bundles": cards_for(audience),
        "top_items": [card(row) for row in rows[:TOP]],
        "totals": {"items": queries.item_count(), "ratings": total_figures().total, "certificates": 0},
    }


def _waiting(actor: Actor) -> list[dict[str, Any]]:
    """What waits for this person first, then what is on its way."""
    cards: list[dict[str, Any]] = []
    for case in my_cases(actor, limit=10):
        if not case["is_open"]:
            continue
        urgent = case["state"] == "correction"
        cards.append(
            {
                "title": Text(case["item_name"], case["item_name_en"]),
                "url": reverse("portal:case", args=[case["number"]]),
                "detail": headline(
                    state_as_told(case["state"], case["legal_due_on"]),
                    case["outcome"],
                    case["due_on"],
                    waits=is_applicants_turn(case["state"], case["due_on"], case["legal_due_on"]),
                    by_silence=case["by_silence"],
                    is_promise=case["due_on"] != case["legal_due_on"],
                ),
                "action": _("去补材料") if urgent else "",
                "color": "warning" if urgent else "",
                "progress": None,
            }
        )
    drafts: list[dict[str, Any]] = [
        {
            "title": Text(draft.item.name, draft.item.name_en),
            "url": reverse("portal:apply", args=[draft.item_id]),
            "detail": _("草稿，{date}存的").format(date=date_cn(draft.saved_at)),
            "action": _("接着填"),
            "color": "",
            "progress": None,
        }
        for draft in my_drafts(actor)[:MOST_CARDS]
    ]
    cards.sort(key=lambda one: one["color"] == "")
    return [*cards, *drafts][:MOST_CARDS] if not drafts else [*cards[: MOST_CARDS - 1], *drafts][:MOST_CARDS]
