"""Tables: the engine and the reading of the cells agree on whatever officials and applicants write; nothing unknown grants."""

import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from yiwang.domains.rules.tables import (
    Column,
    Input,
    Row,
    RuleFailed,
    Table,
    Trial,
    canonical_json,
    content_hash,
    explain,
    faults_of,
    from_json,
    in_words,
    read_jdm,
    run,
    to_jdm,
)
from yiwang.domains.rules.tables.running import LIMIT_SECONDS, read
from yiwang.domains.rules.tables.values import NoValue, cell_of, engine_inputs
from yiwang.foundation.forms.texts import Text

CHOICES = (("a", Text("未婚、离异或丧偶", "Single")), ("b", Text("已婚", "Married")), ("c", Text("丧偶", "")))
COLUMNS = {
    ("number", "at_least"): st.integers(-5, 5).map(str),
    ("number", "at_most"): st.sampled_from(["1", "2.5", "1,000", "-3"]),
    ("number", "between"): st.sampled_from(["1～4", "-2~2", "0至0"]),
    ("number", "equals"): st.integers(-2, 2).map(str),
    ("date", "from"): st.sampled_from(["2026-02-28", "2024-02-29"]),
    ("date", "until"): st.sampled_from(["2025-12-31"]),
    ("date", "between"): st.sampled_from(["2025-12-31～2026-03-01"]),
    ("choice", "one_of"): st.sampled_from(["未婚、离异或丧偶", "已婚、丧偶", "a、b"]),
    ("choice", "none_of"): st.sampled_from(["丧偶", "a"]),
    ("choices", "any_of"): st.sampled_from(["已婚", "a、c"]),
    ("choices", "none_of"): st.sampled_from(["已婚", "a、c"]),
    ("text", "one_of"): st.sampled_from(["33", "浙江、上海", "$", "null"]),
    ("text", "starts"): st.sampled_from(["33、34", "浙"]),
    ("text", "filled"): st.sampled_from(["是", "否"]),
    ("yes_no", "is"): st.sampled_from(["是", "否"]),
}
VALUES = st.one_of(
    st.none(), st.booleans(), st.integers(-6, 6), st.sampled_from([2.5, 1000, 10**16, "2026-02-28", "2025-12-31", "2026-99-99"]),
    st.sampled_from(["a", "b", "c", "33", "3301", "浙江省", "上海", "", " ", '"', "\\", "true", "null", "$"]),
    st.lists(st.sampled_from(["a", "b", "c", "z"]), max_size=3), st.just({"a": 1}),
)  # fmt: skip


@st.composite
def tables(draw: Any) -> Table:
    kinds = draw(st.lists(st.sampled_from(sorted(COLUMNS)), min_size=1, max_size=4))
    columns = tuple(
        Column(f"i{n}", Text(f"第{n}样"), kind, op, CHOICES if kind in {"choice", "choices"} else ())
        for n, (kind, op) in enumerate(kinds)
    )
    cells = st.tuples(*(st.one_of(st.just(""), COLUMNS[kind]) for kind in kinds))
    rows = draw(st.lists(st.builds(Row, cells, st.sampled_from(["grant", "person"])), max_size=4))
    return Table(columns, tuple(rows))


@settings(max_examples=150, deadline=None)
@given(tables(), st.lists(VALUES, min_size=4, max_size=4))
def test_the_engine_says_what_the_cells_say_whatever_the_values_are(table: Table, values: list[Any]) -> None:
    given_values = {f"i{n}": value for n, value in enumerate(values)}
    hit = run(to_jdm(table), table, given_values)
    assert hit == read(table, engine_inputs(table.columns, given_values))
    said = explain(table, given_values, hit)
    assert all(one.zh and one.en for one in said)
    assert read_jdm(to_jdm(table)) == (table, [])
    assert from_json(canonical_json(table)) == table


def test_nothing_known_meets_nothing_but_a_row_that_asks_nothing() -> None:
    for kind, op in COLUMNS:
        options = CHOICES if kind in {"choice", "choices"} else ()
        column = Column("i", Text("一样"), kind, op, options)  # type: ignore[arg-type]
        cell = {
            "number": "1～2" if op == "between" else "1",
            "date": "2026-01-01～2026-01-02" if op == "between" else "2026-01-01",
        }
        typed = cell.get(kind, "已婚" if options else "是")
        table = Table((column,), (Row((typed,)),))
        outcome = run(to_jdm(table), table, {}).outcome
        assert outcome == ("person" if (kind, op) != ("text", "filled") or typed == "是" else "grant")


def test_a_table_of_the_greatest_size_stays_far_below_the_limit() -> None:
    columns = tuple(Column(f"i{n}", Text("数"), "number", "at_least") for n in range(12))
    table = Table(columns, tuple(Row(("9",) * 12) for _ in range(60)))
    jdm = to_jdm(table)
    values = {f"i{n}": 9 if n < 11 else 1 for n in range(12)}
    run(jdm, table, values)
    best = LIMIT_SECONDS
    for _ in range(3):
        begun = time.thread_time()
        assert run(jdm, table, values).outcome == "person"
        best = min(best, time.thread_time() - begun)
    assert best < LIMIT_SECONDS / 2


def test_what_is_too_slow_or_not_agreed_is_no_verdict(monkeypatch: pytest.MonkeyPatch) -> None:
    table = Table((Column("i", Text("数"), "number", "at_least"),), (Row(("1",)),))
    other = Table(table.columns, (Row(("5",)),))
    with pytest.raises(RuleFailed, match="not_agreed"):
        run(to_jdm(other), table, {"i": 3})
    with pytest.raises(RuleFailed, match="not_jdm"):
        run("{", table, {"i": 3})
    monkeypatch.setattr("yiwang.domains.rules.tables.running.LIMIT_SECONDS", -1)
    with pytest.raises(RuleFailed, match="too_slow"):
        run(to_jdm(table), table, {"i": 3})


def test_cells_are_values_and_never_expressions() -> None:
    column = Column("i", Text("省"), "text", "one_of")
    for typed in ('"] or true or ["', "\\", "'", "a\x00b"):
        with pytest.raises(NoValue):
            cell_of(column, typed)
    assert cell_of(column, "$ != null") == ["$ != null"], "a text like any other"
    number = Column("i", Text("数"), "number", "at_least")
    for typed in ("1 or true", "NaN", "1e400", "九"):
        with pytest.raises(NoValue):
            cell_of(number, typed)
    marital = Column("i", Text("婚姻"), "choice", "one_of", CHOICES)
    assert cell_of(marital, "未婚、离异或丧偶、已婚") == ["a", "b"], "a choice may hold the mark that parts them"
    assert in_words(marital, "a、b") == "未婚、离异或丧偶、已婚"


def test_all_that_is_wrong_is_said_at_once_with_its_place() -> None:
    column = Column("i", Text("数"), "number", "at_least")
    known = [Input(key="i", word=Text("数"), kind="number")]
    table = Table(
        (column, Column("gone", Text(""), "number", "starts")),
        (Row(("", "")), Row(("5", "")), Row(("五", "")), Row(("5", "")), Row(("1",))),
        sample_percent=0,
    )
    found = {(f.code, f.column, f.row) for f in faults_of(table, known)}
    assert found >= {
        ("sample", None, None), ("unknown_input", 1, None), ("no_word", 1, None), ("grants_everything", None, 0),
        ("value", 0, 2), ("twice", None, 3), ("never_reached", None, 1), ("ragged", None, 4),
    }  # fmt: skip
    sound = Table((column,), (Row(("5",)),), (Trial("五", {"i": "5"}), Trial("四", {"i": "4"}, "person")))
    assert faults_of(sound, known) == []
    assert [f.code for f in faults_of(Table((column,), sound.rows), known)] == ["too_few_trials"]
    assert content_hash(canonical_json(sound)) != content_hash(canonical_json(table))
