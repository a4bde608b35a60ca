"""The steps of the full procedure, each posted from the page of its case; `desk.steps` has the ordinary ones."""

import datetime as dt
from collections.abc import Callable
from uuid import UUID

from django.http import Http404, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from yiwang.channels.desk import CASE_ROLES
from yiwang.channels.desk.step_words import STEPS
from yiwang.channels.desk.steps import take
from yiwang.channels.ui.officials import StaffRequest, officials
from yiwang.domains.cases import actions
from yiwang.foundation.actions import InvalidInput
from yiwang.foundation.actors import Actor

Step = Callable[[UUID, int, QueryDict, Actor], object]


def _number(post: QueryDict, name: str) -> int:
    text = post.get(name, "").strip()
    if not (text.isascii() and text.isdigit() and len(text) < 5):
        raise InvalidInput(_("填一个数，几个工作日。"), code="no_days")
    return int(text)


def _day(post: QueryDict, name: str) -> dt.date | None:
    text = post.get(name, "").strip()
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        raise InvalidInput(_("日期写成 2026-03-18 这样。"), code="no_date") from None


def _hour(post: QueryDict, name: str) -> dt.time | None:
    text = post.get(name, "").strip()
    try:
        return dt.time.fromisoformat(text).replace(second=0, microsecond=0, tzinfo=None) if text else None
    except ValueError:
        raise InvalidInput(_("时间写成 09:30 这样。"), code="no_hour") from None


def _one(text: str, words: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise InvalidInput(words, code="unknown") from None


def _tell_not_needed(case: UUID, revision: int, post: QueryDict, by: Actor) -> object:
    return actions.tell_not_needed(
        case_id=case, revision=revision, reason=post.get("reason", ""), basis=post.get("basis", ""), by=by
    )


def _accept_deferred(case: UUID, revision: int, post: QueryDict, by: Actor) -> object:
    days = _number(post, "days")
    return actions.accept_deferred(
        case_id=case, revision=revision, materials=post.getlist("materials"), days=days, by=by
    )


def _accept_promised(case: UUID, revision: int, _post: QueryDict, by: Actor) -> object:
    return actions.accept_promised(case_id=case, revision=revision, by=by)


def _request_more(case: UUID, revision: int, post: QueryDict, by: Actor) -> object:
    items = [{"field": post.get(f"field-{n}", ""), "text": post.get(f"text-{n}", "")} for n in (1, 2, 3)]
    return actions.request_more(
        case_id=case, revision=revision, items=items, basis=post.get("basis", ""), days=_number(post, "days"), by=by
    )


def _open_special(case: UUID, revision: int, post: QueryDict, by: Actor) -> object:
    return actions.open_special(
        case_id=case,
        revision=revision,
        kind=post.get("kind", ""),
        reason=post.get("reason", ""),
        basis=post.get("basis", ""),
        planned_workdays=_number(post, "planned_workdays"),
        by=by,
    )


def _hold_hearing(case: UUID, revision: int, post: QueryDict, by: Actor) -> object:
    held_on = _day(post, "held_on")
    if held_on is None:
        raise InvalidInput(_("选听证举行的日子。"), code="no_date")
    return actions.open_special(
        case_id=case,
        revision=revision,
        kind="hearing",
        reason=post.get("reason", ""),
        basis=post.get("basis", ""),
        planned_workdays=0,
        chair_id=_one(post.get("chair", ""), _("选一位主持人。")),
        held_on=held_on,
        begins_at=_hour(post, "begins_at"),
        place=post.get("place", ""),
        by=by,
    )


def _close_special(case: UUID, revision: int, post: QueryDict, by: Actor) -> object:
    return actions.close_special(
        case_id=case, revision=revision, outcome=post.get("outcome", ""), record=post.get("record", ""), by=by
    )


def _extend(case: UUID, revision: int, post: QueryDict, by: Actor) -> object:
    return actions.extend_case(case_id=case, revision=revision, reason=post.get("reason", ""), by=by)


def _tell_interested(case: UUID, revision: int, post: QueryDict, by: Actor) -> object:
    return actions.tell_interested(
        case_id=case,
        revision=revision,
        name=post.get("name", ""),
        contact=post.get("contact", ""),
        reason=post.get("reason", ""),
        by=by,
    )


def _hear_interested(case: UUID, _revision: int, post: QueryDict, by: Actor) -> object:
    return actions.hear_interested(
        case_id=case,
        party_id=_one(post.get("party", ""), _("选一位利害关系人。")),
        statement=post.get("statement", ""),
        wants_hearing="wants_hearing" in post,
        by=by,
    )


def _terminate(case: UUID, revision: int, post: QueryDict, by: Actor) -> object:
    return actions.terminate_case(
        case_id=case, revision=revision, ground=post.get("ground", ""), reason=post.get("reason", ""), by=by
    )


def _void(case: UUID, revision: int, post: QueryDict, by: Actor) -> object:
    return actions.void_case(
        case_id=case, revision=revision, ground=post.get("ground", ""), reason=post.get("reason", ""), by=by
    )


def _give_joint_opinion(case: UUID, _revision: int, post: QueryDict, by: Actor) -> object:
    return actions.give_joint_opinion(
        case_id=case, verdict=post.get("verdict", ""), opinion=post.get("opinion", ""), by=by
    )


def _arrange_visit(case: UUID, _revision: int, post: QueryDict, by: Actor) -> object:
    day = _day(post, "visit_on")
    if day is None:
        raise InvalidInput(_("选一个日子。"), code="no_date")
    return actions.arrange_visit(case_id=case, visit_on=day, by=by)


def _record_visit(case: UUID, _revision: int, post: QueryDict, by: Actor) -> object:
    who = [_one(text, _("选去的人。")) for text in post.getlist("staff")]
    return actions.record_visit(case_id=case, staff_ids=who, record=post.get("record", ""), by=by)


def _verify_promise(case: UUID, _revision: int, post: QueryDict, by: Actor) -> object:
    return actions.verify_promise(
        case_id=case,
        result=post.get("result", ""),
        note=post.get("note", ""),
        mend_by=_day(post, "mend_by"),
        by=by,
    )


TAKEN: dict[str, Step] = {
    "tell_not_needed": _tell_not_needed,
    "accept_deferred": _accept_deferred,
    "accept_promised": _accept_promised,
    "request_more": _request_more,
    "open_special": _open_special,
    "hold_hearing": _hold_hearing,
    "close_special": _close_special,
    "extend": _extend,
    "tell_interested": _tell_interested,
    "hear_interested": _hear_interested,
    "terminate": _terminate,
    "void": _void,
    "give_joint_opinion": _give_joint_opinion,
    "arrange_visit": _arrange_visit,
    "record_visit": _record_visit,
    "verify_promise": _verify_promise,
}
"""Step → the one action that takes it."""


@officials(*CASE_ROLES)
@require_POST
def step(request: StaffRequest, number: str, event: str) -> HttpResponse:
    """Take one step of the procedure, with what its form asked."""
    action = TAKEN.get(event)
    if action is None:
        raise Http404
    return take(
        request,
        number,
        lambda case_id, revision: action(case_id, revision, request.POST, request.actor),
        _(STEPS[event].done),
    )
