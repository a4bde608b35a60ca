"""Read one's messages."""

from django.db.models import QuerySet

from yiwang.domains.notices.models import Message
from yiwang.foundation.actors import Actor


def my_messages(actor: Actor) -> QuerySet[Message]:
    """Return a person's messages, newest first."""
    return (
        Message.objects.filter(person_id=actor.known_id).order_by("-sent_at")
        if actor.is_person
        else Message.objects.none()
    )


def unread_count(actor: Actor, most: int = 99) -> int:
    """Return how many messages wait, up to `most`."""
    return len(my_messages(actor).filter(read_at__isnull=True).values_list("pk")[:most])
