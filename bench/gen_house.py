"""The generated house: its people, its patients, who sees whom, and who lies in a bed."""

from __future__ import annotations

from datetime import timedelta

from django.db import connection

from bench.gen_sql import FAMILY, FOLD, GIVEN, chance, choose, insert, numbers
from coordination.access.actions import sync_roles
from coordination.access.models import (
    Facility,
    FacilitySetting,
    Membership,
    Organization,
    Team,
    Unit,
    User,
)
from coordination.outreach.actions import load_reminder_rules
from coordination.records import database_now
from patients.models import Assignment, Identifier, Patient, Stay

MEASURED = {"one": 1, "ten": 10, "fifty": 50, "full": 240, "busy": 2_000}  # who: open tasks
NO_PASSWORD = {"password": "!"}
TEAM_PEOPLE, TASKS_EACH, UNITS = 25, 200, 40
TEAM_UNITS = 3
HEAVY = 10  # times the load of another team, nine tenths of it in the pool
SETTINGS = {"escalation_steps": "60 min / 4 h / 24 h", "quiet_hours": "23:59-00:00"}
DAY, HOUR = "interval '1 day'", "interval '1 hour'"


class House:
    """The house around the work. tasks: how many there will be, without the measured team's."""

    def __init__(self, tasks: int) -> None:
        self.tasks = tasks
        self.open = tasks // 10
        self.people = max(self.open // TASKS_EACH, 1)
        self.teams = max(-(-self.people // TEAM_PEOPLE), 1)
        self.extra = sum(MEASURED.values())
        self.patients = max(tasks // 2, 500)
        self.cared = max(self.open // 4, 50)  # patients with open tasks
        self.measured_patients = self.extra // 4
        self.deliveries = min(max(tasks // 20, 5_000), 50_000)

    def house(self) -> None:
        """Make the organization, its units, teams and people."""
        sync_roles()
        self.now = database_now()
        self.organization = Organization.objects.create(
            slug="bench", name="Bench Hospital", go_live_at=self.now, messages_on=True
        )
        load_reminder_rules(self.organization, self.now)
        facility = Facility.objects.create(
            organization=self.organization, slug="main", name="Bench", phone="(555) 010-0000"
        )
        for key, value in SETTINGS.items():
            FacilitySetting.objects.create(
                organization=self.organization, facility=facility, key=key, value=value,
                set_at=self.now,
            )  # fmt: skip
        self.facility = facility
        common = {"organization": self.organization, "facility": facility}
        Unit.objects.bulk_create(
            Unit(**common, code=f"U{n}", name=f"Unit {n}", beds=30) for n in range(UNITS)
        )
        self.unit = Unit.objects.order_by("pk").values_list("pk", flat=True)[0]
        Team.objects.bulk_create(
            Team(**common, slug=f"team-{n}", name=f"Team {n}") for n in range(1, self.teams + 1)
        )
        self.team = Team.objects.order_by("pk").values_list("pk", flat=True)[0]
        self.measured = Team.objects.create(**common, slug="measured", name="Measured team").pk
        self._people()

    def _people(self) -> None:
        """Make 25 coordinators and a supervisor a team, the measured people, and an auditor."""
        team_of: list[tuple[User, int | None, str]] = []

        def person(name: str, team: int | None, role: str) -> None:
            user = User(
                username=name, **NO_PASSWORD, organization=self.organization,
                first_name=name.title(), last_name="Bench", usual_load=TASKS_EACH,
            )  # fmt: skip
            team_of.append((user, team, role))

        for team in range(self.team, self.team + self.teams):
            for number in range(TEAM_PEOPLE):
                person(f"user-{team}-{number}", team, "coordinator")
            person(f"supervisor-{team}", team, "supervisor")
        for who in MEASURED:
            person(f"bench-{who}", self.measured, "coordinator")
        person("bench-deputy", self.measured, "coordinator")
        person("bench-supervisor", self.measured, "supervisor")
        person("bench-auditor", None, "auditor")
        User.objects.bulk_create([user for user, _, _ in team_of])
        Membership.objects.bulk_create(
            Membership(
                organization=self.organization, user=user, team_id=team, role_id=role,
                starts_at=self.now - timedelta(days=60), is_deputy=user.username == "bench-deputy",
            )
            for user, team, role in team_of
        )  # fmt: skip
        self.first_user = team_of[0][0].pk

    def patients_and_numbers(self) -> None:
        """Make patients: names skewed as names are, two like names in 200, and their numbers."""
        count = self.patients + self.measured_patients
        twin = f"(i - CASE WHEN {chance(1)} < 0.005 THEN 1 ELSE 0 END)"
        given, family = (
            choose(words, f"power({chance(salt, twin)}, 2)")
            for words, salt in ((GIVEN, 2), (FAMILY, 3))
        )
        tail = f"CASE WHEN {chance(4, twin)} < 0.7 THEN chr(65 + (abs({twin}) % 26)::int)"
        tail += f" || lower(to_hex((hashint8extended({twin}, 5) & 4095)::int)) ELSE '' END"
        source = (
            "(SELECT *, trim(f || ' ' || t) AS family FROM (SELECT i, "
            f"{given} AS given, {family} AS f, {tail} AS t"
            f" FROM {numbers(count)}) x) y"
        )
        insert(
            Patient,
            {
                "organization_id": str(self.organization.pk), "mrn": "lpad(i::text, 9, '0')",
                "given": "given", "family": "family",
                "name_norm": f"{FOLD % 'family'} || ' ' || {FOLD % 'given'}",
                "birth_date": f"date '1930-01-01' + floor({chance(6)} * 30000)::int",
                "sex": f"CASE WHEN {chance(7)} < 0.5 THEN 'female' ELSE 'male' END",
                "language": f"CASE WHEN {chance(8)} < 0.1 THEN 'es' ELSE 'en' END",
                "interpreter": f"CASE WHEN {chance(8)} < 0.05 THEN 'needed' ELSE '' END",
                "phone": "'(555) 01' || (i % 10) || '-' || lpad((i % 10000)::text, 4, '0')",
            },
            source,
        )  # fmt: skip
        insert(
            Identifier,
            {
                "organization_id": "p.organization_id", "patient_id": "p.id", "system": "'mrn'",
                "value": "p.mrn", "value_norm": "p.mrn", "is_mrn": "true",
            },
            "patients_patient p",
        )  # fmt: skip
        with connection.cursor() as cursor:
            cursor.execute("SELECT min(id) FROM patients_patient")
            self.patient = cursor.fetchone()[0]
        self.measured_patient = self.patient + self.patients

    def team_sql(self, key: str) -> str:
        """Return SQL for the team of a patient: the first has ten times the load of another."""
        share = HEAVY / (self.teams + HEAVY - 1)
        rest = f"{self.team} + floor({chance(11, key)} * {self.teams})::bigint"
        return (
            f"CASE WHEN {key} >= {self.measured_patient} THEN {self.measured}"
            f" WHEN {chance(10, key)} < {share} THEN {self.team} ELSE {rest} END"
        )

    def scope(self) -> None:
        """Open the team's assignment of everybody cared for, and of one in five of the others."""
        insert(
            Assignment,
            {
                "organization_id": "p.organization_id", "patient_id": "p.id",
                "team_id": self.team_sql("p.id"), "kind": "'primary'",
                "starts_at": f"now() - 30 * {DAY}",
                "ends_at": f"CASE WHEN p.id < {self.patient + self.cared}"
                f" OR p.id >= {self.measured_patient}"
                f" OR {chance(12, 'p.id')} < 0.2 THEN NULL ELSE now() - {DAY} END",
            },
            "patients_patient p",
        )  # fmt: skip

    def stays(self) -> None:
        """Put six in ten of those cared for in a bed; three in ten of the others were here."""
        is_cared = f"(p.id < {self.patient + self.cared} OR p.id >= {self.measured_patient})"
        team = self.team_sql("p.id")
        is_in = f"({is_cared} AND {chance(13, 'p.id')} < 0.6)"
        insert(
            Stay,
            {
                "organization_id": "p.organization_id", "patient_id": "p.id",
                "facility_id": str(self.facility.pk),
                "unit_id": f"{self.unit} + ({team} * {TEAM_UNITS} + p.id % {TEAM_UNITS}) % {UNITS}",
                "bed": "'B-' || (p.id % 30)",
                "status": f"CASE WHEN {is_in} THEN 'in-progress' ELSE 'finished' END",
                "admitted_at": f"now() - (2 + {chance(14, 'p.id')} * 5) * {DAY}"
                f" - CASE WHEN {is_in} THEN interval '0' ELSE 60 * {DAY} END",
                "expected_at": f"CASE WHEN {is_in} THEN now() + {chance(15, 'p.id')} * 4 * {DAY}"
                " END",
                "departed_at": f"CASE WHEN {is_in} THEN NULL ELSE now() - 40 * {DAY} END",
                "disposition": f"CASE WHEN {is_in} THEN '' ELSE '01' END",
            },
            f"patients_patient p WHERE {is_in} OR {chance(16, 'p.id')} < 0.3",
        )  # fmt: skip
