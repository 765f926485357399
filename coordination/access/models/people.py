"""Who signs in, with which role in which team."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from django.contrib.auth.models import AbstractUser
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from coordination.access.models.places import Organization, Team

if TYPE_CHECKING:
    from coordination.access.backend import Grants


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


class Hours(models.IntegerChoices):
    """How the time of day is said."""

    WHOLE_DAY = 24, _("14:00")
    HALF_DAY = 12, _("2:00 PM")


class Density(models.TextChoices):
    """How much a list shows at once."""

    ROOMY = "roomy", _("Two lines a row")
    COMPACT = "compact", _("One line a row")


class Digest(models.TextChoices):
    """When a person hears by mail of their late work."""

    AT_ONCE = "at-once", _("At once when something climbs to me, once an hour at most")
    SHIFTS = "shifts", _("Each morning and evening")
    MORNING = "morning", _("In the morning only")
    OFF = "off", _("Never")


class KeyMap(models.TextChoices):
    """What is pressed for a shortcut."""

    LETTERS = "letters", _("A letter alone, such as L")
    CHORDS = "chords", _("Alt and Shift with it, such as Alt Shift L")


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
    hours = models.PositiveSmallIntegerField(choices=Hours, default=24, db_default=24)
    density = models.CharField(
        max_length=8, choices=Density, default=Density.ROOMY, db_default=Density.ROOMY
    )
    digest = models.CharField(
        max_length=8, choices=Digest, default=Digest.SHIFTS, db_default=Digest.SHIFTS
    )
    start_page = models.CharField(
        max_length=40, blank=True, default="", db_default="",
        help_text=_("Name of the page that comes first; empty: by role."),
    )  # fmt: skip
    keys_map = models.CharField(
        max_length=8, choices=KeyMap, default=KeyMap.LETTERS, db_default=KeyMap.LETTERS
    )
    keys_own = ArrayField(
        models.CharField(max_length=8), default=list, db_default=[], blank=True,
        help_text=_("Shortcuts moved to another letter, such as D=V."),
    )  # fmt: skip
    hidden_columns = ArrayField(
        models.CharField(max_length=24), default=list, db_default=[], blank=True,
        help_text=_("Columns left out of lists, such as patients:c-lc."),
    )  # fmt: skip
    session_epoch = models.PositiveIntegerField(default=1, db_default=1, editable=False)

    grants: Grants  # what the backend read of the live memberships

    class Meta(AbstractUser.Meta):
        constraints = [
            models.CheckConstraint(
                condition=Q(is_superuser=True) | Q(organization__isnull=False),
                name="user_has_organization",
                violation_error_message=_("A person belongs to an organization."),
            ),
            models.CheckConstraint(
                condition=Q(hours__in=[12, 24]),
                name="user_hours_are_12_or_24",
                violation_error_message=_("Say times by a clock of 12 or 24 hours."),
            ),
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
