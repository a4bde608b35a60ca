"""An application as it lies open: the draft, its form, the answers so far, and what the template of a page needs."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest
from django.urls import reverse

from yiwang.channels.ui.form_pages import control_context, has_uploads, stored_papers
from yiwang.domains.cases.models import Draft
from yiwang.domains.cases.queries import draft_answers, draft_form
from yiwang.domains.catalogue.content import ItemContent, Text
from yiwang.domains.catalogue.queries import Guide, content_of
from yiwang.foundation.forms import Field, Form, Page, source_name


@dataclass(frozen=True)
class Sheet:
    """One draft with its form, on the version that it was begun on."""

    item: Guide
    draft: Draft
    form: Form
    content: ItemContent
    answers: dict[str, Any]

    @property
    def pages(self) -> list[Page]:
        """The pages that these answers ask for."""
        return self.form.visible_pages(self.answers)

    @property
    def name(self) -> Text:
        """The name of the item."""
        return self.content.name

    @property
    def has_newer(self) -> bool:
        """Whether the item has changed since the draft was begun."""
        return self.draft.version_id != self.item.version_id

    def answered(self, answers: dict[str, Any]) -> "Sheet":
        """Return the sheet with other answers."""
        return replace(self, answers=answers)


def open_sheet(item: Guide, draft: Draft) -> Sheet:
    """Return a draft with all that belongs to it."""
    content = content_of(draft.version_id)
    assert content is not None
    return Sheet(item, draft, draft_form(draft), content, draft_answers(draft))


def entry_url(code: str, page: str, group: str, row: int, to: str = "") -> str:
    """Return the address of the page of one entry of a group, counted from 0."""
    address = reverse("portal:apply-entry", args=[code, page, group, row + 1])
    return f"{address}?{urlencode({'to': 'check'})}" if to == "check" else address


def page_url(code: str, page: str, to: str = "") -> str:
    """Return the address of a page of the form; `to="check"` leads back to the summary."""
    address = reverse("portal:apply-page", args=[code, page])
    return f"{address}?{urlencode({'to': 'check'})}" if to == "check" else address


def field_context(request: HttpRequest, sheet: Sheet, page: str) -> dict[str, Any]:
    """Return what the fields of one page need: themselves, answers, sources, files, divisions.

    Questions that the present answers do not ask for come along as `hidden`: the browser brings them up when they are.
    """
    actor = request.actor  # type: ignore[attr-defined]
    visible = {f.key for f in sheet.form.visible_fields(sheet.answers)}
    fields = [f for f in sheet.form.page(page).fields if f.key in visible or f.when]
    return {
        "fields": fields,
        "hidden": [f.key for f in fields if f.key not in visible],
        "answers": sheet.answers,
        "sources": {f.key: source_name(sheet.draft.sources[f.key]) for f in fields if f.key in sheet.draft.sources},
        **control_context(request, sheet.form, fields, sheet.answers, sheet.item.region_code),
        "papers": stored_papers(actor, sheet.form, sheet.answers) if has_uploads(fields) else {},
    }


def entry_context(request: HttpRequest, sheet: Sheet, group: Field, row: int) -> dict[str, Any]:
    """Return the same for the page of one entry of a group; answers and files go by the keys of its cells."""
    actor = request.actor  # type: ignore[attr-defined]
    rows = group.rows(sheet.answers.get(group.key))
    given = rows[row] if row < len(rows) else {}
    asked = {cell.key for cell in sheet.form.cells(group.key, row, sheet.answers)}
    cells = [group.cell(row, column) for column in group.columns]
    fields = [cell for cell in cells if cell.key in asked or cell.when]
    answers = {cell.key: given.get(column.key) for cell, column in zip(cells, group.columns, strict=True)}
    return {
        "fields": fields,
        "hidden": [cell.key for cell in fields if cell.key not in asked],
        "answers": {key: value for key, value in answers.items() if value is not None},
        "sources": {},
        **control_context(request, sheet.form, fields, sheet.answers, sheet.item.region_code, answers),
        "papers": stored_papers(actor, sheet.form, sheet.answers) if has_uploads(fields) else {},
    }


ELEMENTS = {
    "name": Text("名称", "Name"),
    "summary": Text("简介", "Summary"),
    "audience": Text("谁能办", "Who may apply"),
    "conditions": Text("条件", "Conditions"),
    "materials": Text("材料", "Papers"),
    "steps": Text("步骤", "Steps"),
    "promised_limit": Text("承诺时间", "Promised time"),
    "legal_limit": Text("法定时间", "Legal time"),
    "visits": Text("跑几趟", "Visits"),
    "is_free": Text("收不收费", "Whether there is a charge"),
    "fees": Text("费用", "Fees"),
    "results": Text("结果", "Result"),
    "basis": Text("法律依据", "Legal basis"),
    "quota": Text("名额", "Limited number"),
    "questions": Text("常见问题", "Questions"),
    "form": Text("申请表", "Form"),
    "contact": Text("联系方式", "Contact"),
}
"""Elements of an item → how a change of them is named."""


def differences(old: ItemContent, new: ItemContent) -> list[Text]:
    """Return the names of the elements that differ between two versions."""
    return [words for key, words in ELEMENTS.items() if getattr(old, key) != getattr(new, key)]
