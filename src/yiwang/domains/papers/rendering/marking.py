"""Draw words across a picture, again and again, so that no part of it can be used without them."""

import io
from functools import lru_cache
from typing import Any

from yiwang.domains.seals.pades.typesetting import font_files

MARKABLE = frozenset({"image/jpeg", "image/png", "image/webp"})
LONGEST_SIDE = 2_000
"""More than a sheet needs on a screen or on paper; a larger scan is shown smaller."""
SLANT = 24
COLOR = (150, 20, 20, 96)


@lru_cache(maxsize=8)
def _font(size: int) -> Any:
    from PIL import ImageFont

    return ImageFont.truetype(str(font_files()[-1][1][0]), size)


def mark_picture(data: bytes, words: str) -> bytes:
    """Return a picture with words across it, as PNG, at most 2,000 pixels long. The file given stays as it is."""
    from PIL import Image, ImageDraw  # here, so that a web process that marks nothing does not hold it

    with Image.open(io.BytesIO(data)) as opened:
        if opened.format == "JPEG":
            opened.draft("RGB", (LONGEST_SIDE, LONGEST_SIDE))
        picture = opened.convert("RGB")
    picture.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    width, height = picture.size
    font = _font(max(14, min(width, height) // 28))
    left, top, right, bottom = font.getbbox(words)
    stripe = Image.new("RGBA", (int(right - left) + 40, int(bottom - top) + 24), (255, 255, 255, 0))
    ImageDraw.Draw(stripe).text((20 - left, 12 - top), words, font=font, fill=COLOR)
    turned = stripe.rotate(SLANT, expand=True, resample=Image.Resampling.BILINEAR)
    step = max(height // 3, stripe.height * 4)
    for row, y in enumerate(range(-turned.height // 2, height, step)):
        for x in range(-turned.width // 2 + (row % 2) * turned.width // 3, width, turned.width + 30):
            picture.paste(turned, (x, y), turned)
    out = io.BytesIO()
    picture.save(out, "PNG", compress_level=3)
    return out.getvalue()
