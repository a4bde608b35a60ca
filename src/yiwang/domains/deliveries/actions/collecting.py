"""Hand a result out at a window."""

import datetime as dt
from uuid import UUID

from django.utils.translation import gettext as _

from yiwang.domains.deliveries.actions.ending import finish
from yiwang.domains.deliveries.events import DeliveryChosen
from yiwang.domains.deliveries.models import Delivery
from yiwang.domains.deliveries.policies import is_machine, may_hand_out
from yiwang.domains.deliveries.queries import code_of
from yiwang.foundation import vault
from yiwang.foundation.actions import InvalidInput, NotVisible, Refused, action, require
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import now
from yiwang.foundation.ids import uuid7
from yiwang.foundation.journal.recording import record


@action
def collect_result(*, delivery_id: UUID, code: str = "", document_checked: bool = False, by: Actor) -> Delivery:
    """Hand a result out to whoever shows the pick-up code, or whose identity document the clerk has checked.

    It counts as delivered from that moment (民事诉讼法 art. 88: handed over in person).

    Raises:
        InvalidInput: where the code is wrong and no document was checked.
        Refused: where it does not lie ready, or lies in a locker.
    """
    delivery = Delivery.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=delivery_id).first()
    if delivery is None:
        raise NotVisible
    require(may_hand_out(by, delivery))
    if delivery.state != "ready":
        raise Refused(_("这一份现在不在窗口等人取。"), code="not_ready")
    if delivery.contact_sealed is not None:
        raise Refused(_("这一份在自助柜里，请本人到柜前取。"), code="in_locker")
    given = "".join(code.split()).replace("-", "").upper()
    knows_code = bool(given) and vault.same(given, code_of(delivery))
    if not knows_code and (given or not document_checked):
        raise InvalidInput(_("取件码不对。对照本人手机上的再输一次，或者核对身份证件。"), code="wrong_code")
    finish(delivery, signer="code" if knows_code else "document", at=now(), by=by)
    return delivery


@action
def note_handed_over(*, reference: str, by: Actor) -> bool:
    """Let a result count as picked up that a window handed over; return whether it went the way of a pick-up.

    What lay ready is collected. What had come back was chosen anew by being fetched, and is delivered at once: nobody is
    told to come for it. A second call changes nothing.
    """
    require(is_machine(by))
    last = Delivery.objects.select_for_update(of=("self",)).filter(reference=reference, direction="out")
    delivery = last.order_by("-sequence").first()
    if delivery is None:
        return False
    if delivery.state == "returned":
        delivery = Delivery.objects.create(
            id=uuid7(), reference=reference, direction="out", way="pickup", state="chosen", person_id=delivery.person_id,
            firm_id=delivery.firm_id, office_id=delivery.office_id, chosen_at=now(), ordered_at=now(),
            sequence=delivery.sequence + 1, due_on=delivery.due_on,
        )  # fmt: skip
        record(DeliveryChosen(delivery_id=delivery.pk, reference=reference, direction="out", way="pickup"), by=by)
    elif delivery.way != "pickup" or delivery.state != "ready":
        return False
    finish(delivery, signer="document", at=now(), by=by)
    return True


@action(silent="the clock that it follows records that it moved")
def set_due(*, reference: str, due_on: dt.date, by: Actor) -> int:
    """Let the results that are still to arrive be there by the day that the case's clock says now (art. 44)."""
    require(is_machine(by))
    open_ = Delivery.objects.filter(
        reference=reference, direction="out", ended_at__isnull=True, ordered_at__isnull=False
    )
    return open_.update(due_on=due_on)
