"""The panels of a patient's page: insurance, health as recorded, stays, visits."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, cast
from uuid import UUID
from zoneinfo import ZoneInfo

from django.apps import apps
from django.db import connection
from django.db.models import BooleanField, DateField, DateTimeField, Field
from django.utils.translation import gettext as _

from coordination.words import day_words, full_words
from patients.labels import kind_of, label_of
from patients.models import (
    Coverage,
    ExpectedDate,
    FieldChange,
    Patient,
    PayerClass,
    StatusSegment,
    Stay,
    StayPlace,
    StayStatus,
    Visit,
    VisitStatus,
)
from patients.queries.chart import place_of

MOST = 100
PAST_VISITS = 20
GONE = {
    "resolved",
    "remission",
    "inactive",
    "stopped",
    "completed",
    "cancelled",
    "entered-in-error",
}
HEALTH = """
(SELECT 'condition', name, '', clinical_status, recorded_by, coalesce(recorded_at, onset_at) AS at
 FROM patients_condition WHERE patient_id = %(patient)s ORDER BY at DESC NULLS LAST, id DESC
 LIMIT %(most)s)
UNION ALL
(SELECT 'medication', name, concat_ws(', ', nullif(route, ''), nullif(directions, '')), state,
   recorded_by, recorded_at
 FROM patients_medication WHERE patient_id = %(patient)s
 ORDER BY recorded_at DESC NULLS LAST, id DESC LIMIT %(most)s)
UNION ALL
(SELECT 'allergy', name, concat_ws(', ', nullif(reaction, ''), nullif(severity, '')),
   clinical_status, recorded_by, recorded_at
 FROM patients_allergy WHERE patient_id = %(patient)s
 ORDER BY recorded_at DESC NULLS LAST, id DESC LIMIT %(most)s)
"""
AHEAD = (VisitStatus.PROPOSED, VisitStatus.PENDING, VisitStatus.BOOKED, VisitStatus.WAITLIST)


@dataclass(frozen=True, slots=True)
class CoverageRow:
    """One insurance. is_over: not in force on the day asked; is_unconfirmed: nobody confirmed."""

    public_id: UUID
    version: int
    payer: str
    plan: str
    payer_class: str
    class_label: str
    member_id: str
    phone: str
    starts_on: date | None
    ends_on: date | None
    order: int
    as_imported: str
    is_over: bool
    is_unconfirmed: bool


def coverages(patient: Patient, today: date) -> list[CoverageRow]:
    """Return the insurances of an opened chart, in force first, in their order. 1 statement."""
    rows = [
        CoverageRow(
            public_id=c.public_id,
            version=c.version,
            payer=c.payer,
            plan=c.plan,
            payer_class=c.payer_class,
            class_label=c.get_payer_class_display(),
            member_id=c.member_id,
            phone=c.phone,
            starts_on=c.starts_on,
            ends_on=c.ends_on,
            order=c.order,
            as_imported=c.as_imported,
            is_over=c.ended_at is not None or (c.ends_on is not None and c.ends_on < today),
            is_unconfirmed=c.payer_class == PayerClass.UNCONFIRMED,
        )
        for c in Coverage.objects.filter(patient=patient).order_by("order", "-pk")[:MOST]
    ]
    return sorted(rows, key=lambda row: row.is_over)


@dataclass(frozen=True, slots=True)
class Recorded:
    """One thing recorded elsewhere: what, how it is meant, by whom and when."""

    name: str
    detail: str
    state: str
    is_gone: bool
    recorded_by: str
    recorded_at: datetime | None


@dataclass(frozen=True, slots=True)
class Health:
    """What is recorded of a patient's health, read-only here."""

    conditions: list[Recorded]
    medications: list[Recorded]
    allergies: list[Recorded]


def health(patient: Patient) -> Health:
    """Return conditions, medicines and allergies as recorded, current ones first. 1 statement."""
    kinds: dict[str, list[Recorded]] = {"condition": [], "medication": [], "allergy": []}
    with connection.cursor() as cursor:
        cursor.execute(HEALTH, {"patient": patient.pk, "most": MOST})
        for kind, name, detail, state, recorded_by, recorded_at in cursor.fetchall():
            kinds[kind].append(
                Recorded(name, detail, state, state in GONE, recorded_by, recorded_at)
            )
    return Health(*(sorted(rows, key=lambda row: row.is_gone) for rows in kinds.values()))


def conditions(patient: Patient) -> list[Recorded]:
    """Return the conditions. 1 statement."""
    return health(patient).conditions


def medications(patient: Patient) -> list[Recorded]:
    """Return the medicines. 1 statement."""
    return health(patient).medications


def allergies(patient: Patient) -> list[Recorded]:
    """Return the allergies. 1 statement."""
    return health(patient).allergies


@dataclass(frozen=True, slots=True)
class StayRow:
    """One stay: its parts, its beds, each setting of the expected departure, newest first."""

    stay: Stay
    place: str
    is_open: bool
    where_to: str
    segments: list[StatusSegment]
    expected: list[ExpectedDate]
    places: list[StayPlace]


def stays(patient: Patient) -> list[StayRow]:
    """Return the stays of an opened chart, the newest first, those in error left out.

    4 statements.
    """
    found = list(
        Stay.objects.filter(patient=patient)
        .exclude(status=StayStatus.ENTERED_IN_ERROR)
        .select_related("unit", "facility")
        .order_by("-admitted_at", "-pk")[:MOST]
    )
    segments: dict[int, list[StatusSegment]] = defaultdict(list)
    for segment in StatusSegment.objects.filter(stay__in=[s.pk for s in found]).order_by(
        "starts_at"
    ):
        segments[segment.stay_id].append(segment)
    expected: dict[int, list[ExpectedDate]] = defaultdict(list)
    for setting in (
        ExpectedDate.objects.filter(stay__in=[s.pk for s in found])
        .select_related("set_by")
        .order_by("-pk")
    ):
        expected[setting.stay_id].append(setting)
    places: dict[int, list[StayPlace]] = defaultdict(list)
    beds = StayPlace.objects.filter(stay__in=[s.pk for s in found]).select_related("unit", "set_by")
    for place in beds.order_by("starts_at", "pk"):
        places[place.stay_id].append(place)
    return [
        StayRow(
            stay=stay,
            place=place_of(stay.unit, stay.bed),
            is_open=stay.status in Stay.OPEN,
            where_to=stay.get_disposition_display() or stay.get_planned_disposition_display(),
            segments=segments[stay.pk],
            expected=expected[stay.pk],
            places=places[stay.pk],
        )
        for stay in found
    ]


@dataclass(frozen=True, slots=True)
class Correction:
    """One corrected field: of what, what stood there, what stands there now, who, when, why."""

    subject: str
    field: str
    before: str
    after: str
    why: str
    who: str
    at: datetime


def corrections(patient: Patient, zone: ZoneInfo) -> list[Correction]:
    """Return what was corrected of a patient and what hangs on them, newest first. 1 statement.

    zone: in which instants are said.
    """
    rows = FieldChange.objects.filter(patient=patient).select_related("user")
    return [
        Correction(
            subject=kind_of(model),
            field=label_of(model, row.field),
            before=in_words(field, row.before, zone),
            after=in_words(field, row.after, zone),
            why=row.why,
            who=row.user.display_name if row.user else "",
            at=row.at,
        )
        for row in rows.order_by("-at", "-pk")[:MOST]
        for model in [apps.get_model(row.subject_kind)]
        for field in [cast("Field[Any, Any]", model._meta.get_field(row.field))]
    ]


def in_words(field: Field[Any, Any], kept: str, zone: ZoneInfo) -> str:
    """Return a value of the history as a person says it: "Yes", "Home", "24 Nov 2026"."""
    if kept and isinstance(field, DateTimeField):
        return full_words(datetime.fromisoformat(kept), zone)
    if kept and isinstance(field, DateField):
        return day_words(date.fromisoformat(kept))
    if isinstance(field, BooleanField):
        return _("Yes") if kept == str(True) else _("No")
    return str(dict(field.flatchoices).get(kept, kept))


@dataclass(frozen=True, slots=True)
class Visits:
    """Visits still ahead, the next first, and those behind, the last first."""

    ahead: list[Visit]
    behind: list[Visit]


def visits(patient: Patient, now: datetime) -> Visits:
    """Return the visits of an opened chart; a booked one whose time has passed is behind.

    2 statements.
    """
    every = Visit.objects.filter(patient=patient).exclude(status=VisitStatus.ENTERED_IN_ERROR)
    ahead = every.filter(status__in=AHEAD).exclude(starts_at__lt=now)
    behind = every.exclude(pk__in=ahead.values("pk"))
    return Visits(
        list(ahead.order_by("starts_at", "pk")[:MOST]),
        list(behind.order_by("-starts_at", "-pk")[:PAST_VISITS]),
    )
