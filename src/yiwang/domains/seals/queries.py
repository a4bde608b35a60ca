"""Find an office's seal, and check what was sealed."""

from yiwang.domains.seals.models import Seal
from yiwang.domains.seals.pades.authority import SealKey
from yiwang.domains.seals.pades.checking import PdfVerdict, check_pdf
from yiwang.domains.seals.pades.signing import DataVerdict, verify_data
from yiwang.domains.seals.ports import SealAuthority
from yiwang.foundation.ports import connector


def authority() -> SealAuthority:
    """Return the authority that the settings choose."""
    found: SealAuthority = connector("seal_authority")
    return found


def seal_in_use(office_code: str) -> Seal | None:
    """Return the seal of an office that counts now."""
    return Seal.objects.filter(office_id=office_code, withdrawn_at__isnull=True).first()


def seal_name(office_name: str, *, is_specimen: bool) -> str:
    """Return the name in a seal: a specimen always says 演示, and fits the ring."""
    name = office_name if not is_specimen or office_name.startswith("演示") else f"演示{office_name}"
    return name[:40]


def key_of(seal: Seal) -> SealKey:
    """Return the key of a seal, as the authority lets it be used."""
    return authority().key(seal.key_id)


def check_sealed_pdf(data: bytes) -> PdfVerdict:
    """Say what a PDF's seal is worth, under the authority's roots."""
    return check_pdf(data, authority().roots(), crls=authority().revocations())


def check_signed_data(signature: str) -> DataVerdict:
    """Say what signed data are worth, under the authority's certificates."""
    return verify_data(signature, authority().certificates())
