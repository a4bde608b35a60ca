"""Timed work on people."""

from yiwang.domains.identity.actions import confirm_window_person
from yiwang.domains.identity.queries import ask_register, id_number_of, unconfirmed_people
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.jobs.registry import every

AT_MOST = 50
"""People that one turn asks for; the others come with the next."""


@every(600, name="identity.confirm_window_people")
def confirm_window_people() -> None:
    """Ask the register again for those who were taken while it was silent; as long as it is, the next turn tries."""
    for person in unconfirmed_people(AT_MOST):
        answer = ask_register(name=person.name, id_kind=person.id_kind, id_number=id_number_of(person))
        if not confirm_window_person(person_id=person.pk, answer=answer, by=SYSTEM):
            return
