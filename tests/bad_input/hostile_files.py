"""Files that nobody should hand in, made here: each with its name, how it is made, and whether it has to be refused."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from random import Random

from PIL import Image

from yiwang.foundation.files import MAX_BYTES

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
PHP, PAGE, SCRIPT = b"<?php system($_GET[0]); ?>", b"<script>alert(1)</script>", b"/*\n*/=1;alert(1);//"
EXE, RAR, SEVEN = b"MZ" + b"\0" * 300, b"Rar!\x1a\x07\x01\0" + b"\0" * 40, b"7z\xbc\xaf\x27\x1c" + b"\0" * 40
XXE = b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]>'
LAUGHS = b"<!DOCTYPE a [<!ENTITY a 'ha'>" + b"".join(
    b"<!ENTITY %c '%s'>" % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
) + b"]><a>&j;</a>"  # fmt: skip
OFD_XML = b'<ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016" Version="1.1"/>'
TYPES_XML = (
    b'<Types><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.'
    b'wordprocessingml.document.main+xml"/></Types>'
)


@dataclass(frozen=True)
class Hostile:
    """One file. `verdict` is `refuse`, `take`, or `either` where damage may have left it whole."""

    what: str
    name: str
    make: Callable[[], bytes]
    verdict: str = "refuse"


def picture(kind: str = "PNG", size: tuple[int, int] = (60, 40), **more: object) -> bytes:
    """Return a small picture."""
    out = io.BytesIO()
    Image.new("RGB", size, "#ded8c8").save(out, kind, **more)
    return out.getvalue()


def archive(members: dict[str, bytes], *, comment: bytes = b"") -> bytes:
    """Return a ZIP archive."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        made.comment = comment
        for name, content in members.items():
            made.writestr(name, content)
    return out.getvalue()


def ofd(more: dict[str, bytes] | None = None, index: bytes = OFD_XML) -> bytes:
    """Return an OFD document."""
    return archive({"OFD.xml": index, **(more or {})})


def docx(more: dict[str, bytes] | None = None, index: bytes = TYPES_XML) -> bytes:
    """Return a Word document."""
    return archive({"[Content_Types].xml": index, "_rels/.rels": b"<R/>", "word/document.xml": b"<d/>", **(more or {})})


def xlsx() -> bytes:
    """Return a spreadsheet."""
    kind = b"spreadsheetml.sheet.main+xml"
    return docx(index=TYPES_XML.replace(b"wordprocessingml.document.main+xml", kind))


GOOD: dict[str, tuple[str, Callable[[], bytes]]] = {
    "pdf": ("a.pdf", lambda: PDF), "png": ("a.png", picture), "jpeg": ("a.jpg", partial(picture, "JPEG")),
    "webp": ("a.webp", partial(picture, "WEBP")), "ofd": ("a.ofd", ofd), "docx": ("a.docx", docx), "xlsx": ("a.xlsx", xlsx),
}  # fmt: skip


def chunk(kind: bytes, data: bytes) -> bytes:
    """Return one chunk of a PNG."""
    return struct.pack(">L", len(data)) + kind + data + struct.pack(">L", zlib.crc32(kind + data))


def png(width: int, height: int, *more: bytes, pixels: bytes = b"\0" * 1_000_000) -> bytes:
    """Return a PNG that claims a size and holds something else."""
    head = chunk(b"IHDR", struct.pack(">LL", width, height) + b"\x08\x02\0\0\0")
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(more) + chunk(b"IDAT", zlib.compress(pixels, 9)) + chunk(b"IEND", b"")


def flooded(kind: str) -> bytes:
    """Return a picture of few bytes that claims a great many pixels."""
    if kind == "JPEG":
        data = bytearray(picture("JPEG"))
        at = data.index(b"\xff\xc0") + 5
        data[at : at + 4] = struct.pack(">HH", 65_000, 65_000)
        return bytes(data)
    if kind == "WEBP":
        data = bytearray(picture("WEBP"))
        at = data.index(b"VP8 ") + 14
        data[at : at + 4] = struct.pack("<HH", 16_383, 16_383)
        return bytes(data)
    if kind == "TIFF":
        entries = [(256, 4, 1, 100_000), (257, 4, 1, 100_000), (258, 3, 1, 8), (259, 3, 1, 1), (262, 3, 1, 1),
                   (273, 4, 1, 8), (277, 3, 1, 1), (278, 4, 1, 100_000), (279, 4, 1, 4)]  # fmt: skip
        body = struct.pack("<H", len(entries)) + b"".join(struct.pack("<HHLL", *one) for one in entries) + b"\0\0\0\0"
        return b"II*\0" + struct.pack("<L", 12) + b"\0" * 4 + body
    return png(60_000, 60_000)


def moving(kind: str, frames: int) -> bytes:
    """Return a picture that moves."""
    out = io.BytesIO()
    pictures = [Image.new("RGB", (20, 20), (n % 255, 9, 9)) for n in range(frames)]
    pictures[0].save(out, kind, save_all=True, append_images=pictures[1:], duration=20)
    return out.getvalue()


def nested(depth: int, size: int) -> bytes:
    """Return an archive in an archive in an archive."""
    data = b"\0" * size
    for level in range(depth):
        data = archive({f"{level}.zip": data, "copy.zip": data})
    return data


def overlapping(times: int, size: int) -> bytes:
    """Return an OFD whose index names one packed member many times over, under other names."""
    whole = ofd({"big.xml": b"\0" * size})
    with zipfile.ZipFile(io.BytesIO(whole)) as opened:
        start = opened.start_dir
    index, at, entries = whole[start:-22], 0, []
    while at < len(index):
        name, extra, note = struct.unpack_from("<HHH", index, at + 28)
        length = 46 + name + extra + note
        entries.append(index[at : at + length])
        at += length
    more = [entries[1].replace(b"big.xml", f"b{n:02}.xml".encode()[:7].ljust(7, b"_")) for n in range(times)]
    listed = b"".join([*entries, *more])
    count = len(entries) + len(more)
    return whole[:start] + listed + struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, len(listed), start, 0)


def named(name: str, content: bytes = b"x", *, link: bool = False) -> bytes:
    """Return an OFD with one member of a name that leads somewhere else."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        made.writestr("OFD.xml", OFD_XML)
        info = zipfile.ZipInfo("x" * len(name.encode()))
        info.external_attr = (0o120777 if link else 0o644) << 16
        made.writestr(info, content)
    return out.getvalue().replace(b"x" * len(name.encode()), name.encode(), 2)


def pdf(inside: bytes = b"", trailer: bytes = b"") -> bytes:
    """Return a PDF with something in its catalogue or its trailer."""
    return (b"%PDF-1.7\n1 0 obj<</Type/Catalog" + inside + b">>endobj\ntrailer<</Root 1 0 R" + trailer
            + b">>\nstartxref\n9\n%%EOF\n")  # fmt: skip


def hidden_script(times: int = 1) -> bytes:
    """Return a PDF whose script stands packed in an object stream, where no plain search finds it."""
    packed = b"5 0 <</S/JavaScript/JS(app.alert(1))>>"
    for _ in range(times):
        packed = zlib.compress(packed)
    filters = b"[" + b"/FlateDecode" * times + b"]"
    stream = b"<</Type/ObjStm/N 1/First 4/Filter%b/Length %d>>stream\n%b\nendstream" % (filters, len(packed), packed)
    return PDF.replace(b"trailer", b"4 0 obj" + stream + b"endobj\ntrailer")


def packed_stream(size: int) -> bytes:
    """Return a PDF with an object stream that unpacks to a great deal."""
    packed = zlib.compress(b"\0" * size, 9)
    stream = b"<</Type/ObjStm/N 1/First 4/Filter/FlateDecode/Length %d>>stream\n%b\nendstream" % (len(packed), packed)
    return PDF.replace(b"trailer", b"4 0 obj" + stream + b"endobj\ntrailer")


def locked() -> bytes:
    """Return a PDF that opens only with a password."""
    import pikepdf

    out = io.BytesIO()
    with pikepdf.new() as made:
        made.add_blank_page()
        made.save(out, encryption=pikepdf.Encryption(owner="o", user="u"))
    return out.getvalue()


def damaged(make: Callable[[], bytes], seed: int) -> bytes:
    """Return a file with some of its bytes changed."""
    chance, data = Random(seed), bytearray(make())
    for _ in range(chance.randrange(1, 9)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(data)


NAMES = [
    "../../../../tmp/yiwang-climbed.png", "..\\..\\yiwang-climbed.png", "/etc/passwd.png", "C:\\windows\\yiwang-climbed.png",
    "a\r\nX-Evil: 1.png", "\u202egnp.exe.png", "CON.png", "a" * 400 + ".png", "名" * 200 + ".png", ".png", "...", " ", "-rf.png",
    "<img src=x onerror=alert(1)>.png", "'; DROP TABLE papers.png", "名字𬉼.png", "a.png\x00.exe", "%2e%2e%2fyiwang-climbed.png",
    "${jndi:ldap://x}.png", "=cmd|' /C calc'!A0.png", "a;b&c|d.png", "\u200b.png", "e\u0301.png", "~root.png", "a.png/",
]  # fmt: skip


def _polyglots() -> Iterator[Hostile]:
    tails = {"archive": archive({"a.txt": b"x"}), "page": PAGE, "php": PHP, "program": EXE, "rar": RAR, "7z": SEVEN,
             "pdf": PDF, "png": picture()}  # fmt: skip
    refused = {"pdf": set(tails), "png": set(tails), "webp": set(tails), "ofd": set(tails), "docx": set(tails),
               "xlsx": set(tails), "jpeg": {"archive", "page", "php", "rar", "7z"}}  # fmt: skip
    for kind, (name, make) in GOOD.items():
        for tail, data in tails.items():
            verdict = "refuse" if tail in refused[kind] and tail != kind else "either"
            yield Hostile(f"{kind} and {tail}", name, lambda make=make, data=data: make() + data, verdict)
            yield Hostile(f"{tail} before {kind}", name, lambda make=make, data=data: data + make(), "either")
    gif = b"GIF89a" + SCRIPT + b"\0" * 20
    for what, data in (
        ("gif and js", gif),
        ("jpeg and js", picture("JPEG", comment=SCRIPT)),
        ("bmp and js", b"BM" + SCRIPT),
    ):
        yield Hostile(what, "a.gif", lambda data=data: data, "either" if "jpeg" in what else "refuse")


def _damage() -> Iterator[Hostile]:
    for kind, (name, make) in GOOD.items():
        for tenth in range(10):
            cut = partial(lambda make, tenth: make()[: len(make()) * tenth // 10], make, tenth)
            yield Hostile(f"{kind} cut at {tenth}/10", name, cut)
        for seed in range(8):
            yield Hostile(f"{kind} damaged {seed}", name, partial(damaged, make, seed), "either")


def _bombs() -> Iterator[Hostile]:
    many = {f"{n}.xml": b"\0" * 30_000_000 for n in range(4)}
    yield Hostile("archive bomb", "a.ofd", lambda: ofd(many))
    yield Hostile("archive in archive", "a.ofd", lambda: ofd({"b.zip": nested(5, 5_000_000)}), "either")
    yield Hostile("archives only", "a.zip", lambda: nested(6, 1_000_000))
    yield Hostile("overlapping archive", "a.ofd", lambda: overlapping(90, 20_000_000))
    yield Hostile("many members", "a.ofd", lambda: ofd({f"{n}.x": b"" for n in range(4_000)}))
    for kind in ("PNG", "JPEG", "WEBP", "TIFF"):
        yield Hostile(f"pixel flood {kind}", f"a.{kind.lower()}", partial(flooded, kind))
    note = b"a\0\0" + zlib.compress(b"\0" * 60_000_000, 9)
    yield Hostile(
        "png with a packed note", "a.png", lambda: png(1, 1, chunk(b"zTXt", note), pixels=b"\0" * 4), "either"
    )
    yield Hostile(
        "png with a packed profile", "a.png", lambda: png(1, 1, chunk(b"iCCP", note), pixels=b"\0" * 4), "either"
    )
    yield Hostile("moving webp", "a.webp", partial(moving, "WEBP", 300))
    yield Hostile("moving png", "a.png", partial(moving, "PNG", 300))
    yield Hostile("moving gif", "a.gif", partial(moving, "GIF", 300))
    yield Hostile("pdf with a packed stream", "a.pdf", partial(packed_stream, 400_000_000), "either")
    yield Hostile("too large", "a.pdf", lambda: PDF + b"\0" * MAX_BYTES)
    yield Hostile(
        "too large by one",
        "a.pdf",
        lambda: PDF.replace(b"trailer", b"%" + b"a" * (MAX_BYTES - len(PDF)) + b"\ntrailer"),
    )


def _scripts() -> Iterator[Hostile]:
    for what, inside in {
        "javascript": b"/OpenAction<</S/JavaScript/JS(app.alert(1))>>", "named javascript": b"/Names<</JavaScript 2 0 R>>",
        "spelled javascript": b"/OpenAction<</S/J#61vaScript/JS(1)>>", "launch": b"/OpenAction<</S/Launch/F(calc.exe)>>",
    }.items():  # fmt: skip
        yield Hostile(f"pdf with {what}", "a.pdf", partial(pdf, inside))
    yield Hostile("pdf with hidden javascript", "a.pdf", hidden_script)
    yield Hostile("pdf with twice hidden javascript", "a.pdf", partial(hidden_script, 2))
    yield Hostile("pdf with a password", "a.pdf", locked)
    yield Hostile("pdf that says it is locked", "a.pdf", partial(pdf, b"", b"/Encrypt 9 0 R"))
    yield Hostile("pdf with an attachment", "a.pdf", partial(pdf, b"/Names<</EmbeddedFiles 2 0 R>>"), "either")
    for kind, make in (("ofd", ofd), ("docx", docx)):
        index = OFD_XML if kind == "ofd" else TYPES_XML
        for what, doctype in (("xxe", XXE), ("laughs", LAUGHS)):
            yield Hostile(f"{kind} with {what}", f"a.{kind}", lambda make=make, i=index, d=doctype: make(index=d + i))
    yield Hostile("docx with xxe in a part", "a.docx", lambda: docx({"word/x.xml": XXE + b"<a>&b;</a>"}), "either")
    svg = b'<svg xmlns="http://www.w3.org/2000/svg">'
    for what, inside in (("script", PAGE), ("xxe", XXE), ("use", b'<use href="http://x/y#z"/>'), ("laughs", LAUGHS)):
        yield Hostile(f"svg with {what}", "a.svg", lambda inside=inside: svg + inside + b"</svg>")
    for part in ("word/vbaProject.bin", "word/activeX/x.bin", "x.exe", "x.js", "x.html", "x.lnk", "x.php"):
        yield Hostile(f"docx with {part}", "a.docx", lambda part=part: docx({part: b"x"}))
    for member in (
        "../../../../tmp/yiwang-climbed",
        "/tmp/yiwang-climbed",
        "..\\..\\yiwang-climbed",
        "C:\\x",
        "a\x01b",
        "ofd.xml",
    ):
        yield Hostile(f"ofd with member {member!r}", "a.ofd", partial(named, member))
    yield Hostile("ofd with a link", "a.ofd", partial(named, "link", b"/etc/passwd", link=True))
    yield Hostile("ofd with a note", "a.ofd", lambda: archive({"OFD.xml": OFD_XML}, comment=PAGE))


def _mistyped() -> Iterator[Hostile]:
    contents = {
        "nothing": b"", "one byte": b"a", "blanks": b" " * 900, "zeros": b"\0" * 900, "page": b"<!DOCTYPE html>" + PAGE,
        "program": EXE, "elf": b"\x7fELF" + b"\0" * 60, "rar": RAR, "7z": SEVEN, "php": PHP, "text": "你好".encode(),
        "bmp": picture("BMP"), "gif": picture("GIF"), "tiff": picture("TIFF"), "ico": picture("ICO", (16, 16)),
        "shell": b"#!/bin/sh\nid\n", "class": b"\xca\xfe\xba\xbe" + b"\0" * 60, "only a signature": b"%PDF-",
        "empty archive": b"PK\5\6" + b"\0" * 18, "plain archive": archive({"a.txt": b"x"}), "riff": b"RIFF\4\0\0\0WAVE",
    }  # fmt: skip
    for what, data in contents.items():
        for name in ("a.pdf", "a.png", "a.docx"):
            yield Hostile(f"{what} called {name}", name, lambda data=data: data)


def hostile_files() -> list[Hostile]:
    """Return all of them, in a fixed order."""
    by_name = [Hostile(f"name {name[:20]!r}", name, picture, "take") for name in NAMES]
    good = [Hostile(f"good {kind}", name, make, "take") for kind, (name, make) in GOOD.items()]
    return [*_mistyped(), *_damage(), *_polyglots(), *_bombs(), *_scripts(), *by_name, *good]
