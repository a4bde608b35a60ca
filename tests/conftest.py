"""A real browser, for the journeys: Debian's Chromium through Playwright, and axe to judge what it sees."""

import os
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[1]
AXE = ROOT / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--no-first-run",
    "--disable-dev-shm-usage",
]
UNFOLDED = """() => {
    window.shut = [...document.querySelectorAll('details:not([open])')]
    window.shut.forEach(one => { one.open = true })
    return Math.min(document.documentElement.scrollHeight + 200, 24000)
}"""
"""Opens whatever is folded, and says how tall the page is then, with room below."""
SERIOUS = """async () => {
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']
    const found = await axe.run(document, {runOnly: tags, resultTypes: ['violations']})
    window.shut.forEach(one => { one.open = false })
    return found.violations
        .filter(rule => ['serious', 'critical'].includes(rule.impact))
        .map(rule => `${rule.id}: ${rule.help}: ${rule.nodes.slice(0, 5).map(node => node.target[0]).join(', ')}`)
}"""
"""Folds it again, and says what axe called serious, in words: what it finds in order is long, and stays in the browser."""

PHONE = {"width": 390, "height": 844}
DESKTOP = {"width": 1280, "height": 900}


def without(what: str, remedy: str) -> None:
    """Leave the test out where a tool is missing; in CI that is a failure, for there nothing may go untested."""
    if os.environ.get("CI"):
        pytest.fail(f"CI has no {what}: {remedy}", pytrace=False)
    pytest.skip(f"no {what} on this machine: {remedy}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Give a running Chromium, one for the session; `new_context` makes a fresh visitor of it."""
    program = shutil.which(os.environ.get("YIWANG_CHROMIUM", "chromium"))
    if program is None:
        without("browser", "apt-get install chromium, or name one in YIWANG_CHROMIUM")
    from playwright.sync_api import sync_playwright

    # Playwright runs an event loop in this thread, and Django would take its own calls for asynchronous ones.
    before = os.environ.get("DJANGO_ALLOW_ASYNC_UNSAFE")
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program, args=CHROMIUM_ARGUMENTS)
        yield chromium
        chromium.close()
    if before is None:
        del os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"]


@dataclass
class Visitor:
    """One person at one browser: their page, and what went wrong on it."""

    page: Any
    complaints: list[str]


@pytest.fixture
def visitor(browser: Any) -> Iterator[Callable[..., Visitor]]:
    """Give `visitor(size=PHONE, language="zh-CN", javascript=True, scheme="light")`: a fresh browser profile.

    At the end the test fails if a page logged an error or broke the content security policy.
    """
    opened: list[tuple[Any, Visitor]] = []

    def arrive(
        *, size: dict[str, int] | None = None, language: str = "zh-CN", javascript: bool = True, scheme: str = "light"
    ) -> Visitor:
        context = browser.new_context(
            viewport=size or PHONE,
            locale=language,
            java_script_enabled=javascript,
            color_scheme=scheme,
            timezone_id="Asia/Shanghai",
        )
        page = context.new_page()
        page.set_default_timeout(15_000)
        person = Visitor(page, [])
        page.on("pageerror", lambda error: person.complaints.append(f"{page.url}: {error}"))
        page.on("console", lambda said: _listen(person, said))
        opened.append((context, person))
        return person

    yield arrive
    for context, _ in opened:
        context.close()
    complaints = [complaint for _, person in opened for complaint in person.complaints]
    assert complaints == [], "the browser complained"


def _listen(person: Visitor, said: Any) -> None:
    # An answer of 4xx is logged as an error too; the test that asks for one knows what it does.
    if said.type == "error" and "Failed to load resource" not in said.text:
        person.complaints.append(f"{person.page.url}: {said.text}")


@pytest.fixture(scope="session")
def accessible() -> Callable[[Any], None]:
    """Give `accessible(page)`: asserts that axe finds nothing serious or critical on the page as it stands (WCAG 2.2 AA)."""
    if not AXE.exists():
        without("axe-core", "npm ci --ignore-scripts (make test does it)")
    source = AXE.read_text(encoding="utf-8")

    def judge(page: Any) -> None:
        # As tall as the page: nothing lies under the tab bar then, which axe would take for too small a target.
        size = page.viewport_size
        height = page.evaluate(UNFOLDED)
        page.set_viewport_size({"width": size["width"], "height": int(height)})
        page.evaluate(source)
        serious = page.evaluate(SERIOUS)
        page.set_viewport_size(size)
        assert serious == [], f"axe on {page.url}"

    return judge


@pytest.fixture(scope="session")
def fits() -> Callable[[Any], None]:
    """Give `fits(page)`: asserts that nothing makes the page scroll sideways."""

    def judge(page: Any) -> None:
        wide = page.evaluate("() => document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{page.url} is {wide} px wider than the screen"

    return judge


@pytest.fixture(autouse=True)
def _the_worker_is_at_hand(monkeypatch: pytest.MonkeyPatch) -> None:
    """Have the worker work while a request waits for a PDF: a test has no second process to draw it."""
    monkeypatch.setattr("yiwang.channels.ui.downloads.sleep", _work)


def _work(seconds: float) -> None:
    from yiwang.foundation.jobs.worker import work_until_idle

    work_until_idle()
