"""Faults in what the law sets beside the ordinary way: stopped clocks, extensions, silence."""

import datetime as dt
from typing import Any

from tests.verify.planting import case_of, one, plant


@plant("deadlines")
def _stop_lengthened(copy: Any) -> None:
    begun = one(copy, "SELECT started_on FROM cases_clockstop WHERE case_id = ?", case_of(copy, "k-paused"))
    earlier = dt.date.fromisoformat(str(begun)) - dt.timedelta(days=3)
    copy.sql("UPDATE cases_clockstop SET started_on = ? WHERE case_id = ?", earlier, case_of(copy, "k-paused"))


@plant("deadlines")
def _stop_invented(copy: Any) -> None:
    copy.sql("UPDATE cases_clockstop SET case_id = ?, sequence = 9", case_of(copy, "k-deemed"))


@plant("deadlines")
def _extension_of_twelve_days(copy: Any) -> None:
    copy.sql("UPDATE cases_extension SET workdays = 12")


@plant("deadlines")
def _extension_forgotten(copy: Any) -> None:
    copy.sql("DELETE FROM cases_extension")


@plant("deadlines")
def _silence_counted_from_the_wrong_day(copy: Any) -> None:
    copy.sql(
        "UPDATE cases_caseclock SET started_on = (SELECT ended_on FROM cases_caseclock WHERE case_id = ?"
        " AND kind = 'acceptance') WHERE case_id = ? AND kind = 'decision'",
        case_of(copy, "k-deemed"),
        case_of(copy, "k-deemed"),
    )


@plant("states")
def _silence_with_the_time_of_the_machine(copy: Any) -> None:
    whose = case_of(copy, "k-deemed")
    late = "SELECT recorded_at FROM journal_entry WHERE kind = 'CaseDeemedAccepted' AND case_id = ?"
    copy.sql(f"UPDATE cases_case SET accepted_at = ({late}) WHERE id = ?", whose, whose)


def _without_triggers(copy: Any, statement: str, *values: Any) -> None:
    """What somebody who owns the database could do: take the triggers off first."""
    if copy.url.startswith("sqlite"):
        for (name,) in copy.sql(
            "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name LIKE 'supervision_%'"
        ):
            copy.sql(f"DROP TRIGGER {name}")
    else:
        for table in ("supervision_card", "supervision_cardstep"):
            copy.sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
    copy.sql(statement, *values)


@plant("cards")
def _red_card_taken_away(copy: Any) -> None:
    card = one(copy, "SELECT id FROM supervision_card WHERE colour = 'red' AND case_id = ?", case_of(copy, "k-deemed"))
    _without_triggers(copy, "DELETE FROM supervision_cardstep WHERE card_id = ?", card)
    copy.sql("DELETE FROM supervision_card WHERE id = ?", card)


@plant("cards")
def _red_card_painted_yellow(copy: Any) -> None:
    _without_triggers(
        copy,
        "UPDATE supervision_card SET colour = 'yellow', subject = 'x' WHERE colour = 'red' AND case_id = ?",
        case_of(copy, "k-deemed"),
    )


@plant("cards")
def _card_closed_behind_the_back(copy: Any) -> None:
    _without_triggers(
        copy,
        "UPDATE supervision_card SET state = 'closed', finding = 'mistaken', closed_at = raised_at"
        " WHERE colour = 'red' AND case_id = ?",
        case_of(copy, "k-deemed"),
    )


@plant("cards")
def _step_of_a_card_forgotten(copy: Any) -> None:
    _without_triggers(copy, "DELETE FROM supervision_cardstep WHERE kind = 'raised'")
