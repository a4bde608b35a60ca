"""Guides and what leads to them: an item, a life event, an office."""

import hashlib
from collections.abc import Collection
from functools import lru_cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import get_conditional_response
from django.utils.translation import gettext as _

from yiwang import __version__
from yiwang.channels.portal.halls import hall_links
from yiwang.channels.ui.context import url_with
from yiwang.channels.ui.fronting import for_everybody
from yiwang.channels.ui.keeping import Kept
from yiwang.channels.ui.wording import data_block, is_english
from yiwang.domains.cases.queries import my_draft
from yiwang.domains.catalogue import queries
from yiwang.domains.catalogue.content import Text
from yiwang.domains.catalogue.content.structs import EX_OFFICIO_TYPES, ITEM_TYPES
from yiwang.domains.catalogue.notice import customer_notice, short_facts, types_fetched
from yiwang.domains.catalogue.queries import Guide, Row
from yiwang.domains.certificates.queries import ids_held
from yiwang.domains.organisations.queries import office as find_office
from yiwang.domains.ratings.queries import WEIGHTS, figures_of, latest_comments
from yiwang.domains.regions.queries import full_name
from yiwang.domains.rules.queries import items_with_rules
from yiwang.foundation.actions import NotVisible
from yiwang.foundation.clock import now

KEEP_RATINGS = 60
KEEP_FACES = 600
MOST_FACES = 256
KEEP_PAGE = 60
OWN_SOURCE = "yiwang"
ROWS = 30

_kept_ratings: Kept[dict[str, Any]] = Kept(most=2_000, seconds=KEEP_RATINGS)
_kept_rules: Kept[frozenset[str]] = Kept(most=1, seconds=KEEP_RATINGS)
_kept_faces: Kept[dict[str, Any]] = Kept(most=MOST_FACES, seconds=KEEP_FACES)


def card(row: Row) -> dict[str, Any]:
    """Return an item as a row in a list shows it."""
    return {
        "code": row.code,
        "name": row.content.name,
        "summary": row.content.summary,
        "office": Text(row.office_name, row.office_name_en),
        "icon": row.content.icon,
        "facts": short_facts(row.content),
    }


def place_name(code: str) -> Text | None:
    """Return the full name of a division in both languages."""
    return Text(full_name(code), full_name(code, "en")) if code else None


@for_everybody
def item(request: HttpRequest, code: str) -> HttpResponse:
    """The guide of one item. For visitors it may be kept for a minute, and is checked by its tag after that."""
    guide = queries.guide(code)
    if guide is None:
        raise NotVisible
    if guide.content.bundle is not None:
        return HttpResponseRedirect(reverse("portal:bundle", args=[guide.content.bundle.slug]))
    ratings = _kept_ratings.get(code, lambda: _ratings(code))
    can_apply = guide.can_apply
    face = _kept_faces.get(_face_key(request, guide, can_apply), lambda: _face(guide, can_apply))
    actor = request.actor  # type: ignore[attr-defined]
    if actor.kind != "anonymous":
        draft_url = url_with("portal:apply", code) if my_draft(actor, code) else ""
        held = ids_held(actor, types_fetched(guide.content)) if actor.is_person else None
        answers = _answers(guide, can_apply, held)
        response = _guide_page(request, face | {"notice": answers, "draft_url": draft_url, "ratings": ratings})
        response.headers["Cache-Control"] = "private, no-cache"
        return response
    tag = _tag(request, guide, ratings, can_apply)
    known = get_conditional_response(request, etag=tag) if "HTTP_IF_NONE_MATCH" in request.META else None
    response = known if known is not None else _guide_page(request, face | {"ratings": ratings})
    response.headers["ETag"] = tag
    response.headers["Cache-Control"] = f"public, max-age={KEEP_PAGE}"
    return response


def _guide_page(request: HttpRequest, context: dict[str, Any]) -> HttpResponse:
    return render(request, "portal/guide.html", context)


def _face_key(request: HttpRequest, guide: Guide, can_apply: bool) -> tuple[Any, ...]:
    """Return all that a face depends on: a version never changes, what stands beside it may."""
    names = (guide.office_name, guide.office_name_en, guide.office_code, guide.region_code)
    bundles = tuple(one.version_id for one in queries.bundles_with(guide.code))
    return (
        guide.version_id,
        request.LANGUAGE_CODE,
        can_apply,
        _has_rules(guide.code),
        guide.state,
        guide.closes_at,
        guide.source,
        bundles,
        *names,
    )


def _face(guide: Guide, can_apply: bool) -> dict[str, Any]:
    """Return what a guide says to everybody, worked out once for a version and a language."""
    content = guide.content
    return {
        "item": {
            "code": guide.code,
            "office": Text(guide.office_name, guide.office_name_en),
            "office_code": guide.office_code,
            "region": place_name(guide.region_code),
        },
        "version": {"number": guide.version_number, "date": guide.published_at},
        "c": content,
        "notice": _answers(guide, can_apply, None),
        "facts": short_facts(content),
        "halls": hall_links(guide.office_code),
        "can_apply": can_apply,
        "why_not": "" if can_apply else why_not(guide),
        "draft_url": "",
        "in_bundles": [
            {"name": one.content.name, "url": reverse("portal:bundle", args=[one.content.bundle.slug])}
            for one in queries.bundles_with(guide.code)
            if one.content.bundle
        ],
        "rules_url": reverse("portal:item-rules", args=[guide.code]) if _has_rules(guide.code) else "",
        "is_standard_form": not guide.has_own_form,
        "contact_is_current": guide.source == OWN_SOURCE,
        "jsonld": data_block(government_service(guide)),
    }


def _has_rules(code: str) -> bool:
    """Return whether a published rule decides the cases of an item; those that one decides are asked for once a minute."""
    return code in _kept_rules.get("", items_with_rules)


def _answers(guide: Guide, can_apply: bool, held: Collection[str] | None) -> list[dict[str, Any]]:
    language = "en" if is_english() else "zh-hans"
    return [
        {
            "icon": a.icon,
            "question": a.question,
            "headline": a.headline,
            "detail": a.detail,
            "link": {"url": a.anchor, "words": a.anchor_words.in_(language)} if a.anchor_words else None,
        }
        for a in customer_notice(guide.content, can_apply=can_apply, held=held)
    ]


def why_not(guide: Guide) -> str:
    """Say why nobody can apply for an item now."""
    if guide.type_code in EX_OFFICIO_TYPES:
        kind = ITEM_TYPES[guide.type_code]
        words = _("这是“{kind}”，由机关依职权去做，不用申请，也不能申请。列在这里是为了让大家看得见、管得住。")
        return words.format(kind=_(kind))
    if guide.state == "suspended":
        return _("这项暂停办理。已经提交的照常办。")
    if guide.state == "withdrawn":
        return _("这项已经取消，不再办理。")
    if guide.closes_at and guide.closes_at <= now():
        return _("这项的申请时间已经过了。")
    return _("这项现在不能在网上申请。")


def type_names() -> list[str]:
    """Return the names of the types that are done ex officio, for the translators."""
    return [_("行政处罚"), _("行政强制"), _("行政征收"), _("行政检查")]


def _ratings(code: str) -> dict[str, Any]:
    figures = figures_of("item", code)
    if not figures.total:
        return {}
    latest = [
        {
            "grade": WEIGHTS[r.grade],
            "date": r.rated_at,
            "place": None,
            "text": r.comment,
            "reply": None,
        }
        for r in latest_comments(item_code=code, limit=3)
    ]
    return {"average": round(figures.score or 0, 1), "count": figures.total, "latest": latest}


@lru_cache(maxsize=1)
def _build() -> str:
    """Return what a kept page depends on beside its data: the version of the code and its templates."""
    digest = hashlib.sha256(__version__.encode())
    for path in sorted(Path(__file__).parents[1].glob("*/templates/**/*.html")):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _tag(request: HttpRequest, guide: Guide, ratings: dict[str, Any], can_apply: bool) -> str:
    parts = (
        guide.version_id.hex, guide.state, can_apply, guide.office_name, ratings.get("count", 0), ratings.get("average"),
        _has_rules(guide.code), request.LANGUAGE_CODE, request.look.size, request.look.scheme,  # type: ignore[attr-defined]
        tuple(one.version_id.hex for one in queries.bundles_with(guide.code)),
        _build() if not settings.DEBUG else now(),
    )  # fmt: skip
    return f'W/"{hashlib.sha256(repr(parts).encode()).hexdigest()[:32]}"'


def government_service(guide: Guide) -> dict[str, Any]:
    """Return the item as schema.org describes it (GovernmentService), for search engines and assistants."""
    content = guide.content
    address = f"{settings.YIWANG_ORIGIN}{reverse('portal:item', args=[guide.code])}"
    found: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "GovernmentService",
        "@id": address,
        "url": address,
        "identifier": guide.code,
        "name": content.name.zh,
        "serviceType": ITEM_TYPES.get(guide.type_code, guide.type_code),
        "provider": {
            "@type": "GovernmentOrganization",
            "name": guide.office_name,
            "identifier": guide.office_code,
        },
        "inLanguage": ["zh-CN", "en"] if content.name.en else ["zh-CN"],
    }
    if content.name.en:
        found["alternateName"] = content.name.en
    if content.summary:
        found["description"] = content.summary.zh
    if guide.region_code:
        found["areaServed"] = {
            "@type": "AdministrativeArea",
            "name": full_name(guide.region_code),
            "identifier": guide.region_code,
        }
    if content.audience:
        found["audience"] = [{"@type": "Audience", "audienceType": a} for a in content.audience]
    if content.results:
        found["serviceOutput"] = [{"@type": "GovernmentPermit", "name": r.name.zh} for r in content.results]
    if content.is_free:
        found["offers"] = {"@type": "Offer", "price": "0", "priceCurrency": "CNY"}
    if guide.can_apply:
        apply_at = f"{settings.YIWANG_ORIGIN}{reverse('portal:apply', args=[guide.code])}"
        found["availableChannel"] = {"@type": "ServiceChannel", "serviceUrl": apply_at}
    return found


@for_everybody
def life(request: HttpRequest, event: str) -> HttpResponse:
    """What may be needed at one stage of the life of a person or a firm."""
    events = queries.life_events()
    found = next((e for e in events if e.key == event), None)
    if found is None:
        raise NotVisible
    rows = [card(row) for row in queries.rows_of(queries.codes_by_topic("life", event))]
    context = {
        "event": tile(found) | {"summary": None},
        "results": [{"title": "", "note": None, "rows": rows}] if rows else [],
        "events": [tile(e) for e in events if e.audience == found.audience],
    }
    return render(request, "portal/life.html", context)


def tile(event: Any) -> dict[str, Any]:
    """Return a life event as a tile shows it."""
    return {"key": event.key, "name": Text(event.name_zh, event.name_en), "icon": event.icon}


@for_everybody
def office(request: HttpRequest, code: str) -> HttpResponse:
    """One office, where it is, and what it handles."""
    found = find_office(code)
    if found is None:
        raise NotVisible
    after = request.GET.get("after", "")[:80]
    codes = queries.codes_by_office(code, after=after, limit=ROWS + 1)
    here = reverse("portal:office", args=[code])
    figures = figures_of("office", code)
    context = {
        "office": {
            "code": found.code,
            "name": Text(found.name, found.name_en),
            "region": place_name(found.region_id or ""),
            "place": found.place or None,
            "hours": found.hours or None,
            "phone": found.phone or "",
        },
        "halls": hall_links(found.code),
        "rows": [card(row) for row in queries.rows_of(codes[:ROWS])],
        "total": queries.count_by_office(code),
        "next_url": f"{here}?after={codes[ROWS - 1]}" if len(codes) > ROWS else "",
        "first_url": here if after else "",
        "ratings": {"average": round(figures.score or 0, 1), "count": figures.total} if figures.total else None,
    }
    return render(request, "portal/office.html", context)
