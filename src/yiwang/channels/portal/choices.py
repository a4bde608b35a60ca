"""What an applicant may choose before handing in: papers that follow later, a promise instead of proof, which certificate."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest

from yiwang.channels.portal.sheets import Sheet
from yiwang.channels.portal.wishes import delivery_ways, wished_delivery
from yiwang.channels.ui.form_pages import uuid_or_none
from yiwang.domains.cases import queries
from yiwang.domains.catalogue.content import ItemContent
from yiwang.domains.certificates.queries import visible_to
from yiwang.foundation.actors import Actor
from yiwang.foundation.forms import Field, Problem


def may_follow(content: ItemContent, actor: Actor) -> dict[str, Any]:
    """Return material key → its name, of what this person may hand in later (容缺材料范围)."""
    if queries.promise_barred(actor):
        return {}
    return {one.key: one.name for one in queries.deferrable(content)}


def may_be_promised(content: ItemContent, actor: Actor) -> set[str]:
    """Return the materials that a promise stands for; empty where no promise is possible."""
    terms = content.processing.promise
    if terms is None or not queries.may_promise(content) or queries.promise_barred(actor):
        return set()
    return set(terms.covers)


def _paper(field: Field) -> str:
    """Return the key of the material that an upload is for; empty for any other question."""
    return (field.material or field.key) if field.widget == "upload" else ""


def excused(sheet: Sheet, actor: Actor, problems: list[Problem]) -> list[Problem]:
    """Return those problems that are only a missing paper which may follow, or which a promise stands for."""
    keys = set(may_follow(sheet.content, actor)) | may_be_promised(sheet.content, actor)
    fields = sheet.form.fields
    return [
        one for one in problems if one.code == "required" and one.field in fields and _paper(fields[one.field]) in keys
    ]


def may_wait(sheet: Sheet, actor: Actor, fields: list[Field]) -> dict[str, list[Any]]:
    """Return which papers of a page may be left out for now: those that may follow, those that a promise stands for."""
    keys = {_paper(f) for f in fields} - {""}
    names = {m.key: m.name for m in sheet.content.materials or []}
    promised = may_be_promised(sheet.content, actor)
    return {
        "follow": [name for key, name in may_follow(sheet.content, actor).items() if key in keys],
        "promised": [names[key] for key in keys & promised if key in names],
    }


def choices_context(request: HttpRequest, sheet: Sheet, problems: list[Problem]) -> dict[str, Any]:
    """Return what the last page asks beside the declaration; `problems` are all that the form has."""
    actor, posted = request.actor, request.POST if request.method == "POST" else None  # type: ignore[attr-defined]
    follow = may_follow(sheet.content, actor)
    fields = sheet.form.fields
    missing = {_paper(fields[p.field]) for p in excused(sheet, actor, problems)}
    chosen = set(posted.getlist("deferred")) if posted is not None else set()
    terms = sheet.content.processing.promise
    has_promise = terms is not None and queries.may_promise(sheet.content) and not queries.promise_barred(actor)
    names = {m.key: m.name for m in sheet.content.materials or []}
    return {
        "follow": [{"key": k, "name": name, "chosen": k in chosen} for k, name in follow.items() if k in missing],
        "promise": {
            "text": terms.text,
            "consequences": terms.consequences,
            "version": terms.version,
            "covers": [names[k] for k in terms.covers if k in names],
            "chosen": posted is not None and "promise" in posted,
        }
        if terms and has_promise
        else None,
        "certificates": _certificates(request, sheet),
        "about": sheet.content.processing.about,
        "ways": delivery_ways(request),
    }


def keep_about(request: HttpRequest, code: str) -> None:
    """Remember which certificate an application that begins now is to be about, until it is chosen on the last page."""
    if certificate := uuid_or_none(request.GET.get("about", "")):
        request.session[about_key(code)] = str(certificate)


def about_key(code: str) -> str:
    """Return where the session keeps the certificate that an application for this item is about."""
    return f"about:{code}"


def _certificates(request: HttpRequest, sheet: Sheet) -> list[dict[str, Any]]:
    """Return the certificates that an item which renews, changes or cancels one may be about, the first to end first."""
    if not sheet.content.processing.about:
        return []
    kinds = {one.certificate_type for one in sheet.content.results or [] if one.certificate_type}
    found = visible_to(request.actor).filter(state__in=["valid", "suspended"])  # type: ignore[attr-defined]
    if kinds:
        found = found.filter(type__code__in=kinds)
    wanted = request.POST.get("certificate", "") or request.session.get(about_key(sheet.item.code), "")
    rows = sorted(found[:50], key=lambda one: (one.valid_until is None, one.valid_until or one.issued_on))
    return [
        {
            "id": str(one.pk),
            "name": {"zh": one.type.name, "en": one.type.name_en or one.type.name},
            "number": one.number,
            "until": one.valid_until,
            "chosen": str(one.pk) == wanted if wanted else at == 0,
        }
        for at, one in enumerate(rows)
    ]


def chosen(request: HttpRequest) -> dict[str, Any]:
    """Return what was chosen, as `submit_draft` takes it."""
    certificate: UUID | None = uuid_or_none(request.POST.get("certificate", ""))
    return {
        "deferred": request.POST.getlist("deferred")[:50],
        "promise": "promise" in request.POST,
        "about_certificate_id": certificate,
        "delivery": wished_delivery(request),
    }
