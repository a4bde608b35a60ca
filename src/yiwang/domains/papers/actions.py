"""Take papers in, give them to a case, take them away again."""

from collections.abc import Iterable
from uuid import UUID

from django.utils.translation import gettext as _

from yiwang.domains.papers.events import PaperAttached, PaperRemoved
from yiwang.domains.papers.models import Paper
from yiwang.domains.papers.policies import may_attach, may_remove
from yiwang.domains.papers.queries import StoredFile
from yiwang.foundation import files
from yiwang.foundation.actions import InvalidInput, NotVisible, Refused, action, require
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import now
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
