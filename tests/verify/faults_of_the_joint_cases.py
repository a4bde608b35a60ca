"""Faults in what several items applied for with one form have to be to each other."""

from typing import Any

from tests.verify.planting import plant


@plant("joint")
def _part_of_nothing(copy: Any) -> None:
    copy.sql("UPDATE cases_case SET joint_reference = 'YJS1' WHERE joint_reference <> ''")


@plant("joint")
def _handed_in_before_what_it_rests_on(copy: Any) -> None:
    copy.sql("UPDATE joint_cases_jointpart SET needs = '[\"nothing\"]' WHERE key = 'notice' AND state = 'submitted'")


@plant("joint")
def _stopped_although_nothing_was_refused(copy: Any) -> None:
    copy.sql("UPDATE joint_cases_jointpart SET because_of = key WHERE key = 'permit'")


@plant("joint")
def _over_before_its_end(copy: Any) -> None:
    copy.sql("UPDATE joint_cases_jointpart SET state = 'waiting', why = '', because_of = '' WHERE state = 'stopped'")
