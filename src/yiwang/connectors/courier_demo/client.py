"""The demo courier behind the `Courier` port."""

import datetime as dt
import json
import urllib.error
import urllib.request
from dataclasses import asdict
from typing import Any
from urllib.parse import quote

from django.conf import settings

from yiwang.connectors.courier_demo.depot import Depot
from yiwang.connectors.courier_demo.signing import shared_secret, signed_headers
from yiwang.domains.deliveries.ports import CourierEvent, Parcel
from yiwang.foundation.clock import now

TIMEOUT_SECONDS = 5
LOCAL_PACE_SECONDS = 3 * 3600.0
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
_MOST_READ = 1024 * 1024


class DemoCourier:
    """Calls the courier's process where `YIWANG_COURIER_URL` names one.

    Without it, as while the demo province is built, it writes into the courier's books itself; the process, once it runs,
    goes on with them. A parcel then takes a day.
    """

    def place_order(self, *, key: str, parcel: Parcel) -> str:
        """Have a parcel collected; the same key again is the same parcel."""
        order = asdict(parcel)
        if not settings.YIWANG_COURIER_URL:
            return self._books().take_order(key=key, order=order, at=now().timestamp())
        return str(self._ask("/orders", {"key": key, **order})["waybill"])

    def events(self, *, key: str) -> list[CourierEvent]:
        """Return all that has happened to a parcel."""
        if not settings.YIWANG_COURIER_URL:
            told = self._books().events(key=key, at=now().timestamp())
        else:
            told = self._ask(f"/orders/{quote(key)}/events", {})["events"]
        return [event_of(one) for one in told]

    def _books(self) -> Depot:
        return Depot(settings.YIWANG_DIR / "courier", pace=LOCAL_PACE_SECONDS)

    def _ask(self, path: str, what: dict[str, Any]) -> Any:
        body = json.dumps(what, ensure_ascii=False).encode()
        secret = shared_secret(settings.YIWANG_DIR, settings.YIWANG_COURIER_SECRET)
        address = settings.YIWANG_COURIER_URL + path
        request = urllib.request.Request(address, data=body, headers=signed_headers(secret, body), method="POST")  # noqa: S310
        try:
            with _OPENER.open(request, timeout=TIMEOUT_SECONDS) as answer:
                return json.loads(answer.read(_MOST_READ))
        except urllib.error.HTTPError as refused:
            raise OSError(f"the courier answered {refused.code}") from None  # its words may repeat an address
        except ValueError as unreadable:
            raise OSError("the courier's answer cannot be read") from unreadable


def event_of(told: dict[str, Any]) -> CourierEvent:
    """Return an event as the port has it.

    Raises:
        OSError: where a part is missing or of another kind.
    """
    try:
        return CourierEvent(**{**told, "at": dt.datetime.fromisoformat(told["at"])})
    except (KeyError, TypeError, ValueError) as unreadable:
        raise OSError("the courier's answer cannot be read") from unreadable
