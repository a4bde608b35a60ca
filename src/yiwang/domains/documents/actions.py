"""Draw documents up, and put the seal on them."""

import hashlib
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.db import connection

from yiwang.domains.documents.events import DecisionPublished, DocumentSealed
from yiwang.domains.documents.models import Document, PublicDecision
from yiwang.domains.documents.policies import may_draw_up, may_publish, may_store_seal
from yiwang.domains.documents.rendering.notices import canonical
from yiwang.domains.organisations.models import Office
from yiwang.domains.seals.actions import note_seal_use
from yiwang.domains.seals.models import Seal
from yiwang.domains.seals.queries import seal_in_use
from yiwang.foundation import vault
from yiwang.foundation.actions import action, require
from yiwang.foundation.actors import SYSTEM, Actor
from yiwang.foundation.clock import ZONE, now, today
from yiwang.foundation.ids import uuid7
from yiwang.foundation.inserting import insert, made, together
from yiwang.foundation.jobs.queue import enqueue
from yiwang.foundation.journal.recording import database_uuid, record
from yiwang.foundation.numbers.guessing import unguessable
from yiwang.foundation.numbers.taking import take

WORDS = {
    "receipt": "收", "acceptance": "受", "correction": "补", "not_accepted": "不受", "grant": "准", "refusal": "不准",
    "letter": "函", "withdrawal": "撤", "not_needed": "不需", "deemed_acceptance": "视受", "deferred_acceptance": "容受",
    "promised_acceptance": "诺受", "supplement": "补充", "special": "特", "special_end": "特结", "extension": "延",
    "interested": "利", "termination": "终", "void": "废", "payment_receipt": "票",
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


@action
def publish_decision(
    *, case_id: UUID, item_code: str, item_name: str, item_name_en: str = "", party: str = "", by: Actor
) -> PublicDecision | None:
    """Let anybody read that a permit was granted (行政许可法 art. 40): number, item, office, day; of a firm its name.

    A natural person is not named: leave `party` empty. Done twice, it changes nothing. None where no decision is there.
    """
    require(may_publish(by))
    decisions = Document.objects.filter(case_id=case_id, kind__in=["grant", "letter"])
    document = decisions.select_related("office").order_by("created_at").first()
    if document is None:
        return None
    published, is_new = PublicDecision.objects.get_or_create(
        document=document,
        defaults={
            "number": document.number,
            "office": document.office,
            "item_code": item_code,
            "item_name": item_name,
            "item_name_en": item_name_en,
            "party": party,
            "decided_on": document.created_at.astimezone(ZONE).date(),
        },
    )
    if is_new:
        record(DecisionPublished(document_id=document.pk, case_id=case_id), by=by)
    return published
