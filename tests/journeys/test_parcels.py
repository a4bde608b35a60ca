"""快递送达 in a real browser: a result goes out by a courier whose call-backs come late, doubled, out of order and forged."""

import time
from collections.abc import Callable
from typing import Any

from tests.conftest import PHONE, Visitor
from tests.journeys.books import facts_about, facts_of_case, rows
from tests.journeys.people import declare_and_submit, fill_form, press, sign_in
from tests.province import Province

ITEM = "11339900YW000018694332099054000"
ANSWERS = {"region": "330106005", "state": "planning", "nth": "1", "with_father": "without", "truth": "true"}
HOSTILE = ("--hostile", "--pace", "0.6", "--seed", "890")
"""With these dice the parcel is seen collected, on its way, not handed over and signed for, a second or more at each."""

RANKS = [{"已约快递，等快递接单"}, {"快递已接单，等揽收"}, {"已揽收"}, {"运输中", "派送中", "这次没送到"}, {"已送达"}]
STATIONS = ["本人签收", "派送", "没送到", "派送", "到了", "到了", "收走", "接了单", "约了快递", "选好了"]


def followed(page: Any, look: Callable[[], None], seconds: float = 40) -> list[str]:
    """Read the track page again and again until the parcel is there; return the states that it went through."""
    states: list[str] = []
    end = time.monotonic() + seconds
    while not states or states[-1] != "已送达":
        assert time.monotonic() < end, (states, page.inner_text("main")[:800])
        page.reload()
        now = page.inner_text("main h1")
        if states[-1:] != [now]:
            states.append(now)
        if now == "这次没送到" and "不算送达" in page.inner_text("main"):
            look()
        time.sleep(0.2)
    return states


def test_a_result_comes_by_a_hostile_courier_and_counts_once(
    province: Province, visitor: Callable[..., Visitor], accessible: Callable[[Any], None], fits: Callable[[Any], None]
) -> None:
    """Applied for on a phone, sent where nobody is at home by day, followed station by station until it is signed for."""
    province.start("courier-demo", *HOSTILE)
    page = visitor(size=PHONE).page
    look = lambda: (accessible(page), fits(page))  # noqa: E731
    page.goto(f"{province.address}/items/{ITEM}/apply")
    sign_in(page, province, "linxiaolan")
    fill_form(page, ANSWERS, {})
    page.check("label:has-text('白天没人') input[name=delivery]")
    number = declare_and_submit(page)
    page.goto(f"{province.address}/me/cases/{number}/delivery")
    press(page, "main a[href^='/me/deliveries/']")
    delivery = page.url.rsplit("/", 1)[1]
    states = followed(page, look)
    ranks = [
        next(at for at, rank in enumerate(RANKS) if state in rank) for state in states if state != "已选好，等结果"
    ]
    assert ranks == sorted(ranks), f"it went back: {states}"
    assert set(ranks) >= {3, 4}, f"the way was not seen: {states}"
    shown = page.inner_text("main")
    assert "本人签收" in shown and "从这一刻起算送达" in shown and "签收回证" in shown
    look()
    time.sleep(1.5)  # with these dice the last call-backs come within a second
    page.reload()
    assert page.inner_text("main h1") == "已送达"
    told = [one.inner_text() for one in page.locator("main ol.line > li, main .line > li").all()]
    assert len(told) == len(STATIONS), told
    assert all(words in one for words, one in zip(STATIONS, told, strict=True)), told
    page.goto(f"{province.address}/me/cases/{number}")
    assert "办好了" in page.inner_text("main")
    once = {"DeliveryHandedOver", "DeliveryDone", "DeliveryPlaced", "DeliveryOrdered"}
    assert {kind: count for kind, count in facts_about(province, "delivery_id", delivery).items() if kind in once} == (
        dict.fromkeys(once, 1)
    )
    ended = facts_of_case(province, number)
    assert (ended["CaseIssued"], ended["CaseDelivered"], ended["CaseClosed"]) == (1, 1, 1)
    assert province.end("courier-demo") == 0, "the courier counts which of its forged call-backs were taken: none"
    noted = rows(province, "SELECT count(*) FROM deliveries_oddnews WHERE why = 'forged'")
    assert noted in ([(1,)], [(2,)]), "one row a day, however many there were"
