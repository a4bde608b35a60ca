"""Follow a case without signing in: number and query code (申报号 + 查询密码), limited against guessing."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from yiwang.channels.portal.journey import public_view
from yiwang.channels.ui.errors import too_many
from yiwang.channels.ui.limits import guessed, guessed_too_often
from yiwang.domains.cases.queries import case_by_query_code


@never_cache
def progress(request: HttpRequest) -> HttpResponse:
    """Ask for number and query code; show where the case stands, without anybody's name or papers."""
    number = request.POST.get("number", request.GET.get("number", "")).strip()[:80].replace("\0", "")
    problems: list[dict[str, str]] = []
    shown: dict[str, Any] | None = None
    if request.method == "POST":
        code = request.POST.get("query_code", "").strip()[:20]
        if not number:
            problems.append({"href": "#number", "message": _("填办件编号，在收件凭证上。")})
        if not code:
            problems.append({"href": "#query_code", "message": _("填查询码，在收件凭证上。")})
        if not problems:
            bare = number.replace(" ", "").upper()
            if wait := guessed_too_often(request, "progress"):
                return too_many(request, wait)
            case = case_by_query_code(bare, code.replace("-", ""))
            if case is None:
                guessed(request, "progress")
                problems.append({"href": "#number", "message": _("编号和查询码对不上。对照收件凭证再填一次。")})
            else:
                shown = public_view(case)
    context = {"number": number, "problems": problems, "case": shown}
    return render(request, "portal/progress.html", context, status=422 if problems else 200)
