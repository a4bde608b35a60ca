"""/me/certificates: the wallet, one certificate, its code and its PDF."""

import datetime as dt
from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from yiwang.channels.portal.entrance import signed_in
from yiwang.channels.ui.downloads import certificate_pdf, download
from yiwang.domains.cases.queries.after_grant import items_about, renew_until
from yiwang.domains.certificates.models import Certificate
from yiwang.domains.certificates.queries import face_of, finding_of, is_in_force, visible_to
from yiwang.domains.seals.pades.qr import qr_svg
from yiwang.foundation.actions import NotVisible
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import today

ENDS_SOON = dt.timedelta(days=60)
COLORS = ("accent", "info", "success", "neutral")
OFF = {
    "suspended": gettext_lazy("暂扣中，现在不能用"),
    "revoked": gettext_lazy("已撤销"),
    "cancelled": gettext_lazy("已注销"),
    "replaced": gettext_lazy("已换发新证"),
}
MOST = 200


def ends_soon(certificate: Certificate) -> bool:
    """Return whether a certificate still counts, but not for long."""
    until = certificate.valid_until
    return until is not None and is_in_force(certificate) and until - today() <= ENDS_SOON


def expiring(actor: Actor) -> list[Certificate]:
    """Return the certificates that end within the next weeks, the first to end first."""
    soon = visible_to(actor).filter(state="valid", valid_until__gte=today(), valid_until__lte=today() + ENDS_SOON)
    return list(soon.order_by("valid_until")[:5])


def wallet_card(certificate: Certificate) -> dict[str, Any]:
    """Return what the wallet shows of a certificate."""
    in_force = is_in_force(certificate)
    soon = ends_soon(certificate)
    kind, until = certificate.type, certificate.valid_until
    return {
        "id": str(certificate.pk),
        "name": {"zh": kind.name, "en": kind.name_en or kind.name},
        "holder": certificate.holder_name,
        "number": certificate.number,
        "until": until,
        "days": (until - today()).days if until else None,
        "office": {"zh": certificate.office.name, "en": certificate.office.name_en or certificate.office.name},
        "color": "warning" if soon else COLORS[sum(kind.code.encode()) % len(COLORS)] if in_force else "neutral",
        "is_off": not in_force,
        "off_words": OFF.get(certificate.state, gettext_lazy("已过有效期")),
        "soon": soon,
    }


@require_safe
@signed_in
def wallet(request: HttpRequest) -> HttpResponse:
    """/me/certificates: one's own, or those of the firm that one acts for. `show`: all, soon, off."""
    cards = [wallet_card(certificate) for certificate in visible_to(request.actor)[:MOST]]  # type: ignore[attr-defined]
    cards.sort(key=lambda card: card["is_off"])
    kinds = {
        "all": cards,
        "soon": [card for card in cards if card["soon"]],
        "off": [card for card in cards if card["is_off"]],
    }
    show = request.GET.get("show", "all")
    show = show if kinds.get(show) else "all"
    sizes = {kind: len(found) for kind, found in kinds.items()}
    return render(
        request,
        "portal/certificates/wallet.html",
        {"cards": kinds[show], "show": show, "sizes": sizes, "soon": kinds["soon"]},
    )


def own(actor: Actor, certificate_id: UUID) -> Certificate:
    """Return a certificate of the person, or of the firm that they act for.

    Raises:
        NotVisible: where there is none.
    """
    found = visible_to(actor).filter(pk=certificate_id).first()
    if found is None:
        raise NotVisible
    return found


@require_http_methods(["GET", "POST"])
@signed_in
def certificate(request: HttpRequest, certificate_id: UUID) -> HttpResponse:
    """/me/certificates/<id>: its face, numbers hidden; POST shows them in full, once."""
    found = own(request.actor, certificate_id)  # type: ignore[attr-defined]
    in_full = request.method == "POST"
    finding = finding_of(found)
    context = {
        "card": wallet_card(found),
        "face": [{"words": words, "value": value} for words, value in face_of(found, masked=not in_full)],
        "in_full": in_full,
        "issued_on": found.issued_on,
        "identifier": found.identifier,
        "code": found.verify_code,
        "verdict": finding.verdict,
        "reasons": [{"zh": zh, "en": en} for zh, en in finding.reasons],
        "case_id": found.case_id,
        "after": _after_grant(found) if finding.verdict == "valid" else [],
    }
    return render(request, "portal/certificates/certificate.html", context)


ABOUT = {
    "renewal": (gettext_lazy("延续"), gettext_lazy("有效期接着算，不用从头办。")),
    "change": (gettext_lazy("变更"), gettext_lazy("证上写的变了，换一张新的，有效期不变。")),
    "cancellation": (gettext_lazy("注销"), gettext_lazy("不再用了，交回去。")),
}
"""What an item does to a certificate → its word, and what that means for the holder."""


def _after_grant(found: Certificate) -> list[dict[str, Any]]:
    """Return the items through which the holder renews, changes or gives up a certificate, each with what it does."""
    items, until = items_about(found), renew_until(found)
    in_time = until if until and until >= today() else None
    return [
        {
            "words": words,
            "does": does,
            "until": in_time if about == "renewal" else None,
            "name": items[about].content.name,
            "url": f"{reverse('portal:apply', args=[items[about].code])}?about={found.pk}",
        }
        for about, (words, does) in ABOUT.items()
        if about in items
    ]


@require_safe
@signed_in
def qr(request: HttpRequest, certificate_id: UUID) -> HttpResponse:
    """/me/certificates/<id>/qr.svg: what somebody scans to check the certificate."""
    found = own(request.actor, certificate_id)  # type: ignore[attr-defined]
    drawn = qr_svg(f"{settings.YIWANG_ORIGIN}/verify?code={found.verify_code}")
    response = HttpResponse(drawn, content_type="image/svg+xml")
    response.headers["Cache-Control"] = "private, no-store"
    return response


@require_safe
@signed_in
def pdf(request: HttpRequest, certificate_id: UUID) -> HttpResponse:
    """/me/certificates/<id>/pdf: the sealed PDF, drawn at the first time of asking and kept."""
    actor = request.actor  # type: ignore[attr-defined]
    found = own(actor, certificate_id)
    try:
        sealed = certificate_pdf(found, by=actor)
    except LookupError:
        response = render(request, "portal/certificates/sealing.html", {"card": wallet_card(found)}, status=202)
        response.headers["Retry-After"] = response.headers["Refresh"] = "3"
        return response
    return download(sealed, name=f"{found.type.name}-{found.number}.pdf", media_type="application/pdf")
