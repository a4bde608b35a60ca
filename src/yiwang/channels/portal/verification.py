"""Is this certificate or document real? A file, a number, or a shown code; nothing of it is kept."""

from datetime import date
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from yiwang.channels.ui.errors import too_many
from yiwang.channels.ui.limits import guessed
from yiwang.channels.ui.wording import date_cn, datetime_cn
from yiwang.domains.catalogue.content import Text
from yiwang.domains.certificates.queries import Finding, PublicValue, public_facts, verify_file, verify_text
from yiwang.domains.documents.queries import KIND_NAMES
from yiwang.foundation.clock import now
from yiwang.foundation.files import MAX_BYTES

MEGABYTES = MAX_BYTES // (1024 * 1024)


@never_cache
def verify(request: HttpRequest) -> HttpResponse:
    """Answer with a verdict: valid, expired, revoked, altered or unknown, and why."""
    code = request.POST.get("code", request.GET.get("code", "")).strip()[:400]
    problems: list[dict[str, str]] = []
    finding: Finding | None = None
    if request.method == "POST" or code:
        if wait := guessed(request, "verify"):
            return too_many(request, wait)
        file = request.FILES.get("file")
        if file is not None and (file.size or 0) > MAX_BYTES:
            problems.append({"href": "#file", "message": _("文件不要超过 {n} MB。你选的太大。").format(n=MEGABYTES)})
        elif file is not None:
            finding = verify_file(file.read())
        elif code:
            finding = verify_text(code)
        else:
            problems.append({"href": "#code", "message": _("填一个标识、编号或亮证码，或者选一个文件。")})
    result = result_of_finding(finding) if finding else None
    context = {"code": code, "problems": problems, "megabytes": MEGABYTES, "result": result}
    return render(request, "portal/verify.html", context, status=422 if problems else 200)


def _text(words: tuple[str, str]) -> Text:
    return Text(*words)


def _value(value: PublicValue) -> Any:
    if isinstance(value, tuple):
        return Text(*value)
    return date_cn(value, year=True) if isinstance(value, date) else value


def result_of_finding(finding: Finding) -> dict[str, Any]:
    """Return what was found out about a certificate or document, as the templates show it."""
    color, headline, detail, advice = _verdict(finding)
    certificate = None
    if record := finding.certificate or finding.document:
        if finding.certificate:
            name = Text(finding.certificate.type.name, finding.certificate.type.name_en)
        else:
            name = Text(*KIND_NAMES[finding.document.kind])  # type: ignore[union-attr]
        rows = [{"words": _text(words), "value": _value(value)} for words, value in public_facts(finding)]
        certificate = {"name": name, "office": Text(record.office.name, record.office.name_en), "rows": rows}
    return {
        "color": color,
        "headline": headline,
        "detail": detail,
        "advice": advice,
        "certificate": certificate if finding.verdict != "altered" else None,
        "checks": [{"ok": c.ok, "words": _text(c.words), "detail": _text(c.detail)} for c in finding.checks],
        "differences": [{"words": _text(d.words), "signed": d.signed, "found": d.found} for d in finding.differences],
    }


def _verdict(finding: Finding) -> tuple[str, str, Any, str | None]:
    reason = _text(finding.reasons[0]) if finding.reasons else ""
    match finding.verdict:
        case "valid":
            return (
                "success",
                _("真的，现在有效"),
                _("和签发时一样。查询于 {time}。").format(time=datetime_cn(now())),
                None,
            )
        case "expired":
            return "warning", _("真的，但已过期"), reason, _("请对方出示换发后的新证。")
        case "revoked":
            return "warning", _("真的，但不再有效"), reason, _("不要再凭它办事。有疑问，问发证机关。")
        case "altered":
            words = _("请对方当面出示原件，或者让对方用手机亮证，扫码看实时结果。怀疑造假，可以向发证机关反映。")
            count = len(finding.differences)
            detail = _("盖章以后，这份文件里有 {n} 处被改动。").format(n=count) if count else reason
            return "danger", _("内容被改过，不要采信"), detail, words
    return "neutral", _("查不到，不能说是真是假"), reason, _("不是这里签发的，这里查不到。请到签发它的平台去验。")
