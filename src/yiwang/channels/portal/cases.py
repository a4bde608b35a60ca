"""One's own cases: the list, one case from receipt to result, its papers, and taking it back."""

import datetime as dt
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from yiwang.channels.portal import headlines, journey
from yiwang.channels.portal.case_procedure import owed, procedure_view
from yiwang.channels.portal.charge_views import case_charges
from yiwang.channels.portal.entrance import signed_in
from yiwang.channels.ui.context import url, url_with
from yiwang.channels.ui.downloads import BeingMade, document_pdf, download
from yiwang.channels.ui.form_pages import uuid_or_none
from yiwang.channels.ui.wording import filesize, is_english
from yiwang.domains.cases import queries
from yiwang.domains.cases.actions import withdraw_case
from yiwang.domains.cases.models import Case
from yiwang.domains.cases.models.cases import is_applicants_turn
from yiwang.domains.cases.procedure import arrow_from, state_name
from yiwang.domains.cases.queries.awaited import AWAITING, awaited_among
from yiwang.domains.cases.queries.drafts import my_draft_rows
from yiwang.domains.cases.queries.shelf import my_result_at_window
from yiwang.domains.catalogue.content import Text
from yiwang.domains.certificates.queries import is_in_force, of_case
from yiwang.domains.documents.models import Document
from yiwang.domains.documents.queries import KIND_NAMES, data_of, document_for_applicant, documents_for_applicant
from yiwang.domains.ratings.policies import RATABLE
from yiwang.domains.ratings.queries import WEIGHTS, rating_of
from yiwang.foundation.actions import NotVisible
from yiwang.foundation.clock import today
from yiwang.foundation.journal.queries import timeline

ROWS = 20
WAIT_SECONDS = 3


@signed_in
def my_cases(request: HttpRequest) -> HttpResponse:
    """What one has begun, what is on its way, what is done; the newest first."""
    actor = request.actor  # type: ignore[attr-defined]
    before = uuid_or_none(request.GET.get("before", ""))
    rows = queries.my_cases(actor, limit=ROWS + 1, before=before)
    drafts = [] if before else my_draft_rows(actor)
    owed = awaited_among([row["id"] for row in rows[:ROWS] if row["state"] in AWAITING])
    english, day = is_english(), today()
    context = {
        "drafts": [
            {
                "name": (english and d.item_name_en) or d.item_name,
                "url": url_with("portal:apply", d.item_code),
                "discard_url": url_with("portal:apply-discard", d.item_code),
                "saved_at": d.saved_at,
            }
            for d in drafts
        ],
        "cases": [_row(row, owed.get(row["id"]), english, day) for row in rows[:ROWS]],
        "next_url": f"{url('portal:cases')}?before={rows[ROWS - 1]['id']}" if len(rows) > ROWS else "",
        "first_url": url("portal:cases") if before else "",
        "firm_name": request.person.firm_name if request.person else "",  # type: ignore[attr-defined]
    }
    return render(request, "portal/cases/list.html", context)


def _row(row: dict[str, Any], owed: tuple[str, dt.date] | None, english: bool, day: dt.date) -> dict[str, Any]:
    due = row["due_on"], row["legal_due_on"]
    state, headline, color = _standing(row["state"], row["outcome"], due, row["by_silence"], english, day)
    if owed:
        headline, color = headlines.turn_headline(*owed), "warning"
    return {
        "url": url_with("portal:case", row["number"]),
        "name": (english and row["item_name_en"]) or row["item_name"],
        "number": row["number"],
        "state": state,
        "headline": headline,
        "color": color,
        "is_urgent": row["state"] == "correction" or bool(owed),
        "submitted_at": row["submitted_at"],
        "office": (english and row["office__name_en"]) or row["office__name"],
    }


@lru_cache(maxsize=1_024)
def _standing(
    state: str,
    outcome: str,
    due: tuple[dt.date | None, dt.date | None],
    by_silence: bool,
    english: bool,
    day: dt.date,
) -> tuple[str, str, str]:
    """Return the name of a state, its sentence and its colour; kept for the day, since many cases stand alike."""
    name = state_name(state, "en" if english else "zh")
    due_on, legal_due_on = due
    waits, is_promise = is_applicants_turn(state, due_on, legal_due_on), due_on != legal_due_on
    told = headlines.state_as_told(state, legal_due_on)
    words = headlines.headline(told, outcome, due_on, waits=waits, by_silence=by_silence, is_promise=is_promise)
    return name, words, "warning" if waits else headlines.state_color(state, outcome)


@signed_in
def case(request: HttpRequest, number: str) -> HttpResponse:
    """One case: where it stands, both clocks, the line, its documents, and what one can still do."""
    found = queries.case_by_number(request.actor, number)  # type: ignore[attr-defined]
    documents = documents_for_applicant(found.pk)
    entries = timeline(found.pk)
    stations = journey.stations_of(found, entries, _links(found, entries, documents))
    clocks = queries.clocks_of(found)
    certificate = of_case(found.pk)
    rating = rating_of(found.pk) if found.state in RATABLE else None
    items = queries.correction_items(found) if found.state in {"correction", "lapsed"} else []
    beside = procedure_view(found, documents, {entry.kind for entry in entries})
    pickup_code, handed_over = my_result_at_window(request.actor, found)  # type: ignore[attr-defined]
    context = {
        "case": {
            "number": found.number,
            "query_code": found.query_code,
            "pickup_code": pickup_code,
            "handed_over": handed_over
            and {
                "at": handed_over.handed_at,
                "office": Text(handed_over.clerk.office.name, handed_over.clerk.office.name_en),
                "by_code": handed_over.proof == "code",
            },
            "title": headlines.case_headline(found, owed(beside)),
            "name": Text(found.item_name, found.item_name_en),
            "applicant": found.applicant_name,
            "submitted_at": found.submitted_at,
            "state": found.state,
            "is_open": found.is_open,
        },
        "p": beside,
        "charges": case_charges(found.number),
        "asked_for": [item["text"] for item in items],
        "clocks": [journey.clock_view(clock, found) for clock in clocks],
        "may_move": journey.may_move() if any(c.is_provisional and c.ended_on is None for c in clocks) else "",
        "stations": stations[: journey.SHOWN_STATIONS],
        "older": stations[journey.SHOWN_STATIONS :],
        "documents": [_document_row(found, d) for d in reversed(documents)],
        "certificate": _certificate(certificate) if certificate and certificate.signed_at else None,
        "sections": _answers(request, found),
        "office": {
            "code": found.office_id,
            "name": Text(found.office.name, found.office.name_en),
            "place": Text(found.office.place, found.office.place_en),
        },
        "supply_url": _url(found, "case-correction") if found.state == "correction" else "",
        "withdraw_url": _url(found, "case-withdraw") if arrow_from(found.state, "withdraw") else "",
        "rate_url": _url(found, "case-rate")
        if found.state in RATABLE and not rating and not found.joint_reference
        else "",
        "joint_url": reverse("portal:joint-case", args=[found.joint_reference]) if found.joint_reference else "",
        "rating": {"grade": WEIGHTS[rating.grade], "text": rating.comment} if rating else None,
        "automatic": any(entry.kind == "CasePutToRule" for entry in entries),
        "receipt_url": _url(found, "receipt"),
        "again_url": reverse("portal:item", args=[found.item_id]) if not found.is_open else "",
    }
    return render(request, "portal/cases/case.html", context)


def _url(case: Case, name: str) -> str:
    return reverse(f"portal:{name}", args=[case.number])


def _links(case: Case, entries: list[Any], documents: list[Document]) -> dict[int, dict[str, str]]:
    """Return entry → the document that was issued with it; of two receipts the first goes with the first fact."""
    left = list(documents)
    links = {}
    for entry in entries:
        kinds = journey.DOCUMENT_AT.get(entry.kind, ())
        found = next((d for d in left if d.kind in kinds), None)
        if found:
            left.remove(found)
            row = _document_row(case, found)
            links[entry.pk] = {"url": row["url"], "words": f"{_(found.get_kind_display())} {found.number}"}
    return links


def document_kinds() -> list[str]:
    """Return the names of the kinds of documents, for the translators."""
    return [
        _("收件凭证"), _("受理通知书"), _("补正告知书"), _("不予受理决定书"), _("准予决定书"), _("不予决定书"), _("决定书"),
        _("撤回确认书"), _("不需受理告知书"), _("视为受理告知书"), _("容缺受理通知书"), _("告知承诺受理通知书"),
        _("补充材料告知书"), _("特别程序告知书"), _("特别程序结束告知书"), _("延长期限告知书"), _("利害关系人告知书"),
        _("终止办理决定书"), _("作废决定书"),
    ]  # fmt: skip


def _document_row(case: Case, document: Document) -> dict[str, Any]:
    return {
        "name": Text(*KIND_NAMES[document.kind]),
        "number": document.number,
        "date": document.created_at,
        "is_sealed": document.sealed_at is not None,
        "url": reverse("portal:case-document", args=[case.number, document.pk]),
    }


def _certificate(certificate: Any) -> dict[str, Any]:
    return {
        "id": certificate.pk,
        "name": Text(certificate.type.name, certificate.type.name_en),
        "number": certificate.number,
        "counts": is_in_force(certificate),
    }


def _answers(request: HttpRequest, case: Case) -> list[dict[str, Any]]:
    """Return what was answered and handed in, page by page."""
    answers, form = queries.answers_of(case), queries.case_form(case)
    handed = queries.handed_in(case)
    names = {str(h.paper.pk): f"{h.paper.name}（{filesize(h.paper.size)}）" for h in handed if h.paper}
    sections = []
    for page, rows in form.summary(answers, request.LANGUAGE_CODE):
        shown = []
        for field, text in rows:
            files = (
                [names[i] for i in field.typed(answers.get(field.key)) if i in names]
                if field.widget == "upload"
                else []
            )
            shown.append(
                {
                    "field": field,
                    "label": field.label,
                    "text": "" if files else text,
                    "names": files,
                    "entries": form.entries(field, answers, request.LANGUAGE_CODE) if field.columns else [],
                    "total": form.total_text(field, answers, request.LANGUAGE_CODE),
                }
            )
        sections.append({"title": page.title, "rows": shown})
    fetched = [h.certificate for h in handed if h.certificate]
    if fetched:
        rows_of = [
            {"label": Text(c.type.name, c.type.name_en), "text": c.number, "names": [], "entries": []} for c in fetched
        ]
        sections.append({"title": Text("我们替你取的", "What we fetched for you"), "rows": rows_of})
    return sections


@signed_in
def receipt(request: HttpRequest, number: str) -> HttpResponse:
    """The newest receipt of a case, as a page."""
    found = queries.case_by_number(request.actor, number)  # type: ignore[attr-defined]
    paper = next((d for d in reversed(documents_for_applicant(found.pk)) if d.kind == "receipt"), None)
    if paper is None:
        raise NotVisible
    context = {
        "case": {"number": found.number, "name": Text(found.item_name, found.item_name_en), "url": _url(found, "case")},
        "document": _document_row(found, paper),
        "data": data_of(paper),
        "office": Text(found.office.name, found.office.name_en),
        "submitted_at": found.submitted_at,
    }
    return render(request, "portal/cases/receipt.html", context)


@signed_in
def document(request: HttpRequest, number: str, document_id: UUID) -> HttpResponse:
    """A document of the case as a sealed PDF, drawn at the first request; until it is there, a page that waits."""
    found = queries.case_by_number(request.actor, number)  # type: ignore[attr-defined]
    paper = document_for_applicant(found.pk, document_id)
    if paper is None:
        raise NotVisible
    try:
        pdf = document_pdf(paper, by=request.actor)  # type: ignore[attr-defined]
    except BeingMade:
        context = {"case": {"url": _url(found, "case")}, "document": _document_row(found, paper)}
        response = render(request, "portal/cases/waiting.html", context)
        response.headers["Refresh"] = str(WAIT_SECONDS)
        return response
    return download(pdf, name=f"{paper.get_kind_display()}-{paper.number}.pdf", media_type="application/pdf")


@signed_in
def withdraw(request: HttpRequest, number: str) -> HttpResponse:
    """Take a case back, after asking."""
    found = queries.case_by_number(request.actor, number)  # type: ignore[attr-defined]
    case_url = _url(found, "case")
    if request.method == "POST":
        revision = request.POST.get("revision", "")
        withdraw_case(
            case_id=found.pk,
            revision=int(revision) if revision.isdecimal() and len(revision) < 9 else None,
            by=request.actor,  # type: ignore[attr-defined]
        )
        return HttpResponseRedirect(case_url)
    if not arrow_from(found.state, "withdraw"):
        return HttpResponseRedirect(case_url)
    context = {
        "case": {"number": found.number, "name": Text(found.item_name, found.item_name_en), "url": case_url},
        "revision": found.revision,
    }
    return render(request, "portal/cases/withdraw.html", context)
