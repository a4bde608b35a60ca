"""What cases do when news arrive: decide what can be decided at once, bring results home, tell people."""

from uuid import UUID

from yiwang.domains.cases.actions import accept_case, close_case, grant_at_once, reckon_clock
from yiwang.domains.cases.events import (
    AcceptanceRefused,
    CaseAccepted,
    CaseClosed,
    CaseLapsed,
    CaseSubmitted,
    CorrectionRequested,
)
from yiwang.domains.cases.models import Case, CaseClock
from yiwang.domains.cases.queries import case_content, machine_misses
from yiwang.domains.certificates.events import CertificateSigned
from yiwang.domains.documents.events import DocumentSealed
from yiwang.domains.notices.actions import notify_person
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.clock.events import CalendarChanged
from yiwang.foundation.journal.recording import on
from yiwang.foundation.reads.actions import record_read


@on(CaseSubmitted)
def decide_what_is_instant(fact: CaseSubmitted) -> None:
    """Accept and grant a case whose item is decided at once (即办件).

    Where a condition that the machine can check is not met, it leaves the case to the office: it never refuses.
    """
    case = Case.objects.get(pk=fact.case_id)
    if case.state == "submitted" and case_content(case).processing.instant:
        if machine_misses(case):
            reason = "即办件，由系统核对条件，转给工作人员办理"
            record_read(person_id=case.applicant_id, what="case", reason=reason, case_id=case.pk, by=SYSTEM)
            return
        accept_case(case_id=case.pk, by=SYSTEM)
        grant_at_once(case_id=case.pk, by=SYSTEM)


@on(DocumentSealed)
def close_on_sealed_document(fact: DocumentSealed) -> None:
    """A sealed decision may be the last thing that a case waits for."""
    if fact.document_kind in {"grant", "letter", "refusal"}:
        close_case(case_id=fact.case_id, by=SYSTEM)


@on(CertificateSigned)
def close_on_signed_certificate(fact: CertificateSigned) -> None:
    """A signed certificate may be the last thing that a case waits for."""
    if fact.case_id:
        close_case(case_id=fact.case_id, by=SYSTEM)


@on(CalendarChanged)
def reckon_running_clocks(fact: CalendarChanged) -> None:
    """Work out anew every clock that runs; the dates of those that have ended stay as they were."""
    for case_id in list(CaseClock.objects.filter(ended_on__isnull=True).values_list("case_id", flat=True)):
        reckon_clock(case_id=case_id, by=SYSTEM)


def _tell(
    case_id: UUID, kind: str, title: tuple[str, str], body: tuple[str, str], *, text_message: bool = True
) -> None:
    case = Case.objects.only("applicant_id", "number", "item_name", "item_name_en").get(pk=case_id)
    english = case.item_name_en or case.item_name
    notify_person(
        person_id=case.applicant_id,
        case_id=case_id,
        kind=kind,
        title=(title[0].format(item=case.item_name), title[1].format(item=english)),
        body=body,
        link=f"/me/cases/{case.number}",
        text_message=text_message,
        by=SYSTEM,
    )


@on(CaseAccepted)
def tell_accepted(fact: CaseAccepted) -> None:
    """Tell the applicant that the case is accepted."""
    body = ("从现在起按承诺的时间办理，可以随时看进度。", "The promised time runs from now. You can follow every step.")
    _tell(fact.case_id, "accepted", ("“{item}”已受理", "{item}: accepted"), body, text_message=False)


@on(CorrectionRequested)
def tell_correction(fact: CorrectionRequested) -> None:
    """Tell the applicant that something has to be supplied."""
    body = (
        f"有 {fact.count} 处要补。补上就接着办，不用重新申请。",
        f"{fact.count} thing(s) to supply. Supply them and we go on; no new application is needed.",
    )
    _tell(fact.case_id, "correction", ("“{item}”要补材料", "{item}: something is missing"), body)


@on(AcceptanceRefused)
def tell_not_accepted(fact: AcceptanceRefused) -> None:
    """Tell the applicant that the case was not accepted, and why."""
    body = ("理由和该找谁，写在决定书里。", "The reason, and where to turn, are in the decision.")
    _tell(fact.case_id, "not_accepted", ("“{item}”不予受理", "{item}: not accepted"), body)


@on(CaseLapsed)
def tell_lapsed(fact: CaseLapsed) -> None:
    """Tell the applicant that the case ended without the correction."""
    body = (
        "到期没有补上，这一件已经结束。随时可以重新申请。",
        "The date has passed, so this case has ended. You can apply again at any time.",
    )
    _tell(fact.case_id, "lapsed", ("“{item}”已结束", "{item}: ended"), body)


@on(CaseClosed)
def tell_finished(fact: CaseClosed) -> None:
    """Tell the applicant that the result is there, and ask for a rating."""
    outcome = Case.objects.values_list("outcome", flat=True).get(pk=fact.case_id)
    if outcome == "granted":
        body = (
            "结果在“我的证照”和这一件的文书里。办得怎么样，请打个分。",
            "The result is in your account. Please rate how it went.",
        )
        _tell(fact.case_id, "granted", ("“{item}”办好了", "{item}: done"), body)
    else:
        body = ("理由、依据和怎么申诉，写在决定书里。", "Reasons, law and how to object are in the decision.")
        _tell(fact.case_id, "refused", ("“{item}”没有通过", "{item}: refused"), body)
