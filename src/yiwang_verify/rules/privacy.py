"""Rule 11: personal data stand encrypted at their place, and no id number or mobile number in logs, facts or messages."""

import base64
import json
import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from yiwang_verify.findings import Evidence, Findings
from yiwang_verify.keyring import NotSealed
from yiwang_verify.store import dashed, parsed, uid

OPEN_TEXT = (
    ("journal_entry", "id", ("fact",)),
    ("journal_retry", "id", ("error",)),
    ("jobs_job", "id", ("payload", "error")),
    ("search_searchlog", "id", ("query",)),
    ("notices_message", "id", ("title_zh", "title_en", "body_zh", "body_en", "link")),
    ("reads_read", "id", ("reason",)),
    ("ratings_rating", "case_id", ("comment",)),
    ("papers_paper", "id", ("name",)),
)
SEALED = (
    ("cases_case", "id", "answers", True),
    ("cases_draft", "id", "answers", True),
    ("cases_heldanswers", "id", "answers", True),
    ("cases_correction", "case_id", "items", True),
    ("cases_correction", "case_id", "answers_before", True),
    ("cases_morerequest", "case_id", "items", True),
    ("cases_morerequest", "case_id", "answers_before", True),
    ("cases_morerequest", "case_id", "note", False),
    ("cases_opinion", "id", "text", False),
    ("identity_account", "id", "phone", False),
    ("identity_person", "id", "id_number", False),
    ("identity_person", "id", "address", False),
)
"""Table, key, column without `_sealed`, whether it is JSON inside."""

FACTORS = "SELECT id, data FROM mfa_authenticator WHERE type <> 'webauthn'"
"""Second factors with a secret of ours; of a passkey only the public half is here."""

_ID = re.compile(r"(?<![0-9])[1-9][0-9]{16}[0-9Xx](?![0-9])")
_ID_IN_PARTS = re.compile(r"(?<![0-9])[1-9][0-9]{5}[ -][0-9]{8}[ -][0-9]{3}[0-9Xx](?![0-9])")
_MOBILE = re.compile(r"(?<![0-9A-Za-z.])(?:\+?86[ -]?)?1[3-9][0-9](?:[0-9]{8}|[ -][0-9]{4}[ -][0-9]{4})(?![0-9A-Za-z])")
_ESCAPE = re.compile(r"\\u([0-9a-fA-F]{4})")
_WEIGHTS = tuple(2**power % 11 for power in range(17, 0, -1))


def check(evidence: Evidence, found: Findings) -> None:
    """Read the open columns and the logs, then open the sealed columns."""
    store = evidence.store
    for table, key, columns in OPEN_TEXT:
        for pk, *texts in store.rows(f"SELECT {key}, {', '.join(columns)} FROM {table}"):
            found.checked += 1
            for column, text in zip(columns, texts, strict=True):
                for kind in personal_numbers(text):
                    found.breach(f"{table}.{column} of {pk} holds {kind}")
    for path in _logs(evidence.folder):
        for at, line in _lines(path):
            found.checked += 1
            for kind in personal_numbers(line):
                found.breach(f"{path.relative_to(evidence.folder)}, line {at}, holds {kind}")
    for table, key, column, is_json in SEALED:
        for pk, blob in store.rows(f"SELECT {key}, {column}_sealed FROM {table} WHERE {column}_sealed IS NOT NULL"):
            found.checked += 1
            try:
                plain = evidence.keyring.opened(blob, f"{table}:{dashed(uid(pk))}:{column}")
                if is_json:
                    json.loads(plain)
            except (NotSealed, ValueError) as error:
                found.breach(
                    str(error) if isinstance(error, NotSealed) else f"{table}:{pk}:{column} is not JSON inside"
                )
    for pk, raw in store.rows(FACTORS):
        found.checked += 1
        found.require(_is_sealed(evidence, parsed(raw)), f"mfa_authenticator:{pk}: its secret is not sealed")


def _is_sealed(evidence: Evidence, data: dict[str, Any]) -> bool:
    """Whether the secret of an app, or the seed of recovery codes, opens at its place."""
    try:
        blob = base64.b64decode(data.get("secret") or data.get("seed") or "", validate=True)
        return bool(evidence.keyring.opened(blob, "mfa_authenticator:secret"))
    except ValueError:  # NotSealed is one
        return False


def personal_numbers(value: Any) -> Iterator[str]:
    """Yield what a text or JSON value gives away: `an id number`, `a mobile number`; never the number itself."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    if "\\u" in text:
        text = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), text)
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text)
    for match in (*_ID.finditer(text), *_ID_IN_PARTS.finditer(text)):
        if is_citizen_id(re.sub("[ -]", "", match[0]).upper()):
            yield "an id number"
    if _MOBILE.search(text):
        yield "a mobile number"


def is_citizen_id(code: str) -> bool:
    """Return whether 18 places are a number of GB 11643: a birth date that can be, and the check character."""
    try:
        born = date(int(code[6:10]), int(code[10:12]), int(code[12:14]))
    except ValueError:
        return False
    total = sum(int(sign) * weight for sign, weight in zip(code[:17], _WEIGHTS, strict=True))
    return 1880 <= born.year <= 2100 and "10X98765432"[total % 11] == code[17]


def _logs(folder: Path) -> list[Path]:
    return sorted({*folder.rglob("*.log"), *folder.rglob("*.log.*"), *folder.glob("sms.jsonl")})


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    with path.open(encoding="utf-8", errors="replace") as lines:
        yield from enumerate(lines, 1)
