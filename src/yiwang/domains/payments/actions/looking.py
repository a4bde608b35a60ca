"""Write down what was behind a message of the provider that was refused."""

from uuid import UUID

from django.utils.translation import gettext as _

from yiwang.domains.payments.events import TradeNewsLookedInto
from yiwang.domains.payments.models import CallBack
from yiwang.domains.payments.policies import may_look_into
from yiwang.foundation.actions import InvalidInput, NotVisible, Refused, action, require
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import now
from yiwang.foundation.journal.recording import record


@action
def look_into_trade_news(*, call_back_id: UUID, finding: str, by: Actor) -> CallBack:
    """Write down what was behind a message that was refused; it then waits for nobody any more.

    Raises:
        InvalidInput: where nothing was found out.
        Refused: where somebody has written something already.
    """
    refused = CallBack.objects.visible_to(by).filter(verdict=CallBack.Verdict.REFUSED)
    found = refused.select_for_update(of=("self",)).filter(pk=call_back_id).first()
    if found is None:
        raise NotVisible
    require(may_look_into(by))
    if found.seen_at is not None:
        raise Refused(_("这一条已经有人看过了。"), code="seen_already")
    if not finding.strip():
        raise InvalidInput(_("写一句查到了什么。"), code="no_finding")
    found.seen_at, found.seen_by_id, found.finding = now(), by.known_id, finding.strip()[:300]
    found.save(update_fields=["seen_at", "seen_by", "finding"])
    record(TradeNewsLookedInto(call_back_id=found.pk, why=found.why), by=by)
    return found
