"""What is wrong with a table: all of it at once, in words, with the place of each."""

from collections.abc import Iterable, Iterator

from yiwang.domains.rules.tables.jdm import faults_of_jdm, to_jdm
from yiwang.domains.rules.tables.running import RuleFailed, run
from yiwang.domains.rules.tables.structs import (
    GRANT,
    LONGEST_WORDS,
    MOST_COLUMNS,
    MOST_ROWS,
    MOST_TRIALS,
    OPERATORS,
    PERSON,
    Column,
    Fault,
    Input,
    Table,
)
from yiwang.domains.rules.tables.values import NoValue, as_typed, cell_of
from yiwang.foundation.forms.texts import Text


def faults_of(table: Table, inputs: Iterable[Input]) -> list[Fault]:
    """Return why a table cannot be published; none where it can. `inputs` are what the table may look at."""
    faults = [*_sizes(table), *_columns(table, {one.key: one for one in inputs}), *_rows(table)]
    if faults:
        return faults
    faults = [*_trials(table), *_coverage(table)]
    return faults or faults_of_jdm(to_jdm(table))


def _sizes(table: Table) -> Iterator[Fault]:
    if not table.columns:
        yield Fault("no_columns", Text("至少要有一列条件", "there has to be a column"))
    if not any(row.outcome == GRANT for row in table.rows):
        yield Fault("no_grant", Text("没有一行是“准予”，这张表什么也办不了", "no row grants anything"))
    limits = ((table.columns, MOST_COLUMNS, "列"), (table.rows, MOST_ROWS, "行"), (table.trials, MOST_TRIALS, "个例子"))
    for things, most, word in limits:
        if len(things) > most:
            yield Fault("too_many", Text(f"最多 {most} {word}", f"at most {most} of these"))
    if not 1 <= table.sample_percent <= 100:
        yield Fault("sample", Text("抽查比例在 1 到 100 之间", "the share to be looked at is 1 to 100"))
    if not table.last.zh.strip() or len(table.last.zh) > LONGEST_WORDS:
        yield Fault("last", Text("写清楚没有一行符合时怎么说", "say what is said where no row is met"))


def _columns(table: Table, known: dict[str, Input]) -> Iterator[Fault]:
    for at, column in enumerate(table.columns):
        one = known.get(column.input)
        if one is None:
            yield Fault("unknown_input", Text("这个条件取不到值", "this input is not there"), column=at)
        elif one.kind != column.kind or column.op not in OPERATORS[one.kind]:
            yield Fault("wrong_operator", Text("这个条件不能这样比", "this input cannot be compared so"), column=at)
        if not column.word.zh.strip() or len(column.word.zh) > LONGEST_WORDS:
            yield Fault("no_word", Text("用平常的话给这一列起个名", "give the column a plain word"), column=at)


def _rows(table: Table) -> Iterator[Fault]:
    seen: dict[tuple[str, ...], int] = {}
    for at, row in enumerate(table.rows):
        if len(row.cells) != len(table.columns):
            yield Fault("ragged", Text("这一行的格数不对", "the row has another number of cells"), row=at)
            continue
        cells = tuple(cell.strip() for cell in row.cells)
        for column, typed in enumerate(cells):
            if fault := _cell(table.columns[column], typed):
                yield Fault("value", fault, column, at)
        if not any(cells) and row.outcome == GRANT:
            yield Fault(
                "grants_everything", Text("这一行什么都不问就准予", "the row grants without a question"), row=at
            )
        if cells in seen:
            yield Fault(
                "twice",
                Text(f"和第 {seen[cells] + 1} 行一样，永远轮不到", f"the same as row {seen[cells] + 1}"),
                row=at,
            )
        elif any(_covers(earlier, cells) for earlier in seen):
            yield Fault(
                "never_reached", Text("前面已有一行把它盖住，永远轮不到", "an earlier row takes all of this"), row=at
            )
        seen.setdefault(cells, at)


def _covers(earlier: tuple[str, ...], later: tuple[str, ...]) -> bool:
    return len(earlier) == len(later) and all(not one or one == two for one, two in zip(earlier, later, strict=True))


def _cell(column: Column, typed: str) -> Text | None:
    if column.op not in OPERATORS[column.kind]:
        return None
    try:
        cell_of(column, typed)
    except NoValue as problem:
        return problem.words
    return None


def _trials(table: Table) -> Iterator[Fault]:
    for at, trial in enumerate(table.trials):
        try:
            values = trial_values(table, trial.values)
        except NoValue as problem:
            yield Fault("trial_value", problem.words, trial=at)
            continue
        try:
            came = run(to_jdm(table), table, values).outcome
        except RuleFailed as failed:
            yield Fault(
                "fails", Text(f"试这个例子时出错（{failed.code}）", f"failed on this example ({failed.code})"), trial=at
            )
            continue
        if came != trial.expect:
            words = {GRANT: Text("准予", "grant"), PERSON: Text("转人工", "a person")}
            yield Fault(
                "trial_failed",
                Text(
                    f"结论是“{words[came].zh}”，应当是“{words[trial.expect].zh}”",
                    f"came to “{words[came].en}”, should be “{words[trial.expect].en}”",
                ),
                trial=at,
            )


def trial_values(table: Table, typed: dict[str, str]) -> dict[str, object]:
    """Return the values of an example by input, as a case would give them.

    Raises:
        NoValue: one of them cannot be read.
    """
    found: dict[str, object] = {}
    for column in table.columns:
        value = as_typed(column, typed.get(column.input, ""))
        if column.kind == "date" and isinstance(value, int):
            value = f"{value // 10_000:04d}-{value // 100 % 100:02d}-{value % 100:02d}"
        found[column.input] = value
    return found


def _coverage(table: Table) -> Iterator[Fault]:
    expected = {trial.expect for trial in table.trials}
    if expected != {GRANT, PERSON}:
        yield Fault(
            "too_few_trials",
            Text(
                "至少写一个应当准予的例子、一个应当转人工的例子",
                "write at least one example that is granted and one that is not",
            ),
        )
