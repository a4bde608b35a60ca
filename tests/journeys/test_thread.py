"""The whole thread in a real browser: from one's own words to a sealed certificate, verified and rated."""

import datetime as dt
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import DESKTOP, PHONE, Visitor
from tests.journeys.people import declare_and_submit, fetch_pdf, fill_form, press, sign_in
from tests.province import Province

TODAY = dt.date.today()
DOG = {
    "application": "first",
    "keeper_name": "郑思源",
    "region": "330802007",
    "address": "柯城区花园街道演示路 9 号",
    "dog_name": "汤圆",
    "breed": "柴犬",
    "dog_sex": "female",
    "colour": "白",
    "born_on": TODAY - dt.timedelta(days=400),
    "neutered": "done",
    "vaccinated_on": TODAY - dt.timedelta(days=20),
    "clinic": "演示柯城宠物医院",
    "fetch_on": TODAY + dt.timedelta(days=7),
    "truth": "true",
}


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Give a picture to upload."""
    from PIL import Image

    path = tmp_path_factory.mktemp("papers") / "演示照片.png"
    Image.new("RGB", (600, 800), "#ded8c8").save(path)
    return path


def at_desk(visitor: Callable[..., Visitor], province: Province, who: str, number: str) -> Any:
    """Open a case at the desk as an official."""
    page = visitor(size=DESKTOP).page
    sign_in(page, province, who)
    page.goto(f"{province.address}/desk/cases/{number}")
    return page


def wait_for(page: Any, text: str, seconds: float = 20) -> None:
    """Reload until the page says something: the worker needs a moment."""
    end = time.monotonic() + seconds
    while text not in page.inner_text("main"):
        assert time.monotonic() < end, f"{page.url} never says {text}: {page.inner_text('main')[:800]}"
        time.sleep(0.5)
        page.reload()


@pytest.mark.parametrize("javascript", [True, False], ids=["with-javascript", "without-javascript"])
def test_from_ones_own_words_to_a_sealed_certificate(
    province: Province,
    visitor: Callable[..., Visitor],
    accessible: Callable[[Any], None],
    fits: Callable[[Any], None],
    photo: Path,
    javascript: bool,
    tmp_path: Path,
) -> None:
    """A keeper registers a dog on a phone; three officials handle it; the certificate is verified; the service is rated."""
    page = visitor(size=PHONE, javascript=javascript).page
    look = (lambda: (accessible(page), fits(page))) if javascript else (lambda: None)
    page.goto(province.address)
    look()
    page.fill("#q", "家里养狗要办证吗")
    press(page, "form[role=search] button")
    look()
    press(page, "a.hit:has-text('犬只登记')")
    assert "3 个工作日" in page.inner_text("main")
    look()
    press(page, "a:has-text('开始申请') >> visible=true")
    sign_in(page, province, "zhengsiyuan")
    assert "/apply/" in page.url
    look()
    fill_form(page, DOG, {"vaccination": photo, "photo": photo})
    look()
    assert "汤圆" in page.inner_text("main")
    number = declare_and_submit(page)
    look()
    assert "已提交" in page.inner_text("main") or "收到" in page.inner_text("main")

    window = at_desk(visitor, province, "kecheng", number)
    accessible(window)
    fits(window)
    press(window, "button:has-text('受理这一件')")
    window.check("input[name=verdict][value=support]")
    window.fill("textarea[name=opinion]", "免疫在有效期内，品种不在禁养之列。")
    press(window, "button:has-text('提交意见')")
    head = at_desk(visitor, province, "kecheng-head", number)
    head.check("input[name=decision][value=grant]")
    press(head, "button:has-text('决定这一件')")

    wait_for(page, "评价")
    look()
    page.goto(f"{province.address}/me/certificates")
    look()
    press(page, "a:has-text('犬只登记证') >> nth=0")
    look()
    link = page.get_attribute("a[href$='pdf']", "href")
    sealed = fetch_pdf(page, f"{province.address}{link}")
    file = tmp_path / "certificate.pdf"
    file.write_bytes(sealed)

    stranger = visitor(size=PHONE, javascript=javascript).page
    stranger.goto(f"{province.address}/verify")
    stranger.set_input_files("input[type=file]", str(file))
    press(stranger, "main form:has(input[type=file]) button[type=submit]")
    assert "真的" in stranger.inner_text("main"), stranger.inner_text("main")[:500]
    whole = bytearray(file.read_bytes())
    whole[len(whole) // 3] ^= 1
    file.write_bytes(bytes(whole))
    stranger.goto(f"{province.address}/verify")
    stranger.set_input_files("input[type=file]", str(file))
    press(stranger, "main form:has(input[type=file]) button[type=submit]")
    assert "改" in stranger.inner_text(".verdict"), stranger.inner_text("main")[:500]

    page.goto(f"{province.address}/me/cases/{number}/rate")
    look()
    page.check("input[name=grade][value=very_satisfied]")
    page.fill("#comment", "一趟没跑。")
    press(page, "button:has-text('提交评价')")
    assert "谢谢" in page.inner_text("main")


def test_the_store_holds_after_all_of_it(province: Province) -> None:
    """The independent verifier finds nothing wrong with what the journeys left behind."""
    time.sleep(4)
    proved = province.verify()
    assert proved.returncode == 0, proved.stdout + proved.stderr
