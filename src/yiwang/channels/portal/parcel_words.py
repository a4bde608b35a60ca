"""A delivery in words: its stations as on a parcel's page, what counts, who signed."""

from typing import Any

from yiwang.domains.catalogue.content import Text
from yiwang.domains.deliveries.models import Delivery, TrackEvent
from yiwang.domains.deliveries.procedure import EVENTS, FINAL, SIGNERS, STATES, counts_as_delivered
from yiwang.domains.deliveries.queries import PublicTrack

WAYS = {
    "electronic": Text("电子送达", "Electronic"),
    "courier": Text("快递", "Courier"),
    "pickup": Text("自取", "Pick-up"),
}
DIRECTIONS = {"in": Text("材料寄给部门", "Papers to the office"), "out": Text("结果寄给你", "Result to you")}
COLORS = {
    "delivered": "success",
    "ready": "success",
    "failed": "warning",
    "returning": "warning",
    "returned": "danger",
    "cancelled": "neutral",
}
_EVENTS = {
    "placed": Text("快递接了单，等揽收", "The courier took the order"),
    "collected": Text("快递收走了", "Collected"),
    "in_transit": Text("到了{place}", "Arrived at {place}"),
    "out_for_delivery": Text("正在派送", "Out for delivery"),
    "failed": Text("这次没送到", "Not handed over this time"),
    "stored": Text("放进了自助柜", "Put into the locker"),
    "returning": Text("没送到，往回寄", "On its way back"),
    "delivered": Text("已签收", "Signed for"),
    "returned": Text("退回了寄件人", "Back with the sender"),
}
_REASONS = {
    "nobody": Text("没有人在家", "Nobody was at home"),
    "unknown": Text("地址找不到", "The address could not be found"),
    "unclaimed": Text("过了时间没有来取", "Not picked up in time"),
}
_LEFT = Text("放下了，但没有人签收，不算送达", "Left without a signature: it does not count as delivered")
_ODD = Text("和已经签收或退回的记录对不上，以先到的为准", "It contradicts how the parcel ended; what came first stands")


def state_of(delivery: Delivery) -> Text:
    """Return where a delivery stands; "ready" says where it waits."""
    if delivery.direction == "in" and delivery.state == "delivered":
        return Text("部门已签收", "Received by the office")
    return Text(*STATES[delivery.state])


def signed_by(delivery: Delivery) -> Text | None:
    """Return who signed, in words."""
    return Text(*SIGNERS[delivery.signer]) if delivery.signer in SIGNERS else None


def stations(delivery: Delivery, track: list[TrackEvent]) -> list[dict[str, Any]]:
    """Return the stations of a parcel for the line, the newest first."""
    events = sorted(track, key=lambda one: (one.number, one.at))
    shown = [_station(delivery, event) for event in events]
    if delivery.reminded_at:
        stored = next((at for at, event in enumerate(events, 1) if event.kind == "stored"), 0)
        shown.insert(stored, _plain(Text("提醒过你来取", "You were reminded to pick it up"), delivery.reminded_at))
    if delivery.ordered_at and delivery.way == "courier":
        shown.insert(0, _plain(Text("约了快递", "The courier was called"), delivery.ordered_at))
    elif delivery.ordered_at and delivery.way == "pickup":
        shown.insert(0, _plain(Text("结果准备好了", "The result is ready"), delivery.ordered_at))
    if delivery.direction == "out":
        shown.insert(0, _plain(Text("选好了怎么给你", "The way was chosen"), delivery.chosen_at))
    if delivery.delivered_at and not track:
        done = signed_by(delivery) or Text("已送达", "Delivered")
        shown.append(_plain(done, delivery.delivered_at))
    if delivery.state == "returned" and not track:
        taken_back = Text("没有来取，部门收回了", "Not picked up: the office took it back")
        shown.append(_plain(taken_back, delivery.ended_at) | {"state": "bad"})
    shown.reverse()
    if shown and delivery.state not in FINAL:
        shown[0]["state"] = "bad" if delivery.state in {"failed", "returning"} else "now"
    return shown


def public_stations(track: PublicTrack) -> list[dict[str, Any]]:
    """Return the stations that anybody may see who knows the waybill: what happened, where and when; not who signed."""
    shown = []
    for kind, place, at in reversed(track.stations):
        words, where = _EVENTS[kind], Text(place or "转运中心", place or "a hub")
        title = Text(words.zh.replace("{place}", where.zh), words.in_("en").replace("{place}", where.in_("en")))
        shown.append(_plain(title, at))
    if shown and track.state not in FINAL:
        shown[0]["state"] = "now"
    return shown


def _plain(title: Text, when: Any) -> dict[str, Any]:
    return {"state": "done", "title": title, "note": "", "when": when, "link": None}


def _station(delivery: Delivery, event: TrackEvent) -> dict[str, Any]:
    words = _EVENTS[event.kind]
    place = Text(event.place or "转运中心", event.place or "a hub")
    title = Text(words.zh.replace("{place}", place.zh), words.in_("en").replace("{place}", place.in_("en")))
    note: Any = _REASONS.get(event.reason, "")
    if event.kind != "in_transit" and event.place:
        note = Text(event.place, event.place)
    is_bad = event.kind in {"failed", "returned", "returning"}
    if event.kind == "delivered":
        to_body = bool(delivery.firm_id) or delivery.direction == "in"
        if counts_as_delivered(event.signer, to_body=to_body):
            note = Text(*SIGNERS[event.signer])
        else:
            title, note, is_bad = _EVENTS["failed"], _LEFT, True
    end = "failed" if is_bad and event.kind == "delivered" else EVENTS[event.kind][1]
    if end in FINAL and delivery.state in FINAL and end != delivery.state:
        note, is_bad = _ODD, True
    return {"state": "bad" if is_bad else "done", "title": title, "note": note, "when": event.at, "link": None}
