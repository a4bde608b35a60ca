"""Any change of a sealed journal is found: 50 random ones in `make test`, 500 in `make assure`."""

import random
import shutil
import string
from collections.abc import Callable
from typing import Any

import pytest

pytestmark = pytest.mark.django_db

Tamper = Callable[[Any, random.Random], None]


def number_in(copy: Any, chance: random.Random, table: str, column: str) -> int:
    rows = copy.sql(f'SELECT "{column}" FROM {table} ORDER BY "{column}"')
    return chance.choice(rows)[0]


def flipped(value: bytes, chance: random.Random) -> bytes:
    data = bytearray(value)
    data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    return bytes(data)


def other_sign(text: str, chance: random.Random) -> str:
    places = [at for at, sign in enumerate(text) if sign.isalnum()]
    at = chance.choice(places)
    return (
        text[:at] + chance.choice([s for s in string.ascii_lowercase + string.digits if s != text[at]]) + text[at + 1 :]
    )


def change_text(copy: Any, chance: random.Random) -> None:
    entry = number_in(copy, chance, "journal_entry", "id")
    column = chance.choice(["fact", "kind", "actor_kind", "channel", "recorded_at"])
    text = copy.sql(f"SELECT {column} FROM journal_entry WHERE id = ?", entry)[0][0]
    changed = other_sign(text, chance) if column != "recorded_at" else f"19{text[2:]}"
    copy.sql(f"UPDATE journal_entry SET {column} = ? WHERE id = ?", changed, entry)


def change_bytes(copy: Any, chance: random.Random) -> None:
    table, key, column = chance.choice([
        ("journal_entry", "id", "salt"), ("journal_entry", "id", "digest"), ("journal_leaf", "index", "hash"),
        ("journal_checkpoint", "size", "root"),
    ])  # fmt: skip
    row = number_in(copy, chance, table, key)
    value = copy.sql(f'SELECT {column} FROM {table} WHERE "{key}" = ?', row)[0][0]
    copy.sql(f'UPDATE {table} SET {column} = ? WHERE "{key}" = ?', flipped(value, chance), row)


def delete_row(copy: Any, chance: random.Random) -> None:
    table, key = chance.choice([("journal_entry", "id"), ("journal_leaf", "index")])
    copy.sql(f'DELETE FROM {table} WHERE "{key}" = ?', number_in(copy, chance, table, key))


def swap_contents(copy: Any, chance: random.Random) -> None:
    first, second = chance.sample([row[0] for row in copy.sql("SELECT id FROM journal_entry")], 2)
    columns = "kind, fact, case_id, actor_kind, actor_id, office, on_behalf_of, channel, recorded_at, salt, digest"
    rows = {pk: copy.sql(f"SELECT {columns} FROM journal_entry WHERE id = ?", pk)[0] for pk in (first, second)}
    places = ", ".join(f"{name} = ?" for name in columns.split(", "))
    for pk, other in ((first, second), (second, first)):
        copy.sql(f"UPDATE journal_entry SET {places} WHERE id = ?", *rows[other], pk)


def append_old_row(copy: Any, chance: random.Random) -> None:
    copy.sql(
        "INSERT INTO journal_entry (kind, fact, actor_kind, office, channel, recorded_at, salt, digest)"
        " SELECT kind, fact, actor_kind, office, channel, recorded_at, salt, digest FROM journal_entry WHERE id = ?",
        number_in(copy, chance, "journal_entry", "id"),
    )


def change_head(copy: Any, chance: random.Random) -> None:
    size = number_in(copy, chance, "journal_checkpoint", "size")
    column = chance.choice(["signature", "key_id", "signed_at", "size"])
    if column == "size":
        copy.sql("UPDATE journal_checkpoint SET size = size + 1000 WHERE size = ?", size)
        return
    text = copy.sql(f"SELECT {column} FROM journal_checkpoint WHERE size = ?", size)[0][0]
    changed = f"19{text[2:]}" if column == "signed_at" else text[:10] + other_sign(text[10:-4], chance) + text[-4:]
    copy.sql(f"UPDATE journal_checkpoint SET {column} = ? WHERE size = ?", changed, size)


TAMPERS: list[Tamper] = [change_text, change_bytes, delete_row, swap_contents, append_old_row, change_head]


def test_every_tampering_of_the_journal_is_found(copy: Any, trials: Callable[[int, int], int]) -> None:
    if not copy.url.startswith("sqlite"):
        pytest.skip("the same rule reads the same rows; once is enough")
    chance, whole = random.Random(20260318), copy.folder / "yiwang.sqlite3"
    kept = copy.folder / "kept"
    shutil.copy(whole, kept)
    missed = []
    for trial in range(trials(50, 500)):
        tamper = chance.choice(TAMPERS)
        tamper(copy, chance)
        code, broken = copy.run("--only", "journal")
        if (code, set(broken)) != (1, {"journal"}):
            missed.append((trial, tamper.__name__))
        shutil.copy(kept, whole)
    assert missed == []
    assert copy.run()[0] == 0
