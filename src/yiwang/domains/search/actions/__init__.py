"""Keep the index, and note searches that found nothing sure."""

from yiwang.domains.search.actions.indexing import index_items
from yiwang.domains.search.actions.noting import log_search

__all__ = ["index_items", "log_search"]
