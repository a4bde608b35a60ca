"""The demo gateway behind the `SmsGateway` port."""

import json

from django.conf import settings

from yiwang.foundation.clock import now
from yiwang.foundation.masking import mask_phone


class DemoGateway:
    """Appends each message to `sms.jsonl` in the data directory, once for each key, with the number masked."""

    def send(self, *, phone: str, text: str, key: str) -> None:
        """Hand a message over; the same key again sends nothing."""
        path = settings.YIWANG_DIR / "sms.jsonl"
        if path.exists() and any(json.loads(line)["key"] == key for line in path.read_text().splitlines()[-500:]):
            return
        line = {"at": now().isoformat(), "to": mask_phone(phone), "text": text, "key": key}
        with path.open("a", encoding="utf-8") as out:
            out.write(json.dumps(line, ensure_ascii=False) + "\n")
