"""One entry of the directory: a provider, what it offers, and whom it takes."""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from coordination.records import Record
from referrals.models.needs import Need


class ProviderKind(models.TextChoices):
    """What sort of place or people it is."""

    HOME_HEALTH = "home_health", _("Home health agency")
    NURSING_HOME = "nursing_home", _("Nursing home")
    REHAB = "rehab", _("Rehabilitation hospital")
    LONG_TERM = "long_term", _("Long-term care hospital")
    HOSPICE = "hospice", _("Hospice")
    DIALYSIS = "dialysis", _("Dialysis center")
    HOSPITAL = "hospital", _("Hospital")
    URGENT_CARE = "urgent_care", _("Urgent care")
    VA = "va", _("Veterans facility")
    PRIMARY_CARE = "primary_care", _("Primary care")
    SPECIALIST = "specialist", _("Specialist")
    THERAPY = "therapy", _("Therapy center")
    EQUIPMENT = "equipment", _("Equipment supplier")
    TRANSPORT = "transport", _("Transport")
    PHARMACY = "pharmacy", _("Pharmacy")
    SOCIAL = "social", _("Social service")
    PROGRAM = "program", _("Program")
    SUPPORT_GROUP = "support_group", _("Support group")


class Provider(Record):
    """One entry: who they are, where, and how to reach them. What nobody knows is empty."""

    kind = models.CharField(max_length=16, choices=ProviderKind)
    name = models.CharField(max_length=160)
    name_norm = models.CharField(max_length=180, editable=False, db_collation="C")
    source = models.CharField(
        max_length=40, blank=True, help_text=_("Which file it came from; empty: entered here.")
    )
    source_key = models.CharField(max_length=200, blank=True)
    source_digest = models.CharField(max_length=32, blank=True)
    file_dated_on = models.DateField(
        null=True, blank=True, help_text=_("The file's own date; empty: not given in the file.")
    )
    medicare_number = models.CharField(
        max_length=12, blank=True, help_text=_("Medicare certification number (CCN).")
    )
    npi = models.CharField(_("NPI"), max_length=10, blank=True)
    street = models.CharField(max_length=200, blank=True)
    city = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=2, blank=True)
    zip_code = models.CharField(max_length=5, blank=True)
    lat = models.FloatField(null=True, blank=True)
    lon = models.FloatField(null=True, blank=True)
    phone = models.CharField(max_length=60, blank=True)
    fax = models.CharField(max_length=32, blank=True)
    website = models.URLField(blank=True)
    hours = models.CharField(max_length=120, blank=True)
    languages = ArrayField(models.CharField(max_length=16), default=list, blank=True)
    access_words = models.CharField(
        max_length=160, blank=True, help_text=_("Ramp, lift, comes to the home.")
    )
    age_from = models.PositiveSmallIntegerField(null=True, blank=True)
    age_to = models.PositiveSmallIntegerField(null=True, blank=True)
    ownership = models.CharField(max_length=80, blank=True)
    beds = models.PositiveIntegerField(null=True, blank=True)
    certified_on = models.DateField(null=True, blank=True)
    quality = models.DecimalField(
        max_digits=2, decimal_places=1, null=True, blank=True, help_text=_("Stars, of five.")
    )
    note = models.CharField(max_length=300, blank=True)
    closed_on = models.DateField(null=True, blank=True, help_text=_("Found to be no more."))
    by_hand = ArrayField(
        models.CharField(max_length=32), default=list, blank=True,
        help_text=_("Fields that a person set: a newer file leaves them alone."),
    )  # fmt: skip
    verified_at = models.DateTimeField(null=True, blank=True, editable=False)
    verified_how = models.CharField(max_length=12, blank=True, editable=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "kind", "source_key"], name="provider_once",
                condition=~Q(source_key=""),
            ),
            models.CheckConstraint(
                condition=Q(lat=None, lon=None)
                | Q(lat__isnull=False, lon__isnull=False)
                & Q(lat__range=(-90, 90), lon__range=(-180, 180)),
                name="provider_place_is_whole",
                violation_error_message=_("A place needs both its latitude and its longitude."),
            ),
            models.CheckConstraint(
                condition=Q(age_from=None) | Q(age_to=None) | Q(age_to__gte=F("age_from")),
                name="provider_ages_rise",
                violation_error_message=_("The oldest age is below the youngest."),
            ),
            models.CheckConstraint(
                condition=Q(quality=None) | Q(quality__range=(0, 5)), name="provider_stars_of_five",
                violation_error_message=_("Stars go from 0 to 5."),
            ),
        ]  # fmt: skip
        indexes = [
            models.Index(
                fields=["organization", "name_norm", "id"], name="provider_name_idx"
            ),  # by name, in its order
            GinIndex(OpClass("name_norm", name="gin_trgm_ops"), name="provider_trgm_idx"),
            models.Index(
                fields=["organization", "verified_at"], name="provider_verified_idx",
                condition=Q(verified_at__isnull=False, closed_on=None),
            ),  # the nightly look for what is due for a check
        ]  # fmt: skip


class Service(Record):
    """One need that one provider serves: how soon, and whether it takes anybody now.

    Its place is its provider's, written here too: the search reads need and place from one index.
    """

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="services")
    need = models.CharField(max_length=32, choices=Need)
    taxonomy = models.ForeignKey(
        "referrals.Taxonomy", on_delete=models.PROTECT, null=True, blank=True, db_index=False,
        related_name="+",
    )  # fmt: skip
    lat = models.FloatField(null=True)
    lon = models.FloatField(null=True)
    from_file = models.BooleanField(default=False, db_default=False)
    is_offered = models.BooleanField(default=True, db_default=True)
    accepting = models.BooleanField(
        null=True, blank=True, help_text=_("Takes new people; empty: not known.")
    )
    wait_days = models.PositiveSmallIntegerField(null=True, blank=True)
    capacity = models.CharField(max_length=60, blank=True)
    capacity_at = models.DateTimeField(null=True, blank=True)
    capacity_by = models.ForeignKey(
        "access.User", on_delete=models.PROTECT, null=True, blank=True, db_index=False,
        related_name="+",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["provider", "need"], name="service_once"),
            models.CheckConstraint(
                condition=Q(accepting=None, wait_days=None, capacity="")
                | Q(capacity_at__isnull=False),
                name="service_capacity_has_time",
                violation_error_message=_("Say when it was so: capacity goes stale."),
            ),
        ]
        indexes = [
            models.Index(  # the search: need, then the box around the patient
                fields=["organization", "need", "lat", "lon"], name="service_place_idx",
                condition=Q(is_offered=True),
            )
        ]  # fmt: skip


class Network(Record):
    """Whether one provider takes one payer, from when to when, and how we know.

    payer_class: a code of the coverage's own list. payer: the plan's name, or empty for the class.
    """

    provider = models.ForeignKey(Provider, on_delete=models.PROTECT, related_name="networks")
    payer_class = models.CharField(max_length=24, blank=True)
    payer = models.CharField(max_length=120, blank=True)
    payer_norm = models.CharField(max_length=120, blank=True, editable=False)
    accepts = models.BooleanField(default=True)
    starts_on = models.DateField(null=True, blank=True)
    ends_on = models.DateField(null=True, blank=True)
    from_file = models.BooleanField(default=False, db_default=False)
    said_at = models.DateTimeField()
    said_by = models.ForeignKey(
        "access.User", on_delete=models.PROTECT, null=True, blank=True, db_index=False,
        related_name="+",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=~Q(payer_class="") | ~Q(payer_norm=""), name="network_names_a_payer",
                violation_error_message=_("Say which payer."),
            ),
            models.CheckConstraint(
                condition=Q(ends_on=None) | Q(starts_on=None) | Q(ends_on__gte=F("starts_on")),
                name="network_ends_after_it_begins",
                violation_error_message=_("It ends before it begins."),
            ),
            models.UniqueConstraint(
                fields=["provider", "payer_class", "payer_norm"], name="network_said_once",
                condition=Q(ends_on=None),
            ),
        ]  # fmt: skip
