"""Every change of a joint case."""

from yiwang.domains.joint_cases.actions.going_on import (
    advance_joint_case,
    drop_part,
    reckon_promise,
)
from yiwang.domains.joint_cases.actions.handing_in import submit_bundle, submit_joint_case

__all__ = ["advance_joint_case", "drop_part", "reckon_promise", "submit_bundle", "submit_joint_case"]
