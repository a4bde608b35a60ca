"""Address books, places to pick up at, deliveries and what a courier told of them."""

from django.db import models
from django.db.models import Q

from yiwang.domains.deliveries.procedure import FINAL
from yiwang.domains.identity.models import Firm, Person, Staff
from yiwang.domains.organisations.models import Office
from yiwang.domains.regions.models import Region
from yiwang.foundation.actors import Actor
from yiwang.foundation.ids import uuid7


class AddressQuerySet(models.QuerySet["Address"]):
    """Addresses, of which only their owner can load any."""

    def visible_to(self, actor: Actor) -> "AddressQuerySet":
        """Return a person's own book, or that of the firm they act for now."""
        if not actor.is_person:
            return self.none()
        if actor.on_behalf_of:
            return self.filter(firm_id=actor.on_behalf_of)
        return self.filter(person_id=actor.known_id, firm__isnull=True)


class Address(models.Model):
    """地址簿: one address of a person's or firm's book; name, telephone and place are encrypted as a whole."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="addresses")
    firm = models.ForeignKey(Firm, models.PROTECT, null=True, related_name="addresses", db_index=False)
    address_sealed = models.BinaryField(help_text="encrypted JSON: {name, phone, region, detail}")
    is_default = models.BooleanField(default=False)
    kept_at = models.DateTimeField()

    objects = AddressQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person"],
                condition=Q(is_default=True, firm__isnull=True),
                name="a_person_has_one_usual_address",
            ),
            models.UniqueConstraint(
                fields=["firm"], condition=Q(is_default=True, firm__isnull=False), name="a_firm_has_one_usual_address"
            ),
        ]


class PickupPoint(models.Model):
    """自取点: a hall or a locker at which a result can be picked up."""

    class Kind(models.TextChoices):
        HALL = "hall", "办事大厅"
        LOCKER = "locker", "自助柜"

    code = models.CharField(max_length=40, primary_key=True)
    kind = models.CharField(max_length=8, choices=Kind)
    name = models.CharField(max_length=100)
    name_en = models.CharField(max_length=200, blank=True)
    place = models.CharField(max_length=200)
    hours = models.CharField(max_length=200, blank=True)
    region = models.ForeignKey(Region, models.PROTECT, null=True, related_name="pickup_points")
    is_open = models.BooleanField(default=True)


class DeliveryQuerySet(models.QuerySet["Delivery"]):
    """Deliveries, of which an actor can only load what they may see."""

    def visible_to(self, actor: Actor) -> "DeliveryQuerySet":
        """Return one's own, or those of the firm acted for; for officials those of their office."""
        if actor.is_person:
            if actor.on_behalf_of:
                return self.filter(firm_id=actor.on_behalf_of)
            return self.filter(person_id=actor.known_id, firm__isnull=True)
        if actor.is_staff and actor.has_role("window", "reviewer", "head"):
            return self.filter(office_id=actor.office)
        return self if actor.kind == "system" else self.none()


class Delivery(models.Model):
    """寄递单: one way for papers in or a result out, until it is delivered, sent back or called off.

    `reference` is the number of what is delivered about, as text: a delivery knows no case. `last_number` is the newest of
    the courier's events that moved it. `delivered_at` is the moment on the receipt. `keep_until` is the last day on which a
    result that waits can be picked up.
    """

    class Direction(models.TextChoices):
        IN = "in", "材料寄入"
        OUT = "out", "结果寄出"

    class Way(models.TextChoices):
        ELECTRONIC = "electronic", "电子送达"
        COURIER = "courier", "快递"
        PICKUP = "pickup", "自取"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    reference = models.CharField(max_length=50)
    direction = models.CharField(max_length=3, choices=Direction)
    way = models.CharField(max_length=10, choices=Way)
    state = models.CharField(max_length=16)
    sequence = models.SmallIntegerField(default=1)
    person = models.ForeignKey(Person, models.PROTECT, related_name="deliveries", db_index=False)
    firm = models.ForeignKey(Firm, models.PROTECT, null=True, related_name="deliveries", db_index=False)
    office = models.ForeignKey(Office, models.PROTECT, related_name="deliveries", db_index=False)
    point = models.ForeignKey(PickupPoint, models.PROTECT, null=True, related_name="deliveries", db_index=False)
    contact_sealed = models.BinaryField(null=True, help_text="encrypted JSON: {name, phone, region, detail}")
    waybill = models.CharField(max_length=40, blank=True)
    last_number = models.IntegerField(default=0)
    is_disputed = models.BooleanField(default=False)
    chosen_at = models.DateTimeField()
    ordered_at = models.DateTimeField(null=True, help_text="since when the result may leave")
    due_on = models.DateField(null=True, help_text="行政许可法 art. 44: ten working days after the decision")
    handed_over_at = models.DateTimeField(null=True)
    heard_at = models.DateTimeField(null=True, help_text="when the courier last told anything")
    asked_at = models.DateTimeField(null=True, help_text="when the courier was last asked about it, for want of news")
    delivered_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    signer = models.CharField(max_length=12, blank=True)
    code_sealed = models.BinaryField(null=True, help_text="the code to pick it up with, encrypted")
    keep_until = models.DateField(null=True, help_text="the last day to pick it up")
    remind_on = models.DateField(null=True, help_text="from when the person is told that it will go back")
    reminded_at = models.DateTimeField(null=True)

    objects = DeliveryQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["reference", "direction", "sequence"], name="deliveries_of_a_reference_are_numbered"
            ),
            models.UniqueConstraint(
                fields=["reference", "direction"],
                condition=Q(ended_at__isnull=True),
                name="one_delivery_of_a_reference_is_under_way",
            ),
            models.UniqueConstraint(
                fields=["waybill"], condition=Q(waybill__gt=""), name="a_waybill_belongs_to_one_delivery"
            ),
            models.CheckConstraint(
                condition=Q(state="delivered", delivered_at__isnull=False)
                | (~Q(state="delivered") & Q(delivered_at__isnull=True)),
                name="a_delivery_has_a_receipt_time_exactly_when_delivered",
            ),
            models.CheckConstraint(
                condition=Q(state__in=sorted(FINAL), ended_at__isnull=False)
                | (~Q(state__in=sorted(FINAL)) & Q(ended_at__isnull=True)),
                name="a_delivery_has_an_end_exactly_in_a_final_state",
            ),
            models.CheckConstraint(
                condition=~Q(way="courier") | Q(contact_sealed__isnull=False), name="a_courier_needs_an_address"
            ),
        ]
        indexes = [
            models.Index(fields=["person", "-chosen_at", "-id"], name="own_deliveries_of_a_person"),
            models.Index(
                fields=["firm", "-chosen_at", "-id"], name="deliveries_of_a_firm", condition=Q(firm__isnull=False)
            ),
            models.Index(
                fields=["office", "chosen_at", "id"],
                name="open_deliveries_of_an_office",
                condition=Q(ended_at__isnull=True),
            ),
            models.Index(fields=["heard_at"], name="parcels_under_way", condition=Q(ended_at__isnull=True)),
            models.Index(fields=["keep_until"], name="results_that_wait", condition=Q(state="ready")),
        ]


class TrackEvent(models.Model):
    """物流轨迹: one thing that the courier told. Kept also where it changed nothing (`counted` is false)."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    delivery = models.ForeignKey(Delivery, models.PROTECT, related_name="track")
    event_id = models.CharField(max_length=64)
    number = models.IntegerField()
    kind = models.CharField(max_length=20)
    at = models.DateTimeField()
    received_at = models.DateTimeField()
    place = models.CharField(max_length=80, blank=True)
    signer = models.CharField(max_length=12, blank=True)
    reason = models.CharField(max_length=20, blank=True)
    counted = models.BooleanField()
    receipt_sealed = models.BinaryField(null=True, help_text="签收回证: what the courier signed, as it came, encrypted")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["delivery", "event_id"], name="an_event_of_a_parcel_is_told_once")
        ]


class CallbackNonce(models.Model):
    """That a signed call-back was taken: the same bytes again have no effect. Kept for longer than a signature counts."""

    nonce = models.CharField(max_length=64, primary_key=True)
    received_at = models.DateTimeField(db_index=True)


class OddNewsQuerySet(models.QuerySet["OddNews"]):
    """Odd news, of which only those who run the platform can load any."""

    def visible_to(self, actor: Actor) -> "OddNewsQuerySet":
        """Return all to operators and administrators, nothing to anybody else."""
        return self if actor.is_staff and actor.has_role("operator", "administrator") else self.none()


class OddNews(models.Model):
    """快递异常消息: what a courier told that was refused or contradicts how its parcel ended, and what somebody found out.

    The same told again counts up `times`. It names no person and no case: the waybill is enough to ask the courier.
    """

    class Why(models.TextChoices):
        OTHER_END = "other_end", "和已经结束的状态矛盾"
        WAYBILL = "waybill", "运单号不对"
        KIND = "kind", "不认识的物流状态"
        NUMBER = "number", "没有编号"
        SIGNS = "signs", "有看不见的字符"
        TIME = "time", "时间不对"
        NO_ORDER = "no_order", "没有下过这一单"
        UNREADABLE = "unreadable", "读不懂"
        FORGED = "forged", "签名不对"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    why = models.CharField(max_length=16, choices=Why)
    digest = models.CharField(max_length=64, help_text="what makes two calls the same news")
    delivery = models.ForeignKey(Delivery, models.PROTECT, null=True, related_name="odd_news")
    state = models.CharField(max_length=16, blank=True, help_text="how the delivery stood when it was told")
    told = models.CharField(max_length=20, blank=True)
    waybill = models.CharField(max_length=40, blank=True)
    times = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    seen_at = models.DateTimeField(null=True)
    seen_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", db_index=False)
    finding = models.CharField(max_length=300, blank=True)

    objects = OddNewsQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["why", "digest"], name="odd_news_of_a_courier_stand_once"),
            models.CheckConstraint(
                condition=Q(seen_at__isnull=True, seen_by__isnull=True, finding="")
                | (Q(seen_at__isnull=False, seen_by__isnull=False) & ~Q(finding="")),
                name="who_has_seen_odd_news_says_what_was_found",
            ),
        ]
        indexes = [models.Index(fields=["-last_at"], name="odd_news_to_look_into", condition=Q(seen_at__isnull=True))]
