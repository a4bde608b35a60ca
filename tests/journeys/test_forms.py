"""Rows, conditions and addresses in a real browser, with and without JavaScript; and every guide on one side of A4."""

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from tests.conftest import DESKTOP, PHONE, Visitor
from tests.journeys.people import press, sign_in
from tests.province import Province

ITEMS = Path(__file__).resolve().parents[2] / "demo" / "items"
GO_ON = "main form .row > button[type=submit] >> nth=0"


def code_of(name: str) -> str:
    found = re.search(r'^code: "(\w+)"', (ITEMS / f"{name}.yaml").read_text(encoding="utf-8"), re.M)
    assert found
    return found[1]


def requests_of(page: Any) -> list[str]:
    """Return a list that grows with every request of the page from now on; the icon of its tab does not count."""
    asked: list[str] = []
    page.on("request", lambda request: None if request.url.endswith("/mark.svg") else asked.append(request.url))
    return asked


def begin(page: Any, province: Province, item: str, who: str, step: str, firm: str = "") -> None:
    """Sign in, throw an old draft away, and open one page of the form."""
    sign_in(page, province, who)
    address = f"{province.address}/items/{code_of(item)}/apply"
    page.goto(address)
    if firm and page.locator("input[name=firm][type=radio]").count():
        press(page, "main form button[type=submit]")
    page.goto(f"{address}/discard")
    if page.url.endswith("/discard"):
        press(page, "main form button[type=submit]")
    page.goto(address)
    page.goto(f"{address}/{step}")


@pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without-javascript"])
def test_a_family_is_entered_one_member_a_page(
    province: Province, visitor: Callable[..., Visitor], accessible: Callable[[Any], None], fits: Callable[[Any], None],
    javascript: bool,
) -> None:  # fmt: skip
    page = visitor(size=PHONE, javascript=javascript).page
    begin(page, province, "household-move", "linxiaolan" if javascript else "xuhaoran", "with")
    page.check("[name=with_others][value=with]")
    page.check("[name=post][value=electronic]")
    page.check("[name=truth]")
    if not javascript:
        assert page.locator("button[name=members-add]").count() == 0
        press(page, GO_ON)
    press(page, "button[name=members-add]")
    page.fill("[name=members-0-name]", "欧阳娜娜·阿卜杜热合曼·买买提伊敏江·古丽巴哈尔汗尼亚孜·艾则孜江米吉提·约翰逊")
    page.check("[name=members-0-relation][value=子女]")
    if javascript:
        assert page.is_visible("[name=members-0-school_change]")
        accessible(page)
    else:
        page.fill("[name=members-0-id_number]", "339921202003150065")
        press(page, GO_ON)
    page.fill("[name=members-0-id_number]", "339921202003150065")
    page.check("[name=members-0-school_change][value=stay]")
    press(page, "button[name=more]")
    page.fill("[name=members-1-name]", "王秀英")
    page.check("[name=members-1-relation][value=父母]")
    page.fill("[name=members-1-id_number]", "339921195602020286")
    press(page, GO_ON)
    assert page.locator(".entries > li").count() == 2
    fits(page)
    if javascript:
        accessible(page)
    press(page, "button[name=members-remove][value='0']")
    assert page.locator(".entries > li").count() == 1
    assert "王秀英" in page.inner_text(".entries")
    press(page, GO_ON)
    assert "/apply/check" in page.url


@pytest.mark.parametrize("size", [PHONE, DESKTOP], ids=["phone", "desktop"])
@pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without-javascript"])
def test_shareholders_are_added_and_removed_and_add_up(
    province: Province, visitor: Callable[..., Visitor], accessible: Callable[[Any], None], fits: Callable[[Any], None],
    javascript: bool, size: dict[str, int],
) -> None:  # fmt: skip
    page = visitor(size=size, javascript=javascript).page
    begin(page, province, "company-setup", "ouyangmuqing", "money")
    asked = requests_of(page)

    def click(selector: str) -> None:
        page.click(selector) if javascript else press(page, selector)

    def fill_row(row: int, name: str, share: str) -> None:
        page.fill(f"[name=holders-{row}-name]", name)
        page.select_option(f"[name=holders-{row}-kind]", "person")
        page.fill(f"[name=holders-{row}-number]", "339942199601210803")
        page.fill(f"[name=holders-{row}-amount]", "1,000")
        page.fill(f"[name=holders-{row}-share]", share)

    fill_row(0, "欧阳慕青", "60.5")
    click("button[name=holders-add]")
    fill_row(1, "李四", "39.4")
    click("button[name=holders-add]")
    assert page.locator("[data-table=holders] tbody tr").count() == 3
    fill_row(2, "多出来的人", "1")
    click("button[name=holders-remove][value='2']")
    fits(page)
    if javascript:
        assert page.inner_text("[data-sum=share]") == "99.9"
        assert asked == [], "nothing is asked of the server while somebody types and adds rows"
        accessible(page)
    press(page, GO_ON)
    assert "比例加起来要等于 100 %。现在是 99.9 %。" in page.inner_text("#f-holders-e, main")
    page.fill("[name=holders-1-share]", "39.5")
    page.fill("[name=capital]", "2000")
    for part, number in (("year", "2030"), ("month", "1"), ("day", "1")):
        page.fill(f"[name=paid_by-{part}]", number)
    press(page, GO_ON)
    assert page.url.endswith("/apply/people"), page.inner_text("main")[:600]


def test_two_hundred_questions_come_and_go_without_a_request(
    province: Province, visitor: Callable[..., Visitor], accessible: Callable[[Any], None], fits: Callable[[Any], None]
) -> None:
    page = visitor(size=PHONE).page
    begin(page, province, "discharge-permit", "gaorui", "air", firm="guangjiao")
    assert page.url.endswith("/apply/air"), page.url
    asked = requests_of(page)
    assert not page.is_visible("[name=air_outlets]")
    page.check("[name=air][value=yes]")
    page.fill("[name=air_outlets]", "3")
    page.check("[name=air_open][value=yes]")
    page.type("[name=air_open_where]", "喷漆房的门缝里散出来一点，开着风机收集。")
    page.check("[name=air_open][value=no]")
    assert not page.is_visible("[name=air_open_where]")
    page.check("[name=air][value=no]")
    assert not page.is_visible("[name=air_outlets]")
    page.check("[name=air][value=yes]")
    assert page.input_value("[name=air_outlets]") == "3", "what was typed is still there when the question comes back"
    for kind in ("dust", "voc", "smell"):
        page.check(f"[name=air_kinds][value={kind}]")
    page.fill("[name=air_height]", "15")
    assert asked == []
    accessible(page)
    fits(page)
    press(page, GO_ON)
    assert page.url.endswith("/apply/air_1"), page.inner_text("main")[:600]
    assert page.is_visible("[name=dust_level]")
    assert not page.is_visible("[name=so2_level]")
    assert len(page.content()) < 90_000, "the page stays light, with all that may come up in it"
    page.fill("[name=dust_rate]", "90")
    page.select_option("[name=dust_treat]", "none")
    assert not page.is_visible("[name=dust_rate]"), "a condition over a condition"


def test_an_address_is_chosen_step_by_step_or_by_name(
    province: Province, visitor: Callable[..., Visitor], accessible: Callable[[Any], None], fits: Callable[[Any], None]
) -> None:
    page = visitor(size=PHONE).page
    begin(page, province, "household-move", "zhangxi", "to")
    with page.expect_response("**/regions.json*"):
        page.focus("[name=to_home-find]")
    page.wait_for_selector(".addr-steps select")
    asked = requests_of(page)
    page.type("[name=to_home-find]", "仓前")
    page.click(".addr-hits button >> nth=0")
    assert asked == []
    assert page.eval_on_selector("select[name=to_home-region]", "one => one.value") == "330110012"
    assert page.locator(".addr-steps select").count() == 4
    page.select_option(".addr-steps select >> nth=0", label="安徽省")
    page.select_option(".addr-steps select >> nth=1", label="黄山市")
    page.fill("[name=to_home-detail]", "演示路" * 60)
    accessible(page)
    fits(page)
    assert page.eval_on_selector("select[name=to_home-region]", "one => one.value") == "341000"


def test_every_guide_prints_on_one_side_of_a4(
    province: Province, visitor: Callable[..., Visitor], trials: Callable[[int, int], int]
) -> None:
    for language in ("zh-CN", "en"):
        page = visitor(size=DESKTOP, language=language).page
        page.emulate_media(media="print")
        room: dict[str, int] = {}
        for path in sorted(ITEMS.glob("*.yaml")):
            sheet = f"{province.address}/items/{code_of(path.stem)}/print"
            page.goto(sheet)
            assert page.locator(".a4-head svg path").count() == 1
            room[sheet] = page.evaluate(
                "() => { const a4 = document.querySelector('.a4'), last = a4.lastElementChild.getBoundingClientRect();"
                " return a4.clientHeight - Math.max(a4.scrollHeight, last.bottom - a4.getBoundingClientRect().top); }"
            )
            assert room[sheet] >= 0, f"{path.stem} does not fit the sheet in {language}"
        fullest = sorted(room, key=lambda sheet: room[sheet])[: trials(4, len(room))]
        for sheet in fullest:
            page.goto(sheet)
            printed = PdfFileReader(io.BytesIO(page.pdf(prefer_css_page_size=True, print_background=True)))
            assert printed.root["/Pages"]["/Count"] == 1, f"{sheet} in {language}"
