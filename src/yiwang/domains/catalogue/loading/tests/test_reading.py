"""Every source loads what is good, and refuses what is not with its row and its reason."""

import json
from pathlib import Path

import pytest

from yiwang.domains.catalogue.content import Limit, from_json
from yiwang.domains.catalogue.loading import (
    ReadItem,
    RowProblem,
    UnknownSourceError,
    UnreadableFileError,
    detect_source,
    read_items,
)

GOOD = {
    "task_code": "11440100007483172Q3440106043001",
    "catalog_code": "440106043001",
    "catalog_name": "往来港澳通行证核发",
    "parent_catalog_code": "44010604300Y",
    "name": "办理通行证",
    "power_type_code": "21",
    "area_code": "440100",
    "dept": "甲市公安局",
    "level": "市级",
    "legal_limit": "20(工作日)",
    "promised_limit": "0(工作日)",
    "onsite_visits": "1",
    "accept_condition": "满足下列条件： 1、年满十八岁； 2、常住本市，电话020-12345678。",
    "materials": ["居民身份证", "照片", "居民身份证"],
    "audience": ["自然人", "非法人企业"],
    "themes": ["其他", "出境入境", "生小孩"],
    "location": "办理地点：甲市乙路1号大厅 咨询电话：020-87654321",
    "consult_phone": "020-11112222",
    "courier": "不支持",
    "online_check": "1",
    "booking": "是",
}


def guangdong(tmp_path: Path, *rows: dict | bytes) -> list[ReadItem | RowProblem]:
    file = tmp_path / "items.jsonl"
    file.write_bytes(
        b"\n".join(r if isinstance(r, bytes) else json.dumps(r, ensure_ascii=False).encode() for r in rows)
    )
    return list(read_items(file))


def reason(entry: ReadItem | RowProblem) -> str:
    assert isinstance(entry, RowProblem), entry
    assert entry.reason_en
    return entry.reason_zh


def test_a_row_of_guangdong(tmp_path: Path):
    (item,) = guangdong(tmp_path, GOOD)
    assert isinstance(item, ReadItem)
    content = item.content
    assert (item.code, item.base_code, item.parent_code) == (GOOD["task_code"], "440106043001", "44010604300Y")
    assert (item.group_code, item.base_name, item.region_code) == ("44010604300Y", "往来港澳通行证核发", "440100")
    assert (item.office.code, item.office.name, item.office.level) == ("11440100007483172Q", "甲市公安局", 3)
    assert item.type_code == content.type_code == "20"
    assert content.legal_limit == Limit(20) and content.promised_limit == Limit(0) and content.project_type == "instant"
    assert content.audience == ["person", "other"]
    assert [m.name.zh for m in content.materials or []] == ["居民身份证", "照片"]
    assert content.themes == ["出境入境"] and content.life_events == ["birth"]
    assert (content.online, content.courier, content.booking, content.visits) == (True, False, True, 1)
    assert from_json(item.canonical) == content
    assert len(item.content_hash) == 64


def test_no_telephone_number_of_a_source_survives(tmp_path: Path):
    (item,) = guangdong(tmp_path, GOOD)
    assert isinstance(item, ReadItem)
    text = item.canonical.decode()
    assert not [number for number in ("12345678", "87654321", "11112222") if number in text]
    assert item.content.contact and item.content.contact.place and item.content.contact.place.zh == "甲市乙路1号大厅"
    assert [c.zh for c in item.content.conditions or []] == ["满足下列条件：", "1、年满十八岁；", "2、常住本市。"]
    assert item.warnings[0].zh == "来源中的电话号码未收录"


def test_what_a_source_does_not_state_is_none_and_not_empty(tmp_path: Path):
    blank = GOOD | {
        "legal_limit": None,
        "promised_limit": "",
        "materials": [],
        "accept_condition": None,
        "location": None,
    }
    (item,) = guangdong(tmp_path, blank)
    assert isinstance(item, ReadItem)
    content = item.content
    assert (content.legal_limit, content.promised_limit, content.materials, content.conditions) == (
        None,
        None,
        None,
        None,
    )
    assert content.contact is None
    (free,) = guangdong(tmp_path, GOOD | {"accept_condition": "无条件受理"})
    assert isinstance(free, ReadItem) and free.content.conditions == []


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"power_type_code": "99"}, "事项类型"),
        ({"audience": ["外星人"]}, "服务对象"),
        ({"legal_limit": "20(光年)"}, "时限"),
        ({"legal_limit": "二十日"}, "时限"),
        ({"legal_limit": "20"}, "时限"),
        ({"name": "  "}, "没有事项名称"),
        ({"name": "长" * 201}, "超过 200"),
        ({"name": "空\u0000字"}, "U+0000"),
        ({"name": "\ud800"}, "JSON"),
        ({"name": None}, "name"),
        ({"name": 3}, "name"),
        ({"materials": "身份证"}, "materials"),
        ({"task_code": "123"}, "31 位或 33 位"),
        ({"catalog_code": "44010604300"}, "12 位"),
        ({"area_code": "44"}, "行政区划"),
        ({"courier": "也许"}, "是"),
        ({"onsite_visits": "许多"}, "到现场次数"),
        ({"dept": ""}, "实施主体"),
    ],
)
def test_a_row_that_will_not_do_is_refused_and_the_next_one_loads(tmp_path: Path, change: dict, says: str):
    row = json.dumps(GOOD | change).encode()
    bad, good = guangdong(tmp_path, row, GOOD)
    assert says in reason(bad) and bad.row == 1
    assert isinstance(good, ReadItem) and good.row == 2


@pytest.mark.parametrize(
    ("row", "says"),
    [
        (b'{"task_code": "1144', "JSON"),
        (b"[]", "字段"),
        (b"[" * 100_000, "字段"),
        (b'{"task_code":' + b"[" * 100_000, "字段"),
        (b'{"extra":' + b"[" * 100_000, "JSON"),
        (json.dumps(GOOD, ensure_ascii=False).encode("gb18030"), "UTF-8"),
        (b'{"name": "' + b"x" * (1 << 20) + b'"}', "1 MiB"),
    ],
)
def test_broken_rows_are_refused_by_number(tmp_path: Path, row: bytes, says: str):
    good, bad, other = guangdong(tmp_path, GOOD, row, GOOD | {"task_code": GOOD["task_code"] + "01"})
    assert says in reason(bad) and bad.row == 2
    assert isinstance(good, ReadItem) and isinstance(other, ReadItem) and other.group_code == good.group_code


def test_the_second_of_two_equal_codes_is_refused(tmp_path: Path):
    _, second = guangdong(tmp_path, GOOD, GOOD)
    assert "编码重复" in reason(second) and second.code == GOOD["task_code"]


def test_a_promise_longer_than_the_law_is_kept_with_a_warning(tmp_path: Path):
    (item,) = guangdong(tmp_path, GOOD | {"legal_limit": "10(工作日)", "promised_limit": "1(月)"})
    assert isinstance(item, ReadItem)
    assert any("承诺时限" in warning.zh for warning in item.warnings)


def test_equal_rows_have_equal_hashes(tmp_path: Path):
    (one,) = guangdong(tmp_path, GOOD)
    (two,) = guangdong(tmp_path, dict(reversed(GOOD.items())))
    (three,) = guangdong(tmp_path, GOOD | {"onsite_visits": "2"})
    assert isinstance(one, ReadItem) and isinstance(two, ReadItem) and isinstance(three, ReadItem)
    assert one.content_hash == two.content_hash != three.content_hash


HEADER = "row,item_code,name,main_item,dept,dept_code,area_code,power_type_code,power_type,url\n"
CODES = (
    "E-000004-001-11511301008778386B",
    "511A0138000000-511602000000-000-115113010833722043-1-00",
    "512C0107400001-511602000000-000-00877868-5-1-00",
    "G-000007-001-511602000000-000-115113010833722043-1-00",
)


def sichuan(tmp_path: Path, body: bytes) -> list[ReadItem | RowProblem]:
    file = tmp_path / "items.csv"
    file.write_bytes(HEADER.encode() + body)
    return list(read_items(file))


def line(code: str, name: str = "事项", main: str = "", kind: str = "20", dept: str = "A1") -> bytes:
    return f"0,{code},{name},{main},区人社局,{dept},511602000000,{kind},公共服务,http://x\n".encode()


def test_codes_of_sichuan_stay_as_they_are(tmp_path: Path):
    items = sichuan(tmp_path, b"".join(line(code) for code in CODES))
    assert [item.code for item in items] == list(CODES)
    assert [item.base_code for item in items] == ["E-000004-001", "511A0138000000", "512C0107400001", "G-000007-001"]
    assert [item.row for item in items] == [2, 3, 4, 5]
    assert items[0].type_code == "20" and items[0].region_code == "511602" and items[0].office.level == 4
    assert items[0].content.legal_limit is None and items[0].content.materials is None


def test_situations_of_one_main_item_share_a_group_and_departments_an_office(tmp_path: Path):
    one, two, other = sichuan(
        tmp_path, line(CODES[0], main="驾驶证", dept="A1_5143") + line(CODES[1], main="驾驶证") + line(CODES[2])
    )
    assert one.group_code == two.group_code != other.group_code
    assert one.office.code == two.office.code == "A1" and one.base_name == "驾驶证"


def test_bad_rows_of_a_csv(tmp_path: Path):
    body = (
        line(CODES[0], name="类型不明", kind="21")
        + line(CODES[1]).replace("事项".encode(), "事项".encode("gbk"))
        + b"0,too,few\n"
        + b'0,"a"b,x,x,x,x,511602000000,20,x,x\n'
        + line("ab-cd")
        + line(CODES[2])
    )
    *bad, good = sichuan(tmp_path, body)
    assert [entry.row for entry in bad] == [2, 3, 4, 5, 6] and isinstance(good, ReadItem) and good.row == 7
    for entry, says in zip(bad, ("事项类型", "UTF-8", "列", "CSV", "4 至 8 段"), strict=True):
        assert says in reason(entry)


def test_a_csv_without_its_columns_is_refused_whole(tmp_path: Path):
    file = tmp_path / "x.csv"
    file.write_text("name,dept\na,b\n")
    with pytest.raises(UnreadableFileError, match="item_code"):
        list(read_items(file, "sichuan"))


YAML = """\
code: 11330106002500287C4330106001000
base_code: '330106001000'
office: 11330106002500287C
region: 330106
content:
  name: {zh: 食品经营许可, en: Food licence}
  type_code: '01'
  summary: 开店卖吃的
  aliases: [开饭店, 12345]
  legal_limit: {amount: 20}
  materials:
    - {key: id, name: 身份证}
  form:
    ui: {fields: {agree: {options: {yes: 是, no: 否}}}}
"""


def own(tmp_path: Path, text: str | bytes) -> list[ReadItem | RowProblem]:
    file = tmp_path / "item.yaml"
    file.write_bytes(text if isinstance(text, bytes) else text.encode())
    return list(read_items(file))


def test_our_own_yaml(tmp_path: Path):
    (item,) = own(tmp_path, YAML)
    assert isinstance(item, ReadItem)
    assert item.content.summary and item.content.summary.zh == "开店卖吃的" and item.content.name.en == "Food licence"
    assert item.content.aliases == ["开饭店", "12345"]
    assert item.content.form and list(item.content.form["ui"]["fields"]["agree"]["options"]) == ["yes", "no"]
    assert item.office.code == "11330106002500287C" and item.region_code == "330106"


@pytest.mark.parametrize(
    ("find", "put", "says"),
    [
        ("  summary:", "  sumary:", "sumary"),
        ("{key: id, name: 身份证}", "{key: id, nmae: 身份证}", "nmae"),
        ("amount: 20", "amount: twenty", "内容不合格"),
        ("'01'", "'77'", "事项类型"),
        ("office: 11330106002500287C\n", "", "office"),
        ("region: 330106", "region: 33", "行政区划"),
        ("  form:", "  form: [", "YAML"),
        ("  summary: 开店卖吃的", "  summary: &a 开店\n  visit_reason: *a", "YAML"),
        ("  summary: 开店卖吃的", "  summary: 一\n  summary: 二", "YAML"),
        ("  summary: 开店卖吃的", "  summary: !!python/name:os.system x", "YAML"),
    ],
)
def test_yaml_that_is_refused(tmp_path: Path, find: str, put: str, says: str):
    assert find in YAML
    (problem,) = own(tmp_path, YAML.replace(find, put))
    assert says in reason(problem)


def test_a_folder_of_yaml_names_the_file_of_each_problem(tmp_path: Path):
    (tmp_path / "a.yaml").write_text(YAML, encoding="utf-8")
    (tmp_path / "b.yaml").write_text(YAML, encoding="utf-8")
    (tmp_path / "c.yaml").write_bytes(YAML.encode("gb18030"))
    good, twice, broken = read_items(tmp_path, "yiwang")
    assert isinstance(good, ReadItem) and good.file == "a.yaml"
    assert "a.yaml" in reason(twice) and twice.file == "b.yaml"
    assert "UTF-8" in reason(broken) and broken.file == "c.yaml"


SHEET = (
    "事项名称,基本编码,实施编码,事项类型代码,实施主体,实施主体代码,法定办结时限,单位,说明,服务对象,代码,是否收费,"
    "办理形式,代码,咨询电话,材料名称,原件份数,复印件份数,是否必备\n"
    "食品经营许可,330106001000,11330106002500287C4330106001000,01,西湖区局,11330106002500287C,20,工作日,,自然人,1;2,0,"
    "窗口办理,1;2,0571-1,身份证,1,0,1\n"
    ",,,,,,,,,,,,,,,租房合同,0,2,0\n"
    "另一件事,330106002000,11330106002500287C4330106002000,20,西湖区局,11330106002500287C,,,,个人,,,,,,,,,\n"
    "又一件事,330106003000,11330106002500287C4330106003000,66,西湖区局,11330106002500287C,,,,个人,,,,,,,,,\n"
)


def test_the_national_sheet(tmp_path: Path):
    file = tmp_path / "sheet.csv"
    file.write_text(SHEET, encoding="utf-8-sig")
    assert detect_source(file) == "gbt39046"
    food, other, bad = read_items(file)
    assert isinstance(food, ReadItem) and isinstance(other, ReadItem)
    assert food.content.legal_limit == Limit(20) and food.content.audience == ["person", "enterprise"]
    assert [(m.name.zh, m.original, m.copies, m.necessity) for m in food.content.materials or []] == [
        ("身份证", "original", 1, "required"),
        ("租房合同", "copy", 2, "optional"),
    ]
    assert food.content.is_free is True and food.content.ways == ["window", "web"] and food.warnings
    assert other.content.materials is None and other.row == 4
    assert "66" in reason(bad)


def test_sources_are_recognised_or_refused(tmp_path: Path):
    for name, text, source in (
        ("a", "not json at all\n", None),
        ("b", json.dumps(GOOD), "guangdong"),
        ("c", "{broken\n" + json.dumps(GOOD), "guangdong"),
        ("d", "\ufeff" + HEADER, "sichuan"),
        ("e", YAML, "yiwang"),
        ("f", "", None),
    ):
        (tmp_path / name).write_text(text, encoding="utf-8")
        if source:
            assert detect_source(tmp_path / name) == source
        else:
            with pytest.raises(UnknownSourceError):
                detect_source(tmp_path / name)
    with pytest.raises(UnknownSourceError):
        list(read_items(tmp_path / "b", "atlantis"))
    with pytest.raises(UnreadableFileError):
        list(read_items(tmp_path / "missing"))
