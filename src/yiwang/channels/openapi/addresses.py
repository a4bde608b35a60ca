"""One's own address book, for what a courier brings or fetches."""

from typing import Any
from uuid import UUID

from django.http import HttpRequest
from ninja import Router, Status

from yiwang.channels.openapi.access import OnBehalfOf, person, token
from yiwang.channels.openapi.papers import OptionalKey
from yiwang.channels.openapi.shapes import deliveries as shapes
from yiwang.channels.openapi.shapes import words
from yiwang.domains.deliveries.actions import keep_address, remove_address
from yiwang.domains.deliveries.queries import AddressValues, KeptAddress, my_address, my_addresses
from yiwang.foundation.actors import Actor

router = Router(tags=["deliveries"], auth=token)


def _out(kept: KeptAddress) -> dict[str, Any]:
    values = kept.values
    return {
        "id": kept.id,
        "name": values.name,
        "phone": values.phone,
        "region": values.region,
        "detail": values.detail,
        "place": words(values.written(), values.written("en")),
        "is_default": kept.is_default,
    }


@router.get("/addresses", response=shapes.AddressList, operation_id="listAddresses", summary="My address book / 地址簿")
def list_addresses(request: HttpRequest, on_behalf_of: OnBehalfOf) -> dict[str, Any]:
    """One's own addresses, or those of the firm acted for, the usual one first; in one page, for there are twenty at most."""
    return {"items": [_out(one) for one in my_addresses(person(request, on_behalf_of))]}


@router.post(
    "/addresses",
    response={201: shapes.AddressOut},
    operation_id="keepAddress",
    summary="Enter an address / 添加地址",
    openapi_extra={"x-problems": [409]},
)
def keep(request: HttpRequest, body: shapes.AddressSent, on_behalf_of: OnBehalfOf, idempotency_key: OptionalKey) -> Any:
    """Enter an address in one's book, where it is kept encrypted. The first is the usual one."""
    return Status(201, _kept(person(request, on_behalf_of), body, key=idempotency_key))


def _kept(actor: Actor, body: shapes.AddressSent, address_id: UUID | None = None, key: str = "") -> dict[str, Any]:
    values = AddressValues(name=body.name, phone=body.phone, region=body.region, detail=body.detail)
    row = keep_address(values=values, address_id=address_id, is_default=body.is_default, key=key, by=actor)
    return _out(my_address(actor, row.pk))


@router.get(
    "/addresses/{uuid:address_id}",
    response=shapes.AddressOut,
    operation_id="getAddress",
    summary="An address / 一个地址",
)
def get_address(request: HttpRequest, address_id: UUID, on_behalf_of: OnBehalfOf) -> dict[str, Any]:
    """One address of one's own book, in full."""
    return _out(my_address(person(request, on_behalf_of), address_id))


@router.put(
    "/addresses/{uuid:address_id}",
    response=shapes.AddressOut,
    operation_id="changeAddress",
    summary="Change an address / 修改地址",
)
def change(
    request: HttpRequest, address_id: UUID, body: shapes.AddressSent, on_behalf_of: OnBehalfOf
) -> dict[str, Any]:
    """Replace an address, or make it the usual one. Deliveries keep what they were sent with."""
    return _kept(person(request, on_behalf_of), body, address_id)


@router.delete(
    "/addresses/{uuid:address_id}",
    response={204: None},
    operation_id="removeAddress",
    summary="Remove an address / 删除地址",
)
def remove(request: HttpRequest, address_id: UUID, on_behalf_of: OnBehalfOf) -> Any:
    """Take an address out of one's book. Deliveries keep what they were sent with."""
    remove_address(address_id=address_id, by=person(request, on_behalf_of))
    return Status(204, None)
