"""A small world of clocks for the pages: Tomasz Wilk, home since the day before Thanksgiving.

The year is past for good: pages read the real clock, and a start cannot lie ahead of it.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from coordination.access.actor import Actor
from coordination.access.models import Team
from coordination.clocks.actions import open_clock
from coordination.clocks.models import Calendar, CalendarKind, Clock, Holiday
from patients.models import Patient, Stay
from tests.factories import PatientFactory, StayFactory

LEFT = datetime.fromisoformat("2025-11-26T11:00:00-05:00")
AFTER_HOME = ("tcm-contact", "tcm-visit-moderate", "tcm-period")


def home_since_wednesday(team: Team, **fields) -> Stay:
    """Return the finished stay of a patient of the team."""
    patient = PatientFactory(
        organization=team.organization, team=team,
        **{"given": "Tomasz", "family": "Wilk", "birth_date": date(1974, 1, 8)} | fields,
    )  # fmt: skip
    return StayFactory(
        patient=patient, status="finished", disposition="01", departed_at=LEFT,
        admitted_at=LEFT - timedelta(days=3),
    )  # fmt: skip


def clocks_after_home(actor: Actor, stay: Stay, now: datetime = LEFT) -> list[Clock]:
    """Return the three clocks that leaving for home starts."""
    found = [
        open_clock(
            actor, rule=slug, patient=stay.patient, subject=("stay", stay.pk),
            anchor_event="stay.departed", anchor_at=LEFT, now=now, facts={},
        )
        for slug in AFTER_HOME
    ]  # fmt: skip
    return [clock for clock in found if clock]


def closed_on(patient: Patient, day: date) -> None:
    """Close our own house on a day."""
    calendar = Calendar.objects.create(
        organization=patient.organization, slug="ours", name="Ours", kind=CalendarKind.FACILITY
    )
    Holiday.objects.create(calendar=calendar, on=day, name="Day after Thanksgiving")
