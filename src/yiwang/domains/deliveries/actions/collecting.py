"""Hand a result out at a window."""

from uuid import UUID

from django.utils.translation import gettext as _

from yiwang.domains.deliveries.actions.ending import finish
from yiwang.domains.deliveries.models import Delivery
from yiwang.domains.deliveries.policies import may_hand_out
from yiwang.domains.deliveries.queries import code_of
from yiwang.foundation import vault
from yiwang.foundation.actions import InvalidInput, NotVisible, Refused, action, require
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import now


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
