"""What a case costs: charged once it is accepted, taken back or given back where nothing comes of it."""

import datetime as dt
from uuid import UUID

from yiwang.domains.cases.models import Case
from yiwang.domains.cases.queries.fees import DAYS_TO_PAY, fee_lines
from yiwang.domains.payments.actions import cancel_charge, raise_charge, refund_charge
from yiwang.domains.payments.queries import charges_of
from yiwang.foundation.actions import action, require
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import now, today
from yiwang.foundation.clock.queries import calendar

LONG_AGO = dt.timedelta(days=30)
NOT_USED = "申请没有办成，收取的费用没有发生相应的管理或者服务成本，依法退还"


@action
def charge_fees(*, case_id: UUID, by: Actor) -> None:
    """Ask the applicant of an accepted case for what the item's published fees come to; once, whoever asks again.

    Nothing is asked for a case of which nothing came, nor for one that ended long ago: facts may be heard late, and after an
    upgrade all of them are heard.
    """
    require(by.kind == "system")
    case = Case.objects.select_for_update(of=("self",)).select_related("office").get(pk=case_id)
    if case.outcome not in {"", "granted"} or (case.closed_at and case.closed_at < now() - LONG_AGO):
        return
    lines = fee_lines(case)
    if not lines:
        return
    raise_charge(
        reference=case.number,
        payer_person_id=case.applicant_id,
        payer_firm_id=case.firm_id,
        office_code=case.office_id,
        lines=lines,
        due_on=calendar().add_workdays(today(), DAYS_TO_PAY),
        subject=case.item_name,
        subject_en=case.item_name_en,
        by=by,
    )


@action
def drop_fees(*, case_id: UUID, by: Actor) -> None:
    """Take back what a case that came to nothing was charged, and have what was paid given back."""
    require(by.kind == "system")
    number = Case.objects.values_list("number", flat=True).get(pk=case_id)
    for charge in charges_of(number):
        cancel_charge(charge_id=charge.pk, by=by)
        refund_charge(charge_id=charge.pk, basis=NOT_USED, by=by)
