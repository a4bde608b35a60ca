"""Read joint cases: one's own, how each part stands, and which part a case is."""

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q

from yiwang.domains.cases.models import Case, Draft
from yiwang.domains.cases.queries import opened
from yiwang.domains.cases.queries.awaited import AWAITING, awaited_among
from yiwang.domains.catalogue.content import Bundle, Part
from yiwang.domains.catalogue.queries import content_of
from yiwang.domains.joint_cases.models import JointCase, JointPart
from yiwang.foundation import vault
from yiwang.foundation.actions import NotVisible
from yiwang.foundation.actors import Actor

FULFILLED = frozenset({"issued", "delivered", "closed"})
"""States in which the result of a granted case is there. Where no permit is needed, nothing is missing either."""
FAILED = frozenset({"refused", "refused_acceptance", "withdrawn", "lapsed", "terminated", "voided"})


@dataclass(frozen=True)
class Track:
    """One part of a joint case with its case, where there is one; `owed` is what that waits for, see `awaited_among`."""

    part: JointPart
    case: Case | None
    owed: tuple[str, dt.date] | None = None

    @property
    def is_fulfilled(self) -> bool:
        """Whether the parts that wait for this one can go on."""
        if self.case is None:
            return False
        return self.case.state == "not_needed" or (self.case.state in FULFILLED and self.case.outcome == "granted")

    @property
    def has_failed(self) -> bool:
        """Whether this part will not be granted any more."""
        if self.case is None:
            return self.part.state == JointPart.State.STOPPED
        return self.case.state in FAILED or (not self.case.is_open and not self.is_fulfilled)

    @property
    def is_over(self) -> bool:
        """Whether nothing more will happen here."""
        return self.part.state == JointPart.State.STOPPED or (self.case is not None and not self.case.is_open)


def my_joint_cases(actor: Actor, *, limit: int = 50, before: tuple[dt.datetime, UUID] | None = None) -> list[JointCase]:
    """Return one's joint cases, the newest first; `before` is the time and the key of the last on the page before."""
    found = JointCase.objects.visible_to(actor).select_related("item")
    if before is not None:
        at, last = before
        found = found.filter(Q(submitted_at__lt=at) | Q(submitted_at=at, id__lt=last))
    return list(found.order_by("-submitted_at", "-id")[:limit])


def joint_by_number(actor: Actor, number: str) -> JointCase:
    """Return a joint case of one's own.

    Raises:
        NotVisible: where there is none, or it is somebody else's.
    """
    wanted = "".join(number.split()).upper()
    found = None
    if "\0" not in wanted:  # PostgreSQL takes none
        found = JointCase.objects.visible_to(actor).select_related("item").filter(number=wanted).first()
    if found is None:
        raise NotVisible
    return found


def joint_by_query_code(number: str, query_code: str) -> JointCase | None:
    """Return a joint case for whoever knows its number and the query code of any of its parts, without signing in."""
    wanted = "".join(number.split()).upper()
    joint = JointCase.objects.filter(number=wanted).first() if "\0" not in wanted else None
    if joint is None:
        return None
    given = query_code.replace(" ", "").strip().upper()
    codes = [track.case.query_code for track in tracks(joint) if track.case is not None]
    return joint if any(vault.same(one, given) for one in codes) else None


def is_for_bundle(actor: Actor, draft_id: UUID) -> bool:
    """Return whether a draft of one's own is, or was until it was handed in, one of a bundle."""
    version = Draft.objects.visible_to(actor).filter(pk=draft_id).values_list("version_id", flat=True).first()
    if version is None:
        return JointCase.objects.visible_to(actor).filter(submit_key=f"draft:{draft_id}").exists()
    content = content_of(version)
    return content is not None and content.bundle is not None


def tracks_of(joints: Iterable[JointCase]) -> dict[UUID, list[Track]]:
    """Return joint case → its parts in order, each with its case. Whoever calls has loaded what may be seen."""
    ids = [joint.pk for joint in joints]
    parts = list(JointPart.objects.filter(joint_id__in=ids).order_by("joint_id", "position")) if ids else []
    wanted = [part.case_id for part in parts if part.case_id]
    cases = Case.objects.select_related("office").in_bulk(wanted) if wanted else {}
    owed = awaited_among([one.pk for one in cases.values() if one.state in AWAITING])
    found: dict[UUID, list[Track]] = {one: [] for one in ids}
    for part in parts:
        case = cases.get(part.case_id) if part.case_id else None
        found[part.joint_id].append(Track(part, case, owed.get(case.pk) if case else None))
    return found


def tracks(joint: JointCase) -> list[Track]:
    """Return the parts of one joint case in order."""
    return tracks_of([joint])[joint.pk]


def part_of(case_id: UUID) -> JointPart | None:
    """Return the part of a joint case that a case is; None for a case that stands alone."""
    return JointPart.objects.select_related("joint").filter(case_id=case_id).first()


@dataclass(frozen=True)
class Sibling:
    """What an office may know of the other parts of the same joint case: which item, at which office, how it stands."""

    name: str
    name_en: str
    office: str
    office_en: str
    part_state: str
    case_state: str
    outcome: str
    is_this: bool
    rests_on: tuple[str, ...]


def siblings_of(case: Case) -> list[Sibling]:
    """Return the parts of the joint case that a case belongs to, itself included; none for a case that stands alone.

    Whoever calls has checked that the case may be seen. No answers, no papers, no numbers of other offices' cases.
    """
    if not case.joint_reference:
        return []
    own = part_of(case.pk)
    if own is None:
        return []
    found = tracks(own.joint)
    names = {track.part.key: track.part.name for track in found}
    offices = {
        part.item_id: part.item.office
        for part in JointPart.objects.select_related("item__office").filter(joint_id=own.joint_id)
    }
    return [
        Sibling(
            name=track.part.name,
            name_en=track.part.name_en,
            office=offices[track.part.item_id].name,
            office_en=offices[track.part.item_id].name_en,
            part_state=track.part.state,
            case_state=track.case.state if track.case else "",
            outcome=track.case.outcome if track.case else "",
            is_this=track.part.pk == own.pk,
            rests_on=tuple(names[key] for key in track.part.needs if key in names),
        )
        for track in found
    ]


def bundle_of(joint: JointCase) -> Bundle:
    """Return the bundle as it was when the form was begun."""
    content = content_of(joint.version_id)
    assert content is not None and content.bundle is not None
    return content.bundle


def described(joint: JointCase, key: str) -> Part:
    """Return what the bundle says of one part."""
    return next(part for part in bundle_of(joint).parts if part.key == key)


def joint_answers(joint: JointCase) -> dict[str, Any]:
    """Return what was answered on the one form."""
    found: dict[str, Any] = opened(joint.answers_sealed, f"joint_cases_jointcase:{joint.pk}:answers")
    return found
