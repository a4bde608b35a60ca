"""Drafts: what somebody has begun to fill in, and not handed in."""

from django.db import models
from django.db.models import Q

from yiwang.domains.catalogue.models import Item, ItemVersion
from yiwang.domains.identity.models import Firm, Person
from yiwang.foundation.actors import Actor
from yiwang.foundation.ids import uuid7


class DraftQuerySet(models.QuerySet["Draft"]):
    """Drafts, of which only their owner can load any."""

    def visible_to(self, actor: Actor) -> "DraftQuerySet":
        """Return a person's own drafts: for themselves, or for the firm they act for now."""
        if not actor.is_person:
            return self.none()
        mine = self.filter(person_id=actor.known_id)
        return mine.filter(firm_id=actor.on_behalf_of) if actor.on_behalf_of else mine.filter(firm__isnull=True)


class Draft(models.Model):
    """草稿: answers so far, encrypted, on the version that they were begun on. One for each person, firm and item."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="drafts")
    firm = models.ForeignKey(Firm, models.PROTECT, null=True, related_name="drafts")
    item = models.ForeignKey(Item, models.PROTECT, related_name="drafts")
    version = models.ForeignKey(ItemVersion, models.PROTECT, related_name="drafts")
    answers_sealed = models.BinaryField()
    sources = models.JSONField(default=dict, help_text="field → where its value was fetched from")
    created_at = models.DateTimeField()
    saved_at = models.DateTimeField()

    objects = DraftQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["person", "item"], condition=Q(firm__isnull=True), name="a_person_has_one_draft_of_an_item"
            ),
            models.UniqueConstraint(
                fields=["person", "firm", "item"],
                condition=Q(firm__isnull=False),
                name="a_clerk_has_one_draft_of_an_item_for_a_firm",
            ),
        ]


class HeldAnswers(models.Model):
    """What somebody typed on a page after their sign-in had expired: kept an hour until they are back."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    answers_sealed = models.BinaryField()
    held_at = models.DateTimeField()
