"""一件事 in a real browser: each of the four bundles from one form to all results; where one is refused, the others go on."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import PHONE, Visitor
from tests.journeys.people import fill_form, press, sign_in
from tests.province import Province

TODAY = dt.date.today()
BIRTH = {
    "wanted_parts": ["certificate"], "region": "330110010", "child_name": "林小满", "child_sex": "女",
    "born_on": TODAY - dt.timedelta(days=6), "born_at": "演示西湖区妇幼保健院", "married": "married",
    "with_father": "with", "father_name": "徐浩然", "father_id": "339901199110300719", "certificate_born_how": "hospital",
    "certificate_paper": "collect", "household_ethnicity": "汉族", "household_follow": "mother",
    "household_address": "浙江省杭州市余杭区仓前街道演示花园 3 幢 502 室", "childbirth_nth": "1", "truth": "true",
}  # fmt: skip
RESTAURANT = {
    "wanted_parts": ["online"], "shop_name": "立家小馆", "region": "330106005", "place": "西湖区翠苑街道演示路 9 号一层",
    "area": "120", "visit_on": TODAY + dt.timedelta(days=6), "food_items": ["hot_meals"], "food_seats": "40",
    "food_kitchen_area": "30", "food_ready_on": TODAY, "food_online_sale": "without", "food_manager": "陈立",
    "food_staff_count": "6", "fire_floors": "一层", "fire_capacity": "80", "fire_equipment": ["extinguisher"],
    "fire_exits": "2", "fire_gas": "none", "fire_safety_head": "陈立", "fire_way": "inspect", "drain_content": ["grease"],
    "drain_volume": "5", "drain_size": "small", "drain_outlets": "1", "drain_split": "split", "drain_device": ["trap"],
    "drain_clean_every": "7", "drain_declare": "true", "online_site_address": "li.demo.example", "truth": "true",
}  # fmt: skip
RETIREMENT = {
    "wanted_parts": ["fund", "card"], "retire_on": TODAY + dt.timedelta(days=10), "bank": "icbc",
    "account": "6222020000000000009", "pension_kind": "worker", "pension_mode": "normal", "pension_record_right": "right",
    "pension_heavy": "none", "pension_medical": "enough", "medical_missing": "monthly", "fund_loan": "none",
    "fund_close": "true", "card_card": "electronic", "truth": "true",
}  # fmt: skip
FAREWELL = {
    "wanted_parts": ["fund"], "dead_name": "演示老人", "dead_id": "339921194902030713",
    "died_on": TODAY - dt.timedelta(days=8), "relation": "child", "several": "one", "bank": "ccb",
    "account": "6227000000000000009", "cancel_how": "hospital", "cancel_copies": "2", "grant_state": "retired",
    "grant_at_work": "usual", "grant_kin_promise": "true", "truth": "true",
}  # fmt: skip
PAPERS = ["household_consent", "plan", "food_equipment", "food_rules", "fire_training", "drain_map"]
STORIES = [
    ("birth", "linxiaolan", BIRTH, ["household"], {"insurance"}),
    ("restaurant", "chenli", RESTAURANT, ["fire"], set()),
    ("retirement", "wangxiuying", RETIREMENT, ["medical"], set()),
    ("farewell", "nurbiye", FAREWELL, ["fund"], set()),
]


@pytest.mark.parametrize(("slug", "who", "answers", "refused", "stopped"), STORIES, ids=[one[0] for one in STORIES])
def test_a_bundle_from_one_form_to_all_results(
    province: Province,
    officials: Callable[..., None],
    visitor: Callable[..., Visitor],
    accessible: Callable[[Any], None],
    fits: Callable[[Any], None],
    tmp_path: Path,
    slug: str,
    who: str,
    answers: dict[str, Any],
    refused: list[str],
    stopped: set[str],
) -> None:
    """Found on the front page, filled in once, decided by every office, rated once."""
    from PIL import Image

    paper = tmp_path / "演示材料.png"
    Image.new("RGB", (400, 600), "#ded8c8").save(paper)
    page = visitor(size=PHONE).page
    page.goto(f"{province.address}/{'?audience=enterprise' if slug == 'restaurant' else ''}")
    press(page, f"a[href='/bundles/{slug}']")
    accessible(page)
    fits(page)
    press(page, "a:has-text('开始填这张表') >> visible=true")
    sign_in(page, province, who)
    if page.locator("input[name=firm]").count():
        press(page, "main form button[type=submit]")
    fill_form(page, answers, dict.fromkeys(PAPERS, paper), pages=18)
    if slug == "birth":
        assert "办成以后直接用，不用交" in page.inner_text("main"), "what an earlier part results in is not fetched"
    page.check("#declare")
    press(page, "main form button[type=submit]")
    number = page.url.rsplit("/", 1)[1]
    assert "/me/joint/" in page.url and "提交" in page.inner_text("main")
    accessible(page)
    fits(page)
    officials("decide", number, *refused)
    page.reload()
    parts = page.locator("main li[id^=part-]").all()
    assert len(parts) >= 4 - (slug == "farewell")
    for part in parts:
        key = str(part.get_attribute("id")).removeprefix("part-")
        words = part.locator("p").first.inner_text()
        expected = "没有办成" if key in refused else "没有提交" if key in stopped else "办成了"
        assert expected in words, (key, words)
    accessible(page)
    press(page, "a:has-text('去评价')")
    page.check("[name=grade][value=satisfied]")
    press(page, "main form button[type=submit]")
    assert "评好了" in page.inner_text("main")
