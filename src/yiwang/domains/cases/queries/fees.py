"""What a case costs by its item's published fees and its own answers, and whether its result waits for the money."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from yiwang.domains.cases.models import Case
from yiwang.domains.cases.queries.single import answers_of, case_content, case_form
from yiwang.domains.catalogue.content import Fee, ItemContent, Reduction
from yiwang.domains.payments.queries import charges_of, is_settled, was_charged
from yiwang.foundation.clock import today
from yiwang.foundation.clock.queries import calendar
from yiwang.foundation.forms.conditions import holds, parse

DAYS_TO_PAY = 15
"""Working days that a payer has from the notice on."""


def pay_until(case: Case) -> dt.date:
    """Return until when the fees of a case are to be paid: the day of the notice; where it is over, or there is none, what a notice of today would say."""
    days = [
        one.due_on for one in charges_of(case.number) if one.due_on and one.due_on >= today() and one.state == "due"
    ]
    return max(days, default=None) or calendar().add_workdays(today(), DAYS_TO_PAY)


def fee_lines(case: Case) -> list[dict[str, Any]]:
    """Return the fees of a case as lines of a charge: what the version that the case rests on asks of these answers.

    A fee without a fixed sum or without a basis is no line: nobody can be asked to pay it by machine.
    """
    content = case_content(case)
    if content.is_free or not content.fees:
        return []
    return fee_lines_for(content, case_form(case).prune(answers_of(case)) if content.form else {})


def fee_lines_for(content: ItemContent, answers: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the fees of an item for some answers."""
    lines = []
    for fee in content.fees:
        if not fee.amount_fen or not fee.basis.strip() or not _meant(fee.when, answers):
            continue
        line: dict[str, Any] = {
            "name": fee.name.zh[:200],
            "name_en": fee.name.en[:200],
            "amount_fen": fee.amount_fen,
            "basis": fee.basis[:500],
        }
        if reduction := _reduction(fee, answers):
            line["reduction_fen"] = fee.amount_fen * reduction.percent // 100
            line["reduction_basis"] = f"{reduction.name.zh}：{reduction.basis}"[:500]
        lines.append(line)
    return lines


def _reduction(fee: Fee, answers: Mapping[str, Any]) -> Reduction | None:
    sound = (one for one in fee.reductions if 0 < one.percent <= 100 and one.basis.strip())
    return next((one for one in sound if _meant(one.when, answers)), None)


def _meant(when: dict[str, Any] | None, answers: Mapping[str, Any]) -> bool:
    """Whether a condition holds. One that cannot be read holds for nobody: nobody pays by mistake."""
    if when is None:
        return True
    condition = parse(when, lambda _fault: None)
    return condition is not None and holds(condition, answers)


def awaits_payment(case: Case) -> bool:
    """Return whether the result may not be handed out yet, because the item wants its fees first and they are not paid."""
    content = case_content(case)
    if content.is_free or not content.fees or content.processing.fee_timing == "after_result":
        return False
    if was_charged(case.number):
        return not is_settled(case.number)
    return bool(fee_lines(case))
