"""Rules, their versions and drafts, what they were tried on, what they decided, and whom they found."""

from django.db import models
from django.db.models import Q

from yiwang.domains.identity.models import Person, Staff
from yiwang.domains.organisations.models import Office
from yiwang.foundation.actors import Actor
from yiwang.foundation.ids import uuid7


class RuleQuerySet(models.QuerySet["Rule"]):
    """Rules, of which officials see those of their office; whoever runs the platform sees all."""

    def visible_to(self, actor: Actor) -> "RuleQuerySet":
        """Return the rules that an actor may see as such; what was decided by one is shown with the case."""
        if actor.kind == "system" or (actor.is_staff and actor.has_role("operator", "administrator")):
            return self
        return self.filter(office_id=actor.office) if actor.is_staff and actor.has_role("head") else self.none()


class Rule(models.Model):
    """规则: the table of one item for one purpose: to decide its cases (秒批), or to find who qualifies (免申即享)."""

    class Kind(models.TextChoices):
        DECISION = "decision", "秒批"
        ENTITLEMENT = "entitlement", "免申即享"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    key = models.CharField(max_length=100, unique=True, help_text="kind:item code")
    kind = models.CharField(max_length=12, choices=Kind)
    item_code = models.CharField(max_length=80)
    item_name = models.CharField(max_length=500)
    item_name_en = models.CharField(max_length=500, blank=True)
    office = models.ForeignKey(Office, models.PROTECT, related_name="rules")
    current = models.UUIDField(null=True, help_text="the version that decides now; none: people decide")
    created_at = models.DateTimeField()

    objects = RuleQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["item_code", "kind"], name="an_item_has_one_rule_for_a_purpose")]


class RuleVersion(models.Model):
    """What a table said from a moment on. Rows are added, never changed: a decision can always show what it rests on."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    rule = models.ForeignKey(Rule, models.PROTECT, related_name="versions", db_index=False)
    number = models.IntegerField()
    content = models.TextField(help_text="canonical JSON of the table")
    content_hash = models.CharField(max_length=64)
    jdm = models.TextField(help_text="the same as zen-engine runs it")
    published_at = models.DateTimeField()
    published_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["rule", "number"], name="versions_of_a_rule_are_numbered_once")]


class RuleDraft(models.Model):
    """What officials are working on. It decides nothing."""

    rule = models.OneToOneField(Rule, models.PROTECT, primary_key=True, related_name="draft")
    content = models.TextField()
    content_hash = models.CharField(max_length=64)
    revision = models.IntegerField(default=1)
    edited_at = models.DateTimeField()
    edited_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")


class DryRun(models.Model):
    """试运行: a draft put to past cases. Only counts are kept, and the numbers of a few cases where people decided otherwise."""

    class State(models.TextChoices):
        WAITING = "waiting", "等待"
        RUNNING = "running", "进行中"
        DONE = "done", "完成"
        FAILED = "failed", "没有完成"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    rule = models.ForeignKey(Rule, models.PROTECT, related_name="dry_runs")
    content = models.TextField(help_text="the table as it was tried")
    content_hash = models.CharField(max_length=64)
    state = models.CharField(max_length=8, choices=State, default=State.WAITING)
    looked = models.IntegerField(default=0)
    counts = models.JSONField(default=dict, help_text="grant-granted, grant-refused, person-granted, person-refused")
    differences = models.JSONField(default=list, help_text="case numbers that people refused and the table would grant")
    error = models.CharField(max_length=60, blank=True)
    asked_at = models.DateTimeField()
    asked_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+")
    finished_at = models.DateTimeField(null=True)


class AutomaticDecision(models.Model):
    """自动决定: what a table made of one case, with what it looked at and how it came to it, both encrypted."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    case_id = models.UUIDField(unique=True)
    rule = models.ForeignKey(Rule, models.PROTECT, null=True, related_name="decisions", db_index=False)
    version = models.ForeignKey(RuleVersion, models.PROTECT, null=True, related_name="+", db_index=False)
    office = models.ForeignKey(Office, models.PROTECT, related_name="+", db_index=False)
    outcome = models.CharField(max_length=8, choices=[("grant", "准予"), ("person", "转人工")])
    failure = models.CharField(max_length=30, blank=True, help_text="why the table could not be run, as a code")
    inputs_sealed = models.BinaryField()
    trace_sealed = models.BinaryField()
    decided_at = models.DateTimeField()
    is_sampled = models.BooleanField(default=False)
    checked_at = models.DateTimeField(null=True)
    checked_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", db_index=False)
    check_verdict = models.CharField(max_length=8, blank=True, choices=[("right", "对"), ("wrong", "不对")])
    check_note_sealed = models.BinaryField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(outcome="person") | Q(version__isnull=False, failure=""),
                name="an_automatic_grant_names_the_version_it_rests_on",
            ),
            models.CheckConstraint(
                condition=Q(check_verdict="") | Q(checked_at__isnull=False, checked_by__isnull=False),
                name="a_check_of_a_decision_has_its_official",
            ),
        ]
        indexes = [
            models.Index(
                fields=["office", "id"],
                name="decisions_to_be_looked_at",
                condition=Q(is_sampled=True, checked_at__isnull=True),
            ),
            models.Index(fields=["rule", "-id"], name="newest_decisions_of_a_rule"),
        ]


class OfferQuerySet(models.QuerySet["Offer"]):
    """Offers, of which people see their own."""

    def visible_to(self, actor: Actor) -> "OfferQuerySet":
        """Return what a person is offered for themselves."""
        if actor.kind == "system":
            return self
        return self.filter(person_id=actor.known_id) if actor.is_person and not actor.on_behalf_of else self.none()


class Offer(models.Model):
    """免申即享: somebody whom a rule found to qualify for something; they have only to confirm."""

    class State(models.TextChoices):
        OPEN = "open", "等你确认"
        CONFIRMED = "confirmed", "已确认"
        DECLINED = "declined", "不要"
        LAPSED = "lapsed", "已过期"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    person = models.ForeignKey(Person, models.PROTECT, related_name="offers", db_index=False)
    rule = models.ForeignKey(Rule, models.PROTECT, related_name="offers")
    version = models.ForeignKey(RuleVersion, models.PROTECT, related_name="+", db_index=False)
    item_code = models.CharField(max_length=80)
    state = models.CharField(max_length=10, choices=State, default=State.OPEN)
    inputs_sealed = models.BinaryField()
    trace_sealed = models.BinaryField()
    made_at = models.DateTimeField()
    until = models.DateField()
    answered_at = models.DateTimeField(null=True)
    case_id = models.UUIDField(null=True)

    objects = OfferQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["person", "rule"], name="a_person_is_offered_a_thing_once"),
            models.CheckConstraint(
                condition=Q(state="open", answered_at__isnull=True) | (~Q(state="open") & Q(answered_at__isnull=False)),
                name="an_offer_is_open_until_it_is_answered",
            ),
        ]
        indexes = [models.Index(fields=["until"], name="offers_that_are_open", condition=Q(state="open"))]
