"""Pictures: whole, still, and small enough to open."""

import io
import struct

from yiwang.foundation.files.refusals import FileRefused

_DECODERS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
MAX_PIXELS = {"image/jpeg": 89_000_000, "image/png": 30_000_000, "image/webp": 30_000_000}
"""A JPEG is opened at an eighth of its size, the others whole, which costs up to four bytes a pixel."""

MAX_SIDE = 30_000


def inspect_picture(data: bytes, media_type: str) -> None:
    """Open a picture with the decoder of its kind alone. Raises FileRefused."""
    if media_type == "image/png":
        _check_png_end(data)
    if media_type == "image/webp" and len(data) not in (size := _riff_size(data), size + 1):
        raise FileRefused("mixed" if len(data) > size else "damaged")
    from PIL import Image, UnidentifiedImageError

    try:
        _open(Image, data, media_type)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise FileRefused("picture_too_large") from None
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, struct.error, IndexError, TypeError):
        raise FileRefused("damaged") from None


def _open(image_module, data: bytes, media_type: str) -> None:  # type: ignore[no-untyped-def]
    formats = (_DECODERS[media_type],)
    with image_module.open(io.BytesIO(data), formats=formats) as picture:
        width, height = picture.size
        if width * height > MAX_PIXELS[media_type] or max(width, height) > MAX_SIDE:
            raise FileRefused("picture_too_large")
        if media_type != "image/jpeg" and getattr(picture, "n_frames", 1) > 1:
            raise FileRefused("animated")
        picture.verify()
    with image_module.open(io.BytesIO(data), formats=formats) as picture:
        if media_type == "image/jpeg":
            picture.draft(picture.mode, (max(width // 8, 1), max(height // 8, 1)))
        picture.load()


def _riff_size(data: bytes) -> int:
    return int.from_bytes(data[4:8], "little") + 8


def _check_png_end(data: bytes) -> None:
    """Walk from chunk to chunk: a PNG ends with IEND and nothing after it."""
    at = 8
    while at + 12 <= len(data):
        length, kind = struct.unpack_from(">L4s", data, at)
        at += 12 + length
        if kind == b"IEND":
            if data[at:].strip(b"\0"):
                raise FileRefused("mixed")
            return
    raise FileRefused("damaged")
