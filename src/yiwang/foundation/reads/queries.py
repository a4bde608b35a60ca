"""Read the record of reads."""

from uuid import UUID

from django.db.models import QuerySet

from yiwang.foundation.actors import Actor
from yiwang.foundation.reads.models import Read


def reads_of_my_record(actor: Actor) -> QuerySet[Read]:
    """Return who looked at this person's record, newest first."""
    return (
        Read.objects.filter(person_id=actor.known_id).order_by("-read_at") if actor.is_person else Read.objects.none()
    )


def opened_by(actor: Actor, cases: dict[UUID, UUID]) -> set[UUID]:
    """Return which of these cases (case → person) an official has opened before."""
    found = Read.objects.filter(
        person_id__in=set(cases.values()), case_id__in=cases, reader_kind="staff", reader_id=actor.known_id, what="case"
    )
    return {case_id for case_id in found.values_list("case_id", flat=True) if case_id}
