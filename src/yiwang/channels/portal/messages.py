"""/me/messages: what the platform told somebody."""

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from yiwang.channels.portal.entrance import signed_in
from yiwang.channels.portal.people import moment_of
from yiwang.domains.notices.actions import mark_read
from yiwang.domains.notices.queries import my_messages, unread_count

PAGE = 30


@require_safe
@signed_in
def inbox(request: HttpRequest) -> HttpResponse:
    """/me/messages: the newest first."""
    actor = request.actor  # type: ignore[attr-defined]
    found = my_messages(actor)
    before = moment_of(request.GET.get("before", ""))
    rows = list(found.filter(sent_at__lt=before)[: PAGE + 1] if before else found[: PAGE + 1])
    address = reverse("portal:messages")
    context = {
        "news": rows[:PAGE],
        "unread": unread_count(actor),
        "more": f"{address}?before={rows[PAGE - 1].sent_at.timestamp()}" if len(rows) > PAGE else "",
        "first": address if before else "",
    }
    return render(request, "portal/me/messages.html", context)


@require_safe
@signed_in
def message(request: HttpRequest, message_id: UUID) -> HttpResponse:
    """/me/messages/<id>: one message, which counts as read from now on."""
    found = mark_read(message_id=message_id, by=request.actor)  # type: ignore[attr-defined]
    return render(request, "portal/me/message.html", {"one": found})
