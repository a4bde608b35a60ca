"""Who is acting. Every action takes one of these as `by`."""

from dataclasses import dataclass, field, replace
from typing import Literal
from uuid import UUID

Kind = Literal["anonymous", "person", "staff", "peer", "system"]


@dataclass(frozen=True, slots=True)
class Actor:
    """One who acts: a person, an official at an office, another platform, or this machine itself.

    `on_behalf_of` is the firm that a person acts for; `assurance` is the real-name level (0 unknown, 1 account,
    2 checked against the register, 3 face or counter), `roles` are the duties of an official. `clerk` is the official at
    a window who types for the person before them (综合窗口): what is done is the person's, who did it is the official.
    """

    kind: Kind
    id: UUID | None = None
    office: str | None = None
    on_behalf_of: UUID | None = None
    channel: str = "portal"
    assurance: int = 0
    roles: frozenset[str] = field(default_factory=frozenset)
    clerk: UUID | None = None

    @property
    def is_person(self) -> bool:
        """Whether this is a signed-in citizen."""
        return self.kind == "person"

    @property
    def is_staff(self) -> bool:
        """Whether this is an official with a place in an office."""
        return self.kind == "staff"

    @property
    def known_id(self) -> UUID:
        """The id of somebody who must have one.

        Raises:
            LookupError: for a visitor or the machine; a policy should have stopped them before.
        """
        if self.id is None:
            raise LookupError(f"{self.kind} has no id")
        return self.id

    @property
    def answerable(self) -> "Actor":
        """Who stands in the journal: the actor, but for a person at a window the official, on behalf of that person."""
        return replace(self, kind="staff", id=self.clerk, on_behalf_of=self.id, clerk=None) if self.clerk else self

    def has_role(self, *roles: str) -> bool:
        """Whether the official holds one of these roles."""
        return not self.roles.isdisjoint(roles)

    def through(self, channel: str) -> "Actor":
        """Return the same actor, coming in by another channel."""
        return replace(self, channel=channel)


SYSTEM = Actor(kind="system", channel="system")
"""The machine: scheduled work, handlers, automatic decisions."""

ANONYMOUS = Actor(kind="anonymous")
"""A visitor who is not signed in: may read what is public, may not act."""
