"""Read address books, deliveries and tracks."""

import datetime as dt
import json
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q
from django.db.models.functions import Coalesce

from yiwang.domains.deliveries.models import Address, Delivery, OddNews, PickupPoint, TrackEvent
from yiwang.domains.deliveries.policies import may_keep_addresses
from yiwang.domains.deliveries.ports import Contact, Parcel
from yiwang.domains.deliveries.procedure import MOVING, STATES
from yiwang.domains.identity.models import Firm, Person
from yiwang.domains.identity.queries import address_of, phone_of
from yiwang.domains.organisations.models import Office
from yiwang.domains.regions.queries import full_name, split_address
from yiwang.foundation import vault
from yiwang.foundation.actions import NotVisible
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import ZONE


@dataclass(frozen=True)
class AddressValues:
    """One address as its owner typed it: who receives there, under which number, in which division, and the rest."""

    name: str
    phone: str
    region: str
    detail: str

    def written(self, language: str = "zh") -> str:
        """Return the whole place in one line."""
        return f"{full_name(self.region, language)}{' ' if language != 'zh' else ''}{self.detail}"


@dataclass(frozen=True)
class KeptAddress:
    """An address of a book, opened for its owner."""

    id: UUID
    values: AddressValues
    is_default: bool


def address_place(address_id: UUID) -> str:
    """Return the place that an address of a book is sealed for."""
    return f"deliveries_address:{address_id}:address"


def contact_place(delivery_id: UUID) -> str:
    """Return the place that the address of a delivery is sealed for."""
    return f"deliveries_delivery:{delivery_id}:contact"


def code_place(delivery_id: UUID) -> str:
    """Return the place that a pick-up code is sealed for."""
    return f"deliveries_delivery:{delivery_id}:code"


def receipt_place(event_id: UUID) -> str:
    """Return the place that a signed receipt is sealed for."""
    return f"deliveries_trackevent:{event_id}:receipt"


def sealed_values(values: AddressValues, place: str) -> bytes:
    """Return an address encrypted for one place."""
    return vault.seal(json.dumps(asdict(values), ensure_ascii=False), place)


def opened_values(blob: Any, place: str) -> AddressValues:
    """Return an address in clear: for its owner, and for the label of a parcel."""
    return AddressValues(**json.loads(vault.open_sealed(bytes(blob), place)))


def my_addresses(actor: Actor) -> list[KeptAddress]:
    """Return the book of a person, or of the firm they act for; the usual address first."""
    rows = Address.objects.visible_to(actor).order_by("-is_default", "-kept_at")
    return [
        KeptAddress(row.pk, opened_values(row.address_sealed, address_place(row.pk)), row.is_default) for row in rows
    ]


def my_address(actor: Actor, address_id: UUID) -> KeptAddress:
    """Return one address of one's own.

    Raises:
        NotVisible: where there is none.
    """
    found = next((one for one in my_addresses(actor) if one.id == address_id), None)
    if found is None:
        raise NotVisible
    return found


def suggested_address(actor: Actor) -> AddressValues | None:
    """Return what an empty book may begin with: the person's own name, number and registered address."""
    person = (
        Person.objects.select_related("account").filter(pk=actor.known_id).first()
        if may_keep_addresses(actor)
        else None
    )
    if person is None:
        return None
    firm = Firm.objects.filter(pk=actor.on_behalf_of).first() if actor.on_behalf_of else None
    region, detail = split_address(firm.address if firm else address_of(person))
    phone = (phone_of(person.account) or "") if person.account else ""
    return AddressValues(person.name, phone, region, detail)


def pickup_points() -> list[PickupPoint]:
    """Return the halls and lockers where results can be picked up now."""
    return list(PickupPoint.objects.filter(is_open=True).order_by("kind", "region_id", "code"))


def my_deliveries(actor: Actor, *, limit: int = 30, before: tuple[dt.datetime, UUID] | None = None) -> list[Delivery]:
    """Return one's deliveries on paper, the newest first; what merely arrived in the account is with its case.

    `before` is the time and the key of the last on the page before.
    """
    mine = Delivery.objects.visible_to(actor).exclude(way="electronic").select_related("office", "point")
    if before is not None:
        mine = mine.filter(Q(chosen_at__lt=before[0]) | Q(chosen_at=before[0], id__lt=before[1]))
    return list(mine.order_by("-chosen_at", "-id")[:limit]) if actor.is_person else []


def delivery_by_id(actor: Actor, delivery_id: UUID) -> Delivery:
    """Return a delivery that the actor may see.

    Raises:
        NotVisible: where there is none, or it is somebody else's.
    """
    mine = Delivery.objects.visible_to(actor).select_related("office", "point", "person")
    found = mine.filter(pk=delivery_id).first()
    if found is None:
        raise NotVisible
    return found


def deliveries_of(actor: Actor, reference: str) -> list[Delivery]:
    """Return the deliveries about one reference, the newest first."""
    mine = Delivery.objects.visible_to(actor).select_related("office", "point")
    return list(mine.filter(reference=reference).order_by("-chosen_at", "-id"))


def is_delivered(reference: str) -> bool:
    """Return whether the result of a reference counts as delivered."""
    return Delivery.objects.filter(reference=reference, direction="out", state="delivered").exists()


def office_deliveries(actor: Actor, *, limit: int = 100) -> list[Delivery]:
    """Return what is under way to and from one's office, the oldest first."""
    if not actor.is_staff:
        return []
    open_ones = Delivery.objects.visible_to(actor).filter(ended_at__isnull=True).exclude(state="chosen")
    return list(open_ones.select_related("person", "firm", "point").order_by("chosen_at", "id")[:limit])


def track_of(delivery: Delivery) -> list[TrackEvent]:
    """Return what the courier told, in the order in which it happened; whoever calls has checked who may see it."""
    return list(TrackEvent.objects.filter(delivery_id=delivery.pk).order_by("number", "at"))


def contact_of(delivery: Delivery) -> AddressValues | None:
    """Return the applicant's end of the way."""
    if not delivery.contact_sealed:
        return None
    return opened_values(delivery.contact_sealed, contact_place(delivery.pk))


def code_of(delivery: Delivery) -> str:
    """Return the code to pick it up with, as long as it waits."""
    if not delivery.code_sealed or delivery.state != "ready":
        return ""
    return vault.open_text(bytes(delivery.code_sealed), code_place(delivery.pk))


def receipt_of(delivery: Delivery) -> TrackEvent | None:
    """Return the signed receipt (签收回证) that made it delivered."""
    return TrackEvent.objects.filter(delivery_id=delivery.pk, kind="delivered", counted=True).first()


def parcel_for(delivery: Delivery) -> Parcel:
    """Return what the courier is told: two ends and, where asked for, a locker."""
    values = contact_of(delivery)
    assert values is not None
    person = Contact(values.name, values.phone, values.written())
    office = _office_contact(delivery.office)
    is_in = delivery.direction == Delivery.Direction.IN
    locker = delivery.point_id or ""
    return Parcel(person, office) if is_in else Parcel(office, person, locker)


def _office_contact(office: Office) -> Contact:
    return Contact(f"{office.name} 收发室", office.phone.split("，")[0], office.place)


@dataclass(frozen=True)
class PublicTrack:
    """A parcel as whoever knows its waybill may follow it: nobody's name, number or address, and no case."""

    waybill: str
    state: str
    words: tuple[str, str]
    stations: list[tuple[str, str, dt.datetime]]


def public_track(waybill: str) -> PublicTrack | None:
    """Return where a parcel is, for who knows its waybill number (统一查询)."""
    wanted = "".join(waybill.split()).upper()
    if not wanted or "\0" in wanted:
        return None
    found = Delivery.objects.filter(waybill=wanted).first()
    if found is None:
        return None
    stations = [(event.kind, event.place, event.at) for event in track_of(found)]
    return PublicTrack(wanted, found.state, STATES[found.state], stations)


SILENCE = dt.timedelta(hours=6)
"""How long a courier may tell nothing of a parcel before it is asked, and asked again."""


def silent_parcels(at: dt.datetime, *, limit: int) -> list[UUID]:
    """Return the parcels of which the courier told nothing for too long, and those that should have left their locker.

    Whoever was heard of, or asked after, longest ago comes first.
    """
    since = at - SILENCE
    is_silent = Q(state__in=[*MOVING - {"ready"}, "placed"], heard_at__lt=since)
    is_overdue = Q(state="ready", contact_sealed__isnull=False, keep_until__lt=at.astimezone(ZONE).date())
    found = Delivery.objects.filter(is_silent | is_overdue, ended_at__isnull=True)
    found = found.filter(Q(asked_at__isnull=True) | Q(asked_at__lt=since))
    return list(found.order_by(Coalesce("asked_at", "heard_at"), "id").values_list("pk", flat=True)[:limit])


@dataclass(frozen=True)
class OddNewsToSee:
    """What an operator of couriers has to see: what nobody has looked into yet, and what was looked into last."""

    waiting: list[OddNews]
    seen: list[OddNews]


def news_to_look_into(actor: Actor, most: int = 100) -> int:
    """Return how much odd news waits for somebody, up to `most`."""
    waiting = OddNews.objects.visible_to(actor).filter(seen_at__isnull=True)
    return len(waiting.values_list("pk", flat=True)[:most])


def odd_news(actor: Actor, *, most: int = 50, most_seen: int = 10) -> OddNewsToSee:
    """Return odd news of couriers, the newest first; they name no person and no case."""
    visible = OddNews.objects.visible_to(actor).select_related("delivery__office", "seen_by")
    waiting = visible.filter(seen_at__isnull=True).order_by("-last_at", "-id")
    seen = visible.filter(seen_at__isnull=False).order_by("-seen_at", "-id")
    return OddNewsToSee(list(waiting[:most]), list(seen[:most_seen]))
