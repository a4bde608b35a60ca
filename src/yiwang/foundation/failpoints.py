"""Die at a named point, for the trials that kill the platform where it hurts most. Off, a point is an empty call.

`YIWANG_FAIL_AT` says where, read once at the start of a process:

    YIWANG_FAIL_AT=sealing.unsigned        die when the point is first passed
    YIWANG_FAIL_AT=migrate.statement:7     die when it is passed for the seventh time
    YIWANG_FAIL_AT=/folder                 die whenever a file named like the point can be taken away from the folder,
                                           so that one process of several dies, and once for each file

It ends the process as SIGKILL does, with nothing flushed and nothing said (exit code 137).
"""

import os
from collections import Counter
from collections.abc import Callable
from pathlib import Path

POINTS = {
    "action.uncommitted": "an action has done all it does, and has not committed",
    "action.unanswered": "an action has committed, and whoever asked does not know",
    "effect.before": "a fact is committed, and a handler has not had its effect",
    "cursor.before": "the effects are done, and the consumer's cursor has not moved",
    "certificate.unsigned": "the intent of a certificate is stored and not signed",
    "certificate.unstored": "a certificate is signed, and the signature is not stored",
    "document.unsigned": "a document is drawn up and not sealed",
    "document.unstored": "a document is sealed, and the seal is not stored",
    "sealing.unsigned": "leaves are appended to the journal's tree, and its head is not signed",
    "job.unmarked": "a job has done its work outside, and is not marked as done",
    "migrate.statement": "a migration is about to send its next statement",
}
"""Every point: where the platform stands when it is passed."""

KILLED = 137


def _nothing(name: str) -> None:
    """Go on: no trial is under way."""


def _die() -> None:
    os._exit(KILLED)


def _at_count(wanted: str, count: int) -> Callable[[str], None]:
    passed: Counter[str] = Counter()

    def pass_by(name: str) -> None:
        passed[name] += 1
        if name == wanted and passed[name] == count:
            _die()

    return pass_by


def _at_mines(folder: Path) -> Callable[[str], None]:
    def pass_by(name: str) -> None:
        try:
            (folder / name).unlink()
        except OSError:
            return
        _die()

    return pass_by


def chosen(text: str, *, is_trial: bool) -> Callable[[str], None]:
    """Return what a point does under this value of the variable.

    Raises:
        SystemExit: where the variable is set outside a demonstration or a test, or names no point. Nothing starts then.
    """
    if not text:
        return _nothing
    if not is_trial:
        raise SystemExit("YIWANG_FAIL_AT kills this process on purpose: it is for trials, with YIWANG_DEMO=1; unset it")
    if text.startswith("/"):
        return _at_mines(Path(text))
    name, _, count = text.partition(":")
    if name not in POINTS or not (count or "1").isdecimal():
        raise SystemExit(f"YIWANG_FAIL_AT: {text} is no point of {', '.join(POINTS)}")
    return _at_count(name, int(count or "1"))


_is_trial = os.environ.get("YIWANG_DEMO", "").lower() in {"1", "true", "yes", "on"}
fail_at = chosen(os.environ.get("YIWANG_FAIL_AT", ""), is_trial=_is_trial)
"""Pass a point: `fail_at("sealing.unsigned")`."""
