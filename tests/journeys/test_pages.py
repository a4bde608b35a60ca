"""Every page in every look: nothing that axe calls serious, nothing that scrolls sideways. Takes the docs' pictures."""

import os
import re
from collections.abc import Callable
from itertools import groupby
from typing import Any

import pytest

from conftest import LONG_FORMS
from tests.conftest import DESKTOP, PHONE, Visitor
from tests.journeys import gallery
from tests.journeys.pages import MAIN, NEWCOMER, PAGES, Page
from tests.journeys.people import press, sign_in
from tests.province import Province

FOR_THE_DOCS = {
    ("phone", "home"): "home-390",
    ("phone", "search"): "search-390",
    ("phone", "apply"): "apply-390",
    ("phone", "certificates"): "wallet-390",
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
"""Which page in which look becomes which large picture of the front page of the docs, where YIWANG_SCREENSHOTS is set."""

LOOKS = [
    ("phone", PHONE, "zh-CN", "light", "md"),
    ("phone-large", PHONE, "zh-CN", "light", "lg"),
    ("small-english", {"width": 320, "height": 700}, "en", "light", "md"),
    ("desktop", DESKTOP, "zh-CN", "light", "md"),
    ("desktop-english-dark", DESKTOP, "en", "dark", "md"),
]
GROUPS = {
    who: list(pages) for who, pages in groupby(sorted(PAGES, key=lambda page: page.who), key=lambda page: page.who)
}
IN_SHORT = ("phone-large", "desktop-english-dark")
"""The looks that all pages are seen in by `make test`: in both nothing may scroll sideways, and axe judges in one of them,
page by page in turn. The main pages are judged in all five, and so are all in the full form (`make assure`)."""
TURN = {page.name: IN_SHORT[place % 2] for place, page in enumerate(PAGES)}

FULL = LONG_FORMS or "YIWANG_SCREENSHOTS" in os.environ


def seen(look: str, who: str) -> list[Page]:
    """Return the pages of somebody that are looked at in a look."""
    return [page for page in GROUPS[who] if FULL or look in IN_SHORT or page.name in MAIN]


SIGHTS = [(look, who) for look in LOOKS for who in GROUPS if seen(look[0], who)]
Judge = Callable[[Any], None]


@pytest.fixture
def look(request: pytest.FixtureRequest, visitor: Callable[..., Visitor], province: Province) -> tuple[str, Any]:
    """Give (name of the look, a page in it)."""
    name, size, language, scheme, text = request.param
    page = visitor(size=size, language=language, scheme=scheme).page
    if text == "lg":
        page.context.add_cookies([{"name": "yiwang_look", "value": "lg.auto", "url": province.address}])
    return name, page


@pytest.mark.usefixtures("trials")
@pytest.mark.parametrize(
    "look, who", SIGHTS, indirect=["look"], ids=[f"{look[0]}-{who or 'visitor'}" for look, who in SIGHTS]
)
def test_every_page_in_every_look(
    look: tuple[str, Any],
    province: Province,
    accessible: Judge,
    fits: Judge,
    who: str,
) -> None:
    """Each page can be used by everybody, on every screen."""
    name, page = look
    if who == NEWCOMER:
        sign_up(page, province, name)
    elif who:
        sign_in(page, province, who)
    wrong = []
    for one in seen(name, who):
        by_axe = FULL or one.name in MAIN or TURN[one.name] == name
        wrong.append(judged(page, province, one, [accessible, fits] if by_axe else [fits], name))
    assert [found for found in wrong if found] == []


def judged(page: Any, province: Province, one: Page, judges: list[Judge], look: str) -> str:
    """Go to a page, judge it, keep a picture where the docs want one; return what is wrong with it."""
    path = one.way if isinstance(one.way, str) else one.way(page, province.address)
    if path:
        page.goto(province.address + path)
    try:
        for judge in judges:
            judge(page)
    except AssertionError as fault:
        return f"{one.name}: {fault}"
    if os.environ.get("YIWANG_SCREENSHOTS"):
        if gallery.wanted(look, one.name):
            gallery.take(page, look, one.name)
        if large := FOR_THE_DOCS.get((look, one.name)):
            page.screenshot(path=gallery.PICTURES.parent / f"{large}.png")
    return ""


def sign_up(page: Any, province: Province, look: str) -> None:
    """Open an account as anybody does, with the code that the demonstration shows."""
    phone = f"1990009{LOOKS.index(next(one for one in LOOKS if one[0] == look)):04d}"
    page.goto(f"{province.address}/sign-up")
    page.fill("input[name=phone]", phone)
    page.fill("input[name=password1]", "seven green rivers")
    press(page, "main form button[type=submit]")
    code = re.search(r"\b(\d{6})\b", page.inner_text("main .note"))
    assert code, page.inner_text("main")
    page.fill("input[name=code]", code[1])
    press(page, "main form:has(input[name=code]) button[type=submit]")


def test_the_docs_show_every_page() -> None:
    """The page of the docs lists what there is, each picture lies there, and all together they stay small."""
    if os.environ.get("YIWANG_SCREENSHOTS"):
        gallery.GALLERY.write_text(gallery.written(), encoding="utf-8")
    assert gallery.GALLERY.read_text(encoding="utf-8") == gallery.written()
    pictures = {
        gallery.picture(look, page.name) for page in PAGES for look in gallery.LOOKS if gallery.wanted(look, page.name)
    }
    assert pictures == set(gallery.PICTURES.glob("*.webp"))
    assert sum(path.stat().st_size for path in pictures) < 10_000_000


NOT_PICTURED = {
    # answers that are no page of their own, or another state of a page that is pictured
    "portal:hall-ticket", "portal:ticket-leave", "portal:appointment-cancel", "portal:appointment-move",
    "portal:appointment-arrive", "desk:halls", "desk:hall_slip", "desk:hall_closing", "desk:hall_window",
    "desk:hall_arrival", "desk:reception_firm", "desk:reception_end", "desk:find", "desk:certificates_find", "desk:hall_find", "desk:counter_promise", "desk:reception_hand_out", "desk:counter_start",
    "desk:counter_check", "desk:counter_receipt", "desk:counter_document", "desk:counter_paper",
    "portal:bundle-submit", "portal:joint-drop", "portal:joint-rate",
    "portal:delivery-cancel", "portal:address", "portal:address-remove", "desk:delivery_hand_out",
    "portal:acting", "portal:suggestions", "portal:paper", "portal:paper-remove", "portal:certificate-qr", "portal:certificate-pdf",
    "portal:case-document", "portal:case-hearing", "portal:regions", "portal:apply-page", "portal:apply-check", "portal:apply-discard",
    "portal:apply-entry", "portal:apply-new-version", "desk:claim", "desk:id_numbers", "desk:accept",
    "desk:request_correction", "desk:step", "desk:certificate_suspend", "desk:certificate_restore", "desk:refuse_to_accept", "desk:review", "desk:decide", "desk:hand_over", "desk:paper",
    "desk:document", "desk:certificate_pdf", "desk:withdraw", "console:rerun_fact", "console:rerun_job",
    "console:open_rule", "console:try_rule", "console:publish_rule", "console:stop_rule", "console:import_rule",
    "console:rule_document", "desk:automatic_case",
    "desk:explain_card", "desk:assign_card", "desk:carry_out", "desk:export", "desk:save_filter", "desk:forget_filter",
    "desk:write_note", "desk:enter_absence", "desk:end_absence", "desk:stand_in", "desk:notices_read",
    "console:hall_details", "console:hall_hours", "console:hall_closing", "console:hall_reopening",
    "console:new_hall", "console:hall_service", "console:hall_window", "console:annotate_card", "console:look_into_courier", "console:look_into_payment",
    "console:close_card", "console:change_card_rule",
    "console:enter_day", "console:enter_year", "portal:charge-receipt", "portal:pay-start", "portal:pay-order", "desk:fees",
}  # fmt: skip


def test_no_page_is_forgotten() -> None:
    """Whoever adds a page adds it to the list, or says here why it is none."""
    from django.urls import Resolver404, get_resolver, resolve

    names = {
        f"{part.namespace}:{one.name}"
        for part in get_resolver().url_patterns
        if getattr(part, "namespace", None) in ("portal", "desk", "console")
        for one in part.url_patterns
    }
    seen = set()
    for page in PAGES:
        path = page.way if isinstance(page.way, str) else page.name
        try:
            seen.add(resolve(path.split("?")[0]).view_name)
        except Resolver404:
            continue
    reached = {
        "desk:card", "desk:batch", "desk:case_sheet", "console:card",
        "portal:appointment", "desk:reception", "desk:counter_form",
        "portal:joint-case", "portal:case-automatic", "portal:offer", "console:rule", "console:rule_version",
        "portal:delivery", "portal:case-delivery", "desk:delivery",
        "portal:case", "portal:receipt", "portal:case-withdraw", "portal:certificate", "portal:message",
        "portal:case-correction", "portal:case-more", "portal:case-deferred", "desk:correct_at_once", "portal:case-rate", "portal:apply", "portal:charge", "desk:case", "desk:certificate",
    }  # fmt: skip
    assert names - seen - reached - NOT_PICTURED == set()
