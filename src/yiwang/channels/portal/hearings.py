"""Ask for a hearing: the applicant's right where a case touches others too (行政许可法 art. 47)."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse

from yiwang.channels.portal.entrance import signed_in
from yiwang.domains.cases import queries
from yiwang.domains.cases.actions import ask_for_hearing
from yiwang.domains.catalogue.content import Text
from yiwang.foundation.actions import InvalidInput


@signed_in
def hearing(request: HttpRequest, number: str) -> HttpResponse:
    """Say what a hearing is and until when it may be asked for; hand the request in, which stands in the case's record."""
    case = queries.case_by_number(request.actor, number)  # type: ignore[attr-defined]
    case_url = reverse("portal:case", args=[case.number])
    until = queries.hearing_until(case)
    if until is None:
        return HttpResponseRedirect(case_url)
    problem = ""
    if request.method == "POST":
        try:
            ask_for_hearing(case_id=case.pk, reason=request.POST.get("reason", "")[:2000], by=request.actor)  # type: ignore[attr-defined]
        except InvalidInput as error:
            problem = str(error)
        else:
            return HttpResponseRedirect(case_url)
    context = {
        "case": {"number": case.number, "name": Text(case.item_name, case.item_name_en), "url": case_url},
        "until": until,
        "problem": problem,
    }
    return render(request, "portal/cases/hearing.html", context, status=422 if problem else 200)
