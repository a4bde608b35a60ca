"""What others may hear of certificates."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class CertificateTypesLoaded:
    """Certificate types were entered or changed."""

    codes: tuple[str, ...]


@dataclass(frozen=True)
class CertificateIntended:
    """What is to be signed is stored; the signature follows."""

    certificate_id: UUID
    case_id: UUID | None
    sha256: str


@dataclass(frozen=True)
class CertificateSigned:
    """A certificate counts from now on."""

    certificate_id: UUID
    case_id: UUID | None
    sha256: str


@dataclass(frozen=True)
class CertificateWithdrawn:
    """A certificate counts no longer (行政许可法 art. 69, 70)."""

    certificate_id: UUID
    state: str
    ground: str
