"""综合窗口: hand in for the person at a window, together with what was looked at of each paper, and what they promised."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.translation import gettext as _

from yiwang.domains.cases.actions.submission import submit_draft
from yiwang.domains.cases.events import PromiseWitnessed
from yiwang.domains.cases.models import Case, Promise
from yiwang.domains.cases.policies import may_submit
from yiwang.domains.identity.models import Person
from yiwang.domains.papers.actions import Grading, attach_paper, grade_paper, hand_in_papers
from yiwang.domains.papers.queries import StoredFile
from yiwang.foundation import vault
from yiwang.foundation.actions import InvalidInput, action, require
from yiwang.foundation.actors import Actor
from yiwang.foundation.journal.recording import record
from yiwang.foundation.names import plain_name


@dataclass(frozen=True)
class Signing:
    """How somebody signed a promise before an official: their name on the screen, or the scan of a sheet of paper."""

    name: str = ""
    scan: StoredFile | None = None

    @property
    def way(self) -> str:
        """Return the way, as it is kept."""
        return Promise.Way.PAPER if self.scan else Promise.Way.SCREEN


@action
def submit_at_window(
    *,
    draft_id: UUID,
    gradings: Sequence[Grading] = (),
    deferred: Sequence[str] = (),
    promise: Signing | None = None,
    by: Actor,
) -> Case:
    """Hand a draft in at a window: the same form and checks as online, and every paper says what the official saw of it.

    `by` is the person, with the official as `clerk`: the case is the person's, the official answers for typing and papers,
    and for having seen the promise (告知承诺) signed, where there is one.

    Raises:
        InvalidInput: where the promise is not signed with the person's name, nor on paper.
    """
    require(may_submit(by) and by.clerk is not None)
    if promise is not None and promise.scan is None:
        signed = plain_name(promise.name)
        if not signed or signed != Person.objects.values_list("name", flat=True).get(pk=by.known_id):
            raise InvalidInput(
                _("请申请人看过承诺书，写上和证件一样的姓名；或者在纸上签好，扫描上传。"), code="unsigned_promise"
            )
    for one in gradings:
        grade_paper(paper_id=one.paper_id, grade=one.grade, issuer=one.issuer, good_until=one.good_until, by=by)
    case = submit_draft(draft_id=draft_id, deferred=deferred, promise=promise is not None, by=by)
    if promise is not None:
        _keep_signature(case, promise, by)
    return case


def _keep_signature(case: Case, promise: Signing, by: Actor) -> None:
    """Keep with the promise how it was signed, and who saw it. A submission that is repeated finds it kept."""
    kept = Promise.objects.filter(case_id=case.pk, witness__isnull=True)
    if not kept.exists():
        return
    if promise.scan is not None:
        paper = attach_paper(stored=promise.scan, name=_("签名的承诺书"), by=by)
        hand_in_papers(paper_ids=[paper.pk], case_id=case.pk, by=by)
        kept.update(way=promise.way, witness_id=by.clerk, paper_id=paper.pk)
    else:
        sealed = vault.seal(plain_name(promise.name), f"cases_promise:{case.pk}:signature")
        kept.update(way=promise.way, witness_id=by.clerk, signature_sealed=sealed)
    record(PromiseWitnessed(case_id=case.pk, way=promise.way), by=by)
