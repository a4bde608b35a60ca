"""Faults in what the law sets beside the ordinary way: stopped clocks, extensions, silence."""

import datetime as dt
import json
from typing import Any

from tests.verify.planting import case_of, one, plant


@plant("deadlines")
def _stop_lengthened(copy: Any) -> None:
    begun = one(copy, "SELECT started_on FROM cases_clockstop WHERE case_id = ?", case_of(copy, "k-paused"))
    earlier = dt.date.fromisoformat(str(begun)) - dt.timedelta(days=3)
    copy.sql("UPDATE cases_clockstop SET started_on = ? WHERE case_id = ?", earlier, case_of(copy, "k-paused"))


@plant("deadlines")
def _stop_invented(copy: Any) -> None:
    copy.sql(
        "UPDATE cases_clockstop SET case_id = ?, sequence = 9 WHERE kind = 'inspection'", case_of(copy, "k-deemed")
    )


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


@plant("deadlines")
def _delivery_counted_for_twenty_days(copy: Any) -> None:
    later = dt.date.fromisoformat(str(one(copy, _DUE, case_of(copy, "k-parcel")))) + dt.timedelta(days=14)
    copy.sql("UPDATE cases_caseclock SET legal_due_on = ? WHERE case_id = ? AND kind = 'delivery'", later, case_of(copy, "k-parcel"))  # fmt: skip
    copy.sql("UPDATE cases_case SET due_on = ?, legal_due_on = ? WHERE id = ?", later, later, case_of(copy, "k-parcel"))


_DUE = "SELECT legal_due_on FROM cases_caseclock WHERE case_id = ? AND kind = 'delivery'"


@plant("deadlines")
def _delivery_not_counted_at_all(copy: Any) -> None:
    copy.sql("DELETE FROM cases_caseclock WHERE case_id = ? AND kind = 'delivery'", case_of(copy, "k-parcel"))
    copy.sql("UPDATE cases_case SET due_on = NULL, legal_due_on = NULL WHERE id = ?", case_of(copy, "k-parcel"))


@plant("deadlines")
def _turn_of_the_applicant_invented(copy: Any) -> None:
    whose = one(copy, "SELECT case_id FROM cases_clockstop WHERE kind = 'pickup'")
    copy.sql("UPDATE cases_clockstop SET case_id = ? WHERE case_id = ?", case_of(copy, "k-parcel"), whose)


@plant("journal")
def _grant_from_before_the_clock_of_delivery(copy: Any) -> None:
    """That old grants have no such clock is no breach; that a fact was rewritten to look like an old one is."""
    whose = case_of(copy, "k-parcel")
    fact = one(copy, "SELECT fact FROM journal_entry WHERE kind = 'CaseGranted' AND case_id = ?", whose)
    known = json.loads(fact) if isinstance(fact, str) else dict(fact)
    assert known.pop("clock") == "delivery"
    copy.sql("UPDATE journal_entry SET fact = ? WHERE kind = 'CaseGranted' AND case_id = ?", json.dumps(known), whose)
    _delivery_not_counted_at_all(copy)


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
