"""How a test plants a fault: what every plant uses."""

import base64
import json
import os
from collections.abc import Callable
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM


def plant(*rules: str) -> Callable[[Any], Any]:
    """Have the function damage a copy; the rules named, and no others, must find it."""

    def note(function: Any) -> Any:
        function.rules = set(rules)
        return function

    return note


def plants_of(*modules: Any) -> list[Any]:
    """Every plant of some modules, as pytest takes them."""
    found = [made for module in modules for made in vars(module).values() if hasattr(made, "rules")]
    return [pytest.param(made, made.rules, id=made.__name__.removeprefix("_")) for made in found]


def one(copy: Any, statement: str, *values: Any) -> Any:
    """The first column of the first row; the test is no good without one."""
    rows = copy.sql(statement, *values)
    assert rows, statement
    return rows[0][0]


def case_of(copy: Any, key: str) -> Any:
    return one(copy, "SELECT case_id FROM cases_submitkey WHERE key LIKE ?", f"%:{key}")


def entry_of(copy: Any, kind: str) -> int:
    return one(copy, "SELECT id FROM journal_entry WHERE kind = ? ORDER BY id", kind)


def resealed(copy: Any, blob: bytes, place: str, new_place: str) -> bytes:
    """What somebody who holds the keys could write: a value opened at one place and sealed for another."""
    key = AESGCM(base64.b64decode(json.loads((copy.folder / "keys" / "vault.json").read_text())["vault"]["1"]))
    plain = key.decrypt(bytes(blob)[1:13], bytes(blob)[13:], place.encode())
    nonce = os.urandom(12)
    return b"\x01" + nonce + key.encrypt(nonce, plain, new_place.encode())


def dashed(value: Any) -> str:
    text = str(value).replace("-", "")
    return f"{text[:8]}-{text[8:12]}-{text[12:16]}-{text[16:20]}-{text[20:]}"
