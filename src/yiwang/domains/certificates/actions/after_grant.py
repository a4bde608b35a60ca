"""What becomes of a certificate after it was granted: suspended, restored, replaced, revoked, cancelled (art. 49, 50, 69, 70)."""

from uuid import UUID

from django.utils.translation import gettext as _

from yiwang.domains.certificates.events import (
    CertificateReplaced,
    CertificateRestored,
    CertificateSuspended,
    CertificateWithdrawn,
)
from yiwang.domains.certificates.models import Certificate
from yiwang.domains.certificates.policies import may_prepare, may_withdraw
from yiwang.foundation.actions import InvalidInput, NotVisible, Refused, action, require
from yiwang.foundation.actors import Actor
from yiwang.foundation.journal.recording import record

SUSPENSION_GROUNDS = ("punished", "under_inquiry", "asked_for")


def _locked(certificate_id: UUID, by: Actor) -> Certificate:
    certificate = Certificate.objects.select_for_update().filter(pk=certificate_id).first()
    if certificate is None:
        raise NotVisible
    require(may_withdraw(by, certificate))
    return certificate


@action
def withdraw_certificate(*, certificate_id: UUID, state: str, ground: str, by: Actor) -> None:
    """Revoke (撤销) or cancel (注销) a certificate; it reads so from this moment on (行政许可法 art. 69, 70).

    `ground` is a code: wrongly_granted, fraud, expired, holder_gone, asked_for, punished, force_majeure.
    """
    certificate = _locked(certificate_id, by)
    if state not in {Certificate.State.REVOKED, Certificate.State.CANCELLED}:
        raise Refused(_("证照只能撤销或注销。"), code="unknown_state")
    _withdraw(certificate, state, ground, by)


def _withdraw(certificate: Certificate, state: str, ground: str, by: Actor) -> None:
    if certificate.state not in {Certificate.State.VALID, Certificate.State.SUSPENDED}:
        raise Refused(_("这张证照现在不是有效状态，不能再撤销或注销。"), code="not_valid_now")
    certificate.state = state
    certificate.save(update_fields=["state"])
    record(
        CertificateWithdrawn(certificate_id=certificate.pk, state=state, ground=ground),
        by=by,
        case_id=certificate.case_id,
    )


@action
def cancel_as_asked(*, certificate_id: UUID, by: Actor) -> None:
    """注销: its holder applied for the end of the certificate, and that was granted (行政许可法 art. 70)."""
    require(may_prepare(by))
    certificate = Certificate.objects.select_for_update().filter(pk=certificate_id).first()
    if certificate is None:
        raise NotVisible
    _withdraw(certificate, Certificate.State.CANCELLED, "asked_for", by)


@action
def suspend_certificate(*, certificate_id: UUID, ground: str, by: Actor) -> None:
    """暂扣: a certificate does not count until it is restored; it reads so from this moment on.

    `ground` is a code: punished, under_inquiry, asked_for.
    """
    certificate = _locked(certificate_id, by)
    if ground not in SUSPENSION_GROUNDS:
        raise InvalidInput(_("选一个暂扣的理由。"), code="no_ground")
    if certificate.state != Certificate.State.VALID:
        raise Refused(_("这张证照现在不是有效状态，不能暂扣。"), code="not_valid_now")
    certificate.state = Certificate.State.SUSPENDED
    certificate.save(update_fields=["state"])
    fact = CertificateSuspended(certificate_id=certificate_id, ground=ground)
    record(fact, by=by, case_id=certificate.case_id)


@action
def restore_certificate(*, certificate_id: UUID, by: Actor) -> None:
    """恢复: a suspended certificate counts again."""
    certificate = _locked(certificate_id, by)
    if certificate.state != Certificate.State.SUSPENDED:
        raise Refused(_("这张证照没有被暂扣。"), code="not_suspended")
    certificate.state = Certificate.State.VALID
    certificate.save(update_fields=["state"])
    record(CertificateRestored(certificate_id=certificate_id), by=by, case_id=certificate.case_id)


def put_in_place(fresh: Certificate, by: Actor) -> None:
    """Let a certificate that was just signed stand in place of the one that it renews or changes; never is there none."""
    if (old_id := fresh.replaces_id) is None:
        return
    replaced = Certificate.objects.filter(pk=old_id, state__in=["valid", "suspended"])
    if replaced.update(state=Certificate.State.REPLACED):
        old = Certificate.objects.only("case_id").get(pk=old_id)
        fact = CertificateReplaced(certificate_id=old_id, by_certificate_id=fresh.pk)
        record(fact, by=by, case_id=old.case_id)
