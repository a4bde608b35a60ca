"""一件事: what one event in life needs, as one page and one form. The form itself is that of any item."""

from collections.abc import Collection
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from yiwang.channels.portal.guides import why_not
from yiwang.channels.ui.fronting import for_everybody
from yiwang.domains.cases.queries import my_draft
from yiwang.domains.catalogue import queries
from yiwang.domains.catalogue.content import Bundle, Part, Text
from yiwang.domains.catalogue.content.parting import stages
from yiwang.domains.catalogue.notice import limit_words
from yiwang.domains.catalogue.queries import Guide, Row
from yiwang.foundation.actions import NotVisible


def bundle_card(found: Guide) -> dict[str, Any]:
    """Return a bundle as a list shows it."""
    bundle = _bundle(found)
    return {
        "slug": bundle.slug,
        "name": found.content.name,
        "summary": found.content.summary,
        "icon": found.content.icon,
        "parts": len(bundle.parts),
        "limit": limit_words(found.content.promised_limit) if found.content.promised_limit else None,
    }


def cards_for(audience: str) -> list[dict[str, Any]]:
    """Return the bundles for persons or for enterprises."""
    wanted = [b for b in queries.bundles() if not b.content.audience or audience in b.content.audience]
    return [bundle_card(one) for one in wanted]


def _bundle(found: Guide) -> Bundle:
    bundle = found.content.bundle
    if bundle is None:
        raise NotVisible
    return bundle


@for_everybody
def bundles(request: HttpRequest) -> HttpResponse:
    """/bundles/: every event that has one form."""
    groups = [
        {"audience": "person", "cards": cards_for("person")},
        {"audience": "enterprise", "cards": cards_for("enterprise")},
    ]
    return render(request, "portal/bundles/list.html", {"groups": [one for one in groups if one["cards"]]})


@for_everybody
def bundle(request: HttpRequest, slug: str) -> HttpResponse:
    """/bundles/<slug>: what belongs to it, in which order, what it takes, and one button."""
    found = queries.bundle_by_slug(slug)
    if found is None:
        raise NotVisible
    whole = _bundle(found)
    rows = {row.code: row for row in queries.rows_of(part.item for part in whole.parts)}
    actor = request.actor  # type: ignore[attr-defined]
    draft_url = reverse("portal:apply", args=[found.code]) if _has_draft(actor, found.code) else ""
    keys = {part.key: part for part in whole.parts}
    context = {
        "item": {"code": found.code, "office": Text(found.office_name, found.office_name_en)},
        "c": found.content,
        "stages": [[_part(part, keys, rows) for part in stage] for stage in stages(whole.parts)],
        "count": len(whole.parts),
        "saved": _saved(found, [rows[p.item] for p in whole.parts if p.item in rows]),
        "limit": limit_words(found.content.promised_limit) if found.content.promised_limit else None,
        "can_apply": found.can_apply,
        "why_not": "" if found.can_apply else why_not(found),
        "draft_url": draft_url,
    }
    return render(request, "portal/bundles/bundle.html", context)


def _has_draft(actor: Any, code: str) -> bool:
    return actor.is_person and my_draft(actor, code) is not None


def _part(part: Part, keys: dict[str, Part], rows: dict[str, Row]) -> dict[str, Any]:
    row = rows.get(part.item)
    return {
        "code": part.item,
        "name": part.name or part.title or Text(part.key),
        "office": Text(row.office_name, row.office_name_en) if row else None,
        "limit": limit_words(row.content.promised_limit) if row and row.content.promised_limit else None,
        "is_instant": bool(row and row.content.promised_limit and row.content.promised_limit.amount == 0),
        "note": part.note,
        "is_optional": part.optional,
        "after": [keys[key].title or keys[key].name or Text(key) for key in part.needs if key in keys],
    }


def _saved(found: Guide, rows: Collection[Row]) -> dict[str, int]:
    """Return how many questions the parts ask one by one, how many the one form asks, and how many papers one prepares."""
    asked = 0
    for row in rows:
        part = queries.guide(row.code)
        asked += len(queries.form_of(part.version_id).fields) if part else 0
    own = [m for m in found.content.materials or [] if not m.certificate_type and m.source != "government"]
    return {"before": asked, "now": len(queries.form_of(found.version_id).fields), "papers": len(own)}
