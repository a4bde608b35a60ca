"""The CMS container of a seal: written in one way only, so that checking can rebuild it and compare every byte.

Profile: PAdES B-B (ETSI EN 319 142-1), detached SignedData, ECDSA P-256 with SHA-256, one signer, the signer's certificate
inside, signed attributes content-type, message-digest, CMS algorithm protection and signing-certificate-v2, no others.
"""

import hashlib
from functools import lru_cache

from asn1crypto import algos, cms, core, tsp
from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

_SHA256 = {"algorithm": "sha256"}
_ECDSA = {"algorithm": "sha256_ecdsa"}


def signed_attributes(certificate: x509.Certificate, digest: bytes) -> bytes:
    """Return the DER of the attributes that the seal signs, as the SET that is hashed."""
    if len(digest) != 32:
        raise ValueError("a digest of SHA-256 has 32 bytes")
    before, between, after = _attribute_frame()
    fingerprint = hashlib.sha256(certificate.public_bytes(Encoding.DER)).digest()
    return before + digest + between + fingerprint + after


@lru_cache(maxsize=1)
def _attribute_frame() -> tuple[bytes, bytes, bytes]:
    """Encode the attributes once, around a message digest and a certificate hash: only these two ever differ."""
    digest, fingerprint = b"\x01" * 32, b"\x02" * 32
    identifier = tsp.ESSCertIDv2({"cert_hash": fingerprint})  # the default hash, SHA-256, stands for itself in DER
    protection = cms.CMSAlgorithmProtection(
        {
            "digest_algorithm": algos.DigestAlgorithm(_SHA256),
            "signature_algorithm": algos.SignedDigestAlgorithm(_ECDSA),
        }
    )
    attributes = (
        ("content_type", "data"),
        ("message_digest", core.OctetString(digest)),
        ("cms_algorithm_protection", protection),
        ("signing_certificate_v2", tsp.SigningCertificateV2({"certs": [identifier]})),
    )
    encoded = cms.CMSAttributes(
        [cms.CMSAttribute({"type": kind, "values": (value,)}) for kind, value in attributes]
    ).dump()
    before, rest = encoded.split(digest)
    between, after = rest.split(fingerprint)
    return before, between, after


def assemble(certificate: x509.Certificate, attributes: bytes, signature: bytes) -> bytes:
    """Return the DER of the whole container."""
    holder = asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
    signer = cms.SignerInfo(
        {
            "version": "v1",
            "sid": cms.SignerIdentifier(
                {
                    "issuer_and_serial_number": cms.IssuerAndSerialNumber(
                        {"issuer": holder.issuer, "serial_number": holder.serial_number}
                    )
                }
            ),
            "digest_algorithm": algos.DigestAlgorithm(_SHA256),
            "signed_attrs": cms.CMSAttributes.load(attributes),
            "signature_algorithm": algos.SignedDigestAlgorithm(_ECDSA),
            "signature": signature,
        }
    )
    signed = cms.SignedData(
        {
            "version": "v1",
            "digest_algorithms": cms.DigestAlgorithms((algos.DigestAlgorithm(_SHA256),)),
            "encap_content_info": {"content_type": "data"},
            "certificates": [holder],
            "signer_infos": [signer],
        }
    )
    return cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump()


def take_apart(der: bytes) -> tuple[x509.Certificate, bytes, bytes]:
    """Return signer certificate, message digest and signature of a container.

    Raises `ValueError` if it is not exactly what `assemble` would have written.
    """
    try:
        info = cms.ContentInfo.load(der, strict=True)
        if info["content_type"].native != "signed_data":
            raise ValueError("not signed data")
        signed = info["content"]
        (signer,) = signed["signer_infos"]
        (choice,) = signed["certificates"]
        certificate = x509.load_der_x509_certificate(choice.chosen.dump())
        (digest,) = (
            attribute["values"][0].native
            for attribute in signer["signed_attrs"]
            if attribute["type"].native == "message_digest"
        )
        signature = signer["signature"].native
        rebuilt = assemble(certificate, signed_attributes(certificate, digest), signature)
    except ValueError:
        raise
    except Exception as error:  # hostile DER makes parsers fail in every way there is
        raise ValueError(f"not a seal container: {type(error).__name__}") from error
    if rebuilt != der:
        raise ValueError("the container differs from what its parts make")
    return certificate, digest, signature
