"""Certificate types and certificates."""

from django.db import models

from yiwang.domains.identity.models import Firm, Person
from yiwang.domains.organisations.models import Office
from yiwang.foundation.ids import uuid7


class CertificateType(models.Model):
    """证照类型 (GB/T 36902): 21 places = the definer's credit code and three digits."""

    code = models.CharField(max_length=21, primary_key=True)
    name = models.CharField(max_length=100)
    name_en = models.CharField(max_length=200, blank=True)
    definer = models.CharField(max_length=100)
    holder = models.CharField(max_length=8, choices=[("person", "自然人"), ("firm", "法人")])
    validity_months = models.SmallIntegerField(null=True)
    fields = models.JSONField(default=list, help_text="[{key, label: {zh, en}}] in the order of the face")


class Certificate(models.Model):
    """One e-certificate. The signed data (JWS, encrypted at rest) is the record; its intent is stored before signing."""

    class State(models.TextChoices):
        INTENDED = "intended", "待签发"
        VALID = "valid", "有效"
        SUSPENDED = "suspended", "暂扣"
        REVOKED = "revoked", "撤销"
        CANCELLED = "cancelled", "注销"
        REPLACED = "replaced", "已换发"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    type = models.ForeignKey(CertificateType, models.PROTECT, related_name="certificates")
    identifier = models.CharField(max_length=100, unique=True, help_text="GB/T 36904 with its check character")
    number = models.CharField(max_length=60, unique=True)
    verify_code = models.CharField(max_length=16, unique=True)
    holder_person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="certificates")
    holder_firm = models.ForeignKey(Firm, models.PROTECT, null=True, related_name="certificates")
    holder_name = models.CharField(max_length=200)
    office = models.ForeignKey(Office, models.PROTECT, related_name="certificates")
    case_id = models.UUIDField(null=True)
    issued_on = models.DateField()
    valid_from = models.DateField()
    valid_until = models.DateField(null=True)
    state = models.CharField(max_length=12, choices=State, default=State.INTENDED)
    payload_sealed = models.BinaryField()
    payload_sha256 = models.CharField(max_length=64)
    signature_sealed = models.BinaryField(null=True)
    intended_at = models.DateTimeField()
    signed_at = models.DateTimeField(null=True)
    pdf_key = models.CharField(max_length=80, blank=True)
    replaces_id = models.UUIDField(
        null=True, help_text="the one that it renews or changes: replaced once this is signed"
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(holder_person__isnull=False) ^ models.Q(holder_firm__isnull=False),
                name="a_certificate_has_one_holder",
            ),
            models.CheckConstraint(
                condition=models.Q(state="intended") | models.Q(signature_sealed__isnull=False),
                name="a_certificate_counts_only_once_signed",
            ),
        ]
        indexes = [
            models.Index(fields=["holder_person", "-issued_on"], name="certificates_of_a_person"),
            models.Index(fields=["holder_firm", "-issued_on"], name="certificates_of_a_firm"),
            models.Index(fields=["case_id"], name="certificates_of_a_case"),
            models.Index(fields=["valid_until"], name="certificates_that_end", condition=models.Q(state="valid")),
            models.Index(fields=["pdf_key"], name="certificates_by_file", condition=~models.Q(pdf_key="")),
        ]
