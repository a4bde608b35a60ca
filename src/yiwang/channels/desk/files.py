"""Files of a case: papers, documents, certificates. Each look is written down before the file is sent."""

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from django.views.decorators.http import require_GET

from yiwang.channels.desk import CASE_ROLES
from yiwang.channels.ui import downloads
from yiwang.channels.ui.officials import StaffRequest, officials
from yiwang.domains.cases.queries import case_by_number
from yiwang.domains.certificates import queries as certificates
from yiwang.domains.documents import queries as documents
from yiwang.domains.papers.queries import content_of, marked_content, papers_of
from yiwang.foundation.actions import NotVisible, Refused
from yiwang.foundation.reads.actions import record_read

SHOWN_IN_THE_BROWSER = {"application/pdf", "image/jpeg", "image/png", "image/webp"}


def _file(request: StaffRequest, data: bytes, media_type: str, name: str) -> HttpResponse:
    is_download = "download" in request.GET or media_type not in SHOWN_IN_THE_BROWSER
    return downloads.download(data, name=name, media_type=media_type, is_shown=not is_download)


@officials(*CASE_ROLES)
@require_GET
def paper(request: StaffRequest, number: str, paper_id: UUID) -> HttpResponse:
    """Send one paper of a case."""
    case = case_by_number(request.actor, number)
    found = next((p for p in papers_of(case.pk) if p.pk == paper_id), None)
    if found is None:
        raise NotVisible
    record_read(
        person_id=case.applicant_id, what="paper", reason=gettext_noop("看材料"), case_id=case.pk, by=request.actor
    )
    if "download" in request.GET:
        return _file(request, content_of(found), found.media_type, found.name)
    return _file(request, *marked_content(found, case.item_name), found.name)


@officials(*CASE_ROLES)
@require_GET
def document(request: StaffRequest, number: str, document_id: UUID) -> HttpResponse:
    """Send one document of a case as a sealed PDF."""
    case = case_by_number(request.actor, number)
    found = documents.document_of(case.pk, document_id)
    if found is None:
        raise NotVisible
    record_read(
        person_id=case.applicant_id, what="document", reason=gettext_noop("看文书"), case_id=case.pk, by=request.actor
    )
    try:
        pdf = downloads.document_pdf(found, by=request.actor)
    except LookupError:
        raise Refused(_("这份文书正在盖章，过几秒再来看。"), code="not_sealed") from None
    return _file(request, pdf, "application/pdf", f"{found.number}.pdf")


@officials(*CASE_ROLES)
@require_GET
def certificate_pdf(request: StaffRequest, certificate_id: UUID) -> HttpResponse:
    """Send a certificate that the office issued as a sealed PDF."""
    found = certificates.visible_to(request.actor).filter(pk=certificate_id).first()
    if found is None:
        raise NotVisible
    if found.holder_person_id:
        record_read(
            person_id=found.holder_person_id,
            what="certificate",
            reason=gettext_noop("看证照"),
            case_id=found.case_id,
            by=request.actor,
        )
    try:
        pdf = downloads.certificate_pdf(found, by=request.actor)
    except LookupError:
        raise Refused(_("这张证照正在盖章，过几秒再来看。"), code="not_sealed") from None
    return _file(request, pdf, "application/pdf", f"{found.number}.pdf")
