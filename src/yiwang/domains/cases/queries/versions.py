"""What has changed in an item since a draft was begun: the draft moves only when its owner says so."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from yiwang.domains.cases.models import Draft
from yiwang.domains.cases.queries.single import draft_answers
from yiwang.domains.catalogue.content import ItemContent, Limit, Text
from yiwang.domains.catalogue.queries import content_of, form_of, guide
from yiwang.foundation.forms import Field, Form


@dataclass(frozen=True)
class VersionChange:
    """One difference: of which kind, whether added, removed or changed, what it is called, and what it said."""

    kind: str
    what: str
    name: Text
    before: str = ""
    after: str = ""


@dataclass(frozen=True)
class VersionDifference:
    """How the newest version differs from the one that a draft rests on, and which answers would not come along."""

    old: UUID
    new: UUID
    lines: list[VersionChange]
    lost: list[str]
    is_open: bool
    """Whether the item takes applications now: it may be closed, or withdrawn, while drafts stay."""


def draft_difference(draft: Draft) -> VersionDifference | None:
    """Return what differs between a draft's version and the newest; None where it is the newest, or there is none."""
    newest = guide(draft.item_id)
    if newest is None or newest.version_id == draft.version_id:
        return None
    before, after = content_of(draft.version_id), newest.content
    assert before is not None
    firm = draft.firm_id is not None
    old_form, new_form = form_of(draft.version_id, for_firm=firm), form_of(newest.version_id, for_firm=firm)
    lines = [*_plain(before, after), *_materials(before, after), *_fields(old_form, new_form)]
    answers = draft_answers(draft)
    lost = [key for key in answers if key in old_form.fields and key not in new_form.fields]
    return VersionDifference(draft.version_id, newest.version_id, lines, lost, newest.can_apply)


def _limit(limit: Limit | None) -> str:
    words = {"workday": "个工作日", "day": "日", "month": "个月", "year": "年"}
    return f"{limit.amount} {words[limit.unit]}" if limit else ""


_PLAIN: tuple[tuple[str, Text, Callable[[ItemContent], str]], ...] = (
    ("name", Text("名称", "Name"), lambda c: c.name.zh),
    ("limit", Text("法定期限", "Time by law"), lambda c: _limit(c.legal_limit)),
    ("limit", Text("承诺期限", "Promised time"), lambda c: _limit(c.promised_limit)),
    ("condition", Text("受理条件", "Conditions"), lambda c: "；".join(one.zh for one in c.conditions or [])),
    ("fee", Text("收费", "Fees"), lambda c: "；".join(f"{f.name.zh} {(f.amount_fen or 0) / 100:g}" for f in c.fees)),
    ("result", Text("结果", "Result"), lambda c: "；".join(one.name.zh for one in c.results or [])),
    ("promise", Text("承诺书", "Promise"), lambda c: c.processing.promise.text.zh if c.processing.promise else ""),
)


def _plain(before: ItemContent, after: ItemContent) -> Iterator[VersionChange]:
    for kind, name, said in _PLAIN:
        if (old := said(before)) != (new := said(after)):
            yield VersionChange(kind, "changed" if old and new else "added" if new else "removed", name, old, new)


def _compared(kind: str, old: dict[str, tuple[Text, Any]], new: dict[str, tuple[Text, Any]]) -> Iterator[VersionChange]:
    for key, (name, said) in new.items():
        if key not in old:
            yield VersionChange(kind, "added", name)
        elif old[key][1] != said or old[key][0] != name:
            yield VersionChange(kind, "changed", name, old[key][0].zh, name.zh)
    for key, (name, _said) in old.items():
        if key not in new:
            yield VersionChange(kind, "removed", name)


def _materials(before: ItemContent, after: ItemContent) -> Iterator[VersionChange]:
    old, new = ({one.key: (one.name, one) for one in c.materials or []} for c in (before, after))
    return _compared("material", old, new)


def _fields(old: Form, new: Form) -> Iterator[VersionChange]:
    before, after = ({key: (_text(f), _shape(f)) for key, f in form.fields.items()} for form in (old, new))
    return _compared("field", before, after)


def _text(field: Field) -> Text:
    return Text(field.label.zh, field.label.en)


def _shape(field: Field) -> tuple[Any, ...]:
    """What about a question changes how it is answered."""
    return (field.widget, field.required, tuple(option.value for option in field.options or ()))
