"""Know the person before a window by the document that they show."""

from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from yiwang.domains.identity.events import (
    PersonRegistered,
    PersonTakenUnconfirmed,
    RealNameConfirmed,
    RegisterAskedAtWindow,
    WindowNameRefuted,
)
from yiwang.domains.identity.models import Person
from yiwang.domains.identity.policies import may_ask_again, may_identify
from yiwang.domains.identity.ports import RegisterAnswer
from yiwang.foundation import vault
from yiwang.foundation.actions import InvalidInput, Refused, action, require
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import now
from yiwang.foundation.codes import identity_document_problem, plain_code
from yiwang.foundation.journal.recording import record
from yiwang.foundation.reads.actions import record_read


@dataclass(frozen=True)
class _Document:
    """A document by its kind, plain number and blind index."""

    kind: str
    number: str
    index: bytes

    def holder(self) -> Person | None:
        """Return whose it is, locked."""
        found = Person.objects.select_for_update().filter(id_kind=self.kind, id_number_index=self.index)
        return found.first()


def _document(id_kind: str, id_number: str) -> _Document:
    kind, number = id_kind.replace("-", "_"), plain_code(id_number)
    return _Document(kind, number, vault.blind_index(number, f"id:{kind}"))


@action
def identify_at_window(
    *, name: str, id_kind: str, id_number: str, answer: RegisterAnswer, in_person: bool, by: Actor
) -> Person:
    """Return the person of a document that an official holds; one who is not known yet is registered (窗口客户).

    Level 3 where the official compared the face with the document, else 2. What the register says is believed; where it
    keeps no documents of a kind, what was seen counts. Where it is silent, somebody new is taken only face to face, at
    level 2, and stays `unconfirmed` until it has answered (`confirm_window_person`).

    Raises:
        InvalidInput: where the number cannot be one of its kind.
        Refused: where the name is not that of the number, the register does not know it, or is silent about a card alone.
    """
    require(may_identify(by))
    if problem := identity_document_problem(id_kind, id_number):
        raise InvalidInput(_("证件号码不对，请照证件再填一次。"), code="id_number", errors=[("id_number", problem)])
    document = _document(id_kind, id_number)
    person = without_doubtful(document.holder(), name, answer, by)
    if answer.outcome == "mismatch" or not name or (person and person.name != name):
        raise Refused(_("姓名和号码对不上。请照证件再看一遍。"), code="not_confirmed")
    if answer.outcome == "unknown":
        raise Refused(
            _(
                "人口库里没有这个号码，不能接待。请照原件再打一遍；还是没有，就请他换一种有效证件，"
                "或者到户籍地派出所查清楚再来。证件可疑的，按假证的规定报告。"
            ),
            code="unknown_document",
        )
    is_silent = answer.outcome == "unavailable" and (person is None or person.unconfirmed_since is not None)
    if is_silent and not in_person:
        raise Refused(
            _("人口库现在连不上。只看证件不能接待：请比对本人和证件，人证一致的先接待，以后补核；不然过几分钟再试。"),
            code="register_silent",
        )
    level = 2 if is_silent or not in_person else 3
    if person is None:
        person = _registered(name, document, answer, level, is_silent, by)
    elif not is_silent and (person.level < level or person.unconfirmed_since):
        _confirm(person, answer, level, by)
    record(RegisterAskedAtWindow(outcome=answer.outcome, id_kind=document.kind, person_id=person.pk), by=by)
    return person


def _registered(
    name: str, document: _Document, answer: RegisterAnswer, level: int, is_silent: bool, by: Actor
) -> Person:
    new = Person(name=name, id_kind=document.kind, id_number_index=document.index, level=level, checked_at=now())
    new.id_number_sealed = vault.seal(document.number, f"identity_person:{new.pk}:id_number")
    new.unconfirmed_since = now() if is_silent else None
    take_over(new, answer)
    Person.objects.bulk_create([new], ignore_conflicts=True)  # another window may have been faster
    person = document.holder()
    assert person is not None
    record(PersonRegistered(person_id=person.pk, level=level), by=by)
    if is_silent:
        record(PersonTakenUnconfirmed(person_id=person.pk), by=by)
    return person


def take_over(person: Person, answer: RegisterAnswer) -> None:
    """Keep what the register says beside the name."""
    person.sex, person.birth_date = answer.sex, answer.birth_date
    if answer.address:
        person.address_sealed = vault.seal(answer.address, f"identity_person:{person.pk}:address")


def _confirm(person: Person, answer: RegisterAnswer, level: int, by: Actor) -> None:
    if person.unconfirmed_since:
        person.unconfirmed_since = None
        take_over(person, answer)
    person.level, person.checked_at = max(person.level, level), now()
    person.save()
    record(RealNameConfirmed(person_id=person.pk, level=person.level), by=by)


@action
def note_refused_lookup(*, id_kind: str, id_number: str, outcome: str, by: Actor) -> None:
    """Note that an official asked the register and served nobody; whose number it was can read that somebody tried it."""
    require(may_identify(by))
    holder = _document(id_kind, id_number).holder()
    if holder is not None:
        record_read(person_id=holder.pk, what="name", reason=gettext_noop("在窗口核对证件，没有接待"), by=by)
    who = holder.pk if holder else None
    record(RegisterAskedAtWindow(outcome=outcome, id_kind=id_kind.replace("-", "_"), person_id=who), by=by)


@action
def confirm_window_person(*, person_id: UUID, answer: RegisterAnswer, by: Actor) -> None:
    """Enter what the register says, asked again, of somebody who was taken while it was silent.

    A match gives the level that document and face are worth. Otherwise the person falls to the lowest level, with which
    nobody applies for anything; offices see it on their cases.
    """
    require(may_ask_again(by))
    person = Person.objects.select_for_update().get(pk=person_id)
    if answer.outcome == "unavailable" or person.unconfirmed_since is None:
        return
    if answer.outcome in {"match", "not_kept"}:
        _confirm(person, answer, Person.Level.PRESENT, by)
    else:
        _refute(person, answer.outcome, by)


def without_doubtful(holder: Person | None, name: str, answer: RegisterAnswer, by: Actor) -> Person | None:
    """Return whose a number is, but nobody where the register now confirms another name than an unconfirmed one has."""
    if holder is None or holder.unconfirmed_since is None or holder.name == name or answer.outcome != "match":
        return holder
    _refute(holder, "mismatch", by)
    return None


def _refute(person: Person, outcome: str, by: Actor) -> None:
    """Take the level away, and let go of the number, which may be somebody else's; its sealed copy stays as evidence."""
    person.level, person.unconfirmed_since, person.id_number_index = Person.Level.UNVERIFIED, None, None
    person.save(update_fields=["level", "unconfirmed_since", "id_number_index"])
    record(WindowNameRefuted(person_id=person.pk, outcome=outcome), by=by)
