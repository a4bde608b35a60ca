"""Correct a slip on the spot (art. 32 (3)): each answer beside a box, and what was said by whom."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from yiwang.channels.desk import CASE_ROLES
from yiwang.channels.desk.cases import case_page, page_of
from yiwang.channels.desk.steps import take
from yiwang.channels.desk.wording import item_name
from yiwang.channels.ui.officials import StaffRequest, officials
from yiwang.channels.ui.wording import text_of
from yiwang.domains.cases import queries
from yiwang.domains.cases.actions import correct_at_once
from yiwang.domains.cases.models import Case
from yiwang.foundation.actions import InvalidInput, Refused
from yiwang.foundation.forms import Field
from yiwang.foundation.forms.reading import read_number
from yiwang.foundation.forms.summing_up import is_personal_number

PREFIX = "field-"
ONE_BOX = {"text", "textarea", "number", "money", "date", "phone", "email"}
CHOICES = {"radio", "select"}


def _typed(field: Field, value: Any) -> str:
    """Return an answer as its box holds it."""
    if value is None:
        return ""
    if field.widget == "money":
        return f"{value / 100:.2f}"
    return str(value)


def _read(field: Field, typed: str) -> Any:
    """Return what a box says; what cannot be read stays as typed, so that the form's own words refuse it."""
    if field.widget in {"number", "money"} and typed:
        return read_number(typed, field).value if read_number(typed, field).value is not None else typed
    return typed or None


def _fields(case: Case) -> list[Field]:
    """Return what can be corrected on the spot: short answers that were asked for, without papers and id numbers."""
    answers, form = queries.answers_of(case), queries.case_form(case)
    return [
        one
        for one in form.visible_fields(answers)
        if one.widget in ONE_BOX | CHOICES and not is_personal_number(one, answers.get(one.key))
    ]


def correcting_context(case: Case) -> dict[str, Any]:
    """Return the context of `desk/correct_at_once.html`."""
    answers, form = queries.answers_of(case), queries.case_form(case)
    rows = [
        {
            "name": f"{PREFIX}{one.key}",
            "label": text_of(one.label),
            "text": form.read(one, answers.get(one.key), get_language() or "zh"),
            "value": _typed(one, answers.get(one.key)),
            "kind": "choice" if one.widget in CHOICES else one.widget,
            "options": [(o.value, text_of(o.label)) for o in one.options],
        }
        for one in _fields(case)
    ]
    return {"case": case, "item": item_name(case), "rows": rows}


def _may(request: StaffRequest, case: Case) -> bool:
    return any(one.event == "correct_at_once" and one.allowed for one in queries.next_steps(case, request.actor))


@officials(*CASE_ROLES)
@require_http_methods(["GET", "POST"])
def correct(request: StaffRequest, number: str) -> HttpResponse:
    """Show what was answered, each with a box; or enter what the applicant corrects on the spot."""
    if request.method == "GET":
        case = queries.case_by_number(request.actor, number)
        if not _may(request, case):
            return redirect("desk:case", case.number)
        return page_of(request, case, "desk/correct_at_once.html", correcting_context(case))
    post = request.POST

    def step(case_id: UUID, revision: int) -> object:
        case = queries.case_by_number(request.actor, number)
        answers = queries.answers_of(case)
        names = {f"{PREFIX}{one.key}": one for one in _fields(case)}
        typed = {field: post[name].replace("\r\n", "\n").strip() for name, field in names.items() if name in post}
        changes = {
            field.key: _read(field, words)
            for field, words in typed.items()
            if words != _typed(field, answers.get(field.key))
        }
        note = post.get("note", "")
        return correct_at_once(case_id=case_id, changes=changes, note=note, revision=revision, by=request.actor)

    return take(request, number, step, _("已当场更正。改了什么留在这一件里。"), again=_again)


def _again(request: StaffRequest, number: str, refusal: Refused) -> HttpResponse:
    case = queries.case_by_number(request.actor, number)
    if isinstance(refusal, InvalidInput) and _may(request, case):
        return page_of(request, case, "desk/correct_at_once.html", correcting_context(case), refusal)
    return case_page(request, number, refusal)
