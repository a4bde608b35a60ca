"""Rule 8: every stored file is there, opens at its place and has its SHA-256; nothing else lies in the store."""

import hashlib
import os
from collections.abc import Iterator
from pathlib import Path

from yiwang_verify.findings import Evidence, Findings
from yiwang_verify.keyring import NotSealed
from yiwang_verify.store import dashed

PAPERS = "SELECT id, storage_key, sha256, size, removed_at, case_id, copy_of FROM papers_paper"
PDFS = (
    ("documents_document", "SELECT id, pdf_key FROM documents_document WHERE pdf_key <> ''"),
    ("certificates_certificate", "SELECT id, pdf_key FROM certificates_certificate WHERE pdf_key <> ''"),
)
STRAY = """
SELECT p.material, p.case_id FROM cases_casepaper p LEFT JOIN papers_paper f ON f.id = p.paper_id
WHERE p.paper_id IS NOT NULL AND (f.id IS NULL OR f.case_id IS NULL OR f.case_id <> p.case_id OR f.removed_at IS NOT NULL)
"""
UNHELD = """
SELECT p.material, p.case_id FROM cases_casepaper p LEFT JOIN certificates_certificate t ON t.id = p.certificate_id
WHERE p.certificate_id IS NOT NULL AND t.id IS NULL
"""


def check(evidence: Evidence, found: Findings) -> None:
    """Open every file of the store, then look for files that nothing names."""
    store = evidence.store
    for what, sql in (("paper", STRAY), ("certificate", UNHELD)):
        for material, case_id in store.rows(sql):
            found.breach(f"case {dashed(case_id)}: the {what} handed in for {material} is not kept with it")
    root = evidence.folder / "files"
    used: set[bytes] = set()
    removed: set[bytes] = set()
    for pk, key, sha256, size, removed_at, case_id, copy_of in store.rows(PAPERS):
        if removed_at is not None:
            removed.add(_name(key))
            found.require(case_id is None, f"paper {dashed(pk)} was removed although a case rests on it")
            continue
        used.add(_name(key))
        data = _opened(evidence, found, root, key, f"papers_paper:{dashed(copy_of or pk)}:file")
        if data is not None:
            same = hashlib.sha256(data).hexdigest() == sha256 and len(data) == size
            found.require(same, f"paper {dashed(pk)}: its file is another one than was handed in")
    for table, sql in PDFS:
        for pk, key in store.rows(sql):
            used.add(_name(key))
            data = _opened(evidence, found, root, key, f"{table}:{dashed(pk)}:pdf")
            if data is not None:
                found.require(data.startswith(b"%PDF-"), f"{table} {dashed(pk)}: what is kept as its PDF is none")
    _unnamed(evidence, found, root, used, removed)


def _name(key: str) -> bytes:
    return key.encode()


def _opened(evidence: Evidence, found: Findings, root: Path, key: str, place: str) -> bytes | None:
    found.checked += 1
    try:
        return evidence.keyring.opened((root / key[:2] / key[2:4] / key).read_bytes(), f"file:{key}:{place}")
    except OSError as error:
        found.breach(f"{place}: its file {key} cannot be read ({error.strerror})")
    except NotSealed as error:
        found.breach(str(error))
    return None


def _unnamed(evidence: Evidence, found: Findings, root: Path, used: set[bytes], removed: set[bytes]) -> None:
    oldest = evidence.settings.before(evidence.settings.orphan_grace).timestamp()
    orphans, left = 0, 0
    for path in _files(root):
        name = _name(path.name)
        if name in used or path.stat().st_mtime > oldest:
            continue
        left += name in removed
        orphans += name not in removed
    if orphans:
        found.note(f"{orphans} files in the store belong to nothing (uploads that were never entered)")
    if left:
        found.note(f"{left} files of removed papers are still in the store")


def _files(root: Path) -> Iterator[Path]:
    for folder, _, names in os.walk(root):
        for name in names:
            yield Path(folder) / name
