"""A compiled form: which pages and fields are asked, what is wrong with answers, and how answers read."""

from collections.abc import Collection, Iterator, Mapping
from typing import Any

import jsonschema_rs

from yiwang.foundation.forms import checking, publishing, reading, rows, summing_up
from yiwang.foundation.forms.conditions import holds, is_blank
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
        self._order = {key: at for at, key in enumerate(self.fields)}
        self._region_name = region_name
        self._checks = checks(region_name)
        self._validator = jsonschema_rs.Draft202012Validator(
            {"type": "object", "properties": {key: publishing.loose(field) for key, field in self.fields.items()}},
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

    def _asked(self, answers: Any) -> Iterator[tuple[Page, Field, dict[str, Any]]]:
        """Yield what is asked, in order, with what was seen before it: answers that are themselves asked for.

        A condition sees only those.
        """
        given = answers if isinstance(answers, Mapping) else {}
        seen: dict[str, Any] = {}
        for page in self.pages:
            if page.when and not holds(page.when, seen):
                continue
            for field in page.fields:
                if field.when and not holds(field.when, seen):
                    continue
                yield page, field, seen
                value = given.get(field.key)
                seen[field.key] = rows.kept(field, value, seen) if field.columns or field.parts else value

    def visible_fields(self, answers: Mapping[str, Any]) -> list[Field]:
        """Return the fields that these answers ask for, in order."""
        return [field for _, field, _ in self._asked(answers)]

    def visible_pages(self, answers: Mapping[str, Any]) -> list[Page]:
        """Return the pages that have something to ask, in order."""
        keys = dict.fromkeys(page.key for page, _, _ in self._asked(answers))
        return [self._pages[key] for key in keys]

    def prune(self, answers: Mapping[str, Any]) -> dict[str, Any]:
        """Return the answers that count: asked for and not blank. Hidden and unknown ones are dropped."""
        asked = ((field, answers.get(field.key), seen) for _, field, seen in self._asked(answers))
        kept = {field.key: rows.kept(field, value, seen) for field, value, seen in asked}
        return {key: value for key, value in kept.items() if not is_blank(value)}

    def problems(self, answers: Any, only: Collection[str] | None = None) -> list[Problem]:
        """Return what must change before these answers can be submitted, at most one problem a field, in page order.

        The one validator for the web and the API. Hidden answers are dropped first; a required field counts only while
        it is visible; an unknown key is a problem. `only` limits the check to some fields and lets unknown keys be.
        """
        if not isinstance(answers, Mapping):
            return [stray("not_an_object")]
        found: dict[str, Problem] = {}
        sound: dict[str, Any] = {}
        for _, field, seen in self._asked(answers):
            if only is not None and field.key not in only:
                continue
            value = answers.get(field.key)
            if is_blank(value):
                if field.required:
                    found[field.key] = problem(field, "required")
            elif field.columns:
                sound[field.key] = rows.check(field, value, answers, seen, found)
            elif checking.is_faulty(field, value):
                found[field.key] = checking.fault(field, value) or problem(field, "wrong_type")
            else:
                sound[field.key] = value
        if sound and not self._validator.is_valid(sound):
            for error in self._validator.iter_errors(sound):
                fault = checking.from_schema(self.fields, error, self._checks)
                found.setdefault(fault.field, fault)
        ordered = sorted(found.values(), key=self.place) if found else []
        if only is None and any(key not in self.fields for key in answers):
            unknown = (key for key in answers if key not in self.fields)
            ordered += [stray("unknown_field", key) for key, _ in zip(unknown, range(MAX_STRAYS), strict=False)]
        return ordered

    def place(self, one: Problem) -> tuple[int, ...]:
        """Return where a problem stands on the pages: its question, then for a cell its row and its column."""
        top, *cell = one.field.split("-")
        group = self.fields.get(top)
        columns = {column.key: at for at, column in enumerate(group.columns)} if group else {}
        row = [int(step) if step.isdigit() else columns.get(step, len(columns)) for step in cell[:2]]
        return (self._order.get(top, len(self._order)), *row)

    def read_page(self, page_key: str, post: Mapping[str, list[str]], answers: Mapping[str, Any]) -> PageInput:
        """Read one posted page on top of the answers so far.

        Raises:
            KeyError: there is no such page.
        """
        return reading.read_page(self, self._pages[page_key], post, answers)

    def read_entry(self, group: str, row: int, post: Mapping[str, list[str]], answers: Mapping[str, Any]) -> PageInput:
        """Read the posted page of one entry of a group, counted from 0; one past the last adds it.

        Raises:
            KeyError: there is no such question.
        """
        return reading.read_entry(self, self.fields[group], row, post, answers)

    def cells(self, group: str, row: int, answers: Mapping[str, Any]) -> list[Field]:
        """Return the cells that one row of a group asks for, in order; none where the group itself is not asked."""
        for _, field, seen in self._asked(answers):
            if field.key == group:
                found = field.rows(answers.get(group))
                asked = rows.asked_columns(field, found[row] if row < len(found) else {}, seen)
                return [field.cell(row, column) for column in asked]
        return []

    def seen(self, keys: Collection[str], answers: Mapping[str, Any]) -> dict[str, Any]:
        """Return the answers to some questions, where these are asked: what conditions in the browser start from."""
        asked = [(field, seen) for _, field, seen in self._asked(answers) if field.key in keys]
        return {field.key: rows.kept(field, answers.get(field.key), seen) for field, seen in asked}

    def prefilled(self, known: Mapping[str, Any], answers: Mapping[str, Any]) -> dict[str, Any]:
        """Return sound values for unanswered fields whose source is known (`person.name` → value).

        An address is taken in its parts (`person.address.parts` → region and detail), an organisation from `firm.name`
        and `firm.credit_code`.
        """
        open_fields = (f for f in self.fields.values() if f.prefill and f.key not in answers)
        values = {f.key: self._known(f, known) for f in open_fields}
        return {key: value for key, value in values.items() if not is_blank(value) and self._is_sound(key, value)}

    def _known(self, field: Field, known: Mapping[str, Any]) -> Any:
        if field.widget == "address":
            return known.get(f"{field.prefill}.parts")
        if field.widget == "organisation":
            return {part: known.get(f"firm.{part}") for part in field.parts}
        return known.get(field.prefill)

    def _is_sound(self, key: str, value: Any) -> bool:
        return not checking.is_faulty(self.fields[key], value) and self._validator.is_valid({key: value})

    def controls(self, answers: Mapping[str, Any]) -> Iterator[tuple[Field, Any]]:
        """Yield every visible question with its answer; a group or table as its cells, row by row."""
        for _, field, seen in self._asked(answers):
            if not field.columns:
                yield field, answers.get(field.key)
                continue
            for at, row in enumerate(field.rows(answers.get(field.key))):
                for column in rows.asked_columns(field, row, seen) if not is_blank(row) else ():
                    yield field.cell(at, column), row.get(column.key)

    def papers(self, answers: Mapping[str, Any]) -> dict[str, Field]:
        """Return every paper in visible upload fields, also those in groups: id → the field that it lies in."""
        found: dict[str, Field] = {}
        for field, value in self.controls(answers):
            if field.widget == "upload":
                found |= {one: field for one in field.typed(value) if one not in found}
        return found

    def paper_ids(self, answers: Mapping[str, Any]) -> list[str]:
        """Return the ids of all papers in visible upload fields, in order, each once."""
        return list(self.papers(answers))

    def summary(
        self, answers: Mapping[str, Any], language: str, *, reveal: bool = False
    ) -> list[tuple[Page, list[tuple[Field, str]]]]:
        """Return every visible page with its fields and how each answer reads, for check-your-answers.

        `reveal` shows id numbers in full. The rows of a group or table are in `entries`.
        """
        read: dict[str, list[tuple[Field, str]]] = {}
        for page, field, _ in self._asked(answers):
            text = self.read(field, answers.get(field.key), language, reveal=reveal)
            read.setdefault(page.key, []).append((field, text))
        return [(self._pages[key], found) for key, found in read.items()]

    def read(self, field: Field, value: Any, language: str, *, reveal: bool = False) -> str:
        """Return how one answer reads."""
        return summing_up.answer_text(field, value, language, self._region_name, reveal=reveal)

    def entries(
        self, group: Field, answers: Mapping[str, Any], language: str, *, reveal: bool = False
    ) -> list[list[tuple[Field, str]]]:
        """Return the rows of a group or table as they read: for each the asked cells with their texts, empty where not given."""
        found: dict[str, list[tuple[Field, str]]] = {}
        for field, value in self.controls(answers):
            if field.scope.startswith(f"{group.key}-"):
                text = "" if is_blank(value) else self.read(field, value, language, reveal=reveal)
                found.setdefault(field.scope, []).append((field, text))
        return list(found.values())

    def total_text(self, group: Field, answers: Mapping[str, Any], language: str) -> str:
        """Return what the column adds up to that a group sums; empty where it sums none."""
        total = rows.total_of(group, answers.get(group.key))
        if total is None or group.total is None:
            return ""
        column = next(one for one in group.columns if one.key == group.total.column)
        return self.read(column, int(total) if total == int(total) else float(total), language)

    def json_schema(self) -> dict[str, Any]:
        """Return the form as a JSON Schema 2020-12 for clients; conditions stand in it as `if` and `then`."""
        return publishing.json_schema(self)
