"""What part of the queue an address asks for, and the parts that an official keeps under a name."""

from dataclasses import dataclass, field, replace
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
from yiwang.channels.desk.finding import PARAMETER, key_for, plain_words, words_of
from yiwang.channels.ui.form_pages import uuid_or_none
from yiwang.channels.ui.officials import StaffRequest, officials
from yiwang.domains.cases.actions.notes import forget_filter, save_filter
from yiwang.domains.cases.queries.lists import Asked
from yiwang.domains.cases.queries.notes import Filter, my_filters
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
MOST_SIGNS = 80
"""Of the code of an item."""
KEPT = "f-"
"""How the key of a filter that is kept begins; those of the session have no such sign."""


@dataclass(frozen=True)
class Wanted:
    """What an official looks at: a part, words, a colleague's cases, those due within some working days, one item.

    Words may be a name: in an address their `key` stands for them, of the session or of a filter that is kept.
    """

    show: str = "all"
    q: str = ""
    colleague: UUID | None = None
    days: int | None = None
    item: str = ""
    key: str = field(default="", compare=False)

    def address(self) -> dict[str, str]:
        """Return it as an address says it; what is as ever is left out, but for the part."""
        return self._said(PARAMETER, self.key if self.q else "")

    def fields(self) -> dict[str, str]:
        """Return it as a form posts it and as it is kept, with the words themselves."""
        return self._said("q", self.q)

    def _said(self, name: str, value: str) -> dict[str, str]:
        found = {"show": self.show, name: value}
        found["colleague"] = str(self.colleague) if self.colleague else ""
        found["days"] = "" if self.days is None else str(self.days)
        found["item"] = self.item
        return {name: value for name, value in found.items() if value or name == "show"}

    def asked(self) -> Asked:
        """Return it as the queue asks for it."""
        due_by = None if self.days is None else calendar().add_workdays(today(), self.days)
        return Asked(self.show, self.q, self.colleague, due_by, self.item)


def wanted_of(given: QueryDict | dict[str, Any]) -> Wanted:
    """Return what a form or a kept filter asks for; whatever cannot be read is as ever."""
    show, days = str(given.get("show", "all")), str(given.get("days", ""))
    words, item = plain_words(str(given.get("q", ""))), str(given.get("item", ""))
    count = int(days) if days.isascii() and days.isdigit() and len(days) < 3 else None
    return Wanted(
        show if show in PARTS else "all",
        words,
        uuid_or_none(str(given.get("colleague", ""))),
        count if count is not None and count <= MOST_DAYS else None,
        item if item.isascii() and item.isprintable() and len(item) <= MOST_SIGNS else "",
    )


def wanted_here(request: StaffRequest) -> Wanted:
    """Return what the address of a page asks for."""
    found, key = replace(wanted_of(request.GET), q=""), request.GET.get(PARAMETER, "")
    if key.startswith(KEPT):
        kept = {f"{KEPT}{one.id}": one for one in my_filters(request.actor)}
        words = wanted_of(kept[key].asked).q if key in kept else ""
    else:
        words, key = words_of(request)
    return replace(found, q=words, key=key)


def kept_filters(filters: list[Filter], here: Wanted) -> list[dict[str, Any]]:
    """Return one's own filters as chips."""
    found = [(one, replace(wanted_of(one.asked), key=f"{KEPT}{one.id}")) for one in filters]
    return [
        {"id": one.id, "name": one.name, "url": f"?{urlencode(wanted.address())}", "is_here": wanted == here}
        for one, wanted in found
    ]


def _back(request: StaffRequest, wanted: Wanted) -> HttpResponse:
    found = replace(wanted, key=key_for(request, wanted.q))
    return redirect(f"{reverse('desk:queue')}?{urlencode(found.address())}")


@officials(*CASE_ROLES)
@require_POST
def find(request: StaffRequest) -> HttpResponse:
    """Look for words in the part of the queue that is shown."""
    return _back(request, wanted_of(request.POST))


@officials(*CASE_ROLES)
@require_POST
def save(request: StaffRequest) -> HttpResponse:
    """Keep the part of the queue that is shown under a name."""
    wanted = wanted_of(request.POST)
    try:
        save_filter(name=request.POST.get("name", ""), asked=wanted.fields(), by=request.actor)
    except Refused as refusal:
        messages.error(request, _(str(refusal.message)))
    else:
        messages.success(request, _("存好了，下次在上面点一下就是。"))
    return _back(request, wanted)


@officials(*CASE_ROLES)
@require_POST
def forget(request: StaffRequest, filter_id: UUID) -> HttpResponse:
    """Keep a filter no longer."""
    forget_filter(filter_id=filter_id, by=request.actor)
    messages.success(request, _("删掉了。"))
    return redirect("desk:queue")
