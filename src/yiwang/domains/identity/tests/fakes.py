"""A population register for tests: it says of every number what it was told to say."""

from dataclasses import dataclass, field, replace

from yiwang.domains.identity.ports import RegisterAnswer


@dataclass
class Register:
    """Answers `match` unless told otherwise; keeps what it was asked."""

    says: RegisterAnswer = field(default_factory=lambda: RegisterAnswer("match"))
    asked: list[str] = field(default_factory=list)

    def look_up(self, *, name: str, id_kind: str, id_number: str) -> RegisterAnswer:
        """Return what it was told to say."""
        self.asked.append(id_number)
        return replace(self.says)

    def say(self, outcome: str) -> None:
        """Say this from now on."""
        self.says = RegisterAnswer(outcome)  # type: ignore[arg-type]
