"""What an official was told: who is away, whom they stand in for."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yiwang.channels.ui.officials import StaffRequest, officials, staff_page
from yiwang.channels.ui.wording import is_english
from yiwang.domains.notices.actions import mark_notices_read
from yiwang.domains.notices.queries import my_notices


@officials()
@require_GET
def notices(request: StaffRequest) -> HttpResponse:
    """Show one's own notices, the newest first."""
    english = is_english()
    rows = [
        {"title": n.title_en if english else n.title_zh, "link": n.link, "at": n.sent_at, "is_new": n.read_at is None}
        for n in my_notices(request.actor)
    ]
    context = {"rows": rows, "is_any_new": any(row["is_new"] for row in rows)}
    return staff_page(request, "desk/notices.html", context)


@officials()
@require_POST
def have_read(request: StaffRequest) -> HttpResponse:
    """Note that one has read them all."""
    mark_notices_read(by=request.actor)
    messages.success(request, _("都标成看过了。"))
    return redirect("desk:notices")
