"""Groups, tables and addresses, as a browser without JavaScript fills them in; and a correction with rows in it."""

import copy
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from tests.portal.test_apply import fill, hidden, pdf, seen
from yiwang.domains.cases.actions import request_correction, submit_case
from yiwang.domains.cases.models import Case, HeldAnswers
from yiwang.domains.cases.queries import answers_before, answers_of, draft_answers, my_draft
from yiwang.domains.cases.tests.factories import ask_for_correction, make_case, make_official, make_paper
from yiwang.domains.catalogue.queries import Guide
from yiwang.domains.catalogue.tests.factories import make_item
from yiwang.domains.identity.models import Person
from yiwang.domains.identity.tests.factories import actor_of, make_person, sign_in
from yiwang.domains.papers.models import Paper
from yiwang.domains.regions.actions import load_regions
from yiwang.foundation.actors import SYSTEM

pytestmark = pytest.mark.django_db

REGIONS = [
    ("330000", "浙江省", "", 1, ""),
    ("330100", "杭州市", "", 2, "330000"),
    ("330106", "西湖区", "", 3, "330100"),
]
FAMILY: dict[str, Any] = {
    "schema": {
        "required": ["members", "holders"],
        "properties": {
            "members": {
                "type": "array",
                "maxItems": 3,
                "items": {
                    "type": "object",
                    "required": ["name", "kind", "school"],
                    "properties": {
                        "name": {"type": "string"},
                        "kind": {"enum": ["child", "adult"]},
                        "school": {"type": "string"},
                        "photo": {"type": "array", "items": {"type": "string", "format": "paper"}, "maxItems": 2},
                    },
                },
            },
            "holders": {
                "type": "array",
                "items": {
                    "type": "object",
                    "required": ["name", "share"],
                    "properties": {"name": {"type": "string"}, "share": {"type": "number"}},
                },
            },
            "home": {"type": "object"},
        },
    },
    "ui": {
        "pages": [
            {"key": "family", "title": "家人", "fields": ["members"]},
            {"key": "shares", "title": "股东", "fields": ["holders"]},
            {"key": "home", "title": "住址", "fields": ["home"]},
        ],
        "fields": {
            "members": {
                "label": "一起迁的人", "entry": "家人", "columns": ["name", "kind", "school", "photo"],
                "fields": {
                    "name": {"label": "姓名"},
                    "kind": {"label": "大小", "options": {"child": "小孩", "adult": "大人"}},
                    "school": {"label": "学校", "when": {"field": "kind", "equals": "child"}},
                    "photo": {"label": "照片"},
                },
            },
            "holders": {
                "label": "股东", "widget": "table", "entry": "股东", "columns": ["name", "share"],
                "total": {"column": "share", "equals": 100},
                "fields": {"name": {"label": "名称"}, "share": {"label": "比例"}},
            },
            "home": {"label": "住址", "widget": "address"},
        },
    },
}  # fmt: skip


@pytest.fixture(autouse=True)
def _nothing_kept() -> None:
    cache.clear()


@pytest.fixture
def person() -> Person:
    return make_person()


@pytest.fixture
def item() -> Guide:
    form = copy.deepcopy(FAMILY)
    return make_item(form=form, materials=[], audience=["person"])


@pytest.fixture
def at(client: Client, person: Person, item: Guide) -> str:
    sign_in(client, person)
    client.get(f"/items/{item.code}/apply")
    return f"/items/{item.code}/apply"


def answers(person: Person, item: Guide) -> dict[str, Any]:
    draft = my_draft(actor_of(person), item.code)
    assert draft
    return draft_answers(draft)


def test_one_entry_a_page_added_changed_and_removed(client: Client, person: Person, item: Guide, at: str) -> None:
    assert "还没有加" in seen(client.get(f"{at}/family"))
    to_entry = fill(client, f"{at}/family", **{"members-add": "1"})
    assert to_entry.headers["Location"] == f"{at}/family/members/1"
    first = fill(client, f"{at}/family/members/1", **{"members-0-name": "王小明", "members-0-kind": "child"})
    assert first.headers["Location"] == f"{at}/family/members/1#f-members-0-school", "an answer brought up a question"
    more = fill(
        client, f"{at}/family/members/1", more="1",
        **{"members-0-name": "王小明", "members-0-kind": "child", "members-0-school": "演示小学"},
    )  # fmt: skip
    assert more.headers["Location"] == f"{at}/family/members/2"
    wrong = fill(client, f"{at}/family/members/2", **{"members-1-kind": "adult"})
    assert wrong.status_code == 422
    assert "家人 2：填写姓名" in seen(wrong)
    done = fill(client, f"{at}/family/members/2", **{"members-1-name": "李四", "members-1-kind": "adult"})
    assert done.headers["Location"] == f"{at}/family#f-members"
    page = seen(client.get(f"{at}/family"))
    assert "1. 王小明" in page
    assert "学校：演示小学" in page
    change = fill(client, f"{at}/family", **{"members-edit": "1"})
    assert change.headers["Location"] == f"{at}/family/members/2"
    fill(client, f"{at}/family", **{"members-remove": "0"})
    assert answers(person, item)["members"] == [{"name": "李四", "kind": "adult"}]
    assert fill(client, f"{at}/family").headers["Location"] == f"{at}/shares"


def test_an_entry_that_moved_in_another_window_is_not_written_over(
    client: Client, person: Person, item: Guide, at: str
) -> None:
    for row, name in enumerate(("王小明", "李四")):
        fill(client, f"{at}/family/members/{row + 1}", **{f"members-{row}-name": name, f"members-{row}-kind": "adult"})
    old = hidden(client.get(f"{at}/family/members/2"))
    fill(client, f"{at}/family", **{"members-remove": "0"})
    late = client.post(f"{at}/family/members/2", old | {"members-1-name": "别人", "members-1-kind": "adult"})
    assert late.status_code == 409
    assert [row["name"] for row in answers(person, item)["members"]] == ["李四"]


def test_files_lie_in_the_entry_and_go_with_it(client: Client, person: Person, item: Guide, at: str) -> None:
    typed = {"members-0-name": "王小明", "members-0-kind": "adult"}
    fill(
        client,
        f"{at}/family/members/1",
        **typed,
        **{"members-0-photo-file": pdf("照片.pdf"), "members-0-photo-upload": "1"},
    )
    assert "照片.pdf" in seen(client.get(f"{at}/family/members/1"))
    fill(client, f"{at}/family/members/1", **typed)
    paper = answers(person, item)["members"][0]["photo"][0]
    fill(client, f"{at}/family", **{"members-remove": "0"})
    assert Paper.objects.get(pk=paper).removed_at is not None


def test_a_table_grows_by_a_button_and_says_what_does_not_add_up(
    client: Client, person: Person, item: Guide, at: str
) -> None:
    page = client.get(f"{at}/shares")
    assert 'name="holders-0-name"' in seen(page), "an empty row stands there to begin with"
    form = {k: v for k, v in hidden(page).items() if k != "holders-rows"}
    rows = {"holders-rows": ["0"], "holders-0-name": "王", "holders-0-share": "60"}
    added = client.post(f"{at}/shares", form | rows | {"holders-add": "1"})
    assert added.headers["Location"] == f"{at}/shares#f-holders-1-name"
    rows = {
        "holders-rows": ["0", "1"],
        "holders-0-name": "王",
        "holders-0-share": "60",
        "holders-1-name": "李",
        "holders-1-share": "39",
    }
    wrong = client.post(f"{at}/shares", form | rows)
    assert "比例加起来要等于 100。现在是 99。" in seen(wrong)
    assert 'href="#f-holders"' in seen(wrong)
    kept = client.post(f"{at}/shares", form | rows | {"holders-1-share": "四十", "holders-remove": "0"})
    assert 'value="四十"' in seen(kept), "what cannot be read is not lost when a row goes"
    assert client.post(f"{at}/shares", form | rows | {"holders-1-share": "40"}).headers["Location"] == f"{at}/home"
    assert answers(person, item)["holders"] == [{"name": "王", "share": 60}, {"name": "李", "share": 40}]


def test_a_place_is_found_by_its_name(client: Client, person: Person, item: Guide, at: str) -> None:
    load_regions(rows=REGIONS, by=SYSTEM)
    page = seen(fill(client, f"{at}/home", **{"home-find": "西湖", "home-look": "1", "home-detail": "演示路 1 号"}))
    assert "找到 1 个" in page
    assert '<option value="330106" selected>' in page
    assert 'value="演示路 1 号"' in page
    assert "没有叫这个名字的地方" in seen(fill(client, f"{at}/home", **{"home-find": "无此地", "home-look": "1"}))
    fill(client, f"{at}/home", **{"home-region": "330106", "home-detail": "演示路 1 号"})
    assert answers(person, item)["home"] == {"region": "330106", "detail": "演示路 1 号"}


def test_the_whole_tree_is_there_for_the_browser_once(client: Client) -> None:
    load_regions(rows=REGIONS, by=SYSTEM)
    answer = client.get("/regions.json")
    assert answer.json()["330106"] == "西湖区"
    assert "public" in answer.headers["Cache-Control"]


@pytest.fixture
def corrected(client: Client, person: Person, item: Guide) -> Case:
    photo = str(make_paper(person).pk)
    members = [
        {"name": "王小明", "kind": "child", "school": "一小", "photo": [photo]},
        {"name": "李四", "kind": "adult"},
    ]
    case, _new = submit_case(
        item_code=item.code, key="rows", by=actor_of(person),
        answers={"members": members, "holders": [{"name": "王", "share": 100}]},
    )  # fmt: skip
    official = actor_of(make_official(case))
    request_correction(case_id=case.pk, items=[{"field": "members", "text": "学校不对"}], by=official)
    sign_in(client, person)
    return case


def typed_rows(*rows: dict[str, str], **more: Any) -> dict[str, Any]:
    post: dict[str, Any] = {"_shown": ["members", "holders", "home"], "members-rows": [""], "holders-rows": ["0"]}
    post |= {"holders-0-name": "王", "holders-0-share": "100"}
    for at, row in enumerate(rows):
        post["members-rows"].append(str(at))
        post["_shown"] += [f"members-{at}-{key}" for key in row] + [f"members-{at}-photo"]
        post |= {f"members-{at}-{key}": value for key, value in row.items()}
    return post | more


def test_a_correction_changes_rows_and_keeps_their_files(client: Client, corrected: Case) -> None:
    address = f"/me/cases/{corrected.number}/correction"
    page = seen(client.get(address))
    assert 'name="members-0-school"' in page
    assert 'name="members-1-school"' not in page, "an adult is not asked for a school"
    child = {"name": "王小明", "kind": "child", "school": "二小"}
    third = {"name": "周五", "kind": "adult"}
    kept = client.post(
        address, typed_rows(child, {"name": "李四", "kind": "adult"}, **{"members-remove": "1", "members-add": "1"})
    )
    assert 'value="二小"' in seen(kept)
    done = client.post(address, typed_rows(child, third))
    assert done.status_code == 302, seen(done)[:3000]
    corrected.refresh_from_db()
    assert [row["name"] for row in answers_of(corrected)["members"]] == ["王小明", "周五"]
    assert answers_of(corrected)["members"][0]["photo"] == answers_before(corrected)["members"][0]["photo"]


def test_an_expired_sign_in_keeps_what_was_typed_in_a_correction(client: Client) -> None:
    person = make_person()
    case = ask_for_correction(make_case(person=person))
    sign_in(client, person)
    address = f"/me/cases/{case.number}/correction"
    page = client.get(address)
    client.logout()
    answer = client.post(
        address, hidden(page) | {"shop_name": "小满面馆", "area": "九十多", "kind": "cold", "truth": "true"}
    )
    assert answer.headers["Location"] == f"/sign-in?next={address}"
    assert HeldAnswers.objects.count() == 1
    other = make_person()
    sign_in(client, other)
    assert client.get(address).status_code == 404
    sign_in(client, person)
    back = seen(client.get(address))
    assert "登录过期前填的都还在" in back
    assert 'value="九十多"' in back
