"""The courier's own books: parcels, what will happen to each and when, and the call-backs that are still to be made.

What will happen is settled when an order comes in; an event has happened once its moment has passed. So the books need no
clockwork, and go on where they stood after the process was stopped. Nothing here imports Django or knows the platform.
"""

import datetime as dt
import hashlib
import json
import random
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_TABLES = """
CREATE TABLE IF NOT EXISTS parcel (key TEXT PRIMARY KEY, waybill TEXT UNIQUE NOT NULL, locker TEXT NOT NULL, code TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS event (event_id TEXT PRIMARY KEY, key TEXT NOT NULL, number INTEGER NOT NULL, at REAL NOT NULL, body TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS call (id INTEGER PRIMARY KEY, event_id TEXT NOT NULL, due REAL NOT NULL, tries INTEGER NOT NULL DEFAULT 0, done INTEGER NOT NULL DEFAULT 0);
CREATE INDEX IF NOT EXISTS calls_due ON call (due) WHERE done = 0;
"""
_BACK_OFF = (1, 5, 15, 60, 300)

LOCKER_SECONDS = 7 * 86400.0
"""How long a locker keeps a parcel."""

HUBS = ("演示杭州转运中心", "演示之江集散中心", "演示网点")


@dataclass(frozen=True)
class Mischief:
    """How badly the courier behaves: how late call-backs may be (in steps), and how often each may come."""

    late_steps: int = 0
    most_copies: int = 1


HOSTILE = Mischief(late_steps=6, most_copies=3)


@dataclass(frozen=True)
class Call:
    """One call-back that is due."""

    id: int
    body: bytes
    tries: int


class Depot:
    """Opens the books in a folder. `pace` is how many seconds lie between two events of a parcel."""

    def __init__(self, folder: Path, *, pace: float = 30.0, mischief: Mischief | None = None, seed: str = "") -> None:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._path, self._pace, self._mischief = folder / "depot.sqlite3", pace, mischief or Mischief()
        self._dice = random.Random(seed or secrets.token_hex(8))  # noqa: S311  (mischief, not a secret)
        with self._open() as books:
            books.executescript(_TABLES)

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        books = sqlite3.connect(self._path, timeout=10, isolation_level=None)
        try:
            yield books
        finally:
            books.close()

    def take_order(self, *, key: str, order: dict[str, Any], at: float) -> str:
        """Enter a parcel and settle its way; return its waybill number. The same key again is the same parcel."""
        waybill = "YS" + str(int.from_bytes(hashlib.sha256(key.encode()).digest()[:6])).zfill(15)[:13]
        with self._open() as books:
            books.execute("BEGIN IMMEDIATE")
            known = books.execute("SELECT waybill FROM parcel WHERE key = ?", [key]).fetchone()
            if known:
                books.execute("COMMIT")
                return str(known[0])
            locker, code = str(order.get("locker") or ""), f"{secrets.randbelow(10**8):08d}"
            books.execute("INSERT INTO parcel VALUES (?, ?, ?, ?)", [key, waybill, locker, code if locker else ""])
            for number, (kind, more) in enumerate(way_of(order, code), start=1):
                self._enter(books, key, waybill, number, kind, at + (number - 1) * self._pace, more)
            books.execute("COMMIT")
        return waybill

    def _enter(
        self, books: sqlite3.Connection, key: str, waybill: str, number: int, kind: str, at: float, more: dict[str, str]
    ) -> None:
        event_id = secrets.token_hex(12)
        moment = dt.datetime.fromtimestamp(at, tz=dt.UTC).isoformat()
        told = {"event_id": event_id, "order": key, "waybill": waybill, "number": number, "kind": kind, "at": moment}
        body = json.dumps(told | more, ensure_ascii=False)
        books.execute("INSERT INTO event VALUES (?, ?, ?, ?, ?)", [event_id, key, number, at, body])
        for _ in range(self._dice.randint(1, self._mischief.most_copies)):
            late = self._dice.uniform(0, self._mischief.late_steps) * self._pace
            books.execute("INSERT INTO call (event_id, due) VALUES (?, ?)", [event_id, at + late])

    def events(self, *, key: str, at: float) -> list[dict[str, Any]]:
        """Return what has happened to a parcel up to a moment, in order."""
        with self._open() as books:
            self._empty_lockers(books, at)
            rows = books.execute("SELECT body FROM event WHERE key = ? AND at <= ? ORDER BY number", [key, at])
            return [json.loads(body) for (body,) in rows.fetchall()]

    def open_locker(self, *, code: str, at: float) -> bool:
        """Let somebody take a parcel out of a locker with its code; return whether there was one."""
        with self._open() as books:
            books.execute("BEGIN IMMEDIATE")
            found = books.execute("SELECT key, waybill FROM parcel WHERE code = ? AND code <> ''", [code]).fetchone()
            lies = found and self._lies_in_locker(books, found[0], at)
            if lies:
                key, waybill = found
                books.execute("UPDATE parcel SET code = '' WHERE key = ?", [key])
                (last,) = books.execute("SELECT max(number) FROM event WHERE key = ?", [key]).fetchone()
                self._enter(books, key, waybill, last + 1, "delivered", at, {"signer": "code"})
            books.execute("COMMIT")
        return bool(lies)

    def _lies_in_locker(self, books: sqlite3.Connection, key: str, at: float) -> bool:
        rows = books.execute("SELECT body FROM event WHERE key = ? AND at <= ?", [key, at]).fetchall()
        return any(json.loads(body)["kind"] == "stored" for (body,) in rows)

    def _empty_lockers(self, books: sqlite3.Connection, at: float) -> None:
        """Bring back what lay in a locker for too long; its code opens nothing any more."""
        asked = (
            "SELECT DISTINCT key, waybill, (SELECT max(number) FROM event e WHERE e.key = parcel.key) FROM parcel JOIN event USING (key) "
            """WHERE code <> '' AND at <= ? AND body LIKE '%"kind": "stored"%'"""
        )
        books.execute("BEGIN IMMEDIATE")
        for key, waybill, last in books.execute(asked, [at - LOCKER_SECONDS]).fetchall():
            books.execute("UPDATE parcel SET code = '' WHERE key = ?", [key])
            self._enter(books, key, waybill, last + 1, "returning", at, {"place": HUBS[2], "reason": "unclaimed"})
            self._enter(books, key, waybill, last + 2, "returned", at + self._pace, {})
        books.execute("COMMIT")

    def due(self, *, at: float, most: int = 50) -> list[Call]:
        """Return the call-backs that are due."""
        asked = (
            "SELECT call.id, event.body, call.tries FROM call JOIN event USING (event_id) "
            "WHERE done = 0 AND due <= ? ORDER BY due LIMIT ?"
        )
        with self._open() as books:
            self._empty_lockers(books, at)
            return [Call(n, body.encode(), tries) for n, body, tries in books.execute(asked, [at, most]).fetchall()]

    def note_call(self, call: Call, *, is_taken: bool, at: float) -> None:
        """Note that a call-back was taken, or when it is made again."""
        wait = _BACK_OFF[min(call.tries, len(_BACK_OFF) - 1)]
        with self._open() as books:
            if is_taken:
                books.execute("UPDATE call SET done = 1 WHERE id = ?", [call.id])
            else:
                books.execute("UPDATE call SET tries = tries + 1, due = ? WHERE id = ?", [at + wait, call.id])

    def calls_left(self) -> int:
        """Return how many call-backs are still to be made, now or later."""
        with self._open() as books:
            return int(books.execute("SELECT count(*) FROM call WHERE done = 0").fetchone()[0])


def way_of(order: dict[str, Any], code: str) -> list[tuple[str, dict[str, str]]]:
    """Return what will happen to a parcel: kind of event and what is told with it.

    Three words in the receiver's address change the way, so that each can be shown: 白天没人 (nobody is at home the first
    time), 放门口 (left at the door the first time, which does not count), 查无此地 (goes back to the sender).
    """
    start: list[tuple[str, dict[str, str]]] = [
        ("placed", {}),
        ("collected", {"place": HUBS[2]}),
        ("in_transit", {"place": HUBS[0]}),
        ("in_transit", {"place": HUBS[1]}),
    ]
    out: tuple[str, dict[str, str]] = ("out_for_delivery", {"place": HUBS[2]})
    if order.get("locker"):
        return [*start, ("stored", {"place": "自助柜", "code": code})]
    receiver = order.get("receiver") or {}
    address, name = str(receiver.get("address", "")), str(receiver.get("name", ""))
    signed = ("delivered", {"signer": "mailroom" if name.endswith("收发室") else "self"})
    nobody = ("failed", {"reason": "nobody"})
    if "查无此地" in address:
        return [*start, out, ("failed", {"reason": "unknown"}), ("returning", {"place": HUBS[0]}), ("returned", {})]
    if "白天没人" in address:
        return [*start, out, nobody, out, signed]
    if "放门口" in address:
        return [*start, out, ("delivered", {"signer": ""}), out, signed]
    return [*start, out, signed]
