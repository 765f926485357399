"""Who works when and where, and who stands in for whom."""

from __future__ import annotations

import uuid

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from coordination.access.models.people import Role, User
from coordination.access.models.places import Organization, Team, Unit


def span() -> Func:
    """Return the stretch a row stands for, up to where it was really ended."""
    return Func("starts_at", Coalesce("ended_at", "ends_at"), function="TSTZRANGE")


class Shift(models.Model):
    """One stretch in which a person works on a unit or for a team: planned, then confirmed.

    A person may hold two at once in different places: a charge nurse of two units does. Only a
    confirmed one counts as being on duty. is_float: taken on a unit of none of the person's teams;
    while it lasts, it lends them the scope of that unit's teams.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, db_index=False)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="shifts", db_index=False)
    unit = models.ForeignKey(Unit, on_delete=models.PROTECT, null=True, blank=True)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True)
    role = models.ForeignKey(Role, on_delete=models.PROTECT, db_index=False)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    phone = models.CharField(max_length=32, blank=True)
    is_float = models.BooleanField(default=False, db_default=False)
    confirmed_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=Q(unit__isnull=False, team__isnull=True)
                | Q(unit__isnull=True, team__isnull=False),
                name="shift_in_one_place",
                violation_error_message=_("A shift is on one unit or for one team."),
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="shift_ends_after_start",
                violation_error_message=_("The end must be after the start."),
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True)
                | Q(ended_at__gte=F("starts_at"), ended_at__lte=F("ends_at")),
                name="shift_ended_within_it",
                violation_error_message=_("A shift ends early, between its start and its end."),
            ),
            models.CheckConstraint(
                condition=Q(is_float=False) | Q(unit__isnull=False),
                name="shift_floats_to_unit",
                violation_error_message=_("Who floats names a unit."),
            ),
            ExclusionConstraint(
                name="shift_never_overlaps",
                expressions=[
                    ("user", RangeOperators.EQUAL),
                    (Coalesce("unit", 0), RangeOperators.EQUAL),
                    (Coalesce("team", 0), RangeOperators.EQUAL),
                    (span(), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("This person is on duty there at that time already."),
            ),
        ]
        indexes = [  # read by load_user on every request, and by the prefill of the next shift
            models.Index(fields=["user", "-ends_at"], name="shift_user_idx"),
            models.Index(fields=["organization", "ends_at"], name="shift_on_duty_idx"),
        ]

    def __str__(self) -> str:
        return f"shift {self.pk}"


class Cover(models.Model):
    """One stretch in which a colleague acts as owner of what an absent person owns in a team.

    Nothing is moved: lists and actions read this row, so ownership returns by itself when it ends.
    It counts from when it is accepted; one that a supervisor starts is accepted at once. patients:
    pks, where several colleagues share the work; empty: everything, but what the others have
    (except_patients), so that whoever comes onto the list meanwhile is covered too. seen_at: when
    the absent person read what had happened.
    """

    public_id = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    organization = models.ForeignKey(Organization, on_delete=models.PROTECT, db_index=False)
    away = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="covers_for_me", db_index=False
    )
    covering = models.ForeignKey(
        User, on_delete=models.PROTECT, related_name="covers_by_me", db_index=False
    )
    team = models.ForeignKey(Team, on_delete=models.PROTECT)
    patients = ArrayField(models.BigIntegerField(), default=list, blank=True)
    except_patients = ArrayField(models.BigIntegerField(), default=list, db_default=[], blank=True)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    reason = models.CharField(max_length=200, blank=True)
    set_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+", db_index=False)
    set_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(away=F("covering")),
                name="cover_not_oneself",
                violation_error_message=_("Choose a colleague: nobody covers for themselves."),
            ),
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="cover_ends_after_start",
                violation_error_message=_("The end must be after the start."),
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True)
                | Q(ended_at__gte=F("starts_at"), ended_at__lte=F("ends_at")),
                name="cover_ended_within_it",
                violation_error_message=_("A cover ends early, between its start and its end."),
            ),
            models.CheckConstraint(
                condition=Q(patients=[]) | Q(except_patients=[]),
                name="cover_names_or_excepts",
                violation_error_message=_("A cover is of named patients, or of all but some."),
            ),
            ExclusionConstraint(
                name="cover_of_all_never_overlaps",
                expressions=[
                    ("away", RangeOperators.EQUAL),
                    ("team", RangeOperators.EQUAL),
                    (span(), RangeOperators.OVERLAPS),
                ],
                condition=Q(patients=[]),
                violation_error_message=_("Somebody covers for this person at that time already."),
            ),
            ExclusionConstraint(
                name="cover_by_one_never_overlaps",
                expressions=[
                    ("away", RangeOperators.EQUAL),
                    ("covering", RangeOperators.EQUAL),
                    ("team", RangeOperators.EQUAL),
                    (span(), RangeOperators.OVERLAPS),
                ],
                violation_error_message=_("This colleague covers for them at that time already."),
            ),
        ]
        indexes = [  # read by load_user on every request
            models.Index(fields=["covering", "-ends_at"], name="cover_covering_idx"),
            models.Index(fields=["away", "-ends_at"], name="cover_away_idx"),
        ]

    def __str__(self) -> str:
        return f"cover {self.pk}"
