"""What people do in the browser, in their own words."""

import datetime as dt
import time
from pathlib import Path
from typing import Any

from tests.province import Province

PASSWORD = "yiwang-demo-2026"
OFFICIALS = {"head", "window", "admin", "supervisor"}
"""Officials who come back several times within thirty seconds: a code counts once, so their session is kept."""

_sessions: dict[tuple[str, str], list[Any]] = {}


def press(page: Any, selector: str) -> None:
    """Press a button that sends a form, and wait for the page that answers; a click alone does not wait."""
    with page.expect_navigation():
        page.click(selector)


def sign_in(page: Any, province: Province, who: str) -> None:
    """Sign in with e-mail and password; an official also gives the second factor that the demo page shows."""
    if kept := _sessions.get((province.address, who)):
        page.context.add_cookies(kept)
        if "/sign-in" in page.url:
            page.reload()
        return
    if "/sign-in" not in page.url:
        page.goto(f"{province.address}/sign-in")
    page.fill("input[name=login]", f"{who}@demo.example")
    page.fill("input[name=password]", PASSWORD)
    press(page, "main form button[type=submit]")
    if "second-factor" in page.url:
        page.fill("input[name=code]", page.inner_text("#demo-code"))
        press(page, "main form button[type=submit]")
    assert "/sign-in" not in page.url, page.inner_text("main")[:500]
    if who in OFFICIALS:
        _sessions[province.address, who] = [c for c in page.context.cookies() if c["name"] == "sessionid"]


def fill_page(page: Any, answers: dict[str, Any], papers: dict[str, Path]) -> None:
    """Fill what the present page asks for, also what an answer brings up on it, and go on."""
    done: set[str] = set()
    while new := [key for key in _asked(page) if key not in done]:
        for key in new:
            done.add(key)
            if key in papers:
                page.set_input_files(f"input[name='{key}-file']", str(papers[key]))
            elif key in answers:
                _fill(page, key, answers[key])
    press(page, "main form .row > button[type=submit]")


def _asked(page: Any) -> list[str]:
    found = page.eval_on_selector_all(
        "input[name=_shown]", "all => all.filter(one => !one.disabled).map(one => one.value)"
    )
    return [str(key) for key in found]


def _fill(page: Any, key: str, value: Any) -> None:
    if isinstance(value, dt.date):
        for part, number in (("year", value.year), ("month", value.month), ("day", value.day)):
            page.fill(f"[name='{key}-{part}']", str(number))
        return
    control = page.locator(f"main [name='{key}']").first
    kind = control.evaluate("one => one.tagName === 'INPUT' ? one.type : one.tagName.toLowerCase()")
    if kind in {"radio", "checkbox"}:
        for one in value if isinstance(value, list) else [value]:
            page.check(f"main [name='{key}'][value='{str(one).lower() if one is True else one}']")
    elif kind == "select":
        control.select_option(str(value))
    else:
        control.fill(str(value))


def fill_form(page: Any, answers: dict[str, Any], papers: dict[str, Path], pages: int = 15) -> None:
    """Fill page after page until check-your-answers."""
    for _ in range(pages):
        if page.url.rstrip("/").endswith("/apply/check"):
            return
        before = page.url
        fill_page(page, answers, papers)
        problems = page.locator(".errs")
        assert problems.count() == 0, f"{before}: {problems.first.inner_text()}"
    raise AssertionError(f"still at {page.url}")


def declare_and_submit(page: Any) -> str:
    """Declare that all is true, submit, and return the case's number."""
    page.check("#declare")
    press(page, "main form button[type=submit]")
    page.wait_for_url("**/me/cases/**")
    return str(page.url.split("/me/cases/")[1].split("?")[0].split("/")[0])


def fetch_pdf(page: Any, address: str, seconds: float = 30) -> bytes:
    """Return a sealed PDF, asking again while the worker draws it."""
    end = time.monotonic() + seconds
    while not (found := page.request.get(address).body()).startswith(b"%PDF-"):
        assert time.monotonic() < end, f"no PDF at {address} within {seconds} s"
        time.sleep(0.3)
    return bytes(found)
