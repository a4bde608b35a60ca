"""Publish items: from a catalogue that was read, or amended by an administrator."""

from yiwang.domains.catalogue.actions.publishing import BatchReport, amend_item, change_item_state, publish_items
from yiwang.domains.catalogue.actions.renewing import renew_bundles
from yiwang.domains.catalogue.actions.stages import load_life_events, renew_pages

__all__ = [
    "BatchReport",
    "amend_item",
    "change_item_state",
    "load_life_events",
    "publish_items",
    "renew_bundles",
    "renew_pages",
]
