"""Take papers in, give them to a case, take them away again."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from yiwang.domains.papers.events import PaperAttached, PaperGraded, PaperRemoved
from yiwang.domains.papers.models import Paper
from yiwang.domains.papers.policies import may_attach, may_grade, may_remove
from yiwang.domains.papers.queries import StoredFile
from yiwang.foundation import files
from yiwang.foundation.actions import InvalidInput, NotVisible, Refused, action, require
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import now
from yiwang.foundation.ids import uuid7
from yiwang.foundation.inserting import insert, row
from yiwang.foundation.journal.recording import record
from yiwang.foundation.masking import scrub

MOST_LOOSE_PAPERS = 200
"""How many papers a person may hold that no case rests on."""


@action
def attach_paper(*, stored: StoredFile, name: str, by: Actor) -> Paper:
    """Enter a file that `store_upload` has put in the store. It is the person's until a case rests on it.

    Under an id that was entered before (`paper_id_for`) the same file is the same paper.
    """
    require(may_attach(by))
    if (
        Paper.objects.filter(owner_id=by.known_id, case_id__isnull=True, removed_at__isnull=True).count()
        >= MOST_LOOSE_PAPERS
    ):
        raise Refused(_("你存着的文件太多了，先在“我的材料”里删掉不用的。"), code="too_many_papers")
    paper, is_new = Paper.objects.get_or_create(
        id=stored.paper_id,
        defaults={
            "owner_id": by.known_id,
            "name": scrub(name)[-200:],
            "media_type": stored.media_type,
            "size": stored.size,
            "sha256": stored.sha256,
            "storage_key": stored.storage_key,
            "stored_at": now(),
        },
    )
    if not is_new:
        if paper.owner_id != by.known_id or paper.sha256 != stored.sha256 or paper.removed_at:
            raise Refused(_("这个幂等键已经用过，但这次的内容和上次不同。"), code="other_body")
        return paper
    record(PaperAttached(paper_id=paper.pk, sha256=paper.sha256, size=paper.size), by=by)
    return paper


@dataclass(frozen=True)
class Grading:
    """What a window says of one paper: its grade; of an original also who issued it, and until when it holds."""

    paper_id: UUID
    grade: str
    issuer: str = ""
    good_until: dt.date | None = None


@action
def grade_paper(*, paper_id: UUID, grade: str, issuer: str = "", good_until: dt.date | None = None, by: Actor) -> Paper:
    """Note at a window what was looked at (国办函〔2016〕108号): from now on the paper carries the words that say so.

    Raises:
        InvalidInput: for a grade that there is not, or an original of which nobody says who issued it.
    """
    paper = Paper.objects.select_for_update().filter(pk=paper_id, owner_id=by.known_id, removed_at__isnull=True).first()
    if paper is None:
        raise NotVisible
    require(may_grade(by, paper))
    who = scrub(" ".join(issuer.split()))[:120]
    if grade not in Paper.Grade.values:
        raise InvalidInput(_("选一个可信等级：A、B、C 或 D。"), code="unknown_grade")
    if grade == Paper.Grade.ISSUED and not who:
        raise InvalidInput(_("A 级是原件：写明由哪个机构出具。"), code="no_issuer")
    is_issued = grade == Paper.Grade.ISSUED
    paper.grade, paper.graded_by_id, paper.graded_at = grade, by.clerk, now()
    paper.issuer, paper.good_until = who if is_issued else "", good_until if is_issued else None
    paper.save(update_fields=["grade", "graded_by", "graded_at", "issuer", "good_until"])
    record(PaperGraded(paper_id=paper.pk, grade=grade), by=by)
    return paper


@action(silent="each paper is recorded as it is attached")
def attach_papers(*, files: Iterable[tuple[StoredFile, str]], by: Actor) -> list[Paper]:
    """Enter several files, each with its name, all of them or none."""
    require(may_attach(by))
    return [attach_paper(stored=stored, name=name, by=by) for stored, name in files]


@action(silent="the submission that rests on them is recorded")
def hand_in_papers(*, paper_ids: Iterable[UUID], case_id: UUID, by: Actor) -> list[Paper]:
    """Bind a person's papers to a case; from now on they are kept with it.

    Raises:
        InvalidInput: where one is not this person's, was removed, or belongs to another case.
    """
    require(may_attach(by))
    wanted = set(paper_ids)
    papers = list(
        Paper.objects.select_for_update().filter(pk__in=wanted, owner_id=by.known_id, removed_at__isnull=True)
    )
    usable = [p for p in papers if p.case_id in (None, case_id)]
    if len(usable) != len(wanted):
        raise InvalidInput(_("有一份材料找不到了，请重新上传。"), code="unknown_paper")
    Paper.objects.filter(pk__in=wanted).update(case_id=case_id)
    return usable


@action(silent="the submission that rests on them is recorded")
def copy_papers(*, papers: Iterable[Paper], by: Actor) -> dict[UUID, UUID]:
    """Enter papers of a person once more, so that another case can rest on the same file; return original → copy.

    What was handed in once for a joint case (一件事) lies with each of its cases, and is kept as long as the longest needs
    it. The file itself is there once. Papers of others, and removed ones, are left out.
    """
    require(may_attach(by))
    mine = [paper for paper in papers if paper.owner_id == by.known_id and paper.removed_at is None]
    copies = {paper.pk: uuid7() for paper in mine}
    insert(
        *(
            row(
                Paper,
                id=copies[paper.pk],
                owner_id=by.known_id,
                copy_of=paper.copy_of or paper.pk,
                **{name: getattr(paper, name) for name in _SAME_OF_A_COPY},
            )
            for paper in mine
        )
    )
    return copies


_SAME_OF_A_COPY = (
    "name", "media_type", "size", "sha256", "storage_key", "stored_at",
    "grade", "graded_by_id", "graded_at", "issuer", "good_until",
)  # fmt: skip


@action(silent="the removal is recorded; this only frees the room")
def free_removed_papers(*, by: Actor) -> int:
    """Delete the files of papers that their owners took away; return how many."""
    require(by.kind == "system")
    removed = Paper.objects.select_for_update().filter(removed_at__isnull=False).exclude(storage_key="")[:500]
    for paper in removed:
        files.delete(paper.storage_key)
        paper.storage_key = ""
        paper.save(update_fields=["storage_key"])
    return len(removed)


@action
def remove_paper(*, paper_id: UUID, by: Actor) -> None:
    """Take a paper away that no case rests on; its file is deleted by a job."""
    paper = Paper.objects.select_for_update().filter(pk=paper_id, owner_id=by.known_id, removed_at__isnull=True).first()
    if paper is None:
        raise NotVisible
    require(may_remove(by, paper))
    paper.removed_at = now()
    paper.save(update_fields=["removed_at"])
    record(PaperRemoved(paper_id=paper.pk), by=by)
