"""Seals: what they cover, what they refuse, and that a sealed page stays an archive page."""

import base64
import io
import json
import random
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pikepdf
import pytest
import typst
from asn1crypto import x509 as asn1_x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from yiwang.domains.seals.pades import authority as authorities
from yiwang.domains.seals.pades.checking import MAX_PDF, check_pdf
from yiwang.domains.seals.pades.embedding import sign_pdf
from yiwang.domains.seals.pades.signing import sign_data, verify_data
from yiwang.domains.seals.pades.stamp import seal_pdf, seal_svg
from yiwang.domains.seals.pades.typesetting import font_files

OFFICE = "演示西湖区市场监督管理局"
WHEN = datetime(2026, 11, 23, 9, 42, tzinfo=UTC)
DATA = '{"name":"张𫖮","specimen":"演示 SPECIMEN"}'
PAGE = """
#set document(title: "演示")
#set text(font: "Noto Serif CJK SC", lang: "zh")
#pdf.attach("/data.json", bytes(sys.inputs.data), relationship: "data", mime-type: "application/json", description: "data")
= 演示 #json(bytes(sys.inputs.data)).name
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("authority")


@pytest.fixture(scope="module")
def authority(folder):
    return authorities.open_authority(folder, "a passphrase", valid_from=datetime(2024, 1, 1, tzinfo=UTC))


@pytest.fixture(scope="module")
def key(authority):
    return authority.seal_key("3301060025", OFFICE)


@pytest.fixture(scope="module")
def page(tmp_path_factory):
    path = tmp_path_factory.mktemp("page") / "page.typ"
    path.write_text(PAGE)
    folders = sorted({str(file.parent) for _, files in font_files() for file in files})
    return typst.compile(
        str(path), format="pdf", pdf_standards=["a-3b"], font_paths=folders, ignore_system_fonts=True,
        sys_inputs={"data": DATA},
    )  # fmt: skip


def seal(page, key, when=WHEN):
    return sign_pdf(
        page, key, field_box=(380, 100, 499, 219), seal_image=seal_pdf(OFFICE), reason="核发电子证照", when=when
    )


@pytest.fixture(scope="module")
def sealed(page, key):
    return seal(page, key)


def test_a_second_opening_changes_nothing_and_a_wrong_passphrase_is_told(folder, authority, key):
    before = {p: p.read_bytes() for p in folder.rglob("*.pem")}
    again = authorities.open_authority(folder, "a passphrase")
    assert again.root == authority.root
    assert again.seal_key("3301060025", OFFICE).certificate == key.certificate
    assert {p: p.read_bytes() for p in folder.rglob("*.pem")} == before
    assert all(b"ENCRYPTED PRIVATE KEY" in content for path, content in before.items() if path.name != "crl.pem")
    with pytest.raises(authorities.AuthorityError):
        authorities.open_authority(folder, "another")
    with pytest.raises(authorities.AuthorityError):
        again.seal_key("3301060025", "另一个部门")
    with pytest.raises(authorities.AuthorityError):
        again.seal_key("../root", OFFICE)


def test_root_and_certificates_say_specimen_and_need_no_passphrase_to_read(folder, authority, key):
    assert authorities.load_root(folder) == authority.root
    assert key.certificate in authorities.load_certificates(folder)
    for certificate in (authority.root, key.certificate):
        assert "演示 SPECIMEN" in certificate.subject.rfc4514_string()
    assert key.office_name == OFFICE


def test_a_long_office_name_fits_the_certificate(authority):
    name = "演示中国（浙江）自由贸易试验区杭州片区管理委员会行政审批局"
    assert authority.seal_key("long", name).office_name == name


def test_a_sealed_page_is_valid_and_tells_who_when_and_what(sealed, authority, key):
    verdict = check_pdf(sealed, [authority.root], crls=[authority.crl()])
    assert (verdict.kind, verdict.signer, verdict.signed_at) == ("valid", OFFICE, WHEN)
    assert verdict.attached_json == DATA.encode()
    assert verdict.certificate == key.certificate


def test_another_implementation_agrees(sealed, authority):
    roots = [asn1_x509.Certificate.load(authority.root.public_bytes(Encoding.DER))]
    context = ValidationContext(trust_roots=roots, allow_fetching=False, moment=WHEN)
    (signature,) = PdfFileReader(io.BytesIO(sealed)).embedded_signatures
    with ThreadPoolExecutor(1) as own:  # it runs an event loop; in this thread a browser of another test may have one
        status = own.submit(validate_pdf_signature, signature, signer_validation_context=context).result()
    assert status.bottom_line and status.intact and status.trusted
    assert status.coverage.name == "ENTIRE_FILE"
    assert signature.sig_object["/SubFilter"] == "/ETSI.CAdES.detached"


def test_the_archive_mark_and_the_attachment_survive_sealing(page, sealed):
    before, after = pikepdf.open(io.BytesIO(page)), pikepdf.open(io.BytesIO(sealed))
    for document in (before, after):
        metadata = document.open_metadata()
        assert (metadata["pdfaid:part"], metadata["pdfaid:conformance"]) == ("3", "B")
    assert before.Root.Metadata.read_bytes() == after.Root.Metadata.read_bytes()
    assert sealed.startswith(page + b"\n")
    (name,) = after.attachments
    assert after.attachments[name].get_file().read_bytes() == DATA.encode()
    assert str(after.attachments[name].relationship) == "/Data"
    widget = after.pages[-1].Annots[-1]
    assert int(widget.F) & 4 and not int(widget.F) & 2  # printed, not hidden
    assert widget.AP.N.Resources.XObject.Seal.Subtype == "/Form"


def test_one_changed_byte_anywhere_is_found(sealed, authority):
    chance = random.Random(20261123)
    begin = sealed.index(b"/Contents <") + 10
    places = [chance.randrange(len(sealed)) for _ in range(200)]
    places += [begin + chance.randrange(4100) for _ in range(200)] + [0, len(sealed) - 1, begin, begin + 4097]
    for place in places:
        for flip in (0x01, 0x20):
            changed = bytearray(sealed)
            changed[place] ^= flip
            verdict = check_pdf(bytes(changed), [authority.root])
            assert verdict.kind in ("altered", "unknown"), (place, flip, verdict)


def test_added_removed_and_moved_bytes_are_found(sealed, page, authority):
    roots = [authority.root]
    more = pikepdf.open(io.BytesIO(sealed))
    more.pages.append(more.pages[0])
    rewritten = io.BytesIO()
    more.save(rewritten)
    for changed in (sealed + b"\n", sealed + page, sealed[:-1], rewritten.getvalue(), b" " + sealed, sealed + sealed):
        assert check_pdf(changed, roots).kind == "altered"
    assert "added" in check_pdf(sealed + b"%", roots).codes


def test_a_page_without_a_seal_is_unknown_but_shows_its_claim(page, authority):
    verdict = check_pdf(page, [authority.root])
    assert (verdict.kind, verdict.codes, verdict.attached_json) == ("unknown", ("no_seal",), DATA.encode())


def test_a_seal_of_another_root_is_untrusted(page, authority, tmp_path):
    stranger = authorities.open_authority(tmp_path, "x", valid_from=datetime(2024, 1, 1, tzinfo=UTC))
    verdict = check_pdf(seal(page, stranger.seal_key("3301060025", OFFICE)), [authority.root])
    assert (verdict.kind, verdict.codes) == ("untrusted", ("not_ours",))
    assert check_pdf(seal(page, stranger.seal_key("3301060025", OFFICE)), []).kind == "untrusted"


def test_a_withdrawn_seal_is_untrusted_from_then_on(page, tmp_path):
    own = authorities.open_authority(tmp_path, "x", valid_from=datetime(2024, 1, 1, tzinfo=UTC))
    key, lost = own.seal_key("a", OFFICE), own.seal_key("b", OFFICE)
    crl = own.revoke("a.1", WHEN)
    assert own.revoke("a.1", WHEN) == crl
    crls = [own.revoke("b.1", WHEN, compromised=True)]
    assert crls[0].extensions[0].value.crl_number == 3
    before, after = WHEN - timedelta(days=1), WHEN + timedelta(days=1)
    assert check_pdf(seal(page, key, before), [own.root], crls=crls).kind == "valid"
    assert check_pdf(seal(page, key, after), [own.root], crls=crls).codes == ("revoked",)
    assert check_pdf(seal(page, lost, before), [own.root], crls=crls).codes == ("revoked",)
    assert check_pdf(seal(page, key, datetime(2023, 1, 1, tzinfo=UTC)), [own.root]).codes == ("period",)


def test_hostile_files_get_an_answer(sealed, authority):
    roots = [authority.root]
    chance = random.Random(7)
    files = [
        b"",
        b"%PDF-1.7",
        b"%PDF-" + bytes(chance.randbytes(100_000)),
        b"%PDF-1.7 " + b"/ByteRange [0 1 2 3]" * 20_000,
        b"%PDF-1.7 /ByteRange [0 9999999999 9999999999 9999999999]",
        b"%PDF-1.7 /ByteRange [0 40 50 10] /Contents <" + b"0" * 3_000_000 + b">",
        b"%PDF-1.7 " + b"/EmbeddedFile stream\n" * 50_000,
        b"%PDF-1.7 " + b"[" * 200_000,
        b"PK\x03\x04" + sealed,
        sealed[: len(sealed) // 2],
        sealed[len(sealed) // 2 :],
        sealed.replace(b"/ByteRange [0 ", b"/ByteRange [1 "),
    ]
    for place in range(0, len(sealed), 997):
        files.append(sealed[:place] + chance.randbytes(40) + sealed[place + 40 :])
    for file in files:
        assert check_pdf(file, roots).kind != "valid"
    assert check_pdf(b"%PDF-" + bytes(MAX_PDF), roots).codes == ("too_long",)


def test_sealing_refuses_a_second_seal_and_a_time_without_zone(sealed, page, key):
    with pytest.raises(ValueError, match="already"):
        seal(sealed, key)
    with pytest.raises(ValueError, match="time zone"):
        seal(page, key, datetime(2026, 1, 1))


def test_the_seal_shows_the_thread_and_specimen_and_refuses_an_impossible_name():
    assert seal_pdf(OFFICE).startswith(b"%PDF-") and "<svg" in seal_svg(OFFICE)
    for name in ("", "很" * 41):
        with pytest.raises(ValueError, match="characters"):
            seal_pdf(name)


def test_signed_data_comes_back_and_names_its_key(authority, key):
    jws = sign_data(DATA.encode(), key)
    header = json.loads(base64.urlsafe_b64decode(jws.split(".")[0] + "=="))
    assert header == {"alg": "ES256", "kid": key.kid, "x5t#S256": key.thumbprint}
    verdict = verify_data(jws, authority.certificates())
    assert (verdict.kind, verdict.payload, verdict.kid, verdict.signer) == ("valid", DATA.encode(), key.kid, OFFICE)


def test_another_jose_library_agrees(key):
    from joserfc import jws as jose
    from joserfc.jwk import ECKey

    public = ECKey.import_key(
        key.certificate.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    )
    registry = jose.JWSRegistry(algorithms=["ES256"], strict_check_header=False)
    assert jose.deserialize_compact(sign_data(b"{}", key), public, registry=registry).payload == b"{}"


def encoded(value):
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def test_any_other_algorithm_header_or_spelling_is_refused(authority, key):
    certificates = authority.certificates()
    head, body, tail = sign_data(DATA.encode(), key).split(".")
    ours = {"alg": "ES256", "kid": key.kid, "x5t#S256": key.thumbprint}
    for header in (
        {"alg": "none"},
        {"alg": "None"},
        ours | {"alg": "none"},
        ours | {"alg": "HS256"},
        ours | {"alg": "RS256"},
        ours | {"alg": ["ES256"]},
        ours | {"crit": ["b64"], "b64": False},
        ours | {"jwk": {"kty": "EC"}},
        ours | {"x5u": "https://example.org"},
        ours | {"kid": "other.1"},
        ours | {"x5t#S256": "A" * 43},
        ours | {"x5t#S256": None},
        ["ES256"],
        "ES256",
    ):
        assert verify_data(f"{encoded(header)}.{body}.{tail}", certificates).payload is None, header
    for jws in (
        "", ".", "..", f"{head}.{body}", f"{head}.{body}.", f"{head}.{body}.{tail}.", f"{head}.{body}.{tail}=",
        f"{head}.{body}.{tail} ", f"{head}..{tail}", f"{head}.{body}.{'A' * 86}", "é.é.é", "[" * 100_000, b"\xff\xfe",
    ):  # fmt: skip
        assert verify_data(jws, certificates).payload is None, jws
    assert verify_data(f"{head}.{body}.{tail}", []).kind == "unknown"


def test_one_changed_character_of_signed_data_is_found(authority, key):
    certificates = authority.certificates()
    jws = sign_data(DATA.encode(), key)
    for place, letter in enumerate(jws):
        changed = jws[:place] + ("A" if letter != "A" else "B") + jws[place + 1 :]
        assert verify_data(changed, certificates).kind != "valid", place
