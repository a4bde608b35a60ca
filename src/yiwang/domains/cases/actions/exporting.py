"""Take a list of cases along as a file: written down before the first line leaves."""

from collections.abc import Iterable
from uuid import UUID

from yiwang.domains.cases.events import CasesExported
from yiwang.domains.cases.policies import may_export
from yiwang.foundation.actions import action, require
from yiwang.foundation.actors import Actor
from yiwang.foundation.ids import uuid7
from yiwang.foundation.journal.recording import record
from yiwang.foundation.reads.actions import record_reads


@action
def begin_export(*, part: str, in_full: bool, by: Actor) -> UUID:
    """Note that a list of the office's cases is taken along, and whether with the names of people; return its number."""
    require(may_export(by))
    export_id = uuid7()
    record(CasesExported(export_id=export_id, office_code=by.office or "", part=part, in_full=in_full), by=by)
    return export_id


@action(silent="the read records are themselves the evidence; the export as a whole was recorded when it began")
def note_exported(*, cases: Iterable[tuple[UUID, UUID]], reason: str, by: Actor) -> None:
    """Note for each person (person, case) whose name leaves with a page of the list that it was read, before it leaves."""
    require(may_export(by))
    record_reads(looks=list(cases), what="case", reason=reason, by=by)
