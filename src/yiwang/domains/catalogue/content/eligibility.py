"""What of an item's conditions a machine can check, and what it misses in a set of answers."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from yiwang.domains.catalogue.content.structs import Requirement, Text
from yiwang.foundation.codes import citizen_birth_date, citizen_id_problem
from yiwang.foundation.forms.conditions import holds, is_blank, parse


def misses(
    requirements: Iterable[Requirement], answers: Mapping[str, Any], *, applicant_number: str, on: dt.date
) -> list[Text]:
    """Return the reasons of what is not met, each once; none where the machine may decide.

    `answers` are those that count (`Form.prune`), `applicant_number` the applicant's own id number.
    """
    found = [
        one.reason
        for one in requirements
        if _applies(one, answers)
        and not all(_met(one, v, answers, applicant_number, on) for v in _values(one, answers))
    ]
    return list(dict.fromkeys(found))


def _applies(one: Requirement, answers: Mapping[str, Any]) -> bool:
    if one.when is None:
        return True
    faults: list[str] = []
    condition = parse(one.when, faults.append)
    return condition is None or holds(condition, answers)  # a condition that cannot be read is a reason to look


def _values(one: Requirement, answers: Mapping[str, Any]) -> list[Any]:
    group, _, column = one.field.partition(".")
    value = answers.get(group)
    if column:
        rows = value if isinstance(value, list) else []
        return [row.get(column) for row in rows if isinstance(row, dict) and not is_blank(row.get(column))]
    return [] if is_blank(value) else [value]


def _met(one: Requirement, value: Any, answers: Mapping[str, Any], applicant_number: str, on: dt.date) -> bool:
    if one.one_of:
        given = value if isinstance(value, list) else [value]
        if any(answer not in one.one_of for answer in given):
            return False
    if one.outside and str(value).startswith(one.outside):
        return False
    if one.is_applicant and value != applicant_number:
        return False
    born = _born(value)
    if one.born_as and born != _born(answers.get(one.born_as)):
        return False
    if one.age_at_least is None and one.age_at_most is None:
        return True
    if born is None:
        return False
    age = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    return (one.age_at_least or 0) <= age <= (one.age_at_most if one.age_at_most is not None else age)


def _born(value: Any) -> dt.date | None:
    """Return the date of birth that an id number holds, or a date itself."""
    if not isinstance(value, str):
        return None
    if len(value) == 18:
        return citizen_birth_date(value) if citizen_id_problem(value) is None else None
    try:
        return dt.date.fromisoformat(value)
    except ValueError:
        return None
