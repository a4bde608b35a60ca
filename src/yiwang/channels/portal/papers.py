"""/me/papers: the files that somebody attached to their applications."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yiwang.channels.portal.entrance import signed_in
from yiwang.channels.ui.downloads import download
from yiwang.domains.papers.actions import remove_paper
from yiwang.domains.papers.queries import content_of, my_papers
from yiwang.foundation.actions import NotVisible

MOST = 300


@require_safe
@signed_in
def papers(request: HttpRequest) -> HttpResponse:
    """/me/papers: the newest first; those that a case rests on stay with it."""
    found = list(my_papers(request.actor).filter(copy_of__isnull=True).order_by("-stored_at", "-id")[:MOST])  # type: ignore[attr-defined]
    context = {
        "notes": [str(message) for message in messages.get_messages(request)],
        "loose": [paper for paper in found if paper.case_id is None],
        "kept": [paper for paper in found if paper.case_id],
    }
    return render(request, "portal/me/papers.html", context)


@require_safe
@signed_in
def paper(request: HttpRequest, paper_id: UUID) -> HttpResponse:
    """/me/papers/<id>: one's own file, as it was uploaded."""
    found = my_papers(request.actor).filter(pk=paper_id).first()  # type: ignore[attr-defined]
    if found is None:
        raise NotVisible
    return download(content_of(found), name=found.name, media_type=found.media_type)


@require_POST
@signed_in
def remove(request: HttpRequest, paper_id: UUID) -> HttpResponse:
    """POST /me/papers/<id>/remove: take a file away that no case rests on."""
    remove_paper(paper_id=paper_id, by=request.actor)  # type: ignore[attr-defined]
    messages.success(request, _("已经删除。"))
    return redirect("portal:papers")
