"""Sessions in Django's own table, written as Django writes them and read with one statement (`SESSION_ENGINE`)."""

import json
from typing import Any

from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.db import connection
from django.utils import timezone

from yiwang.foundation.prepared import prepared_cursor

_READ = "SELECT session_data FROM django_session WHERE session_key = %s AND expire_date > %s"


class SessionStore(DatabaseStore):
    """Rotation, expiry and deletion are those of `django.contrib.sessions`; the read is one statement and plain JSON."""

    def load(self) -> dict[str, Any]:
        """Return what the session holds; nothing, and no key, where there is none or it is over."""
        moment = connection.ops.adapt_datetimefield_value(timezone.now())
        with prepared_cursor() as cursor:
            cursor.execute(_READ, [self.session_key, moment])
            row = cursor.fetchone()
        if row is None:
            self._session_key = None
            return {}
        return self.decode(row[0])

    def encode(self, session_dict: dict[str, Any]) -> str:
        """Return what is kept: JSON. Whoever can write into the table could do anything, so it is not signed."""
        return json.dumps(session_dict, separators=(",", ":"))

    def decode(self, session_data: bytes | str) -> dict[str, Any]:
        """Return what was kept, by this version or, signed, by the one before; nothing where it cannot be read."""
        text = session_data.decode() if isinstance(session_data, bytes) else session_data
        if not text.startswith("{"):
            old: dict[str, Any] = super().decode(text)
            return old
        try:
            found: dict[str, Any] = json.loads(text)
        except ValueError:
            return {}
        return found
