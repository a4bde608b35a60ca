"""Every body of the JSON parsing suite, and some of our own, to every operation that takes one: found in the document itself."""

import base64
import json
import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client

from tests.openapi.town import Caller, Town, one_request
from yiwang.channels.openapi.document import openapi_document
from yiwang.domains.cases.models import Case, Draft
from yiwang.foundation.journal.models import Entry
from yiwang.foundation.tests.shared_data import DATA

pytestmark = pytest.mark.django_db
REFUSED = frozenset({400, 415})
SUITE = DATA / "negative/json_parsing_suite.jsonl"

OWN = [
    ("own_nothing", b"", "reject"), ("own_open", b"{", "reject"), ("own_nan", b'{"item":NaN}', "reject"),
    ("own_twice", b'{"item":"A","item":"B"}', "reject"), ("own_mark", b"\xef\xbb\xbf{}", "reject"),
    ("own_utf16", '{"item":"x"}'.encode("utf-16"), "reject"), ("own_half", b'{"item":"\\ud800"}', "reject"),
    ("own_deep_list", b'{"answers":' + b"[" * 5_000 + b"]" * 5_000 + b"}", "reject"),
    ("own_deep_object", b'{"a":' * 400 + b"1" + b"}" * 400, "reject"),
    ("own_huge_number", b'{"revision":' + b"9" * 5_000 + b"}", "reject"), ("own_infinite", b'{"a":1e999}', "reject"),
    ("own_long_number", b'{"revision":99999999999999999999}', "accept"), ("own_tiny", b'{"a":1e-999}', "accept"),
    ("own_comment", b'{"a":1}//', "reject"), ("own_single", b"{'a':1}", "reject"), ("own_nul", b"{}\0", "reject"),
    ("own_many_keys", json.dumps({f"k{n}": n for n in range(20_000)}).encode(), "accept"),
    ("own_long_key", json.dumps({"k" * 100_000: 1}).encode(), "accept"),
    ("own_proto", b'{"__proto__":{"a":1},"constructor":1}', "accept"), ("own_null", b"null", "accept"),
]  # fmt: skip


def bodies() -> list[tuple[str, bytes, str]]:
    """Return name, body and what is expected of each; the suite only where the reference data are."""
    lines = SUITE.read_text(encoding="utf-8").splitlines() if SUITE.exists() else []
    rows = [json.loads(line) for line in lines]
    return OWN + [(row["name"], base64.b64decode(row["body_b64"]), row["expect"]) for row in rows]


def operations() -> Iterator[tuple[str, str, bool]]:
    """Yield the method, the path and whether it is for officials, of every operation that may take a body."""
    for path, methods in openapi_document()["paths"].items():
        for method in methods:
            if method in ("post", "put", "patch", "delete"):
                yield method.upper(), path.removeprefix("/api/v1"), "/desk/" in path


def filled(path: str, values: dict[str, str]) -> str:
    """Return a path with the values of this town in it."""
    return re.sub(r"\{(\w+)\}", lambda found: values.get(found[1], "1"), path)


@pytest.fixture
def values(town: Town) -> dict[str, str]:
    """Give what paths name: a case, a draft, an address, a delivery."""
    number = town.hand_in()["number"]
    draft = town.me.post("/drafts", {"item": town.notice}).json()["id"]
    address = {"name": "林晓岚", "phone": "19900000123", "region": "330106", "detail": "演示花园 3 幢"}
    kept = town.me.post("/addresses", address).json()["id"]
    parcel = town.me.ask("PUT", f"/cases/{number}/deliveries/out", {"way": "courier"}).json()["id"]
    ids = {"certificate_id": draft, "document_id": draft, "address_id": kept, "delivery_id": parcel}
    return {"number": number, "draft_id": draft, "direction": "out", **ids}


def test_every_body_to_every_operation(
    town: Town, values: dict[str, str], trials: Callable[[int, int], int], figures: Callable[..., None]
) -> None:
    """Nothing malformed is read, nothing well-formed but senseless does anything, nothing breaks."""
    inputs, wrong, broken = 0, [], []
    every = list(operations())
    assert len(every) >= 16
    for at, (method, path, is_desk) in enumerate(every):
        who, stride = town.window if is_desk else town.me, trials(11, 1)
        before = Entry.objects.count(), Case.objects.count(), Draft.objects.count()
        for name, body, expected in bodies()[at % stride :: stride]:
            answer = ask(who, method, filled(path, values), body)
            inputs += 1
            place = (method, path, name, answer.status_code)
            if answer.status_code >= 500:
                broken.append(place)
            if expected == "reject" and body and not takes_no_body(method, path) and answer.status_code not in REFUSED:
                wrong.append(place)
        assert (Entry.objects.count(), Case.objects.count(), Draft.objects.count()) == before, (method, path)
    assert (wrong, broken) == ([], [])
    figures(inputs=inputs, unexpected_5xx=len(broken))


def takes_no_body(method: str, path: str) -> bool:
    """Whether an operation looks at no body at all, so that none can be wrong."""
    found = openapi_document()["paths"][f"/api/v1{path}"][method.lower()]
    return "requestBody" not in found


def ask(who: Caller, method: str, path: str, body: bytes, content_type: str = "application/json") -> Any:
    """Send one body, undoing whatever it does."""
    headers = {"authorization": f"Bearer {who.token}", "idempotency-key": "json"}
    with one_request():
        point = transaction.savepoint()
        answer = Client().generic(method, f"/api/v1{path}", body, content_type=content_type, headers=headers)
        if answer.status_code < 300:
            transaction.savepoint_rollback(point)
    return answer


TYPES = ["", "text/plain", "text/html", "application/xml", "application/x-www-form-urlencoded", "multipart/form-data",
         "multipart/form-data; boundary=", "multipart/form-data; boundary=" + "x" * 5_000, "application/json; charset=utf-7",
         "application/json; charset=\x01", "application/json, text/plain", "application/x-yaml", "image/png", "a/b/c", ";;;",
         "multipart/mixed; boundary=x", "application/json" * 200]  # fmt: skip


def test_every_content_type_to_every_operation(
    town: Town, values: dict[str, str], trials: Callable[[int, int], int], figures: Callable[..., None]
) -> None:
    inputs, wrong = 0, []
    for at, (method, path, is_desk) in enumerate(operations()):
        who, stride = town.window if is_desk else town.me, trials(5, 1)
        for content_type in TYPES[at % stride :: stride]:
            for body in (
                b"{}",
                b"",
                b"--x\r\n\r\n--x--",
                b"item=A",
                b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/passwd'>]>",
            ):
                answer = ask(who, method, filled(path, values), body, content_type)
                inputs += 1
                if answer.status_code >= 500 or b"root:" in answer.content:
                    wrong.append((method, path, content_type[:60], answer.status_code))
    assert wrong == []
    figures(inputs=inputs, unexpected_5xx=len(wrong))
