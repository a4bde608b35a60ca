"""Who may not apply again for a time, because they hid something or won a certificate by fraud (行政许可法 art. 78, 79)."""

import datetime as dt

from yiwang.domains.cases.models import Case, Opinion
from yiwang.domains.catalogue.content import ItemContent
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import ZONE, today
from yiwang.foundation.clock.workdays import add_months
from yiwang.foundation.journal.queries import timeline

SAFETY = frozenset({"public_security", "life_safety"})
"""直接关系公共安全、人身健康、生命财产安全: only there does an untruth bar somebody from asking again."""

AFTER_UNTRUTH, AFTER_FRAUD = 12, 36
"""Months: one year after an application that hid or feigned something, three after a certificate got by fraud."""


def barred_until(item_code: str, content: ItemContent, by: Actor) -> dt.date | None:
    """Return the last day on which these may not apply for this item again; None where they may."""
    if not SAFETY.intersection(content.processing.high_risk):
        return None
    mine = Case.objects.filter(item_id=item_code, is_open=False)
    mine = mine.filter(firm_id=by.on_behalf_of) if by.on_behalf_of else mine.filter(applicant_id=by.id, firm=None)
    untrue = Opinion.objects.filter(case__in=mine, step="refuse_to_accept", verdict="untrue")
    ends = [_day(at, AFTER_UNTRUTH) for at in untrue.values_list("written_at", flat=True)]
    for case_id in mine.filter(outcome="granted").values_list("pk", flat=True):
        for entry in timeline(case_id):
            if entry.kind == "CertificateWithdrawn" and entry.fact["ground"] == "fraud":
                ends.append(_day(entry.recorded_at, AFTER_FRAUD))
    last = max(ends, default=None)
    return last if last and last >= today() else None


def _day(at: dt.datetime, months: int) -> dt.date:
    return add_months(at.astimezone(ZONE).date(), months)
