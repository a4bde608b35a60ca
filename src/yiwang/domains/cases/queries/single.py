"""Read one case, or one draft, with all that hangs on it."""

import datetime as dt
import json
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from yiwang.domains.cases.models import Case, CaseClock, CaseNumber, CasePaper, Draft, HeldAnswers, Opinion
from yiwang.domains.catalogue.content import ItemContent
from yiwang.domains.catalogue.queries import content_of, form_of
from yiwang.domains.certificates.models import Certificate
from yiwang.domains.papers.models import Paper
from yiwang.foundation import vault
from yiwang.foundation.actions import NotVisible
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import now
from yiwang.foundation.forms import Form
from yiwang.foundation.journal.queries import timeline


def opened(blob: Any, aad: str) -> Any:
    """Return the JSON behind a sealed column."""
    return json.loads(vault.open_sealed(bytes(blob), aad))


def answers_of(case: Case) -> dict[str, Any]:
    """Return what the applicant answered."""
    found: dict[str, Any] = opened(case.answers_sealed, f"cases_case:{case.pk}:answers")
    return found


def draft_answers(draft: Draft) -> dict[str, Any]:
    """Return what stands in a draft so far."""
    found: dict[str, Any] = opened(draft.answers_sealed, f"cases_draft:{draft.pk}:answers")
    return found


def my_draft(actor: Actor, item_code: str) -> Draft | None:
    """Return the one draft of an item that a person has, for themselves or for the firm they act for."""
    return Draft.objects.visible_to(actor).filter(item_id=item_code).first()


def draft_by_id(actor: Actor, draft_id: UUID) -> Draft:
    """Return a person's own draft.

    Raises:
        NotVisible: where it is not theirs or does not exist.
    """
    found = Draft.objects.visible_to(actor).filter(pk=draft_id).first()
    if found is None:
        raise NotVisible
    return found


def my_drafts(actor: Actor) -> list[Draft]:
    """Return a person's drafts, the last saved first."""
    found = Draft.objects.visible_to(actor).select_related("item")
    return list(found.order_by("-saved_at")[:50])


def draft_form(draft: Draft) -> Form:
    """Return the form that a draft fills in: that of the version it was begun on."""
    return form_of(draft.version_id, for_firm=draft.firm_id is not None)


def case_form(case: Case) -> Form:
    """Return the form that a case answered."""
    return form_of(case.version_id, for_firm=case.firm_id is not None)


def case_content(case: Case) -> ItemContent:
    """Return what the item said in the version that the case rests on."""
    content = content_of(case.version_id)
    assert content is not None
    return content


def held_answers(held_id: UUID) -> dict[str, Any] | None:
    """Return what somebody typed before their sign-in expired, for an hour."""
    row = HeldAnswers.objects.filter(pk=held_id, held_at__gt=now() - dt.timedelta(hours=1)).first()
    return opened(row.answers_sealed, f"cases_heldanswers:{held_id}:answers") if row else None


def _case_with(number: str) -> UUID | None:
    """Return the case that a number, however it was typed, belongs to."""
    wanted = "".join(number.split()).upper()
    if "\0" in wanted:  # PostgreSQL takes none
        return None
    return CaseNumber.objects.filter(number=wanted).values_list("case_id", flat=True).first()


def case_by_number(actor: Actor, number: str) -> Case:
    """Return a case that the actor may see.

    Raises:
        NotVisible: where there is none, or it is somebody else's.
    """
    case_id = _case_with(number)
    found = (
        Case.objects.visible_to(actor).select_related("office", "item", "applicant").filter(pk=case_id).first()
        if case_id
        else None
    )
    if found is None:
        raise NotVisible
    return found


def case_by_query_code(number: str, query_code: str) -> Case | None:
    """Return a case for whoever knows its number and query code, without signing in (申报号 + 查询密码)."""
    case_id = _case_with(number)
    case = Case.objects.select_related("office").filter(pk=case_id).first() if case_id else None
    given = query_code.replace(" ", "").strip().upper()
    return case if case and vault.same(case.query_code, given) else None


SENDS_PAPERS = frozenset({"submitted", "correction", "accepted", "in_review", "suspended"})
"""States of a case in which an office still takes papers."""


def can_travel(case: Case, direction: str) -> bool:
    """Return whether papers may still be sent in (`in`), or a result may still go out (`out`), as a case stands."""
    return case.state in SENDS_PAPERS if direction == "in" else case.is_open


def clocks_of(case: Case) -> list[CaseClock]:
    """Return the clocks of a case in the order in which they ran."""
    return list(CaseClock.objects.filter(case_id=case.pk).order_by("started_on", "id"))


@dataclass(frozen=True)
class HandedIn:
    """One material of a case with what was handed in for it."""

    material: str
    paper: Paper | None
    certificate: Certificate | None


def handed_in(case: Case) -> list[HandedIn]:
    """Return what was handed in, in the order of arrival."""
    rows = list(CasePaper.objects.filter(case_id=case.pk).order_by("added_at", "id"))
    papers = {p.pk: p for p in Paper.objects.filter(case_id=case.pk)}
    wanted = [r.certificate_id for r in rows if r.certificate_id]
    certificates = (
        {c.pk: c for c in Certificate.objects.select_related("type", "office").filter(pk__in=wanted)} if wanted else {}
    )
    return [
        HandedIn(r.material, papers.get(r.paper_id or r.pk), certificates.get(r.certificate_id or r.pk)) for r in rows
    ]


def opinions_of(case: Case) -> list[tuple[Opinion, str]]:
    """Return what officials wrote at the steps, oldest first, with the text."""
    found = Opinion.objects.filter(case_id=case.pk).select_related("staff").order_by("written_at")
    return [(o, vault.open_text(bytes(o.text_sealed), f"cases_opinion:{o.pk}:text")) for o in found]


def correction_items(case: Case) -> list[dict[str, str]]:
    """Return what the applicant was asked to supply: field (may be empty) and text."""
    correction = getattr(case, "correction", None)
    if correction is None:
        return []
    found: list[dict[str, str]] = opened(correction.items_sealed, f"cases_correction:{case.pk}:items")
    return found


def answers_before(case: Case) -> dict[str, Any]:
    """Return the answers as they stood before a correction was supplied; empty where there was none."""
    correction = getattr(case, "correction", None)
    if correction is None or not correction.answers_before_sealed:
        return {}
    found: dict[str, Any] = opened(correction.answers_before_sealed, f"cases_correction:{case.pk}:answers_before")
    return found


def in_whose_hands(actor: Actor) -> UUID:
    """Return whose a case is that this official takes: their own, as a deputy that of the absent one, to whom it returns."""
    return actor.on_behalf_of or actor.known_id


def reviewer_ids(case: Case) -> set[UUID]:
    """Return the officials who have given an opinion in review (art. 34: at least two where substance is verified)."""
    return set(Opinion.objects.filter(case_id=case.pk, step="review").values_list("staff_id", flat=True))


def represented_reviewers(case: Case) -> set[UUID]:
    """Return the absent officials in whose place a deputy gave an opinion in review, as the journal has it."""
    return {one.on_behalf_of for one in timeline(case.pk) if one.kind == "CaseReviewed" and one.on_behalf_of}
