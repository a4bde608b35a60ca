"""What the province's own books say after a journey: read beside its processes, from the file of its database."""

import sqlite3
from collections import Counter
from typing import Any

from tests.province import Province


def rows(province: Province, sql: str, *given: Any) -> list[tuple[Any, ...]]:
    """Return what a question to the database answers."""
    base = sqlite3.connect(f"file:{province.folder / 'yiwang.sqlite3'}?mode=ro", uri=True, timeout=10)
    try:
        return base.execute(sql, given).fetchall()
    finally:
        base.close()


def facts_about(province: Province, key: str, value: str) -> Counter[str]:
    """Return how often the journal tells each kind of fact that names something: a case, a delivery, a charge."""
    asked = f"SELECT kind FROM journal_entry WHERE json_extract(fact, '$.{key}') = ?"
    return Counter(kind for (kind,) in rows(province, asked, value))


def facts_of_case(province: Province, number: str) -> Counter[str]:
    """Return how often the journal tells each kind of fact of a case."""
    ((case_id,),) = rows(province, "SELECT case_id FROM cases_casenumber WHERE number = ?", number)
    return Counter(kind for (kind,) in rows(province, "SELECT kind FROM journal_entry WHERE case_id = ?", case_id))
