"""An application as it lies open: the draft, its form, the answers so far, and what the template of a page needs."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext as _

from yiwang.channels.portal.places import region_choices
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


def take_files(request: HttpRequest, form: Form, page: str, answers: Mapping[str, Any]) -> Files:
    """Check and store the files of a posted page. They are entered together with the answers."""
    taken = Files(dict(answers))
    for one in form.page(page).fields:
        if one.widget != "upload":
            continue
        for sent in request.FILES.getlist(f"{one.key}-file")[:MOST_FILES]:
            try:
                if (sent.size or 0) > MAX_BYTES:
                    raise FileRefused("too_large", limit=MAX_BYTES // (1024 * 1024))
                stored = store_upload(sent.read())
            except FileRefused as refusal:
                taken.refused[one.key] = _refusal(one, refusal, sent.name or "")
                continue
            taken.uploads.append((stored, sent.name or _("文件")))
            taken.answers[one.key] = [*one.typed(taken.answers.get(one.key)), str(stored.paper_id)]
    return taken


def _refusal(one: Field, refusal: FileRefused, name: str) -> Problem:
    short = FormText(f"{one.label.zh}：{refusal.zh.rstrip('。')}", f"{one.label.in_('en')}: {refusal.en.rstrip('.')}")
    message = FormText(f"{refusal.zh}你选的是“{name}”。", f"{refusal.en} You chose {name}.")
    return Problem(
        field=one.key,
        pointer=f"/{one.key}",
        code=f"file_{refusal.code}",
        message=message,
        short=short,
        anchor=one.anchor,
    )


def stored_papers(
    request: HttpRequest, form: Form, answers: Mapping[str, Any], case_papers: Sequence[Paper] = ()
) -> dict[str, list[dict[str, str]]]:
    """Return field → the files that lie in it, as the upload widget lists them: one's own, and those of the case."""
    fields = [f for f in form.fields.values() if f.widget == "upload"]
    wanted = {one for f in fields for one in f.typed(answers.get(f.key))}
    ids = [one for one in map(uuid_or_none, wanted) if one]
    own = my_papers(request.actor).filter(pk__in=ids) if ids else ()  # type: ignore[attr-defined]
    known = {str(p.pk): p for p in (*case_papers, *own)}
    return {
        f.key: [
            {"id": one, "name": known[one].name, "note": filesize(known[one].size)}
            for one in f.typed(answers.get(f.key))
            if one in known
        ]
        for f in fields
    }


def field_context(request: HttpRequest, sheet: Sheet, page: str) -> dict[str, Any]:
    """Return what the fields of one page need: themselves, answers, sources, files, divisions."""
    fields = [f for f in sheet.form.visible_fields(sheet.answers) if f.page == page]
    regional = next((f for f in fields if f.widget == "region"), None)
    english = request.LANGUAGE_CODE.startswith("en")
    chosen = str(sheet.answers.get(regional.key) or "") if regional else ""
    has_uploads = any(f.widget == "upload" for f in fields)
    return {
        "fields": fields,
        "answers": sheet.answers,
        "sources": {f.key: source_name(sheet.draft.sources[f.key]) for f in fields if f.key in sheet.draft.sources},
        "regions": region_choices(sheet.item.region_code, chosen, english) if regional else [],
        "papers": stored_papers(request, sheet.form, sheet.answers) if has_uploads else {},
        "file_note": _("每份不超过 {n} MB").format(n=MAX_BYTES // (1024 * 1024)),
        "accept": ACCEPT,
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
    "questions": Text("常见问题", "Questions"),
    "form": Text("申请表", "Form"),
    "contact": Text("联系方式", "Contact"),
}
"""Elements of an item → how a change of them is named."""


def differences(old: ItemContent, new: ItemContent) -> list[Text]:
    """Return the names of the elements that differ between two versions."""
    return [words for key, words in ELEMENTS.items() if getattr(old, key) != getattr(new, key)]
