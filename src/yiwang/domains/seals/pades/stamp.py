"""The seal's picture: a ring, the thread, the office on the arc and 演示 SPECIMEN. No star, no emblem, by design."""

from functools import lru_cache
from pathlib import Path

from .authority import SPECIMEN
from .typesetting import set_pdf, set_svg

_TEMPLATE = Path(__file__).parent / "templates" / "seal.typ"
DIAMETER = 119.06
"""Points: 42 mm, the seal of a local office."""
MAX_NAME = 40


@lru_cache(maxsize=1024)
def seal_pdf(office_name: str, *, specimen: str = SPECIMEN) -> bytes:
    """Return the seal as a one-page PDF with a transparent ground, for `signing.sign_pdf`.

    Raises `ValueError` for a name that is empty or too long for the arc.
    """
    return set_pdf(_TEMPLATE, _inputs(office_name, specimen), archival=False)


@lru_cache(maxsize=1024)
def seal_svg(office_name: str, *, specimen: str = SPECIMEN) -> str:
    """Return the seal as SVG whose characters are outlines, for pages. Raises as `seal_pdf`."""
    return set_svg(_TEMPLATE, _inputs(office_name, specimen))


def _inputs(office_name: str, specimen: str) -> dict[str, str]:
    name = "".join(office_name.split())
    if not 0 < len(name) <= MAX_NAME:
        raise ValueError(f"a seal's name has 1 to {MAX_NAME} characters, this has {len(name)}")
    return {"office": name, "specimen": specimen}
