"""What part of the queue an address asks for, and the parts that an official keeps under a name."""

from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, QueryDict
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_POST

from yiwang.channels.desk import CASE_ROLES
from yiwang.channels.desk.supervision import uuid_of
from yiwang.channels.ui.officials import StaffRequest, officials
from yiwang.domains.cases.actions.notes import forget_filter, save_filter
from yiwang.domains.cases.queries.lists import Asked
from yiwang.domains.cases.queries.notes import Filter
from yiwang.foundation.actions import Refused
from yiwang.foundation.clock import today
from yiwang.foundation.clock.queries import calendar

PARTS = {
    "all": gettext_noop("全部"),
    "mine": gettext_noop("我手上的"),
    "unclaimed": gettext_noop("没人领"),
    "acceptance": gettext_noop("待受理"),
    "review": gettext_noop("待审查"),
    "decision": gettext_noop("审查和决定"),
    "waiting": gettext_noop("等补正"),
    "overdue": gettext_noop("过期"),
    "today": gettext_noop("今天最后一天"),
}
MOST_DAYS = 60
LONGEST_WORDS = 100


@dataclass(frozen=True)
class Wanted:
    """What an official looks at: a part, words, a colleague's cases, those due within some working days."""

    show: str = "all"
    q: str = ""
    colleague: UUID | None = None
    days: int | None = None

    def address(self) -> dict[str, str]:
        """Return it as an address says it; what is as ever is left out, but for the part."""
        found = {"show": self.show, "q": self.q}
        found["colleague"] = str(self.colleague) if self.colleague else ""
        found["days"] = "" if self.days is None else str(self.days)
        return {name: value for name, value in found.items() if value or name == "show"}

    def asked(self) -> Asked:
        """Return it as the queue asks for it."""
        due_by = None if self.days is None else calendar().add_workdays(today(), self.days)
        return Asked(self.show, self.q, self.colleague, due_by)


def wanted_of(given: QueryDict | dict[str, Any]) -> Wanted:
    """Return what an address, a form or a kept filter asks for; whatever cannot be read is as ever."""
    show, days = str(given.get("show", "all")), str(given.get("days", ""))
    words = " ".join(str(given.get("q", "")).replace("\0", "").split())[:LONGEST_WORDS]
    count = int(days) if days.isascii() and days.isdigit() and len(days) < 3 else None
    return Wanted(
        show if show in PARTS else "all",
        words,
        uuid_of(str(given.get("colleague", ""))),
        count if count is not None and count <= MOST_DAYS else None,
    )


def kept_filters(filters: list[Filter], here: Wanted) -> list[dict[str, Any]]:
    """Return one's own filters as chips."""
    return [
        {
            "id": one.id,
            "name": one.name,
            "url": f"?{urlencode(wanted_of(one.asked).address())}",
            "is_here": wanted_of(one.asked) == here,
        }
        for one in filters
    ]


def _back(wanted: Wanted) -> HttpResponse:
    return redirect(f"{reverse('desk:queue')}?{urlencode(wanted.address())}")


@officials(*CASE_ROLES)
@require_POST
def save(request: StaffRequest) -> HttpResponse:
    """Keep the part of the queue that is shown under a name."""
    wanted = wanted_of(request.POST)
    try:
        save_filter(name=request.POST.get("name", ""), asked=wanted.address(), by=request.actor)
    except Refused as refusal:
        messages.error(request, _(str(refusal.message)))
    else:
        messages.success(request, _("存好了，下次在上面点一下就是。"))
    return _back(wanted)


@officials(*CASE_ROLES)
@require_POST
def forget(request: StaffRequest, filter_id: UUID) -> HttpResponse:
    """Keep a filter no longer."""
    forget_filter(filter_id=filter_id, by=request.actor)
    messages.success(request, _("删掉了。"))
    return redirect("desk:queue")
