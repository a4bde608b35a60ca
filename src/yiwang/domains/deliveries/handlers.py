"""Tell people how far their parcels are."""

from uuid import UUID

from yiwang.domains.deliveries.events import (
    DeliveryDone,
    DeliveryFailed,
    DeliveryHandedOver,
    DeliveryLeftWaiting,
    DeliveryReady,
    DeliveryReturned,
)
from yiwang.domains.deliveries.models import Delivery
from yiwang.domains.notices.actions import notify_person
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.journal.recording import on


def _tell(delivery_id: UUID, kind: str, title: tuple[str, str], body: tuple[str, str]) -> None:
    person_id = Delivery.objects.values_list("person_id", flat=True).get(pk=delivery_id)
    notify_person(
        person_id=person_id,
        kind=f"delivery_{kind}",
        title=title,
        body=body,
        link=f"/me/deliveries/{delivery_id}",
        text_message=kind in {"ready", "waiting", "failed", "returned", "unclaimed"},
        by=SYSTEM,
    )


@on(DeliveryHandedOver)
def tell_handed_over(fact: DeliveryHandedOver) -> None:
    """Tell the person that the courier holds the parcel."""
    body = ("到哪了，随时可以看。", "You can follow it at any time.")
    title = ("你寄的材料，快递收走了", "The courier has collected your papers")
    if fact.direction == "out":
        title = ("你的办理结果已经寄出", "Your result is on its way")
    _tell(fact.delivery_id, "handed_over", title, body)


@on(DeliveryReady)
def tell_ready(fact: DeliveryReady) -> None:
    """Tell the person that it can be picked up; the code stands on the page, not in the message."""
    body = ("打开看取件码和地方。", "Open it to see the code and the place.")
    _tell(fact.delivery_id, "ready", ("你的办理结果可以取了", "Your result can be picked up"), body)


@on(DeliveryLeftWaiting)
def remind_of_waiting(fact: DeliveryLeftWaiting) -> None:
    """Tell the person by when to come, and what happens where nobody does."""
    until = Delivery.objects.values_list("keep_until", flat=True).get(pk=fact.delivery_id)
    assert until is not None
    body = (
        f"最晚 {until.month} 月 {until.day} 日来取。过了这一天由部门收回，不算送达，可以再选一次；电子的一直在你的账号里。",
        f"Come by {until.isoformat()}. Then the office takes it back; the electronic one stays, and you can choose again.",
    )
    _tell(fact.delivery_id, "waiting", ("你的办理结果还在等你取", "Your result is still waiting for you"), body)


@on(DeliveryFailed)
def tell_failed(fact: DeliveryFailed) -> None:
    """Tell the person that nobody could sign."""
    body = (
        "没有人签收，不算送达。快递会再送；一直送不到会退回部门，可以换个办法再送。",
        "Nobody signed, so it does not count as delivered. The courier tries again; else it goes back and you can choose anew.",
    )
    _tell(fact.delivery_id, "failed", ("快递这次没送到", "The courier did not reach you"), body)


@on(DeliveryReturned)
def tell_returned(fact: DeliveryReturned) -> None:
    """Tell the person that it went back, and that another way can be chosen."""
    if Delivery.objects.filter(pk=fact.delivery_id, way="pickup").exists():
        body = (
            "过了时间没有来取，由部门收回，不算送达。可以再选一次；电子的一直在你的账号里。",
            "Nobody came in time; the office took it back. Choose again; the electronic result stays in your account.",
        )
        _tell(fact.delivery_id, "unclaimed", ("没有来取，部门收回了", "Not picked up: the office took it back"), body)
        return
    body = (
        "退回不算送达。换个地址再寄，或者到窗口取；电子的一直在你的账号里。",
        "It does not count as delivered. Choose another address or a counter; the electronic result stays in your account.",
    )
    _tell(fact.delivery_id, "returned", ("快递退回去了，请再选一次", "The parcel went back: choose again"), body)


@on(DeliveryDone)
def tell_done(fact: DeliveryDone) -> None:
    """Tell the person when a parcel counts as delivered; what arrived in the account is told with the case."""
    if fact.way == "electronic":
        return
    title = ("结果已经送达", "Your result was delivered")
    if fact.direction == "in":
        title = ("部门收到了你寄的材料", "The office has received your papers")
    body = ("谁签收的、什么时候，都记下来了。", "Who signed, and when, is on record.")
    _tell(fact.delivery_id, "done", title, body)
