"""What this domain asks of the population register."""

import datetime as dt
from dataclasses import dataclass
from typing import Literal, Protocol


@dataclass(frozen=True)
class RegisterAnswer:
    """What the register says about a name and a document number.

    `unknown`: there is no such number in it. `not_kept`: it keeps no documents of this kind at all, as with a foreign
    passport. `unavailable`: nothing was said; ask again later.
    """

    outcome: Literal["match", "mismatch", "unknown", "not_kept", "unavailable"]
    level: int = 2
    sex: str = ""
    birth_date: dt.date | None = None
    address: str = ""


class RealNameRegister(Protocol):
    """公安人口库 or what stands for it. Called outside any transaction; answers within 3 seconds or `unavailable`."""

    def look_up(self, *, name: str, id_kind: str, id_number: str) -> RegisterAnswer:
        """Return whether the register knows this name with this number."""
        ...
