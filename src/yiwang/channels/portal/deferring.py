"""Supply the papers that one said one would supply later (容缺): a file for each, some now and some another day."""

from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from yiwang.channels.portal.entrance import signed_in
from yiwang.channels.ui.form_pages import ACCEPT
from yiwang.channels.ui.wording import is_english
from yiwang.domains.cases import queries
from yiwang.domains.cases.actions import supply_deferred
from yiwang.domains.cases.models import Case
from yiwang.domains.catalogue.content import Text
from yiwang.domains.papers.queries import StoredFile, store_upload
from yiwang.foundation.files import MAX_BYTES, FileRefused

MOST_FILES = 5
Sent = tuple[str, StoredFile, str]


@signed_in
def deferred(request: HttpRequest, number: str) -> HttpResponse:
    """Show what is still to follow, and hand in what is there."""
    case = queries.case_by_number(request.actor, number)  # type: ignore[attr-defined]
    case_url = reverse("portal:case", args=[case.number])
    open_ = _open(case)
    if not open_ or not case.is_open:
        return HttpResponseRedirect(case_url)
    problems: dict[str, str] = {}
    if request.method == "POST":
        sent, problems = _sent(request, open_)
        if sent and not problems:
            supply_deferred(case_id=case.pk, uploads=sent, by=request.actor)  # type: ignore[attr-defined]
            return HttpResponseRedirect(case_url)
        if not problems:
            problems = {open_[0]["key"]: _("选一份文件再交。")}
    context = {
        "case": {"number": case.number, "name": Text(case.item_name, case.item_name_en), "url": case_url},
        "rows": [one | {"problem": problems.get(one["key"], "")} for one in open_],
        "problems": [{"href": f"#f-{key}", "message": words} for key, words in problems.items()],
        "due_on": min((one["due_on"] for one in open_ if one["due_on"]), default=None),
        "accept": ACCEPT,
        "note": _("每份不超过 {n} MB").format(n=MAX_BYTES // (1024 * 1024)),
    }
    return render(request, "portal/cases/deferred.html", context, status=422 if problems else 200)


def _open(case: Case) -> list[dict[str, Any]]:
    names = {m.key: m for m in queries.case_content(case).materials or []}
    return [
        {
            "key": one.material,
            "name": names[one.material].name if one.material in names else Text("其他材料", "Another paper"),
            "hint": names[one.material].note if one.material in names else None,
            "due_on": one.due_on,
        }
        for one in queries.deferrals_of(case)
        if one.supplied_at is None and one.due_on is not None
    ]


def _sent(request: HttpRequest, open_: list[dict[str, Any]]) -> tuple[list[Sent], dict[str, str]]:
    """Store the files that came; return them, and what is wrong with those that were not taken."""
    sent: list[Sent] = []
    problems: dict[str, str] = {}
    for one in open_:
        for file in request.FILES.getlist(f"{one['key']}-file")[:MOST_FILES]:
            name = file.name or ""
            try:
                if (file.size or 0) > MAX_BYTES:
                    raise FileRefused("too_large", limit=MAX_BYTES // (1024 * 1024))
                sent.append((one["key"], store_upload(file.read()), name[:200]))
            except FileRefused as refusal:
                problems[one["key"]] = refusal.en if is_english() else refusal.zh
    return sent, problems
