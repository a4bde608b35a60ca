"""Make the index anew, a piece at a time: after an upgrade that changed its shape."""

from typing import Any

from yiwang.domains.catalogue.models import Item
from yiwang.domains.search.actions import index_items
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.jobs.queue import enqueue
from yiwang.foundation.jobs.registry import job

PIECE = 1_000


@job("index_anew")
def index_anew(payload: dict[str, Any]) -> None:
    """Index the next items in order of code, and ask for those after them."""
    codes = list(Item.objects.filter(code__gt=payload["after"]).order_by("code").values_list("code", flat=True)[:PIECE])
    if codes:
        index_items(item_codes=codes, by=SYSTEM)
        enqueue("index_anew", {**payload, "after": codes[-1]}, key=f"{payload['turn']}:{codes[-1]}")
