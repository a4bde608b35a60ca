"""Who may do what with papers."""

from yiwang.domains.papers.models import Paper
from yiwang.foundation.actors import Actor


def may_attach(actor: Actor) -> bool:
    """A signed-in person."""
    return actor.is_person and actor.id is not None


def may_grade(actor: Actor, paper: Paper) -> bool:
    """An official at a window, for a paper of the person before them that no case rests on yet."""
    return actor.is_person and actor.clerk is not None and paper.owner_id == actor.id and paper.case_id is None


def may_remove(actor: Actor, paper: Paper) -> bool:
    """Its owner, as long as no case rests on it."""
    return actor.is_person and paper.owner_id == actor.id and paper.case_id is None
