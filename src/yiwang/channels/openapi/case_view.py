"""How a case reads in an answer, for its applicant and for the desk."""

import json
from functools import cache
from typing import Any
from uuid import UUID

from django.urls import reverse

from yiwang.channels.openapi.drafts import masked
from yiwang.channels.openapi.shapes import words
from yiwang.domains.cases.models import Case
from yiwang.domains.cases.policies import may_take
from yiwang.domains.cases.procedure import state_name
from yiwang.domains.cases.procedure.machine import events_from
from yiwang.domains.cases.queries import (
    answers_of,
    case_content,
    case_form,
    clocks_of,
    correction_items,
    deferrable,
    deferrals_of,
    extension_of,
    handed_in,
    more_items,
    promise_of,
    remaining,
    specials_of,
)
from yiwang.domains.certificates.models import Certificate
from yiwang.domains.certificates.queries import of_case
from yiwang.domains.documents.models import Document
from yiwang.domains.documents.queries import documents_for_applicant, documents_of
from yiwang.domains.ratings.queries import rating_of
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import ZONE
from yiwang.foundation.journal.queries import leaf_of, timeline

INTERNAL = {
    "CaseNoted", "CardRaised", "CardAssigned", "CardExplained", "CardEscalated", "CardAnnotated", "CardClosed",
}  # fmt: skip
"""Facts between the office and its supervisors: the applicant's own history goes without them."""


@cache
def state_words(state: str) -> dict[str, Any]:
    """Return a state with its name."""
    return {"code": state, "name": words(state_name(state, "zh"), state_name(state, "en"))}


def case_row(case: dict[str, Any]) -> dict[str, Any]:
    """Return a row of `my_cases` for an answer."""
    return {
        "number": case["number"],
        "applicant_name": case["applicant_name"],
        "outcome": case["outcome"],
        "is_open": case["is_open"],
        "submitted_at": case["submitted_at"],
        "closed_at": case["closed_at"],
        "due_on": case["due_on"],
        "item": {"code": case["item_id"], "name": words(case["item_name"], case["item_name_en"])},
        "state": state_words(case["state"]),
    }


def document_address(case: Case, document: Document) -> str:
    """Return where a document of a case is fetched."""
    return reverse("openapi:getCaseDocument", args=[case.number, document.pk])


def receipt_of(case: Case) -> Document:
    """Return the receipt that answered the submission: the first, if a correction brought another."""
    return next(d for d in documents_of(case.pk) if d.kind == Document.Kind.RECEIPT)


def received(case: Case) -> dict[str, Any]:
    """Return what acknowledges a submission; nothing in it changes later, so a repeated call brings the same."""
    return {
        "number": case.number,
        "query_code": case.query_code,
        "submitted_at": case.submitted_at,
        "receipt": {
            "number": case.receipt_number or receipt_of(case).number,
            "url": _receipt_address().replace("NUMBER", case.number),
        },
    }


@cache
def _receipt_address() -> str:
    return reverse("openapi:getReceipt", args=["NUMBER"])


def received_json(case: Case) -> str:
    """Return the same as the body of an answer."""
    submitted_at = case.submitted_at.astimezone(ZONE).isoformat(timespec="seconds")
    return json.dumps(received(case) | {"submitted_at": submitted_at}, ensure_ascii=False)


def case_out(case: Case, actor: Actor) -> dict[str, Any]:
    """Return one case with all that hangs on it."""
    correction, rating = getattr(case, "correction", None), rating_of(case.pk)
    happened = [e for e in timeline(case.pk) if actor.is_staff or e.kind not in INTERNAL]
    shown = documents_of(case.pk) if actor.is_staff else documents_for_applicant(case.pk)
    return {
        **case_row({field: getattr(case, field) for field in _ROW}),
        "office": {"code": case.office_id, "name": words(case.office.name, case.office.name_en)},
        "revision": case.revision,
        "accepted_at": case.accepted_at,
        "decided_at": case.decided_at,
        "legal_due_on": case.legal_due_on,
        "answers": masked(case_form(case), answers_of(case)),
        "clocks": clocks_of(case),
        "documents": [_document_row(case, d) for d in shown],
        "papers": [
            {
                "material": h.material,
                "paper": h.paper.pk if h.paper else None,
                "name": h.paper.name if h.paper else (h.certificate.type.name if h.certificate else ""),
                "certificate": h.certificate.pk if h.certificate else None,
            }
            for h in handed_in(case)
        ],
        "correction": correction
        and {"items": correction_items(case), "due_on": correction.due_on, "supplied_at": correction.supplied_at},
        "certificate": certificate_id(case.pk),
        "timeline": [
            {"kind": e.kind, "by": e.actor_kind, "at": e.recorded_at, "leaf": leaf_of(e.pk)} for e in happened
        ],
        "joint_case": case.joint_reference if actor.is_person else "",
        "rating": rating and {"grade": rating.grade, "comment": rating.comment, "rated_at": rating.rated_at},
        "procedure": _procedure(case, {e.kind for e in happened}),
        "can": list(dict.fromkeys(arrow.event for arrow in events_from(case.state) if may_take(actor, arrow, case))),
    }


def _procedure(case: Case, happened: set[str]) -> dict[str, Any]:
    """Return what happened beside the ordinary way; what did not is not asked for."""
    content = case_content(case)
    more = case.more_request if "MoreRequested" in happened else None
    return {
        "remaining": remaining(case),
        "specials": specials_of(case) if "SpecialProcedureOpened" in happened else [],
        "extension": extension_of(case) if "CaseExtended" in happened else None,
        "deferrals": deferrals_of(case) if deferrable(content) else [],
        "promise": promise_of(case) if content.processing.promise else None,
        "more": more
        and {
            "items": [one["text"] for one in more_items(case)],
            "basis": more.basis,
            "due_on": more.due_on,
            "supplied_at": more.supplied_at,
        },
    }


_ROW = (
    "number", "applicant_name", "outcome", "is_open", "submitted_at", "closed_at", "due_on", "item_id", "item_name",
    "item_name_en", "state",
)  # fmt: skip


def _document_row(case: Case, document: Document) -> dict[str, Any]:
    return {
        "id": document.pk,
        "kind": document.kind,
        "number": document.number,
        "created_at": document.created_at,
        "sealed_at": document.sealed_at,
        "url": document_address(case, document),
    }


def certificate_id(case_id: UUID) -> UUID | None:
    """Return the certificate that a case resulted in, as soon as it is issued."""
    found = of_case(case_id)
    return found.pk if found and found.state != Certificate.State.INTENDED else None


def step_done(case: Case) -> dict[str, Any]:
    """Return where a case stands after a step."""
    return {
        "number": case.number,
        "state": state_words(case.state),
        "revision": case.revision,
        "due_on": case.due_on,
        "is_open": case.is_open,
    }
