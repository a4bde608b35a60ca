"""The pages of one's own: overview, real name, firms, messages, papers, who read my record."""

import datetime as dt
import re
from collections.abc import Iterator
from html import unescape
from io import BytesIO
from typing import Any
from uuid import UUID, uuid4

import pikepdf
import pytest
from django.core.cache import cache
from django.test import Client

from yiwang.domains.identity import queries as identity_queries
from yiwang.domains.identity.models import Person, Staff
from yiwang.domains.identity.ports import RegisterAnswer
from yiwang.domains.identity.tests.factories import (
    actor_of,
    id_number,
    make_firm,
    make_office,
    make_person,
    make_staff,
    sign_in,
)
from yiwang.domains.notices.actions import notify_person
from yiwang.domains.papers.actions import attach_paper, hand_in_papers
from yiwang.domains.papers.models import Paper
from yiwang.domains.papers.queries import store_upload
from yiwang.foundation.actors import SYSTEM
from yiwang.foundation.journal.models import Entry
from yiwang.foundation.reads.actions import record_read

pytestmark = pytest.mark.django_db
PAGES = ("/me/", "/me/messages", "/me/papers", "/me/certificates", "/me/who-read", "/me/real-name")


@pytest.fixture(autouse=True)
def _no_tries_yet() -> None:
    cache.clear()


@pytest.fixture
def person() -> Person:
    return make_person(name="林晓岚")


@pytest.fixture
def mine(client: Client, person: Person) -> Client:
    return sign_in(client, person)


def read(client: Client, path: str, **more: Any) -> str:
    response = client.get(path, **more)
    assert response.status_code == 200, (path, response.status_code)
    return unescape(response.content.decode())


@pytest.mark.parametrize("path", PAGES)
def test_a_visitor_is_led_to_sign_in_and_an_official_away(path: str) -> None:
    assert Client().get(path).url == f"/sign-in?next={path}"
    assert sign_in(Client(), make_staff()).get(path).status_code == 403


@pytest.mark.parametrize("path", PAGES)
def test_pages_of_ones_own_are_kept_by_no_cache(mine: Client, path: str) -> None:
    response = mine.get(path)
    assert response.status_code == 200
    assert "no-store" in response["Cache-Control"]
    assert "<h1" in response.content.decode()


@pytest.mark.parametrize("path", PAGES)
def test_pages_of_ones_own_are_complete_in_english(mine: Client, path: str) -> None:
    page = read(mine, path, headers={"Accept-Language": "en"})
    main = page.split("<main", 1)[1].split("</main>", 1)[0].replace("林晓岚", "")
    assert not re.search(r"[\u4e00-\u9fff]", main)


# The real name


@pytest.fixture
def register(monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """Stand in for the register: it answers `outcome` and remembers what it was asked, and in which state."""
    told: dict[str, Any] = {"outcome": "match", "asked": []}

    class Register:
        def look_up(self, *, name: str, id_kind: str, id_number: str) -> RegisterAnswer:
            told["asked"].append((name, id_kind, id_number))
            return RegisterAnswer(
                told["outcome"], level=2, sex="2", birth_date=dt.date(1992, 6, 14), address="演示路 1 号"
            )

    monkeypatch.setattr(identity_queries, "connector", lambda port: Register())
    yield told


def test_a_name_is_checked_and_one_goes_on_where_it_was_needed(client: Client, register: dict[str, Any]) -> None:
    somebody = make_person(level=1, name="")
    sign_in(client, somebody)
    page = read(client, "/me/real-name?next=/items/X/apply")
    assert 'name="next" value="/items/X/apply"' in page
    number = id_number()
    typed = " ".join([number[:6], number[6:14], number[14:]])
    answer = client.post(
        "/me/real-name", {"name": " 欧阳𬱖 ", "id_kind": "resident_id", "id_number": typed, "next": "/items/X/apply"}
    )
    assert answer.url == "/items/X/apply"
    assert register["asked"] == [("欧阳𬱖", "resident_id", number)]
    somebody.refresh_from_db()
    assert (somebody.name, somebody.level) == ("欧阳𬱖", 2)
    assert number.encode() not in bytes(somebody.id_number_sealed)
    assert "完成了实名" in read(client, "/me/real-name")
    assert client.post("/me/real-name", {"name": "别人"}).status_code == 200
    assert len(register["asked"]) == 1, "nobody is asked about twice"


@pytest.mark.parametrize("outcome", ["mismatch", "unknown"])
def test_the_page_does_not_tell_whether_a_number_exists(client: Client, register: dict[str, Any], outcome: str) -> None:
    sign_in(client, make_person(level=1, name=""))
    register["outcome"] = outcome
    number = id_number()
    page = client.post("/me/real-name", {"name": "林晓岚", "id_kind": "resident_id", "id_number": number})
    assert "姓名和号码对不上" in page.content.decode()
    entry = Entry.objects.order_by("-pk").first()
    assert entry is not None
    assert number not in str(entry.__dict__)


def test_an_unreachable_register_is_nobodys_mistake(client: Client, register: dict[str, Any]) -> None:
    sign_in(client, make_person(level=1, name=""))
    register["outcome"] = "unavailable"
    page = client.post("/me/real-name", {"name": "林晓岚", "id_kind": "resident_id", "id_number": id_number()})
    assert "现在连不上，不是你填错了" in page.content.decode()


@pytest.mark.django_db(transaction=True)
def test_a_document_belongs_to_one_person(client: Client, register: dict[str, Any]) -> None:
    number = id_number()
    make_person(number=number)
    sign_in(client, make_person(level=1, name=""))
    page = client.post("/me/real-name", {"name": "林晓岚", "id_kind": "resident_id", "id_number": number})
    assert "已经在另一个账号上实名" in page.content.decode()


@pytest.mark.parametrize(
    ("name", "kind", "number", "words"),
    [
        ("", "resident_id", "", "填证件上的姓名。"),
        ("林", "resident_id", "", "填证件上的号码。"),
        ("林", "resident_id", "3399211992", "身份证号是 18 位"),
        ("林", "resident_id", "339921199206140242", "号码里有一位不对"),
        ("林", "passport", "??", "这种证件的号码不是这样的"),
        ("林", "library card", "1", "选一种证件。"),
    ],
)
def test_what_is_typed_wrong_is_said_beside_the_field(
    client: Client, register: dict[str, Any], name: str, kind: str, number: str, words: str
) -> None:
    sign_in(client, make_person(level=1, name=""))
    page = client.post("/me/real-name", {"name": name, "id_kind": kind, "id_number": number}).content.decode()
    assert words in page
    assert 'role="alert"' in page
    assert register["asked"] == []


def test_the_register_cannot_be_searched_through_us(client: Client, register: dict[str, Any]) -> None:
    sign_in(client, make_person(level=1, name=""))
    register["outcome"] = "unknown"
    for _ in range(12):
        page = client.post("/me/real-name", {"name": "林", "id_kind": "resident_id", "id_number": id_number()})
    assert len(register["asked"]) == 10
    assert "一小时最多核对 10 次" in page.content.decode()


# Firms


def test_one_acts_for_ones_firms_only(mine: Client, person: Person) -> None:
    firm, other = make_firm(person, name="演示小满面馆"), make_firm(name="演示别人的店")
    page = read(mine, "/me/")
    assert "演示小满面馆" in page
    assert "演示别人的店" not in page
    assert mine.post("/me/acting", {"firm": str(firm.pk), "next": "/items/X"}).url == "/items/X"
    page = read(mine, "/me/")
    assert "你正在替 演示小满面馆 办事" in page
    assert "演示小满面馆" in page.split("<main")[0], "the header says so"
    assert mine.post("/me/acting", {"firm": str(other.pk), "next": "https://elsewhere.example"}).url == "/me/"
    assert "你正在替" not in read(mine, "/me/"), "somebody else's firm is nobody's"
    mine.post("/me/acting", {"firm": str(firm.pk)})
    mine.post("/me/acting", {"firm": ""})
    assert "你正在替" not in read(mine, "/me/")
    assert mine.get("/me/acting").status_code == 405


# Messages


@pytest.mark.django_db(transaction=True)
def test_messages_are_read_by_their_owner(mine: Client, person: Person) -> None:
    message = notify_person(
        person_id=person.pk,
        kind="accepted",
        title=("受理了", "Accepted"),
        body=("第一句。\n第二句。", "One.\nTwo."),
        link="/me/cases",
        by=SYSTEM,
    )
    assert "1 条没看" in read(mine, "/me/messages")
    assert "受理了" in read(mine, "/me/")
    page = read(mine, f"/me/messages/{message.pk}")
    assert "<p>第二句。</p>" in page
    assert 'href="/me/cases"' in page
    assert "没看" not in read(mine, "/me/messages")
    assert "Accepted" in read(mine, f"/me/messages/{message.pk}", headers={"Accept-Language": "en"})
    assert sign_in(Client(), make_person()).get(f"/me/messages/{message.pk}").status_code == 404


def test_many_messages_come_in_pages(mine: Client, person: Person) -> None:
    for n in range(35):
        notify_person(person_id=person.pk, kind="news", title=(f"第 {n} 条。", ""), by=SYSTEM)
    first = read(mine, "/me/messages")
    further = re.search(r'href="(/me/messages\?before=[\d.]+)"', first)
    assert further
    second = read(mine, further[1])
    assert (first.count("第 "), second.count("第 ")) == (30, 5)
    assert "第 34 条。" in first
    assert "第 0 条。" in second
    assert mine.get("/me/messages?before=nonsense").status_code == 200
    assert mine.get("/me/messages?before=1e400").status_code == 200


# Papers


def keep(person: Person, name: str = "租约 “一”.pdf") -> Paper:
    pdf = pikepdf.new()
    pdf.add_blank_page()
    out = BytesIO()
    pdf.save(out)
    return attach_paper(stored=store_upload(out.getvalue()), name=name, by=actor_of(person))


@pytest.mark.django_db(transaction=True)
def test_a_paper_comes_back_under_its_name_and_can_be_removed(mine: Client, person: Person) -> None:
    paper = keep(person)
    assert "租约" in read(mine, "/me/papers")
    got = mine.get(f"/me/papers/{paper.pk}")
    assert got.content.startswith(b"%PDF")
    assert got["Content-Disposition"].startswith("attachment; filename*=utf-8''%E7%A7%9F")
    assert (got["X-Content-Type-Options"], got["Cache-Control"]) == ("nosniff", "private, no-store")
    stranger = sign_in(Client(), make_person())
    assert stranger.get(f"/me/papers/{paper.pk}").status_code == 404
    assert stranger.post(f"/me/papers/{paper.pk}/remove").status_code == 404
    assert mine.get(f"/me/papers/{paper.pk}/remove").status_code == 405
    assert mine.post(f"/me/papers/{paper.pk}/remove").url == "/me/papers"
    page = read(mine, "/me/papers")
    assert "已经删除" in page
    assert "租约" not in page
    assert mine.get(f"/me/papers/{paper.pk}").status_code == 404


@pytest.mark.django_db(transaction=True)
def test_a_paper_that_a_case_rests_on_stays(mine: Client, person: Person) -> None:
    paper = keep(person)
    hand_in_papers(paper_ids=[paper.pk], case_id=uuid4(), by=actor_of(person))
    assert "/remove" not in read(mine, "/me/papers")
    assert mine.post(f"/me/papers/{paper.pk}/remove").status_code == 403
    assert mine.get(f"/me/papers/{paper.pk}").status_code == 200


# Who read my record


def note(person: Person, staff: Staff, what: str = "case", case_id: UUID | None = None) -> None:
    record_read(person_id=person.pk, what=what, reason="审查你的申请", case_id=case_id, by=actor_of(staff))


def test_one_sees_who_read_ones_record(mine: Client, person: Person) -> None:
    staff = make_staff(office=make_office(name="演示溪口市场监管局", phone="0571-0000 0001"), name="何知秋")
    note(person, staff, case_id=uuid4())
    note(make_person(), make_staff(name="戴文博"))
    page = read(mine, "/me/who-read")
    for words in ("演示溪口市场监管局", "何知秋", "你的办件", "审查你的申请", "1 次", "1 个单位"):
        assert words in page
    for words in ("上级：", "人民政府", f'href="/offices/{staff.office_id}"', 'href="tel:0571-0', 'href="tel:12345"'):
        assert words in page
    assert "戴文博" not in page


def test_many_reads_come_in_pages(mine: Client, person: Person) -> None:
    staff = make_staff()
    for _ in range(33):
        note(person, staff)
    first = read(mine, "/me/who-read")
    further = re.search(r'href="(/me/who-read\?before=[\d.]+)"', first)
    assert further
    assert (first.count("看了："), read(mine, further[1]).count("看了：")) == (30, 3)
