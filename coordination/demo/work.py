"""The work of the story: playbooks started, tasks raised, closed and opened again."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import Model

from coordination.access.actor import Actor
from coordination.access.models import Organization
from coordination.clocks.actions import open_clock
from coordination.clocks.models import Clock, DeadlineRule
from coordination.demo.people import A_MOMENT, People
from coordination.demo.story import Row, table
from coordination.outreach.models import Call
from coordination.worklist import actions
from coordination.worklist.models import PlaybookRun, Task
from patients.models import Patient
from patients.queries import scope

EVERY_SEVENTH = 7
LATE_BY = timedelta(minutes=25)
DONE_AFTER = (0.55, 0.7, 0.85)  # of the time a settled task had


@dataclass(slots=True)
class Work:
    """The tasks and calls of the story by its keys; named: pks of steps that a row took over."""

    people: People
    tasks: dict[str, Task] = field(default_factory=dict)
    calls: dict[str, Call] = field(default_factory=dict)
    named: set[int] = field(default_factory=set)
    settled: int = 0

    def actor(self, key: str) -> Actor:
        """Return a person of the cast, or the system."""
        return self.people.cast.actor(key)

    def who(self, key: str, patient_pk: int) -> Actor:
        """Return a person of the cast who sees the patient now, else the system."""
        actor = self.actor(key)
        return actor if scope(actor).filter(pk=patient_pk).exists() else self.people.cast.system

    def run_of(self, patient: Patient, slug: str) -> PlaybookRun | None:
        """Return the patient's latest run of a playbook."""
        return PlaybookRun.objects.filter(patient=patient, slug=slug).order_by("-pk").first()


CREATED = """
UPDATE worklist_task t SET created_at = e.at
FROM (SELECT task_id, min(at) AS at FROM worklist_taskevent GROUP BY task_id) e
WHERE e.task_id = t.id AND t.organization_id = %s
"""


def date_tasks(organization: Organization) -> None:
    """Let each task be as old as its story says: the queue shows the oldest first."""
    with connection.cursor() as cursor:
        cursor.execute(CREATED, [organization.pk])


def write_work(work: Work) -> None:
    """Add every scene of work to the script."""
    script, people = work.people.script, work.people
    for row in table("playbook_starts"):
        script.add(people.at(row["anchor_at"]), 4, start(work, row))
    for row in table("tasks"):
        script.add(people.at(row["created_at"]), 5, raise_one(work, row))


def subject_of(people: People, text: str, patient: Patient) -> tuple[str, int] | None:
    """Return the record a row is about, if its room stands; None otherwise."""
    kind, _colon, key = text.partition(":")
    told: dict[str, Mapping[str, Model]] = {
        "stay": people.stays,
        "coverage": people.coverages,
        "visit": people.visits,
    }
    found = told.get(kind, {}).get(key)
    if found is not None:
        return kind, found.pk
    return ("patient", patient.pk) if text else None


def start(work: Work, row: Row) -> Callable[[datetime], None]:
    """Return the scene in which a playbook is started, unless an event has started it already."""

    def play(now: datetime) -> None:
        people = work.people
        patient = people.patients[row["patient"]]
        run = work.run_of(patient, row["playbook"])
        subject = subject_of(people, row["subject"], patient)
        if run is None or (subject and run.subject_id != subject[1]):
            run = actions.start_playbook(
                work.who(row["started_by"], patient.pk), slug=row["playbook"], patient=patient,
                subject=subject or ("patient", patient.pk), anchor_event=row["anchor_event"],
                anchor_at=now, now=now, facts=facts_of(row),
            )  # fmt: skip
        until = people.at(row["settled_until"])
        if run is not None and until is not None:
            people.script.add(now + A_MOMENT, 9, settle(work, run.pk, until))

    return play


def facts_of(row: Row) -> dict[str, str]:
    """Return what is known at the start: a request some row calls expedited is urgent."""
    urgent = {r["patient"] for r in table("tasks") if r["rule"] == "pa-expedited"}
    is_urgent = row["playbook"] == "prior-authorization" and row["patient"] in urgent
    return {"urgency": "expedited"} if is_urgent else {}


def settle(work: Work, run_pk: int, until: datetime) -> Callable[[datetime], None]:
    """Return the scene that plans when a run's steps were done: in time, some a bit late."""

    def play(now: datetime) -> None:
        for task in Task.objects.filter(run=run_pk, is_open=True).order_by("pk"):
            due = task.due_at or until
            if due > until or is_named(work, task):
                continue
            work.settled += 1
            share = DONE_AFTER[work.settled % len(DONE_AFTER)]
            begun = now - A_MOMENT
            at = begun + (min(due, work.people.teller.now) - begun) * share
            if work.settled % EVERY_SEVENTH == 0 and due + LATE_BY < work.people.teller.now:
                at = due + LATE_BY
            work.people.script.add(max(at, now), 8, finish(work, task.pk))

    return play


def is_named(work: Work, task: Task) -> bool:
    """Say whether a row of the story is about the same step: the same rule, the same patient."""
    keys = {patient.pk: key for key, patient in work.people.patients.items()}
    rule = task.clock.rule.slug if task.clock else ""
    patient = keys[task.patient_id]
    return any(row["rule"] == rule and row["patient"] == patient for row in table("tasks") if rule)


def finish(work: Work, pk: int) -> Callable[[datetime], None]:
    """Return the scene in which a playbook's step is done, if no row of the story names it."""

    def play(now: datetime) -> None:
        task = Task.objects.get(pk=pk)
        if pk in work.named or not task.is_open:
            return
        keys = {user.pk: key for key, user in work.people.cast.users.items()}
        actor = work.who(keys.get(task.assignee_id or 0, ""), task.patient_id)
        actions.complete(actor, task.public_id, None, now, evidence=proof(task, now))

    return play


def proof(task: Task, now: datetime) -> actions.EvidenceIn | None:
    """Return the proof a task asks for."""
    if task.evidence_required == "statement":
        return None
    return actions.EvidenceIn(
        kind=task.evidence_required, happened_at=now, source="chart", words="seen in the chart"
    )


def raise_one(work: Work, row: Row) -> Callable[[datetime], None]:
    """Return the scene in which one task is raised, with what became of it."""

    def play(now: datetime) -> None:
        people = work.people
        patient = people.patients[row["patient"]]
        owner = people.user(row["owner"])
        team = people.cast.teams[row["team"]]
        handed_over = row["status"] in {"requested", "accepted", "rejected", "received"}
        actor = work.who(row["created_by"], patient.pk)
        if owner is not None and not handed_over and actor.kind == "user":
            actor = work.who(row["owner"], patient.pk)
        clock, standing = clock_of(work, row, patient, now)
        if row["rule"] and clock is None:
            return
        task = actions.raise_task(
            actor, patient=patient, title=row["title"], kind=row["kind"], team=team,
            assignee=owner, due_at=people.at(row["due"]), due_event=row["due_event"],
            clock=clock, evidence=row["evidence"],
            subject=subject_of(people, row["subject"], patient),
            held_by=row["held_by"], next_step=row["next_step"], waiting=waiting(people, row, now),
            now=now,
        )  # fmt: skip
        work.tasks[row["key"]] = task
        if standing is not None:  # the row takes the place of the playbook's own step
            actions.cancel(people.cast.system, standing.public_id, None, now, reason="duplicate")
        people.script.add(now + A_MOMENT, 5, become(work, row, task.pk))

    return play


def clock_of(
    work: Work, row: Row, patient: Patient, now: datetime
) -> tuple[Clock | None, Task | None]:
    """Return the clock a rule gives a row, and the playbook's own task for it, if there is one."""
    if not row["rule"]:
        return None, None
    standing = (
        Task.objects.filter(patient=patient, is_open=True, clock__rule__slug=row["rule"])
        .select_related("clock")
        .first()
    )
    if standing is not None:
        return standing.clock, standing
    rule = DeadlineRule.objects.filter(slug=row["rule"]).order_by("-version").first()
    stay = next(
        (s for s in reversed(work.people.stays.values()) if s.patient_id == patient.pk), None
    )
    subject = ("stay", stay.pk) if stay else ("patient", patient.pk)
    if rule is None:
        return None, None
    clock = open_clock(
        work.people.cast.system, rule=row["rule"], patient=patient, subject=subject,
        anchor_event=rule.anchor_event, anchor_at=now, now=now, facts={}, is_served=True,
    )  # fmt: skip
    return clock, None


def waiting(people: People, row: Row, now: datetime) -> actions.WaitingIn | None:
    """Return whom a row waits for: "payer: Tamarack Hill Senior Plan"."""
    kind, _colon, who = row["waiting_on"].partition(": ")
    if not kind:
        return None
    phone = next((p["phone"] for p in table("providers") if p["name"] in who), "")
    return actions.WaitingIn(
        kind=kind,
        person=who,
        phone=phone,
        since=people.at(row["waiting_since"]) or now,
        promised_by=people.at(row["promised_by"]),
    )


def become(work: Work, row: Row, pk: int) -> Callable[[datetime], None]:
    """Return the scene that brings a new task to the status the row names."""

    def play(now: datetime) -> None:
        task = Task.objects.get(pk=pk)
        owner = work.who(row["owner"], task.patient_id)
        closed = work.people.at(row["closed_at"])
        ends: dict[str, Callable[[datetime], object]] = {
            "completed": lambda at: actions.complete(
                owner, task.public_id, None, at, evidence=proof(task, at)
            ),
            "cancelled": lambda at: actions.cancel(
                owner, task.public_id, None, at, reason="no-longer-needed"
            ),
            "failed": lambda at: fail(owner, task, at),
            "rejected": lambda at: reject(work, owner, task, at),
        }
        steps: dict[str, Callable[[], object]] = {
            "on-hold": lambda: actions.hold(
                owner, task.public_id, None, now, until=work.people.at(row["hold_until"]) or now,
                why="the clinic opens its list then",
            ),
            "in-progress": lambda: actions.start(owner, task.public_id, None, now),
            "received": lambda: actions.see(owner, task.public_id, now),
            "accepted": lambda: actions.accept(owner, task.public_id, None, now),
        }  # fmt: skip
        if row["status"] in ends and closed is not None:
            work.people.script.add(
                closed, 8, lambda at: once_open(task.pk, ends[row["status"]], at)
            )
        elif row["status"] in steps:
            steps[row["status"]]()

    return play


def once_open(pk: int, end: Callable[[datetime], object], at: datetime) -> None:
    """End a task unless something of the story has ended it before."""
    if Task.objects.get(pk=pk).is_open:
        end(at)


def fail(owner: Actor, task: Task, at: datetime) -> None:
    """Say of a task that it could not be done."""
    actions.start(owner, task.public_id, None, at)
    actions.fail(owner, task.public_id, None, at, why="could not be done")


def reject(work: Work, owner: Actor, task: Task, at: datetime) -> None:
    """Decline a task; whoever asked does it within the hour instead."""
    back = actions.reject(owner, task.public_id, None, at, why="my list is full")
    work.people.script.add(at + timedelta(hours=1), 8, finish(work, back.pk))
