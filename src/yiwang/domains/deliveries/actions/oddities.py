"""Keep what a courier told that cannot be, or that contradicts itself, and what an operator found out about it."""

import hashlib
from uuid import UUID

from django.db.models import F
from django.utils.translation import gettext as _

from yiwang.domains.deliveries.events import CourierNewsDoubted, CourierNewsLookedInto
from yiwang.domains.deliveries.models import Delivery, OddNews
from yiwang.domains.deliveries.policies import is_machine, may_look_into
from yiwang.foundation.actions import InvalidInput, NotVisible, Refused, action, require
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import now, today
from yiwang.foundation.journal.recording import record


def keep_odd(
    why: str, mark: str, *, delivery: Delivery | None = None, told: str = "", waybill: str = "", by: Actor
) -> None:
    """Keep one piece of odd news, once for each `mark`; the same again is only counted."""
    news, is_new = OddNews.objects.get_or_create(
        why=why,
        digest=hashlib.sha256(mark.encode("utf-8", "replace")).hexdigest(),
        defaults={
            "delivery": delivery,
            "state": delivery.state if delivery else "",
            "told": _shown(told, 20),
            "waybill": _shown(waybill, 40).upper(),
            "first_at": now(),
            "last_at": now(),
        },
    )
    if is_new:
        record(CourierNewsDoubted(odd_id=news.pk, why=why), by=by)
    else:
        OddNews.objects.filter(pk=news.pk).update(times=F("times") + 1, last_at=now())


def _shown(text: str, most: int) -> str:
    return "".join(sign for sign in text if sign.isprintable())[:most]


@action
def note_unsound_call(*, body: bytes, is_signed: bool, by: Actor) -> None:
    """Keep that a call-back could not be read, or, one row a day, that somebody called in the courier's name."""
    require(is_machine(by))
    if is_signed:
        keep_odd("unreadable", hashlib.sha256(body).hexdigest(), by=by)
    else:
        keep_odd("forged", today().isoformat(), by=by)


@action
def look_into_news(*, odd_id: UUID, finding: str, by: Actor) -> OddNews:
    """Write down what was behind odd news. Once all about a parcel is looked into, nobody has to look at it any more.

    Raises:
        InvalidInput: where nothing was found out.
        Refused: where somebody has written something already.
    """
    news = OddNews.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=odd_id).first()
    if news is None:
        raise NotVisible
    require(may_look_into(by))
    if news.seen_at is not None:
        raise Refused(_("这一条已经有人看过了。"), code="seen_already")
    if not finding.strip():
        raise InvalidInput(_("写一句查到了什么。"), code="no_finding")
    news.seen_at, news.seen_by_id, news.finding = now(), by.known_id, finding.strip()[:300]
    news.save(update_fields=["seen_at", "seen_by", "finding"])
    if news.delivery_id and not OddNews.objects.filter(delivery_id=news.delivery_id, seen_at__isnull=True).exists():
        Delivery.objects.filter(pk=news.delivery_id).update(is_disputed=False)
    record(CourierNewsLookedInto(odd_id=news.pk, why=news.why), by=by)
    return news
