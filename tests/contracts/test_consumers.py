"""A consumer of facts that has read on never goes back: what is added to it later would be forgotten for old facts.

So a fact that the contract knows may be given to a new consumer, which reads the journal from its start, and not to one
that the contract knows too: the stores of those who upgrade would break rule 4 of `yiwang verify`. After a meant change:

    REFRESH_CONTRACTS=1 .venv/bin/pytest tests/contracts && git diff tests/contracts/consumers.json
"""

import json
import os
from pathlib import Path

from yiwang.foundation.journal.recording import handlers

CONTRACT = Path(__file__).parent / "consumers.json"


def test_no_consumer_hears_a_fact_that_was_there_before_it_listened() -> None:
    found: dict[str, set[str]] = {}
    for kind, heard_by in handlers.items():
        for consumer, _handler in heard_by:
            found.setdefault(consumer, set()).add(kind)
    contract = {consumer: set(kinds) for consumer, kinds in json.loads(CONTRACT.read_text(encoding="utf-8")).items()}
    known = set().union(*contract.values())
    added = {
        consumer: sorted(kinds & known - contract[consumer])
        for consumer, kinds in found.items()
        if consumer in contract
    }
    assert {consumer: kinds for consumer, kinds in added.items() if kinds} == {}
    now = {consumer: sorted(kinds) for consumer, kinds in sorted(found.items()) if consumer.startswith("domains.")}
    if os.environ.get("REFRESH_CONTRACTS"):
        CONTRACT.write_text(json.dumps(now, indent=1) + "\n", encoding="utf-8")
    assert {c: set(k) for c, k in now.items()} == contract, "If that is meant, refresh the contract as said above."
