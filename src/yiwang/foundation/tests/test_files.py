import hashlib
import io
import os
import zipfile
import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from yiwang.foundation import files, vault
from yiwang.foundation.files import FileRefused, archives, inspect, pictures, sniff
from yiwang.foundation.files.refusals import REASONS

PLACE = "papers_paper:42:content"
PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
EXE = b"MZ" + b"\0" * 58 + b"\x80\0\0\0" + b"\0" * 64 + b"PE\0\0" + b"\0" * 200
DOCX, XLSX = (kind for kind, ending in files.MEDIA_TYPES.items() if ending in ("docx", "xlsx"))


def picture(kind, size=(40, 30), **options):
    out = io.BytesIO()
    Image.effect_noise(size, 40).convert("RGB").save(out, kind, **options)
    return out.getvalue()


def archive(members, **options):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name, content)
        made.comment = options.get("comment", b"")
    return out.getvalue()


def office(kind, **more):
    types = f'<Types><Override PartName="/main.xml" ContentType="{kind}"/></Types>'
    return {"[Content_Types].xml": types, "_rels/.rels": "<Relationships/>", **more}


OFD = {"OFD.xml": '<ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016" Version="1.1"/>', "Doc_0/Document.xml": "<x/>"}
JPEG, PNG, WEBP = picture("JPEG"), picture("PNG"), picture("WEBP")
GOOD = {
    "application/pdf": PDF,
    "image/jpeg": JPEG,
    "image/png": PNG,
    "image/webp": WEBP,
    "application/ofd": archive(OFD),
    DOCX: archive(office(DOCX + ".main+xml")),
    XLSX: archive(office(XLSX + ".main+xml")),
}


@pytest.mark.parametrize("media_type", files.MEDIA_TYPES)
def test_what_people_hand_in_is_recognised(media_type):
    assert inspect(GOOD[media_type]) == sniff(GOOD[media_type]) == media_type


def bomb():
    return archive(OFD | {"big.xml": b"\0" * (20 * 1024 * 1024)})


def huge_png():
    header = b"IHDR" + (40_000).to_bytes(4, "big") * 2 + b"\x08\x02\0\0\0"
    chunk = b"\0\0\0\x0d" + header + zlib.crc32(header).to_bytes(4, "big")
    return b"\x89PNG\r\n\x1a\n" + chunk + b"\0\0\0\0IEND\xaeB\x60\x82"


MOVING = [Image.new("RGB", (9, 9), colour) for colour in ("red", "blue")]
BAD = {
    "nothing": (b"", "empty"),
    "program": (EXE, "type"),
    "page": (b"<!DOCTYPE html><html><script>alert(1)</script></html>", "type"),
    "drawing": (b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>', "type"),
    "text": ("姓名,电话".encode(), "type"),
    "gif": (picture("GIF"), "type"),
    "old office": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "type"),
    "plain archive": (archive({"a.txt": "x"}), "type"),
    "ofd by name only": (archive({"OFD.xml": "<html/>"}), "type"),
    "cut pdf": (PDF[:-8], "damaged"),
    "pdf of no version": (PDF.replace(b"1.7", b"x.y"), "damaged"),
    "pdf not at the start": (b"\n" + PDF, "type"),
    "cut jpeg": (JPEG[: len(JPEG) // 2], "damaged"),
    "cut png": (PNG[:-20], "damaged"),
    "cut webp": (WEBP[:-20], "damaged"),
    "cut archive": (GOOD[DOCX][:-30], "damaged"),
    "png with a wrong checksum": (PNG[:60] + bytes([PNG[60] ^ 1]) + PNG[61:], "damaged"),
    "pdf and archive": (PDF + archive({"a.txt": "x"}), "mixed"),
    "pdf and archive, end covered": (PDF + archive({"a.txt": "x"}, comment=b"\nstartxref\n9\n%%EOF\n"), "mixed"),
    "pdf and page": (PDF.replace(b"1.7\n", b"1.7\n<script>alert(1)</script>\n"), "mixed"),
    "jpeg and archive": (JPEG + archive({"a.txt": "x"}), "mixed"),
    "jpeg and rar": (JPEG + b"Rar!\x1a\x07\x01\x00", "mixed"),
    "jpeg and page": (picture("JPEG", comment=b"<script src=x>"), "mixed"),
    "jpeg and pdf": (picture("JPEG", comment=PDF), "mixed"),
    "png and more": (PNG + b"more", "mixed"),
    "webp and more": (WEBP + b"more", "mixed"),
    "archive with a front": (b"PK\x03\x04" + GOOD[DOCX], "mixed"),
    "archive with a comment": (archive(OFD, comment=b"<html>"), "mixed"),
    "archive and more": (GOOD[DOCX] + b"more", "mixed"),
    "moving webp": (lambda: (o := io.BytesIO(), MOVING[0].save(o, "WEBP", save_all=True, append_images=MOVING[1:]))[0].getvalue(), "animated"),
    "moving png": (lambda: (o := io.BytesIO(), MOVING[0].save(o, "PNG", save_all=True, append_images=MOVING[1:]))[0].getvalue(), "animated"),
    "pixel bomb": (huge_png, "picture_too_large"),
    "archive bomb": (bomb, "unpacks_too_large"),
    "many members": (lambda: archive(OFD | {f"{n}.xml": "" for n in range(archives.MAX_MEMBERS)}), "unpacks_too_large"),
    "macro": (archive(office(DOCX + ".main+xml", **{"word/vbaProject.bin": "x"})), "active"),
    "macro type": (archive(office("application/vnd.ms-word.document.macroEnabled.main+xml")), "active"),
    "program within": (archive(office(DOCX + ".main+xml", **{"word/embeddings/run.EXE": "x"})), "active"),
    "entities": (archive(office(DOCX + ".main+xml") | {"[Content_Types].xml": "<!DOCTYPE x>"}), "active"),
    "script in pdf": (PDF.replace(b"/Catalog", b"/Catalog/OpenAction<</S/JavaScript/JS(1)>>"), "active"),
    "hidden script in pdf": (PDF.replace(b"/Catalog", b"/Catalog/OpenAction<</S/#4aavaScript>>"), "active"),
    "climbing name": (archive(OFD | {"../../etc/passwd": "x"}), "damaged"),
    "absolute name": (archive(OFD | {"/etc/passwd": "x"}), "damaged"),
    "same name twice": (archive(OFD | {"ofd.XML": "x"}), "damaged"),
    "both kinds of office": (archive(office(f'{DOCX}.main+xml"/><Override ContentType="{XLSX}.main+xml')), "type"),
}  # fmt: skip


@pytest.mark.parametrize("name", BAD)
def test_what_is_not_taken(name):
    data, code = BAD[name]
    data = data() if callable(data) else data
    with pytest.raises(FileRefused) as caught:
        inspect(data)
    assert caught.value.code == code
    assert sniff(data) is None
    assert caught.value.zh and caught.value.en


def test_a_password_is_named():
    locked = bytearray(archive(OFD))
    locked[6] |= 1
    locked[locked.index(b"PK\x01\x02") + 8] |= 1
    with pytest.raises(FileRefused, match="password"):
        inspect(bytes(locked))


def test_a_lie_about_sizes_is_found(monkeypatch):
    monkeypatch.setattr(archives, "MAX_UNPACKED", 10)
    with pytest.raises(FileRefused, match="unpacks_too_large"):
        inspect(archive(OFD))


def test_size_and_kind_can_be_narrowed():
    with pytest.raises(FileRefused) as caught:
        inspect(PDF, max_bytes=10)
    assert caught.value.code == "too_large"
    assert inspect(PDF, max_bytes=len(PDF)) == "application/pdf"
    with pytest.raises(FileRefused, match="type"):
        inspect(PDF, allowed={"image/png"})


def test_each_picture_kind_has_a_limit(monkeypatch):
    for media_type in ("image/jpeg", "image/png", "image/webp"):
        monkeypatch.setitem(pictures.MAX_PIXELS, media_type, 40 * 30 - 1)
        with pytest.raises(FileRefused, match="picture_too_large"):
            inspect(GOOD[media_type])


def test_a_phone_photo_with_its_tail_is_taken():
    assert sniff(picture("JPEG", (800, 600)) + b"\0\0\0\x18ftypmp42" + os.urandom(500)) == "image/jpeg"


def test_every_reason_is_said_in_two_languages():
    for code in REASONS:
        refusal = FileRefused(code, limit=20)
        assert refusal.zh.endswith("。") and refusal.en.endswith(".") and "{" not in refusal.zh + refusal.en


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(sorted(GOOD)), st.integers(0, 10_000), st.binary(max_size=30))
def test_broken_bytes_never_break_the_inspection(media_type, at, junk):
    data = GOOD[media_type]
    at %= len(data)
    assert sniff(data[:at] + junk + data[at + len(junk) :]) in (None, *files.MEDIA_TYPES)


@pytest.fixture
def store(tmp_path, monkeypatch):
    monkeypatch.setattr(vault, "_vault", vault.Vault({1: b"k" * 32}, b"i" * 32))
    monkeypatch.setattr(files.storage, "_root", None)
    files.configure(tmp_path / "files")
    return tmp_path / "files"


def test_a_stored_file_comes_back_and_lies_encrypted(store):
    kept = files.store(PDF, PLACE)
    assert kept[1:] == (hashlib.sha256(PDF).hexdigest(), len(PDF), "application/pdf")
    assert files.load(kept.key, PLACE) == PDF
    (path,) = (path for path in store.rglob("*") if path.is_file())
    assert b"%PDF" not in path.read_bytes() and PDF not in path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600
    assert store.stat().st_mode & 0o777 == 0o700
    assert files.delete(kept.key) is True
    assert files.delete(kept.key) is False
    with pytest.raises(files.FileMissing):
        files.load(kept.key, PLACE)


def test_a_file_opens_only_at_its_place_and_under_its_key(store):
    one, other = files.store(PDF, PLACE), files.store(PNG, PLACE)
    with pytest.raises(vault.Altered):
        files.load(one.key, "papers_paper:43:content")
    paths = {path.name: path for path in store.rglob("*") if path.is_file()}
    paths[one.key].replace(paths[other.key])
    with pytest.raises(vault.Altered):
        files.load(other.key, PLACE)
    with pytest.raises(ValueError, match="place"):
        files.store(PDF, "")


def test_uploads_are_inspected_and_our_own_files_are_not(store):
    with pytest.raises(FileRefused):
        files.store(b'{"a": 1}', PLACE)
    assert files.store(b'{"a": 1}', PLACE, media_type="application/json").media_type == "application/json"


@pytest.mark.parametrize(
    "key", ["", "../../etc/passwd", "/etc/passwd", "a" * 31, "A" * 32, "a" * 32 + "\n", "0" * 30 + "/x"]
)
def test_no_other_path_can_be_reached(store, key):
    for ask in (lambda: files.load(key, PLACE), lambda: files.delete(key)):
        with pytest.raises(files.FileMissing):
            ask()


def test_a_failed_write_leaves_nothing(store, monkeypatch):
    def fail(handle):
        raise OSError("disk full")

    files.store(PDF, PLACE)
    before = sorted(store.rglob("*"))
    monkeypatch.setattr(
        files.storage, "_make_directory", lambda directory: directory.mkdir(parents=True, exist_ok=True)
    )
    monkeypatch.setattr(files.storage.os, "fsync", fail)
    with pytest.raises(OSError, match="disk full"):
        files.store(PDF, PLACE)
    assert [path for path in store.rglob("*") if path.is_file() and path not in before] == []


def test_without_a_root_nothing_is_stored(monkeypatch):
    monkeypatch.setattr(files.storage, "_root", None)
    monkeypatch.setattr(vault, "_vault", vault.Vault({1: b"k" * 32}, b"i" * 32))
    with pytest.raises(RuntimeError, match="configure"):
        files.store(PDF, PLACE)
