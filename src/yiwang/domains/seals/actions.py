"""Give seals to offices, and note each use."""

import hashlib

from cryptography.hazmat.primitives.serialization import Encoding

from yiwang.domains.organisations.models import Office
from yiwang.domains.seals.events import SealIssued
from yiwang.domains.seals.models import Seal, SealUse
from yiwang.domains.seals.policies import may_issue_seal, may_use_seal
from yiwang.domains.seals.queries import authority, seal_in_use, seal_name
from yiwang.foundation.actions import action, require
from yiwang.foundation.actors import Actor
from yiwang.foundation.clock import now
from yiwang.foundation.inserting import insert, row
from yiwang.foundation.journal.recording import record


@action
def issue_seal(*, office_code: str, by: Actor) -> Seal:
    """Give an office its seal; an office that has one keeps it."""
    require(may_issue_seal(by))
    office = Office.objects.get(pk=office_code)
    if seal := seal_in_use(office_code):
        return seal
    holder = authority()
    name = seal_name(office.name, is_specimen=holder.is_specimen)
    key = holder.make_seal(office_code=office.code, office_name=name)
    seal = Seal.objects.create(
        office=office,
        name=f"{name}电子印章",
        key_id=key.kid,
        certificate_pem=key.certificate.public_bytes(Encoding.PEM).decode(),
        valid_from=key.certificate.not_valid_before_utc,
        valid_until=key.certificate.not_valid_after_utc,
        is_specimen=holder.is_specimen,
    )
    record(SealIssued(seal_id=seal.pk, office_code=office_code), by=by)
    return seal


@action(silent="issue_seal records a seal that is made here; otherwise nothing changes")
def provide_seal(*, office_code: str, by: Actor) -> Seal:
    """Return the seal that an office uses now; a demonstration makes a specimen for an office that has none.

    Raises:
        LookupError: where there is none and the authority is a real one: an administrator has to order it.
    """
    require(may_use_seal(by))
    if seal := seal_in_use(office_code):
        return seal
    if not authority().is_specimen:
        raise LookupError(f"office {office_code} has no seal in use")
    return issue_seal(office_code=office_code, by=by)


@action(silent="the document or certificate that is sealed records it; the use itself is a row of its own")
def note_seal_use(*, seal: Seal, purpose: str, subject: str, signed: str, by: Actor) -> None:
    """Note that a seal was put on a document or certificate."""
    require(may_use_seal(by))
    digest = hashlib.sha256(signed.encode()).hexdigest()
    insert(row(SealUse, seal_id=seal.pk, purpose=purpose, subject=subject, sha256=digest, used_at=now()))
