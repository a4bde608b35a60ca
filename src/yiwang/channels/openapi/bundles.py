"""一件事: what one event in life needs, as one form and one set of papers. All of it is public."""

from typing import Annotated, Any

import msgspec
from django.http import HttpRequest
from ninja import Path, Query, Router

from yiwang.channels.openapi.access import visitor
from yiwang.channels.openapi.catalogue import Audience, form_out
from yiwang.channels.openapi.shapes import bundles as shapes
from yiwang.channels.openapi.shapes import words, words_of
from yiwang.domains.catalogue.content import Bundle, Part
from yiwang.domains.catalogue.content.parting import stages
from yiwang.domains.catalogue.queries import Guide, Row, bundle_by_slug, bundles, rows_of
from yiwang.foundation.actions import NotVisible

router = Router(tags=["bundles"], auth=visitor)
LONGEST_SLUG = 80
Slug = Annotated[str, Path(description="Name of the bundle.", examples=["birth"])]


def bundle_or_404(slug: str) -> tuple[Guide, Bundle]:
    """Return a bundle, also one that takes no applications now.

    Raises:
        NotVisible: where there is none.
    """
    found = bundle_by_slug(slug) if len(slug) <= LONGEST_SLUG else None
    if found is None or found.content.bundle is None:
        raise NotVisible
    return found, found.content.bundle


def _common(found: Guide, bundle: Bundle) -> dict[str, Any]:
    content = found.content
    return {
        "slug": bundle.slug,
        "code": found.code,
        "name": words(found.name, found.name_en),
        "summary": words_of(content.summary) if content.summary else None,
        "audience": list(content.audience),
        "promised_limit": msgspec.to_builtins(content.promised_limit),
    }


@router.get("/bundles", response=shapes.BundleList, operation_id="listBundles", summary="Bundles / 一件事")
def list_bundles(request: HttpRequest, audience: Audience) -> dict[str, Any]:
    """Every event for which one form and one set of papers serve several offices; there are few, so in one page."""
    found = [(one, one.content.bundle) for one in bundles()]
    items = [
        _common(one, bundle) | {"parts": len(bundle.parts)}
        for one, bundle in found
        if bundle and (not audience or not one.content.audience or audience in one.content.audience)
    ]
    return {"items": items}


@router.get(
    "/bundles/{slug}",
    response=shapes.BundleOut,
    by_alias=True,
    operation_id="getBundle",
    summary="A bundle with its form / 一件事详情",
)
def get_bundle(
    request: HttpRequest,
    slug: Slug,
    for_firm: Annotated[bool, Query(default=False, description="The form that a firm fills in, where it differs.")],
) -> dict[str, Any]:
    """What belongs to it and what waits for what, the one merged form, and the papers, each once.

    Begin a draft with `code`, or hand it in whole as a joint case.
    """
    found, bundle = bundle_or_404(slug)
    rows = {row.code: row for row in rows_of(part.item for part in bundle.parts)}
    content = msgspec.to_builtins(found.content)
    return {
        **_common(found, bundle),
        "can_apply": found.can_apply,
        "parts": [_part(part, rows.get(part.item)) for part in bundle.parts],
        "stages": [[part.key for part in stage] for stage in stages(bundle.parts)],
        "materials": content.get("materials") or [],
        "form": form_out(found, for_firm=for_firm),
    }


def _part(part: Part, row: Row | None) -> dict[str, Any]:
    name = part.name or part.title
    return {
        "key": part.key,
        "item": {"code": part.item, "name": words_of(name) if name else words(row.name if row else part.key)},
        "office": words(row.office_name, row.office_name_en) if row else None,
        "note": words_of(part.note) if part.note else None,
        "needs": part.needs,
        "is_optional": part.optional,
        "is_conditional": part.when is not None,
        "promised_limit": msgspec.to_builtins(row.content.promised_limit) if row else None,
    }
