"""Tell people about their own affairs, and officials about their work."""

from uuid import UUID

from yiwang.domains.notices.models import Message, OfficialNotice
from yiwang.foundation.actions import NotVisible, action, require
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import now
from yiwang.foundation.jobs.queue import enqueue

Bilingual = tuple[str, str]


@action(silent="a message follows from a fact that is in the journal; it has its own row")
def notify_person(
    *,
    person_id: UUID,
    kind: str,
    title: Bilingual,
    body: Bilingual = ("", ""),
    link: str = "",
    case_id: UUID | None = None,
    text_message: bool = False,
    by: Actor,
) -> Message:
    """Put a message in a person's box and, where asked, have a text message sent.

    Title and body are (Chinese, English) and hold no personal data.
    """
    require(by.kind == "system")
    message = Message.objects.create(
        person_id=person_id,
        case_id=case_id,
        kind=kind,
        title_zh=title[0],
        title_en=title[1],
        body_zh=body[0],
        body_en=body[1],
        link=link,
        sent_at=now(),
    )
    if text_message:
        enqueue("send_text_message", {"message": str(message.pk)}, key=str(message.pk))
    return message


@action(silent="having read one's own message is nobody else's business")
def mark_read(*, message_id: UUID, by: Actor) -> Message:
    """Note that a person opened a message of theirs."""
    message = Message.objects.filter(pk=message_id, person_id=by.known_id).first() if by.is_person else None
    if message is None:
        raise NotVisible
    if message.read_at is None:
        message.read_at = now()
        message.save(update_fields=["read_at"])
    return message


@action(silent="a notice follows from a fact that is in the journal; it has its own row")
def notify_official(*, staff_id: UUID, kind: str, title: Bilingual, link: str = "", by: Actor) -> OfficialNotice:
    """Put a notice before an official: the desk shows it on every page until they have read it."""
    require(by.kind == "system")
    return OfficialNotice.objects.create(
        staff_id=staff_id, kind=kind, title_zh=title[0], title_en=title[1], link=link, sent_at=now()
    )


@action(silent="having read one's own notices is nobody else's business")
def mark_notices_read(*, by: Actor) -> int:
    """Note that an official has read what is before them; return how many notices that were."""
    require(by.is_staff)
    return OfficialNotice.objects.filter(staff_id=by.known_id, read_at__isnull=True).update(read_at=now())
