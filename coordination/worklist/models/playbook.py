"""Playbooks as data, and each time one was started."""

from __future__ import annotations

import uuid

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from coordination.records import Record


class Playbook(models.Model):
    """One version of one named list of steps. Without an organization: shipped with the product."""

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(
        "access.Organization", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    team = models.ForeignKey(
        "access.Team", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    slug = models.SlugField(max_length=60)
    version = models.PositiveIntegerField(default=1)
    title = models.CharField(max_length=120)
    definition = models.JSONField(
        help_text=_("As the TOML file has it, checked before it is kept.")
    )
    is_current = models.BooleanField(default=True, db_default=True)
    loaded_at = models.DateTimeField(help_text=_("When it was loaded, or published by a team."))
    shipped = models.ForeignKey(  # of a team's copy: the shipped version it was compared with
        "self", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    published_by = models.ForeignKey(
        "access.User", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    why = models.CharField(max_length=200, blank=True, db_default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "team", "slug", "version"],
                nulls_distinct=False,
                name="playbook_version_once",
            ),
            models.UniqueConstraint(
                fields=["organization", "team", "slug"],
                condition=Q(is_current=True),
                nulls_distinct=False,
                name="playbook_current_once",
            ),
            models.CheckConstraint(
                condition=Q(team__isnull=True) | Q(organization__isnull=False),
                name="playbook_team_in_organization",
            ),
            models.CheckConstraint(
                condition=Q(team__isnull=True)
                | Q(shipped__isnull=False, published_by__isnull=False) & ~Q(why=""),
                name="playbook_copy_says_who_and_why",
                violation_error_message=_("A team’s copy names who published it, and why."),
            ),
        ]

    def __str__(self) -> str:
        return f"playbook {self.pk}"


class PlaybookDraft(Record):
    """What a team is making of one playbook; nothing starts by it until it is published."""

    STANDING = ("edited_by", "edited_at")

    team = models.ForeignKey(
        "access.Team", on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    slug = models.SlugField(max_length=60, db_index=False)
    shipped = models.ForeignKey(  # the shipped version it is compared with
        Playbook, on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    definition = models.JSONField()
    edited_by = models.ForeignKey(
        "access.User", on_delete=models.PROTECT, db_index=False, related_name="+"
    )
    edited_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["team", "slug"], name="playbookdraft_once"),
        ]


class PlaybookRun(Record):
    """One start of one playbook: about what, after which event, at which instant."""

    playbook = models.ForeignKey(Playbook, on_delete=models.PROTECT, db_index=False)
    slug = models.SlugField(max_length=60, db_index=False)
    patient = models.ForeignKey(
        "patients.Patient", on_delete=models.PROTECT, related_name="playbook_runs"
    )
    team = models.ForeignKey("access.Team", on_delete=models.PROTECT, db_index=False)
    subject_kind = models.CharField(max_length=60)
    subject_id = models.BigIntegerField()
    anchor_event = models.CharField(max_length=60)
    anchor_at = models.DateTimeField()
    facts = models.JSONField(default=dict)
    started_at = models.DateTimeField()
    started_by = models.ForeignKey(
        "access.User", on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["subject_kind", "subject_id", "slug", "anchor_event"],
                name="playbookrun_once",
            )
        ]
