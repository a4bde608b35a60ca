"""Find items, read their guides and forms; regions and offices. All of it is public."""

from typing import Annotated, Any, Literal

import msgspec
from django.http import HttpRequest
from ninja import Path, Query, Router

from yiwang.channels.openapi.access import actor_of, visitor
from yiwang.channels.openapi.paging import Cursor, Limit, cursor_for, keys_of, page
from yiwang.channels.openapi.shapes import catalogue as shapes
from yiwang.channels.openapi.shapes import words, words_of
from yiwang.domains.cases.queries import may_promise
from yiwang.domains.catalogue.notice import customer_notice, types_fetched
from yiwang.domains.catalogue.queries import Guide, Row, codes_in_order, form_of, guide, rows_of
from yiwang.domains.certificates.queries import ids_held
from yiwang.domains.organisations.queries import offices_of
from yiwang.domains.regions.queries import children
from yiwang.domains.search.actions import log_search
from yiwang.domains.search.queries import LONGEST_BEGINNING, SUGGESTED, find, reason_words, suggest
from yiwang.foundation.actions import NotVisible
from yiwang.foundation.forms import Field, Page

router = Router(tags=["catalogue"], auth=visitor)

RegionCode = Annotated[
    str, Query(default="", max_length=12, pattern="^[0-9]*$", description="Code of a division.", examples=["330106"])
]
Audience = Annotated[
    Literal["", "person", "enterprise", "institution", "organisation", "agency", "other"],
    Query(default="", description="Whom the item serves."),
]
Asked = Annotated[
    str,
    Query(
        default="", max_length=200, description="What somebody wants to do, in their own words.", examples=["开饭店"]
    ),
]
Why = Annotated[bool, Query(default=False, description="Say of each item found why it is there.")]
Code = Annotated[str, Path(description="Code of the item.", examples=["11339900YW0000055D4330199003000"])]


@router.get("/items", response=shapes.ItemPage, operation_id="listItems", summary="Find items / 找事项")
def list_items(
    request: HttpRequest, limit: Limit, cursor: Cursor, q: Asked, region: RegionCode, audience: Audience, why: Why
) -> dict[str, Any]:
    """Find items by one's own words, or list them in order of code. With a region: those of it and of the divisions above.

    Words may be written in traditional characters, in pinyin or its initials, in English, and with a slip: `understood`
    says what was searched for instead. A search comes in one page, the best first; `confident` is false where no item
    surely answers. Where a region has none, `elsewhere` holds what others offer, the nearest first.
    """
    if q.strip():
        found = find(q, region=region, audience=audience, limit=limit, explain=why)
        if not found.confident:
            log_search(query=q, region=region, found=found.total, confident=False, by=actor_of(request))
        rows = [_row(row) for row in rows_of(found.codes[:limit])]
        for row in rows if why else ():
            row["reasons"] = [words_of(one) for one in reason_words(found.reasons.get(row["code"], ()))]
        return {
            "items": rows,
            "confident": found.confident and bool(rows),
            "next": None,
            "suggestions": found.suggestions,
            "understood": found.understood,
            "elsewhere": [_row(row) for row in found.elsewhere],
        }
    after = keys_of(cursor) or [""]
    codes, more = page(codes_in_order(after=after[0], region=region, audience=audience, limit=limit + 1), limit)
    rows = [_row(row) for row in rows_of(codes)]
    return {"items": rows, "confident": bool(rows), "next": cursor_for(codes[-1]) if more else None}


def _row(row: Row) -> dict[str, Any]:
    content = row.content
    return {
        "code": row.code,
        "name": words(row.name, row.name_en),
        "summary": words_of(content.summary) if content.summary else None,
        "office": words(row.office_name),
        "region": row.region_code,
        "group": row.group_code,
        "promised_limit": msgspec.to_builtins(content.promised_limit),
        "is_free": content.is_free,
        "visits": content.visits,
    }


@router.get(
    "/suggestions", response=shapes.Suggestions, operation_id="suggest", summary="Words as one types / 搜索建议"
)
def list_suggestions(
    request: HttpRequest,
    q: Annotated[
        str, Query(default="", max_length=LONGEST_BEGINNING, description="What was typed so far.", examples=["juzhu"])
    ],
) -> dict[str, Any]:
    """At most eight words that lead to items and begin as typed: in characters, pinyin, initials, or a mix of them."""
    return {"suggestions": suggest(q)[:SUGGESTED]}


def item_or_404(code: str) -> Guide:
    """Return an item.

    Raises:
        NotVisible: where there is none.
    """
    found = guide(code) if len(code) <= 80 else None
    if found is None:
        raise NotVisible
    return found


def _version(found: Guide) -> dict[str, Any]:
    return {"id": found.version_id, "number": found.version_number, "published_at": found.published_at}


@router.get(
    "/items/{code}", response=shapes.ItemGuide, operation_id="getItem", summary="An item with its guide / 办事指南"
)
def get_item(request: HttpRequest, code: Code) -> dict[str, Any]:
    """Everything that the current version says. What the source does not state is `null`, never a guess."""
    found = item_or_404(code)
    content = msgspec.to_builtins(found.content)
    if found.source != "yiwang" and content.get("contact"):
        content["contact"] |= {"consult": "", "complaint": ""}
    return {
        "code": found.code,
        "name": words(found.name, found.name_en),
        "type_code": found.type_code,
        "state": found.state,
        "can_apply": found.can_apply,
        "has_own_form": found.has_own_form,
        "office": {"code": found.office_code, "name": words(found.office_name, found.office_name_en)},
        "region": found.region_code,
        "group": found.group_code,
        "version": _version(found),
        "promise": content["processing"]["promise"] if may_promise(found.content) else None,
        "guide": content,
    }


@router.get(
    "/items/{code}/form",
    response=shapes.ItemForm,
    by_alias=True,
    operation_id="getItemForm",
    summary="The form / 申请表",
)
def get_form(
    request: HttpRequest,
    code: Code,
    for_firm: Annotated[bool, Query(default=False, description="The form that a firm fills in, where it differs.")],
) -> dict[str, Any]:
    """The form of the current version: a JSON Schema for the answers, and pages that say how to ask."""
    return form_out(item_or_404(code), for_firm=for_firm)


def form_out(found: Guide, *, for_firm: bool) -> dict[str, Any]:
    """Return the form of an item, or of a bundle, for an answer."""
    form = form_of(found.version_id, for_firm=for_firm)
    return {
        "code": found.code,
        "version": _version(found),
        "is_standard": not found.has_own_form,
        "schema": form.json_schema(),
        "pages": [_page(one) for one in form.pages],
    }


def _page(one: Page) -> dict[str, Any]:
    return {
        "key": one.key,
        "title": words_of(one.title),
        "hint": words_of(one.hint) if one.hint else None,
        "fields": [_field(field) for field in one.fields],
    }


def _field(field: Field) -> dict[str, Any]:
    return {
        "key": field.key,
        "label": words_of(field.label),
        "hint": words_of(field.hint) if field.hint else None,
        "widget": field.widget,
        "unit": words_of(field.unit) if field.unit else None,
        "options": [{"value": option.value, "label": words_of(option.label)} for option in field.options],
        "prefill": field.prefill,
        "material": field.material,
        "columns": [_field(column) for column in field.columns],
    }


@router.get(
    "/items/{code}/notice", response=shapes.Notice, operation_id="getItemNotice", summary="The six answers / 顾客须知"
)
def get_notice(request: HttpRequest, code: Code) -> dict[str, Any]:
    """Can I, what do I need, how long, how much, how many trips, what is fetched for me. With a token, for its person."""
    found = item_or_404(code)
    actor = actor_of(request)
    held = ids_held(actor, types_fetched(found.content)) if actor.is_person else None
    answers = customer_notice(found.content, can_apply=found.can_apply, held=held)
    return {
        "code": found.code,
        "answers": [
            {
                "key": a.key,
                "question": words_of(a.question),
                "headline": words_of(a.headline),
                "detail": words_of(a.detail),
                "state": a.state,
            }
            for a in answers
        ],
    }


@router.get("/regions", response=shapes.RegionPage, operation_id="listRegions", summary="Divisions / 行政区划")
def list_regions(
    request: HttpRequest,
    limit: Limit,
    cursor: Cursor,
    parent: Annotated[str, Query(default="", max_length=12, pattern="^[0-9]*$", description="Empty: the provinces.")],
) -> dict[str, Any]:
    """The divisions directly below one, in order of code."""
    after = (keys_of(cursor) or [""])[0]
    rows, more = page([p for p in children(parent) if p.code > after], limit)
    items = [{"code": p.code, "name": words(p.name, p.name_en), "level": p.level, "parent": p.parent} for p in rows]
    return {"items": items, "next": cursor_for(rows[-1].code) if more else None}


@router.get("/offices", response=shapes.OfficePage, operation_id="listOffices", summary="Offices / 部门")
def list_offices(request: HttpRequest, limit: Limit, cursor: Cursor, region: RegionCode) -> dict[str, Any]:
    """The offices that answer for items, in order of code; with a region, those of it and below."""
    after = (keys_of(cursor) or [""])[0]
    rows, more = page(offices_of(region=region, limit=limit + 1, after=after), limit)
    items = [
        {
            "code": o.code,
            "name": words(o.name, o.name_en),
            "region": o.region_id or "",
            "place": o.place,
            "hours": o.hours,
        }
        for o in rows
    ]
    return {"items": items, "next": cursor_for(rows[-1].code) if more else None}
