"""Results that lie ready to be handed over at a window (统一窗口出件): what the halls ask of the cases."""

from yiwang.domains.cases.models import Case, CaseNumber
from yiwang.domains.certificates.queries import of_case
from yiwang.domains.deliveries.models import Delivery
from yiwang.domains.deliveries.queries import code_of
from yiwang.domains.documents.models import Document
from yiwang.domains.halls.ports import Ready

KINDS = ("grant", "letter", "refusal")
OUT_OF_THE_HOUSE = ("issued", "delivered", "closed", "refused")
"""Where a decided case stands once its result may leave: what must be paid first has been."""


def result_on_shelf(reference: str) -> Ready | None:
    """Return the result of a case that may be handed over now: decided, sealed, and not on its way by courier."""
    named = CaseNumber.objects.filter(number=reference).values_list("case_id", flat=True)
    case = Case.objects.filter(pk__in=list(named), decided_at__isnull=False, state__in=OUT_OF_THE_HOUSE).first()
    if case is None:
        return None
    documents = list(Document.objects.filter(case_id=case.pk, kind__in=KINDS).order_by("created_at"))
    if not documents or any(one.sealed_at is None for one in documents):
        return None
    parcel = Delivery.objects.filter(reference=case.number, direction="out", ended_at__isnull=True).first()
    if parcel is not None and (parcel.way != "pickup" or parcel.state != "ready" or parcel.contact_sealed):
        return None
    certificate = of_case(case.pk)
    things = [f"{one.get_kind_display()} {one.number}" for one in documents]
    if certificate is not None and certificate.signed_at is not None:
        things.append(f"{certificate.type.name} {certificate.number}")
    return Ready(
        reference=case.number,
        person_id=case.applicant_id,
        firm_id=case.firm_id,
        name=case.item_name,
        things=tuple(things),
        code=code_of(parcel) if parcel else case.query_code,
    )
