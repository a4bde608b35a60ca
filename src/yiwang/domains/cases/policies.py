"""Who may do what with cases."""

from typing import Any

from yiwang.domains.cases.procedure import Arrow
from yiwang.foundation.actors import Actor

REAL_NAME = 2
"""The level from which a person may apply: checked against the register (初级实名)."""


def may_start_draft(actor: Actor) -> bool:
    """Any signed-in person."""
    return actor.is_person


def may_submit(actor: Actor) -> bool:
    """A person whose name was checked."""
    return actor.is_person and actor.assurance >= REAL_NAME


def may_take(actor: Actor, arrow: Arrow, case: Any) -> bool:
    """Whether the table lets this actor cause this event on this case."""
    if actor.is_person:
        return "person" in arrow.actors and is_own(actor, case)
    if actor.is_staff:
        return actor.office == case.office_id and actor.has_role(*arrow.actors)
    return actor.kind == "system" and "system" in arrow.actors


def may_work_on(actor: Actor, case: Any) -> bool:
    """Officials of the office that answers for the case."""
    return actor.is_staff and actor.office == case.office_id and actor.has_role("window", "reviewer", "head")


def is_own(actor: Actor, case: Any) -> bool:
    """Whether the case is the person's own, or that of the firm they act for now."""
    if case.firm_id:
        return actor.on_behalf_of is not None and actor.on_behalf_of == case.firm_id
    return bool(actor.is_person and case.applicant_id == actor.id)
