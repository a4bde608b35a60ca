"""Work on many joint cases, a few at a time."""

from typing import Any
from uuid import UUID

from yiwang.domains.joint_cases.actions import reckon_promise
from yiwang.domains.joint_cases.models import JointCase
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.ids import uuid7
from yiwang.foundation.jobs.queue import enqueue
from yiwang.foundation.jobs.registry import job

AT_ONCE = 200
"""Joint cases of one turn: others wait for what it has locked."""


@job("reckon_joint_promises")
def reckon_some_promises(payload: dict[str, Any]) -> None:
    """Work out anew the promises of the next joint cases that are under way, and ask for those after them."""
    still_open = JointCase.objects.filter(is_open=True).order_by("pk")
    if payload["after"]:
        still_open = still_open.filter(pk__gt=UUID(payload["after"]))
    ids = list(still_open.values_list("pk", flat=True)[:AT_ONCE])
    for joint_id in ids:
        reckon_promise(joint_id=joint_id, by=SYSTEM)
    if len(ids) == AT_ONCE:
        enqueue("reckon_joint_promises", {"after": str(ids[-1])}, key=str(uuid7()))
