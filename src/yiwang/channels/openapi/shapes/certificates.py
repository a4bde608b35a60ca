"""Certificates, verdicts, the journal, oneself."""

import datetime as dt
from typing import Literal
from uuid import UUID

from ninja import Schema
from pydantic import Field

from yiwang.channels.openapi.shapes import Sent, Words
from yiwang.channels.openapi.shapes.catalogue import OfficeName


class CertificateRow(Schema):
    """One certificate in a list."""

    id: UUID
    type: OfficeName = Field(description="Code (GB/T 36902) and name of the type.")
    number: str
    identifier: str = Field(description="GB/T 36904, with its check character.")
    holder_name: str
    office: OfficeName
    issued_on: dt.date
    valid_until: dt.date | None = Field(description="`null`: without end.")
    state: str
    is_in_force: bool


class CertificatePage(Schema):
    """A page of certificates, the newest first."""

    items: list[CertificateRow]
    next: str | None


class FaceLine(Schema):
    """One line of the face; numbers of identity documents are masked."""

    label: Words
    value: str


class CertificateOut(CertificateRow):
    """A certificate with its face."""

    valid_from: dt.date
    verify_code: str
    face: list[FaceLine]
    formats: list[str] = Field(examples=[["pdf", "jws"]])


class VerifySent(Sent):
    """An identifier, a number, the code under a QR code, or the address in it."""

    text: str = Field(min_length=1, max_length=1000, examples=["7K4M2PQX9D"])


class VerdictFact(Schema):
    """The least that tells what was checked; a person's name is masked, for anybody may ask."""

    label: Words
    value: str


class VerdictCheck(Schema):
    """One thing that was tested: passed, failed, or could not be tested (`null`)."""

    ok: bool | None
    words: Words
    detail: Words


class VerdictDifference(Schema):
    """One field that says something else than what was issued."""

    label: Words
    signed: str
    found: str


class Verdict(Schema):
    """valid, expired, revoked, altered or unknown, and why."""

    verdict: Literal["valid", "expired", "revoked", "altered", "unknown"]
    reasons: list[str]
    kind: Literal["certificate", "document"] | None
    facts: list[VerdictFact]
    checks: list[VerdictCheck]
    differences: list[VerdictDifference]


class Checkpoint(Schema):
    """A signed head of the journal's tree (RFC 6962). The signature covers `text`, an Ed25519 signature in base64."""

    size: int
    root: str = Field(description="Base64.")
    signed_at: dt.datetime
    key_id: str
    signature: str
    text: str


class Proof(Schema):
    """That a leaf stands in the tree: hash it upwards with the path and compare with the root."""

    leaf: int
    hash: str = Field(description="Base64.")
    path: list[str] = Field(description="Base64, from the leaf upwards.")
    checkpoint: Checkpoint


class FirmOut(Schema):
    """A firm that the person may act for."""

    name: str
    credit_code: str
    role: str


class Me(Schema):
    """Who calls."""

    kind: Literal["person", "staff"]
    name: str = Field(description="A person's name is masked.", examples=["林*岚"])
    level: int = Field(description="Real-name level: 1 account, 2 checked against the register, 3 in person.")
    firms: list[FirmOut]
    office: OfficeName | None
    roles: list[str]
