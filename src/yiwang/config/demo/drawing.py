"""Draw the papers that the stories hand in: one page, a few words, 演示 SPECIMEN across it."""

import io
from functools import cache

from PIL import Image, ImageDraw, ImageFont

from yiwang.domains.seals.pades.typesetting import font_files

PAGE = (744, 1052)


@cache
def draw_paper(kind: str, text: str) -> bytes:
    """Return a PNG or a PDF of one page."""
    page = Image.new("RGB", PAGE, "#ffffff")
    pen = ImageDraw.Draw(page)
    path = str(font_files()[-1][1][0])
    pen.rectangle((40, 40, PAGE[0] - 40, PAGE[1] - 40), outline="#c9c5b8", width=2)
    pen.text((PAGE[0] / 2, 180), text, fill="#222222", font=ImageFont.truetype(path, 30), anchor="mm")
    mark = Image.new("RGBA", (700, 160), (255, 255, 255, 0))
    ImageDraw.Draw(mark).text(
        (350, 80), "演示 SPECIMEN", fill=(178, 58, 31, 110), font=ImageFont.truetype(path, 72), anchor="mm"
    )
    turned = mark.rotate(32, expand=True)
    page.paste(turned, ((PAGE[0] - turned.width) // 2, 420), turned)
    out = io.BytesIO()
    page.save(out, "PNG" if kind == "png" else "PDF", **({"optimize": True} if kind == "png" else {"resolution": 90}))
    return out.getvalue()
