"""A small town for the API: two offices, officials with one duty each, applicants with tokens, items of every kind."""

import json
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.test import Client

from yiwang.domains.catalogue.actions.publishing import publish_items
from yiwang.domains.catalogue.content import ItemContent, Limit
from yiwang.domains.catalogue.content.structs import Contact, Material, Processing, Result, Text
from yiwang.domains.catalogue.loading.records import ReadOffice, build_item
from yiwang.domains.certificates.actions import load_certificate_types
from yiwang.domains.certificates.models import CertificateType
from yiwang.domains.identity.actions import issue_token
from yiwang.domains.identity.models import Firm, Person, Staff
from yiwang.domains.identity.tests import factories
from yiwang.domains.organisations.models import Office
from yiwang.domains.regions.actions import load_regions
from yiwang.domains.seals.actions import issue_seal
from yiwang.domains.search.queries import forget_weights
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.clock import today
from yiwang.foundation.clock.actions import set_calendar
from yiwang.foundation.jobs.worker import work_until_idle
from yiwang.foundation.numbers.taking import forget_blocks

PNG = (
    b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89"
    b"\x00\x00\x00\rIDATx\x9cc\xf8\xcf\xc0\xf0\x1f\x00\x05\x00\x01\xff\x89\x99=\x1d\x00\x00\x00\x00IEND\xaeB`\x82"
)
REGIONS = [
    ("33", "浙江省", "Zhejiang", 1, ""),
    ("3301", "杭州市", "Hangzhou", 2, "33"),
    ("330106", "西湖区", "Xihu", 3, "3301"),
    ("330110", "余杭区", "Yuhang", 3, "3301"),
]


def shop_form() -> dict[str, Any]:
    """A form with a number of an identity document, a figure, a condition and an upload."""
    paper = {"type": "string", "format": "paper"}
    return {
        "schema": {
            "type": "object",
            "required": ["shop_name", "owner_id", "area", "plan"],
            "properties": {
                "shop_name": {"type": "string", "minLength": 1, "maxLength": 100},
                "owner_id": {"type": "string", "format": "citizen-id"},
                "area": {"type": "number", "exclusiveMinimum": 0, "maximum": 100000},
                "plan": {"type": "array", "items": paper, "minItems": 1, "maxItems": 3},
            },
        },
        "ui": {
            "pages": [
                {"key": "shop", "title": {"zh": "你的店面", "en": "Your shop"}, "fields": ["shop_name", "owner_id"]},
                {"key": "place", "title": {"zh": "场地", "en": "The place"}, "fields": ["area", "plan"]},
            ],
            "fields": {
                "shop_name": {"label": {"zh": "店名", "en": "Name of the shop"}, "widget": "text"},
                "owner_id": {
                    "label": {"zh": "身份证号码", "en": "ID number"},
                    "widget": "citizen_id",
                    "prefill": "person.id_number",
                },
                "area": {"label": {"zh": "面积", "en": "Area"}, "widget": "number"},
                "plan": {"label": {"zh": "平面图", "en": "Floor plan"}, "widget": "upload", "material": "plan"},
            },
        },
    }


def one_request() -> AbstractContextManager[Any]:
    """Within the transaction of a test: what one request undoes takes nothing else with it."""
    return transaction.atomic() if transaction.get_connection().in_atomic_block else nullcontext()


@dataclass
class Caller:
    """Somebody who calls the API, with a token or without."""

    token: str = ""

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> Any:
        """Call an operation with JSON; the answer has `.json()`."""
        more = {"authorization": f"Bearer {self.token}"} if self.token else {}
        data = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        more |= {name.replace("_", "-"): value for name, value in headers.items()}
        with one_request():
            return Client().generic(method, f"/api/v1{path}", data, content_type="application/json", headers=more)

    def get(self, path: str, **headers: str) -> Any:
        """Read something."""
        return self.ask("GET", path, **headers)

    def post(self, path: str, body: Any = None, **headers: str) -> Any:
        """Do something."""
        return self.ask("POST", path, body, **headers)

    def send_file(self, path: str, content: bytes, name: str = "plan.png", key: str = "") -> Any:
        """Send one file, under a key where one is given."""
        from django.core.files.uploadedfile import SimpleUploadedFile

        more = {"authorization": f"Bearer {self.token}"} if self.token else {}
        more |= {"idempotency-key": key} if key else {}
        with one_request():
            return Client().post(f"/api/v1{path}", {"file": SimpleUploadedFile(name, content)}, headers=more)


@dataclass
class Town:
    """The people and codes that tests name."""

    office: Office
    other_office: Office
    applicant: Person
    firm: Firm
    me: Caller
    neighbour: Caller
    unchecked: Caller
    window: Caller
    reviewer: Caller
    head: Caller
    elsewhere: Caller
    staff: Staff
    nobody: Caller

    @property
    def permit(self) -> str:
        """Reviewed, with an upload; ends in a certificate."""
        return f"{self.office.code}3330100100000"[:31]

    notice = "NOTICE"
    standard = "STANDARD"
    firms_only = "FIRMS"
    fine = "FINE"

    def paper(self) -> str:
        """Hand in a file; return its id."""
        answer = self.me.send_file("/papers", PNG)
        assert answer.status_code == 201, answer.content
        return str(answer.json()["id"])

    def answers(self, **more: Any) -> dict[str, Any]:
        """Answers that hold for the permit."""
        return {
            "shop_name": "小满面馆",
            "owner_id": factories.id_number(),
            "area": 86.5,
            "plan": [self.paper()],
            **more,
        }

    def hand_in(self, key: str = "k1", **more: Any) -> dict[str, Any]:
        """Hand in an application for the permit; return the answer."""
        body = {"item": self.permit, "answers": self.answers(**more)}
        answer = self.me.post("/cases", body, idempotency_key=key)
        assert answer.status_code == 201, answer.content
        found: dict[str, Any] = answer.json()
        return found


def token_of(who: Person | Staff) -> Caller:
    """Return somebody with a token."""
    assert who.account_id is not None
    return Caller(issue_token(account_id=who.account_id, by=SYSTEM))


def found_town() -> Town:
    """Make the town by the real actions."""
    forget_blocks()
    forget_weights()
    load_regions(rows=REGIONS, by=SYSTEM)
    set_calendar(days={}, official_years={today().year: "演示通知"}, by=SYSTEM)
    office = factories.make_office(region_id="330106", name_en="Market regulation bureau")
    other = factories.make_office(name="演示余杭区民政局", region_id="330110")
    for one in (office, other):
        issue_seal(office_code=one.code, by=SYSTEM)
    face = [{"key": "shop", "label": {"zh": "店名", "en": "Shop"}}]
    kind = CertificateType(
        code=f"{office.code}001",
        name="演示经营许可证",
        name_en="Permit",
        definer=office.name,
        holder="person",
        fields=face,
    )
    load_certificate_types(types=[kind], by=SYSTEM)
    applicant = factories.make_person(name="林晓岚")
    staff = [factories.make_staff(office=office, roles=(role,), name=role) for role in ("window", "reviewer", "head")]
    town = Town(
        office=office,
        other_office=other,
        applicant=applicant,
        firm=factories.make_firm(applicant),
        me=token_of(applicant),
        neighbour=token_of(factories.make_person(name="沈建国")),
        unchecked=token_of(factories.make_person(level=1)),
        window=token_of(staff[0]),
        reviewer=token_of(staff[1]),
        head=token_of(staff[2]),
        elsewhere=token_of(factories.make_staff(office=other)),
        staff=staff[1],
        nobody=Caller(),
    )
    publish_items(items=_items(town, kind.code), source="yiwang", by=SYSTEM)
    work_until_idle()
    return town


def _items(town: Town, certificate_type: str) -> list[Any]:
    office = ReadOffice(code=town.office.code, name=town.office.name, region_code="330106")
    short = shop_form()
    for key in ("owner_id", "area", "plan"):
        del short["schema"]["properties"][key], short["ui"]["fields"][key]
    short["schema"]["required"] = ["shop_name"]
    short["ui"]["pages"] = [{"key": "shop", "title": {"zh": "店面"}, "fields": ["shop_name"]}]
    contents = {
        town.permit: ItemContent(
            name=Text("开一家面馆", "Open a noodle shop"),
            type_code="01",
            summary=Text("开面馆前先办这个", "Before you open a noodle shop"),
            aliases=["开饭店"],
            audience=["person", "enterprise"],
            promised_limit=Limit(5),
            legal_limit=Limit(1, "month"),
            is_free=True,
            visits=0,
            conditions=[Text("有营业执照", "You hold a business licence")],
            materials=[Material(key="plan", name=Text("平面图", "Floor plan"))],
            results=[Result(kind="certificate", name=Text("许可证"), certificate_type=certificate_type)],
            form=shop_form(),
            processing=Processing(correction_days=3, certificate_fields={"shop": "shop_name"}),
        ),
        town.notice: ItemContent(
            name=Text("面馆备案"), type_code="20", audience=["person"], form=short, processing=Processing(instant=True)
        ),
        town.standard: ItemContent(
            name=Text("查询旧档案"),
            type_code="20",
            contact=Contact(consult="020-12345678"),
            materials=[Material(key="letter", name=Text("介绍信"), necessity="optional")],
        ),
        town.firms_only: ItemContent(name=Text("企业年报"), type_code="20", audience=["enterprise"], form=short),
        town.fine: ItemContent(name=Text("对无照经营的处罚"), type_code="02", audience=["person"]),
    }
    return [
        build_item(row=at, code=code, base_code=f"B{at}", base_name=c.name.zh, office=office, content=c)
        for at, (code, c) in enumerate(contents.items())
    ]
