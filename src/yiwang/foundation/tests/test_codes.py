import csv
import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from yiwang.foundation import codes
from yiwang.foundation.tests.shared_data import shared

TODAY = dt.date(2026, 1, 1)

CITIZENS = [
    ("11010519491231002X", None),
    ("11010519491231002x", None),
    (" 440524188001010014 ", None),
    ("１１０１０５１９４９１２３１００２Ｘ", None),
    ("110105 19491231 002X", None),
    ("81000019980902013X", None),
    ("932682198501010017", None),
    ("339901199003070019", "check_digit"),
    ("110105194912310021", "check_digit"),
    ("110105194902300020", "birth_date"),
    ("110105299901010020", "birth_date"),
    ("110105187901010020", "birth_date"),
    ("990105194912310020", "division"),
    ("001005194912310020", "division"),
    ("11010519491231002Χ", "format"),
    ("11010519491231002Х", "format"),
    ("1101051949123100²X", "format"),
    ("٣٣٠١٠٦١٩٩٠٠١٠١٠٠١٥", "format"),
    ("11010519491231002", "length"),
    ("", "empty"),
    ("　", "empty"),
    ("330106900101001", "old_15"),
    ("330106901301001", "birth_date"),
    ("990106900101001", "division"),
]


@pytest.mark.parametrize(("value", "problem"), CITIZENS)
def test_citizen_ids(value, problem):
    assert codes.citizen_id_problem(value, TODAY) == problem


def test_what_an_id_number_says():
    assert codes.citizen_birth_date("11010519491231002x") == dt.date(1949, 12, 31)
    assert codes.citizen_sex("11010519491231002X") == "female"
    assert codes.citizen_sex("33010619850312001X") == "male"
    assert codes.citizen_id_from_15("150102880730303") == "150102198807303035"
    assert codes.citizen_birth_date("150102880730303") == dt.date(1988, 7, 30)
    for ask in (codes.citizen_birth_date, codes.citizen_sex, codes.citizen_id_from_15):
        with pytest.raises(ValueError, match="not a"):
            ask("110105194912310021")


def test_a_birth_date_may_be_today_and_not_tomorrow():
    born = dt.date(2024, 2, 12)
    assert codes.citizen_id_problem("330114202402125961", born) is None
    assert codes.citizen_id_problem("330114202402125961", born - dt.timedelta(1)) == "birth_date"


@given(
    st.sampled_from([value for value, problem in CITIZENS if problem is None]), st.integers(0, 16), st.integers(1, 9)
)
def test_no_single_wrong_digit_passes(value, at, step):
    code = codes.plain_code(value)
    wrong = code[:at] + str((int(code[at]) + step) % 10) + code[at + 1 :]
    assert codes.citizen_id_problem(wrong, TODAY)


@given(st.text(max_size=40))
def test_any_text_gets_an_answer(value):
    for ask in (
        codes.citizen_id_problem, codes.credit_code_problem, codes.org_code_problem, codes.item_code_problem,
        codes.certificate_identifier_problem, codes.mobile_problem, codes.phone_problem, codes.email_problem,
    ):  # fmt: skip
        assert isinstance(ask(value), str | None)
    for kind in codes.DOCUMENT_KINDS:
        assert isinstance(codes.identity_document_problem(kind, value), str | None)


@pytest.mark.parametrize(
    ("kind", "value", "problem"),
    [
        ("resident_id", "11010519491231002X", None),
        ("resident-id", "110105194912310021", "check_digit"),
        ("residence_permit", "830000200209060065", None),
        ("residence_permit", "11010519491231002X", "division"),
        ("foreign_resident", "932682198501010017", None),
        ("foreign_resident", "11010519491231002X", "format"),
        ("foreign_resident", "usa110078010103", None),
        ("foreign_resident", "US1110078010103", "format"),
        ("foreign_resident", "USA11007801010", "length"),
        ("passport", "E12345678", None),
        ("passport", "ea1234567", None),
        ("passport", "ABCDEFGH", "format"),
        ("passport", "护照12345", "format"),
        ("hk_mo_permit", "H12345678", None),
        ("hk_mo_permit", "A12345678", "format"),
        ("tw_permit", "12345678", None),
        ("tw_permit", "1234567", "format"),
        ("military_id", "军字第1234567号", None),
        ("military_id", "1234567", "format"),
        ("passport", "", "empty"),
    ],
)
def test_identity_documents(kind, value, problem):
    assert codes.identity_document_problem(kind, value) == problem


def test_an_unknown_kind_is_an_error():
    with pytest.raises(ValueError, match="unknown kind"):
        codes.identity_document_problem("library_card", "1")


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("11440100007483172Q", None),
        ("11440100007483172q ", None),
        ("91330106MA2B00035E", None),
        ("11440100007483172R", "check_digit"),
        ("11440100I07483172Q", "format"),
        ("1144O100007483172Q", "format"),
        ("11440100007483172", "length"),
        ("", "empty"),
    ],
)
def test_credit_codes(value, problem):
    assert codes.credit_code_problem(value) == problem


def test_an_early_code_passes_only_with_the_override():
    assert codes.credit_code_problem("91350211M00013FA1N") == "check_digit"
    assert codes.credit_code_problem("91350211M00013FA1N", accept_wrong_check=True) is None
    assert codes.credit_code_problem("91350211M00013FA1", accept_wrong_check=True) == "length"


def test_organisation_codes():
    assert codes.org_code_problem("007483172") is None
    assert codes.org_code_problem("D2143569-X") is None
    assert codes.org_code_problem("D21435691") == "check_digit"
    assert codes.org_code_problem("D2143569") == "length"
    assert codes.org_code_problem("D2143569Y") == "format"
    assert codes.org_code_of("11440100007483172Q") == "007483172"
    assert codes.org_code_of("91331123MA3XCRNQ6A") is None
    assert codes.credit_code_problem("91331123MA3XCRNQ6A") is None
    assert codes.credit_code_problem("91331123MA3XCRNQ6A", with_org_code=True) == "check_digit"


IDENTIFIER = "1.2.156.3005.2.11100000000013338W011.11430000006122244L.20230000403.001.U"


def test_certificate_identifiers():
    assert codes.certificate_identifier("11100000000013338W011", "11430000006122244L", "20230000403") == IDENTIFIER
    parts = codes.parse_certificate_identifier(IDENTIFIER.lower())
    assert (parts.issuer, parts.serial, parts.version, parts.check) == ("11430000006122244L", "20230000403", "001", "U")
    assert str(parts) == IDENTIFIER
    short = IDENTIFIER.removeprefix(codes.CERTIFICATE_ROOT + ".")
    assert codes.parse_certificate_identifier(short) == parts
    assert codes.certificate_check_char("11100000000013338W00211320482014138860P201807250201001") == "M"
    assert codes.certificate_identifier_problem(IDENTIFIER[:-1] + "V") == "check_digit"
    assert codes.certificate_identifier_problem(IDENTIFIER[:-2]) == "format"
    with pytest.raises(ValueError, match="check_digit"):
        codes.parse_certificate_identifier(IDENTIFIER.replace("403", "404"))
    with pytest.raises(ValueError, match="serial"):
        codes.certificate_identifier("11100000000013338W011", "11430000006122244L", "第1号")


SIGNS = st.text("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ", min_size=1, max_size=20)


@given(SIGNS, st.integers(1, 999))
def test_identifiers_made_are_identifiers_read(serial, version):
    made = codes.certificate_identifier("11100000000013338W011", "11430000006122244L", serial, version)
    parts = codes.parse_certificate_identifier(made)
    assert (parts.serial, int(parts.version)) == (serial, version)


@pytest.mark.parametrize(
    ("value", "problem"),
    [
        ("440106043001", None),
        ("44010200200Y", None),
        ("11440100007483172Q3440106043001", None),
        ("11440100007483172Q344010604300101", None),
        ("11440100007483172R3440106043001", "office_code"),
        ("11440100007483172Q0440106043001", "format"),
        ("44010604300Z", "format"),
        ("511A0138000000-511602000000-000-115113010833722043-1-00", "length"),
        ("", "empty"),
    ],
)
def test_item_codes(value, problem):
    assert codes.item_code_problem(value) == problem


def test_parts_of_an_item_code():
    parts = codes.parse_item_code("11440100007483172Q344010604300101")
    assert parts == ("440106043001", "01", "11440100007483172Q", "3", "01")
    assert codes.parse_item_code("440106043001").office == ""
    with pytest.raises(ValueError, match="national item code"):
        codes.parse_item_code("G-000007")


def test_case_numbers():
    day = dt.date(2020, 10, 20)
    number = codes.case_number("11440232MB2D06811W4000117051000", "unused", day, 8)
    assert number == "11440232MB2D06811W4000117051000202010200008"
    assert codes.case_number("11440232MB2D06811W400011705100002", "", day, 8) == number
    assert codes.case_number("G-000007-001", "11511301008778183N", day, 1) == "11511301008778183N202010200001"
    assert codes.case_number("440106043001", "ys00042", day, 10_000) == "YS0004220201020A000"
    with pytest.raises(ValueError, match="longer than 50"):
        codes.case_number("", "9" * 39, day, 1)
    with pytest.raises(ValueError, match="begin with"):
        codes.case_number("", "演示", day, 1)


@pytest.mark.parametrize(
    ("value", "problem", "phone"),
    [
        ("13800138000", None, None),
        ("+86 138-0013-8000", None, None),
        ("008613800138000", None, None),
        ("1380013800", "length", "length"),
        ("12345678901", "format", "format"),
        ("0571-88880000", "landline", None),
        ("057188880000", "landline", None),
        ("一三八", "format", "format"),
        ("", "empty", "empty"),
    ],
)
def test_telephone_numbers(value, problem, phone):
    assert codes.mobile_problem(value) == problem
    assert codes.phone_problem(value) == phone


@pytest.mark.parametrize(
    "good", ["a@b.cn", "first.last+tag@mail.example.com", "x_y@sub.例子.cn".replace("例子", "xn--fsqu00a")]
)
def test_email_addresses(good):
    assert codes.email_problem(good) is None


@pytest.mark.parametrize(
    "bad", ["", "a", "a@b", "a@@b.cn", ".a@b.cn", "a..b@c.cn", "a@-b.cn", "a b@c.cn", "a@b.cn\nx", "a" * 65 + "@b.cn"]
)
def test_wrong_email_addresses(bad):
    assert codes.email_problem(bad)


def _verdict(kind, value):
    """The verdict in the words of the vectors file."""
    if kind == "mobile":
        problem, plain = codes.mobile_problem(value), codes.plain_mobile(value)
    elif kind == "uscc":
        problem, plain = codes.credit_code_problem(value), codes.plain_code(value)
    else:
        problem, plain = codes.identity_document_problem(kind, value), codes.plain_code(value)
    if problem is None:
        return "valid" if plain == value else "normalise"
    return {"old_15": "valid15", "landline": "landline"}.get(problem, "invalid")


ONLY_NORMALISED = {"３３０１０６１９９００１０１００１Ｘ": "check_digit"}
"""A row whose note speaks of its full-width signs alone: read in half-width, its check character should be 8."""


def test_the_verdicts_on_the_shared_vectors():
    with shared("negative/id_number_vectors.csv").open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines))
    assert len(rows) >= 253
    wrong = []
    for row in rows:
        verdict, expected = _verdict(row["type"], row["value"]), row["expected"]
        if expected == "checkdigit-fails":  # refused, unless somebody overrides
            assert codes.credit_code_problem(row["value"], accept_wrong_check=True) is None
            expected = "invalid"
        if row["value"] in ONLY_NORMALISED:
            assert codes.plain_code(row["value"]) == "33010619900101001X"
            assert codes.citizen_id_problem(row["value"]) == ONLY_NORMALISED[row["value"]]
            continue
        if verdict != expected:
            wrong.append((row["value"], expected, verdict))
    assert not wrong


def test_the_shared_check_digit_vectors():
    vectors = json.loads(shared("vectors.json").read_text(encoding="utf-8"))
    assert [v for v in vectors["gb11643_valid"] if codes.citizen_id_problem(v)] == []
    assert [v for v in vectors["gb11643_invalid"] if not codes.citizen_id_problem(v)] == []
    assert [v for v in vectors["gb32100_valid"] if codes.credit_code_problem(v, with_org_code=True)] == []
    assert [v for v in vectors["gb11714_valid"] if codes.org_code_problem(v)] == []
    assert [v for v in vectors["item_impl_31"] if codes.item_code_problem(v)] == []
    for text in vectors["gbt36904_valid"]:
        assert str(codes.parse_certificate_identifier(text)) == text
    for number in vectors["case_no_43"]:
        day = dt.datetime.strptime(number[31:39], "%Y%m%d").date()
        assert codes.case_number(number[:31], "", day, int(number[39:])) == number
