"""Write down that somebody looked."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from yiwang.foundation.actions import action, require
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import now
from yiwang.foundation.inserting import insert, row
from yiwang.foundation.reads.models import Read


@action(silent="the read record is itself the evidence, and would double the journal")
def record_read(*, person_id: UUID, what: str, reason: str, case_id: UUID | None = None, by: Actor) -> None:
    """Note that an official, a peer or an algorithm read a person's record, before it is shown.

    `what` is a code (`case`, `paper`, `name`, `certificate`); `reason` is plain words without personal data.
    """
    insert(row(Read, person_id=person_id, case_id=case_id, **_look(what, reason, by)))


@action(silent="the read records are themselves the evidence, and would double the journal")
def record_reads(*, looks: Sequence[tuple[UUID, UUID | None]], what: str, reason: str, by: Actor) -> None:
    """Note that many people's records were read at once: (person, case) of each, for one reason."""
    look = _look(what, reason, by)
    Read.objects.bulk_create(
        [Read(person_id=person_id, case_id=case_id, **look) for person_id, case_id in looks], batch_size=500
    )


def _look(what: str, reason: str, by: Actor) -> dict[str, Any]:
    require(by.kind in {"staff", "peer", "system"})
    return {
        "reader_kind": by.kind,
        "reader_id": by.id,
        "office": by.office or "",
        "what": what,
        "reason": reason,
        "read_at": now(),
    }
