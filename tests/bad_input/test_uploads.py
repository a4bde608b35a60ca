"""Files that nobody should hand in, through the page and the API: refused in plain words, nothing left outside the store."""

import io
import resource
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from yiwang.domains.catalogue.tests.factories import make_item
from yiwang.domains.identity.actions import issue_token
from yiwang.domains.identity.tests.factories import make_person, sign_in
from yiwang.domains.papers.models import Paper
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.files import MAX_BYTES

pytestmark = pytest.mark.django_db(transaction=True)

PDF = b"%PDF-1.7\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"


def picture(kind: str = "PNG", size: tuple[int, int] = (60, 40)) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "#ded8c8").save(out, kind)
    return out.getvalue()


def archive(members: dict[str, bytes]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name, content)
    return out.getvalue()


def picture_bomb() -> bytes:
    header = b"IHDR" + (60_000).to_bytes(4, "big") * 2 + b"\x08\x02\0\0\0"
    chunk = b"\0\0\0\x0d" + header + zlib.crc32(header).to_bytes(4, "big")
    data = b"IDAT" + zlib.compress(b"\0" * 1_000_000, 9)
    body = (len(data) - 4).to_bytes(4, "big") + data + zlib.crc32(data).to_bytes(4, "big")
    return b"\x89PNG\r\n\x1a\n" + chunk + body + b"\0\0\0\0IEND\xaeB\x60\x82"


OFD = {"OFD.xml": b'<ofd:OFD xmlns:ofd="http://www.ofdspec.org/2016" Version="1.1"/>'}
BAD: dict[str, tuple[str, Callable[[], bytes]]] = {
    "empty": ("a.pdf", lambda: b""),
    "too large": ("a.pdf", lambda: PDF + b"\0" * MAX_BYTES),
    "page called pdf": ("a.pdf", lambda: b"<!DOCTYPE html><script>alert(1)</script>"),
    "program called png": ("a.png", lambda: b"MZ" + b"\0" * 300),
    "svg": ("a.svg", lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>'),
    "pdf and archive": ("a.pdf", lambda: PDF + archive({"a.txt": b"x"})),
    "png and page": ("a.png", lambda: picture() + b"<script>alert(1)</script>"),
    "jpeg and php": ("a.jpg", lambda: picture("JPEG") + b"<?php system($_GET[0]); ?>"),
    "archive bomb": ("a.ofd", lambda: archive(OFD | {f"{n}.xml": b"\0" * 30_000_000 for n in range(4)})),
    "archive in archive": ("a.ofd", lambda: archive({"b.zip": archive({"c.zip": archive({"d": b"\0" * 9_000_000})})})),
    "picture bomb": ("a.png", picture_bomb),
    "climbing member": ("a.ofd", lambda: archive(OFD | {"../../../../tmp/yiwang-climbed": b"x"})),
    "cut png": ("a.png", lambda: picture()[:-20]),
    "cut jpeg": ("a.jpg", lambda: picture("JPEG")[:200]),
    "cut pdf": ("a.pdf", lambda: PDF[:-9]),
    "cut archive": ("a.ofd", lambda: archive(OFD)[:-30]),
}
NAMES = [
    "../../../../tmp/yiwang-climbed.png", "..\\..\\win.png", "/etc/passwd.png", "a\r\nX-Evil: 1.png", "\u202egnp.exe.png",
    "CON.png", "a" * 400 + ".png", "<img src=x onerror=alert(1)>.png", "'; DROP TABLE papers.png", ".png", "名字𬉼.png",
]  # fmt: skip


@pytest.fixture(autouse=True)
def _nothing_outside_the_store() -> Iterator[None]:
    yield
    assert not Path("/tmp/yiwang-climbed").exists() and not Path("/tmp/yiwang-climbed.png").exists()
    stray = [p for p in Path(settings.YIWANG_DIR).rglob("*") if "climbed" in p.name or p.suffix in {".png", ".exe"}]
    assert stray == []


def send(token: str, name: str, data: bytes) -> Any:
    headers = {"authorization": f"Bearer {token}"}
    return Client().post("/api/v1/papers", {"file": SimpleUploadedFile(name, data)}, headers=headers)


def test_through_the_api() -> None:
    person = make_person()
    assert person.account_id
    token = issue_token(account_id=person.account_id, by=SYSTEM)
    taken = []
    for what, (name, make) in BAD.items():
        data = make()
        before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
        answer = send(token, name, data)
        assert answer.status_code < 500, what
        if answer.status_code not in (400, 413, 422):
            taken.append(what)
        assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < (64 + len(data) // 2**18) * 1024, what
    assert taken == []
    assert Paper.objects.count() == 0


def test_through_a_page(client: Client) -> None:
    item, person = make_item(), make_person()
    sign_in(client, person)
    at = f"/items/{item.code}/apply"
    client.get(at)
    for what, (name, make) in BAD.items():
        answer = client.post(f"{at}/papers", {"truth": "true", "plan-file": SimpleUploadedFile(name, make())})
        assert answer.status_code in (400, 413, 422), (what, answer.status_code)
    assert Paper.objects.count() == 0
    good = client.post(f"{at}/papers", {"truth": "true", "plan-file": SimpleUploadedFile("图.pdf", PDF)})
    assert (good.status_code, Paper.objects.count()) == (302, 1)


def test_names_of_files_are_only_words(client: Client) -> None:
    person = make_person()
    assert person.account_id
    token = issue_token(account_id=person.account_id, by=SYSTEM)
    sign_in(client, person)
    for name in NAMES:
        answer = send(token, name, picture())
        assert answer.status_code in (201, 400, 422), name
        if answer.status_code == 201:
            kept = answer.json()["name"]
            assert not set(kept) & set("/\\\r\n\u202e\0") and len(kept) <= 255, kept
            back = client.get(f"/me/papers/{answer.json()['id']}")
            assert back.status_code == 200 and "\n" not in back.headers["Content-Disposition"]
            assert back.headers["Content-Disposition"].startswith("attachment")
    page = client.get("/me/papers").content.decode()
    assert "<img src=x" not in page
