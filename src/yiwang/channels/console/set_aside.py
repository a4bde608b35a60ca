"""What handlers and jobs gave up on: why, and once more."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from yiwang.channels.console import CONSOLE_ROLES
from yiwang.channels.ui.officials import StaffRequest, officials, staff_page
from yiwang.foundation.actions import Refused
from yiwang.foundation.jobs.actions import rerun_job
from yiwang.foundation.jobs.queries import dead_jobs
from yiwang.foundation.journal.actions import rerun_fact
from yiwang.foundation.journal.queries import set_aside
from yiwang.foundation.masking import scrub


def _error(text: str) -> dict[str, str]:
    """The last line says what went wrong; the whole is for whoever looks closer."""
    lines = [line for line in scrub(text).strip().splitlines() if line.strip()]
    return {"error": lines[-1].strip() if lines else "", "trace": "\n".join(lines)}


@officials(*CONSOLE_ROLES)
@require_GET
def set_aside_list(request: StaffRequest) -> HttpResponse:
    """Show the facts and jobs that wait for an operator."""
    facts: list[dict[str, Any]] = [
        {
            "id": r.pk,
            "name": r.consumer,
            "entry": r.entry_id,
            "since": r.first_failed_at,
            "attempts": r.attempts,
            **_error(r.error),
        }
        for r in set_aside()
    ]
    jobs = [
        {"id": j.pk, "name": j.kind, "since": j.created_at, "attempts": j.attempts, **_error(j.error)}
        for j in dead_jobs()
    ]
    context = {"facts": facts, "jobs": jobs, "may_rerun": "operator" in request.staff.roles}
    return staff_page(request, "console/set_aside.html", context)


@officials("operator")
@require_POST
def run_fact_again(request: StaffRequest, retry_id: int) -> HttpResponse:
    """Put a set-aside fact back before its handler."""
    return _after(request, lambda: rerun_fact(retry_id=retry_id, by=request.actor))


@officials("operator")
@require_POST
def run_job_again(request: StaffRequest, job_id: UUID) -> HttpResponse:
    """Have a dead job tried once more."""
    return _after(request, lambda: rerun_job(job_id=job_id, by=request.actor))


def _after(request: StaffRequest, rerun: Callable[[], None]) -> HttpResponse:
    try:
        rerun()
    except Refused as refusal:
        messages.error(request, _(str(refusal.message)))
    else:
        messages.success(request, _("放回去了，后台马上再试一次。重复多少次，效果只有一次。"))
    return redirect("console:set_aside")
