"""One's own joint cases (一件事): every part like a parcel on its way, results as they come, one rating for the whole."""

from functools import partial
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from yiwang.channels.portal import headlines
from yiwang.channels.portal.entrance import signed_in
from yiwang.channels.portal.handing_in import once_more
from yiwang.channels.portal.ratings import rating_page
from yiwang.channels.ui.form_pages import uuid_or_none
from yiwang.channels.ui.wording import date_cn, is_english
from yiwang.domains.catalogue.content import Text
from yiwang.domains.catalogue.queries import bundle_by_slug
from yiwang.domains.certificates.queries import of_case
from yiwang.domains.joint_cases.actions import drop_part, submit_joint_case
from yiwang.domains.joint_cases.models import JointCase
from yiwang.domains.joint_cases.queries import Track, joint_by_number, my_joint_cases, tracks, tracks_of
from yiwang.domains.ratings.actions import rate_joint_case
from yiwang.domains.ratings.queries import WEIGHTS, rating_of_joint
from yiwang.foundation.actions import InvalidInput, NotVisible
from yiwang.foundation.actors import Actor


@require_POST
@signed_in
def submit(request: HttpRequest, slug: str) -> HttpResponse:
    """POST /bundles/<slug>/submit: the last page of the one form. Pressed twice, or in two windows, it is one joint case."""
    item = bundle_by_slug(slug)
    if item is None:
        raise NotVisible
    draft_id, is_declared = uuid_or_none(request.POST.get("draft", "")), bool(request.POST.get("declare"))
    problems: list[Any] = []
    if draft_id is not None and is_declared:
        try:
            joint = submit_joint_case(draft_id=draft_id, by=request.actor)  # type: ignore[attr-defined]
            return HttpResponseRedirect(_url(joint))
        except InvalidInput as error:
            problems = list(error.errors)
            if not problems:
                raise
    return once_more(request, item, problems, is_undeclared=not is_declared)


@require_safe
@signed_in
def joint_cases(request: HttpRequest) -> HttpResponse:
    """/me/joint: one's joint cases, the newest first."""
    found = my_joint_cases(request.actor)  # type: ignore[attr-defined]
    return render(request, "portal/joint_cases/list.html", {"rows": _rows(found)})


def open_rows(actor: Actor) -> list[dict[str, Any]]:
    """Return one's joint cases that are on their way, of the newest, for the overview."""
    return _rows([joint for joint in my_joint_cases(actor, limit=10) if joint.is_open])


def _rows(found: list[JointCase]) -> list[dict[str, Any]]:
    by_joint = tracks_of(found)
    return [
        {
            "url": _url(joint),
            "name": Text(joint.name, joint.name_en),
            "headline": headline(joint, by_joint[joint.pk]),
            "is_open": joint.is_open,
            "is_urgent": any(_waits_for_applicant(track) for track in by_joint[joint.pk]),
            "submitted_at": joint.submitted_at,
            "marks": [_mark(track) for track in by_joint[joint.pk]],
            "numbers": {track.case.number for track in by_joint[joint.pk] if track.case},
        }
        for joint in found
    ]


def _url(joint: JointCase, name: str = "joint-case") -> str:
    return reverse(f"portal:{name}", args=[joint.number])


def _waits_for_applicant(track: Track) -> bool:
    return track.case is not None and (track.case.state == "correction" or track.owed is not None)


def headline(joint: JointCase, found: list[Track]) -> str:
    """Return how the whole stands, in one sentence."""
    done = sum(track.is_fulfilled for track in found)
    if not joint.is_open:
        return (
            _("全部办好了")
            if done == len(found)
            else _("办完了，{n} 项里办成 {done} 项").format(n=len(found), done=done)
        )
    if any(_waits_for_applicant(track) for track in found):
        return _("有一项要你补材料，别的照常办")
    due = date_cn(joint.promised_on, weekday=True) if joint.promised_on else ""
    if due:
        return _("办成 {done} 项，共 {n} 项，最晚 {date}全部办完").format(done=done, n=len(found), date=due)
    return _("办成 {done} 项，共 {n} 项").format(done=done, n=len(found))


def public_view(joint: JointCase) -> dict[str, Any]:
    """Return what whoever knows the number and the query code of a part may see: no name, no answer, no paper."""
    found = tracks(joint)
    names = {track.part.key: _name(track) for track in found}
    return {
        "number": joint.number,
        "name": Text(joint.name, joint.name_en),
        "title": headline(joint, found),
        "submitted_at": joint.submitted_at,
        "parts": [
            _mark(track)
            | {
                "office": Text(track.case.office.name, track.case.office.name_en) if track.case else None,
                "stations": _stations(track, names),
            }
            for track in found
        ],
    }


def _mark(track: Track) -> dict[str, Any]:
    """Return one part as a tag in the list."""
    words, color = _standing(track)
    return {"name": _name(track), "words": words, "color": color}


def _name(track: Track) -> Text:
    return Text(track.part.name, track.part.name_en)


def _standing(track: Track) -> tuple[str, str]:
    """Return where a part stands, in a word or two, and the colour of its tag."""
    if track.case is None:
        if track.part.state == "waiting":
            return _("等待前一项"), "neutral"
        return (_("不办了") if track.part.why == "not_wanted" else _("没有提交")), "danger"
    if track.is_fulfilled:
        return _("办成了"), "success"
    if track.has_failed:
        return _("没有办成"), "danger"
    if _waits_for_applicant(track):
        return _("要你补材料"), "warning"
    if headlines.is_decided_at_once(track.case):
        return _("马上办好"), "accent"
    return (_("在办") if track.case.accepted_at else _("等部门受理")), "accent"


@require_safe
@signed_in
def joint_case(request: HttpRequest, joint_number: str) -> HttpResponse:
    """/me/joint/<number>: the whole, and every part with its own track."""
    joint = joint_by_number(request.actor, joint_number)  # type: ignore[attr-defined]
    found = tracks(joint)
    names = {track.part.key: _name(track) for track in found}
    given_up = {track.part.key for track in found if track.part.why == "not_wanted"}
    rating = rating_of_joint(joint.pk)
    context = {
        "joint": {
            "number": joint.number,
            "name": Text(joint.name, joint.name_en),
            "title": headline(joint, found),
            "submitted_at": joint.submitted_at,
            "promised_on": joint.promised_on,
            "is_open": joint.is_open,
        },
        "parts": [_part(joint, track, names, given_up) for track in found],
        "rate_url": _url(joint, "joint-rate") if not joint.is_open and rating is None else "",
        "rating": {"grade": WEIGHTS[rating.grade], "text": rating.comment} if rating else None,
        "again_url": reverse("portal:item", args=[joint.item_id]),
    }
    return render(request, "portal/joint_cases/joint_case.html", context)


def _part(joint: JointCase, track: Track, names: dict[str, Text], given_up: set[str]) -> dict[str, Any]:
    words, color = _standing(track)
    case = track.case
    certificate = of_case(case.pk) if case and track.is_fulfilled else None
    signed = certificate if certificate and certificate.signed_at else None
    return {
        "key": track.part.key,
        "name": _name(track),
        "words": words,
        "color": color,
        "sentence": headlines.case_headline(case, track.owed) if case else _why(track, names, given_up),
        "office": Text(case.office.name, case.office.name_en) if case else None,
        "url": reverse("portal:case", args=[case.number]) if case else "",
        "supply_url": reverse(f"portal:case-{track.owed[0] if track.owed else 'correction'}", args=[case.number])
        if case and _waits_for_applicant(track)
        else "",
        "stations": _stations(track, names),
        "certificate": {
            "url": reverse("portal:certificate", args=[signed.pk]),
            "name": Text(signed.type.name, signed.type.name_en),
        }
        if signed
        else None,
        "apply_url": reverse("portal:item", args=[track.part.item_id]) if track.part.state == "stopped" else "",
        "drop_url": f"{_url(joint, 'joint-drop')}?part={track.part.key}" if track.part.state == "waiting" else "",
    }


def _why(track: Track, names: dict[str, Text], given_up: set[str]) -> str:
    """Say why a part is no case, plainly. `given_up` are the parts that the applicant did not want."""
    language = "en" if is_english() else "zh"
    part = track.part
    before = "、".join(names[key].in_(language) for key in part.needs if key in names)
    if part.state == "waiting":
        return _("等“{name}”办成以后自动提交，不用再填").format(name=before)
    match part.why:
        case "predecessor":
            name = names[part.because_of].in_(language) if part.because_of in names else before
            if part.because_of in given_up:
                return _("你说“{name}”不办了，这一项要用到它的结果，所以没有提交").format(name=name)
            return _("“{name}”没有办成，这一项要用到它的结果，所以没有提交。办成以后可以单独申请").format(name=name)
        case "not_open":
            return _("这一项现在不接受申请，所以没有提交")
        case "not_wanted":
            return _("你说这一项不办了")
    return _("填的内容还不够这一项用，请单独申请")


def _stations(track: Track, names: dict[str, Text]) -> list[dict[str, Any]]:
    """Return the track of one part: handed in, accepted, decided, result."""
    case = track.case
    if case is None:
        state = "now" if track.part.state == "waiting" else "bad"
        title = _("等待前一项") if track.part.state == "waiting" else _("没有提交")
        return [{"state": state, "title": title, "when": None, "note": ""}]
    line = [
        (_("提交"), case.submitted_at),
        (_("受理"), case.accepted_at),
        (_("决定"), case.decided_at),
        (_("结果"), case.closed_at if case.decided_at else None),
    ]
    stations: list[dict[str, Any]] = []
    is_ahead = False
    for title, when in line:
        state = "done" if when else "todo" if is_ahead else "now"
        is_ahead = is_ahead or not when
        stations.append({"state": state, "title": title, "when": when, "note": ""})
    if track.has_failed:
        reached = [one for one in stations if one["when"]]
        reached[-1]["state"] = "bad" if case.decided_at else "done"
        if not case.decided_at:
            reached.append({"state": "bad", "title": _("没有办成"), "when": case.closed_at, "note": ""})
        return reached
    return stations


@signed_in
def drop(request: HttpRequest, joint_number: str) -> HttpResponse:
    """/me/joint/<number>/drop: say what else falls with a part that still waits; POST gives it up."""
    joint = joint_by_number(request.actor, joint_number)  # type: ignore[attr-defined]
    given = request.POST if request.method == "POST" else request.GET
    key = given.get("part", "")[:40].replace("\0", "")
    if request.method == "POST":
        drop_part(joint_id=joint.pk, part=key, by=request.actor)  # type: ignore[attr-defined]
        return HttpResponseRedirect(_url(joint))
    waiting = {track.part.key: track for track in tracks(joint) if track.part.state == "waiting"}
    if key not in waiting:
        return HttpResponseRedirect(_url(joint))
    context = {
        "joint": {"number": joint.number, "name": Text(joint.name, joint.name_en), "url": _url(joint)},
        "part": {"key": key, "name": _name(waiting[key])},
        "falling": [_name(waiting[other]) for other in _resting_on(key, waiting)],
        "drop_url": _url(joint, "joint-drop"),
    }
    return render(request, "portal/joint_cases/drop.html", context)


def _resting_on(key: str, waiting: dict[str, Track]) -> list[str]:
    """Return the waiting parts that need the result of this one, however many steps away, in their order."""
    fallen = {key}
    for _step in waiting:
        fallen |= {other for other, track in waiting.items() if fallen & set(track.part.needs)}
    return [other for other in waiting if other in fallen - {key}]


@signed_in
def rate(request: HttpRequest, joint_number: str) -> HttpResponse:
    """/me/joint/<number>/rate: one grade for the whole, once everything has come to its end."""
    joint = joint_by_number(request.actor, joint_number)  # type: ignore[attr-defined]
    return rating_page(
        request,
        what={"number": joint.number, "name": Text(joint.name, joint.name_en), "url": _url(joint)},
        office_name=Text("整件事打一个分", "One grade for the whole"),
        rate_url=_url(joint, "joint-rate"),
        given=lambda: rating_of_joint(joint.pk),
        give=partial(rate_joint_case, joint_id=joint.pk),
        is_over=not joint.is_open,
    )
