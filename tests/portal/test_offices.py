"""Finding an office by where it is and what it is called."""

import pytest
from django.test import Client

from yiwang.domains.identity.tests.factories import make_office
from yiwang.domains.regions.actions import load_regions
from yiwang.foundation.actors import SYSTEM

pytestmark = pytest.mark.django_db
REGIONS = [
    ("330000", "浙江省", "Zhejiang", 1, ""),
    ("330100", "杭州市", "Hangzhou", 2, "330000"),
    ("330106", "西湖区", "Xihu", 3, "330100"),
    ("330110", "余杭区", "Yuhang", 3, "330100"),
]


@pytest.fixture
def town() -> None:
    """Give a province with three offices."""
    load_regions(rows=REGIONS, by=SYSTEM)
    make_office(
        name="演示西湖区市场监督管理局", region_id="330106", place="一楼", hours="工作日", phone="0571-0000 0001"
    )
    make_office(name="演示余杭区民政局", name_en="Demonstration Yuhang Civil Affairs", region_id="330110")
    make_office(name="演示浙江省数据管理局", region_id="330000")


def shown(client: Client, query: str = "") -> str:
    response = client.get(f"/offices{query}")
    assert response.status_code == 200
    return response.content.decode().split("<main")[1].split("</main>")[0]


@pytest.mark.usefixtures("town")
def test_all_offices_stand_under_their_division_with_where_when_and_telephone(client: Client) -> None:
    page = shown(client)
    order = [page.index(name) for name in ("数据管理局", "市场监督管理局", "民政局")]
    assert order == sorted(order)
    assert "浙江省杭州市西湖区</h2>" in page
    for words in ("一楼", "工作日", 'href="tel:0571-00000001"', "地址未公布"):
        assert words in page


@pytest.mark.usefixtures("town")
@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("?q=市场", {"市场监督管理局"}),
        ("?q=演示 区", {"市场监督管理局", "民政局"}),
        ("?q=civil affairs", {"民政局"}),
        ("?region=330100", {"市场监督管理局", "民政局"}),
        ("?region=330106&q=民政", set()),
        ("?region=nowhere", {"市场监督管理局", "民政局", "数据管理局"}),
        ("?q=%25", set()),
    ],
)
def test_by_words_and_by_division(client: Client, query: str, found: set[str]) -> None:
    page = shown(client, query)
    assert {name for name in ("市场监督管理局", "民政局", "数据管理局") if name in page} == found
    assert ("没有这样的部门" in page) is (not found)


@pytest.mark.usefixtures("town")
def test_many_offices_come_page_after_page_each_once(client: Client) -> None:
    for at in range(90):
        make_office(name=f"演示第{at:03d}局", region_id=["330106", "330110", None][at % 3])
    seen, query = [], ""
    for _ in range(5):
        page = shown(client, query)
        seen += [part.split("</a>")[0] for part in page.split('<h3 class="svc-t">')[1:]]
        if 'rel="next"' not in page:
            break
        query = page.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&").split("offices")[1]
    assert len(seen) == len(set(seen)) == 93


def test_before_there_is_any_office_the_page_says_so(client: Client) -> None:
    assert "没有这样的部门" in shown(client)


def test_the_footer_leads_there(client: Client) -> None:
    assert 'href="/offices"' in client.get("/").content.decode().replace("&#x2f;", "/")
