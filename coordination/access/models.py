"""Who may come in, what they may do, and the trail of what they did."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any

import pgtrigger
from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Now
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from coordination.records import StatusEvent

if TYPE_CHECKING:
    from coordination.access.backend import Grants

__all__ = [
    "ApiToken", "AuditEvent", "CreatedOnce", "Draft", "Facility", "FacilitySetting", "Membership",
    "Organization", "Role", "SignInFailure", "StatusEvent", "Team", "Unit", "User",
]  # fmt: skip


DEMO_SLUG = "demo"  # the organization that `manage.py demo` tells of


class Organization(models.Model):
    """One hospital organization: the wall nothing crosses."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=120)
    zone = models.CharField(max_length=64, default="America/New_York")
    state = models.CharField(max_length=2, blank=True)
    go_live_at = models.DateTimeField(
        help_text=_("What happened before this instant raises no task, clock or message.")
    )
    messages_on = models.BooleanField(
        default=False,
        db_default=False,
        help_text=_("Off until an administrator switches it on: nothing leaves the building."),
    )
    test_recipients = ArrayField(
        models.CharField(max_length=254),
        default=list,
        blank=True,
        help_text=_("If any are listed, messages go to these addresses and numbers only."),
    )

    def __str__(self) -> str:
        return f"organization {self.pk}"

    @property
    def is_demo(self) -> bool:
        """Say whether its people are invented, which every page then says."""
        return self.slug == DEMO_SLUG


class Facility(models.Model):
    """One hospital or site of the organization."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT)
    slug = models.SlugField()
    name = models.CharField(max_length=120)
    zone = models.CharField(max_length=64, blank=True, help_text=_("Empty: the organization's."))
    state = models.CharField(max_length=2, blank=True)
    phone = models.CharField(max_length=32, blank=True)

    class Meta:
        verbose_name_plural = "facilities"
        constraints = [
            models.UniqueConstraint(fields=["organization", "slug"], name="facility_slug_once")
        ]

    def __str__(self) -> str:
        return f"facility {self.pk}"


class Unit(models.Model):
    """One ward of a facility."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, db_index=False)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT)
    code = models.CharField(max_length=16)
    name = models.CharField(max_length=80)
    beds = models.PositiveSmallIntegerField(default=0)
    specialty = models.CharField(max_length=120, blank=True)
    phone = models.CharField(max_length=32, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["facility", "code"], name="unit_code_once")]

    def __str__(self) -> str:
        return f"unit {self.pk}"


class Team(models.Model):
    """One pool of people who share patients and work, such as "4 West coordinators"."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, db_index=False)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT)
    slug = models.SlugField()
    name = models.CharField(max_length=80)
    units = models.ManyToManyField(Unit, blank=True, related_name="teams")
    phone = models.CharField(max_length=32, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organization", "slug"], name="team_slug_once")
        ]

    def __str__(self) -> str:
        return f"team {self.pk}"


class Role(models.Model):
    """One role: a name for a set of permissions. Seeded from roles.py."""

    slug = models.SlugField(primary_key=True)
    name = models.CharField(max_length=40)
    permissions = ArrayField(models.CharField(max_length=40), default=list)

    def __str__(self) -> str:
        return f"role {self.slug}"


class Theme(models.TextChoices):
    """How the page is colored."""

    SYSTEM = "system", _("As the device says")
    LIGHT = "light", _("Light")
    DARK = "dark", _("Dark")


class User(AbstractUser):
    """One person who signs in."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, null=True, blank=True)
    credential = models.CharField(max_length=16, blank=True, help_text=_("Such as RN or MSW."))
    phone = models.CharField(max_length=32, blank=True)
    languages = ArrayField(models.CharField(max_length=16), default=list, blank=True)
    usual_load = models.PositiveSmallIntegerField(
        null=True, blank=True, help_text=_("Open tasks this person usually carries; no norm.")
    )
    theme = models.CharField(max_length=8, choices=Theme, default=Theme.SYSTEM)
    keys_on = models.BooleanField(
        default=True,
        db_default=True,
        help_text=_("One-letter shortcuts; off for people whose speech or hand presses keys."),
    )
    session_epoch = models.PositiveIntegerField(default=1, db_default=1, editable=False)

    grants: Grants  # what the backend read of the live memberships

    class Meta(AbstractUser.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(is_superuser=True) | Q(organization__isnull=False),
                name="user_has_organization",
                violation_error_message=_("A person belongs to an organization."),
            )
        ]

    def __str__(self) -> str:
        return f"user {self.pk}"

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Return what a session is bound to: the password and the epoch. A new one ends it."""
        return salted_hmac(
            "access.session", f"{self.password}:{self.session_epoch}", secret, algorithm="sha256"
        ).hexdigest()

    @property
    def display_name(self) -> str:
        """Return the name colleagues know, such as "Maria Delgado"."""
        return self.get_full_name() or self.username

    @property
    def initials(self) -> str:
        """Return two letters for the round badge."""
        return (self.first_name[:1] + self.last_name[:1]).upper() or self.username[:2].upper()


class Membership(models.Model):
    """One person's role in one team, from and until. Admin and auditor belong to no team."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, db_index=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="memberships")
    team = models.ForeignKey(
        Team, on_delete=models.PROTECT, null=True, blank=True, related_name="memberships"
    )
    role = models.ForeignKey(Role, on_delete=models.PROTECT)
    is_deputy = models.BooleanField(default=False)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(team__isnull=False) | Q(role__in=["admin", "auditor"]),
                name="membership_names_team",
                violation_error_message=_("This role belongs to a team."),
            ),
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(ends_at__gt=F("starts_at")),
                name="membership_ends_after_start",
                violation_error_message=_("The end must be after the start."),
            ),
        ]

    def __str__(self) -> str:
        return f"membership {self.pk}"


class FacilitySetting(models.Model):
    """One thing the field leaves to the site (rules.md 1.3), such as quiet hours."""

    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, db_index=False)
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT)
    key = models.SlugField(max_length=60)
    value = models.CharField(max_length=200)
    label = models.CharField(max_length=120, blank=True)
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    set_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["facility", "key"], name="facility_setting_once")
        ]

    def __str__(self) -> str:
        return f"facility setting {self.pk}"


class Draft(models.Model):
    """One half-typed form of one person, kept for 7 days (rules.md 6)."""

    organization = models.ForeignKey(Organization, on_delete=models.CASCADE, db_index=False)
    user = models.ForeignKey(User, on_delete=models.CASCADE)
    form = models.CharField(max_length=60)
    subject_id = models.UUIDField(null=True)
    patient_id = models.BigIntegerField(null=True)
    fields = models.JSONField(default=dict)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["user", "form", "subject_id"], nulls_distinct=False, name="draft_once"
            )
        ]

    def __str__(self) -> str:
        return f"draft {self.pk}"


class CreatedOnce(models.Model):
    """One create form that was sent, and what it made: a second post makes nothing."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, db_index=False)
    key = models.UUIDField()
    subject_kind = models.CharField(max_length=60, blank=True)
    subject_id = models.BigIntegerField(null=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        constraints = [models.UniqueConstraint(fields=["user", "key"], name="createdonce_once")]

    def __str__(self) -> str:
        return f"created once {self.pk}"


class SignInFailure(models.Model):
    """One failed sign-in, for slowing down guessing (trust.md D13). The name is a keyed hash."""

    name_hash = models.CharField(max_length=64)
    address = models.GenericIPAddressField(null=True)
    at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes = [
            models.Index(fields=["name_hash", "at"], name="signinfailure_name_idx"),
            models.Index(fields=["address", "at"], name="signinfailure_address_idx"),
        ]

    def __str__(self) -> str:
        return f"sign-in failure {self.pk}"


class ApiToken(models.Model):
    """One key to the API: whose it is, what it may do, until when. Only its hash is kept."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, db_index=False)
    user = models.ForeignKey(
        User,
        on_delete=models.PROTECT,
        related_name="api_tokens",
        help_text=_("A person, or an account made for one program, with its own roles and teams."),
    )
    name = models.CharField(max_length=80)
    hashed = models.CharField(max_length=64, unique=True, editable=False)
    scopes = ArrayField(
        models.CharField(max_length=40),
        help_text=_("The permissions it may use, of those its owner has at that moment."),
    )
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("created_at")),
                name="apitoken_ends_after_start",
                violation_error_message=_("The end must be after the start."),
            ),
            models.CheckConstraint(
                condition=Q(scopes__len__gt=0),
                name="apitoken_has_scopes",
                violation_error_message=_("Name what the token may do."),
            ),
        ]

    def __str__(self) -> str:
        return f"API token {self.pk}"


class TransactionIdField(models.Field):  # type: ignore[type-arg]
    """PostgreSQL's xid8: the transaction that wrote the row. Read by the later sealer."""

    def db_type(self, connection: Any) -> str:  # noqa: ARG002
        return "xid8"

    def from_db_value(self, value: Any, *_rest: Any) -> int | None:
        return None if value is None else int(value)


class AuditEvent(models.Model):
    """One thing somebody read, did, or was refused (trust.md 4). Append-only."""

    transaction = TransactionIdField(
        db_default=models.Func(
            function="pg_current_xact_id",
            output_field=TransactionIdField(),
            template="%(function)s()",
        )
    )
    at = models.DateTimeField(db_default=Now())
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    actor_kind = models.CharField(max_length=12)
    on_behalf_of = models.BigIntegerField(null=True)
    role_used = models.CharField(max_length=120, blank=True)
    patients = ArrayField(models.BigIntegerField(), default=list)
    object_kind = models.CharField(max_length=60, blank=True)
    object_id = models.BigIntegerField(null=True)
    action = models.CharField(max_length=60)
    outcome = models.CharField(max_length=12, default="ok")
    purpose = models.CharField(max_length=24, blank=True)
    emergency = models.BooleanField(default=False)
    request_id = models.CharField(max_length=36, blank=True)
    session_hash = models.CharField(max_length=64, blank=True)
    address = models.GenericIPAddressField(null=True)
    view = models.CharField(max_length=120, blank=True)
    detail = models.JSONField(default=dict)

    class Meta:
        indexes = [
            GinIndex(fields=["patients"], name="audit_patients_idx"),
            models.Index(fields=["organization", "at"], name="audit_organization_idx"),
        ]
        triggers = [
            pgtrigger.Protect(name="no_change", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="no_truncate",
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                operation=pgtrigger.Truncate,
                func="RAISE EXCEPTION 'access_auditevent is append-only';",
            ),
        ]

    def __str__(self) -> str:
        return f"audit event {self.pk}"
