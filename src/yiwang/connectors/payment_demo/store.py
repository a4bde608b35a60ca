"""What the demo provider remembers, in a file of its own: orders, refunds, and messages that are still to be sent."""

import sqlite3
import threading
from pathlib import Path
from typing import Any

_TABLES = """
CREATE TABLE IF NOT EXISTS orders (number TEXT PRIMARY KEY, amount INTEGER NOT NULL, trade TEXT NOT NULL, paid_at REAL NOT NULL,
  notify TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS refunds (number TEXT PRIMARY KEY, order_number TEXT NOT NULL, amount INTEGER NOT NULL);
CREATE TABLE IF NOT EXISTS messages (id INTEGER PRIMARY KEY, notify TEXT NOT NULL, body TEXT NOT NULL, send_at REAL NOT NULL,
  tries INTEGER NOT NULL DEFAULT 0, sent INTEGER NOT NULL DEFAULT 0);
"""


class Store:
    """One connection behind one lock: a demonstration has few payers."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._base = sqlite3.connect(path, check_same_thread=False, isolation_level=None)
        self._base.executescript(_TABLES)

    def _run(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._base.execute(sql, values).fetchall()

    def pay(self, number: str, amount: int, trade: str, at: float, notify: str) -> tuple[str, bool]:
        """Note that an order was paid; return its trade number, and whether it is news."""
        with self._lock:
            found = self._run("SELECT trade FROM orders WHERE number = ?", number)
            if found:
                return str(found[0][0]), False
            self._run("INSERT INTO orders VALUES (?, ?, ?, ?, ?)", number, amount, trade, at, notify)
            return trade, True

    def order(self, number: str) -> tuple[int, str, str] | None:
        """Return amount, trade number and where to tell of an order that was paid."""
        found = self._run("SELECT amount, trade, notify FROM orders WHERE number = ?", number)
        return (int(found[0][0]), str(found[0][1]), str(found[0][2])) if found else None

    def give_back(self, number: str, order_number: str, amount: int) -> bool:
        """Note a refund; return False where it was noted before."""
        with self._lock:
            if self._run("SELECT 1 FROM refunds WHERE number = ?", number):
                return False
            self._run("INSERT INTO refunds VALUES (?, ?, ?)", number, order_number, amount)
            return True

    def given_back(self, order_number: str) -> list[tuple[str, int]]:
        """Return number and amount of what was given back for an order."""
        return [(n, a) for n, a in self._run("SELECT number, amount FROM refunds WHERE order_number = ?", order_number)]

    def post(self, notify: str, body: str, send_at: float) -> None:
        """Have a message sent."""
        self._run("INSERT INTO messages (notify, body, send_at) VALUES (?, ?, ?)", notify, body, send_at)

    def to_send(self, at: float) -> list[tuple[int, str, str, int]]:
        """Return id, address, body and tries of what is due."""
        sql = (
            "SELECT id, notify, body, tries FROM messages WHERE sent = 0 AND send_at <= ? ORDER BY send_at, id LIMIT 20"
        )
        return [(int(i), str(n), str(b), int(t)) for i, n, b, t in self._run(sql, at)]

    def sent(self, message: int) -> None:
        """Note that a message arrived, or is given up."""
        self._run("UPDATE messages SET sent = 1 WHERE id = ?", message)

    def later(self, message: int, send_at: float) -> None:
        """Try a message again later."""
        self._run("UPDATE messages SET tries = tries + 1, send_at = ? WHERE id = ?", send_at, message)
