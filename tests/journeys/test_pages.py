"""Every page in every look: nothing that axe calls serious, nothing that scrolls sideways. Takes the docs' screenshots."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import DESKTOP, PHONE, Visitor
from tests.journeys.people import press, sign_in
from tests.province import Province

FOOD = "11339900YW0000055D4330199003000"
INSTANT = "11339900YW0000020T3332099001000"
SHOTS = Path(__file__).resolve().parents[2] / "docs" / "screenshots"

PUBLIC = {
    "home": "/",
    "home-firm": "/?audience=firm",
    "search": "/search?q=想开一家面馆",
    "search-none": "/search?q=给猫办身份证",
    "guide": f"/items/{FOOD}",
    "guide-instant": f"/items/{INSTANT}",
    "life": "/life/birth",
    "reviews": "/reviews/",
    "progress": "/progress",
    "verify": "/verify",
    "sign-in": "/sign-in",
    "sign-up": "/sign-up",
    "forgotten": "/password/reset",
    "missing": "/items/no-such-item",
    "api": "/api/v1/docs",
}
MINE = {
    "me": "/me/",
    "my-cases": "/me/cases",
    "wallet": "/me/certificates",
    "messages": "/me/messages",
    "my-papers": "/me/papers",
    "who-read": "/me/who-read",
    "real-name": "/me/real-name",
    "apply": f"/items/{INSTANT}/apply",
    "check": f"/items/{INSTANT}/apply/check",
}
DESK = {
    "queue": "/desk/",
    "done": "/desk/done",
    "desk-certificates": "/desk/certificates",
    "desk-me": "/desk/me",
}
CONSOLE = {
    "console": "/console/",
    "set-aside": "/console/set-aside",
    "searches": "/console/searches",
    "catalogue": "/console/catalogue",
    "calendar": "/console/calendar",
    "journal": "/console/journal",
}
LOOKS = [
    ("phone", PHONE, "zh-CN", "light", "md"),
    ("phone-large", PHONE, "zh-CN", "light", "lg"),
    ("small-english", {"width": 320, "height": 700}, "en", "light", "md"),
    ("desktop", DESKTOP, "zh-CN", "light", "md"),
    ("desktop-english-dark", DESKTOP, "en", "dark", "md"),
]
FOR_THE_DOCS = {
    ("phone", "home"): "home-390",
    ("phone", "search"): "search-390",
    ("phone", "apply"): "apply-390",
    ("phone", "wallet"): "wallet-390",
    ("phone", "verify"): "verify-390",
    ("phone", "case"): "case-390",
    ("desktop", "home"): "home-1280",
    ("desktop", "guide"): "guide-1280",
    ("desktop", "case"): "case-1280",
    ("desktop", "certificate"): "certificate",
    ("desktop", "queue"): "desk-1280",
    ("desktop", "desk-case"): "desk-case-1280",
    ("phone-large", "guide"): "guide-large-390",
    ("desktop-english-dark", "guide"): "guide-english-dark-1280",
}
"""Which page in which look becomes which picture of the docs, where YIWANG_SCREENSHOTS is set."""


@pytest.fixture(params=LOOKS, ids=[look[0] for look in LOOKS])
def look(request: pytest.FixtureRequest, visitor: Callable[..., Visitor], province: Province) -> tuple[str, Any]:
    """Give (name of the look, a page in it)."""
    name, size, language, scheme, text = request.param
    page = visitor(size=size, language=language, scheme=scheme).page
    if text == "lg":
        page.context.add_cookies([{"name": "yiwang_look", "value": "lg.auto", "url": province.address}])
    return name, page


def inspect(name: str, page: Any, address: str, judges: list[Callable[[Any], None]], title: str) -> None:
    """Open a page, judge it, and keep a picture where the docs want one."""
    page.goto(address)
    for judge in judges:
        judge(page)
    picture = FOR_THE_DOCS.get((name, title))
    if picture and os.environ.get("YIWANG_SCREENSHOTS"):
        SHOTS.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=SHOTS / f"{picture}.png")


def test_public_pages(
    look: tuple[str, Any], province: Province, accessible: Callable[[Any], None], fits: Callable[[Any], None]
) -> None:
    """Anyone's pages."""
    name, page = look
    for title, path in PUBLIC.items():
        inspect(name, page, province.address + path, [accessible, fits], title)


def test_my_pages(
    look: tuple[str, Any], province: Province, accessible: Callable[[Any], None], fits: Callable[[Any], None]
) -> None:
    """A person's own pages, with one case and one certificate opened."""
    name, page = look
    sign_in(page, province, "ouyangmuqing")
    for title, path in MINE.items():
        inspect(name, page, province.address + path, [accessible, fits], title)
    page.goto(f"{province.address}/me/cases")
    case = province.address + str(page.get_attribute("main a[href*='/me/cases/']", "href"))
    for title, address in (("case", case), ("receipt", f"{case}/receipt"), ("withdraw", f"{case}/withdraw")):
        inspect(name, page, address, [accessible, fits], title)
    page.goto(f"{province.address}/me/certificates")
    certificate = province.address + str(page.get_attribute("main a[href*='/me/certificates/']", "href"))
    inspect(name, page, certificate, [accessible, fits], "certificate")
    page.goto(f"{province.address}/me/messages")
    message = page.get_attribute("main a[href*='/me/messages/']", "href")
    inspect(name, page, province.address + str(message), [accessible, fits], "message")


def test_a_page_with_errors_and_one_to_correct(
    look: tuple[str, Any], province: Province, accessible: Callable[[Any], None], fits: Callable[[Any], None]
) -> None:
    """A form page full of errors, the page of a correction, and the second factor."""
    name, page = look
    sign_in(page, province, "wuhaiyan")
    page.goto(f"{province.address}/items/{INSTANT}/apply")
    press(page, "main form .row > button[type=submit]")
    accessible(page)
    fits(page)
    page.goto(f"{province.address}/sign-out")
    inspect(name, page, f"{province.address}/sign-out", [accessible, fits], "sign-out")


def test_pages_of_officials(
    look: tuple[str, Any], province: Province, accessible: Callable[[Any], None], fits: Callable[[Any], None]
) -> None:
    """The desk of an office, with one case opened."""
    name, page = look
    sign_in(page, province, "head")
    for title, path in DESK.items():
        inspect(name, page, province.address + path, [accessible, fits], title)
    page.goto(f"{province.address}/desk/")
    link = page.get_attribute("main a[href*='/desk/cases/']", "href")
    inspect(name, page, province.address + link, [accessible, fits], "desk-case")
    page.goto(f"{province.address}/desk/?show=acceptance")
    waiting = page.get_attribute("main a[href*='/desk/cases/']", "href")
    inspect(name, page, f"{province.address}{waiting}/correction-request", [accessible, fits], "correction-request")


def test_pages_of_operators(
    look: tuple[str, Any], province: Province, accessible: Callable[[Any], None], fits: Callable[[Any], None]
) -> None:
    """The console."""
    name, page = look
    sign_in(page, province, "admin")
    for title, path in CONSOLE.items():
        inspect(name, page, province.address + path, [accessible, fits], title)
