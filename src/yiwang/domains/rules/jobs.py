"""Put drafts to past cases; let unanswered offers pass."""

from collections import Counter
from typing import Any

from yiwang.domains.rules.actions import lapse_offer, note_dry_run
from yiwang.domains.rules.models import DryRun
from yiwang.domains.rules.ports import subjects
from yiwang.domains.rules.queries import overdue_offers
from yiwang.domains.rules.tables import RuleFailed, from_json, run, to_jdm
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.jobs.registry import every, outside_job

LOOKED_AT = 2_000
"""Past cases of one dry run, the newest; they come a few at a time and none is kept."""
NOTED_EVERY = 250
MOST_DIFFERENCES = 50


@outside_job("dry_run_rule")
def dry_run_rule(payload: dict[str, Any], *, key: str) -> None:
    """Count what a table would have made of past cases, beside what people made of them. Done twice, it says the same."""
    asked = DryRun.objects.select_related("rule").filter(pk=payload["dry_run"]).first()
    if asked is None or asked.state == DryRun.State.DONE:
        return
    table = from_json(asked.content)
    jdm, keys = to_jdm(table), [column.input for column in table.columns]
    counts: Counter[str] = Counter()
    differences: list[str] = []
    looked, state, error = 0, DryRun.State.DONE, ""
    try:
        for past in subjects().past(asked.rule.item_code, keys, LOOKED_AT):
            outcome = run(jdm, table, past.values).outcome
            counts[f"{outcome}-{past.outcome}"] += 1
            looked += 1
            if outcome == "grant" and past.outcome != "granted" and len(differences) < MOST_DIFFERENCES:
                differences.append(past.number)
            if looked % NOTED_EVERY == 0:
                _note(asked, DryRun.State.RUNNING, looked, counts, differences)
    except RuleFailed as failed:
        state, error = DryRun.State.FAILED, failed.code
    _note(asked, state, looked, counts, differences, error)


def _note(
    asked: DryRun, state: DryRun.State, looked: int, counts: Counter[str], differences: list[str], error: str = ""
) -> None:
    note_dry_run(
        dry_run_id=asked.pk,
        state=state,
        looked=looked,
        counts=dict(counts),
        differences=differences,
        error=error,
        by=SYSTEM,
    )


@every(3600, name="rules.lapse_offers")
def lapse_unanswered_offers() -> None:
    """End the offers that nobody answered by their date."""
    for offer_id in overdue_offers():
        lapse_offer(offer_id=offer_id, by=SYSTEM)
