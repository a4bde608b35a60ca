"""People who hand in applications at once, write down what they were told before they believe it, and never give up."""

import json
import os
import threading
import time
import uuid
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.faults.installation import Town
from tests.province import Province

DELIBERATE = {429, 503, 507}
ANSWER_WITHIN = 5.0 if os.environ.get("YIWANG_ASSURE") else 8.0
"""Seconds; in `make test`, where other tests share the cores, somewhat more than in `make assure`."""

PATIENCE = 12.0


class Ledger:
    """What the outside was told: written and synced before anything is believed."""

    def __init__(self, path: Path) -> None:
        self.path, self.acknowledged = path, 0
        self._lock = threading.Lock()
        path.touch()

    def note(self, entry: dict[str, Any]) -> None:
        """Write one acknowledged submission down."""
        with self._lock, self.path.open("a", encoding="utf-8") as out:
            out.write(json.dumps(entry) + "\n")
            out.flush()
            os.fsync(out.fileno())
            self.acknowledged += 1


@dataclass
class Crowd:
    """Clients under way, and what they met. `open_keys` were sent and not yet answered."""

    town: Town
    ledger: Ledger
    over: threading.Event = field(default_factory=threading.Event)
    statuses: Counter[int] = field(default_factory=Counter)
    strange: list[str] = field(default_factory=list)
    without_retry_after: int = 0
    no_answer: int = 0
    longest: float = 0.0
    last_at: float = 0.0
    during: str = ""
    """What happens now; `longest_by` keeps the longest wait that began under each."""
    longest_by: dict[str, float] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def ask(self, token: str, body: dict[str, Any], key: str) -> tuple[int, Any]:
        """Submit once; note how long it took and what came; (0, None) where no answer came."""
        began, during = time.monotonic(), self.during
        try:
            status, answer = self.town.ask("POST", "/cases", body, token=token, key=key, seconds=PATIENCE)
        except OSError as problem:
            status, answer = 0, None
            taken = time.monotonic() - began
            with self._lock:
                self.no_answer += 1
                # A connection that died with its process is no wait; one that nobody answers is.
                if "timed out" in str(problem):
                    self.longest = max(self.longest, taken)
            return status, answer
        taken = time.monotonic() - began
        with self._lock:
            self.longest = max(self.longest, taken)
            self.longest_by[during] = round(max(self.longest_by.get(during, 0), taken), 2)
            self.statuses[status] += 1
            if status == 201:
                self.last_at = time.monotonic()
            elif status not in DELIBERATE:
                self.strange.append(f"{status} {str(answer)[:300]}")
        return status, answer

    def unexpected_5xx(self) -> int:
        """Return how many answers were a 5xx that nobody meant."""
        return sum(count for status, count in self.statuses.items() if status >= 500 and status not in DELIBERATE)

    def one_after_another(self, token: str, item: str, pause: float) -> None:
        """Submit again and again, each with its key, and the same key again until it is acknowledged, also after the end."""
        while not self.over.is_set():
            key = str(uuid.uuid4())
            body = {"item": item, "answers": {"shop_name": f"小满面馆{key[:8]}"}}
            end: float | None = None
            while True:
                status, answer = self.ask(token, body, key)
                if status == 201:
                    self.ledger.note({"key": key, "number": answer["number"]})
                    break
                if self.over.is_set():
                    end = end or time.monotonic() + 20
                    if time.monotonic() > end:
                        break
                time.sleep(0.1)
            time.sleep(pause)


@contextmanager
def submitting(
    town: Town, path: Path, *, clients: int = 4, pause: float = 0.05, item: str = "licence"
) -> Iterator[Crowd]:
    """Let a crowd submit for the length of the block; at its end each brings its last application home."""
    crowd = Crowd(town, Ledger(path))
    people = [town.told["person0"], town.told["person1"]]
    threads = [
        threading.Thread(target=crowd.one_after_another, args=(people[n % 2], town.told[item], pause), daemon=True)
        for n in range(clients)
    ]
    for thread in threads:
        thread.start()
    try:
        yield crowd
    finally:
        crowd.over.set()
        for thread in threads:
            thread.join(60)


def proved(town: Province, ledger: Path, *words: str) -> dict[str, Any]:
    """Prove the store against the ledger; return {"code", "lost", "doubled", "text"}."""
    done = town.verify("--ledger", str(ledger), "--json", *words)
    try:
        rules = {rule["rule"]: rule for rule in json.loads(done.stdout)["rules"]}
    except ValueError:
        return {"code": done.returncode, "lost": -1, "doubled": -1, "text": done.stdout + done.stderr}
    broken = rules["submissions"]["broken"]
    lost = sum("found 0 times" in line for line in rules["submissions"]["breaches"])
    return {
        "code": done.returncode,
        "lost": lost,
        "doubled": broken - lost,
        "text": "\n".join(line for rule in rules.values() for line in rule["breaches"]) + done.stderr,
    }
