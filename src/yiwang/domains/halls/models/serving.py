"""Who was served at a window, by whom, and what was handed over there."""

from django.db import models
from django.db.models import Q

from yiwang.domains.halls.models.places import Window
from yiwang.domains.halls.models.queueing import Ticket
from yiwang.domains.identity.models import Firm, Person, Staff
from yiwang.foundation.actors import Actor
from yiwang.foundation.ids import uuid7


class ReceptionQuerySet(models.QuerySet["Reception"]):
    """Receptions; nobody but the official who holds one acts in it."""

    def visible_to(self, actor: Actor) -> "ReceptionQuerySet":
        """Return those of the official; for the machine all."""
        if actor.is_staff and actor.has_role("window"):
            return self.filter(clerk_id=actor.id)
        return self if actor.kind == "system" else self.none()


class Reception(models.Model):
    """接待: an official has one person before them, whose document they have looked at, and acts for that person.

    It is what gives the official a hand in somebody else's affairs, for as long as it lasts.
    """

    class Evidence(models.TextChoices):
        FACE = "face", "本人到场，人证一致"
        CARD = "card", "看过证件原件"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    clerk = models.ForeignKey(Staff, models.PROTECT, related_name="receptions")
    window = models.ForeignKey(Window, models.PROTECT, null=True, related_name="receptions")
    ticket = models.OneToOneField(Ticket, models.PROTECT, null=True, related_name="reception")
    person = models.ForeignKey(Person, models.PROTECT, related_name="receptions")
    firm = models.ForeignKey(Firm, models.PROTECT, null=True, related_name="receptions", help_text="the firm acted for")
    evidence = models.CharField(max_length=8, choices=Evidence)
    assurance = models.SmallIntegerField(
        help_text="what this evidence gives: 3 in person, else 2, or where the register was silent"
    )
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)

    objects = ReceptionQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["clerk"], condition=Q(ended_at__isnull=True), name="an_official_receives_one_person_at_a_time"
            ),
            models.CheckConstraint(
                condition=Q(evidence="face", assurance__in=[2, 3]) | Q(evidence="card", assurance=2),
                name="a_level_stands_on_what_was_seen",
            ),
        ]


class HandOut(models.Model):
    """出件: the result of one case was handed over at a window, against the id document and a signature, or a code."""

    class Proof(models.TextChoices):
        CODE = "code", "凭取件码"
        SIGNATURE = "signature", "核对证件，本人签名"

    reference = models.CharField(max_length=50, primary_key=True)
    person = models.ForeignKey(Person, models.PROTECT, related_name="handed_out", help_text="who took it")
    reception = models.ForeignKey(Reception, models.PROTECT, related_name="handed_out")
    clerk = models.ForeignKey(Staff, models.PROTECT, related_name="handed_out")
    proof = models.CharField(max_length=10, choices=Proof)
    signature_sealed = models.BinaryField(null=True, help_text="the name as it was signed, encrypted")
    things = models.JSONField(default=list, help_text="names of the documents that were handed over")
    handed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(proof="signature") | Q(signature_sealed__isnull=False),
                name="what_was_signed_for_has_its_signature",
            ),
        ]
