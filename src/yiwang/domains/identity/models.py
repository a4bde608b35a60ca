"""Accounts, people, firms, officials, tokens."""

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models

from yiwang.domains.organisations.models import Office
from yiwang.foundation.ids import uuid7


class AccountManager(BaseUserManager["Account"]):
    """Makes accounts; used by the sign-up pages and by actions."""


class Account(AbstractBaseUser, PermissionsMixin):
    """What one signs in with: an e-mail address or a mobile number, and a password."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    email = models.EmailField(blank=True)
    phone_sealed = models.BinaryField(null=True)
    phone_index = models.BinaryField(max_length=16, null=True, unique=True)
    phone_verified = models.BooleanField(default=False)
    is_active = models.BooleanField(default=True)
    has_first_password = models.BooleanField(
        default=False, db_default=False, help_text="somebody else knows it: to be replaced first"
    )
    is_staff = models.BooleanField(default=False, help_text="may open the reference tables under /admin/")
    joined_at = models.DateTimeField(auto_now_add=True)

    objects = AccountManager()

    USERNAME_FIELD = "id"
    EMAIL_FIELD = "email"


class Person(models.Model):
    """自然人. The name stands as typed; the number of the identity document is encrypted and findable by a blind index."""

    class Level(models.IntegerChoices):
        UNVERIFIED = 1, "非实名"
        CHECKED = 2, "初级实名"
        PRESENT = 3, "高级实名"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.OneToOneField(Account, models.PROTECT, null=True, related_name="person")
    name = models.CharField(max_length=100, blank=True)
    id_kind = models.CharField(max_length=20, blank=True, help_text="resident-id, passport, … (GA/T 2000.156)")
    id_number_sealed = models.BinaryField(null=True)
    id_number_index = models.BinaryField(max_length=16, null=True)
    sex = models.CharField(max_length=1, blank=True, help_text="GB/T 2261.1: 1 male, 2 female")
    birth_date = models.DateField(null=True)
    address_sealed = models.BinaryField(null=True)
    level = models.SmallIntegerField(choices=Level, default=Level.UNVERIFIED)
    checked_at = models.DateTimeField(null=True)
    unconfirmed_since = models.DateTimeField(
        null=True, help_text="taken at a window on sight of the document; the register was silent and is asked again"
    )

    class Meta:
        indexes = [
            models.Index(
                fields=["unconfirmed_since"],
                name="people_to_ask_the_register_for",
                condition=models.Q(unconfirmed_since__isnull=False),
            ),
        ]
        constraints = [
            models.UniqueConstraint(
                fields=["id_kind", "id_number_index"],
                condition=models.Q(id_number_index__isnull=False),
                name="an_identity_document_belongs_to_one_person",
            ),
            models.CheckConstraint(
                condition=models.Q(level=1) | models.Q(id_number_index__isnull=False, checked_at__isnull=False),
                name="a_real_name_rests_on_a_checked_document",
            ),
            models.CheckConstraint(
                condition=models.Q(unconfirmed_since__isnull=True) | models.Q(level=2),
                name="who_the_register_has_not_confirmed_is_of_the_lower_level",
            ),
        ]


class Firm(models.Model):
    """法人或其他组织. Its credit code is public; several accounts may act for it, so nothing is bound by the code alone."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=200)
    credit_code = models.CharField(max_length=18, unique=True)
    legal_representative = models.CharField(max_length=100)
    address = models.CharField(max_length=300, blank=True)


class FirmMember(models.Model):
    """Who may act for a firm: its legal representative, its administrator, a clerk (经办人)."""

    class Role(models.TextChoices):
        LEGAL_REPRESENTATIVE = "legal_representative", "法定代表人"
        ADMINISTRATOR = "administrator", "管理员"
        CLERK = "clerk", "经办人"

    firm = models.ForeignKey(Firm, models.PROTECT, related_name="members")
    person = models.ForeignKey(Person, models.PROTECT, related_name="firms")
    role = models.CharField(max_length=24, choices=Role)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["firm", "person"], name="a_person_acts_for_a_firm_in_one_role")]


class Staff(models.Model):
    """An official: one account, one office, some duties."""

    class Role(models.TextChoices):
        WINDOW = "window", "综合受理"
        REVIEWER = "reviewer", "审查"
        HEAD = "head", "批准"
        OPERATOR = "operator", "运维"
        ADMINISTRATOR = "administrator", "管理"
        SUPERVISOR = "supervisor", "监察"

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    account = models.OneToOneField(Account, models.PROTECT, related_name="staff")
    office = models.ForeignKey(Office, models.PROTECT, related_name="staff")
    name = models.CharField(max_length=100)
    roles = models.JSONField(default=list)
    is_active = models.BooleanField(default=True)


class Absence(models.Model):
    """请假与代办: an official is away from one day to another, and a colleague of the office stands in. Ended, never deleted."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    staff = models.ForeignKey(Staff, models.PROTECT, related_name="absences")
    deputy = models.ForeignKey(Staff, models.PROTECT, related_name="stands_in")
    from_date = models.DateField()
    until_date = models.DateField()
    entered_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", db_index=False)
    entered_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, help_text="taken back, or ended early")
    ended_by = models.ForeignKey(Staff, models.PROTECT, null=True, related_name="+", db_index=False)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(until_date__gte=models.F("from_date")),
                name="an_absence_does_not_end_before_it_begins",
            ),
        ]


class AccessToken(models.Model):
    """An OAuth 2 bearer token (RFC 6750); only its hash is kept."""

    hash = models.CharField(max_length=64, primary_key=True)
    account = models.ForeignKey(Account, models.CASCADE, related_name="access_tokens")
    scope = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
