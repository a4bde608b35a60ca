"""What cases do when news arrive: decide what can be decided at once, bring results home, tell people."""

from typing import Any
from uuid import UUID

from yiwang.domains.cases.actions import (
    accept_case,
    await_applicant,
    charge_fees,
    close_case,
    drop_fees,
    go_on,
    grant_at_once,
    leave_to_person,
    put_to_rule,
    search_for_entitled,
)
from yiwang.domains.cases.events import (
    AcceptanceRefused,
    CaseAccepted,
    CaseAcceptedDeferred,
    CaseAcceptedOnPromise,
    CaseClosed,
    CaseDeemedAccepted,
    CaseExtended,
    CaseGranted,
    CaseLapsed,
    CaseNotNeeded,
    CaseRefused,
    CaseSubmitted,
    CaseTerminated,
    CaseVoided,
    CaseWithdrawn,
    CorrectionRequested,
    InterestedTold,
    MoreRequested,
    SpecialProcedureClosed,
    SpecialProcedureOpened,
)
from yiwang.domains.cases.models import Case, CaseNumber, Deferral, Promise
from yiwang.domains.cases.models.cases import HANDING_OUT
from yiwang.domains.cases.queries import case_content, hearing_until, machine_misses
from yiwang.domains.cases.queries.fees import awaits_payment
from yiwang.domains.cases.queries.guards import obstacle
from yiwang.domains.certificates.events import CertificateSigned
from yiwang.domains.deliveries.actions import note_handed_over
from yiwang.domains.deliveries.events import DeliveryDone, DeliveryOrdered, DeliveryReady, DeliveryReturned
from yiwang.domains.documents.actions import publish_decision
from yiwang.domains.documents.events import DocumentSealed
from yiwang.domains.halls.events import ResultHandedOut
from yiwang.domains.notices.actions import notify_person
from yiwang.domains.payments.events import ChargePaid
from yiwang.domains.rules.events import RulePublished
from yiwang.foundation.actions import Refused
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.clock.events import CalendarChanged
from yiwang.foundation.ids import uuid7
from yiwang.foundation.jobs.queue import enqueue
from yiwang.foundation.journal.recording import on
from yiwang.foundation.reads.actions import record_read

PERMIT = "01"
"""行政许可, by GB/T 39046-2020 table A.1."""


@on(CaseSubmitted)
def decide_what_is_instant(fact: CaseSubmitted) -> None:
    """Accept and grant a case whose item is decided at once (即办件).

    Where a condition that the machine can check is not met, it leaves the case to the office: it never refuses.
    """
    case = Case.objects.get(pk=fact.case_id)
    if case.state == "submitted" and _is_put_to_rule(case.pk):
        return
    if case.state == "submitted" and case_content(case).processing.instant:
        if machine_misses(case):
            reason = "即办件，由系统核对条件，转给工作人员办理"
            record_read(person_id=case.applicant_id, what="case", reason=reason, case_id=case.pk, by=SYSTEM)
            return
        if Deferral.objects.filter(case_id=case.pk).exists() or Promise.objects.filter(case_id=case.pk).exists():
            return  # a person looks at what is to follow, or at what was promised
        accept_case(case_id=case.pk, by=SYSTEM)
        grant_at_once(case_id=case.pk, by=SYSTEM)


def _is_put_to_rule(case_id: UUID) -> bool:
    """秒批: let the rule of the item decide, where it has one. What the machine cannot go through with a person does."""
    try:
        return put_to_rule(case_id=case_id, by=SYSTEM)
    except Refused as refusal:
        leave_to_person(case_id=case_id, refusal=refusal.code, by=SYSTEM)
        return True


@on(RulePublished)
def look_for_entitled(fact: RulePublished) -> None:
    """免申即享: a rule that finds people begins at once."""
    search_for_entitled(rule_id=fact.rule_id, after=None, by=SYSTEM)


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


@on(DeliveryDone)
def close_on_delivery(fact: DeliveryDone) -> None:
    """A parcel that was signed for or picked up, or a new choice after one came back, may be the last thing missing."""
    if fact.direction == "out":
        for case_id in CaseNumber.objects.filter(number=fact.reference).values_list("case_id", flat=True):
            close_case(case_id=case_id, by=SYSTEM)


@on(ResultHandedOut)
def note_as_collected(fact: ResultHandedOut) -> None:
    """What a window handed over, against document and signature or code, has been picked up."""
    note_handed_over(reference=fact.reference, by=SYSTEM)
    for case_id in CaseNumber.objects.filter(number=fact.reference).values_list("case_id", flat=True):
        title = ("“{item}”的结果在窗口交出去了", "{item}: the result was handed over at a window")
        proofs = {
            "signature": ("核对过证件，签了名。", "The id document was checked, and the receipt signed."),
            "code": ("凭取件码代领的。", "Somebody took it with the pick-up code."),
        }
        body = proofs[fact.proof]
        more = (
            "不是你，也不是你请的人，就马上联系办理部门。",
            " If it was neither you nor anybody you sent, tell the office at once.",
        )
        _tell(case_id, "handed_over", title, (body[0] + more[0], body[1] + more[1]))


@on(CalendarChanged)
def reckon_running_clocks(fact: CalendarChanged) -> None:
    """Have every clock that runs worked out anew; the dates of those that have ended stay as they were."""
    enqueue("reckon_clocks", {"after": None}, key=str(uuid7()))


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
@on(CaseAcceptedOnPromise)
@on(CaseDeemedAccepted)
def tell_accepted(fact: CaseAccepted | CaseAcceptedOnPromise | CaseDeemedAccepted) -> None:
    """Tell the applicant that the case is accepted, or counts as accepted since it was handed in (art. 32 (4), (5))."""
    body = ("从现在起按承诺的时间办理，可以随时看进度。", "The promised time runs from now. You can follow every step.")
    _tell(fact.case_id, "accepted", ("“{item}”已受理", "{item}: accepted"), body, text_message=False)


@on(CaseAcceptedDeferred)
def tell_accepted_deferred(fact: CaseAcceptedDeferred) -> None:
    """Tell the applicant that the case is accepted, and what is still to follow."""
    body = (
        f"还有 {fact.count} 份材料要按期补上，补齐以前不出结果。",
        f"{fact.count} paper(s) have to follow by the date in the notice; the result waits for them.",
    )
    _tell(fact.case_id, "accepted", ("“{item}”已容缺受理", "{item}: accepted, papers to follow"), body)


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
    outcome, joint = Case.objects.values_list("outcome", "joint_reference").get(pk=fact.case_id)
    if outcome == "granted":
        body = (
            "结果在“我的证照”和这一件的文书里。" + ("整件事办完以后一起评价。" if joint else "办得怎么样，请打个分。"),
            "The result is in your account. Please rate " + ("the whole once it is over." if joint else "how it went."),
        )
        _tell(fact.case_id, "granted", ("“{item}”办好了", "{item}: done"), body)
    else:
        body = ("理由、依据和怎么申诉，写在决定书里。", "Reasons, law and how to object are in the decision.")
        _tell(fact.case_id, "refused", ("“{item}”没有通过", "{item}: refused"), body)


_NEWS: dict[type, tuple[str, tuple[str, str], tuple[str, str]]] = {
    CaseNotNeeded: (
        "not_needed",
        ("“{item}”不需要办理", "{item}: not needed"),
        (
            "依法不需要办这项手续，理由和依据写在告知书里。",
            "By law you need no permit here. Reason and law are in the notice.",
        ),
    ),
    MoreRequested: (
        "more",
        ("“{item}”要补充材料", "{item}: more is asked for"),
        (
            "法律要求补充，依据和期限写在告知书里。办理没有停。",
            "The law asks for more; basis and date are in the notice. Work goes on meanwhile.",
        ),
    ),
    SpecialProcedureOpened: (
        "special",
        ("“{item}”进入特别程序", "{item}: a special procedure"),
        (
            "这段时间不计入办理期限，要多久写在告知书里。",
            "This time is not counted; the notice says how long it takes.",
        ),
    ),
    SpecialProcedureClosed: (
        "special",
        ("“{item}”特别程序结束", "{item}: the special procedure ended"),
        (
            "办理期限接着算，新的日期在页面上。",
            "The clock goes on; the page shows the new date.",
        ),
    ),
    CaseExtended: (
        "extended",
        ("“{item}”延长了期限", "{item}: the time was extended"),
        (
            "理由和新的日期写在告知书里。期限只能延长一次。",
            "Reason and new date are in the notice. It can be extended only once.",
        ),
    ),
    CaseTerminated: (
        "terminated",
        ("“{item}”终止办理", "{item}: ended"),
        (
            "理由写在决定书里，可以重新申请。",
            "The reason is in the decision. You can apply again.",
        ),
    ),
    CaseVoided: (
        "voided",
        ("“{item}”已作废", "{item}: void"),
        (
            "理由写在决定书里。",
            "The reason is in the decision.",
        ),
    ),
}
"""Fact → kind of message, title and body in both languages: what a step means for the applicant."""

_NOT_STOPPED = (
    "这是有人要求的听证。法定期限已经过了，期限没有停。",
    "This is the hearing that was asked for. The legal time is over, and the clock was not stopped.",
)


@on(CaseNotNeeded)
@on(MoreRequested)
@on(SpecialProcedureOpened)
@on(SpecialProcedureClosed)
@on(CaseExtended)
@on(CaseTerminated)
@on(CaseVoided)
def tell_step(fact: Any) -> None:
    """Tell the applicant what happened to the case, and where the reason stands."""
    kind, title, body = _NEWS[type(fact)]
    if getattr(fact, "is_late", False):
        body = _NOT_STOPPED
    _tell(fact.case_id, kind, title, body)


@on(InterestedTold)
def tell_of_the_hearing(fact: InterestedTold) -> None:
    """Tell the applicant of their right to a hearing (art. 47), unless they have asked, it was held or its time is over."""
    if hearing_until(Case.objects.get(pk=fact.case_id)) is None:
        return
    title = ("“{item}”：你可以要求听证", "{item}: you may ask for a hearing")
    body = (
        "这件事也和别人的利益有关。五个工作日内你可以要求听证，不收费。最晚哪天，写在页面上。",
        "It touches others too. Within five working days you may ask for a hearing, free; the page has the last day.",
    )
    _tell(fact.case_id, "hearing", title, body)


@on(CaseAccepted)
@on(CaseAcceptedDeferred)
@on(CaseAcceptedOnPromise)
@on(CaseDeemedAccepted)
def charge_what_is_due(fact: CaseAccepted | CaseAcceptedDeferred | CaseAcceptedOnPromise | CaseDeemedAccepted) -> None:
    """Ask the applicant of an accepted case for what the item's published fees come to."""
    charge_fees(case_id=fact.case_id, by=SYSTEM)


@on(CaseGranted)
def wait_for_fees(fact: CaseGranted) -> None:
    """While the fees of what is granted are not paid, the clock of issue and delivery is not the office's."""
    if awaits_payment(Case.objects.get(pk=fact.case_id)):
        _stop_delivery(fact.case_id, "fees")


@on(DeliveryReady)
def wait_for_pickup(fact: DeliveryReady) -> None:
    """What lies at a window or in a locker, and was told, waits for the applicant."""
    for case_id in CaseNumber.objects.filter(number=fact.reference).values_list("case_id", flat=True):
        _stop_delivery(case_id, "pickup")


@on(DeliveryReturned)
def wait_for_another_way(fact: DeliveryReturned) -> None:
    """A parcel that came back waits for the applicant to choose another way."""
    if fact.direction == "out":
        for case_id in CaseNumber.objects.filter(number=fact.reference).values_list("case_id", flat=True):
            _stop_delivery(case_id, "returned")


@on(DeliveryOrdered)
def go_on_with_delivery(fact: DeliveryOrdered) -> None:
    """Another way was chosen, and the parcel goes out again: it is the office's turn."""
    if fact.direction == "out":
        for case_id in CaseNumber.objects.filter(number=fact.reference).values_list("case_id", flat=True):
            if Case.objects.get(pk=case_id).awaits_applicant:
                go_on(case_id=case_id, by=SYSTEM)


def _stop_delivery(case_id: UUID, reason: str) -> None:
    case = Case.objects.get(pk=case_id)
    if case.awaits_applicant and not case.clock_stops.filter(kind=reason, ended_on__isnull=True).exists():
        case = go_on(case_id=case_id, by=SYSTEM)  # what came back now lies at a window
    if case.state in HANDING_OUT and obstacle(case, ["delivery_is_due"], SYSTEM) is None:
        await_applicant(case_id=case_id, reason=reason, by=SYSTEM)


@on(ChargePaid)
def close_on_payment(fact: ChargePaid) -> None:
    """A payment may be the last thing that a case waits for."""
    for case_id in CaseNumber.objects.filter(number=fact.reference).values_list("case_id", flat=True):
        close_case(case_id=case_id, by=SYSTEM)


@on(CaseWithdrawn)
@on(CaseRefused)
@on(CaseTerminated)
@on(CaseVoided)
def give_fees_back(fact: CaseWithdrawn | CaseRefused | CaseTerminated | CaseVoided) -> None:
    """Take back what a case that came to nothing was charged, and give back what was paid."""
    drop_fees(case_id=fact.case_id, by=SYSTEM)


@on(CaseClosed)
def publish_what_was_permitted(fact: CaseClosed) -> None:
    """Let anybody read of a permit that was granted (art. 40); a natural person is not named."""
    case = Case.objects.select_related("item", "firm").get(pk=fact.case_id)
    if case.outcome == "granted" and case.item.type_code == PERMIT:
        publish_decision(
            case_id=case.pk,
            item_code=case.item_id,
            item_name=case.item_name,
            item_name_en=case.item_name_en,
            party=case.firm.name if case.firm else "",
            by=SYSTEM,
        )
