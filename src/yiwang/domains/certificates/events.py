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


@dataclass(frozen=True)
class CertificateSuspended:
    """A certificate does not count for now (暂扣)."""

    certificate_id: UUID
    ground: str


@dataclass(frozen=True)
class CertificateRestored:
    """A certificate that was suspended counts again."""

    certificate_id: UUID


@dataclass(frozen=True)
class CertificateReplaced:
    """A certificate counts no longer: a renewed or changed one stands in its place (行政许可法 art. 49, 50)."""

    certificate_id: UUID
    by_certificate_id: UUID
