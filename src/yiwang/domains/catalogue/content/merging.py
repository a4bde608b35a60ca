"""一件事: the forms of several items become one, in which what they share is asked once."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from yiwang.domains.catalogue.content.parting import WANTED, key_in_bundle, own_key, source_of, stages
from yiwang.domains.catalogue.content.reconciling import Rule, all_of, any_of, stricter, values_of
from yiwang.domains.catalogue.content.structs import Bundle, ItemContent, Material, Part, Source, Text

FIELDS_A_PAGE = 6
"""How many questions of one part stand together: its pages have lost those that are shared."""
_NOT_UI = frozenset({"enum", "schema", "required"})


@dataclass
class _Asked:
    """One question of one part that a shared question stands for."""

    part: Part
    key: str
    spec: dict[str, Any]
    ui: dict[str, Any]
    required: bool
    when: Rule
    source: Source


@dataclass
class Merged:
    """The merged form and the papers of a bundle, or what is wrong with it: then there is no form."""

    form: dict[str, Any] | None = None
    materials: list[Material] = field(default_factory=list)
    faults: list[str] = field(default_factory=list)


def merge(bundle: Bundle, contents: Mapping[str, ItemContent], forms: Mapping[str, Mapping[str, Any]]) -> Merged:
    """Return the one form of a bundle. `contents` and `forms` go by the key of a part: what its item says and asks.

    A question that `Part.fields` leads to a shared one is asked there, with the strictest of all limits, and only where
    one of the parts asks it. Every other question stays on a page of its own part.
    """
    merger = _Merger(bundle, contents)
    merger.check_parts()
    for part in bundle.parts:
        merger.take(part, forms[part.key])
    return merger.finish()


class _Merger:
    """Takes part after part, and gathers faults."""

    def __init__(self, bundle: Bundle, contents: Mapping[str, ItemContent]) -> None:
        self.bundle, self.contents = bundle, contents
        self.faults: list[str] = []
        self.properties: dict[str, Any] = {}
        self.required: list[str] = []
        self.shown: dict[str, Any] = {}
        self.own_pages: list[dict[str, Any]] = []
        self.shared: dict[str, list[_Asked]] = {}
        self.paper_of: dict[tuple[str, str], str] = {}

    def check_parts(self) -> None:
        keys = [part.key for part in self.bundle.parts]
        if len(set(keys)) != len(keys) or not keys:
            self.faults.append("parts: each has a key of its own")
        for part in self.bundle.parts:
            if unknown := sorted(set(part.needs) - set(keys)):
                self.faults.append(f"parts.{part.key}.needs: no such part: {', '.join(unknown)}")
        try:
            stages(self.bundle.parts)
        except ValueError as error:
            self.faults.append(f"parts: these wait for each other: {error}")

    def take(self, part: Part, form: Mapping[str, Any]) -> None:
        """Take the questions of one part: shared ones aside, the others onto pages of its own."""
        properties, shown = form["schema"]["properties"], form["ui"].get("fields", {})
        if unknown := sorted(set(part.fields) - set(properties)):
            self.faults.append(f"parts.{part.key}.fields: the item does not ask: {', '.join(unknown)}")
        needed = set(form["schema"].get("required", ()))
        wanted = {"field": WANTED, "in": [part.key]} if part.optional else True
        asked_for = all_of(wanted, part.when or True)
        for page in form["ui"]["pages"]:
            page_rule = self.rule(page.get("when"), part)
            own: list[str] = []
            for key in page["fields"]:
                ui = dict(shown.get(key, {}))
                rule = self.rule(ui.pop("when", None), part)
                source = source_of(part, key)
                if source is not None and not source.field:
                    continue
                if all_of(page_rule, rule) is False:
                    continue
                if source is not None:
                    when = all_of(asked_for, page_rule, rule)
                    asked = _Asked(part, key, dict(properties[key]), ui, key in needed, when, source)
                    self.shared.setdefault(source.field, []).append(asked)
                else:
                    own.append(self.own(part, key, properties[key], ui, rule, key in needed))
            if own:
                self.own_pages.append(self.page(part, page, own, all_of(asked_for, page_rule)))

    def page(self, part: Part, page: Mapping[str, Any], fields: list[str], rule: Rule) -> dict[str, Any]:
        found = {"key": own_key(part, page["key"]), "title": page["title"], "fields": fields, "part": part.key}
        found |= {"hint": page["hint"]} if page.get("hint") else {}
        return found | ({} if rule is True else {"when": rule})

    def own(self, part: Part, key: str, spec: Mapping[str, Any], ui: dict[str, Any], rule: Rule, needed: bool) -> str:
        """Enter a question that is asked for one part alone; return its key."""
        name = own_key(part, key)
        self.properties[name] = dict(spec)
        if rule is not True:
            ui["when"] = rule
        columns = frozenset(ui.get("columns", ()))
        if columns:
            ui["fields"] = {c: self.column(part, one, columns) for c, one in ui.get("fields", {}).items()}
            if total := ui.get("total"):
                ui["total"] = {k: key_in_bundle(part, v) if k == "field" else v for k, v in total.items()}
        if material := ui.get("material"):
            ui["material"] = self.paper(part, material, own_key(part, material))
        self.shown[name] = ui
        self.required += [name] if needed else []
        return name

    def column(self, part: Part, ui: Mapping[str, Any], columns: frozenset[str]) -> dict[str, Any]:
        if "when" not in ui:
            return dict(ui)
        rule = self.rule(ui["when"], part, columns)
        return {k: v for k, v in ui.items() if k != "when"} | ({} if rule is True else {"when": rule})

    def paper(self, part: Part, material: str, key: str) -> str:
        return self.paper_of.setdefault((part.key, material), key)

    def rule(self, raw: Any, part: Part, local: frozenset[str] = frozenset()) -> Rule:
        """Return a condition of an item over the questions of the merged form, as far as it is not decided already."""
        if raw is None:
            return True
        if not isinstance(raw, Mapping):
            return False
        if "all" in raw:
            return all_of(*(self.rule(one, part, local) for one in raw["all"]))
        if "any" in raw:
            return any_of(*(self.rule(one, part, local) for one in raw["any"]))
        if "not" in raw:
            inner = self.rule(raw["not"], part, local)
            return (not inner) if isinstance(inner, bool) else {"not": inner}
        return dict(raw) if raw.get("field") in local else self.leaf(raw, part)

    def leaf(self, raw: Mapping[str, Any], part: Part) -> Rule:
        key = str(raw.get("field"))
        source = source_of(part, key)
        meant = [raw["equals"]] if "equals" in raw else list(raw.get("in", ()))
        if source is None or (source.field and ("filled" in raw or not source.values)):
            return {**raw, "field": key_in_bundle(part, key)}
        if source.certificate or source.pieces:
            self.faults.append(f"parts.{part.key}.fields.{key}: a condition looks at it, so it has to be asked")
            return True
        if source.value is not None:
            given = source.value if isinstance(source.value, list) else [source.value]
            return bool(raw["filled"]) if "filled" in raw else any(one in meant for one in given)
        values = [v for v, of_item in source.values.items() if of_item in meant]
        values += [v for v in meant if v not in source.values and v not in source.values.values()]
        return {"field": source.field, "in": values} if values else False

    def finish(self) -> Merged:
        """Enter the shared questions, put the pages in order, and gather the papers."""
        before, after = self.shared_pages(self.bundle.pages), self.shared_pages(self.bundle.last)
        placed = {key for page in (*before, *after) for key in page["fields"]}
        if missing := sorted(set(self.shared) - placed):
            self.faults.append(f"pages: on no page: {', '.join(missing)}")
        pages = [*self.choice(), *before, *self.pages_of_parts(), *after]
        ui = {"pages": [page for page in pages if page["fields"]], "fields": self.shown}
        schema = {"type": "object", "required": self.required, "properties": self.properties}
        if self.faults:
            return Merged(faults=self.faults)
        return Merged({"schema": schema, "ui": ui}, self.materials())

    def pages_of_parts(self) -> list[dict[str, Any]]:
        """Return the pages of the parts' own questions: what is left of short ones is put together, under the part's name."""
        found: list[dict[str, Any]] = []
        for page in self.own_pages:
            last = found[-1] if found else {}
            room = len(last.get("fields", ())) + len(page["fields"]) <= FIELDS_A_PAGE
            if last.get("part") == page["part"] and last.get("when") == page.get("when") and room:
                found[-1] = {
                    **{k: v for k, v in last.items() if k != "hint"},
                    "fields": [*last["fields"], *page["fields"]],
                }
                found[-1]["title"] = {}
            else:
                found.append(page)
        parts = {part.key: part for part in self.bundle.parts}
        return [self.titled(page, parts[page["part"]]) for page in found]

    def titled(self, page: dict[str, Any], part: Part) -> dict[str, Any]:
        """Return a page with the name of its part over it, and its own title behind, where it was not put together."""
        name, own = part.title or self.contents[part.key].name, page["title"] or {}
        own = {"zh": own} if isinstance(own, str) else own
        title = {"zh": f"{name.zh}：{own['zh']}" if own else name.zh}
        if name.en:
            title["en"] = f"{name.en}: {own.get('en', own['zh'])}" if own else name.en
        return {key: value for key, value in page.items() if key != "part"} | {"title": title}

    def choice(self) -> list[dict[str, Any]]:
        """Return the page that asks which optional parts are wanted."""
        optional = [part for part in self.bundle.parts if part.optional]
        if not optional:
            return []
        self.properties[WANTED] = {"type": "array", "items": {"enum": [part.key for part in optional]}}
        options: dict[str, Any] = {}
        for part in optional:
            options[part.key] = {"label": _said(part.title or self.contents[part.key].name)}
            if part.note:
                options[part.key]["hint"] = _said(part.note)
        self.shown[WANTED] = {
            "label": {"zh": "还要一起办哪些", "en": "What else do you need?"},
            "hint": {
                "zh": "不选的现在不办，以后随时可以单独办",
                "en": "What you leave out can be done later on its own",
            },
            "widget": "checkboxes",
            "options": options,
        }
        page = {"key": "parts", "title": {"zh": "要办哪几件", "en": "What you need"}, "fields": [WANTED]}
        always = [part.title or self.contents[part.key].name for part in self.bundle.parts if not part.optional]
        if always:
            words = "、".join(one.zh for one in always), ", ".join(one.in_("en") for one in always)
            page["hint"] = {"zh": f"一定会办：{words[0]}", "en": f"Always done: {words[1]}"}
        return [page]

    def shared_pages(self, pages: list[dict[str, Any]]) -> list[dict[str, Any]]:
        found = []
        for page in pages:
            fields = [key for key in page.get("fields", ()) if self.enter(key)]
            found.append({**page, "fields": fields})
        return found

    def enter(self, key: str) -> bool:
        """Enter a shared question; return whether anybody asks it."""
        said, asked = self.bundle.fields.get(key, {}), self.shared.get(key, [])
        if not asked and "schema" not in said:
            return False
        spec = dict(said["schema"]) if "schema" in said else asked[0].spec
        for one in asked:
            spec = stricter(spec, one.spec, lambda fault: self.faults.append(f"fields.{key}: {fault}"))
        ui = {**(asked[0].ui if asked else {}), **{k: v for k, v in said.items() if k not in _NOT_UI}}
        if "enum" in said:
            spec["enum"] = said["enum"]
            ui["options"] = {value: ui.get("options", {}).get(value) for value in said["enum"]}
        rule = all_of(any_of(*(one.when for one in asked)) if asked else True, said.get("when", True))
        if rule is not True:
            ui["when"] = rule
        for one in asked:
            self.checkvalues_of(one, spec)
            if material := one.ui.get("material"):
                ui["material"] = self.paper(one.part, material, key)
        self.properties[key], self.shown[key] = spec, ui
        if said.get("required", any(one.required for one in asked)):
            self.required.append(key)
        return True

    def checkvalues_of(self, asked: _Asked, spec: Mapping[str, Any]) -> None:
        """Every answer of the shared question has to be one that the item knows."""
        known, given = values_of(asked.spec), values_of(spec)
        if known is None:
            return
        strange = [v for v in given or () if asked.source.values.get(v, v) not in known]
        if given is None or strange:
            where = f"parts.{asked.part.key}.fields.{asked.key}"
            self.faults.append(f"{where}: the item knows no {', '.join(map(str, strange)) or 'such answer'}")

    def materials(self) -> list[Material]:
        """Return the papers of all parts, each once: by the certificate that it is, or the question that takes it."""
        found: dict[str, Material] = {}
        for part in self.bundle.parts:
            for one in self.contents[part.key].materials or ():
                asked = self.paper_of.get((part.key, one.key))
                key = f"certificate_{one.certificate_type}" if one.certificate_type else asked or own_key(part, one.key)
                necessity = (
                    "required" if one.necessity == "deferrable" else one.necessity
                )  # 容缺 is asked of one office alone
                found.setdefault(
                    key, msgspec.structs.replace(one, key=asked or own_key(part, one.key), necessity=necessity)
                )
        return list(found.values())


def _said(text: Text) -> dict[str, str]:
    return {"zh": text.zh, "en": text.en} if text.en else {"zh": text.zh}
