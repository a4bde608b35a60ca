"""Files that nobody should hand in, through every door that takes files: refused in plain words, nothing outside the store."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from conftest import LONG_FORMS, SHARE, on_postgres
from tests.bad_input.conftest import Watch
from tests.bad_input.hostile_files import MAX_BYTES, PDF, Hostile, hostile_files, picture
from tests.bad_input.html_forms import HtmlForm, forms_of
from yiwang.channels.openapi.document import openapi_document
from yiwang.domains.cases.tests.factories import ask_for_correction, make_case
from yiwang.domains.catalogue.tests.factories import make_item
from yiwang.domains.identity.actions import issue_token
from yiwang.domains.identity.tests.factories import make_person, sign_in
from yiwang.domains.papers.models import Paper
from yiwang.foundation.actors import SYSTEM

pytestmark = pytest.mark.django_db(transaction=True)
Door = Callable[[str, bytes], Any]
ROOT = Path(__file__).resolve().parents[2]
CONTENT_TYPE = "multipart/form-data; boundary=x0x"
KEEPS = frozenset({200, 201, 302, 422})
"""What a door answers where a file was taken, or was told to be wrong beside its field."""


@pytest.fixture(autouse=True)
def _nothing_outside_the_store() -> Iterator[None]:
    yield
    assert not Path("/tmp/yiwang-climbed").exists() and not Path("/tmp/yiwang-climbed.png").exists()
    stray = [p for p in Path(settings.YIWANG_DIR).rglob("*") if "climbed" in p.name or p.suffix in {".png", ".exe"}]
    assert stray == []


def multipart(fields: dict[str, list[str]], field: str, name: str, data: bytes) -> bytes:
    """A body as any client could send it: nothing of the file's name is tidied."""
    parts = [(key, value.encode()) for key, values in fields.items() for value in values]
    head = b"".join(
        b'--x0x\r\nContent-Disposition: form-data; name="%b"\r\n\r\n%b\r\n' % (k.encode(), v) for k, v in parts
    )
    shown = name.encode().replace(b'"', b"%22").replace(b"\r\n", b"%0D%0A")
    about = b'--x0x\r\nContent-Disposition: form-data; name="%b"; filename="%b"\r\nContent-Type: image/png\r\n\r\n'
    return head + about % (field.encode(), shown) + data + b"\r\n--x0x--\r\n"


def page_door(client: Client, at: str, form: HtmlForm, field: str) -> Door:
    """A field of a page that takes files; where files have a button of their own, that one is pressed."""
    buttons = {b.name: [b.value] for b in form.buttons if b.name == field.replace("-file", "-upload")}

    def send(name: str, data: bytes) -> Any:
        body = multipart(form.sent() | buttons, field, name, data)
        return client.generic("POST", form.action or at, body, content_type=CONTENT_TYPE)

    return send


def api_door(token: str, path: str) -> Door:
    """An operation of the API that takes a file."""

    def send(name: str, data: bytes) -> Any:
        headers = {"authorization": f"Bearer {token}"}
        return Client().generic(
            "POST", path, multipart({}, "file", name, data), content_type=CONTENT_TYPE, headers=headers
        )

    return send


@pytest.fixture
def doors() -> dict[str, Door]:
    """Give every door: what pages show as a file field, and what the API declares as multipart."""
    item, person = make_item(), make_person()
    client = sign_in(Client(), person)
    assert person.account_id
    token = issue_token(account_id=person.account_id, by=SYSTEM)
    case = make_case(person=person, item=item)
    ask_for_correction(case)
    client.get(f"/items/{item.code}/apply")
    found: dict[str, Door] = {}
    for at in (f"/items/{item.code}/apply/papers", f"/me/cases/{case.number}/correction", "/verify", "/me/papers"):
        for form in forms_of(client.get(at).content.decode()):
            found |= {f"{at} {field}": page_door(client, at, form, field) for field in form.files}
    for path, methods in openapi_document()["paths"].items():
        for operation in methods.values():
            if "multipart/form-data" in operation.get("requestBody", {}).get("content", {}):
                found[path] = api_door(token, path)
    return found


def some(door: int) -> list[Hostile]:
    """Every file in the full form; else every twelfth, at each door another twelfth (on PostgreSQL fewer)."""
    every = hostile_files()
    stride = min(12, round((6 if on_postgres() else 1) / SHARE)) if LONG_FORMS else 12
    return every[door % stride :: stride]


def test_every_file_at_every_door(doors: dict[str, Door], watch: Watch, figures: Callable[..., None]) -> None:
    assert len(hostile_files()) >= 249 and len(doors) >= 5, doors.keys()
    inputs, wrong = 0, []
    for number, (where, send) in enumerate(doors.items()):
        for file in some(number):
            data, before = file.make(), Paper.objects.count()
            answer = watch.look(send(file.name, data), f"{file.what} at {where}")
            inputs += 1
            kept = Paper.objects.count() > before
            is_taken = kept and file.verdict == "refuse"
            is_named = bool(file.name.strip(" ./\\"))
            is_lost = file.verdict == "take" and "verify" not in where and not kept and is_named
            if is_taken or is_lost or answer.status_code not in KEEPS | {400, 413}:
                wrong.append((where, file.what, answer.status_code))
    assert wrong == []
    figures(inputs=inputs, unexpected_5xx=len(watch.broken))


MEASURE = """
import pathlib, resource, sys
from yiwang.foundation.files import FileRefused, inspect
inspect(pathlib.Path(sys.argv[1], "good").read_bytes())
worst = before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
for path in sorted(pathlib.Path(sys.argv[1]).iterdir()):
    data = path.read_bytes()
    try:
        inspect(data)
    except FileRefused:
        pass
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before - len(data) // 1024
    if grown > 64 * 1024:
        print(path.name, grown // 1024, "MB")
        break
print("whole", (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) // 1024)
"""


def test_looking_at_a_file_costs_little_memory(tmp_path: Path, figures: Callable[..., None]) -> None:
    """All of them in one fresh process: no more than 64 MB above the file itself, at the worst of them."""
    files = hostile_files()
    for at, file in enumerate(files):
        (tmp_path / f"{at:03}").write_bytes(file.make())
    (tmp_path / "good").write_bytes(picture("JPEG"))
    command = [sys.executable, "-c", MEASURE, str(tmp_path)]
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src")}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    lines = done.stdout.splitlines()
    told = [f"{files[int(line[:3])].what}: {line}" for line in lines if line[:3].isdigit()]
    assert told == []
    figures(inputs=len(files), memory_mb=int(lines[-1].split()[-1]))


def test_a_good_file_of_the_greatest_size_is_taken(doors: dict[str, Door]) -> None:
    whole = PDF.replace(b"trailer", b"%" + b"a" * (MAX_BYTES - len(PDF) - 2) + b"\ntrailer")
    assert len(whole) == MAX_BYTES
    answer = doors["/api/v1/papers"]("a.pdf", whole)
    assert answer.status_code == 201, answer.content


def test_names_of_files_are_only_words(client: Client) -> None:
    person = make_person()
    assert person.account_id
    token = issue_token(account_id=person.account_id, by=SYSTEM)
    sign_in(client, person)
    send = api_door(token, "/api/v1/papers")
    for file in hostile_files():
        if not file.what.startswith("name "):
            continue
        answer = send(file.name, picture())
        assert answer.status_code in (201, 400, 422), file.name
        if answer.status_code == 201:
            kept = answer.json()["name"]
            assert not set(kept) & set("/\\\r\n\u202e\0") and len(kept) <= 255, kept
            back = client.get(f"/me/papers/{answer.json()['id']}")
            assert back.status_code == 200 and "\n" not in back.headers["Content-Disposition"]
            assert back.headers["Content-Disposition"].startswith("attachment")
    page = client.get("/me/papers").content.decode()
    assert "<img src=x" not in page
