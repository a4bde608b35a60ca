"""The queue, or what is finished, as a CSV file: it streams, so that a hundred thousand cases cost no more memory than one page."""

import csv
from collections.abc import Iterator
from threading import BoundedSemaphore
from typing import Any, cast

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from yiwang.channels.desk import CASE_ROLES
from yiwang.channels.desk.filters import wanted_of
from yiwang.channels.desk.wording import OUTCOMES, applicant, state_words
from yiwang.channels.ui.officials import StaffRequest, officials
from yiwang.channels.ui.wording import is_english
from yiwang.domains.cases.actions.exporting import begin_export, note_exported
from yiwang.domains.cases.models import State
from yiwang.domains.cases.queries.exporting import exported_pages
from yiwang.domains.cases.queries.lists import Asked
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import ZONE, today

MOST = 200_000
SHORTEST_REASON = 4
_one_at_a_time = BoundedSemaphore(1)
"""Of the threads of a process one may export; the others go on with pages."""

FORMULA = ("=", "+", "-", "@", "＝", "＋", "－", "＠", "\t", "\r")
READ_REASON = gettext_noop("导出办件清单：{reason}")


def harmless(text: str) -> str:
    """Return a cell that no spreadsheet takes for a formula (CWE-1236); line breaks become spaces."""
    cell = " ".join(text.split())
    return f"'{cell}" if text.startswith(FORMULA) or cell.startswith(FORMULA) else cell


class _Line:
    """What the writer writes into: it gives the line back instead of keeping it."""

    def write(self, line: str) -> str:
        """Return the line."""
        return line


@officials(*CASE_ROLES)
@require_POST
def export(request: StaffRequest) -> HttpResponse:
    """Send the list that is shown as a file. With the names of people it needs a reason, and each of them can read it."""
    post = request.POST
    if "show" not in post:
        return _back(post)
    in_full, reason = "in_full" in post, " ".join(post.get("reason", "").split())[:100]
    if in_full and len(reason) < SHORTEST_REASON:
        messages.error(request, _("要带完整姓名，先写明为什么，申请人会看到。"))
        return _back(post)
    if not _one_at_a_time.acquire(blocking=False):
        messages.error(request, _("正在给同事导出，过一会儿再来。"))
        return _back(post)
    try:
        asked = Asked("done") if post.get("show") == "done" else wanted_of(post).asked()
        begin_export(part=asked.which, in_full=in_full, by=request.actor)
        lines = _lines(request.actor, asked, _Words(in_full), READ_REASON.format(reason=reason) if in_full else "")
    except BaseException:
        _one_at_a_time.release()
        raise
    return _file(lines, asked.which)


def _back(post: Any) -> HttpResponse:
    return redirect("desk:done" if post.get("show") == "done" else "desk:queue")


def _file(lines: Iterator[str], which: str) -> HttpResponse:
    response = _Streamed(lines, content_type="text/csv; charset=utf-8")
    name = f"{_('办件清单')}-{which}-{today():%Y%m%d}.csv"
    response.headers["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["X-Content-Type-Options"] = "nosniff"
    return cast("HttpResponse", response)


class _Streamed(StreamingHttpResponse):
    """An answer that lets the next export begin once it is over, or broken off; a server may close it twice."""

    is_held = True

    def close(self) -> None:
        """Let go."""
        super().close()
        if self.is_held:
            self.is_held = False
            _one_at_a_time.release()


class _Words:
    """The words of the file in the language of the request: the file is written when that is over."""

    def __init__(self, in_full: bool) -> None:
        self.in_full = in_full
        self.header = [
            _("编号"), _("事项"), _("申请人"), _("环节或结果"), _("收到"), _("受理"), _("期限"), _("法定期限"), _("承办人"), _("办结"),
        ]  # fmt: skip
        self.states = {state.value: state_words(state.value) for state in State}
        self.outcomes = {key: _(words) for key, (words, _color) in OUTCOMES.items()}
        self.english = is_english()

    def row(self, case: dict[str, Any]) -> list[str]:
        """Return the cells of one case."""
        name = str(case["applicant_name"]) if self.in_full else applicant(case)
        outcome = self.outcomes.get(case.get("outcome") or "", "")
        return [
            case["number"],
            (case["item_name_en"] if self.english else "") or case["item_name"],
            name,
            outcome or self.states.get(case["state"], case["state"]),
            *(_moment(case.get(at)) for at in ("submitted_at", "accepted_at")),
            *(case[on].isoformat() if case[on] else "" for on in ("due_on", "legal_due_on")),
            case["assignee__name"] or "",
            _moment(case.get("closed_at")),
        ]


def _moment(value: Any) -> str:
    return f"{value.astimezone(ZONE):%Y-%m-%d %H:%M}" if value else ""


def _lines(actor: Actor, asked: Asked, words: _Words, reason: str) -> Iterator[str]:
    """Give the file a page at a time; whose names are on a page is written down before the page leaves."""
    writer = csv.writer(_Line(), quoting=csv.QUOTE_ALL)
    yield "\ufeff" + str(writer.writerow(words.header))
    for page in exported_pages(actor, asked, most=MOST):
        if reason:
            note_exported(cases=[(row["applicant_id"], row["id"]) for row in page], reason=reason, by=actor)
        yield "".join(str(writer.writerow([harmless(cell) for cell in words.row(row)])) for row in page)
