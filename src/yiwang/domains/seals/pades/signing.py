"""Sealing: a visible PAdES B-B seal on a PDF that stays PDF/A-3b, and a compact JWS (ES256) over data."""

import io
import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Literal

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from pyhanko.pdf_utils.content import PdfContent
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.layout import AxisAlignment, BoxConstraints, Margins, SimpleBoxLayoutRule
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.fields import MDPPerm, SigFieldSpec, SigSeedSubFilter
from pyhanko.sign.signers.cms_embedder import (
    PdfCMSEmbedder,
    SigAppearanceSetup,
    SigIOSetup,
    SigMDPSetup,
    SigObjSetup,
)
from pyhanko.sign.signers.pdf_byterange import SignatureObject
from pyhanko.stamp import StaticStampStyle

from . import container
from .authority import SealKey, certificate_kid, certificate_office, certificate_thumbprint

FIELD_NAME = "Seal1"
BYTES_RESERVED = 4096
"""Hex digits kept for the container: ours needs about 2,600."""
MAX_JWS = 2_000_000
_ES256 = ec.ECDSA(hashes.SHA256())
_ORDER = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
_WHOLE_BOX = SimpleBoxLayoutRule(AxisAlignment.ALIGN_MID, AxisAlignment.ALIGN_MID, Margins.uniform(0))

Box = tuple[float, float, float, float]


class _PdfAWriter(IncrementalPdfFileWriter):
    """Leaves document information and XMP as they are: rewriting them drops the PDF/A mark."""

    def _update_meta(self) -> None:
        return


class _SealPicture(PdfContent):
    """The first page of a PDF in memory, as vectors."""

    def __init__(self, pdf: bytes) -> None:
        self._pdf = pdf
        super().__init__()

    def render(self) -> bytes:
        reader = PdfFileReader(io.BytesIO(self._pdf))
        picture = self._ensure_writer.import_page_as_xobject(reader)
        self.resources.xobject["/Seal"] = picture
        left, bottom, right, top = picture.get_object()["/BBox"]
        self.box = BoxConstraints(width=abs(right - left), height=abs(top - bottom))
        return b"/Seal Do"


def sign_pdf(
    pdf: bytes,
    key: SealKey,
    *,
    field_box: Box,
    seal_image: bytes,
    reason: str,
    when: datetime,
    page: int = -1,
) -> bytes:
    """Return the PDF with one certifying seal (no later change allowed); PDF/A-3b stays PDF/A-3b.

    `field_box` is left, bottom, right, top in points on `page` (by default the last); `seal_image` a one-page PDF of
    `stamp`. `when` (aware) is the time that the seal claims. Raises `ValueError` for a naive `when` and for a PDF that
    already carries a seal.
    """
    if when.tzinfo is None:
        raise ValueError("the time of a seal needs a time zone")
    if b"/ByteRange" in pdf:
        raise ValueError("this PDF is already sealed")
    # PDF/A wants an end-of-line after %%EOF before an update begins; typst writes none.
    writer = _PdfAWriter(io.BytesIO(pdf if pdf.endswith((b"\n", b"\r")) else pdf + b"\n"))
    style = StaticStampStyle(background=_SealPicture(seal_image), border_width=0, background_layout=_WHOLE_BOX)
    embedder = PdfCMSEmbedder(SigFieldSpec(FIELD_NAME, on_page=page, box=field_box))  # type: ignore[arg-type]  # fractions of a point are fine
    steps = embedder.write_cms(field_name=FIELD_NAME, writer=writer)
    next(steps)
    signature = SignatureObject(
        timestamp=when,
        name=key.office_name,
        reason=reason,
        subfilter=SigSeedSubFilter.PADES,
        bytes_reserved=BYTES_RESERVED,
    )
    steps.send(
        SigObjSetup(
            sig_placeholder=signature,
            mdp_setup=SigMDPSetup(md_algorithm="sha256", certify=True, docmdp_perms=MDPPerm.NO_CHANGES),
            appearance_setup=SigAppearanceSetup(style=style, timestamp=when, name=key.office_name),
        )
    )
    prepared, output = steps.send(SigIOSetup(md_algorithm="sha256", in_place=False))
    attributes = container.signed_attributes(key.certificate, prepared.document_digest)
    steps.send(container.assemble(key.certificate, attributes, key.private_key.sign(attributes, _ES256)))
    return output.getvalue()


def sign_data(payload: bytes, key: SealKey) -> str:
    """Return a compact JWS (ES256) over `payload`; its header names the key (`kid`) and certificate (`x5t#S256`)."""
    signing_input = _header(key.kid, key.thumbprint) + b"." + _encode(payload)
    r, s = decode_dss_signature(key.private_key.sign(signing_input, _ES256))
    return (signing_input + b"." + _encode(r.to_bytes(32, "big") + s.to_bytes(32, "big"))).decode()


@dataclass(frozen=True)
class DataVerdict:
    """What a JWS is worth. `payload` is there only if it is valid; `problem` only if it is not."""

    kind: Literal["valid", "altered", "unknown"]
    payload: bytes | None = None
    problem: str | None = None
    certificate: x509.Certificate | None = None

    @property
    def signer(self) -> str | None:
        """The office whose certificate made the signature."""
        return certificate_office(self.certificate) if self.certificate else None

    @property
    def kid(self) -> str | None:
        """The id of the key that made the signature."""
        return certificate_kid(self.certificate) if self.certificate else None


def verify_data(jws: str | bytes, certificates: Iterable[x509.Certificate]) -> DataVerdict:
    """Say whether `jws` was made by `sign_data` with the key of one of `certificates`. Never raises.

    Only ES256 with exactly our header is accepted: no `none`, no other algorithm, no key or address inside the token, and
    only the canonical spelling of every part, so that one payload has one accepted token per signature.
    """
    try:
        text = jws.decode("ascii") if isinstance(jws, bytes) else jws
        if len(text) > MAX_JWS:
            return DataVerdict("unknown", problem="too long for a signed record")
        head, body, tail = text.encode("ascii").split(b".")
        header = json.loads(_decode(head))
        payload, signature = _decode(body), _decode(tail)
    except (ValueError, RecursionError):
        return DataVerdict("unknown", problem="not a compact JWS")
    if not isinstance(header, dict) or header.get("alg") != "ES256":
        return DataVerdict("unknown", problem="algorithm refused: only ES256 is accepted")
    if set(header) != {"alg", "kid", "x5t#S256"}:
        return DataVerdict("unknown", problem="the header has other members than ours")
    found = next((c for c in certificates if certificate_thumbprint(c) == header["x5t#S256"]), None)
    if found is None:
        return DataVerdict("unknown", problem="signed with a certificate that is not known here")
    if head != _header(certificate_kid(found), certificate_thumbprint(found)):
        return DataVerdict("altered", problem="the header differs from what the certificate makes", certificate=found)
    if not _is_signed(found, head + b"." + body, signature):
        return DataVerdict("altered", problem="the signature does not fit the data", certificate=found)
    return DataVerdict("valid", payload=payload, certificate=found)


def _is_signed(certificate: x509.Certificate, signing_input: bytes, signature: bytes) -> bool:
    public = certificate.public_key()
    r, s = int.from_bytes(signature[:32], "big"), int.from_bytes(signature[32:], "big")
    if len(signature) != 64 or not (0 < r < _ORDER and 0 < s < _ORDER):
        return False
    if not isinstance(public, ec.EllipticCurvePublicKey) or public.curve.name != "secp256r1":
        return False
    try:
        public.verify(encode_dss_signature(r, s), signing_input, _ES256)
    except InvalidSignature:
        return False
    return True


@lru_cache(maxsize=4096)
def _header(kid: str, thumbprint: str) -> bytes:
    return _encode(json.dumps({"alg": "ES256", "kid": kid, "x5t#S256": thumbprint}, separators=(",", ":")).encode())


def _encode(data: bytes) -> bytes:
    return urlsafe_b64encode(data).rstrip(b"=")


def _decode(text: bytes) -> bytes:
    data = urlsafe_b64decode(text + b"=" * (-len(text) % 4))
    if _encode(data) != text:
        raise ValueError("not the canonical base64url")
    return data
