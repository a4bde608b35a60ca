"""免申即享: what one was found to qualify for; read why, fill in what nobody knows, confirm or decline on one page."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

import msgspec
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yiwang.channels.portal.entrance import signed_in, to_real_name
from yiwang.channels.ui.context import url_with
from yiwang.channels.ui.form_pages import posted
from yiwang.channels.ui.wording import is_english
from yiwang.domains.cases.actions import confirm_offer
from yiwang.domains.cases.models import Case
from yiwang.domains.cases.policies import REAL_NAME
from yiwang.domains.cases.queries.offers import SIMPLE, offered_form
from yiwang.domains.rules.actions import answer_offer
from yiwang.domains.rules.models import Offer
from yiwang.domains.rules.queries import offer_by_id, offer_reason
from yiwang.foundation.actions import Refused
from yiwang.foundation.clock import today
from yiwang.foundation.forms import Field, Form, PageInput
from yiwang.foundation.forms.reading import read_page

UNREADABLE = 422


@require_http_methods(["GET", "POST"])
@signed_in
def offer(request: HttpRequest, offer_id: UUID) -> HttpResponse:
    """/me/offers/<id>: one thing that somebody was found to qualify for."""
    actor = request.actor  # type: ignore[attr-defined]
    found = offer_by_id(actor, offer_id)
    if found.case_id:
        number = Case.objects.visible_to(actor).values_list("number", flat=True).get(pk=found.case_id)
        return redirect("portal:case", number)
    if actor.assurance < REAL_NAME:
        return to_real_name(request)
    form, known = offered_form(found, actor)
    if request.method != "POST":
        return _page(request, found, form, known, known, None)
    if request.POST.get("do") == "decline":
        return _declined(request, found)
    given = _read(form, known, posted(request))
    answers = {**given.answers, **known}
    if given.problems or given.stay or _left(form, answers):
        return _page(request, found, form, known, answers, given)
    return _confirmed(request, found, form, known, answers)


def _declined(request: HttpRequest, found: Offer) -> HttpResponse:
    try:
        answer_offer(offer_id=found.pk, state=Offer.State.DECLINED, by=request.actor)  # type: ignore[attr-defined]
        messages.success(request, _("记下了，这一项不再提醒你。以后想要，随时可以自己申请。"))
    except Refused as refusal:
        messages.info(request, str(refusal.message))
    return redirect("portal:me")


def _confirmed(
    request: HttpRequest, found: Offer, form: Form, known: dict[str, Any], answers: dict[str, Any]
) -> HttpResponse:
    try:
        case = confirm_offer(offer_id=found.pk, answers=answers, by=request.actor)  # type: ignore[attr-defined]
    except Refused as refusal:
        return _page(request, found, form, known, answers, None, str(refusal.message))
    return HttpResponseRedirect(url_with("portal:case", case.number))


def _open(form: Form, known: Mapping[str, Any]) -> list[Field]:
    """Return what nobody knows and has to be asked, in order."""
    return [f for f in form.fields.values() if f.required and f.key not in known]


def _left(form: Form, answers: Mapping[str, Any]) -> bool:
    """Whether the form asks for something that this page cannot ask for."""
    return any(p for p in form.problems(dict(answers)))


def _read(form: Form, known: dict[str, Any], post: Mapping[str, list[str]]) -> PageInput:
    """Read what was asked, page by page of the form, into one."""
    given = PageInput(values={}, problems=[], raw={}, answers=dict(known))
    wanted = _open(form, known)
    for page in form.pages:
        fields = tuple(f for f in wanted if f.page == page.key and f.widget in SIMPLE)
        if not fields:
            continue
        one = read_page(form, msgspec.structs.replace(page, fields=fields), post, given.answers)
        given = msgspec.structs.replace(
            one,
            values={**given.values, **one.values},
            problems=[*given.problems, *one.problems],
            raw={**given.raw, **one.raw},
            answers={**one.answers, **known},
            revealed=tuple(key for key in one.revealed if key not in known and form.fields[key].required),
        )
    return given


def _page(
    request: HttpRequest,
    found: Offer,
    form: Form,
    known: dict[str, Any],
    answers: dict[str, Any],
    given: PageInput | None,
    refusal: str = "",
) -> HttpResponse:
    language = get_language() or "zh"
    visible = {f.key for f in form.visible_fields(answers)}
    wanted = [f for f in _open(form, known) if f.key in visible]
    rows = [
        (field.label, text)
        for _page_, shown in form.summary(known, language)
        for field, text in shown
        if field.key in known and text
    ]
    wrong = bool(refusal or (given and given.problems))
    context = {
        "name": (is_english() and found.rule.item_name_en) or found.rule.item_name,
        "item_code": found.item_code,
        "offer_id": found.pk,
        "is_open": found.state == Offer.State.OPEN and found.until >= today(),
        "state": found.state,
        "until": found.until,
        "trace": [one for one in offer_reason(found).trace if one.met is not False],
        "rows": rows,
        "fields": [f for f in wanted if f.widget in SIMPLE],
        "needs_form": any(f.widget not in SIMPLE for f in wanted),
        "answers": answers,
        "input": given if given and given.problems else None,
        "form": form,
        "exit_form": "offer",
        "refusal": refusal,
    }
    return render(request, "portal/me/offer.html", context, status=UNREADABLE if wrong else 200)
