"""What this domain asks of a text-message gateway."""

from typing import Protocol


class SmsGateway(Protocol):
    """Sends one text message. `key` lets the other side drop a repeat."""

    def send(self, *, phone: str, text: str, key: str) -> None:
        """Hand a message over.

        Raises:
            OSError: where the gateway cannot be reached; the job tries again.
        """
        ...
