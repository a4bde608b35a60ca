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
        NOT_NEEDED = "not_needed", "不需受理告知书"
        DEEMED_ACCEPTANCE = "deemed_acceptance", "视为受理告知书"
        DEFERRED_ACCEPTANCE = "deferred_acceptance", "容缺受理通知书"
        PROMISED_ACCEPTANCE = "promised_acceptance", "告知承诺受理通知书"
        SUPPLEMENT = "supplement", "补充材料告知书"
        SPECIAL = "special", "特别程序告知书"
        SPECIAL_END = "special_end", "特别程序结束告知书"
        EXTENSION = "extension", "延长期限告知书"
        INTERESTED = "interested", "利害关系人告知书"
        TERMINATION = "termination", "终止办理决定书"
        VOID = "void", "作废决定书"
        PAYMENT_RECEIPT = "payment_receipt", "电子票据"

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


class PublicDecision(models.Model):
    """公开的决定: a permit that was granted, as anybody may read of it (行政许可法 art. 40). Natural persons have no name here."""

    document = models.OneToOneField(Document, models.PROTECT, primary_key=True, related_name="publication")
    number = models.CharField(max_length=60)
    office = models.ForeignKey(Office, models.PROTECT, related_name="+", db_index=False)
    item_code = models.CharField(max_length=60)
    item_name = models.CharField(max_length=500)
    item_name_en = models.CharField(max_length=500, blank=True)
    party = models.CharField(max_length=200, blank=True, help_text="the firm; empty for a natural person")
    decided_on = models.DateField()

    class Meta:
        indexes = [
            models.Index(fields=["-decided_on", "-document"], name="newest_public_decisions"),
            models.Index(fields=["office", "-decided_on", "-document"], name="public_decisions_of_an_office"),
            models.Index(fields=["party"], name="public_decisions_by_party", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["item_name"], name="public_decisions_by_item", opclasses=["varchar_pattern_ops"]),
            models.Index(fields=["number"], name="public_decisions_by_number"),
        ]
