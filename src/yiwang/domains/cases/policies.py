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


def is_own_case_of_deputy(actor: Actor, case: Any) -> bool:
    """Whether a deputy has this case in their own hands: that one is never done in the place of another."""
    return actor.is_staff and actor.on_behalf_of is not None and case.assignee_id == actor.id


def may_hand_over(actor: Actor, case: Any) -> bool:
    """Whoever has the case in their hands, anybody while nobody has, and the head."""
    return may_work_on(actor, case) and (
        case.assignee_id in (None, actor.on_behalf_of or actor.id) or actor.has_role("head")
    )


def may_keep_filters(actor: Actor) -> bool:
    """Whoever has a queue of cases."""
    return actor.is_staff and actor.has_role("window", "reviewer", "head")


def may_export(actor: Actor) -> bool:
    """Whoever has a queue of cases may take it along as a list; it is recorded."""
    return may_keep_filters(actor) and bool(actor.office)


def may_review(actor: Actor, case: Any) -> bool:
    """Reviewers and the head of the office that answers for the case."""
    return actor.is_staff and actor.office == case.office_id and actor.has_role("reviewer", "head")


def may_verify_promise(actor: Actor, case: Any) -> bool:
    """The office that granted on a promise verifies it; who reviews, or its head."""
    return may_review(actor, case)


def may_give_opinion(actor: Actor, asked: Any) -> bool:
    """Reviewers and the head of the office that is asked."""
    return actor.is_staff and actor.office == asked.office_id and actor.has_role("reviewer", "head")


def is_own(actor: Actor, case: Any) -> bool:
    """Whether the case is the person's own, or that of the firm they act for now."""
    if case.firm_id:
        return actor.on_behalf_of is not None and actor.on_behalf_of == case.firm_id
    return bool(actor.is_person and case.applicant_id == actor.id)
