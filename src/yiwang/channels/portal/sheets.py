"""An application as it lies open: the draft, its form, the answers so far, and what the template of a page needs."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from yiwang.channels.portal.places import found_places, region_choices, regions_url
from yiwang.channels.ui.wording import filesize
from yiwang.domains.cases.models import Draft
from yiwang.domains.cases.queries import draft_answers, draft_form
from yiwang.domains.catalogue.content import ItemContent, Text
from yiwang.domains.catalogue.queries import Guide, content_of
from yiwang.domains.papers.models import Paper
from yiwang.domains.papers.queries import StoredFile, my_papers, store_upload
from yiwang.foundation.files import MAX_BYTES, FileRefused
from yiwang.foundation.forms import Field, Form, Page, PageInput, Problem, source_name
from yiwang.foundation.forms import Text as FormText

MOST_FILES = 10
MOST_ROWS = 200
REGIONAL = frozenset({"region", "address"})
ACCEPT = ".pdf,.ofd,.jpg,.jpeg,.png,.webp,.docx,.xlsx"


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


def uuid_or_none(text: str) -> UUID | None:
    """Return the id that a text spells."""
    try:
        return UUID(text)
    except ValueError:
        return None


def posted(request: HttpRequest) -> dict[str, list[str]]:
    """Return what was typed on a page, as the forms read it."""
    return {name: request.POST.getlist(name) for name in request.POST}


@dataclass
class Files:
    """What came with a page: files in the store, the answers with their ids, and files that were refused."""

    answers: dict[str, Any]
    uploads: list[tuple[StoredFile, str]] = field(default_factory=list)
    refused: dict[str, Problem] = field(default_factory=dict)

    def problems_with(self, given: PageInput) -> list[Problem]:
        """Return the problems of a page with those of its files; a refused file is the better reason than a missing one."""
        kept = [self.refused.get(p.field, p) for p in given.problems]
        return kept + [p for key, p in self.refused.items() if all(key != k.field for k in kept)]


def take_files(request: HttpRequest, fields: Iterable[Field], answers: Mapping[str, Any]) -> Files:
    """Check and store the files that came for these fields. They are entered together with the answers.

    A group is taken as the cells of the rows that stand on the page.
    """
    taken = Files(copy_of(answers))
    for one in _uploads(request, fields):
        for sent in request.FILES.getlist(f"{one.key}-file")[:MOST_FILES]:
            try:
                if (sent.size or 0) > MAX_BYTES:
                    raise FileRefused("too_large", limit=MAX_BYTES // (1024 * 1024))
                stored = store_upload(sent.read())
            except FileRefused as refusal:
                taken.refused[one.key] = _refusal(one, refusal, sent.name or "")
                continue
            taken.uploads.append((stored, sent.name or _("文件")))
            _put(taken.answers, one, str(stored.paper_id))
    return taken


def copy_of(answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers with rows of their own, so that files can be put into them."""
    return {
        key: [dict(row) if isinstance(row, dict) else row for row in value] if isinstance(value, list) else value
        for key, value in answers.items()
    }


def _uploads(request: HttpRequest, fields: Iterable[Field]) -> Iterable[Field]:
    for one in fields:
        if one.widget == "upload":
            yield one
        for column in one.columns:
            if column.widget == "upload":
                rows = request.POST.getlist(f"{one.key}-rows")
                yield from (one.cell(int(row), column) for row in rows if row.isascii() and row.isdigit())


def _put(answers: dict[str, Any], field: Field, paper: str) -> None:
    """Put a paper into the answer of an upload, or of the cell that it is."""
    top, *cell = field.key.split("-")
    if not cell:
        answers[top] = [*field.typed(answers.get(top)), paper]
        return
    rows = answers.setdefault(top, [])
    at, column = int(cell[0]), cell[1]
    if at >= MOST_ROWS or not isinstance(rows, list):
        return
    rows.extend({} for _ in range(at + 1 - len(rows)))
    rows[at][column] = [*field.typed(rows[at].get(column)), paper]


def _refusal(one: Field, refusal: FileRefused, name: str) -> Problem:
    short = FormText(f"{one.label.zh}：{refusal.zh.rstrip('。')}", f"{one.label.in_('en')}: {refusal.en.rstrip('.')}")
    message = FormText(f"{refusal.zh}你选的是“{name}”。", f"{refusal.en} You chose {name}.")
    return Problem(
        field=one.key,
        pointer="/" + one.key.replace("-", "/"),
        code=f"file_{refusal.code}",
        message=message,
        short=short,
        anchor=one.anchor,
    )


def stored_papers(
    request: HttpRequest, form: Form, answers: Mapping[str, Any], case_papers: Sequence[Paper] = ()
) -> dict[str, list[dict[str, str]]]:
    """Return field → the files that lie in it, as the upload widget lists them: one's own, and those of the case."""
    inside = {field.key: field.typed(value) for field, value in form.controls(answers) if field.widget == "upload"}
    ids = [one for one in map(uuid_or_none, {one for listed in inside.values() for one in listed}) if one]
    own = my_papers(request.actor).filter(pk__in=ids) if ids else ()  # type: ignore[attr-defined]
    known = {str(p.pk): p for p in (*case_papers, *own)}
    return {
        key: [{"id": one, "name": known[one].name, "note": filesize(known[one].size)} for one in listed if one in known]
        for key, listed in inside.items()
    }


def field_context(request: HttpRequest, sheet: Sheet, page: str) -> dict[str, Any]:
    """Return what the fields of one page need: themselves, answers, sources, files, divisions.

    Questions that the present answers do not ask for come along as `hidden`: the browser brings them up when they are.
    """
    visible = {f.key for f in sheet.form.visible_fields(sheet.answers)}
    fields = [f for f in sheet.form.page(page).fields if f.key in visible or f.when]
    return {
        "fields": fields,
        "hidden": [f.key for f in fields if f.key not in visible],
        "answers": sheet.answers,
        "sources": {f.key: source_name(sheet.draft.sources[f.key]) for f in fields if f.key in sheet.draft.sources},
        **control_context(request, sheet.form, fields, sheet.answers, sheet.item.region_code),
        "papers": stored_papers(request, sheet.form, sheet.answers) if has_uploads(fields) else {},
    }


def entry_context(request: HttpRequest, sheet: Sheet, group: Field, row: int) -> dict[str, Any]:
    """Return the same for the page of one entry of a group; answers and files go by the keys of its cells."""
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
        "papers": stored_papers(request, sheet.form, sheet.answers) if has_uploads(fields) else {},
    }


def has_uploads(fields: Iterable[Field]) -> bool:
    """Whether a file can be sent with one of these fields."""
    return any(f.widget == "upload" or has_uploads(f.columns) for f in fields)


def control_context(
    request: HttpRequest,
    form: Form,
    fields: Sequence[Field],
    answers: Mapping[str, Any],
    region: str,
    values: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return what the controls of some fields need beside their answers; `values` are those where they go by cell."""
    placed = [f for f in fields if f.widget in REGIONAL or any(c.widget in REGIONAL for c in f.columns)]
    given = answers if values is None else values
    english = request.LANGUAGE_CODE.startswith("en")
    leaves = [leaf.field for f in fields for one in (f, *f.columns) if one.when for leaf in one.when.leaves()]
    here = {f.key.rpartition("-")[2] if f.scope else f.key for f in fields}
    return {
        "form": form,
        "seen": form.seen({key for key in leaves if key not in here}, answers),
        "has_conditions": any(f.when for f in fields),
        "is_wide": any(f.widget == "table" for f in fields),
        "regions": region_choices(region, _chosen(placed, given), english) if placed else [],
        "regions_url": regions_url(english) if any(f.widget == "address" for f in placed) else "",
        "found": found_places(request, [f.key for f in placed if f.widget == "address"], english),
        "file_note": _("每份不超过 {n} MB").format(n=MAX_BYTES // (1024 * 1024)),
        "accept": ACCEPT,
    }


def _chosen(fields: Iterable[Field], answers: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the divisions that stand in these fields now."""
    found: list[str] = []
    for one in fields:
        value = answers.get(one.key)
        if one.columns:
            found += [code for row in one.rows(value) for code in _chosen(one.columns, row)]
        else:
            code = value.get("region") if isinstance(value, dict) else value
            found += [code] if isinstance(code, str) and code else []
    return tuple(dict.fromkeys(found))


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
    "questions": Text("常见问题", "Questions"),
    "form": Text("申请表", "Form"),
    "contact": Text("联系方式", "Contact"),
}
"""Elements of an item → how a change of them is named."""


def differences(old: ItemContent, new: ItemContent) -> list[Text]:
    """Return the names of the elements that differ between two versions."""
    return [words for key, words in ELEMENTS.items() if getattr(old, key) != getattr(new, key)]
