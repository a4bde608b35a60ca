"""Confirm names against the population register (统一身份认证)."""

from django.utils.translation import gettext as _

from yiwang.domains.identity.actions.at_window import take_over, without_doubtful
from yiwang.domains.identity.events import (
    RealNameConfirmed,
    RealNameRejected,
    WindowRecordJoined,
)
from yiwang.domains.identity.models import Person
from yiwang.domains.identity.policies import (
    may_confirm_own_name,
)
from yiwang.domains.identity.ports import RegisterAnswer
from yiwang.foundation import vault
from yiwang.foundation.actions import InvalidInput, Refused, action, require
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import now
from yiwang.foundation.codes import identity_document_problem, plain_code
from yiwang.foundation.journal.recording import record


@action
def confirm_real_name(*, name: str, id_kind: str, id_number: str, answer: RegisterAnswer, by: Actor) -> Person:
    """Raise a person to a real name that the register confirmed; the number is stored encrypted.

    Raises:
        InvalidInput: where the number cannot be one of its kind (GB 11643 and the like).
        Refused: where the register does not know the pair, or the document belongs to another account.
    """
    require(may_confirm_own_name(by))
    if problem := identity_document_problem(id_kind, id_number):
        raise InvalidInput(_("证件号码不对，请照证件再填一次。"), code="id_number", errors=[("id_number", problem)])
    person = Person.objects.select_for_update().get(pk=by.known_id)
    if person.level >= Person.Level.CHECKED:
        raise Refused(_("你已经完成实名。要改名，请到公安窗口。"), code="already_confirmed")
    if answer.outcome != "match":
        raise Refused(_("姓名和号码对不上。请照证件再看一遍，两样都要和证件上一样。"), code="not_confirmed")
    id_kind, number = id_kind.replace("-", "_"), plain_code(id_number)
    index = vault.blind_index(number, f"id:{id_kind}")
    known = Person.objects.select_for_update().filter(id_kind=id_kind, id_number_index=index).exclude(pk=person.pk)
    if taken := without_doubtful(known.first(), name, answer, by):
        if taken.account_id is not None:
            raise Refused(_("这个证件已经在另一个账号上实名。忘了账号可以用手机号找回。"), code="document_taken")
        at_least = 3 if taken.unconfirmed_since else taken.level
        if answer.level < at_least or taken.name != name:
            # What was shown at a window with one's face is not given to who only knows name and number.
            raise Refused(
                _("你在窗口办过事。要在网上看到，请用刷脸完成实名，或者带证件到窗口。"), code="known_at_window"
            )
        return _join_window_record(person, taken, answer, by)
    person.name, person.id_kind, person.id_number_index = name, id_kind, index
    person.id_number_sealed = vault.seal(number, f"identity_person:{person.pk}:id_number")
    take_over(person, answer)
    person.level, person.checked_at = answer.level, now()
    person.save()
    record(RealNameConfirmed(person_id=person.pk, level=person.level), by=by)
    return person


def _join_window_record(person: Person, known: Person, answer: RegisterAnswer, by: Actor) -> Person:
    """Give the account to the person who is known from a window, so that what was begun there is found online."""
    account_id = person.account_id
    person.account, known.account_id = None, account_id
    person.save(update_fields=["account"])
    if known.unconfirmed_since:  # the register has spoken now
        take_over(known, answer)
    if known.unconfirmed_since or known.level < answer.level:
        known.level, known.unconfirmed_since, known.checked_at = answer.level, None, now()
    known.save()
    assert account_id is not None
    record(WindowRecordJoined(account_id=account_id, person_id=known.pk, former_person_id=person.pk), by=by)
    return known


@action
def reject_real_name(*, outcome: str, by: Actor) -> None:
    """Note that the register did not confirm the person; nothing that was typed is kept."""
    require(may_confirm_own_name(by))
    record(RealNameRejected(person_id=by.known_id, outcome=outcome), by=by)
