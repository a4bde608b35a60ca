"""The rules, in the order of the report."""

from collections.abc import Callable

from yiwang_verify.findings import Evidence, Findings
from yiwang_verify.rules import (
    automatic,
    cards,
    certificates,
    deadlines,
    deliveries,
    documents,
    effects,
    files,
    joint,
    journal,
    numbers,
    payments,
    privacy,
    ratings,
    states,
    submissions,
)

Check = Callable[[Evidence, Findings], None]

RULES: tuple[tuple[str, str, Check], ...] = (
    ("submissions", "submissions are there exactly once", submissions.check),
    ("states", "states follow the published table", states.check),
    ("journal", "journal, tree and checkpoints are whole", journal.check),
    ("effects", "effects exactly once, nothing forgotten", effects.check),
    ("certificates", "certificates are signed and granted", certificates.check),
    ("documents", "documents are signed and complete", documents.check),
    ("numbers", "numbers are unique and well formed", numbers.check),
    ("files", "files are present and unaltered", files.check),
    ("deadlines", "deadlines follow from the calendar", deadlines.check),
    ("ratings", "ratings are counted once", ratings.check),
    ("privacy", "personal data are sealed, none in logs", privacy.check),
    ("payments", "charges balance, no money counts twice", payments.check),
    ("deliveries", "what is delivered was handed over once", deliveries.check),
    ("automatic", "machines grant only by published rules", automatic.check),
    ("joint", "parts of a joint case follow one another", joint.check),
    ("cards", "no card that was shown is gone", cards.check),
)
