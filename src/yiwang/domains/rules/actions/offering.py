"""免申即享: note whom a rule found, and what they answered."""

import datetime as dt
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from yiwang.domains.rules.actions.deciding import sealed
from yiwang.domains.rules.events import OfferAnswered, OfferMade
from yiwang.domains.rules.models import Offer
from yiwang.domains.rules.policies import may_decide_automatically
from yiwang.domains.rules.queries import RuleInForce, Verdict
from yiwang.foundation.actions import NotVisible, Refused, action, require
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import now, today
from yiwang.foundation.ids import uuid7
from yiwang.foundation.inserting import insert
from yiwang.foundation.journal.recording import record

OPEN_DAYS = 90


@action
def make_offer(
    *, person_id: UUID, item_code: str, rule: RuleInForce, verdict: Verdict, values: Mapping[str, Any], by: Actor
) -> Offer | None:
    """Note that somebody was found to qualify; None where they were asked before, whatever they answered."""
    require(may_decide_automatically(by))
    if verdict.outcome != "grant" or verdict.version_id is None:
        raise Refused(_("规则没有通过的人，不能作为符合条件的人。"), code="not_found")
    offer_id = uuid7()
    offer = Offer(
        id=offer_id,
        person_id=person_id,
        rule_id=rule.rule_id,
        version_id=verdict.version_id,
        item_code=item_code,
        inputs_sealed=sealed(dict(values), f"rules_offer:{offer_id}:inputs"),
        trace_sealed=sealed([[one.zh, one.en, one.met] for one in verdict.trace], f"rules_offer:{offer_id}:trace"),
        made_at=now(),
        until=today() + dt.timedelta(days=OPEN_DAYS),
    )
    if not insert(offer, ignore_conflicts=True):
        return None
    record(OfferMade(offer_id=offer_id, item_code=item_code), by=by)
    return offer


@action
def answer_offer(*, offer_id: UUID, state: str, case_id: UUID | None = None, by: Actor) -> Offer:
    """Note what somebody answered: confirmed (with the case that came of it), or declined. Nobody loses anything by it."""
    offer = Offer.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=offer_id).first()
    if offer is None:
        raise NotVisible
    if state not in {Offer.State.CONFIRMED, Offer.State.DECLINED}:
        raise Refused(_("没有这种答复。"), code="unknown_answer")
    if offer.state != Offer.State.OPEN or offer.until < today():
        raise Refused(_("这一项已经答复过，或者过期了。"), code="not_open")
    return _ended(offer, state, case_id, by)


@action
def lapse_offer(*, offer_id: UUID, by: Actor) -> None:
    """End an offer that nobody answered; one may still apply in the usual way."""
    require(may_decide_automatically(by))
    offer = Offer.objects.select_for_update(of=("self",)).filter(pk=offer_id, state=Offer.State.OPEN).first()
    if offer is not None and offer.until < today():
        _ended(offer, Offer.State.LAPSED, None, by)


def _ended(offer: Offer, state: str, case_id: UUID | None, by: Actor) -> Offer:
    offer.state, offer.answered_at, offer.case_id = state, now(), case_id
    offer.save(update_fields=["state", "answered_at", "case_id"])
    record(OfferAnswered(offer_id=offer.pk, item_code=offer.item_code, state=str(state)), by=by, case_id=case_id)
    return offer
