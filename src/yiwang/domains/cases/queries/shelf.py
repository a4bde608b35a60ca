"""Results that lie ready to be handed over at a window (统一窗口出件): what the halls ask of the cases."""

from django.db.models import Exists, OuterRef, Q, Subquery

from yiwang.domains.cases.models import Case, CaseNumber
from yiwang.domains.certificates.queries import of_case
from yiwang.domains.deliveries.models import Delivery
from yiwang.domains.deliveries.queries import code_of
from yiwang.domains.documents.models import Document
from yiwang.domains.halls.models import HandOut
from yiwang.domains.halls.ports import Ready
from yiwang.domains.halls.queries import handed_out
from yiwang.foundation import vault
from yiwang.foundation.actors import Actor
from yiwang.foundation.numbers.guessing import SIGNS

KINDS = ("grant", "letter", "refusal")
CODE_PLACES = 8
OUT_OF_THE_HOUSE = ("issued", "delivered", "closed", "refused")
"""Where a decided case stands once its result may leave: what must be paid first has been."""


def result_on_shelf(reference: str) -> Ready | None:
    """Return the result of a case that may be handed over now: decided, sealed, and not on its way by courier."""
    named = CaseNumber.objects.filter(number=reference).values_list("case_id", flat=True)
    decided = Case.objects.filter(pk__in=list(named), decided_at__isnull=False, state__in=OUT_OF_THE_HOUSE)
    case = decided.select_related("applicant").first()
    if case is None:
        return None
    documents = list(Document.objects.filter(case_id=case.pk, kind__in=KINDS).order_by("created_at"))
    if not documents or any(one.sealed_at is None for one in documents):
        return None
    parcel = _last_parcels([case.number]).get(case.number)
    if not _lies_ready(case, parcel):
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
        office=case.office_id,
        code=code_of(parcel) if parcel and parcel.state == "ready" else _pickup_code(case.number),
    )


def _last_parcels(numbers: list[str]) -> dict[str, Delivery]:
    """Return number → the last way that its result went."""
    found = Delivery.objects.filter(reference__in=numbers, direction="out").order_by("sequence")
    return {one.reference: one for one in found}


def _lies_ready(case: Case, parcel: Delivery | None) -> bool:
    """Whether something of paper waits: to be picked up, or come back; or from whoever applied at a window, or has no account.

    What was delivered into somebody's account waits for nobody at a window.
    """
    if parcel is not None and parcel.way != Delivery.Way.ELECTRONIC and parcel.state != "cancelled":
        is_in_hall = parcel.state == "ready" and parcel.contact_sealed is None
        return is_in_hall or parcel.state == "returned"
    return case.channel == "window" or case.applicant.account_id is None


_NOTHING_WENT = Q(parcel_way__isnull=True) | Q(parcel_way=Delivery.Way.ELECTRONIC) | Q(parcel_state="cancelled")
_LIES_READY = (_NOTHING_WENT & (Q(channel="window") | Q(applicant__account__isnull=True))) | (
    ~Q(parcel_way=Delivery.Way.ELECTRONIC)
    & (Q(parcel_state="returned") | Q(parcel_state="ready", parcel_contact__isnull=True))
)
"""The same in SQL, of the last parcel."""


def results_on_shelf(actor: Actor, *, limit: int = 40) -> list[Case]:
    """Return the cases of a person, or of the firm they act for, whose results may wait at a window, the newest first."""
    found = Case.objects.visible_to(actor) if actor.is_person else Case.objects.none()
    found = found.filter(decided_at__isnull=False, state__in=OUT_OF_THE_HOUSE).select_related("applicant")
    last = Delivery.objects.filter(reference=OuterRef("number"), direction="out").order_by("-sequence")
    found = found.annotate(
        parcel_way=Subquery(last.values("way")[:1]),
        parcel_state=Subquery(last.values("state")[:1]),
        parcel_contact=Subquery(last.values("contact_sealed")[:1]),
    )
    waiting = found.filter(_LIES_READY, ~Exists(HandOut.objects.filter(reference=OuterRef("number"))))
    return list(waiting.order_by("-submitted_at", "-pk")[:limit])


def _pickup_code(number: str) -> str:
    """Return what opens a result for whom its owner sends to a window: never what stands on a receipt or a page of others."""
    return "".join(SIGNS[byte & 31] for byte in vault.blind_index(number, "pick-up code")[:CODE_PLACES])


def my_result_at_window(actor: Actor, case: Case) -> tuple[str, HandOut | None]:
    """Return the code to give to whom one sends for a result that lies ready, and how it was handed over, where it was.

    For the person's own account only: a parcel that waits has a code of its own, on its own page.
    """
    if not actor.is_person or actor.clerk is not None or case.state not in OUT_OF_THE_HOUSE:
        return "", None
    gone = handed_out([case.number]).get(case.number)
    found = None if gone else result_on_shelf(case.number)
    return found.code if found and found.code == _pickup_code(case.number) else "", gone
