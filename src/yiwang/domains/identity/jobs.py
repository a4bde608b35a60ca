"""Timed work on people."""

import datetime as dt
from typing import Any

from yiwang.domains.identity.actions import confirm_window_person
from yiwang.domains.identity.models import Person
from yiwang.domains.identity.queries import ask_register, id_number_of, unconfirmed_people
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.clock import now
from yiwang.foundation.jobs.queue import enqueue
from yiwang.foundation.jobs.registry import every, outside_job

TURN = 600
"""Seconds between the turns. The questions of one are spread over it: a register that is slow holds up no other work."""


@every(TURN, name="identity.confirm_window_people")
def confirm_window_people() -> None:
    """Have the register asked again for those who were taken while it was silent: every turn for an hour, then hourly.

    Each is asked for alone, so that one who stays without an answer keeps nobody from theirs.
    """
    at = now()
    for person_id, since in unconfirmed_people():
        waited = int((at - since).total_seconds()) // 60
        step = waited - waited % (10 if waited < 60 else 60)
        spread = at + dt.timedelta(seconds=person_id.int % TURN)
        enqueue("confirm_window_person", {"person": str(person_id)}, key=f"{person_id}:{step}", run_at=spread)


@outside_job("confirm_window_person")
def ask_for_window_person(payload: dict[str, Any], *, key: str) -> None:
    """Ask the register for one person, and enter what it says; where it is silent, a later turn asks again."""
    person = Person.objects.get(pk=payload["person"])
    if person.unconfirmed_since is None:
        return
    answer = ask_register(name=person.name, id_kind=person.id_kind, id_number=id_number_of(person))
    confirm_window_person(person_id=person.pk, answer=answer, by=SYSTEM)
