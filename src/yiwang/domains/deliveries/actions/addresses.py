"""Keep one's address book, and the places to pick up at."""

from collections.abc import Sequence
from uuid import UUID

from django.utils.translation import gettext as _

from yiwang.domains.deliveries.events import AddressKept, AddressRemoved, PickupPointsLoaded
from yiwang.domains.deliveries.models import Address, PickupPoint
from yiwang.domains.deliveries.policies import is_machine, may_keep_addresses
from yiwang.domains.deliveries.queries import AddressValues, address_place, opened_values, sealed_values
from yiwang.domains.regions.queries import is_known_region
from yiwang.foundation.actions import InvalidInput, NotVisible, Refused, action, require
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import now
from yiwang.foundation.codes import mobile_problem, plain_mobile
from yiwang.foundation.ids import uuid7, uuid_of
from yiwang.foundation.journal.recording import record
from yiwang.foundation.names import name_problem, plain_name

MOST_ADDRESSES = 20
LONGEST_NAME = 60
LONGEST_DETAIL = 200


def _checked(values: AddressValues) -> AddressValues:
    """Return an address as it is kept.

    Raises:
        InvalidInput: with (field, words) for each thing to mend.
    """
    name, detail = plain_name(values.name), " ".join(values.detail.split())
    problems = []
    if not name or len(name) > LONGEST_NAME or name_problem(name):
        problems.append(("name", _("填收件人的姓名，最多 60 个字。")))
    if mobile_problem(values.phone):
        problems.append(("phone", _("填 11 位手机号，快递员要打这个电话。")))
    if not is_known_region(values.region):
        problems.append(("region", _("选一个地区。")))
    if len(detail) < 2 or len(detail) > LONGEST_DETAIL or name_problem(detail):
        problems.append(("detail", _("写到门牌号，最多 200 个字。")))
    if problems:
        raise InvalidInput(_("地址有几处要改。"), code="address", errors=problems)
    return AddressValues(name, plain_mobile(values.phone), values.region, detail)


@action
def keep_address(
    *, values: AddressValues, address_id: UUID | None = None, is_default: bool = False, key: str = "", by: Actor
) -> Address:
    """Enter an address in one's book, or change one; it is stored encrypted. The first is the usual one.

    The same `key` is the same address.

    Raises:
        InvalidInput: with the fields to mend.
        Refused: where the book is full, or the key was used for another address (`other_body`).
    """
    require(may_keep_addresses(by))
    book = Address.objects.visible_to(by).select_for_update()
    kept = {row.pk: row for row in book}
    if address_id is not None and address_id not in kept:
        raise NotVisible
    new_id = uuid_of(f"address:{by.id}:{by.on_behalf_of}:{key}") if key else uuid7()
    if new_id in kept:
        return _kept_before(kept[new_id], values)
    if address_id is None and len(kept) >= MOST_ADDRESSES:
        raise Refused(_("地址簿最多放 {n} 个地址，先删掉不用的。").format(n=MOST_ADDRESSES), code="book_full")
    checked = _checked(values)
    others_are_usual = any(row.is_default for pk, row in kept.items() if pk != address_id)
    if is_default and others_are_usual:
        Address.objects.visible_to(by).filter(is_default=True).update(is_default=False)
    row = kept.get(address_id) if address_id else None
    row = row or Address(id=new_id, person_id=by.known_id, firm_id=by.on_behalf_of)
    row.address_sealed = sealed_values(checked, address_place(row.pk))
    row.is_default = is_default or not others_are_usual
    row.kept_at = now()
    row.save()
    record(AddressKept(entry_id=row.pk), by=by)
    return row


def _kept_before(row: Address, values: AddressValues) -> Address:
    if opened_values(row.address_sealed, address_place(row.pk)) != _checked(values):
        raise Refused(_("这个幂等键已经用过，但这次的内容和上次不同。"), code="other_body")
    return row


@action
def remove_address(*, address_id: UUID, by: Actor) -> None:
    """Take an address out of one's book. Deliveries keep what they were sent with."""
    require(may_keep_addresses(by))
    found = Address.objects.visible_to(by).select_for_update().filter(pk=address_id).first()
    if found is None:
        raise NotVisible
    found.delete()
    record(AddressRemoved(entry_id=address_id), by=by)


@action
def load_pickup_points(*, points: Sequence[PickupPoint], by: Actor) -> int:
    """Enter halls and lockers, or change them; return how many there are now."""
    require(is_machine(by))
    for point in points:
        point.save()
    count = PickupPoint.objects.count()
    record(PickupPointsLoaded(count=count), by=by)
    return count
