"""Who works and who lies on 4 West on that Tuesday, as the rows stand at seven in the morning."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from django.contrib.auth.hashers import make_password

from coordination.access.models import FacilitySetting, Membership, Team, Unit, User
from coordination.clocks.actions import open_clock
from coordination.clocks.models import Clock
from coordination.outreach.models import Call
from coordination.worklist.models import Task
from coordination.worklist.rules.line import kind_of
from patients.models import Assignment, ContactPerson, DisclosurePermission, Patient, Stay
from tests.conftest import actor_of, member
from tests.factories import PatientFactory, StayFactory, TeamFactory, UnitFactory
from tests.patients.factories import ContactFactory
from tests.worklist.factories import TaskFactory

PASSWORD = "a long password nobody guesses"
MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
SETTLED = {"escalation_steps": "60 min / 4 h / 24 h", "request_answer_by": "2 h"}
# sign-in name: given and family name, credential, role, team, phone
STAFF = {
    "maria": ("Maria", "Delgado", "RN", "coordinator", "west", "(555) 010-0412"),
    "sana": ("Sana", "Ali", "RN", "coordinator", "west", "(555) 010-0414"),
    "jonah": ("Jonah", "Tate", "MSW", "coordinator", "west", "(555) 010-0413"),
    "bernadette": ("Bernadette", "Osei", "RN", "charge", "west", "(555) 010-0442"),
    "kenji": ("Kenji", "Watanabe", "RN", "nurse", "north", "(555) 010-0441"),
    "hana": ("Hana", "Kowal", "RN", "nurse", "west", "(555) 010-0451"),
    "ruth": ("Ruth", "Adeyemi", "MSW", "supervisor", "west", "(555) 010-0402"),
}
# family name: given name, born, bed on 4 West, whose patient, leaves in so many hours
PATIENTS: dict[str, tuple[str, date, str, str, int | None]] = {
    "Okafor": ("Grace", date(1948, 3, 14), "01", "maria", 6),
    "Herrera": ("Luis", date(1962, 5, 2), "02", "maria", None),
    "Vance": ("Edith", date(1940, 1, 27), "03", "maria", 30),
    "Martinez-Leal": ("Rosa", date(1951, 6, 2), "04", "maria", None),
    "Martinez": ("Rosa", date(1949, 6, 2), "09", "maria", None),
    "Wilk": ("Tomasz", date(1974, 8, 19), "06", "maria", None),
    "Haddad": ("Omar", date(1957, 9, 30), "11", "jonah", 28),
    "Odom": ("Vernon", date(1944, 12, 5), "12", "jonah", None),
    "Jennings": ("Delia", date(1969, 4, 21), "14", "jonah", None),
    "Freeman": ("Nadia", date(1983, 7, 8), "15", "", None),
}
WOMEN = {"Grace", "Edith", "Rosa", "Delia", "Nadia", "Shirley"}
# what it is kept under: title, patient, owner, hour it is due (25: tomorrow at one), proof
WORK: dict[str, tuple[str, str, str, float | None, str]] = {
    "ride": ("Call the son about the ride home", "Okafor", "maria", 8.25, "contact"),
    "oxygen": ("Confirm the oxygen for the drive", "Herrera", "maria", 8.5, "statement"),
    "bed": ("Confirm the bed with Maple Court", "Vance", "maria", 9.5, "contact"),
    "stairs": ("Ask about the stairs at home", "Martinez-Leal", "maria", 13.5, "contact"),
    "list": ("Have the choice list signed", "Wilk", "maria", 20.5, "statement"),
    "walker": ("Order the walker", "Haddad", "jonah", 12, "statement"),
    "payer": ("Call the insurer about the days", "Odom", "jonah", 15, "contact"),
    "sister": ("Call the sister back", "Jennings", "jonah", None, "contact"),
    "faxes": ("File two faxes", "Herrera", "", None, "statement"),
}


@dataclass
class Ward:
    """Every row the story names. Tasks, patients and people are kept by a short word."""

    seven: datetime
    team: Team
    west: Unit
    north: Unit
    people: dict[str, User] = field(default_factory=dict)
    patients: dict[str, Patient] = field(default_factory=dict)
    tasks: dict[str, Task] = field(default_factory=dict)

    def task(self, word: str) -> Task:
        """Return a task as it stands in the database now."""
        return Task.objects.get(pk=self.tasks[word].pk)

    def path(self, family: str) -> str:
        """Return the address of a patient's page."""
        return f"/patients/{self.patients[family].public_id}/"


def build(team: Team, seven: datetime) -> Ward:
    """Make the ward as it stands at `seven`, the instant the story starts."""
    where = {"organization": team.organization, "facility": team.facility}
    west = UnitFactory(**where, code="4W", name="4 West", beds=16)
    north = UnitFactory(**where, code="5N", name="5 North", beds=16)
    team.units.add(west)
    ward = Ward(seven, team, west, north)
    other = TeamFactory(**where, name="5 North coordinators")
    other.units.add(north)
    for key, value in SETTLED.items():
        FacilitySetting.objects.create(**where, key=key, value=value, set_at=seven - 30 * DAY)
    hire(ward, {"west": team, "north": other})
    admit(ward)
    plan(ward)
    left_on_monday(ward)
    registered_twice(ward)
    know_the_callers(ward)
    return ward


def hire(ward: Ward, teams: dict[str, Team]) -> None:
    """Make everybody who works; one password, hashed once. Sana stands in for the team as well."""
    password = make_password(PASSWORD)
    for name, (given, family, credential, role, where, phone) in STAFF.items():
        ward.people[name] = member(
            teams[where], role, username=name, first_name=given, last_name=family,
            credential=credential, phone=phone, password=password,
        )  # fmt: skip
    sana = ward.people["sana"]
    Membership.objects.filter(user=sana, team=ward.team).update(is_deputy=True)
    Membership.objects.create(
        organization=ward.team.organization, user=sana, team=teams["north"], role_id="coordinator",
        starts_at=ward.seven - 30 * DAY,
    )  # fmt: skip


def admit(ward: Ward) -> None:
    """Put everybody to bed, since the weekend; the night's nurse had the first six beds."""
    for number, (family, (given, born, bed, owner, leaves)) in enumerate(PATIENTS.items()):
        patient = PatientFactory(
            organization=ward.team.organization, team=ward.team, given=given, family=family,
            team__user=ward.people.get(owner), birth_date=born, phone=f"(555) 010-20{number:02}",
            sex="female" if given in WOMEN else "male",
            mrn=f"77 41{number:03}",
        )  # fmt: skip
        ward.patients[family] = patient
        StayFactory(
            patient=patient, unit=ward.west, facility=ward.west.facility, bed=f"4W-{bed}",
            admitted_at=ward.seven - 2 * DAY, expected_at=leaves and ward.seven + leaves * HOUR,
        )  # fmt: skip
        Assignment.objects.filter(patient=patient).update(starts_at=ward.seven - 2 * DAY)


def plan(ward: Ward) -> None:
    """Write down what is to be done, by whom and by when."""
    for word, (title, family, owner, hour, proof) in WORK.items():
        due_at = None if hour is None else ward.seven + (hour - 7) * HOUR
        person = ward.people.get(owner)
        ward.tasks[word] = TaskFactory(
            team=ward.team, patient=ward.patients[family], assignee=person, title=title,
            kind=kind_of(title),
            due_at=due_at, due_set_by=person if due_at else None, evidence_required=proof,
        )  # fmt: skip


def left_on_monday(ward: Ward) -> None:
    """Tell of the two who went home yesterday: each is owed a call, by a rule."""
    gone = ward.seven - 16 * HOUR
    for word, given, family, mrn in (
        ("owed", "Shirley", "Booker", "77 41050"), ("owed too", "Walter", "Quintero", "77 41051"),
    ):  # fmt: skip
        patient = PatientFactory(
            organization=ward.team.organization, team=ward.team, given=given, family=family,
            team__user=ward.people["maria"], birth_date=date(1945, 2, 11), mrn=mrn,
            sex="female" if given in WOMEN else "male",
            phone=f"(555) 010-{mrn[-4:]}",
        )  # fmt: skip
        stay = StayFactory(
            patient=patient, unit=ward.west, bed="", status="finished", disposition="01",
            admitted_at=gone - 6 * DAY, departed_at=gone,
        )  # fmt: skip
        clock = tcm_clock(ward, stay, gone)
        ward.patients[family] = patient
        ward.tasks[word] = TaskFactory(
            team=ward.team, patient=patient, clock=clock, assignee=ward.people["maria"],
            severity="regulatory", evidence_required="contact", due_at=clock.due_at,
            title="Call within two business days",
        )  # fmt: skip


def tcm_clock(ward: Ward, stay: Stay, gone: datetime) -> Clock:
    """Start the clock of two business days that runs from going home."""
    clock = open_clock(
        actor_of(ward.people["maria"]), rule="tcm-contact", patient=stay.patient,
        subject=("stay", stay.pk), anchor_event="stay.departed", anchor_at=gone, now=gone,
        facts={"disposition": "01"},
    )  # fmt: skip
    assert clock is not None
    return clock


def registered_twice(ward: Ward) -> None:
    """Make the chart the night opened for somebody with nearly the same name."""
    patient = PatientFactory(
        organization=ward.team.organization, team=ward.team, given="Tomek", family="Wilk Nowak",
        team__user=ward.people["maria"], birth_date=date(1974, 8, 19), mrn="77 41060",
        sex="male",
    )  # fmt: skip
    ward.patients["Nowak"] = patient
    ward.tasks["hearing"] = TaskFactory(
        team=ward.team, patient=patient, assignee=ward.people["maria"], due_at=ward.seven + DAY,
        due_set_by=ward.people["maria"], title="Bring the hearing aid from home",
    )  # fmt: skip


def know_the_callers(ward: Ward) -> None:
    """Write down who may call: a daughter who may be told something, and one who may not."""
    daughter = contact(ward, "Wilk", "Hanna Wilk", "daughter", "(555) 010-2284")
    DisclosurePermission.objects.create(
        organization=ward.team.organization, patient=daughter.patient, contact=daughter,
        status="active", topics=["where-and-when"], ends_at=ward.seven + 90 * DAY,
        document="page 2",
    )  # fmt: skip
    contact(
        ward, "Herrera", "Dale Herrera", "brother", "(555) 010-2299", must_not_be_told=True
    )  # fmt: skip
    contact(ward, "Martinez", "Hector Martinez", "husband", "(555) 010-2231")


def contact(
    ward: Ward, family: str, name: str, relation: str, phone: str, **fields: Any
) -> ContactPerson:
    """Write down one person a patient has."""
    made: ContactPerson = ContactFactory(
        patient=ward.patients[family], name=name, relation=relation, phone=phone, **fields
    )
    return made


def calls_of(ward: Ward, family: str) -> list[Call]:
    """Return the calls on a patient's chart, the first one first."""
    return list(Call.objects.filter(patient=ward.patients[family]).order_by("pk"))
