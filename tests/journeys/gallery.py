"""The pictures of the docs: taken by the browser test, small, and shown on a page that is written from the list of pages."""

import io
from pathlib import Path
from typing import Any

from PIL import Image

from tests.journeys.pages import (
    APPLYING,
    CORRECTING,
    MAIN,
    NEWCOMER,
    OFFICIAL,
    OPERATOR,
    PAGES,
    PERSON,
    RATING,
    VISITOR,
    WINDOW,
    Page,
)

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "docs" / "screenshots" / "pages"
GALLERY = ROOT / "docs" / "guide" / "pages.md"
WIDTHS = {"phone": 390, "desktop": 960}
TALLEST = {"phone": 1400, "desktop": 1300}
QUALITY = 55
LOOKS = {
    "phone": ("手机", "phone"),
    "phone-large": ("手机，大字版", "phone, large text"),
    "small-english": ("小屏幕，英文", "small screen, English"),
    "desktop": ("电脑", "desktop"),
    "desktop-english-dark": ("电脑，英文，深色", "desktop, English, dark"),
}


def wanted(look: str, name: str) -> bool:
    """Return whether the docs show a page in a look: all on phone and desktop, the main ones in all five."""
    return look in WIDTHS or name in MAIN


def picture(look: str, name: str) -> Path:
    """Return where the picture of a page in a look lies."""
    return PICTURES / f"{name}.{look}.webp"


def take(page: Any, look: str, name: str) -> None:
    """Take a picture of the page as it stands, from its top, without what a fixed bar would cover."""
    size = page.viewport_size
    kind = "desktop" if size["width"] > 600 else "phone"
    height = page.evaluate("() => document.documentElement.scrollHeight")
    page.set_viewport_size({"width": size["width"], "height": max(600, min(int(height), TALLEST[kind]))})
    shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    page.set_viewport_size(size)
    if kind == "desktop":
        shot = shot.resize((WIDTHS[kind], round(shot.height * WIDTHS[kind] / shot.width)), Image.Resampling.LANCZOS)
    PICTURES.mkdir(parents=True, exist_ok=True)
    shot.save(picture(look, name), "WEBP", quality=QUALITY, method=6)


def written() -> str:
    """Return the page of the docs that shows every page."""
    head = [
        "# 每一页的样子",
        "",
        "由浏览器测试拍的，每一页都有手机和电脑两张；主要的几页有五种看法：手机、大字版、320 像素英文、电脑、深色英文。",
        "重拍：`YIWANG_SCREENSHOTS=1 .venv/bin/python -m pytest tests/journeys/test_pages.py`。",
        "",
        "*What every page looks like, photographed by the browser test: each on a phone and on a desktop, the main ones in",
        "five looks.*",
        "",
    ]
    groups = [
        ("谁都能看的", "For everybody", (VISITOR,)),
        ("办事的人", "For people", (PERSON, APPLYING, CORRECTING, RATING)),
        ("刚注册的人：什么都还没有", "Just signed up: nothing there yet", (NEWCOMER,)),
        ("工作台", "For officials", (OFFICIAL, WINDOW)),
        ("运行", "For operators", (OPERATOR,)),
    ]
    lines = head
    for zh, en, who in groups:
        lines += [f"## {zh}", "", f"*{en}*", ""]
        for page in PAGES:
            if page.who in who:
                lines += _shown(page)
    return "\n".join(lines).rstrip() + "\n"


def _shown(page: Page) -> list[str]:
    looks = [look for look in LOOKS if wanted(look, page.name)]
    near = {look: f"../screenshots/pages/{page.name}.{look}.webp" for look in looks}
    rows = [f"### {page.zh}", "", f"*{page.en}*", ""]
    rows += [
        "| " + " | ".join(LOOKS[look][0] for look in looks) + " |",
        "|" + "---|" * len(looks),
        "| " + " | ".join(f"![{page.en}, {LOOKS[look][1]}]({near[look]})" for look in looks) + " |",
        "",
    ]
    return rows
