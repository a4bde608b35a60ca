"""What a file really is: an allow-list by its first bytes and its structure. Names and claims are never looked at."""

import re
import struct
import zlib
from collections.abc import Callable, Collection, Iterator

from yiwang.foundation.files.archives import inspect_archive
from yiwang.foundation.files.pictures import inspect_picture
from yiwang.foundation.files.refusals import FileRefused

MAX_BYTES = 20 * 1024 * 1024
MEDIA_TYPES = {
    "application/pdf": "pdf",
    "image/jpeg": "jpg",
    "image/png": "png",
    "image/webp": "webp",
    "application/ofd": "ofd",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": "docx",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": "xlsx",
}
"""Media types that people may hand in → extension for a download."""

_MARKUP = re.compile(rb"<(?:script|html|svg|iframe|!doctype\s+html|\?php|\?xml-stylesheet)[\s>/]", re.IGNORECASE)
_OTHER_ARCHIVES = (b"Rar!\x1a\x07", b"7z\xbc\xaf\x27\x1c")
_ACTIVE = re.compile(rb"/(?:J|#4[aA])(?:a|#61)(?:v|#76)(?:a|#61)(?:S|#53)cript\b|/Launch\b")
_MOST_OBJECTS, _MOST_OBJECTS_IN_ONE = 64 * 1024 * 1024, 8 * 1024 * 1024
_MOST_LAYERS, _MOST_STREAMS = 4, 20_000
_HEAD = 1024  # readers of PDF look for its signature this far in


def inspect(data: bytes, *, allowed: Collection[str] = tuple(MEDIA_TYPES), max_bytes: int = MAX_BYTES) -> str:
    """Return the media type of a file that may be taken.

    Args:
        data: the whole file.
        allowed: the media types that are wanted here, a part of `MEDIA_TYPES`.
        max_bytes: the greatest size.

    Raises:
        FileRefused: with a code and plain words in Chinese and English.
    """
    if not data:
        raise FileRefused("empty")
    if len(data) > max_bytes:
        raise FileRefused("too_large", limit=max_bytes // (1024 * 1024))
    media_type = next((look(data) for starts, look in _LOOKS if starts(data)), None)
    if media_type is None or media_type not in allowed:
        raise FileRefused("type")
    return media_type


def sniff(data: bytes) -> str | None:
    """Return the media type of a file that may be taken, or None for any other; the size is not looked at."""
    try:
        return inspect(data, max_bytes=max(len(data), 1))
    except FileRefused:
        return None


def _pdf(data: bytes) -> str:
    end = data.rfind(b"%%EOF")
    if end < 0 or b"startxref" not in data[max(end - 256, 0) : end] or not re.match(rb"%PDF-[12]\.\d", data):
        raise FileRefused("damaged")
    if data[end + 5 :].strip(b"\0\t\r\n ") or _holds_archive(data) or _MARKUP.search(data[:_HEAD]):
        raise FileRefused("mixed")
    if re.search(rb"/Encrypt\s*(?:\d+\s+\d+\s+R|<<)", data):
        raise FileRefused("password")
    if _ACTIVE.search(data) or any(_ACTIVE.search(packed) for packed in _packed_objects(data)):
        raise FileRefused("active")
    return "application/pdf"


def _packed_objects(data: bytes) -> Iterator[bytes]:
    """Unpack the object streams of a PDF (ISO 32000-1 7.5.7): what stands in them, a plain search does not find."""
    left = _MOST_OBJECTS
    for number, found in enumerate(re.finditer(rb"/ObjStm\b", data)):
        if number >= _MOST_STREAMS:
            raise FileRefused("unpacks_too_large")
        start = re.compile(rb"stream\r?\n").search(data, found.end(), found.end() + 1024)
        if start is None:
            continue
        head = data[max(found.start() - 512, 0) : start.start()].rpartition(b"obj")[2]
        layers = len(re.findall(rb"/Fl(?:ateDecode)?\b", head))
        if layers > _MOST_LAYERS or re.search(rb"/(?:LZW|ASCIIHex|ASCII85|RunLength)Decode\b|/Crypt\b", head):
            raise FileRefused("mixed")
        packed: bytes | memoryview = memoryview(data)[start.end() :]
        for _ in range(layers):
            packed = _inflated(packed, left)
        if isinstance(packed, bytes):
            left -= len(packed)
            yield packed


def _inflated(packed: bytes | memoryview, most: int) -> bytes:
    opened = zlib.decompressobj()
    try:
        plain = opened.decompress(packed, min(most, _MOST_OBJECTS_IN_ONE) + 1)
    except zlib.error:
        return b""  # a reader could not open it either
    if len(plain) > min(most, _MOST_OBJECTS_IN_ONE):
        raise FileRefused("unpacks_too_large")
    return plain


def _picture(media_type: str) -> Callable[[bytes], str]:
    def look(data: bytes) -> str:
        if b"%PDF-" in data[:_HEAD] or _MARKUP.search(data) or _holds_archive(data):
            raise FileRefused("mixed")
        inspect_picture(data, media_type)
        return media_type

    return look


def _holds_archive(data: bytes) -> bool:
    """Return whether an archive is appended, or wrapped so that an unpacker would find it at the end."""
    if any(mark in data for mark in _OTHER_ARCHIVES):
        return True
    at = data.rfind(b"PK\x05\x06")
    while at >= max(len(data) - 70_000, 0):
        if at + 22 <= len(data):
            (size,) = struct.unpack_from("<L", data, at + 12)
            if data[max(at - size, 0) : at].startswith(b"PK\x01\x02"):
                return True
        at = data.rfind(b"PK\x05\x06", 0, at)
    return False


_LOOKS: tuple[tuple[Callable[[bytes], bool], Callable[[bytes], str]], ...] = (
    (lambda data: data.startswith(b"%PDF-"), _pdf),
    (lambda data: data.startswith(b"\xff\xd8\xff"), _picture("image/jpeg")),
    (lambda data: data.startswith(b"\x89PNG\r\n\x1a\n"), _picture("image/png")),
    (lambda data: data.startswith(b"RIFF") and data[8:12] == b"WEBP", _picture("image/webp")),
    (lambda data: data.startswith(b"PK\x03\x04"), inspect_archive),
)
