"""Charges, what was paid and given back for them, the ledger, and every message of the provider.

Amounts are whole fen. A charge keeps running sums that its constraints hold together, and each change of them has its
line in the ledger: a line has a source of its own, so no payment, refund or message can count twice.
"""

from django.db import models
from django.db.models import F, Q

from yiwang.domains.identity.models import Firm, Person, Staff
from yiwang.domains.organisations.models import Office
from yiwang.foundation.actors import Actor
from yiwang.foundation.ids import uuid7


class ChargeQuerySet(models.QuerySet["Charge"]):
    """Charges, of which an actor can only load what they may see."""

    def visible_to(self, actor: Actor) -> "ChargeQuerySet":
        """Return one's own charges, or those of the firm acted for; for officials those of their office."""
        if actor.is_person:
            if actor.on_behalf_of:
                return self.filter(firm_id=actor.on_behalf_of)
            return self.filter(payer_id=actor.id, firm__isnull=True)
        if actor.is_staff and actor.has_role("window", "reviewer", "head"):
            return self.filter(office_id=actor.office)
        return self if actor.kind == "system" else self.none()


class Charge(models.Model):
    """缴款通知: what has to be paid for what a reference code stands for, by whom, and how it stands."""

    class State(models.TextChoices):
        DUE = "due", "待缴"
        PAID = "paid", "已缴清"
        WAIVED = "waived", "已免缴"
        CANCELLED = "cancelled", "已取消"
        REFUNDED = "refunded", "已退款"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(max_length=20, unique=True)
    check_code = models.CharField(max_length=6)
    reference = models.CharField(max_length=50)
    purpose = models.CharField(max_length=20, default="fee")
    subject = models.CharField(max_length=500)
    subject_en = models.CharField(max_length=500, blank=True)
    office = models.ForeignKey(Office, models.PROTECT, related_name="charges")
    payer = models.ForeignKey(Person, models.PROTECT, related_name="charges")
    firm = models.ForeignKey(Firm, models.PROTECT, null=True, related_name="charges", db_index=False)
    state = models.CharField(max_length=10, choices=State, default=State.DUE)
    total_fen = models.BigIntegerField()
    reduced_fen = models.BigIntegerField(default=0)
    payable_fen = models.BigIntegerField()
    paid_fen = models.BigIntegerField(default=0)
    refunded_fen = models.BigIntegerField(default=0)
    due_on = models.DateField()
    raised_at = models.DateTimeField()
    settled_at = models.DateTimeField(null=True)

    objects = ChargeQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["reference", "purpose"], name="a_reference_is_charged_once_for_a_purpose"),
            models.CheckConstraint(
                condition=Q(total_fen__gt=0, reduced_fen__gte=0, reduced_fen__lte=F("total_fen"))
                & Q(payable_fen=F("total_fen") - F("reduced_fen")),
                name="a_charge_is_what_is_left_after_reductions",
            ),
            models.CheckConstraint(
                condition=Q(paid_fen=0) | Q(paid_fen=F("payable_fen")), name="a_charge_is_paid_whole_or_not_at_all"
            ),
            models.CheckConstraint(
                condition=Q(refunded_fen__gte=0, refunded_fen__lte=F("paid_fen")),
                name="no_more_is_given_back_than_was_paid",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["due", "cancelled"], paid_fen=0, settled_at__isnull=True)
                | Q(state="waived", payable_fen=0, settled_at__isnull=False)
                | Q(state__in=["paid", "refunded"], paid_fen__gt=0, settled_at__isnull=False),
                name="the_state_of_a_charge_agrees_with_its_sums",
            ),
        ]
        indexes = [
            models.Index(fields=["payer", "-id"], name="charges_of_a_person", condition=Q(firm__isnull=True)),
            models.Index(fields=["firm", "-id"], name="charges_of_a_firm", condition=Q(firm__isnull=False)),
        ]


class ChargeLine(models.Model):
    """收费项目: one fee of a charge with the rule that allows it, and what was taken off with the rule that says so."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    charge = models.ForeignKey(Charge, models.PROTECT, related_name="lines")
    position = models.SmallIntegerField()
    name = models.CharField(max_length=200)
    name_en = models.CharField(max_length=200, blank=True)
    amount_fen = models.BigIntegerField()
    basis = models.CharField(max_length=500)
    reduction_fen = models.BigIntegerField(default=0)
    reduction_basis = models.CharField(max_length=500, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["charge", "position"], name="lines_of_a_charge_are_numbered"),
            models.CheckConstraint(
                condition=Q(amount_fen__gt=0, reduction_fen__gte=0, reduction_fen__lte=F("amount_fen")),
                name="a_line_is_never_reduced_below_nothing",
            ),
            models.CheckConstraint(condition=~Q(basis=""), name="every_fee_names_its_basis"),
            models.CheckConstraint(
                condition=Q(reduction_fen=0) | ~Q(reduction_basis=""), name="every_reduction_names_its_basis"
            ),
        ]


class Payment(models.Model):
    """支付订单: one way to the provider to pay a charge. At most one of a charge ever counts as its payment."""

    class State(models.TextChoices):
        OPEN = "open", "待支付"
        PAID = "paid", "已支付"
        SURPLUS = "surplus", "多缴待退"
        CLOSED = "closed", "已关闭"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(max_length=32, unique=True)
    charge = models.ForeignKey(Charge, models.PROTECT, related_name="payments")
    amount_fen = models.BigIntegerField()
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    trade_number = models.CharField(max_length=64, null=True)
    refunding_fen = models.BigIntegerField(default=0, help_text="asked to be given back, or given back")
    opened_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    paid_at = models.DateTimeField(null=True)
    asked = models.SmallIntegerField(default=0, help_text="how often the provider was asked about it")
    ask_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["charge"], condition=Q(state="paid"), name="a_charge_has_one_payment_that_counts"
            ),
            models.UniqueConstraint(
                fields=["trade_number"],
                condition=Q(trade_number__isnull=False),
                name="a_trade_of_the_provider_counts_once",
            ),
            models.CheckConstraint(
                condition=Q(amount_fen__gt=0, refunding_fen__gte=0, refunding_fen__lte=F("amount_fen")),
                name="a_payment_is_never_given_back_beyond_its_amount",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["paid", "surplus"], paid_at__isnull=False, trade_number__isnull=False)
                | Q(state__in=["open", "closed"], paid_at__isnull=True, trade_number__isnull=True, refunding_fen=0),
                name="what_is_paid_has_a_time_and_a_trade_number",
            ),
        ]
        indexes = [models.Index(fields=["ask_at"], name="payments_to_ask_after", condition=Q(state="open"))]


class Refund(models.Model):
    """退款: money that goes back to the payer, with the reason in words of a rule."""

    class State(models.TextChoices):
        REQUESTED = "requested", "退款中"
        DONE = "done", "已退"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    number = models.CharField(max_length=32, unique=True)
    payment = models.ForeignKey(Payment, models.PROTECT, related_name="refunds")
    amount_fen = models.BigIntegerField()
    basis = models.CharField(max_length=500)
    state = models.CharField(max_length=10, choices=State, default=State.REQUESTED)
    requested_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True)
    asked = models.PositiveIntegerField(default=0, help_text="how often the provider was asked about it")
    ask_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="a_refund_gives_something_back"),
            models.CheckConstraint(condition=~Q(basis=""), name="every_refund_names_its_basis"),
            models.CheckConstraint(
                condition=Q(state="done", done_at__isnull=False) | Q(state="requested", done_at__isnull=True),
                name="a_refund_has_a_time_once_it_is_done",
            ),
        ]
        indexes = [models.Index(fields=["ask_at"], name="refunds_to_ask_after", condition=Q(state="requested"))]


class LedgerLine(models.Model):
    """账簿: every movement of a charge, never changed, with what is owed and held after it."""

    class Kind(models.TextChoices):
        RAISED = "raised", "应收"
        REDUCED = "reduced", "减免"
        CANCELLED = "cancelled", "取消"
        PAID = "paid", "实收"
        SURPLUS = "surplus", "多收"
        REFUNDED = "refunded", "退付"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    charge = models.ForeignKey(Charge, models.PROTECT, related_name="ledger", db_index=False)
    sequence = models.SmallIntegerField()
    kind = models.CharField(max_length=10, choices=Kind)
    amount_fen = models.BigIntegerField()
    owed_fen = models.BigIntegerField(help_text="what the payer owes after this line")
    held_fen = models.BigIntegerField(help_text="what the office holds after this line")
    source = models.CharField(max_length=60, unique=True, help_text="what caused it: counts once for ever")
    entered_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["charge", "sequence"], name="the_ledger_of_a_charge_is_numbered"),
            models.UniqueConstraint(
                fields=["charge"], condition=Q(kind="paid"), name="a_charge_is_entered_as_paid_once"
            ),
            models.CheckConstraint(
                condition=Q(amount_fen__gt=0, owed_fen__gte=0, held_fen__gte=0), name="no_balance_is_ever_negative"
            ),
        ]


class Receipt(models.Model):
    """财政电子票据: code of 8, number of 10, check code of 6. The sealed document says what it says."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    code = models.CharField(max_length=8)
    number = models.CharField(max_length=10)
    check_code = models.CharField(max_length=6)
    charge = models.OneToOneField(Charge, models.PROTECT, related_name="receipt")
    amount_fen = models.BigIntegerField()
    document_id = models.UUIDField()
    issued_at = models.DateTimeField()
    reversed_at = models.DateTimeField(null=True, help_text="冲红: all of it was given back")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "number"], name="a_receipt_number_is_given_out_once"),
            models.CheckConstraint(condition=Q(amount_fen__gt=0), name="a_receipt_is_for_something"),
        ]


class CallBackQuerySet(models.QuerySet["CallBack"]):
    """Messages of the provider, of which only those who run the platform can load any."""

    def visible_to(self, actor: Actor) -> "CallBackQuerySet":
        """Return all to operators and administrators, nothing to anybody else."""
        return self if actor.is_staff and actor.has_role("operator", "administrator") else self.none()


class CallBack(models.Model):
    """支付通知: every genuine message of the provider, and what became of it. A repeated one changes nothing.

    `finding` is what an operator found out about one that was refused. It names no person.
    """

    class Verdict(models.TextChoices):
        TAKEN = "taken", "已入账"
        REPEATED = "repeated", "重复"
        REFUSED = "refused", "不予入账"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    nonce = models.CharField(max_length=64, unique=True)
    kind = models.CharField(max_length=10)
    order_number = models.CharField(max_length=32)
    trade_number = models.CharField(max_length=64, blank=True)
    refund_number = models.CharField(max_length=32, blank=True)
    amount_fen = models.BigIntegerField()
    verdict = models.CharField(max_length=10, choices=Verdict)
    why = models.CharField(max_length=24, blank=True)
    received_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    seen_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", db_index=False)
    finding = models.CharField(max_length=300, blank=True)

    objects = CallBackQuerySet.as_manager()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(verdict="refused") | ~Q(why=""), name="a_refused_message_says_why_it_was_refused"
            ),
            models.CheckConstraint(
                condition=Q(seen_at__isnull=True, seen_by__isnull=True, finding="")
                | (Q(seen_at__isnull=False, seen_by__isnull=False) & ~Q(finding="")),
                name="who_has_seen_a_message_says_what_was_found",
            ),
        ]
        indexes = [
            models.Index(fields=["-received_at"], name="messages_that_were_refused", condition=Q(verdict="refused"))
        ]
