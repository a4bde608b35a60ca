"""What the pages of a form need in any channel: what was posted, its files, the choices of its controls, the files in it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import msgspec
from django.http import HttpRequest
from django.utils.translation import gettext as _

from yiwang.channels.ui.places import found_places, region_choices, regions_url
from yiwang.channels.ui.wording import filesize
from yiwang.domains.papers.models import Paper
from yiwang.domains.papers.queries import StoredFile, my_papers, store_upload
from yiwang.foundation.actors import Actor
from yiwang.foundation.files import MAX_BYTES, FileRefused
from yiwang.foundation.forms import Field, Form, PageInput, Problem
from yiwang.foundation.forms import Text as FormText

MOST_FILES = 10
MOST_ROWS = 200
REGIONAL = frozenset({"region", "address"})
ACCEPT = ".pdf,.ofd,.jpg,.jpeg,.png,.webp,.docx,.xlsx"
DETOURS = ("-upload", "-remove", "-add", "-edit", "-look")
"""How the names of buttons end that keep one on the page."""


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
    actor: Actor, form: Form, answers: Mapping[str, Any], case_papers: Sequence[Paper] = ()
) -> dict[str, list[dict[str, str]]]:
    """Return field → the files that lie in it, as the upload widget lists them: one's own, and those of the case."""
    inside = {field.key: field.typed(value) for field, value in form.controls(answers) if field.widget == "upload"}
    ids = [one for one in map(uuid_or_none, {one for listed in inside.values() for one in listed}) if one]
    own = my_papers(actor).filter(pk__in=ids) if ids else ()
    known = {str(p.pk): p for p in (*case_papers, *own)}
    return {
        key: [{"id": one, "name": known[one].name, "note": filesize(known[one].size)} for one in listed if one in known]
        for key, listed in inside.items()
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


def read_shown(
    request: HttpRequest, form: Form, answers: dict[str, Any], post: dict[str, list[str]]
) -> tuple[Files, PageInput, bool]:
    """Read every page that was shown, one on top of the other; whether to show the form again although nothing is wrong."""
    shown = set(post.get("_shown", []))
    files = Files(answers)
    values: dict[str, Any] = {}
    raw: dict[str, Any] = {}
    problems: list[Problem] = []
    stays = False
    for page in form.pages:
        if not any(f.key in shown for f in page.fields):
            continue
        more = take_files(request, page.fields, answers)
        files.uploads += more.uploads
        files.refused |= more.refused
        given = form.read_page(page.key, post, more.answers)
        answers = given.answers
        values |= given.values
        raw |= given.raw
        problems += given.problems
        stays = stays or given.stay
    visible = {f.key for f in form.visible_fields(answers)}
    stays = stays or bool(visible - shown) or bool(_new_cells(form, answers, shown))
    whole = PageInput(values=values, problems=problems, raw=raw, answers=answers)
    detour = any(k.endswith(DETOURS) for k in post)
    found = [*files.refused.values()] if detour else [p for p in files.problems_with(whole) if p.top in visible]
    return files, msgspec.structs.replace(whole, problems=found), stays or detour


def _new_cells(form: Form, answers: dict[str, Any], shown: set[str]) -> list[str]:
    """Return cells of groups that are asked now and were not on the page: an answer in the same row brought them up."""
    return [
        field.key
        for field, _value in form.controls(answers)
        if field.scope and form.fields[field.top].widget == "group" and field.key not in shown
    ]


def unasked_cells(form: Form, answers: dict[str, Any], given: PageInput | None) -> list[str]:
    """Return the cells of groups that their rows do not ask for."""
    found = []
    for group in (f for f in form.fields.values() if f.widget == "group"):
        rows = given.raw[group.key] if given and group.key in given.raw else group.rows(answers.get(group.key))
        for at in range(len(rows)):
            asked = {cell.key for cell in form.cells(group.key, at, answers)}
            found += [f"{group.key}-{at}-{c.key}" for c in group.columns if f"{group.key}-{at}-{c.key}" not in asked]
    return found
