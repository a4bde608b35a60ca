"""Hand in one form for several items: all of it or nothing."""

import hashlib
import json
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from yiwang.domains.cases.actions import discard_draft
from yiwang.domains.cases.models import Draft
from yiwang.domains.cases.policies import may_submit
from yiwang.domains.cases.queries import draft_answers, draft_form
from yiwang.domains.catalogue.content import Part
from yiwang.domains.catalogue.content.parting import waits_for, wanted_parts
from yiwang.domains.catalogue.queries import Guide, content_of, form_of, guide, open_items
from yiwang.domains.joint_cases.actions.parts import answers_for, form_of_part, hand_in_part, problems_of
from yiwang.domains.joint_cases.events import JointSubmitted, PartStopped
from yiwang.domains.joint_cases.models import JointCase, JointPart
from yiwang.domains.papers.actions import hand_in_papers
from yiwang.domains.papers.models import Paper
from yiwang.foundation import vault
from yiwang.foundation.actions import InvalidInput, NotVisible, Refused, action, require
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import now, today
from yiwang.foundation.clock.queries import calendar
from yiwang.foundation.forms import Form
from yiwang.foundation.ids import uuid7
from yiwang.foundation.inserting import insert, row
from yiwang.foundation.journal.recording import record
from yiwang.foundation.numbers.serials import serial_text
from yiwang.foundation.numbers.taking import take

Prepared = tuple[Part, Any, dict[str, Any]]
"""A part, the form of its item, and its answers."""


@action
def submit_joint_case(*, draft_id: UUID, by: Actor) -> JointCase:
    """Hand in a bundle: each part that waits for nothing becomes a case of its own office now. A second time: the same.

    The others are handed in when the parts that they rest on are granted. A part whose item is closed today does not
    hold the others up.

    Raises:
        InvalidInput: with the problems of each field, by the keys of the merged form; nothing was written.
    """
    require(may_submit(by))
    key = f"draft:{draft_id}"
    draft = Draft.objects.visible_to(by).select_for_update().filter(pk=draft_id).first()
    if draft is None:
        return _acknowledged(key, "", by)
    found = guide(draft.item_id)
    if found is None:
        raise NotVisible
    joint = _hand_in(found, draft.version_id, draft_form(draft), draft_answers(draft), key, "", by)
    discard_draft(draft_id=draft_id, by=by)
    return joint


@action
def submit_bundle(*, bundle_code: str, answers: dict[str, Any], key: str, by: Actor) -> JointCase:
    """Hand in a bundle in one go (API), as `submit_joint_case` does a draft.

    The same key with the same answers returns the first joint case; with other answers it is refused (`other_body`).

    Raises:
        InvalidInput: with the problems of each field; nothing was written and the key is not used up.
    """
    require(may_submit(by))
    whole = [bundle_code, answers, str(by.on_behalf_of or "")]
    body = json.dumps(whole, sort_keys=True, ensure_ascii=False).encode("utf-8", "surrogatepass")
    digest, full_key = hashlib.sha256(body).hexdigest(), f"{by.id}:{key}"
    if JointCase.objects.filter(submit_key=full_key).exists():
        return _acknowledged(full_key, digest, by)
    found = guide(bundle_code)
    if found is None:
        raise NotVisible
    form = form_of(found.version_id, for_firm=by.on_behalf_of is not None)
    return _hand_in(found, found.version_id, form, answers, full_key, digest, by)


def _acknowledged(key: str, digest: str, by: Actor) -> JointCase:
    """Return the joint case that this key led to before."""
    found = JointCase.objects.filter(submit_key=key).first()
    if found is not None and found.body_hash != digest:
        raise Refused(_("这个幂等键已经用过，但这次的内容和上次不同。"), code="other_body")
    own = JointCase.objects.visible_to(by).filter(submit_key=key).first()
    if own is None:
        raise NotVisible
    return own


def _hand_in(
    found: Guide, version_id: UUID, form: Form, answers: dict[str, Any], key: str, digest: str, by: Actor
) -> JointCase:
    content = content_of(version_id)
    if content is None or content.bundle is None:
        raise NotVisible
    if not found.can_apply:
        raise Refused(_("这件事现在不能在网上申请。你填的内容还在草稿里。"), code="not_open")
    problems = form.problems(answers)
    kept = form.prune(answers)
    wanted = wanted_parts(content.bundle, kept)
    prepared = []
    for part in wanted if not problems else ():
        own = form_of_part(part, by)
        told = answers_for(part, own, kept)
        if waits_for(part, wanted):  # the others are looked at as they are handed in, now
            known = {one.field for one in problems}
            problems += [one for one in problems_of(part, own, told) if one.field not in known]
        prepared.append((part, own, told))
    if problems:
        raise InvalidInput(_("有 {n} 处要改，才能提交。").format(n=len(problems)), code="invalid", errors=problems)
    if not prepared:
        raise Refused(_("至少选一件要办的事。"), code="nothing_wanted")
    joint = _enter(found, version_id, kept, key, digest, by)
    if joint is None:
        return _acknowledged(key, digest, by)
    ids = [UUID(one) for one in form.paper_ids(kept)]
    papers = {str(one.pk): one for one in hand_in_papers(paper_ids=ids, case_id=joint.pk, by=by)} if ids else {}
    waiting = _hand_in_parts(joint, prepared, papers, by)
    record(JointSubmitted(joint_id=joint.pk, bundle_code=found.code, parts=len(prepared), waiting=waiting), by=by)
    return joint


def _enter(
    found: Guide, version_id: UUID, answers: dict[str, Any], key: str, digest: str, by: Actor
) -> JointCase | None:
    """Write the joint case; None where another request with the same key was faster."""
    joint_id, day = uuid7(), today()
    limit = (content_of(version_id) or found.content).promised_limit
    joint = JointCase(
        id=joint_id,
        number=f"YJS{day:%Y%m%d}{serial_text(take(f'joint:{day:%Y%m%d}'))}",
        submit_key=key,
        body_hash=digest,
        item_id=found.code,
        version_id=version_id,
        applicant_id=by.known_id,
        firm_id=by.on_behalf_of,
        name=found.name,
        name_en=found.name_en,
        answers_sealed=vault.seal(
            json.dumps(answers, ensure_ascii=False, separators=(",", ":")), f"joint_cases_jointcase:{joint_id}:answers"
        ),
        channel=by.channel,
        assurance=by.assurance,
        submitted_at=now(),
        promised_on=calendar().add_limit(day, limit.amount, limit.unit) if limit else None,
    )
    try:
        with transaction.atomic():
            insert(joint)
    except IntegrityError:
        if JointCase.objects.filter(submit_key=key).exists():
            return None
        raise
    return joint


def _hand_in_parts(joint: JointCase, prepared: list[Prepared], papers: dict[str, Paper], by: Actor) -> int:
    """Hand in what waits for nothing, and note down the rest; return how many wait."""
    wanted, at, rows = [part for part, _form, _told in prepared], now(), []
    is_open = open_items([part.item for part in wanted])
    for position, (part, form, told) in enumerate(prepared):
        needs = waits_for(part, wanted)
        values: dict[str, Any] = {"state": "waiting"}
        if not needs:
            if part.item in is_open:
                case = hand_in_part(joint, part, form, told, papers, by)
                values = {"state": "submitted", "case_id": case.pk}
            else:
                values = {"state": "stopped", "why": "not_open"}
        name = part.name
        values |= {"name": name.zh if name else part.key, "name_en": name.en if name else ""}
        rows.append(
            row(
                JointPart,
                joint_id=joint.pk,
                key=part.key,
                position=position,
                item_id=part.item,
                version_id=UUID(part.version),
                needs=needs,
                changed_at=at,
                **values,
            )
        )
    if all(one.values["state"] == "stopped" for one in rows):
        raise Refused(_("这件事里的各项现在都不能申请。你填的内容还在草稿里。"), code="not_open")
    insert(*rows)
    for one in rows:
        if one.values["state"] == "stopped":
            record(PartStopped(joint_id=joint.pk, part=one.values["key"], why=one.values["why"]), by=by)
    return sum(one.values["state"] == "waiting" for one in rows)
