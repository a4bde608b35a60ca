"""What people searched for in vain."""

from typing import Any

from django.db.models import Count, Max

from yiwang.domains.search.models import SearchLog


def searches_without_answer(limit: int = 100) -> list[dict[str, Any]]:
    """Return what people searched for without a sure answer, or said that nothing answered it; the most frequent first."""
    found = SearchLog.objects.values("query").annotate(times=Count("pk"), last=Max("searched_at"), found=Max("found"))
    return [dict(row) for row in found.order_by("-times", "-last")[:limit]]
