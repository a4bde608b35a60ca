"""Files that no row names are collected after a day; one that a row names never is."""

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.db import models

from yiwang.domains.certificates.actions import keep_certificate_pdf
from yiwang.domains.certificates.queries import store_pdf
from yiwang.domains.certificates.tests.issuing import issue_certificate, make_type
from yiwang.domains.identity.tests.factories import actor_of, make_person
from yiwang.domains.papers.actions import attach_paper
from yiwang.domains.papers.jobs import remove_files_that_nobody_names
from yiwang.domains.papers.queries import content_of, store_upload
from yiwang.domains.papers.tests.test_papers import PDF
from yiwang.foundation import files
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.files import orphans, storage
from yiwang.foundation.files.orphans import PARTS, columns_that_name_files, remove_orphans
from yiwang.foundation.jobs.registry import regular

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _a_store_of_its_own(tmp_path: Path) -> Iterator[None]:
    before = storage.root()
    files.configure(tmp_path)
    yield
    files.configure(before)


def path_of(key: str) -> Path:
    return storage.root() / key[:2] / key[2:4] / key


def age(key: str, hours: int) -> None:
    """Let a file be as old as that."""
    moment = time.time() - hours * 3600
    os.utime(path_of(key), (moment, moment))


def collect() -> int:
    return sum(remove_orphans(part) for part in range(PARTS))


def test_a_stored_upload_whose_row_was_refused_is_deleted_after_a_day() -> None:
    refused, fresh = store_upload(PDF), store_upload(PDF)
    age(refused.storage_key, 25)
    age(fresh.storage_key, 23)
    assert collect() == 1
    assert not path_of(refused.storage_key).exists()
    assert path_of(fresh.storage_key).exists(), "its row may be on the way"


def test_what_a_row_names_stays_however_old() -> None:
    paper = attach_paper(stored=store_upload(PDF), name="布局图.pdf", by=actor_of(make_person()))
    certificate = issue_certificate(make_type(), person=make_person())
    pdf_key = store_pdf(certificate, b"%PDF-1.7 stand-in")
    keep_certificate_pdf(certificate_id=certificate.pk, pdf_key=pdf_key, by=SYSTEM)
    for key in (paper.storage_key, pdf_key):
        age(key, 10_000)
    assert collect() == 0
    assert content_of(paper) == PDF
    assert path_of(pdf_key).exists()


def test_what_a_killed_process_left_half_written_is_deleted() -> None:
    stored = store_upload(PDF)
    half = path_of(stored.storage_key).with_name(f".{stored.storage_key}.part")
    path_of(stored.storage_key).rename(half)
    os.utime(half, (0, 0))
    assert collect() == 1
    assert not half.exists()


def test_a_file_whose_row_comes_while_the_store_is_looked_through_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    """The names are asked for after the files are listed: a row that commits in between is seen."""
    stored = store_upload(PDF)
    age(stored.storage_key, 30)
    listed = orphans._old_files
    person = actor_of(make_person())

    def list_and_enter(part: int, before: float) -> Iterator[Path]:
        found = list(listed(part, before))
        if found:
            attach_paper(stored=stored, name="a.pdf", by=person)
        yield from found

    monkeypatch.setattr(orphans, "_old_files", list_and_enter)
    assert collect() == 0
    assert path_of(stored.storage_key).exists()


def test_nothing_is_deleted_where_nobody_says_what_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(orphans, "_named", {})
    with pytest.raises(RuntimeError):
        remove_orphans(0)


def test_every_column_that_names_files_is_asked() -> None:
    columns = {
        f"{model._meta.db_table}.{field.column}"
        for model in apps.get_models()
        for field in model._meta.local_concrete_fields
        if isinstance(field, models.CharField) and field.name in {"storage_key", "pdf_key", "file_key"}
    }
    assert columns == columns_that_name_files()


def test_the_whole_store_is_looked_through_within_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    work = regular["papers.remove_orphan_files"]
    parts: list[int] = []
    monkeypatch.setattr("yiwang.domains.papers.jobs.remove_orphans", parts.append)
    monkeypatch.setattr("yiwang.domains.papers.jobs.time.time", lambda: len(parts) * work.seconds)
    for _ in range(PARTS):
        remove_files_that_nobody_names()
    assert sorted(parts) == list(range(PARTS))
    assert PARTS * work.seconds <= 24 * 3600
