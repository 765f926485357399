"""What each facility settled for itself. Unset means: it does not happen (rules.md 1.3)."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import connection

from coordination.access.models import Facility, FacilitySetting, Organization
from coordination.access.rules import SETTINGS

VALUES_IN_USE = "SELECT DISTINCT value FROM access_facilitysetting WHERE key = %(key)s"


def facility_setting(facility_id: int | None, key: str) -> str | None:
    """Return the facility's value of a setting as it was typed, or None while it is unset.

    facility_id: None (a patient who is in no facility) has no setting. Raises KeyError for a key
    that rules.SETTINGS does not list. 1 statement.
    """
    SETTINGS[key]
    if facility_id is None:
        return None
    found = FacilitySetting.objects.filter(facility_id=facility_id, key=key)
    return found.values_list("value", flat=True).first()


def values_in_use(key: str) -> list[str]:
    """Return the different values all facilities gave one setting, for set-based jobs. 1 statement.

    Raises KeyError for a key that rules.SETTINGS does not list.
    """
    SETTINGS[key]
    with connection.cursor() as cursor:
        cursor.execute(VALUES_IN_USE, {"key": key})
        return [value for (value,) in cursor.fetchall()]


@dataclass(frozen=True, slots=True)
class MissingSetting:
    """One setting a facility has not settled, and what does not happen for that reason."""

    facility: str
    key: str
    title: str
    example: str
    without: str


def missing_settings(organization: Organization) -> list[MissingSetting]:
    """List what the organization's facilities have not settled, by facility. 2 statements."""
    done = set(
        FacilitySetting.objects.filter(organization=organization).values_list("facility_id", "key")
    )
    facilities = Facility.objects.filter(organization=organization).order_by("name", "pk")
    return [
        MissingSetting(facility.name, key, kind.title, kind.example, kind.without)
        for facility in facilities
        for key, kind in SETTINGS.items()
        if (facility.pk, key) not in done
    ]
