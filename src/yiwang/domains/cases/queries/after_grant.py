"""What may be done with a certificate after its grant: renew it, change it, give it up (行政许可法 art. 49, 50, 70)."""

import datetime as dt

from yiwang.domains.catalogue.models import Item, ItemVersion
from yiwang.domains.catalogue.queries import Guide, guide
from yiwang.domains.certificates.models import Certificate
from yiwang.foundation.clock.queries import calendar

RENEWAL_WORKDAYS = 30
"""行政许可法 art. 50: the renewal is asked for thirty days before the end; all days of the law are working days (82)."""


def items_about(certificate: Certificate) -> dict[str, Guide]:
    """Return renewal, change, cancellation → the item of the certificate's office for it, where one can be applied for."""
    of_office = Item.objects.filter(office_id=certificate.office_id, state=Item.State.PUBLISHED)
    about = ItemVersion.objects.filter(pk__in=of_office.values("current"), content__contains='"about":"')
    named = about.filter(content__contains=f'"{certificate.type_id}"').order_by("item_id")
    found: dict[str, Guide] = {}
    for code in named.values_list("item_id", flat=True):
        item = guide(code)
        if item is not None and item.can_apply and item.content.processing.about:
            found.setdefault(item.content.processing.about, item)
    return found


def renew_until(certificate: Certificate) -> dt.date | None:
    """Return the last day on which a renewal is asked for in time; None where the certificate does not end.

    Thirty working days are left after it, the day on which the certificate ends being the last of them where it is one.
    """
    if certificate.valid_until is None:
        return None
    one_day = dt.timedelta(days=1)
    return calendar().add_workdays(certificate.valid_until + one_day, -RENEWAL_WORKDAYS) - one_day
