"""A compiled form: which pages and fields are asked, what is wrong with answers, and how answers read."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import jsonschema_rs

from yiwang.foundation.forms import checking, reading, summing_up
from yiwang.foundation.forms.conditions import Condition, as_schema, holds, is_blank
from yiwang.foundation.forms.formats import RegionName, checks
from yiwang.foundation.forms.messages import problem, stray
from yiwang.foundation.forms.structs import Field, Page, PageInput, Problem

MAX_STRAYS = 20


class Form:
    """One form, ready to use. Made by `compile_form`; never changes, safe to share between threads."""

    def __init__(self, pages: tuple[Page, ...], region_name: RegionName | None = None) -> None:
        """Build the validator of these pages.

        Raises:
            jsonschema_rs.ValidationError: a field's schema is not valid.
            ValueError: a pattern cannot be compiled.
        """
        self.pages = pages
        self.fields: dict[str, Field] = {field.key: field for page in pages for field in page.fields}
        self._pages = {page.key: page for page in pages}
        self._region_name = region_name
        self._checks = checks(region_name)
        self._validator = jsonschema_rs.Draft202012Validator(
            {"type": "object", "properties": {key: field.spec for key, field in self.fields.items()}},
            formats={name: lambda value, check=check: check(value) is None for name, check in self._checks.items()},
            validate_formats=True,
            pattern_options=jsonschema_rs.RegexOptions(),
            offline=True,
        )

    def page(self, key: str) -> Page:
        """Return one page.

        Raises:
            KeyError: there is no such page.
        """
        return self._pages[key]

    def _asked(self, answers: Any) -> Iterator[tuple[Page, Field]]:
        """Yield what is asked, in order. A condition sees only answers that are themselves asked for."""
        given = answers if isinstance(answers, Mapping) else {}
        seen: dict[str, Any] = {}
        for page in self.pages:
            if page.when and not holds(page.when, seen):
                continue
            for field in page.fields:
                if field.when and not holds(field.when, seen):
                    continue
                yield page, field
                seen[field.key] = given.get(field.key)

    def visible_fields(self, answers: Mapping[str, Any]) -> list[Field]:
        """Return the fields that these answers ask for, in order."""
        return [field for _, field in self._asked(answers)]

    def visible_pages(self, answers: Mapping[str, Any]) -> list[Page]:
        """Return the pages that have something to ask, in order."""
        keys = dict.fromkeys(page.key for page, _ in self._asked(answers))
        return [self._pages[key] for key in keys]

    def prune(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """Return the answers that count: asked for and not blank. Hidden and unknown ones are dropped."""
        kept = ((key, answers.get(key)) for key in (field.key for field in self.visible_fields(answers)))
        return {key: value for key, value in kept if not is_blank(value)}

    def problems(self, answers: Any, only: Collection[str] | None = None) -> list[Problem]:
        """Return what must change before these answers can be submitted, at most one problem a field, in page order.

        The one validator for the web and the API. Hidden answers are dropped first; a required field counts only while
        it is visible; an unknown key is a problem. `only` limits the check to some fields and lets unknown keys be.
        """
        if not isinstance(answers, Mapping):
            return [stray("not_an_object")]
        found: dict[str, Problem] = {}
        sound: dict[str, Any] = {}
        asked = [field for field in self.visible_fields(answers) if only is None or field.key in only]
        for field in asked:
            value = answers.get(field.key)
            if is_blank(value):
                if field.required:
                    found[field.key] = problem(field, "required")
            elif fault := checking.fault(field, value):
                found[field.key] = fault
            else:
                sound[field.key] = value
        if sound and not self._validator.is_valid(sound):
            for error in self._validator.iter_errors(sound):
                fault = checking.from_schema(self.fields, error, sound, self._checks)
                found.setdefault(fault.field, fault)
        ordered = [found[field.key] for field in asked if field.key in found] if found else []
        if only is None and any(key not in self.fields for key in answers):
            unknown = (key for key in answers if key not in self.fields)
            ordered += [stray("unknown_field", key) for key, _ in zip(unknown, range(MAX_STRAYS), strict=False)]
        return ordered

    def read_page(self, page_key: str, post: Mapping[str, list[str]], answers: Mapping[str, Any]) -> PageInput:
        """Read one posted page on top of the answers so far.

        Raises:
            KeyError: there is no such page.
        """
        return reading.read_page(self, self._pages[page_key], post, answers)

    def prefilled(self, known: Mapping[str, Any], answers: Mapping[str, Any]) -> dict[str, Any]:
        """Return sound values for unanswered fields whose source is known (`person.name` → value)."""
        open_fields = (f for f in self.fields.values() if f.prefill and f.key not in answers)
        values = {f.key: known[f.prefill] for f in open_fields if not is_blank(known.get(f.prefill))}
        return {key: value for key, value in values.items() if self._is_sound(self.fields[key], value)}

    def _is_sound(self, field: Field, value: Any) -> bool:
        return checking.fault(field, value) is None and self._validator.is_valid({field.key: value})

    def paper_ids(self, answers: Mapping[str, Any]) -> list[str]:
        """Return the ids of all papers in visible upload fields, in order, each once."""
        uploads = (field for field in self.visible_fields(answers) if field.widget == "upload")
        return list(dict.fromkeys(one for field in uploads for one in field.typed(answers.get(field.key))))

    def summary(self, answers: Mapping[str, Any], language: str) -> list[tuple[Page, list[tuple[Field, str]]]]:
        """Return every visible page with its fields and how each answer reads, for check-your-answers."""
        read: dict[str, list[tuple[Field, str]]] = {}
        for page, field in self._asked(answers):
            text = summing_up.answer_text(field, answers.get(field.key), language, self._region_name)
            read.setdefault(page.key, []).append((field, text))
        return [(self._pages[key], rows) for key, rows in read.items()]

    def _asked_when(self, field: Field) -> dict[str, Any] | None:
        conditions: list[Condition] = [c for c in (self._pages[field.page].when, field.when) if c]
        if not conditions:
            return None
        schemas = [
            as_schema(c, lambda key: self.fields[key].shape, lambda key: self._asked_when(self.fields[key]))
            for c in conditions
        ]
        return schemas[0] if len(schemas) == 1 else {"allOf": schemas}

    def json_schema(self) -> dict[str, Any]:
        """Return the form as a JSON Schema 2020-12 for clients; conditions stand in it as `if` and `then`."""
        always, sometimes = [], []
        for field in self.fields.values():
            if field.required and (asked := self._asked_when(field)):
                sometimes.append({"if": asked, "then": {"required": [field.key]}})
            elif field.required:
                always.append(field.key)
        schema: dict[str, Any] = {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "type": "object",
            "properties": {key: {"title": field.label.zh, **field.spec} for key, field in self.fields.items()},
            "required": always,
            "additionalProperties": False,
        }
        return schema | ({"allOf": sometimes} if sometimes else {})
