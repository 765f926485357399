"""Seeded data in SQL, in the shape of a hospital's day (docs/speed.md): always the same rows.

One task in ten is open, one open task in ten is late, by 1 h to 5 days; 900 days of closed
history; 200 open tasks a person, teams of 25, one team with ten times the load. On top, whatever
the size, one measured team: people with exactly 1, 10, 50 and 240 open tasks, one with 2,000.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from django.db import connection

from bench.gen_house import DAY, HOUR, MEASURED, TEAM_PEOPLE, House
from bench.gen_sql import KINDS, TITLES, chance, choose, insert, numbers
from coordination.access.models import User
from coordination.outreach.models import Call, Delivery
from coordination.worklist.models import Task, TaskEvent
from patients.models import Visit

SIZES = {"1k": 1_000, "10k": 10_000, "1m": 1_000_000, "10m": 10_000_000}


class Filler(House):
    """Fills one empty, migrated database."""

    def fill(self, say: Callable[[str], None]) -> None:
        """Make everything, then let the planner count it."""
        with connection.cursor() as cursor:
            cursor.execute("SET session_replication_role = replica")  # no foreign key, row by row
            cursor.execute("SET synchronous_commit = off")
            cursor.execute("SET statement_timeout = 0")
        began = time.perf_counter()
        for step in (
            self.house, self.patients_and_numbers, self.scope, self.stays, self.open_tasks,
            self.closed_tasks, self.events, self.calls, self.visits_and_deliveries, self.analyze,
        ):  # fmt: skip
            step()
            say(f"{step.__name__} {time.perf_counter() - began:.1f} s")
        with connection.cursor() as cursor:
            cursor.execute("RESET ALL")

    def open_tasks(self) -> None:
        """Raise the open tasks: a tenth late by 1 h to 5 days, one in twenty undated."""
        due = (
            f"CASE WHEN {chance(20)} < 0.05 THEN NULL"
            f" WHEN {chance(21)} < 0.1 THEN now() - {HOUR} - {chance(22)} * 119 * {HOUR}"
            f" ELSE now() + {chance(22)} * 14 * {DAY} END"
        )
        waits = f"{chance(23)} < 0.3"
        common = {
            "organization_id": str(self.organization.pk),
            "title": choose(TITLES, chance(24)), "kind": choose(KINDS, chance(24)),
            "next_step": f"CASE WHEN {chance(25)} < 0.5 THEN 'Ask for the nurse' ELSE '' END",
            "due_at": due, "status": "'ready'", "created_at": f"now() - 6 * {DAY}",
            "waiting_on_kind": f"CASE WHEN {waits} THEN "
            + choose(("payer", "facility", "family", "physician"), chance(26)) + " ELSE '' END",
            "waiting_on_person": f"CASE WHEN {waits} THEN 'Ms. Ito' ELSE '' END",
            "waiting_since": f"CASE WHEN {waits} THEN now() - 20 * {HOUR} END",
        }  # fmt: skip
        in_pool = (
            f"CASE WHEN team = {self.team} THEN {chance(28)} < 0.9 ELSE {chance(28)} < 0.05 END"
        )
        mate = (
            f"{self.first_user} + (team - {self.team}) * {TEAM_PEOPLE + 1}"
            f" + floor({chance(27)} * {TEAM_PEOPLE})::bigint"
        )
        insert(
            Task,
            common | {
                "patient_id": "patient", "team_id": "team",
                "assignee_id": f"CASE WHEN {in_pool} THEN NULL ELSE {mate} END",
            },
            f"(SELECT i, patient, {self.team_sql('patient')} AS team FROM (SELECT i,"
            f" {self.patient} + (i % {self.cared}) AS patient"
            f" FROM {numbers(self.open)}) x) y",
        )  # fmt: skip
        for who, count in MEASURED.items():
            insert(
                Task,
                common | {
                    "patient_id": f"{self.measured_patient} + (i % {self.measured_patients})",
                    "team_id": str(self.measured),
                    "assignee_id": str(User.objects.get(username=f"bench-{who}").pk),
                },
                f"generate_series({count * 7 + 1}::bigint, {count * 8}) i",
            )  # fmt: skip

    def closed_tasks(self) -> None:
        """Close the other nine in ten, over 900 days."""
        insert(
            Task,
            {
                "organization_id": str(self.organization.pk), "patient_id": "patient",
                "team_id": "team",
                "assignee_id": f"{self.first_user} + (team - {self.team}) * {TEAM_PEOPLE + 1}"
                f" + floor({chance(30)} * {TEAM_PEOPLE})::bigint",
                "title": choose(TITLES, chance(31)), "kind": choose(KINDS, chance(31)),
                "due_at": "at + (random_part - 0.8) * " + DAY, "status": "'completed'",
                "completed_at": "at", "closed_at": "at", "created_at": f"at - 2 * {DAY}",
                "outcome": "'Done'",
            },
            f"(SELECT *, {self.team_sql('patient')} AS team, {chance(32)} AS random_part,"
            f" now() - {chance(33)} * 900 * {DAY} AS at FROM (SELECT i,"
            f" {self.patient} + floor({chance(34)} * {self.patients})::bigint AS patient"
            f" FROM {numbers(self.tasks - self.open)}) x) y",
        )  # fmt: skip

    def events(self) -> None:
        """Give each task two to six events."""
        insert(
            TaskEvent,
            {
                "organization_id": "t.organization_id", "task_id": "t.id",
                "kind": "CASE n WHEN 1 THEN 'raised' ELSE 'move' END",
                "at": f"t.created_at + n * {HOUR}", "user_id": "t.assignee_id",
                "before": "'ready'", "after": "'in-progress'",
            },
            "worklist_task t, generate_series(1, 2 + (t.id % 5)::int) n",
        )  # fmt: skip

    def calls(self) -> None:
        """Log one or two calls for one open task in five, and for one closed task in fifty."""
        insert(
            Call,
            {
                "organization_id": "t.organization_id", "patient_id": "t.patient_id",
                "task_id": "t.id", "status": "'closed'",
                "outcome": choose(("left-voicemail", "no-answer", "busy"), chance(41, "t.id")),
                "occurred_at": f"least(t.created_at + n * {HOUR}, now())", "logged_at": "now()",
            },
            f"worklist_task t, generate_series(1, 1 + (t.id % 2)::int) n"
            f" WHERE {chance(40, 't.id')} < CASE WHEN t.is_open THEN 0.2 ELSE 0.02 END",
        )  # fmt: skip

    def visits_and_deliveries(self) -> None:
        """Book visits of people at home in three days, and plan messages about them, due now."""
        first = self.patient + self.cared
        last = min(first + self.deliveries, self.measured_patient) - 1
        insert(
            Visit,
            {
                "organization_id": str(self.organization.pk), "patient_id": "i",
                "status": "'booked'", "starts_at": f"now() + 3 * {DAY}", "phone": "''",
            },
            f"generate_series({first}::bigint, {last}) i",
        )  # fmt: skip
        insert(
            Delivery,
            {
                "id": "gen_random_uuid()", "organization_id": "v.organization_id",
                "patient_id": "v.patient_id", "visit_id": "v.id", "kind": "'visit-reminder'",
                "template": "'visit-reminder'", "reminder": "'visit:' || v.id || ':bench-' || n",
                "recipient": "'patient'", "channel": "'text'", "occurs_at": "v.starts_at",
                "due_at": f"now() - {HOUR} - n * {HOUR}", "give_up_at": f"now() + 2 * {DAY}",
                "facts": "'{}'", "state": "'planned'",
            },
            "patients_visit v,"
            f" generate_series(1, {max(self.deliveries // (last - first + 1), 1)}) n",
        )  # fmt: skip

    def analyze(self) -> None:
        """Let the planner know, and the index-only scans."""
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")


def fill(size: str, say: Callable[[str], None]) -> None:
    """Fill the connected database, which is empty but migrated. size: a key of SIZES."""
    Filler(SIZES[size]).fill(say)
