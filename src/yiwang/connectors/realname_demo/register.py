"""The demo register behind the `RealNameRegister` port."""

import datetime as dt
from functools import cached_property
from typing import Any

import yaml
from django.conf import settings

from yiwang.domains.identity.ports import RegisterAnswer


class DemoRegister:
    """Answers from `demo/people.yaml`, as a register outside would: nothing of it is in the platform's database."""

    @cached_property
    def _people(self) -> dict[str, dict[str, Any]]:
        listed = yaml.safe_load((settings.DEMO_DATA / "people.yaml").read_text(encoding="utf-8"))["people"]
        return {str(p["id_number"]).upper(): p for p in listed}

    def look_up(self, *, name: str, id_kind: str, id_number: str) -> RegisterAnswer:
        """Return whether the register knows this name with this number."""
        if id_kind.replace("-", "_") != "resident_id":
            return RegisterAnswer("not_kept")
        found = self._people.get(id_number.strip().upper())
        if found is None:
            return RegisterAnswer("unknown")
        if found["name"] != name:
            return RegisterAnswer("mismatch")
        born = found.get("birth_date")
        return RegisterAnswer(
            "match",
            level=int(found.get("level", 2)),
            sex={"male": "1", "female": "2"}.get(found.get("sex", ""), ""),
            birth_date=born if isinstance(born, dt.date) else dt.date.fromisoformat(str(born)),
            address=str(found.get("address", "")),
        )
