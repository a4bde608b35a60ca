"""Sealing a PDF: a visible PAdES B-B seal that leaves PDF/A-3b what it is. Only the worker loads this."""

import io
from datetime import datetime

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
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
from .authority import SealKey

FIELD_NAME = "Seal1"
BYTES_RESERVED = 4096
"""Hex digits kept for the container: ours needs about 2,600."""
_ES256 = ec.ECDSA(hashes.SHA256())
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
