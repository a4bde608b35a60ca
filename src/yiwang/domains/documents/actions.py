"""Draw documents up, and put the seal on them."""

import hashlib
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from yiwang.domains.documents.events import DocumentSealed
from yiwang.domains.documents.models import Document
from yiwang.domains.documents.policies import may_draw_up, may_store_seal
from yiwang.domains.documents.rendering.notices import canonical
from yiwang.domains.organisations.models import Office
from yiwang.domains.seals.actions import note_seal_use
from yiwang.domains.seals.models import Seal
from yiwang.domains.seals.queries import seal_in_use
from yiwang.foundation import vault
from yiwang.foundation.actions import action, require
from yiwang.foundation.actors import SYSTEM, Actor
from yiwang.foundation.clock import now, today
from yiwang.foundation.ids import uuid7
from yiwang.foundation.inserting import insert, made, together
from yiwang.foundation.jobs.queue import enqueue
from yiwang.foundation.journal.recording import database_uuid, record
from yiwang.foundation.numbers.guessing import unguessable
from yiwang.foundation.numbers.taking import take

WORDS = {
    "receipt": "收", "acceptance": "受", "correction": "补", "not_accepted": "不受", "grant": "准", "refusal": "不准",
    "letter": "函", "withdrawal": "撤",
}  # fmt: skip
"""The word in a document's number that says what it is: 演西市监受〔2026〕12 号."""

SPECIMEN = "演示 SPECIMEN"


@action(silent="the step that issues it is recorded, with its kind")
def draw_up(*, kind: str, case_id: UUID, office: Office, data: dict[str, Any], by: Actor) -> Document:
    """Give an office's document its number and store its data; the seal follows within seconds (art. 32: dated, sealed).

    `data` is what `documents.rendering.NOTICES` lists for the kind, without number, office, date and verify address.
    """
    require(may_draw_up(by))
    at, day = now(), today()
    word = WORDS[kind]
    serial = take(f"document:{office.code}:{kind}:{day.year}")
    number = f"{office.number or '网办' + office.code[-10:]}{word}〔{day.year}〕{serial}号"
    document_id, code = uuid7(), unguessable()
    whole = {
        **data,
        "number": number,
        "office": office.name,
        "office_code": office.code,
        "date": day.isoformat(),
        "kind": kind,
        "document_id": str(document_id),
        "verify_code": code,
        "specimen": SPECIMEN,
    }
    payload = canonical(whole)
    document = made(
        Document,
        id=document_id,
        case_id=case_id,
        kind=kind,
        number=number,
        office_id=office.code,
        data_sealed=vault.seal(payload, f"documents_document:{document_id}:data"),
        data_sha256=hashlib.sha256(payload).hexdigest(),
        verify_code=code,
        created_at=at,
    )
    with together():
        insert(document)
        enqueue("seal_document", {"document": str(document_id)}, key=str(document_id))
    return document


_STORE = "UPDATE documents_document SET signature_sealed = %s, sealed_at = %s WHERE id = %s"


@action
def store_document_seals(*, signed: Sequence[tuple[UUID, str, Seal]], by: Actor) -> None:
    """Put the signed seals on documents; a document that has its seal keeps it."""
    require(may_store_seal(by))
    waiting = Document.objects.select_for_update().filter(pk__in=[pk for pk, _, _ in signed], sealed_at__isnull=True)
    known = {d.pk: d for d in waiting.only("id", "case_id", "kind", "data_sha256").order_by("pk")}
    fresh = [(known[pk], signature, seal) for pk, signature, seal in signed if pk in known]
    at = connection.ops.adapt_datetimefield_value(now())
    rows = [
        (vault.seal(signature, f"documents_document:{one.pk}:signature"), at, database_uuid(one.pk))
        for one, signature, _ in fresh
    ]
    with connection.cursor() as cursor:
        cursor.executemany(_STORE, rows)
    with together():
        for one, signature, seal in fresh:
            note_seal_use(seal=seal, purpose="document", subject=str(one.pk), signed=signature, by=by)
        for one, _, _ in fresh:
            fact = DocumentSealed(
                document_id=one.pk, case_id=one.case_id, document_kind=one.kind, sha256=one.data_sha256
            )
            record(fact, by=by)


@action(silent="it is only asked for; drawn from data that are recorded")
def ask_for_document_pdf(*, document_id: UUID, by: Actor) -> None:
    """Have the worker draw the PDF of a document: no web process holds the fonts. A second time asks for nothing more."""
    require(may_draw_up(by))
    enqueue("draw_document_pdf", {"document": str(document_id)}, key=str(document_id))


@action(silent="a PDF is drawn from data that are recorded; the use of the seal is a row of its own")
def keep_document_pdf(*, document_id: UUID, pdf_key: str, by: Actor) -> None:
    """Remember where the rendered and sealed PDF of a document lies, and note the use of the seal on it."""
    require(may_draw_up(by))
    if Document.objects.filter(pk=document_id, pdf_key="").update(pdf_key=pdf_key):
        seal = seal_in_use(Document.objects.values_list("office_id", flat=True).get(pk=document_id))
        if seal:
            note_seal_use(seal=seal, purpose="document_pdf", subject=str(document_id), signed=pdf_key, by=SYSTEM)
