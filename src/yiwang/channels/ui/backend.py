"""A Django template backend for minijinja: Jinja2 syntax, compiled, about twenty times as fast as Django's own.

Names are `<channel>/<page>.html`, found in the `templates/` of each channel. Globals and filters are those of
`context.py` and `wording.py`; what a page lacks is an error, not a blank (only `{% if missing %}` and
`missing is defined` may ask).

There is one environment for each language, because words, icons and addresses that never change are put into the source
when it is read (`settle`): a page then calls Python only for what differs between two visits.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import minijinja
from django.apps import apps
from django.conf import settings
from django.http import HttpRequest
from django.template import Origin, TemplateDoesNotExist, TemplateSyntaxError
from django.template.backends.base import BaseEngine
from django.urls import get_urlconf
from django.utils.functional import cached_property
from django.utils.module_loading import import_string

from yiwang.channels.ui.context import GLOBALS, page_context, with_token
from yiwang.channels.ui.settling import fold, settle
from yiwang.channels.ui.wording import FILTERS, TEXTS_IN, drawing, is_english

Processor = Callable[[HttpRequest], dict[str, Any]]


class Minijinja(BaseEngine):
    """Finds and renders the templates of the channels. OPTIONS: `context_processors`, `auto_reload`, `globals`."""

    app_dirname = "templates"

    def __init__(self, params: dict[str, Any]) -> None:
        params = {"NAME": "minijinja", "DIRS": [], "APP_DIRS": True, **params}
        options = dict(params.pop("OPTIONS", {}))
        super().__init__(params)
        self.auto_reload: bool = options.pop("auto_reload", settings.DEBUG)
        self.processor_names: list[str] = options.pop("context_processors", [])
        self.more_globals: dict[str, str] = options.pop("globals", {})
        if options:
            raise ValueError(f"unknown OPTIONS of the minijinja backend: {', '.join(sorted(options))}")

    @cached_property
    def template_dirs(self) -> tuple[str, ...]:
        """The folders that are searched: DIRS, then each channel's; never those of other people's apps."""
        own = [Path(c.path) / "templates" for c in apps.get_app_configs() if c.name.startswith("yiwang.channels.")]
        return (*map(str, self.dirs), *(str(folder) for folder in own if self.app_dirs and folder.is_dir()))

    @cached_property
    def processors(self) -> tuple[Processor, ...]:
        """The functions whose answers join every context."""
        return tuple(import_string(name) for name in self.processor_names)

    @cached_property
    def _environments(self) -> dict[tuple[str, str], minijinja.Environment]:
        return {}

    @property
    def environment(self) -> minijinja.Environment:
        """The environment of this process for the language of the page."""
        language = "en" if is_english() else "zh-hans"
        key = (language, get_urlconf() or settings.ROOT_URLCONF)
        found = self._environments.get(key)
        if found is None:
            found = self._environments[key] = self._made(language, partial(self._source, language))
        return found

    def _made(self, language: str, loader: Callable[[str], str | None]) -> minijinja.Environment:
        options: dict[str, Any] = {
            "loader": loader,
            "globals": GLOBALS
            | {"t": TEXTS_IN[language]}
            | {name: import_string(path) for name, path in self.more_globals.items()},
            "filters": FILTERS,
            "undefined_behavior": "semi_strict",
            "auto_escape_callback": lambda name: "html",
            "trim_blocks": True,
            "lstrip_blocks": True,
            "reload_before_render": self.auto_reload,
        }
        return minijinja.Environment(**options)

    def path_of(self, name: str) -> Path | None:
        """Return the file behind a template name, or None."""
        pieces = name.split("/")
        if "\\" in name or ".." in pieces or name.startswith("/"):
            return None
        return next((path for folder in self.template_dirs if (path := Path(folder, *pieces)).is_file()), None)

    def _settled(self, language: str, name: str) -> str | None:
        path = self.path_of(name)
        return settle(path.read_text(encoding="utf-8"), language) if path else None

    def _source(self, language: str, name: str) -> str | None:
        source = self._settled(language, name)
        return source and fold(source, partial(self._drawn_once, language))

    def _drawn_once(self, language: str, source: str) -> str:
        """Return a piece of a template that depends on nothing but the language, drawn."""
        workshop = self._workshops.get(language)
        if workshop is None:
            workshop = self._workshops[language] = self._made(language, partial(self._settled, language))
        with drawing(english=language == "en"):
            return workshop.render_str(source, "<once>")

    @cached_property
    def _workshops(self) -> dict[str, minijinja.Environment]:
        return {}

    @cached_property
    def _found(self) -> dict[str, "Template"]:
        return {}

    def get_template(self, template_name: str) -> "Template":
        """Return a template by name.

        Raises:
            TemplateDoesNotExist: no channel has it; Django then asks the next engine.
        """
        template = self._found.get(template_name)
        if template is None or self.auto_reload:
            path = self.path_of(template_name)
            if path is None:
                raise TemplateDoesNotExist(template_name, backend=self)
            template = self._found[template_name] = Template(self, template_name, path)
        return template

    def from_string(self, template_code: str) -> "Template":
        """Return a template made of the given source (tests, tools)."""
        return Template(self, "<string>", None, template_code)


class Template:
    """One template, ready to be rendered by Django's shortcuts."""

    def __init__(self, engine: Minijinja, name: str, path: Path | None, source: str | None = None) -> None:
        self.engine = engine
        self.name = name
        self.source = source
        self.origin = Origin(name=str(path or name), template_name=name)

    def render(self, context: dict[str, Any] | None = None, request: HttpRequest | None = None) -> str:
        """Return the page.

        Raises:
            TemplateSyntaxError: the template is broken or asks for what the context does not hold.
        """
        values = page_context(request, context or ())
        if request is not None:
            for processor in self.engine.processors:
                values.update(processor(request))
        if context:
            values.update(context)
        try:
            with drawing(english=values["lang"] == "en"):
                if self.source is not None:
                    page = self.engine.environment.render_str(self.source, self.name, **values)
                else:
                    page = self.engine.environment.render_template(self.name, **values)
        except minijinja.TemplateError as error:
            raise TemplateSyntaxError(str(error)) from error
        return with_token(page, request)
