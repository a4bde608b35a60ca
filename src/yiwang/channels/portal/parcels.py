"""A parcel by its waybill, for anybody who holds the number: where it is, but not whose it is."""

from typing import Any

from yiwang.channels.portal.parcel_words import COLORS, public_stations
from yiwang.domains.catalogue.content import Text
from yiwang.domains.deliveries.queries import public_track


def parcel_view(waybill: str) -> dict[str, Any] | None:
    """Return how a parcel stands, the newest station first; None where there is no such waybill."""
    found = public_track(waybill)
    if found is None:
        return None
    return {
        "waybill": found.waybill,
        "standing": Text(*found.words),
        "color": COLORS.get(found.state, "info"),
        "stations": public_stations(found),
    }
