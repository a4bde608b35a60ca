"""What joint cases do when news of their parts arrives: the next part goes on its way, people are told."""

from uuid import UUID

from yiwang.domains.cases.events import (
    AcceptanceRefused,
    CaseClosed,
    CaseIssued,
    CaseLapsed,
    CaseNotNeeded,
    CaseRefused,
    CaseTerminated,
    CaseVoided,
    CaseWithdrawn,
)
from yiwang.domains.joint_cases.actions import advance_joint_case
from yiwang.domains.joint_cases.events import JointClosed, PartStopped, PartSubmitted
from yiwang.domains.joint_cases.models import JointCase, JointPart
from yiwang.domains.joint_cases.queries import part_of
from yiwang.domains.notices.actions import notify_person
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.clock.events import CalendarChanged
from yiwang.foundation.ids import uuid7
from yiwang.foundation.jobs.queue import enqueue
from yiwang.foundation.journal.recording import on


def _advance(case_id: UUID) -> None:
    part = part_of(case_id)
    if part is not None:
        advance_joint_case(joint_id=part.joint_id, by=SYSTEM)


@on(CaseIssued)
def go_on_after_result(fact: CaseIssued) -> None:
    """The result of a part is there: what rests on it is handed in."""
    _advance(fact.case_id)


@on(CaseNotNeeded)
def go_on_without_permit(fact: CaseNotNeeded) -> None:
    """Where the law asks for no permit, nothing is missing."""
    _advance(fact.case_id)


@on(CaseRefused)
def stop_after_refusal(fact: CaseRefused) -> None:
    """What rests on a refused part is not handed in; the others go on."""
    _advance(fact.case_id)


@on(AcceptanceRefused)
def stop_after_not_accepted(fact: AcceptanceRefused) -> None:
    """The same where a part was not accepted."""
    _advance(fact.case_id)


@on(CaseWithdrawn)
def stop_after_withdrawal(fact: CaseWithdrawn) -> None:
    """The same where the applicant took a part back."""
    _advance(fact.case_id)


@on(CaseLapsed)
def stop_after_lapse(fact: CaseLapsed) -> None:
    """The same where a correction was not supplied."""
    _advance(fact.case_id)


@on(CaseTerminated)
def stop_after_termination(fact: CaseTerminated) -> None:
    """The same where a part was terminated."""
    _advance(fact.case_id)


@on(CaseVoided)
def stop_after_voiding(fact: CaseVoided) -> None:
    """The same where a part was a test or a double."""
    _advance(fact.case_id)


@on(CaseClosed)
def close_after_last(fact: CaseClosed) -> None:
    """The last part that comes to its end ends the whole."""
    _advance(fact.case_id)


@on(PartStopped)
def go_on_without_part(fact: PartStopped) -> None:
    """Say plainly that a part is not handed in, and why; what rests on it stops too."""
    joint = JointCase.objects.get(pk=fact.joint_id)
    part = JointPart.objects.get(joint_id=fact.joint_id, key=fact.part)
    if fact.why != JointPart.Why.NOT_WANTED:
        _tell(joint, f"joint_{fact.why}", *_stopped_words(joint, part))
    advance_joint_case(joint_id=fact.joint_id, by=SYSTEM)


def _stopped_words(joint: JointCase, part: JointPart) -> tuple[tuple[str, str], tuple[str, str]]:
    english = part.name_en or part.name
    title = (f"“{part.name}”没有提交", f"{english}: not handed in")
    before = JointPart.objects.filter(joint_id=joint.pk, key=part.because_of).first()
    match part.why:
        case "predecessor" if before is not None:
            english = f"“{before.name_en or before.name}”"
            if before.why == JointPart.Why.NOT_WANTED:
                return title, (
                    f"它要用到“{before.name}”的结果，而那一项你说不办了。其他各项照常办。以后想办，可以单独申请。",
                    f"It needs the result of {english}, which you gave up. The others go on. You can apply for it alone.",
                )
            return title, (
                f"它要等“{before.name}”办成，而那一项没有办成。其他各项照常办。办成以后可以单独申请这一项。",
                f"It rests on {english}, which was not granted. The others go on. Later you can apply for it on its own.",
            )
        case "not_open":
            return title, (
                "这一项现在不接受申请。其他各项照常办。",
                "This one takes no applications at present. The others go on.",
            )
    return title, (
        "填的内容还不够这一项用，请单独申请。其他各项照常办。",
        "What was filled in is not enough for this one; please apply for it on its own. The others go on.",
    )


@on(PartSubmitted)
def tell_part_submitted(fact: PartSubmitted) -> None:
    """Tell the applicant that a part that had waited is on its way."""
    joint = JointCase.objects.get(pk=fact.joint_id)
    part = JointPart.objects.get(joint_id=fact.joint_id, key=fact.part)
    body = ("前一项办成了，这一项已替你提交，不用再填。", "What it rests on is granted, so it was handed in for you.")
    _tell(joint, "joint_next", (f"“{part.name}”已提交", f"{part.name_en or part.name}: handed in"), body)


@on(JointClosed)
def tell_closed(fact: JointClosed) -> None:
    """Tell the applicant that everything has come to its end, and ask for the one rating."""
    joint = JointCase.objects.get(pk=fact.joint_id)
    english = joint.name_en or joint.name
    if fact.granted == fact.parts:
        title = (f"“{joint.name}”全部办好了", f"{english}: all done")
    else:
        title = (f"“{joint.name}”办完了", f"{english}: finished")
    body = (
        f"{fact.parts} 项里办成了 {fact.granted} 项。整件事打一个分就行。",
        f"{fact.granted} of {fact.parts} were granted. Please rate the whole, once.",
    )
    _tell(joint, "joint_closed", title, body)


def _tell(joint: JointCase, kind: str, title: tuple[str, str], body: tuple[str, str]) -> None:
    notify_person(
        person_id=joint.applicant_id,
        kind=kind[:20],
        title=title,
        body=body,
        link=f"/me/joint/{joint.number}",
        text_message=True,
        by=SYSTEM,
    )


@on(CalendarChanged)
def reckon_open_promises(fact: CalendarChanged) -> None:
    """Have the one promise of every joint case that is under way worked out anew."""
    enqueue("reckon_joint_promises", {"after": None}, key=str(uuid7()))
