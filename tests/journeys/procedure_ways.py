"""How one gets to cases off the ordinary way: in the name of a firm, or at the desk."""

from collections.abc import Callable
from typing import Any

Way = Callable[[Any, str], str]
LINKS = "all => all.map(one => one.getAttribute('href'))"


def correctable(page: Any, address: str) -> str:
    """Return the page that corrects slips, of the first case where that is still possible."""
    page.goto(f"{address}/desk/?show=acceptance")
    for case in page.eval_on_selector_all("main a[href*='/desk/cases/']", LINKS):
        page.goto(f"{address}{case}/correction-at-once")
        if page.url.endswith("/correction-at-once"):
            return ""
    raise AssertionError("nothing can be corrected on the spot")


def for_the_firm(mark: str, more: str = "") -> Way:
    """Return the way, in the name of one's firm, to its first case on whose page something is, and on from there."""

    def go(page: Any, address: str) -> str:
        page.goto(f"{address}/me/")
        form = page.locator("form[action='/me/acting']")
        form.locator("input[type=radio][name=firm]:not([value=''])").first.check()
        with page.expect_navigation():
            form.locator("button").first.click()
        page.goto(f"{address}/me/cases")
        for case in page.eval_on_selector_all("main a[href^='/me/cases/']", LINKS):
            page.goto(address + case)
            if page.query_selector(mark):
                return str(case) + more
        raise AssertionError(f"no case of the firm shows {mark}")

    return go
