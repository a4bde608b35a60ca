"""Certificates: names as typed or not at all, the data inside, one page for an ordinary one."""

import io
import re
from datetime import date

import pikepdf
import pytest
import segno

from yiwang.domains.certificates.rendering import (
    CertificateDataError,
    missing_glyphs,
    printed_text,
    qr_svg,
    render_certificate,
)
from yiwang.domains.seals.pades import typesetting

RARE = "𠮷䶮㛃𬱖䥽𠅤𫖮㐱𣸣㻬𬭎𬬮㴋㼆𬉼𠳐𥻗"
DATA = {
    "type_name": "食品经营许可证",
    "type_name_en": "Food Business Licence",
    "identifier": "1.2.156.3005.2.11100000000013338W011.11330105002500287C.2025052201.002.0",
    "number": "JY2 3399 0100 0042",
    "issuer": "演示西湖区市场监督管理局",
    "issued_on": date(2026, 11, 23),
    "valid_until": "2031-11-22",
    "verify_url": "https://yiwang.example/verify?id=1",
    "specimen": "演示 SPECIMEN",
    "fields": [["经营者", "张𫖮"], ["经营场所", "杭州市西湖区文三路 188 号"], ["姓名", "阿依古丽·买买提"]],
}


def test_a_certificate_is_an_archive_page_with_its_data():
    signed = b'{"specimen":"x"}'
    document = pikepdf.open(io.BytesIO(render_certificate(DATA, attached=signed)))
    metadata = document.open_metadata()
    assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "B")
    assert document.attachments["certificate.json"].get_file().read_bytes() == signed
    assert len(document.pages) == 1


def test_every_rare_name_character_has_a_glyph_and_reaches_the_page():
    assert missing_glyphs(RARE) == []
    document = pikepdf.open(io.BytesIO(render_certificate(DATA | {"fields": [["姓名", RARE]]})))
    fonts = document.pages[0].Resources.Font
    maps = "".join(
        fonts[name].ToUnicode.read_bytes().decode("latin-1") for name in fonts if "/ToUnicode" in fonts[name]
    )
    for character in RARE:
        assert character.encode("utf-16-be").hex().upper() in maps.upper(), character


@pytest.mark.parametrize(
    "text", ["🇨🇳", "王\u200b小", "\ufeff王", "\u202e王", "王\x00", "ئۇيغۇر", "བོད", "\ue000", "王\ufe0f"]
)
def test_what_cannot_be_shown_as_typed_is_named_and_refuses_the_certificate(text):
    assert missing_glyphs(text)
    with pytest.raises(CertificateDataError, match=r"U\+"):
        render_certificate(DATA | {"fields": [["姓名", text]]})


def test_ordinary_writing_is_not_missing():
    assert missing_glyphs(printed_text(DATA) + "O'Neil-Müller　José\n㎡℃〔2026〕№①") == []


def test_missing_data_is_named():
    with pytest.raises(CertificateDataError, match="issuer"):
        render_certificate({key: value for key, value in DATA.items() if key != "issuer"})


def test_many_fields_go_on_to_further_pages():
    data = DATA | {"fields": [[f"第 {i} 项", "内容" * 60] for i in range(40)]}
    assert len(pikepdf.open(io.BytesIO(render_certificate(data))).pages) > 1


def test_without_fonts_one_line_says_what_to_install(monkeypatch, tmp_path):
    monkeypatch.setenv("YIWANG_FONTS", str(tmp_path))
    typesetting.font_files.cache_clear()
    try:
        with pytest.raises(typesetting.FontsMissing, match="install fonts-noto-cjk"):
            typesetting.font_files()
    finally:
        monkeypatch.undo()
        typesetting.font_files.cache_clear()


def test_a_qr_code_is_one_path_and_the_same_each_time():
    svg = qr_svg("https://yiwang.example/verify?id=1")
    assert svg.count("<path") == 1 and svg == qr_svg("https://yiwang.example/verify?id=1")


def test_the_path_of_a_qr_code_draws_exactly_its_modules():
    text = "https://yiwang.example/verify?id=1"
    drawn = set()
    for x, y, width in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\3z", qr_svg(text)):
        drawn |= {(int(x) + step - 2, int(y) - 2) for step in range(int(width))}
    matrix = segno.make(text, error="m", micro=False).matrix
    assert drawn == {(x, y) for y, row in enumerate(matrix) for x, dark in enumerate(row) if dark}
