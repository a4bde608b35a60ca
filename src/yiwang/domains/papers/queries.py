"""Read papers, and put an upload in the store before it is entered."""

import hashlib
from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from yiwang.domains.papers.models import Paper
from yiwang.foundation import files
from yiwang.foundation.actors import Actor
from yiwang.foundation.ids import uuid7


@dataclass(frozen=True)
class StoredFile:
    """A file that lies in the store, encrypted, and is not entered yet."""

    paper_id: UUID
    storage_key: str
    media_type: str
    size: int
    sha256: str


def paper_id_for(actor: Actor, key: str) -> UUID:
    """Return the id of the paper that a person hands in under a key of their own: the same key is the same paper."""
    digest = hashlib.sha256(f"paper:{actor.id}:{key}".encode()).digest()[:16]
    number = int.from_bytes(digest) & ~(0xF << 76) & ~(0x3 << 62)
    return UUID(int=number | (0x8 << 76) | (0x2 << 62))


def store_upload(data: bytes, *, paper_id: UUID | None = None) -> StoredFile:
    """Check and store an upload, outside any transaction; `attach_paper` enters it.

    Raises:
        FileRefused: where it is empty, too large, not of a kind that we take, or damaged.
    """
    paper_id = paper_id or uuid7()
    stored = files.store(data, f"papers_paper:{paper_id}:file")
    return StoredFile(paper_id, stored.key, stored.media_type, stored.size, stored.sha256)


def my_papers(actor: Actor) -> QuerySet[Paper]:
    """Return the papers that a person holds."""
    return (
        Paper.objects.filter(owner_id=actor.known_id, removed_at__isnull=True)
        if actor.is_person
        else Paper.objects.none()
    )


def papers_of(case_id: UUID) -> list[Paper]:
    """Return the papers of a case; whoever calls has checked that the case may be seen."""
    return list(Paper.objects.filter(case_id=case_id).order_by("stored_at"))


def content_of(paper: Paper) -> bytes:
    """Return the file as it was uploaded; its hash is checked on the way."""
    return files.load(paper.storage_key, f"papers_paper:{paper.pk}:file")
