"""Hand in a case, follow it, supply, withdraw, rate."""

from typing import Annotated, Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from ninja import Header, Path, Router, Status

from yiwang.channels.openapi.access import OnBehalfOf, person, token
from yiwang.channels.openapi.case_view import case_out, case_row, received_json, step_done
from yiwang.channels.openapi.direct import as_json, shanghai
from yiwang.channels.openapi.drafts import unmasked
from yiwang.channels.openapi.paging import Cursor, Limit, cursor_for, keys_of, page, strange_cursor
from yiwang.channels.openapi.papers import OptionalKey
from yiwang.channels.openapi.problems import ApiProblem
from yiwang.channels.openapi.sealed_files import PDF_TOO, Format, document_answer
from yiwang.channels.openapi.shapes import cases as shapes
from yiwang.domains.cases.actions import submit_case, supply_correction, withdraw_case
from yiwang.domains.cases.queries import answers_of, case_by_number, case_form, my_cases
from yiwang.domains.documents.models import Document
from yiwang.domains.documents.queries import document_for_applicant, documents_of
from yiwang.domains.ratings.actions import rate_case
from yiwang.domains.ratings.models import JointRating, Rating
from yiwang.domains.ratings.queries import rating_of
from yiwang.foundation.actions import NotVisible
from yiwang.foundation.masking import scrub

router = Router(tags=["cases"], auth=token)

Number = Annotated[
    str, Path(description="Number of the case.", examples=["11339900YW0000055D43301990030002026112300A1"])
]
Key = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=255,
        pattern=r"^[\x21-\x7e]+$",
        description="A key of your own: the same key and body bring the first answer again, another body 422.",
        examples=["8f14e45f-ceea-4e17-9d2b-0d4f6a1c2b3a"],
    ),
]


@router.post(
    "/cases",
    response={201: shapes.CaseReceived},
    operation_id="submitCase",
    summary="Hand in an application / 提交申请",
    openapi_extra={"x-problems": [404, 409]},
)
def submit(request: HttpRequest, body: shapes.CaseSent, idempotency_key: Key) -> Any:
    """Hand in an application in one go; answers are checked by the validator that the pages use. The receipt is immediate.

    Nothing is kept, and the key is not used up, where something has to be changed first. A bundle (一件事) is handed in as a
    joint case.
    """
    actor = person(request, body.on_behalf_of or "")
    if body.papers is not None:
        check_papers(body.papers, body.answers)
    case, _new = submit_case(
        item_code=body.item,
        answers=body.answers,
        key=idempotency_key,
        deferred=body.deferred,
        promise=body.promise,
        about_certificate_id=body.about_certificate,
        by=actor,
    )
    # Written here: of all answers this one is asked for most, and to check it against its shape again costs a tenth.
    return HttpResponse(received_json(case), status=201, content_type="application/json; charset=utf-8")


def check_papers(listed: list[UUID], answers: dict[str, Any]) -> None:
    """Check that the papers listed are those that the answers name.

    Raises:
        ApiProblem: 422 where they are not.
    """
    lists = [value for value in answers.values() if isinstance(value, list)]
    rows = [row for value in lists for row in value if isinstance(row, dict)]  # of a group, whose cells may hold papers
    lists += [value for row in rows for value in row.values() if isinstance(value, list)]
    named = {one for value in lists for one in value if _is_uuid(one)}
    if {str(one) for one in listed} == named:
        return
    zh, en = "papers 和答案里写的材料对不上。", "The papers listed are not those that the answers name."
    raise ApiProblem(422, "papers_differ", zh, en, pointer="/papers")


def _is_uuid(text: Any) -> bool:
    try:
        return isinstance(text, str) and str(UUID(text)) == text
    except ValueError:
        return False


@router.get("/cases", response=shapes.CasePage, operation_id="listCases", summary="My cases / 我的办件")
def list_cases(request: HttpRequest, limit: Limit, cursor: Cursor, on_behalf_of: OnBehalfOf) -> HttpResponse:
    """One's own cases, or those of the firm acted for, the newest first."""
    actor = person(request, on_behalf_of)
    keys = keys_of(cursor)
    try:
        before = UUID(keys[0]) if keys else None
    except ValueError:
        raise strange_cursor() from None
    rows, more = page(my_cases(actor, limit=limit + 1, before=before), limit)
    items = [case_row(row) | {name: shanghai(row[name]) for name in ("submitted_at", "closed_at")} for row in rows]
    return as_json({"items": items, "next": cursor_for(str(rows[-1]["id"])) if more else None})


@router.get(
    "/cases/{number}",
    response=shapes.CaseOut,
    operation_id="getCase",
    url_name="getCase",
    summary="A case / 办件详情",
)
def get_case(request: HttpRequest, number: Number, on_behalf_of: OnBehalfOf) -> dict[str, Any]:
    """One case: its state, clocks, documents, what was handed in, every fact of its history, and what can be done now."""
    actor = person(request, on_behalf_of)
    return case_out(case_by_number(actor, number), actor)


@router.get(
    "/cases/{number}/receipt",
    response=shapes.SealedDocument,
    operation_id="getReceipt",
    url_name="getReceipt",
    summary="The receipt / 收件凭证",
    openapi_extra=PDF_TOO,
)
def get_receipt(request: HttpRequest, number: Number, format: Format, on_behalf_of: OnBehalfOf) -> Any:
    """The newest receipt, as data with its signature, or as sealed PDF (`format=pdf`)."""
    actor = person(request, on_behalf_of)
    case = case_by_number(actor, number)
    receipts = [d for d in documents_of(case.pk) if d.kind == Document.Kind.RECEIPT]
    return document_answer(request, receipts[-1], format, actor)


@router.get(
    "/cases/{number}/documents/{uuid:document_id}",
    response=shapes.SealedDocument,
    operation_id="getCaseDocument",
    url_name="getCaseDocument",
    summary="A document of a case / 文书",
    openapi_extra=PDF_TOO,
)
def get_document(
    request: HttpRequest, number: Number, document_id: UUID, format: Format, on_behalf_of: OnBehalfOf
) -> Any:
    """A notice or decision of the office, as data with its signature, or as sealed PDF (`format=pdf`)."""
    actor = person(request, on_behalf_of)
    document = document_for_applicant(case_by_number(actor, number).pk, document_id)
    if document is None:
        raise NotVisible
    return document_answer(request, document, format, actor)


@router.post(
    "/cases/{number}/corrections",
    response=shapes.StepDone,
    operation_id="supplyCorrection",
    summary="Supply what was asked for / 补正",
    openapi_extra={"x-problems": [409]},
)
def correct(request: HttpRequest, number: Number, body: shapes.CorrectionSent, on_behalf_of: OnBehalfOf) -> Any:
    """Supply what the office asked for: only the answers that change. All of them together have to hold."""
    actor = person(request, on_behalf_of)
    case = case_by_number(actor, number)
    before = answers_of(case)
    changed = before | unmasked(case_form(case), body.answers, before)
    answers = {key: value for key, value in changed.items() if value is not None}
    return step_done(supply_correction(case_id=case.pk, answers=answers, by=actor))


@router.post(
    "/cases/{number}/withdrawal",
    response=shapes.StepDone,
    operation_id="withdrawCase",
    summary="Take a case back / 撤回",
    openapi_extra={"x-problems": [409]},
)
def withdraw(request: HttpRequest, number: Number, body: shapes.WithdrawalSent, on_behalf_of: OnBehalfOf) -> Any:
    """Take a case back before the decision; it ends here, without any disadvantage."""
    actor = person(request, on_behalf_of)
    case = case_by_number(actor, number)
    return step_done(withdraw_case(case_id=case.pk, revision=body.revision, by=actor))


@router.post(
    "/cases/{number}/rating",
    response={201: shapes.RatingOut},
    operation_id="rateCase",
    summary="Rate a finished case / 评价",
    openapi_extra={"x-problems": [409]},
)
def rate(
    request: HttpRequest,
    number: Number,
    body: shapes.RatingSent,
    on_behalf_of: OnBehalfOf,
    idempotency_key: OptionalKey,
) -> Any:
    """Give a finished case its one grade. The same once more brings the first answer; another grade is refused."""
    actor = person(request, on_behalf_of)
    case = case_by_number(actor, number)
    first = rating_of(case.pk)
    if first is not None and is_same_rating(first, body):
        return Status(201, first)
    rating = rate_case(case_id=case.pk, grade=body.grade, comment=body.comment, by=actor)
    return Status(201, rating)


def is_same_rating(first: Rating | JointRating, body: shapes.RatingSent) -> bool:
    """Return whether a rating that was given is what is sent now."""
    return first.grade == body.grade and first.comment == scrub(body.comment.strip())
