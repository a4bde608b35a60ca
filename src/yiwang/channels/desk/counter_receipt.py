"""What a window prints and shows of what was handed in there: the receipt, and papers with their words across them."""

from uuid import UUID

from django.http import HttpResponse
from django.utils.translation import get_language, gettext_noop
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from yiwang.channels.desk.counter import at_window
from yiwang.channels.ui.downloads import BeingMade, document_pdf, download
from yiwang.channels.ui.officials import StaffRequest, officials, staff_page
from yiwang.channels.ui.wording import text_of
from yiwang.domains.cases.models import Case
from yiwang.domains.cases.queries import case_by_number, handed_in
from yiwang.domains.catalogue.content import Text
from yiwang.domains.documents.queries import data_of, document_for_applicant, documents_of
from yiwang.domains.halls.models import Reception
from yiwang.domains.halls.policies import may_take_items_of
from yiwang.domains.papers.queries import marked_content, my_papers, watermark_of
from yiwang.foundation.actions import NotVisible, Refused
from yiwang.foundation.actors import Actor
from yiwang.foundation.reads.actions import record_read


def _case_here(request: StaffRequest, reception_id: UUID, number: str) -> tuple[Reception, Actor, Case]:
    """Return the reception, the person who sits there, and their case, if this window takes what it is about.

    Raises:
        NotVisible: where it is a case of an office whose items are not taken here.
    """
    held, person = at_window(request, reception_id)
    case = case_by_number(person, number)
    if not may_take_items_of(request.actor, held, case.office_id):
        raise NotVisible
    return held, person, case


@officials("window")
@require_GET
def receipt(request: StaffRequest, reception_id: UUID, number: str) -> HttpResponse:
    """The receipt to print and hand over: what was received, in which form, the number and the code to ask with."""
    held, _person, case = _case_here(request, reception_id, number)
    paper = next((d for d in reversed(documents_of(case.pk)) if d.kind == "receipt"), None)
    if paper is None:
        raise NotVisible
    reason = gettext_noop("在窗口打印收件凭证")
    record_read(person_id=held.person_id, what="document", reason=reason, case_id=case.pk, by=request.actor)
    name = Text(case.item_name, case.item_name_en)
    context = {
        "reception": held,
        "case": case,
        "name": name,
        "office": Text(case.office.name, case.office.name_en),
        "document": paper,
        "data": data_of(paper),
        "papers": [
            {"name": one.paper.name, "watermark": watermark_of(one.paper, text_of(name), get_language() or "zh")}
            for one in handed_in(case)
            if one.paper
        ],
        "clerk": request.staff.name,
    }
    return staff_page(request, "desk/counter_receipt.html", context)


@officials("window")
@require_GET
def receipt_pdf(request: StaffRequest, reception_id: UUID, number: str, document_id: UUID) -> HttpResponse:
    """The sealed document of a case that was handed in at this window."""
    held, person, case = _case_here(request, reception_id, number)
    paper = document_for_applicant(case.pk, document_id)
    if paper is None:
        raise NotVisible
    reason = gettext_noop("在窗口打印收件凭证")
    record_read(person_id=held.person_id, what="document", reason=reason, case_id=case.pk, by=request.actor)
    try:
        pdf = document_pdf(paper, by=person)
    except BeingMade:
        raise Refused(_("这份文书正在盖章，过几秒再来看。"), code="not_sealed") from None
    return download(pdf, name=f"{paper.number}.pdf", media_type="application/pdf", is_shown=True)


@officials("window")
@require_GET
def paper(request: StaffRequest, reception_id: UUID, paper_id: UUID) -> HttpResponse:
    """One paper of the person at the window, with the words across it that say what was looked at."""
    held, person = at_window(request, reception_id)
    found = my_papers(person).filter(pk=paper_id).first()
    if found is None:
        raise NotVisible
    record_read(person_id=held.person_id, what="paper", reason=gettext_noop("看材料"), by=request.actor)
    data, media_type = marked_content(found)
    return download(data, name=found.name, media_type=media_type, is_shown=media_type.startswith("image/"))
