import csv
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiwang.foundation.masking import mask_email, mask_id_number, mask_name, mask_phone, scrub
from yiwang.foundation.tests.shared_data import shared

ID = "11010519491231002X"
HIDDEN = "110105********002X"


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张三", "张*"),
        ("林小满", "林*满"),
        ("欧阳小满", "欧**满"),
        ("王𬉼", "王*"),
        ("王\U000e0100小\U000e0101满", "王\U000e0100*满"),
        ("古丽娜尔·买买提", "古***·***"),
        ("Ann Lee", "A** L**"),
        ("O'Neil", "O'N***".replace("O'", "*'")),
        ("Ann", "A**"),
        ("张", "*"),
        ("", ""),
    ],
)
def test_names(name, masked):
    assert mask_name(name) == masked


@given(st.text(min_size=1, max_size=30))
def test_a_masked_name_shows_at_most_two_signs_of_a_part_and_hides_one(name):
    masked = mask_name(name)
    if re.sub(r"[\s·•・‧.\-'’]", "", name):
        assert "*" in masked


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        (ID, HIDDEN),
        ("330106900101001", "330106*****1001"),
        ("E12345678", "E1*****78"),
        ("H1234", "H***4"),
        ("12", "**"),
    ],
)
def test_id_numbers(number, masked):
    assert mask_id_number(number) == masked


@pytest.mark.parametrize(
    ("number", "masked"),
    [
        ("13800138000", "138****8000"),
        ("+86 13800138000", "+86 138****8000"),
        ("0571-88880000", "0571-****0000"),
        ("88880000", "8*****00"),
        ("110", "***"),
    ],
)
def test_telephone_numbers(number, masked):
    assert mask_phone(number) == masked


def test_email_addresses():
    assert mask_email("linxiaoman@example.com") == "l***@example.com"
    assert mask_email("a@example.com") == "***@example.com"
    assert mask_email("no address") == "**********"


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        (f"我的身份证是{ID}，请查", f"我的身份证是{HIDDEN}，请查"),
        (f"id{ID.lower()}.", "id110105********002x."),
        ("１１０１０５１９４９１２３１００２Ｘ", "１１０１０５********００２Ｘ"),
        ("110105 19491231 002X", "110105 ******** 002X"),
        ("110105-1949-1231-002X", "110105-****-****-002X"),
        ("1 1 0 1 0 5 1 9 4 9 1 2 3 1 0 0 2 X", "1 1 0 1 0 5 * * * * * * * * 0 0 2 X"),
        ("11010519491231002Χ", "110105********002Χ"),
        ("330106900101001", "330106*****1001"),
        ("电话13800138000或138 0013 8000", "电话138****8000或138 **** 8000"),
        ("+8613800138000", "+86138****8000"),
        ("13800138000 13900139000", "138****8000 139****9000"),
        ("13800138000 110105194912310021", "138****8000 110105********0021"),
        ("打 0571-88880000 问", "打 057*-****0000 问"),
        ("卡号 6222 0202 0001 1234 567", "卡号 6222 02** **** ***4 567"),
        ("91330106MA2B00035E 13800138000", "91330106MA2B00035E 138****8000"),
        (
            "11440232MB2D06811W4000117051000202010200008 13800138000",
            "11440232MB2D06811W4000117051000202010200008 138****8000",
        ),
        ("12345678901234567890123", "123456*************0123"),
    ],
)
def test_free_text_is_cleaned(text, clean):
    assert scrub(text) == clean


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-11-23 05:47:14.123456",
        "3 份 5 个工作日 200.00 元",
        "办件 11440232MB2D06811W4000117051000202010200008 已受理",
        "办件 11511301008778183N202010200001",
        "11440100007483172Q",
        "事项 11440100007483172Q3440106043001",
        "511A0138000000-511602000000-000-115113010833722043-1-00",
        "1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.U",
        "12345678-1234-7234-8234-123456789012",
        "浙政办发〔2020〕42号",
    ],
)
def test_what_is_public_stays(text):
    assert scrub(text) == text


@given(st.text(max_size=60), st.text(max_size=60), st.sampled_from(["", " ", "-", "　", "\u200b"]))
def test_no_id_number_survives_any_surroundings(before, after, gap):
    masked = scrub(f"{before}，{gap.join(ID)}，{after}")
    assert ID not in re.sub(r"[^0-9X*]", "", masked)


@given(st.text(max_size=80))
def test_text_without_digits_is_left_alone(text):
    plain = re.sub(r"\d", "", text)
    assert scrub(plain) == plain


def test_no_shared_vector_survives():
    with shared("negative/id_number_vectors.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    numbers = [row["value"] for row in rows if row["type"] == "resident-id" and "D" not in row["value"]]
    assert [n for n in numbers if scrub(f"号码{n}。") == f"号码{n}。"] == []
    mobiles = [row["value"] for row in rows if row["type"] == "mobile" and row["expected"] != "invalid"]
    assert [n for n in mobiles if scrub(f"电话{n}。") == f"电话{n}。"] == []
