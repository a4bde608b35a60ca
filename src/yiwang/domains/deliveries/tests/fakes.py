"""A courier in memory, for tests: it obeys the same contract as the demo courier."""

from collections.abc import Sequence

from yiwang.domains.deliveries.ports import CourierEvent, Parcel


class FakeCourier:
    """Remembers what it was asked; `fails` lets the next calls fail as an unreachable courier would."""

    def __init__(self) -> None:
        self.parcels: dict[str, Parcel] = {}
        self.told: dict[str, list[CourierEvent]] = {}
        self.asked = 0
        self.fails = 0

    def place_order(self, *, key: str, parcel: Parcel) -> str:
        """Take a parcel; the same key again is the same parcel."""
        self.asked += 1
        if self.fails:
            self.fails -= 1
            raise OSError("the courier cannot be reached")
        self.parcels.setdefault(key, parcel)
        return self.waybill(key)

    def waybill(self, key: str) -> str:
        """Return the waybill number of a parcel."""
        return f"FAKE{list(self.parcels).index(key):09d}"

    def tell(self, key: str, events: Sequence[CourierEvent]) -> None:
        """Let things have happened to a parcel."""
        self.told.setdefault(key, []).extend(events)

    def events(self, *, key: str) -> list[CourierEvent]:
        """Return what happened to a parcel."""
        if self.fails:
            self.fails -= 1
            raise OSError("the courier cannot be reached")
        return list(self.told.get(key, []))
