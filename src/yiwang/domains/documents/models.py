"""Documents."""

from django.db import models

from yiwang.domains.organisations.models import Office
from yiwang.foundation.ids import uuid7


class Document(models.Model):
    """文书: a numbered paper of an office about one case. Data are the record; the seal follows; the PDF on request."""

    class Kind(models.TextChoices):
        RECEIPT = "receipt", "收件凭证"
        ACCEPTANCE = "acceptance", "受理通知书"
        CORRECTION = "correction", "补正告知书"
        NOT_ACCEPTED = "not_accepted", "不予受理决定书"
        GRANT = "grant", "准予决定书"
        REFUSAL = "refusal", "不予决定书"
        LETTER = "letter", "决定书"
        WITHDRAWAL = "withdrawal", "撤回确认书"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case_id = models.UUIDField()
    kind = models.CharField(max_length=20, choices=Kind)
    number = models.CharField(max_length=60)
    office = models.ForeignKey(Office, models.PROTECT, related_name="documents")
    data_sealed = models.BinaryField()
    data_sha256 = models.CharField(max_length=64)
    verify_code = models.CharField(max_length=16)
    created_at = models.DateTimeField()
    sealed_at = models.DateTimeField(null=True)
    signature_sealed = models.BinaryField(null=True)
    pdf_key = models.CharField(max_length=80, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["case_id", "number"], name="a_document_number_stands_once_in_a_case"),
        ]
        indexes = [
            models.Index(fields=["case_id"], name="documents_of_a_case"),
            models.Index(fields=["verify_code"], name="documents_by_verify_code"),
            models.Index(fields=["number"], name="documents_by_number"),
            models.Index(fields=["created_at"], name="documents_to_seal", condition=models.Q(sealed_at__isnull=True)),
            models.Index(fields=["pdf_key"], name="documents_by_file", condition=~models.Q(pdf_key="")),
        ]
