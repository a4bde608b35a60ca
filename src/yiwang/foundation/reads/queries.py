"""Read the record of reads."""

from django.db.models import QuerySet

from yiwang.foundation.actors import Actor
from yiwang.foundation.reads.models import Read


def reads_of_my_record(actor: Actor) -> QuerySet[Read]:
    """Return who looked at this person's record, newest first."""
    return (
        Read.objects.filter(person_id=actor.known_id).order_by("-read_at") if actor.is_person else Read.objects.none()
    )
