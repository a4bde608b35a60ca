"""What a submission reads, in one statement, and the row of the case that it makes."""

import datetime as dt
from dataclasses import dataclass
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db import connection

from yiwang.domains.cases.actions.drafting import sealed
from yiwang.domains.cases.models import Case
from yiwang.domains.cases.procedure.clocks import Deadline
from yiwang.domains.catalogue.policies import may_be_applied_for
from yiwang.domains.organisations.models import Office
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import now
from yiwang.foundation.codes import case_number
from yiwang.foundation.ids import as_uuid
from yiwang.foundation.inserting import made
from yiwang.foundation.journal.recording import database_uuid
from yiwang.foundation.numbers.guessing import unguessable
from yiwang.foundation.numbers.serials import serial_text
from yiwang.foundation.numbers.taking import take
from yiwang.foundation.prepared import prepared_cursor
from yiwang.foundation.rows import moment


@dataclass(frozen=True, slots=True)
class Desired:
    """The item that somebody applies for, as it stands now, and under which name they do."""

    code: str
    name: str
    name_en: str
    can_apply: bool
    version_id: UUID
    office: Office
    applicant_name: str


_DESIRED = """
SELECT i.name, i.name_en, i.type_code, i.state, i.closes_at, i.current, o.code, o.name, o.number, p.name, f.name,
 k.case_id, k.body_hash
FROM catalogue_item i
JOIN organisations_office o ON o.code = i.office_id
JOIN identity_person p ON p.id = %s
LEFT JOIN identity_firm f ON f.id = %s
LEFT JOIN cases_submitkey k ON k.key = %s
WHERE i.code = %s AND i.current IS NOT NULL
"""
_KEY = "SELECT case_id, body_hash FROM cases_submitkey WHERE key = %s"
_CLAIM = (
    "INSERT INTO cases_submitkey (key, case_id, body_hash, submitted_at) VALUES (%s, %s, %s, %s) ON CONFLICT DO NOTHING"
)

Used = tuple[UUID, str]
"""The case that a key led to before, and the hash of what was sent with it."""


def desired(item_code: str, key: str, by: Actor) -> tuple[Desired | None, Used | None]:
    """Return the item that is applied for, and what the key of this submission was used for before."""
    with prepared_cursor() as cursor:
        if "\0" not in item_code:  # PostgreSQL takes none
            parameters = [database_uuid(by.known_id), database_uuid(by.on_behalf_of), key, item_code]
            cursor.execute(_DESIRED, parameters)
            if row := cursor.fetchone():
                item = Desired(
                    code=item_code,
                    name=row[0],
                    name_en=row[1],
                    can_apply=may_be_applied_for(row[2], row[3], moment(row[4]), now()),
                    version_id=as_uuid(row[5]),
                    office=_office(row[6], row[7], row[8]),
                    applicant_name=row[10] or row[9],
                )
                return item, (as_uuid(row[11]), row[12]) if row[11] else None
        return None, key_used(key)


def key_used(key: str) -> Used | None:
    """Return what a key was used for before."""
    with prepared_cursor() as cursor:
        cursor.execute(_KEY, [key])
        row = cursor.fetchone()
    return (as_uuid(row[0]), row[1]) if row else None


def claim_key(key: str, case_id: UUID, body_hash: str) -> bool:
    """Take a key for a case; return whether it was free. Waits for whoever is taking it at this moment."""
    stamp = connection.ops.adapt_datetimefield_value(now())
    with prepared_cursor() as cursor:
        cursor.execute(_CLAIM, [key, database_uuid(case_id), body_hash, stamp])
        return bool(cursor.rowcount)


@lru_cache(maxsize=4_096)
def _office(code: str, name: str, number: str) -> Office:
    return Office(code=code, name=name, number=number)


@lru_cache(maxsize=4_096)
def _head(item_code: str, office_code: str, day: dt.date) -> str:
    return case_number(item_code, office_code, day, 1)[:-4]


def case_row(
    item: Desired, version_id: UUID, answers: dict[str, Any], case_id: UUID, deadline: Deadline, by: Actor
) -> Case:
    """Return a case as it begins, numbered, not inserted."""
    head = _head(item.code, item.office.code, deadline.started_on)
    return made(
        Case,
        id=case_id,
        number=head + serial_text(take(f"case:{head}")),
        query_code=unguessable(8),
        item_id=item.code,
        version_id=version_id,
        office_id=item.office.code,
        applicant_id=by.known_id,
        firm_id=by.on_behalf_of,
        item_name=item.name,
        item_name_en=item.name_en,
        applicant_name=item.applicant_name,
        state=Case.State.SUBMITTED.value,
        answers_sealed=sealed(answers, f"cases_case:{case_id}:answers"),
        channel=by.channel,
        submitted_at=now(),
        due_on=deadline.due_on,
        legal_due_on=deadline.legal_due_on,
    )
