"""What a table is made of, its canonical bytes and its hash."""

import hashlib
from typing import Final, Literal

import msgspec

from yiwang.foundation.forms.texts import Text

GRANT: Final = "grant"
PERSON: Final = "person"
"""The two outcomes. There is no third: a machine never refuses."""

Outcome = Literal["grant", "person"]
Kind = Literal["number", "date", "choice", "choices", "text", "yes_no"]

OPERATORS: dict[str, dict[str, Text]] = {
    "number": {
        "at_least": Text("至少", "at least"),
        "at_most": Text("至多", "at most"),
        "between": Text("在……之间", "between"),
        "equals": Text("等于", "equals"),
    },
    "date": {
        "from": Text("不早于", "not before"),
        "until": Text("不晚于", "not after"),
        "between": Text("在……之间", "between"),
    },
    "choice": {"one_of": Text("是", "is"), "none_of": Text("不是", "is not")},
    "choices": {"any_of": Text("含有", "has"), "none_of": Text("不含", "has not")},
    "text": {
        "one_of": Text("是", "is"),
        "starts": Text("开头是", "begins with"),
        "filled": Text("填了吗", "is filled in"),
    },
    "yes_no": {"is": Text("是不是", "is it so")},
}
"""Kind of input → operator → its words. The first of each is what a new column begins with."""

MOST_COLUMNS, MOST_ROWS, MOST_TRIALS, MOST_VALUES = 12, 60, 20, 40
LONGEST_CELL, LONGEST_WORDS = 400, 100


class Input(msgspec.Struct, frozen=True, kw_only=True):
    """Something that a table may look at. `options` are the answers that may be chosen, each with its words."""

    key: str
    word: Text
    kind: Kind
    group: Text = Text("其他", "Other")
    options: tuple[tuple[str, Text], ...] = ()
    unit: Text | None = None


class Column(msgspec.Struct, frozen=True, omit_defaults=True):
    """One input with the word that the officials chose for it, and how it is compared."""

    input: str
    word: Text
    kind: Kind
    op: str
    options: tuple[tuple[str, Text], ...] = ()


class Row(msgspec.Struct, frozen=True, omit_defaults=True):
    """One line: what stands in each column (empty: anything), the outcome, and why in words."""

    cells: tuple[str, ...]
    outcome: Outcome = GRANT
    note: Text = Text("")


class Trial(msgspec.Struct, frozen=True, omit_defaults=True):
    """An example that officials wrote: values by input as typed, and what has to come out."""

    name: str
    values: dict[str, str]
    expect: Outcome = GRANT


class Table(msgspec.Struct, frozen=True, omit_defaults=True):
    """A whole table. Rows are tried from the first; `last` is what is said where none was met."""

    columns: tuple[Column, ...] = ()
    rows: tuple[Row, ...] = ()
    trials: tuple[Trial, ...] = ()
    last: Text = Text("没有一行全部符合，由工作人员办理", "No row was met in full, so a person decides")
    sample_percent: int = 5
    """How many of a hundred automatic decisions are put before an official afterwards."""
    presets: dict[str, str] = {}
    """Answers that follow from being found (免申即享): key of the form → value. The person sees them and may change none unseen."""


class Fault(msgspec.Struct, frozen=True):
    """Why a table cannot be published: a stable code, words, and where (column, row or trial, counted from 0)."""

    code: str
    words: Text
    column: int | None = None
    row: int | None = None
    trial: int | None = None


_encoder = msgspec.json.Encoder(order="deterministic")
_decoder = msgspec.json.Decoder(Table)


def canonical_json(table: Table) -> bytes:
    """Return the one byte string that stands for this table."""
    return _encoder.encode(table)


def content_hash(canonical: bytes) -> str:
    """Return the SHA-256 of canonical bytes, in hex."""
    return hashlib.sha256(canonical).hexdigest()


def from_json(raw: bytes | str) -> Table:
    """Read a table back.

    Raises:
        msgspec.ValidationError: where a value has the wrong type or an unknown code.
    """
    return _decoder.decode(raw)
