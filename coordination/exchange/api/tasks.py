"""Tasks by the API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from rest_framework import serializers

from coordination.access.markers import Access
from coordination.access.models import Team, User
from coordination.exchange.api.base import (
    ActView,
    CreateView,
    DetailView,
    ListView,
    Resource,
    reference,
)
from coordination.exchange.api.contacts import Why
from coordination.exchange.api.fields import Body, Instant, Line, checked
from coordination.exchange.api.paging import Sort
from coordination.exchange.api.shapes import TaskOut
from coordination.worklist import actions, forms
from coordination.worklist.models import DueEvent, Priority, Task, TaskKind, TaskStatus
from coordination.worklist.queries import results_of, tasks_in_scope
from patients.queries import scope

UUID = serializers.UUIDField
EVENTS = [choice for choice in DueEvent.choices if choice[0]]


class NewTask(Body):
    """One promise. team: must look after the patient; assignee: left out is its pool."""

    patient = UUID()
    title = Line(max_length=160)
    kind = serializers.ChoiceField(choices=TaskKind.choices, default=TaskKind.OTHER)
    team = UUID()
    assignee = UUID(required=False, allow_null=True, default=None)
    due_at = Instant(required=False, allow_null=True, default=None)
    due_event = serializers.ChoiceField(choices=EVENTS, default="", allow_blank=True)
    priority = serializers.ChoiceField(choices=Priority.choices, default=Priority.ROUTINE)
    next_step = Line(default="", allow_blank=True)


class Done(Body):
    """What proves it done. proof: with whom, or which and where, as the task asks for.

    result: a code of the answers its playbook offers; fields: what that answer asks for.
    """

    proof = Line(max_length=120, required=False, allow_blank=True, default="")
    happened_at = Instant(required=False, allow_null=True, default=None)
    outcome = Line(required=False, allow_blank=True, default="")
    minutes = serializers.IntegerField(
        required=False, allow_null=True, default=None, min_value=1, max_value=720
    )
    result = Line(max_length=40, required=False, allow_blank=True, default="")
    result_fields = serializers.DictField(
        child=Line(max_length=120, allow_blank=True), required=False, default=dict
    )


class NewDue(Body):
    """Another time, or an event it is due before, or neither."""

    due_at = Instant(required=False, allow_null=True, default=None)
    due_event = serializers.ChoiceField(choices=EVENTS, default="", allow_blank=True)
    why = Line(default="", allow_blank=True)


class NewOwner(Body):
    """assignee: null gives it to the team's pool. team: left out stays as it is."""

    team = UUID(required=False)
    assignee = UUID(allow_null=True)
    why = Line(default="", allow_blank=True)


class Hold(Body):
    """Until when, and why."""

    until = Instant()
    why = Line()


class Cancel(Body):
    """A reason of the list, in words where it is "other"."""

    reason = serializers.ChoiceField(choices=actions.cancel_labels())
    words = Line(default="", allow_blank=True)


class TaskFilters(Body):
    """due_before, due_after: instants; assignee, team, patient: ids."""

    patient = UUID(required=False)
    team = UUID(required=False)
    assignee = UUID(required=False)
    kind = serializers.ChoiceField(choices=TaskKind.choices, required=False)
    status = serializers.ChoiceField(choices=TaskStatus.choices, required=False)
    is_open = serializers.BooleanField(required=False)
    due_before = Instant(required=False)
    due_after = Instant(required=False)


COLUMNS = {
    "patient": "patient__public_id", "team": "team__public_id",
    "assignee": "assignee__public_id", "kind": "kind", "status": "status", "is_open": "is_open",
    "due_before": "due_at__lt", "due_after": "due_at__gt",
}  # fmt: skip


class TheTasks(Resource):
    """What the views of tasks share."""

    shape = TaskOut

    def rows(self) -> QuerySet[Task]:
        """Return the tasks in scope."""
        return tasks_in_scope(self.actor).select_related(
            "patient", "team", "assignee", "clock", "run__playbook"
        )

    def team(self, public_id: Any) -> Team | None:
        """Return a team of this organization."""
        ours = Team.objects.filter(organization_id=self.actor.organization_id)
        found: Team | None = reference(ours, public_id, "team")
        return found

    def person(self, public_id: Any) -> User | None:
        """Return a person of this organization."""
        ours = User.objects.filter(organization_id=self.actor.organization_id, is_active=True)
        found: User | None = reference(ours, public_id, "assignee")
        return found


class Tasks(TheTasks, ListView, CreateView):
    """The tasks of the patients in scope; POST raises one."""

    access = Access("task.read", trail="list")
    filters = TaskFilters
    body = NewTask
    sorts = {"due_at": Sort("due_at"), "created_at": Sort("created_at")}

    def narrowed(self, rows: QuerySet[Any], wanted: Mapping[str, Any]) -> QuerySet[Any]:
        return rows.filter(**{COLUMNS[name]: value for name, value in wanted.items()})

    def make(self, sent: dict[str, Any]) -> Task:
        patient = reference(scope(self.actor), sent.pop("patient"), "patient")
        team, person = self.team(sent.pop("team")), self.person(sent.pop("assignee"))
        assert team is not None  # noqa: S101  needed by the body
        return actions.raise_task(
            self.actor, patient=patient, team=team, assignee=person, now=self.now, **sent
        )


class OneTask(TheTasks, DetailView):
    """One task."""

    access = Access("task.read", scope="task")


class TaskAct(TheTasks, ActView):
    """Base of the acts on a task."""

    access = Access("task.change", scope="task")


class CompleteTask(TaskAct):
    """Closes the task with its proof. Never held up by the limit of requests."""

    body = Done
    is_unlimited = True

    def act(self, record: Task, version: int, sent: dict[str, Any]) -> None:
        evidence = None
        answer: tuple[str, dict[str, str]] = ("", {})
        if sent["proof"] or sent["result"]:
            form = self.form(record, version, sent)
            evidence, answer = form.evidence(), form.answer()
        actions.complete(
            self.actor, record.public_id, version, self.now, evidence=evidence,
            outcome=sent["outcome"], result_code=answer[0], result_fields=answer[1],
            minutes=sent["minutes"],
        )  # fmt: skip

    def form(self, record: Task, version: int, sent: dict[str, Any]) -> forms.DoneForm:
        """Return the page's form with what was sent. The API says times as instants."""
        code = sent["result"]
        data = {f"{code}:{name}": text for name, text in sent["result_fields"].items()}
        data |= {"version": version, "proof": sent["proof"], "result": code}
        form = forms.DoneForm(
            data, now=self.now, zone=self.actor.zone, task=record, results=results_of(record)
        )
        checked(form)
        form.cleaned_data["happened"] = sent["happened_at"]
        return form


class MoveTask(TaskAct):
    """Another due time. The deadline behind the task does not move."""

    body = NewDue

    def act(self, record: Task, version: int, sent: dict[str, Any]) -> None:
        actions.move_due(self.actor, record.public_id, version, self.now, **sent)


class AssignTask(TaskAct):
    """Another owner, or the pool."""

    body = NewOwner

    def act(self, record: Task, version: int, sent: dict[str, Any]) -> None:
        team = self.team(sent.get("team")) or record.team
        person = self.person(sent["assignee"])
        actions.assign(
            self.actor, record.public_id, version, self.now, team=team, assignee=person,
            why=sent["why"],
        )  # fmt: skip


class HoldTask(TaskAct):
    """Set aside until a date."""

    body = Hold

    def act(self, record: Task, version: int, sent: dict[str, Any]) -> None:
        actions.hold(self.actor, record.public_id, version, self.now, **sent)


class CancelTask(TaskAct):
    """No longer to be done, with a reason of the list."""

    body = Cancel

    def act(self, record: Task, version: int, sent: dict[str, Any]) -> None:
        actions.cancel(self.actor, record.public_id, version, self.now, **sent)


class ReopenTask(TaskAct):
    """A done task is to be done after all."""

    body = Why

    def act(self, record: Task, version: int, sent: dict[str, Any]) -> None:
        actions.reopen(self.actor, record.public_id, version, self.now, why=sent["why"])
