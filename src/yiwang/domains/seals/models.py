"""Seals and their use."""

from django.db import models

from yiwang.domains.organisations.models import Office
from yiwang.foundation.ids import uuid7


class Seal(models.Model):
    """电子印章 of one office (GB/T 39046-2020 table 13). The private key stays with the signer, known by `key_id`."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    office = models.ForeignKey(Office, models.PROTECT, related_name="seals")
    name = models.CharField(max_length=200)
    key_id = models.CharField(max_length=64, unique=True)
    certificate_pem = models.TextField()
    valid_from = models.DateTimeField()
    valid_until = models.DateTimeField()
    is_specimen = models.BooleanField(default=False)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["office"], condition=models.Q(withdrawn_at__isnull=True), name="an_office_has_one_seal_in_use"
            )
        ]


class SealUse(models.Model):
    """One use of a seal: on what, when. `purpose` is document or certificate; `subject` its number."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    seal = models.ForeignKey(Seal, models.PROTECT, related_name="uses")
    purpose = models.CharField(max_length=20)
    subject = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    used_at = models.DateTimeField()
