"""Read papers, and put an upload in the store before it is entered."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import QuerySet

from yiwang.domains.papers.models import Paper
from yiwang.domains.papers.rendering import MARKABLE, mark_picture
from yiwang.foundation import files
from yiwang.foundation.actors import Actor
from yiwang.foundation.ids import uuid7, uuid_of


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
    return uuid_of(f"paper:{actor.id}:{key}")


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


def watermark_of(paper: Paper, use: str = "", language: str = "zh") -> str:
    """Return the words that a paper carries: what was looked at, and what it may be used for (国办函〔2016〕108号).

    `use` is the name of the item; without one it is government services in general.
    """
    english = language.startswith("en")
    until = paper.good_until.isoformat() if paper.good_until else ("长期" if not english else "no end")
    if english:
        purpose = f"for use in {use or 'government services'} only"
        said = {
            "A": f"Original issued by {paper.issuer}, {purpose}, valid until {until}",
            "B": f"Compared with the original and found equal, {purpose}",
            "C": f"Copy, not compared with the original, {purpose}",
            "D": f"Made by the applicant, who promises that it is true, {purpose}",
        }
    else:
        purpose = f"仅供办理“{use}”时使用" if use else "仅供办理政务服务事项时使用"
        said = {
            "A": f"此件由{paper.issuer}提供，{purpose}，有效期至{until}",
            "B": f"此件经与原件核对无误，{purpose}",
            "C": f"此件为复印件，未与原件核对，{purpose}",
            "D": f"此件由申请人自行出具，申请人承诺属实，{purpose}",
        }
    return said[paper.grade]


def marked_content(paper: Paper, use: str = "") -> tuple[bytes, str]:
    """Return a paper with its words across it, and its media type, for reading and printing; stored is what was scanned.

    Pictures carry them; other files come as they are, and their words stand beside them.
    """
    data = content_of(paper)
    if paper.media_type not in MARKABLE:
        return data, paper.media_type
    return mark_picture(data, watermark_of(paper, use)), "image/png"


def content_of(paper: Paper) -> bytes:
    """Return the file as it was uploaded; its hash is checked on the way."""
    return files.load(paper.storage_key, f"papers_paper:{paper.copy_of or paper.pk}:file")
