"""Decision tables as officials write them, as zen-engine runs them (JDM), and in words. Nothing here knows Django.

A table has columns (an input, a plain word for it, an operator), rows (a value in each column and an outcome), and after
them a last row that nobody can take away: whatever met no row goes to a person.
"""

from yiwang.domains.rules.tables.checking import faults_of
from yiwang.domains.rules.tables.jdm import faults_of_jdm, read_jdm, to_jdm
from yiwang.domains.rules.tables.running import Hit, RuleFailed, run
from yiwang.domains.rules.tables.structs import (
    GRANT,
    OPERATORS,
    PERSON,
    Column,
    Fault,
    Input,
    Row,
    Table,
    Trial,
    canonical_json,
    content_hash,
    from_json,
)
from yiwang.domains.rules.tables.values import as_input, as_typed, in_words
from yiwang.domains.rules.tables.wording import Said, condition_words, explain

__all__ = [
    "GRANT",
    "OPERATORS",
    "PERSON",
    "Column",
    "Fault",
    "Hit",
    "Input",
    "Row",
    "RuleFailed",
    "Said",
    "Table",
    "Trial",
    "as_input",
    "as_typed",
    "canonical_json",
    "condition_words",
    "content_hash",
    "explain",
    "faults_of",
    "faults_of_jdm",
    "from_json",
    "in_words",
    "read_jdm",
    "run",
    "to_jdm",
]
