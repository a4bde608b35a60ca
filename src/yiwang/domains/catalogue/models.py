"""Items and their versions."""

from django.db import models

from yiwang.domains.organisations.models import Office
from yiwang.domains.regions.models import Region
from yiwang.foundation.ids import uuid7


class BaseItem(models.Model):
    """基本目录: what is the same from province to village. The situations of one matter hang on one base item."""

    code = models.CharField(max_length=40, primary_key=True)
    name = models.CharField(max_length=500)
    type_code = models.CharField(max_length=2)
    source = models.CharField(max_length=20, default="yiwang")


class Item(models.Model):
    """实施清单: an item as one office does it. What it says stands in its versions; here is only where it stands."""

    class State(models.TextChoices):
        PUBLISHED = "published", "在用"
        SUSPENDED = "suspended", "暂停"
        WITHDRAWN = "withdrawn", "取消"

    code = models.CharField(max_length=80, primary_key=True)
    base = models.ForeignKey(BaseItem, models.PROTECT, related_name="items")
    office = models.ForeignKey(Office, models.PROTECT, related_name="items", db_index=False)
    region = models.ForeignKey(Region, models.PROTECT, null=True, related_name="items", db_index=False)
    name = models.CharField(max_length=500)
    name_en = models.CharField(max_length=500, blank=True)
    type_code = models.CharField(max_length=2)
    state = models.CharField(max_length=10, choices=State, default=State.PUBLISHED)
    closes_at = models.DateTimeField(null=True, help_text="no new case after this moment; running ones go on")
    current = models.UUIDField(null=True, help_text="the version that a new draft pins")
    group_code = models.CharField(
        max_length=80, blank=True, help_text="items with the same one are situations of one thing"
    )
    imported_hash = models.CharField(max_length=64, blank=True, help_text="what the source said when last loaded")
    source = models.CharField(max_length=20, default="yiwang")

    class Meta:
        indexes = [
            models.Index(fields=["region", "code"], name="items_of_a_region"),
            models.Index(fields=["office", "code"], name="items_of_an_office"),
        ]


class Edition(models.Model):
    """One row: a number that rises with whatever changes what the public reads, and how many items there are.

    Caches ask for it instead of for what they keep; nobody has to count.
    """

    id = models.SmallIntegerField(primary_key=True, default=1)
    number = models.BigIntegerField(default=0)
    items = models.BigIntegerField(default=0)


class ItemVersion(models.Model):
    """What an item said from a moment on. Rows are added, never changed: a case can always show what it rests on."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    # The unique constraint finds the versions of an item; an index of the key's own would cost twice at a million.
    item = models.ForeignKey(Item, models.PROTECT, related_name="versions", db_index=False)
    number = models.IntegerField()
    content = models.TextField(help_text="canonical JSON of ItemContent")
    content_hash = models.CharField(max_length=64)
    published_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "number"], name="versions_of_an_item_are_numbered_once")]


TOPIC_KINDS = [("life", "人生事"), ("theme", "主题"), ("audience", "服务对象"), ("bundle", "一件事")]


class ItemTopic(models.Model):
    """Where an item is found by browsing: a life event, a theme, an audience, its name as a bundle; in its region, or in all."""

    item = models.ForeignKey(Item, models.CASCADE, related_name="topics", db_index=False)
    kind = models.CharField(max_length=10, choices=TOPIC_KINDS)
    value = models.CharField(max_length=40)
    region_code = models.CharField(max_length=12, blank=True, help_text="that of the item, copied in")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item", "kind", "value"], name="an_item_has_a_topic_once")]
        indexes = [models.Index(fields=["kind", "value", "region_code", "item"], name="items_by_topic_and_region")]


class LifeEvent(models.Model):
    """人生事: a stage in the life of a person or a firm, under which items are gathered."""

    key = models.CharField(max_length=20, primary_key=True)
    name_zh = models.CharField(max_length=40)
    name_en = models.CharField(max_length=60)
    icon = models.CharField(max_length=20)
    audience = models.CharField(max_length=12)
    position = models.SmallIntegerField()
