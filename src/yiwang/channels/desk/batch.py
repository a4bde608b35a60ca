"""Several cases at once: first a preview, then each case in a step of its own, and what became of each."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yiwang.channels.desk import CASE_ROLES
from yiwang.channels.desk.wording import item_name, short_number, state_words, takers
from yiwang.channels.ui.form_pages import uuid_or_none
from yiwang.channels.ui.officials import StaffRequest, officials, staff_page
from yiwang.domains.cases.actions import accept_case, hand_over_case
from yiwang.domains.cases.models import Case
from yiwang.domains.cases.policies import may_hand_over
from yiwang.domains.cases.queries import case_by_number, next_steps
from yiwang.foundation.actions import NotVisible, Refused
from yiwang.foundation.actors import Actor
from yiwang.foundation.masking import mask_name
from yiwang.foundation.reads.queries import opened_by

MOST = 50
"""So many at once: what one can look over in a preview, and what is done while one waits."""
PATIENCE_SECONDS = 3.0
KINDS = ("accept", "hand_over")


@dataclass
class Line:
    """One case of a batch: what is known of it, whether it can be done, and what became of it."""

    number: str
    case: Case | None = None
    why_not: str = ""
    revision: int = 0
    was_opened: bool = True
    is_done: bool = False
    is_late: bool = False
    """Time ran out before its turn: nothing was done, and it can be done at once."""

    def shown(self) -> dict[str, Any]:
        """Return the line as the page shows it: names as in the queue, people masked."""
        case = self.case
        return {
            "number": self.number,
            "short": short_number(self.number),
            "item": item_name(case) if case else "",
            "applicant": (case.applicant_name if case.firm_id else mask_name(case.applicant_name)) if case else "",
            "state": state_words(case.state) if case else "",
            "why_not": self.why_not,
            "revision": self.revision,
            "was_opened": self.was_opened,
            "is_done": self.is_done,
            "is_late": self.is_late,
        }


@officials(*CASE_ROLES)
@require_POST
def preview(request: StaffRequest) -> HttpResponse:
    """Show what would be done with the chosen cases: which can be, which cannot and why, which nobody opened yet."""
    kind = request.POST.get("do", "")
    picked = list(dict.fromkeys(request.POST.getlist("pick")))
    lines = [_looked_at(request.actor, number[:50], kind) for number in picked[:MOST]]
    seen = opened_by(request.actor, {line.case.pk: line.case.applicant_id for line in lines if line.case})
    for line in lines:
        line.was_opened = line.case is None or line.case.pk in seen
    if not lines or kind not in KINDS:
        return _nothing(request)
    return _page(request, kind, lines, is_over=False, left_out=len(picked) - len(lines))


def _nothing(request: StaffRequest) -> HttpResponse:
    messages.error(request, _("没有选中的件。勾选几件，再来。"))
    return redirect(_back(request))


def _back(request: StaffRequest) -> str:
    """Return the part and page of the queue that the batch was picked on."""
    back = request.POST.get("next", "")
    is_ours = back.startswith("/desk/") and url_has_allowed_host_and_scheme(back, allowed_hosts=None)
    return back if is_ours else reverse("desk:queue")


def _looked_at(actor: Actor, number: str, kind: str) -> Line:
    try:
        case = case_by_number(actor, number)
    except NotVisible:
        return Line(number, why_not=_("不是本部门的件。"))
    return Line(case.number, case, _why_not(actor, case, kind), case.revision)


def _why_not(actor: Actor, case: Case, kind: str) -> str:
    if kind == "hand_over":
        if not case.is_open:
            return _("这一件已经办结。")
        return "" if may_hand_over(actor, case) else _("这一件不在你手上，只有负责人能转。")
    step = next((one for one in next_steps(case, actor) if one.event == "accept"), None)
    if step is None:
        return _("这一件现在是“{state}”，不能受理，或者不归你受理。").format(state=state_words(case.state))
    return "" if step.allowed else step.why_not


@officials(*CASE_ROLES)
@require_POST
def carry_out(request: StaffRequest) -> HttpResponse:
    """Do it, case by case: one that cannot be done holds up no other, and each says what became of it."""
    kind = request.POST.get("do", "")
    to = uuid_or_none(request.POST.get("colleague", ""))
    chosen = [_chosen(text) for text in request.POST.getlist("case")[:MOST]]
    if not chosen or kind not in KINDS:
        return _nothing(request)
    end, lines = time.monotonic() + PATIENCE_SECONDS, []
    for number, revision in chosen:
        if time.monotonic() > end:
            lines.append(Line(number, revision=revision, is_late=True, why_not=_("没来得及，按下面的按钮接着办。")))
            continue
        lines.append(_done(request.actor, number, _step(kind, revision, to, request.actor)))
    return _page(request, kind, lines, is_over=True)


def _chosen(text: str) -> tuple[str, int]:
    number, _colon, revision = text[:80].partition(":")
    return number, int(revision) if revision.isascii() and revision.isdigit() and len(revision) < 9 else 0


def _step(kind: str, revision: int, to: UUID | None, by: Actor) -> Callable[[UUID], Case]:
    if kind == "accept":
        return lambda case_id: accept_case(case_id=case_id, revision=revision, by=by)
    return lambda case_id: hand_over_case(case_id=case_id, staff_id=to or UUID(int=0), by=by)


def _done(actor: Actor, number: str, step: Callable[[UUID], Case]) -> Line:
    line = Line(number)
    try:
        line.case = case_by_number(actor, number)
        line.number = line.case.number
        line.case = step(line.case.pk)
    except NotVisible:
        line.why_not = _("不是本部门的件。")
    except PermissionDenied:
        line.why_not = _("这一步不归你做。")
    except Refused as refusal:
        line.why_not = _(str(refusal.message))
    else:
        line.is_done = True
    return line


def _page(request: StaffRequest, kind: str, lines: list[Line], *, is_over: bool, left_out: int = 0) -> HttpResponse:
    good = [line for line in lines if (line.is_done if is_over else not line.why_not)]
    context = {
        "kind": kind,
        "rows": [line.shown() for line in lines],
        "is_over": is_over,
        "good": len(good),
        "bad": len(lines) - len(good),
        "unopened": sum(not line.was_opened for line in good),
        "left_out": left_out,
        "most": MOST,
        "late": sum(line.is_late for line in lines),
        "to": request.POST.get("colleague", "")[:40],
        "back": _back(request),
        "colleagues": takers(request.actor),
    }
    return staff_page(request, "desk/batch.html", context)
