"""People and the numbers they are known by."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.contrib.postgres.search import SearchVector
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _

from patients.models.base import Imported


class Sex(models.TextChoices):
    """FHIR R4 administrative-gender."""

    FEMALE = "female", _("Female")
    MALE = "male", _("Male")
    OTHER = "other", _("Other")
    UNKNOWN = "unknown", _("Not known")


class Interpreter(models.TextChoices):
    """Whether somebody must interpret."""

    UNKNOWN = "", _("Not asked")
    NEEDED = "needed", _("Interpreter needed")
    NOT_NEEDED = "not-needed", _("No interpreter needed")


class LikeKey(Func):
    """First word of the family name, and the first three letters of the given, without accents.

    Computed by the database, so that it holds whoever writes the row. Immutable, as it must be.
    """

    template = """(split_part(%(expressions)s, ' ', 1) || ' ' || translate(lower(left("given", 3)),
      'áàâäãåéèêëíìîïóòôöõúùûüñç', 'aaaaaaeeeeiiiiooooouuuunc'))"""
    output_field = models.CharField()


class PhoneKey(Func):
    """The digits of a telephone number from the last to the first, without its extension.

    What an index holds, so that a number is found by its last seven or four digits.
    """

    template = "reverse(regexp_replace(split_part(%(expressions)s, ' ext', 1), '[^0-9]', '', 'g'))"
    output_field = models.TextField()


class Patient(Imported):
    """One person in our care."""

    mrn = models.CharField(
        max_length=32, blank=True, help_text=_("As shown; searched by Identifier.")
    )
    given = models.CharField(max_length=80, blank=True)
    family = models.CharField(max_length=80)
    name_norm = models.CharField(max_length=180, editable=False, db_collation="C")
    like_key = models.GeneratedField(
        expression=LikeKey("name_norm"),
        output_field=models.CharField(max_length=200, db_collation="C"),
        db_persist=True,
        help_text=_("Equal for names that are taken for each other: martinez ros."),
    )
    birth_date = models.DateField(null=True, blank=True)
    sex = models.CharField(max_length=8, choices=Sex, default=Sex.UNKNOWN)
    language = models.CharField(max_length=16, blank=True, help_text=_("BCP 47, such as es."))
    interpreter = models.CharField(max_length=12, choices=Interpreter, blank=True)
    street = models.CharField(max_length=160, blank=True)
    city = models.CharField(max_length=80, blank=True)
    state = models.CharField(max_length=2, blank=True)
    zip_code = models.CharField(max_length=10, blank=True)
    phone = models.CharField(max_length=32, blank=True)
    email = models.EmailField(blank=True)
    zone = models.CharField(max_length=64, blank=True, help_text=_("Empty: the facility's."))
    about_me = models.TextField(blank=True)
    is_unlisted = models.BooleanField(default=False, db_default=False)
    unlisted_at = models.DateTimeField(null=True, blank=True, editable=False)
    unlisted_by = models.ForeignKey(
        "access.User", on_delete=models.PROTECT, null=True, editable=False, db_index=False,
        related_name="+",
    )  # fmt: skip
    unlisted_why = models.CharField(max_length=200, blank=True, db_default="", editable=False)
    deceased_at = models.DateTimeField(null=True, blank=True)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, editable=False)

    class Meta(Imported.Meta):
        constraints = [
            *Imported.Meta.constraints,
            models.CheckConstraint(
                condition=Q(is_unlisted=False) | Q(unlisted_at__isnull=False),
                name="patient_unlisted_since",
                violation_error_message=_("Say since when the patient is unlisted."),
            ),
        ]
        indexes = [
            models.Index(
                fields=["birth_date", "name_norm"], name="patient_birth_idx"
            ),  # search: birth date
            models.Index(
                fields=["name_norm", "id"], name="patient_name_idx"
            ),  # search: prefix, in its order
            GinIndex(SearchVector("name_norm", config="simple"), name="patient_words_idx"),
            GinIndex(OpClass("name_norm", name="gin_trgm_ops"), name="patient_trgm_idx"),
            models.Index(fields=["organization", "like_key"], name="patient_like_idx"),  # alerts
            models.Index(
                fields=["organization", "phone"],
                name="patient_phone_idx",  # search, twins
                condition=~Q(phone=""),
            ),
            models.Index(
                F("organization"),
                OpClass(PhoneKey("phone"), name="text_pattern_ops"),
                name="patient_caller_idx",  # who is calling
                condition=~Q(phone=""),
            ),
        ]

    @property
    def full_name(self) -> str:
        """Return given and family name as one says them."""
        return f"{self.given} {self.family}".strip()


class Identifier(models.Model):
    """One number a patient is known by: an MRN, old or new, ours or another's."""

    organization = models.ForeignKey(
        "access.Organization", on_delete=models.PROTECT, db_index=False
    )
    patient = models.ForeignKey(Patient, on_delete=models.PROTECT, related_name="identifiers")
    system = models.CharField(max_length=200)
    value = models.CharField(max_length=100)
    value_norm = models.CharField(max_length=100, editable=False)
    is_mrn = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organization", "system", "value_norm"], name="identifier_once"
            )
        ]
        indexes = [
            models.Index(fields=["organization", "value_norm"], name="identifier_value_idx")
        ]  # search

    def __str__(self) -> str:
        return f"identifier {self.pk}"
