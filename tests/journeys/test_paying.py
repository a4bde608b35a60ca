"""公共支付 in a real browser: a fee is charged, paid on the provider's own page, told three times and forged once, given back."""

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.conftest import PHONE, Visitor
from tests.journeys.books import facts_about, facts_of_case, rows
from tests.journeys.people import declare_and_submit, fetch_pdf, fill_form, press, sign_in
from tests.province import Province
from yiwang.connectors.payment_demo.signing import signed_headers

ITEM = "11339900YW0000047J4330799053000"
ANSWERS = {
    "for_whom": "self", "sex": "female", "why": "moved", "address": "浙江省杭州市西湖区演示路 9 号", "recent": "taken", "get": "collect",
    "temporary": "fine", "truth": "true",
}  # fmt: skip
WHO = "zhouzihan"


def reloaded_until(page: Any, text: str, seconds: float = 30) -> None:
    """Reload until the page says something: worker and provider need a moment."""
    end = time.monotonic() + seconds
    while text not in page.inner_text("main"):
        assert time.monotonic() < end, f"{page.url} never says {text}: {page.inner_text('main')[:800]}"
        time.sleep(0.3)
        page.reload()


def applied(page: Any, province: Province, officials: Callable[..., None], photo: Path) -> str:
    """Apply for a new identity card, have it accepted, and come to the charge; return the case's number."""
    page.goto(f"{province.address}/items/{ITEM}/apply")
    if "/sign-in" in page.url:
        sign_in(page, province, WHO)
    fill_form(page, ANSWERS, {"photo": photo})
    number = declare_and_submit(page)
    officials("accept", number)
    page.goto(f"{province.address}/me/payments")
    reloaded_until(page, "前缴")
    press(page, "main li.card.tint a.hit")
    return number


def paid(page: Any, way: str) -> str:
    """Pay what is due on the provider's page, which then tells the platform in a certain way; return the order's page."""
    press(page, "main form[method=post] button:has-text('去缴')")
    order_page = str(page.url)
    press(page, "main a[rel=noreferrer]")
    assert "演示支付" in page.title() and "¥20.00" in page.inner_text("main")
    page.check(f"input[name=way][value={way}]")
    press(page, "button[value=pay]")
    reloaded_until(page, "缴好了")
    return order_page


def test_a_fee_is_paid_once_whatever_the_provider_says_and_given_back_where_nothing_comes_of_it(
    province: Province,
    officials: Callable[..., None],
    visitor: Callable[..., Visitor],
    accessible: Callable[[Any], None],
    fits: Callable[[Any], None],
    tmp_path: Path,
) -> None:
    """One card is paid for and handed out; the next is paid for and withdrawn."""
    from PIL import Image

    photo = tmp_path / "演示照片.png"
    Image.new("RGB", (358, 441), "#ded8c8").save(photo)
    province.start("payment-demo")
    page = visitor(size=PHONE).page
    look = lambda: (accessible(page), fits(page))  # noqa: E731
    number = applied(page, province, officials, photo)
    charge_page = str(page.url)
    look()
    forged = {"kind": "paid", "nonce": "f" * 32, "order": "X", "trade": "T1", "amount": 2000, "refund": ""}
    body = json.dumps(forged).encode()
    refused = page.request.post(
        f"{province.address}/callbacks/payment", data=body, headers=signed_headers(b"another key", body)
    )
    assert refused.status == 403
    page.reload()
    assert "去缴" in page.inner_text("main")
    paid(page, "twice")
    look()
    officials("decide", number)
    page.goto(f"{province.address}/me/cases/{number}")
    reloaded_until(page, "办好了")
    page.goto(charge_page)
    look()
    shown = page.inner_text("main")
    assert "已缴清" in shown and shown.count("票据号码") == 1
    assert fetch_pdf(page, f"{charge_page}/receipt").startswith(b"%PDF-")
    ((charge_id,),) = rows(province, "SELECT id FROM payments_charge WHERE reference = ?", number)
    end = time.monotonic() + 20
    asked = (
        "SELECT verdict, count(*) FROM payments_callback c JOIN payments_payment p ON p.number = c.order_number "
        "WHERE p.charge_id = ? GROUP BY verdict ORDER BY verdict"
    )
    while rows(province, asked, charge_id) != [("repeated", 1), ("taken", 1)]:
        assert time.monotonic() < end, "the same message again is no new one; another about the same trade is kept"
        time.sleep(0.2)
    ledger = rows(province, "SELECT kind, held_fen FROM payments_ledgerline WHERE charge_id = ?", charge_id)
    assert sorted(ledger) == [("paid", 2000), ("raised", 0)]
    assert facts_about(province, "reference", number)["ChargePaid"] == 1
    ended = facts_of_case(province, number)
    assert (ended["CaseGranted"], ended["CaseIssued"], ended["CaseClosed"]) == (1, 1, 1)

    number = applied(page, province, officials, photo)
    charge_page = str(page.url)
    paid(page, "reordered")
    page.goto(f"{province.address}/me/cases/{number}/withdraw")
    press(page, "main form button[type=submit]")
    page.goto(charge_page)
    reloaded_until(page, "已退回")
    shown = page.inner_text("main")
    assert "已全部退回" in shown and "已冲红" in shown
    look()
    assert facts_about(province, "reference", number)["ChargeRefunded"] == 1
    assert province.end("payment-demo") == 0
