"""Rules, cards, their history, what is looked at next, and the public figures.

None of these tables belongs to the case family: they hold the id of a case as the journal does, without a foreign key,
so that triggers may keep cards from being deleted while cases can still be spread over several machines (ADR 0026).
"""

from django.db import models
from django.db.models import Q

from yiwang.domains.identity.models import Staff
from yiwang.domains.organisations.models import Office
from yiwang.domains.organisations.queries import office_codes_below
from yiwang.foundation.actors import Actor
from yiwang.foundation.ids import uuid7


class Colour(models.TextChoices):
    """How grave a card is."""

    WARNING = "warning", "预警"
    YELLOW = "yellow", "黄牌"
    RED = "red", "红牌"


class CardRule(models.Model):
    """One version of a rule: when a card of which colour is shown, who has to explain it, by when, and who else is told.

    Version 1 of each comes with the program (`data/rules.json`); a row here is a later one. Rows are added, never changed.
    """

    class Trigger(models.TextChoices):
        TIME_LEFT = "time_left", "时间快到"
        PROMISE_PASSED = "promise_passed", "超过承诺"
        LAW_PASSED = "law_passed", "超过法定"
        FACT = "fact", "发生了一件事"

    class Duty(models.TextChoices):
        ASSIGNEE = "assignee", "承办人"
        HEAD = "head", "部门负责人"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(max_length=40)
    version = models.IntegerField(default=1)
    position = models.SmallIntegerField(default=0)
    name = models.CharField(max_length=100)
    name_en = models.CharField(max_length=100)
    trigger = models.CharField(max_length=16, choices=Trigger)
    clock = models.CharField(max_length=12, blank=True, help_text="acceptance, decision or delivery; empty for all")
    fact = models.CharField(max_length=60, blank=True, help_text="the fact that shows a card at once")
    colour = models.CharField(max_length=8, choices=Colour)
    share = models.SmallIntegerField(default=33, help_text="per cent of the whole time that are left, or fewer")
    workdays = models.SmallIntegerField(default=1, help_text="working days that are left, or fewer")
    duty = models.CharField(max_length=10, choices=Duty, default=Duty.ASSIGNEE)
    told = models.JSONField(default=list, help_text="who else is told: duties of the office, or supervisor")
    explain_workdays = models.SmallIntegerField(default=3)
    is_on = models.BooleanField(default=True)
    changed_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", db_index=False)
    changed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["key", "version"], name="a_rule_has_each_version_once"),
            models.CheckConstraint(
                condition=Q(share__gte=0, share__lte=100, workdays__gte=0, explain_workdays__gte=1),
                name="a_rule_has_thresholds_that_can_be_met",
            ),
        ]


class CardQuerySet(models.QuerySet["Card"]):
    """Cards, of which an actor can only load what they may see."""

    def visible_to(self, actor: Actor) -> "CardQuerySet":
        """Return for supervisors the cards of the offices in their division and below; for officials those of their office.

        Nobody supervises their own office.
        """
        if actor.kind == "system":
            return self
        if not actor.is_staff or not actor.office:
            return self.none()
        seen = Q(pk__in=[])
        if actor.has_role("supervisor"):
            below = office_codes_below(actor.office)
            seen |= ~Q(office_id=actor.office) if below is None else Q(office_id__in=below - {actor.office})
        if actor.has_role("window", "reviewer", "head"):
            seen |= Q(office_id=actor.office)
        return self.filter(seen)


class Card(models.Model):
    """预警、黄牌、红牌. What showed it never changes, nobody deletes it, and once closed it stays as it is."""

    class State(models.TextChoices):
        NOTED = "noted", "提醒"
        OPEN = "open", "待说明"
        EXPLAINED = "explained", "已说明"
        CLOSED = "closed", "已办结"

    class Finding(models.TextChoices):
        FAULT = "fault", "属实，部门有责任"
        EXCUSED = "excused", "属实，有正当理由"
        MISTAKEN = "mistaken", "误发，期限没有过"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case_id = models.UUIDField()
    case_number = models.CharField(max_length=50)
    item_code = models.CharField(max_length=80)
    item_name = models.CharField(max_length=500)
    item_name_en = models.CharField(max_length=500, blank=True)
    office = models.ForeignKey(Office, models.PROTECT, related_name="cards", db_index=False)
    rule_key = models.CharField(max_length=40)
    rule_version = models.IntegerField()
    colour = models.CharField(max_length=8, choices=Colour)
    subject = models.CharField(max_length=40, help_text="which clock of the case: decision:1")
    due_on = models.DateField(null=True, help_text="the date that came near or passed")
    raised_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State)
    assignee = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="cards", db_index=False)
    tells_head = models.BooleanField(default=False)
    tells_supervisor = models.BooleanField(default=False)
    explain_by = models.DateField(null=True)
    explained_at = models.DateTimeField(null=True)
    escalated_at = models.DateTimeField(null=True)
    closed_at = models.DateTimeField(null=True)
    finding = models.CharField(max_length=10, choices=Finding, blank=True)

    objects = CardQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["case_id", "colour", "subject"], name="a_clock_of_a_case_shows_one_card_of_a_colour"
            ),
            models.CheckConstraint(
                condition=Q(colour="warning", state="noted", explain_by__isnull=True)
                | (~Q(colour="warning") & ~Q(state="noted") & Q(explain_by__isnull=False)),
                name="a_yellow_or_red_card_has_to_be_explained",
            ),
            models.CheckConstraint(
                condition=Q(state="closed", closed_at__isnull=False) & ~Q(finding="")
                | (~Q(state="closed") & Q(closed_at__isnull=True, finding="")),
                name="a_card_is_closed_with_a_finding",
            ),
            models.CheckConstraint(
                condition=~Q(state="explained") | Q(explained_at__isnull=False),
                name="an_explained_card_says_when_it_was",
            ),
        ]
        indexes = [
            models.Index(fields=["office", "-id"], name="cards_of_an_office"),
            models.Index(fields=["state", "-id"], name="cards_by_state"),
            models.Index(fields=["explain_by"], name="cards_to_escalate", condition=Q(state="open", escalated_at=None)),
            models.Index(fields=["assignee", "-id"], name="cards_of_an_official", condition=Q(state="open")),
        ]


class CardStep(models.Model):
    """One step in the life of a card: added, never changed, never deleted. What people wrote is encrypted."""

    class Kind(models.TextChoices):
        RAISED = "raised", "出牌"
        ASSIGNED = "assigned", "交办"
        EXPLAINED = "explained", "说明"
        ESCALATED = "escalated", "升级"
        ANNOTATED = "annotated", "批注"
        CLOSED = "closed", "办结"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    card = models.ForeignKey(Card, models.PROTECT, related_name="steps")
    kind = models.CharField(max_length=10, choices=Kind)
    staff = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", db_index=False)
    in_place_of = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", db_index=False)
    to = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", db_index=False)
    finding = models.CharField(max_length=10, blank=True)
    text_sealed = models.BinaryField(null=True)
    taken_at = models.DateTimeField()


class Watch(models.Model):
    """When a case has to be looked at next. One row for each case whose clock runs: nobody walks through all cases."""

    case_id = models.UUIDField(primary_key=True)
    look_on = models.DateField()
    turn = models.UUIDField(null=True, default=uuid7, help_text="another one whenever it is asked for anew")

    class Meta:
        indexes = [models.Index(fields=["look_on", "case_id"], name="cases_to_look_at")]


class Figure(models.Model):
    """A public figure of an office in a year, kept as things happen: no page counts cases. Office "" is all of them."""

    office_code = models.CharField(max_length=24, blank=True)
    year = models.SmallIntegerField()
    measure = models.CharField(max_length=24)
    bucket = models.SmallIntegerField(default=0, help_text="working days, where the measure is a time")
    count = models.IntegerField(default=0)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["office_code", "year", "measure", "bucket"], name="a_figure_of_an_office_stands_once_a_year"
            )
        ]
        indexes = [models.Index(fields=["year", "measure", "-count", "office_code"], name="offices_by_a_figure")]
