"""The one way to paper: typst templates to PDF/A-3b or SVG, with the fonts of the Debian package fonts-noto-cjk.

One compiler per process (a fresh one costs six times as much), used by one thread at a time. Values reach a template as
JSON strings and are never read as markup. The compiler and its fonts (75 MB) are loaded by the first page that is set: a
web process, which sets none, never holds them.
"""

import os
import threading
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    import typst

TEMPLATE_ROOT = Path(__file__).resolve().parents[2]
"""The folder of all domains: templates of one domain may import those of a lower one."""
FACES = (
    ("Noto Serif CJK SC", ("NotoSerifCJK", "NotoSerifSC", "NotoSerifCJKsc")),
    ("Noto Sans CJK SC", ("NotoSansCJK", "NotoSansSC", "NotoSansCJKsc")),
)
FONT_FOLDERS = (
    "/usr/share/fonts",
    "/usr/local/share/fonts",
    "~/.local/share/fonts",
    "~/.fonts",
    "/run/current-system/sw/share/X11/fonts",
    "/Library/Fonts",
    "~/Library/Fonts",
    "/opt/homebrew/share/fonts",
)
_lock = threading.Lock()
_compilers: "dict[int, typst.Compiler]" = {}


class FontsMissing(RuntimeError):
    """The Chinese fonts that documents are set in are not installed."""


class TypesettingError(RuntimeError):
    """A template could not be set: its data lacks something, or holds something that it cannot show."""


@lru_cache(maxsize=1)
def font_files() -> tuple[tuple[str, tuple[Path, ...]], ...]:
    """Return for each family its font files, from `YIWANG_FONTS` (folders, separated as in PATH) or the usual folders.

    Raises `FontsMissing` with one line that says what to install.
    """
    named = os.environ.get("YIWANG_FONTS")
    folders = [Path(f).expanduser() for f in (named.split(os.pathsep) if named else FONT_FOLDERS)]
    every = sorted(
        path
        for folder in folders
        if folder.is_dir()
        for path in folder.rglob("Noto*")
        if path.suffix.lower() in (".ttc", ".otf", ".ttf")
    )
    found = []
    for family, stems in FACES:
        files = tuple(p for p in every if p.stem.split("-")[0].split("[")[0] in stems)
        if not files:
            raise FontsMissing(
                f"font {family} not found: install fonts-noto-cjk (apt-get install fonts-noto-cjk), "
                "or name its folder in YIWANG_FONTS"
            )
        found.append((family, files))
    return tuple(found)


def set_pdf(template: Path, inputs: dict[str, str], *, archival: bool = True, when: datetime | None = None) -> bytes:
    """Return the template as PDF, by default PDF/A-3b. Raises `FontsMissing` and `TypesettingError`."""
    return _compile(template, inputs, "pdf", archival, when)


def set_svg(template: Path, inputs: dict[str, str]) -> str:
    """Return the first page of the template as SVG whose text is outlines. Raises as `set_pdf`."""
    return _compile(template, inputs, "svg", False, None).decode()


def _compile(
    template: Path, inputs: dict[str, str], kind: Literal["pdf", "svg"], archival: bool, when: datetime | None
) -> bytes:
    import typst

    with _lock:
        try:
            result = _compiler().compile(
                input=str(template),
                format=kind,
                sys_inputs=inputs,
                pdf_standards=["a-3b"] if archival else [],
                pdf_tags=archival,
                timestamp=when,
            )
        except typst.TypstError as error:
            raise TypesettingError(f"{template.name}: {error}") from error
    page = result[0] if isinstance(result, list) else result
    if page is None:
        raise TypesettingError(f"{template.name}: nothing was set")
    return page


def _compiler() -> "typst.Compiler":
    """One compiler a process: a forked child must not use its parent's."""
    import typst

    if os.getpid() not in _compilers:
        folders = sorted({str(path.parent) for _, files in font_files() for path in files})
        _compilers.clear()
        _compilers[os.getpid()] = typst.Compiler(
            str(Path(__file__).parent / "templates" / "seal.typ"),
            root=str(TEMPLATE_ROOT),
            font_paths=folders,
            ignore_system_fonts=True,
        )
    return _compilers[os.getpid()]
