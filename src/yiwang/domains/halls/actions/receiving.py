"""Receive a person at a window, act for them while they stand there, hand results over."""

from typing import Literal
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from yiwang.domains.halls.actions.queue import end_ticket
from yiwang.domains.halls.events import PersonReceived, ReceptionEnded, ResultHandedOut
from yiwang.domains.halls.models import HandOut, Reception, Ticket, Window
from yiwang.domains.halls.policies import may_act_in, may_receive, may_take_items_of
from yiwang.domains.halls.ports import Ready, ready
from yiwang.domains.identity.actions import identify_at_window
from yiwang.domains.identity.models import Firm, FirmMember
from yiwang.domains.identity.ports import RegisterAnswer
from yiwang.foundation import vault
from yiwang.foundation.actions import InvalidInput, NotVisible, Refused, action, require
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import now
from yiwang.foundation.journal.recording import record
from yiwang.foundation.names import plain_name
from yiwang.foundation.reads.actions import record_read

LEVELS: dict[str, int] = {"face": 3, "card": 2}


@action
def receive_person(
    *,
    name: str,
    id_kind: str,
    id_number: str,
    answer: RegisterAnswer,
    evidence: str,
    by: Actor,
) -> Reception:
    """Begin to serve the person whose document the official holds: known, or registered as a customer of the window.

    The number that was called to the official's window becomes theirs. The look at their record is written down.

    Raises:
        InvalidInput: where the number cannot be one of its kind, or nothing says what was seen.
        Refused: where name and number do not fit together, or the official still serves somebody (`receiving`).
    """
    require(may_receive(by))
    if evidence not in LEVELS:
        raise InvalidInput(_("选一项：你看到了什么。"), code="no_evidence")
    if Reception.objects.filter(clerk_id=by.id, ended_at__isnull=True).exists():
        raise Refused(_("你还在接待一个人。先结束，再接待下一个。"), code="receiving")
    person = identify_at_window(
        name=name, id_kind=id_kind, id_number=id_number, answer=answer, in_person=evidence == "face", by=by
    )
    window = Window.objects.select_for_update().filter(clerk_id=by.id).first()
    ticket = _their_ticket(window, person.pk)
    record_read(person_id=person.pk, what="name", reason=gettext_noop("在窗口核对证件"), by=by)
    reception = Reception.objects.create(
        clerk_id=by.known_id,
        window=window,
        ticket=ticket,
        person=person,
        evidence=evidence,
        assurance=2 if person.unconfirmed_since else LEVELS[evidence],
        started_at=now(),
    )
    record(PersonReceived(reception_id=reception.pk, person_id=person.pk, evidence=evidence), by=by)
    return reception


def _their_ticket(window: Window | None, person_id: UUID) -> Ticket | None:
    """Take the number at the window as that of the person before it; one that names somebody else stays whose it is.

    Raises:
        Refused: where the number was taken by somebody else, by name.
    """
    found = Ticket.objects.select_for_update().filter(window=window, ended_at__isnull=True) if window else None
    ticket = found.first() if found is not None else None
    if ticket is None:
        return None
    if ticket.person_id not in (None, person_id):
        raise Refused(_("叫到的号是别人实名取的。先把它标成过号，再接待。"), code="other_number")
    ticket.state, ticket.started_at = Ticket.State.SERVING, now()
    ticket.save(update_fields=["state", "started_at"])
    return ticket


def _held(reception_id: UUID, by: Actor) -> Reception:
    reception = Reception.objects.visible_to(by).select_for_update(of=("self",)).filter(pk=reception_id).first()
    if reception is None:
        raise NotVisible
    require(may_act_in(by, reception))
    return reception


@action(silent="what is done for the firm is recorded with it")
def act_for_firm(*, reception_id: UUID, firm_id: UUID | None, by: Actor) -> Reception:
    """Go on for a firm that the person may act for, or for the person again."""
    reception = _held(reception_id, by)
    if firm_id and not FirmMember.objects.filter(firm_id=firm_id, person_id=reception.person_id).exists():
        raise Refused(_("他不能替这个单位办事。"), code="no_member")
    reception.firm = Firm.objects.get(pk=firm_id) if firm_id else None
    reception.save(update_fields=["firm"])
    return reception


@action
def end_reception(*, reception_id: UUID, by: Actor) -> Reception:
    """Be done with a person; the number at the window ends with it, and the official acts for them no longer."""
    reception = _held(reception_id, by)
    reception.ended_at = now()
    reception.save(update_fields=["ended_at"])
    ticket = Ticket.objects.select_for_update().filter(reception=reception, ended_at__isnull=True).first()
    if ticket:
        end_ticket(ticket, Ticket.State.DONE, by)
    record(ReceptionEnded(reception_id=reception.pk, person_id=reception.person_id), by=by)
    return reception


@action
def hand_out_result(
    *,
    reception_id: UUID,
    reference: str,
    proof: Literal["signature", "code"],
    code: str = "",
    signature: str = "",
    by: Actor,
) -> HandOut:
    """出件: hand the result of a case to the person before the window, against their document and signature, or its code.

    Raises:
        NotVisible: where nothing lies ready under this reference.
        InvalidInput: where the code or the signature is wrong or missing.
        Refused: where it comes from an office that this window does not serve, was handed over already, or is somebody
            else's and there is no code.
    """
    reception = _held(reception_id, by)
    found = ready(reference.strip().upper())
    if found is None:
        raise NotVisible
    if not may_take_items_of(by, reception, found.office):
        raise Refused(_("这一件是别的部门办的，这个窗口不交它的结果。"), code="other_office")
    if HandOut.objects.filter(reference=found.reference).exists():
        raise Refused(_("这一件的结果已经交出去了。"), code="handed_out")
    name = _proved(reception, found, proof, code, signature)
    things = list(found.things)
    handed = HandOut.objects.create(
        reference=found.reference,
        person_id=reception.person_id,
        reception=reception,
        clerk_id=by.known_id,
        proof=proof,
        signature_sealed=vault.seal(name, f"halls_handout:{found.reference}:signature") if name else None,
        things=things,
        handed_at=now(),
    )
    record(ResultHandedOut(reference=found.reference, person_id=reception.person_id, proof=proof), by=by)
    return handed


def _proved(reception: Reception, found: Ready, proof: str, code: str, signature: str) -> str:
    """Return the name that stands on the slip, or nothing where a code was given."""
    if proof == "code":
        given = "".join(code.split()).replace("-", "").upper()
        if not given or not found.code or not vault.same(found.code, given):
            raise InvalidInput(_("取件码不对。"), code="wrong_code")
        return ""
    is_theirs = found.person_id == reception.person_id or (
        found.firm_id is not None
        and FirmMember.objects.filter(firm_id=found.firm_id, person_id=reception.person_id).exists()
    )
    if not is_theirs:
        raise Refused(_("这个结果不是他的。代领要有取件码。"), code="not_theirs")
    name = plain_name(signature)
    if name != reception.person.name:
        raise InvalidInput(_("签收单上的签名要和证件上的姓名一致。"), code="wrong_signature")
    return name
