"""Forms as they stand in a page: what a browser would send, and where somebody could type. So tests find fields by themselves."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

TYPED = frozenset({"", "text", "search", "tel", "email", "password", "url", "number", "date", "textarea"})
SENT_ONLY = frozenset({"csrfmiddlewaretoken"})


@dataclass
class Control:
    """One control of a form, with the value that it has now."""

    name: str
    kind: str
    value: str = ""
    is_on: bool = False


@dataclass
class HtmlForm:
    """One form of a page."""

    action: str
    method: str
    controls: list[Control] = field(default_factory=list)

    @property
    def typed(self) -> list[str]:
        """The names of the controls that one types into, in order."""
        return list(dict.fromkeys(c.name for c in self.controls if c.kind in TYPED))

    @property
    def tampered(self) -> list[str]:
        """The names of all other controls: what a browser would not let anybody change."""
        others = (c.name for c in self.controls if c.kind not in TYPED and c.kind != "file")
        return [name for name in dict.fromkeys(others) if name not in SENT_ONLY]

    @property
    def files(self) -> list[str]:
        """The names of the controls that take files."""
        return list(dict.fromkeys(c.name for c in self.controls if c.kind == "file"))

    @property
    def buttons(self) -> list[Control]:
        """The buttons that send a name of their own."""
        return [c for c in self.controls if c.kind == "submit"]

    def sent(self, **changes: str) -> dict[str, list[str]]:
        """Return what is sent when no named button is pressed; a group of which nothing is chosen sends its first choice."""
        found: dict[str, list[str]] = {}
        for one in self.controls:
            if one.kind in ("submit", "file"):
                continue
            if one.kind == "radio" and not one.is_on:
                found.setdefault(one.name, [])
                continue
            found.setdefault(one.name, []).append(one.value)
        for name, values in found.items():
            if not values:
                values.append(next(c.value for c in self.controls if c.name == name))
        return found | {name: [value] for name, value in changes.items()}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.forms: list[HtmlForm] = []
        self.by_id: dict[str, HtmlForm] = {}
        self.open: HtmlForm | None = None
        self.select: Control | None = None
        self.area: Control | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.open = HtmlForm(at.get("action", ""), at.get("method", "get").lower())
            self.forms.append(self.open)
            if "id" in at:
                self.by_id[at["id"]] = self.open
            return
        if tag == "option" and self.select is not None:
            if "selected" in at or not self.select.is_on:
                self.select.value, self.select.is_on = at.get("value", ""), True
            return
        form = self.by_id.get(at["form"]) if "form" in at else self.open
        name = at.get("name", "")
        if form is None or not name or "disabled" in at or tag not in ("input", "select", "textarea", "button"):
            return
        kind = {"select": "select", "textarea": "textarea", "button": "submit"}.get(tag, at.get("type", "").lower())
        is_on = "checked" in at or kind not in ("radio", "select")
        control = Control(name, kind, at.get("value", "on" if kind in ("checkbox", "radio") else ""), is_on)
        form.controls.append(control)
        self.select = control if tag == "select" else self.select
        self.area = control if tag == "textarea" else self.area

    def handle_data(self, data: str) -> None:
        if self.area is not None:
            self.area.value += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.open = None
        elif tag == "select":
            self.select = None
        elif tag == "textarea":
            self.area = None


def forms_of(page: str) -> Iterator[HtmlForm]:
    """Yield the forms of a page, in order."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    yield from reader.forms
