"""综合窗口: hand in for the person at a window, together with what was looked at of each paper."""

from collections.abc import Sequence
from uuid import UUID

from yiwang.domains.cases.actions.submission import submit_draft
from yiwang.domains.cases.models import Case
from yiwang.domains.cases.policies import may_submit
from yiwang.domains.papers.actions import Grading, grade_paper
from yiwang.foundation.actions import action, require
from yiwang.foundation.actors import Actor


@action
def submit_at_window(
    *, draft_id: UUID, gradings: Sequence[Grading] = (), deferred: Sequence[str] = (), by: Actor
) -> Case:
    """Hand a draft in at a window: the same form and checks as online, and every paper says what the official saw of it.

    `by` is the person, with the official as `clerk`: the case is the person's, the official answers for typing and papers.
    """
    require(may_submit(by) and by.clerk is not None)
    for one in gradings:
        grade_paper(paper_id=one.paper_id, grade=one.grade, issuer=one.issuer, good_until=one.good_until, by=by)
    return submit_draft(draft_id=draft_id, deferred=deferred, by=by)
