"""The certificates that the office issued, and taking one back."""

import datetime as dt
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET, require_POST

from yiwang.channels.desk import CASE_ROLES
from yiwang.channels.desk.finding import PARAMETER, key_for, plain_words, words_of
from yiwang.channels.ui.officials import StaffRequest, officials, staff_page
from yiwang.channels.ui.wording import is_english, text_of
from yiwang.domains.certificates.actions import restore_certificate, suspend_certificate, withdraw_certificate
from yiwang.domains.certificates.models import Certificate
from yiwang.domains.certificates.policies import may_withdraw
from yiwang.domains.certificates.queries import face_of, is_in_force, visible_to
from yiwang.foundation.actions import InvalidInput, NotVisible, Refused
from yiwang.foundation.masking import mask_name
from yiwang.foundation.reads.actions import record_read

PAGE = 30
STATES = {
    "valid": (gettext_noop("有效"), "success"),
    "suspended": (gettext_noop("暂扣"), "warning"),
    "revoked": (gettext_noop("已撤销"), "danger"),
    "cancelled": (gettext_noop("已注销"), "neutral"),
    "replaced": (gettext_noop("已换发"), "neutral"),
}
WAYS = {
    "revoked": (gettext_noop("撤销"), gettext_noop("本来就不该发，例如条件不符、以欺骗取得")),
    "cancelled": (gettext_noop("注销"), gettext_noop("该发，但不再有了，例如到期、主体终止、本人申请")),
}
GROUNDS = {
    "revoked": {"wrongly_granted": gettext_noop("不符合条件而准予"), "fraud": gettext_noop("以欺骗、贿赂取得")},
    "cancelled": {
        "expired": gettext_noop("有效期满没有延续"),
        "holder_gone": gettext_noop("持有人死亡或者终止"),
        "asked_for": gettext_noop("持有人申请注销"),
    },
}
"""行政许可法 art. 69 (revoke) and 70 (cancel): the way → its grounds."""


SUSPENSIONS = {
    "punished": gettext_noop("依法暂扣（行政处罚）"),
    "under_inquiry": gettext_noop("正在调查"),
    "asked_for": gettext_noop("持有人申请"),
}
"""Why a certificate does not count for a while."""


@officials(*CASE_ROLES)
@require_GET
def certificates(request: StaffRequest) -> HttpResponse:
    """Show the certificates of the office, the newest first."""
    words, key = words_of(request)
    found = visible_to(request.actor)
    if words:
        found = found.filter(Q(number=words.upper()) | Q(identifier=words.upper()) | Q(holder_name__icontains=words))
    if before := _cursor(request.GET.get("before", "")):
        found = found.filter(Q(issued_on__lt=before[0]) | Q(issued_on=before[0], id__lt=before[1]))
    rows = list(found[: PAGE + 1])
    more = (
        {**({PARAMETER: key} if key else {}), "before": f"{rows[PAGE - 1].issued_on}_{rows[PAGE - 1].pk}"}
        if len(rows) > PAGE
        else None
    )
    context = {
        "rows": [_row(one) for one in rows[:PAGE]],
        "words": words,
        "next_url": f"?{urlencode(more)}" if more else "",
        "first_url": f"?{urlencode({PARAMETER: key} if key else {})}" if "before" in request.GET else "",
    }
    return staff_page(request, "desk/certificates.html", context)


@officials(*CASE_ROLES)
@require_POST
def find(request: StaffRequest) -> HttpResponse:
    """Look for a certificate by number, sign or holder."""
    key = key_for(request, plain_words(request.POST.get("q", "")))
    return redirect(f"{reverse('desk:certificates')}{f'?{PARAMETER}={key}' if key else ''}")


def _cursor(text: str) -> tuple[dt.date, UUID] | None:
    day, _, last = text.partition("_")
    try:
        return dt.date.fromisoformat(day), UUID(last)
    except ValueError:
        return None


def _row(one: Certificate) -> dict[str, object]:
    words, color = STATES.get(one.state, (one.state, "neutral"))
    if one.state == "valid" and not is_in_force(one):
        words, color = gettext_noop("已过期"), "warning"
    return {
        "id": one.pk,
        "type": (one.type.name_en if is_english() else "") or one.type.name,
        "number": one.number,
        "holder": one.holder_name if one.holder_firm_id else mask_name(one.holder_name),
        "issued_on": one.issued_on,
        "valid_until": one.valid_until,
        "state": _(words),
        "color": color,
    }


@officials(*CASE_ROLES)
@require_GET
def certificate(request: StaffRequest, certificate_id: UUID) -> HttpResponse:
    """Show one certificate, and to the head of the office the form that takes it back."""
    return _page(request, certificate_id)


def _page(request: StaffRequest, certificate_id: UUID, refusal: Refused | None = None) -> HttpResponse:
    found = _own(request, certificate_id)
    if found.holder_person_id:
        reason, case_id = gettext_noop("看证照"), found.case_id
        record_read(
            person_id=found.holder_person_id, what="certificate", reason=reason, case_id=case_id, by=request.actor
        )
    context = {
        "one": _row(found)
        | {"holder": found.holder_name, "identifier": found.identifier, "signed_at": found.signed_at},
        "face": [(text_of(label), value) for label, value in face_of(found, masked=True)],
        "may_withdraw": found.state in {"valid", "suspended"} and may_withdraw(request.actor, found),
        "may_suspend": found.state == Certificate.State.VALID and may_withdraw(request.actor, found),
        "may_restore": found.state == Certificate.State.SUSPENDED and may_withdraw(request.actor, found),
        "suspensions": [(key, _(words)) for key, words in SUSPENSIONS.items()],
        "ways": [
            {"state": s, "words": _(w), "hint": _(h), "grounds": [(k, _(g)) for k, g in GROUNDS[s].items()]}
            for s, (w, h) in WAYS.items()
        ],
        "refusal": _(str(refusal.message)) if refusal else "",
        "typed": request.POST.get("ground", ""),
    }
    status = 200 if refusal is None else 422 if isinstance(refusal, InvalidInput) else 409
    return staff_page(request, "desk/certificate.html", context, status=status)


def _own(request: StaffRequest, certificate_id: UUID) -> Certificate:
    found = visible_to(request.actor).filter(pk=certificate_id).first()
    if found is None:
        raise NotVisible
    return found


@officials("head")
@require_POST
def suspend(request: StaffRequest, certificate_id: UUID) -> HttpResponse:
    """Let a certificate not count until it is restored."""
    found = _own(request, certificate_id)
    try:
        suspend_certificate(certificate_id=found.pk, ground=request.POST.get("ground", ""), by=request.actor)
    except Refused as refusal:
        return _page(request, certificate_id, refusal)
    messages.success(request, _("已暂扣。谁来验证都会看到现在不能用。"))
    return redirect("desk:certificate", found.pk)


@officials("head")
@require_POST
def restore(request: StaffRequest, certificate_id: UUID) -> HttpResponse:
    """Let a suspended certificate count again."""
    found = _own(request, certificate_id)
    try:
        restore_certificate(certificate_id=found.pk, by=request.actor)
    except Refused as refusal:
        return _page(request, certificate_id, refusal)
    messages.success(request, _("已恢复，从现在起又有效。"))
    return redirect("desk:certificate", found.pk)


@officials("head")
@require_POST
def withdraw(request: StaffRequest, certificate_id: UUID) -> HttpResponse:
    """Revoke or cancel a certificate; from now on it reads so wherever it is checked."""
    found = _own(request, certificate_id)
    state, _dot, ground = request.POST.get("ground", "").partition(".")
    try:
        _withdraw(request, found, state, ground)
    except Refused as refusal:
        return _page(request, certificate_id, refusal)
    messages.success(request, _("已生效。谁来验证都会看到这张证照不再有效。"))
    return redirect("desk:certificate", found.pk)


def _withdraw(request: StaffRequest, found: Certificate, state: str, ground: str) -> None:
    if ground not in GROUNDS.get(state, {}) or request.POST.get("sure") != "yes":
        raise InvalidInput(_("选一个理由，并勾选已核对。"), code="no_ground")
    withdraw_certificate(certificate_id=found.pk, state=state, ground=ground, by=request.actor)
