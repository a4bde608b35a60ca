"""What is granted, by a decision or by law, and not paid yet: that is said in writing, the result follows the money."""

from yiwang.domains.cases.actions.results import grant_in_writing, grant_letter, prepare_result, result_of
from yiwang.domains.cases.models import Case
from yiwang.domains.cases.queries import case_content
from yiwang.domains.cases.queries.fees import pay_until
from yiwang.domains.certificates.queries import of_case
from yiwang.domains.documents.models import Document
from yiwang.foundation.actors import Actor
from yiwang.foundation.reads.actions import record_read

PAY_FIRST = "请在 {day} 前按缴款通知缴清费用。缴清以后发给结果，不用再申请。"


def hold_result(case: Case, by: Actor, way: str) -> None:
    """Say in writing that it is granted, by whom, and that the result follows once the fees are paid."""
    until = pay_until(case)
    words = PAY_FIRST.format(day=f"{until.year} 年 {until.month} 月 {until.day} 日")
    grant_in_writing(case, by, way, conditions=[words])


def make_held_result(case: Case, by: Actor) -> bool:
    """Make the result that was held back until the fees were paid; return whether there was one, so that its seal follows."""
    content = case_content(case)
    result = result_of(content)
    letters = Document.objects.filter(case_id=case.pk, kind="letter")
    needs_certificate = bool(result and result.kind == "certificate" and result.certificate_type)
    is_there = of_case(case.pk) is not None if needs_certificate else letters.exists()
    if is_there or result is None:
        return False
    reason = "费用已经缴清，由系统制作结果"
    record_read(person_id=case.applicant_id, what="case", reason=reason, case_id=case.pk, by=by)
    if needs_certificate:
        prepare_result(case, content, result, by)
    else:
        grant_letter(case, result, by, "decision")
    return True
