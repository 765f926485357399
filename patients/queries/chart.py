"""What the head of a patient's page says: who they are, where they are, since when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Case, When
from django.utils.translation import get_language_info
from django.utils.translation import gettext as _

from coordination.access.actor import Actor
from coordination.access.models import Unit
from patients.models import Interpreter, Patient, Sex, Stay, StayStatus
from patients.queries.search import Hit, like_names
from patients.rules import age, day_number

AT_HOME = {"01", "06", "07", "50", "81", "86"}
FOLLOWED_DAYS = 30


@dataclass(frozen=True, slots=True)
class StayHead:
    """The stay the page is about: the open one, else the last.

    place: "4 West, bed 12". day: 1 on the day of admission. expected_day: the day number they are
    expected to leave on. where_to: planned, or where they went.
    """

    stay_id: int
    public_id: UUID
    version: int
    is_open: bool
    status_label: str
    place: str
    reason: str
    admitted_at: datetime | None
    day: int | None
    expected_at: datetime | None
    expected_day: int | None
    departed_at: datetime | None
    where_to: str
    code_status: str
    severity: str
    severity_label: str


@dataclass(frozen=True, slots=True)
class ChartHead:
    """The head of the page. zone: the facility's. place_words: "At home, day 12"."""

    patient: Patient
    zone: ZoneInfo
    age: int | None
    sex_letter: str
    sex_label: str
    language: str
    interpreter_needed: bool
    stay: StayHead | None
    place_words: str


def chart_head(actor: Actor, patient: Patient, now: datetime) -> ChartHead:
    """Return the head of a chart that `open_chart` opened. 1 statement."""
    stay = latest_stay(patient)
    zone = zone_of(actor, stay)
    head = stay_head(stay, now, zone) if stay else None
    today = now.astimezone(zone).date()
    return ChartHead(
        patient=patient,
        zone=zone,
        age=age(patient.birth_date, died_or(patient, today, zone)) if patient.birth_date else None,
        sex_letter={Sex.FEMALE: "F", Sex.MALE: "M"}.get(Sex(patient.sex), ""),
        sex_label=str(Sex(patient.sex).label),
        language=language_words(patient),
        interpreter_needed=patient.interpreter == Interpreter.NEEDED,
        stay=head,
        place_words=place_words(stay, head, now, zone),
    )


def died_or(patient: Patient, today: date, zone: ZoneInfo) -> date:
    """Return the day age is counted to: the day of death, else today."""
    return patient.deceased_at.astimezone(zone).date() if patient.deceased_at else today


def latest_stay(patient: Patient) -> Stay | None:
    """Return the open stay, else the one admitted last. 1 statement."""
    return (
        Stay.objects.filter(patient=patient, admitted_at__isnull=False)
        .exclude(status__in=[StayStatus.ENTERED_IN_ERROR, StayStatus.CANCELLED])
        .select_related("unit", "facility")
        .order_by(Case(When(status__in=Stay.OPEN, then=0), default=1), "-admitted_at", "-pk")
        .first()
    )


def zone_of(actor: Actor, stay: Stay | None) -> ZoneInfo:
    """Return the zone of the stay's facility, else the organization's."""
    own = stay.facility.zone if stay and stay.facility else ""
    return ZoneInfo(own) if own else actor.zone


def stay_head(stay: Stay, now: datetime, zone: ZoneInfo) -> StayHead:
    """Return the stay as the head shows it."""
    admitted = stay.admitted_at
    where = stay.get_disposition_display() or stay.get_planned_disposition_display()
    until = stay.departed_at or now
    return StayHead(
        stay_id=stay.pk,
        public_id=stay.public_id,
        version=stay.version,
        is_open=stay.status in Stay.OPEN,
        status_label=stay.get_status_display(),
        place=place_of(stay.unit, stay.bed),
        reason=stay.reason,
        admitted_at=admitted,
        day=day_number(admitted, until, zone) if admitted else None,
        expected_at=stay.expected_at,
        expected_day=(
            day_number(admitted, stay.expected_at, zone) if admitted and stay.expected_at else None
        ),
        departed_at=stay.departed_at,
        where_to=where,
        code_status=stay.code_status,
        severity=stay.severity,
        severity_label=stay.get_severity_display(),
    )


def place_of(unit: Unit | None, bed: str) -> str:
    """Return "4 West, bed 12"; empty when neither is known."""
    parts = [unit.name if unit else "", _("bed %(bed)s") % {"bed": bed} if bed else ""]
    return ", ".join(part for part in parts if part)


def place_words(stay: Stay | None, head: StayHead | None, now: datetime, zone: ZoneInfo) -> str:
    """Return where the patient is: "4 West, bed 12", "At home, day 12", "Not in hospital"."""
    if stay is None or head is None:
        return _("No stay on record")
    if head.is_open:
        return head.place or _("In hospital")
    if stay.departed_at is None:
        return _("Not in hospital")
    day = day_number(stay.departed_at, now, zone)
    where = _("At home") if stay.disposition in AT_HOME else head.where_to
    if day > FOLLOWED_DAYS:
        return where or _("Not in hospital")
    return _("%(where)s, day %(day)s") % {"where": where, "day": day}


def language_name(code: str) -> str:
    """Return "Spanish" for es or es-MX; the code itself where no name is known."""
    try:
        return str(get_language_info(code.partition("-")[0].lower())["name_translated"])
    except KeyError:
        return code


def language_words(patient: Patient) -> str:
    """Return what to know about the language; empty for English without an interpreter."""
    if not patient.language:
        return ""
    name = language_name(patient.language)
    if patient.interpreter == Interpreter.NEEDED:
        return _("%(language)s, interpreter needed") % {"language": name}
    if patient.language.lower().startswith("en"):
        return ""
    if patient.interpreter == Interpreter.NOT_NEEDED:
        return _("%(language)s spoken at home, English fine") % {"language": name}
    return _("Speaks %(language)s; interpreter not asked") % {"language": name}


def name_alert(actor: Actor, patient: Patient) -> list[Hit]:
    """Return who in the actor's scope has a name like this one. 1 statement; they are shown."""
    alike = like_names(actor, patient)
    actor.shown.update(hit.patient_id for hit in alike)
    return alike
