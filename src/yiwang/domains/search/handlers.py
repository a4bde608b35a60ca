"""Keep the index up with the catalogue."""

from yiwang.domains.catalogue.events import ItemsPublished, ItemStateChanged
from yiwang.domains.search.actions import index_items
from yiwang.domains.search.queries import forget_weights
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.journal.recording import on


@on(ItemsPublished)
def index_published(fact: ItemsPublished) -> None:
    """Enter new versions in the index."""
    index_items(item_codes=fact.item_codes, by=SYSTEM)
    forget_weights()


@on(ItemStateChanged)
def index_state(fact: ItemStateChanged) -> None:
    """Take an item out of the index, or back in."""
    index_items(item_codes=[fact.item_code], by=SYSTEM)
