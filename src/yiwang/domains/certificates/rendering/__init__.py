"""Certificates on paper: signed data in, PDF/A-3b out, with the data attached and room for the seal."""

from yiwang.domains.seals.pades.glyphs import missing_glyphs
from yiwang.domains.seals.pades.qr import qr_svg

from .certificates import SEAL_BOX, CertificateDataError, printed_text, render_certificate

__all__ = ["SEAL_BOX", "CertificateDataError", "missing_glyphs", "printed_text", "qr_svg", "render_certificate"]
