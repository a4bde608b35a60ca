"""综合窗口 in a real browser: taken in for somebody at the window, decided, and handed out there against proof."""

import datetime as dt
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.conftest import DESKTOP, Visitor
from tests.journeys.people import fill_page, press, sign_in
from tests.province import Province

NAME, NUMBER = "沈建国", "339901194903180152"
SHOP = {
    "organised": "alone", "trade_name": "西湖区演示老沈理发店", "trade": "beauty", "scope": "理发服务", "capital": "60000",
    "premises": "rented", "region": "330106004", "place": "西溪街道演示路 68 号 1 楼", "start_on": dt.date.today(),
    "phone": "19900000102", "truth": "true",
}  # fmt: skip


def receive(page: Any, province: Province) -> None:
    """Identify the person at the window; whoever is still there from before is served first."""
    page.goto(f"{province.address}/desk/counter")
    if not page.url.endswith("/desk/counter"):
        press(page, "form[action$='/end'] button")
        page.goto(f"{province.address}/desk/counter")
    page.fill("[name=name]", NAME)
    page.fill("[name=id_number]", NUMBER)
    page.check("[name=evidence][value=face]")
    press(page, "main form button[type=submit]")
    assert NAME in page.inner_text("h1") and NUMBER not in page.content()


def test_a_case_from_the_window_and_back_to_it(
    province: Province,
    visitor: Callable[..., Visitor],
    accessible: Callable[[Any], None],
    fits: Callable[[Any], None],
    officials: Callable[..., None],
    tmp_path: Path,
) -> None:
    """A clerk takes it in, scans a paper and says what it is, prints the receipt; later the result goes out against a signature."""
    from PIL import Image

    scan = tmp_path / "租约.png"
    Image.new("RGB", (400, 600), "#ded8c8").save(scan)
    page = visitor(size=DESKTOP).page
    sign_in(page, province, "window")
    receive(page, province)
    page.fill("#q", "个体工商户设立登记")
    press(page, "form[role=search] button")
    press(page, "main form[action$='/start'] >> nth=0 >> button")
    for _ in range(4):
        if page.url.endswith("/check"):
            break
        fill_page(page, SHOP, {"lease": scan})
    assert page.url.endswith("/check"), page.inner_text("main")[:800]
    page.select_option("select[name^=grade-]", "B")
    page.check("[name=declare]")
    accessible(page)
    press(page, "main form button[type=submit]")

    number = page.url.rsplit("/", 1)[1]
    printed = page.inner_text("main")
    assert "收件凭证" in printed and "此件经与原件核对无误" in printed and "方敏" in printed
    accessible(page)
    fits(page)
    officials("decide", number)

    end = time.monotonic() + 20
    page.goto(page.url.split("/cases/")[0])
    while not page.locator(f"#result option[value='{number}']").count():
        assert time.monotonic() < end, "the result never lies ready"
        time.sleep(0.3)
        page.reload()
    for signature, said in (("沈建", "签名要和证件上的姓名一致"), (NAME, "交出去了")):
        page.select_option("#result", number)
        page.fill("#signature", signature)
        press(page, "form:has(#result) button")
        assert said in page.inner_text("body")
    assert page.locator(f"#result option[value='{number}']").count() == 0
    accessible(page)
    fits(page)
    press(page, "form[action$='/end'] button")
