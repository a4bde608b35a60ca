"""Hand text messages to the gateway."""

from typing import Any

from yiwang.domains.identity.queries import phone_of
from yiwang.domains.notices.models import Message
from yiwang.foundation.jobs.registry import outside_job
from yiwang.foundation.ports import connector


@outside_job("send_text_message")
def send_text_message(payload: dict[str, Any], *, key: str) -> None:
    """Send one message's title as a text message, where the person has a phone number."""
    message = Message.objects.select_related("person__account").get(pk=payload["message"])
    phone = phone_of(message.person.account) if message.person.account else None
    if phone:
        connector("sms").send(phone=phone, text=message.title_zh, key=key)
