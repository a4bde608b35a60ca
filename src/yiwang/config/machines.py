"""What machines ask: is it up, can it serve, how is it doing."""

import secrets

from django.conf import settings
from django.db import Error, connection
from django.http import HttpRequest, HttpResponse, JsonResponse

from yiwang.channels.ui.addresses import is_from_this_machine
from yiwang.config.front import THE_FRONT
from yiwang.domains.cases.models import Case
from yiwang.domains.documents.queries import unsealed_for
from yiwang.foundation.jobs.models import Job
from yiwang.foundation.journal.models import Cursor, Entry, Retry
from yiwang.foundation.journal.sealing import SEQUENCER
from yiwang.foundation.outages import RETRY_AFTER


def healthz(request: HttpRequest) -> HttpResponse:
    """Say that the process answers."""
    return HttpResponse("ok\n", content_type="text/plain")


def readyz(request: HttpRequest) -> JsonResponse:
    """Say whether a request would find its database, brought up to date."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM ratings_ratingcount LIMIT 1")
    except Error:
        why = {"ready": False, "why": "the database does not answer, or migrate has not run"}
        return JsonResponse(why, status=503, headers={"Retry-After": str(RETRY_AFTER)})
    return JsonResponse({"ready": True})


def metrics(request: HttpRequest) -> HttpResponse:
    """Return figures in the Prometheus text format: to this machine itself, or to whoever has the token."""
    if not _may_measure(request):
        return HttpResponse(status=403)
    newest = Entry.objects.order_by("-id").values_list("id", flat=True).first() or 0
    read = Cursor.objects.filter(consumer=SEQUENCER).values_list("position", flat=True).first() or 0
    figures = {
        "yiwang_cases_open": Case.objects.filter(is_open=True).count(),
        "yiwang_jobs_waiting": Job.objects.filter(state=Job.State.WAITING).count(),
        "yiwang_jobs_dead": Job.objects.filter(state=Job.State.DEAD).count(),
        "yiwang_facts_set_aside": Retry.objects.filter(state=Retry.State.DEAD).count(),
        "yiwang_documents_unsealed_over_5s": unsealed_for(5),
        "yiwang_journal_newest_entry": newest,
        "yiwang_journal_sequencer_position": read,
    }
    for front in THE_FRONT:
        figures |= {"yiwang_front_hits": front.hits, "yiwang_front_pages_made": front.misses}
        figures |= {"yiwang_front_bytes": front.bytes}
    lines = [f"# TYPE {name} gauge\n{name} {value}\n" for name, value in figures.items()]
    return HttpResponse("".join(lines), content_type="text/plain; version=0.0.4")


def _may_measure(request: HttpRequest) -> bool:
    """Behind a proxy everybody comes from this machine, so what was forwarded needs the token."""
    token = settings.YIWANG_METRICS_TOKEN
    given = request.headers.get("Authorization", "").removeprefix("Bearer ")
    return is_from_this_machine(request) or bool(
        token and secrets.compare_digest(given.encode("utf-8", "replace"), token.encode())
    )
