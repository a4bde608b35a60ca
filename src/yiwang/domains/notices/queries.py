"""Read one's messages."""

from django.db.models import QuerySet

from yiwang.domains.notices.models import Message, OfficialNotice
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


def my_notices(actor: Actor, limit: int = 100) -> list[OfficialNotice]:
    """Return an official's notices, newest first."""
    found = OfficialNotice.objects.filter(staff_id=actor.known_id) if actor.is_staff else OfficialNotice.objects.none()
    return list(found.order_by("-sent_at", "-pk")[:limit])


def unread_notices(actor: Actor, most: int = 99) -> int:
    """Return how many notices wait for an official, up to `most`."""
    if not actor.is_staff:
        return 0
    return len(OfficialNotice.objects.filter(staff_id=actor.known_id, read_at__isnull=True).values_list("pk")[:most])
