"""Let caches of public pages know of what the pages show beside the items, and bundles of their items."""

from yiwang.domains.catalogue.actions import renew_bundles, renew_pages
from yiwang.domains.catalogue.events import ItemsPublished
from yiwang.domains.organisations.events import OfficesLoaded
from yiwang.domains.regions.events import RegionsLoaded
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.journal.recording import on


@on(OfficesLoaded)
def show_offices(fact: OfficesLoaded) -> None:
    """Names of offices stand in guides."""
    renew_pages(by=SYSTEM)


@on(RegionsLoaded)
def show_regions(fact: RegionsLoaded) -> None:
    """Names of divisions stand in guides."""
    renew_pages(by=SYSTEM)


@on(ItemsPublished)
def renew_merged_forms(fact: ItemsPublished) -> None:
    """A bundle asks what its items ask: a new version of one of them is a new version of its form."""
    renew_bundles(item_codes=fact.item_codes, by=SYSTEM)
