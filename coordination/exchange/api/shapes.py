"""How each record is shown as JSON. Ids are public ones; row numbers never leave."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from coordination.clocks.models import ClockState
from coordination.worklist.models import (
    DueEvent,
    EvidenceKind,
    HeldBy,
    Priority,
    Severity,
    TaskKind,
    TaskStatus,
    WaitingOn,
)
from patients.models import Disposition, Interpreter, Sex, StayStatus

Text = serializers.CharField
At = serializers.DateTimeField


def of(source: str) -> serializers.UUIDField:
    """Return the public id of another record."""
    return serializers.UUIDField(source=f"{source}.public_id", default=None, allow_null=True)


class Shown(serializers.Serializer[Any]):
    """What every record has. version: also its ETag."""

    id = serializers.UUIDField(source="public_id")
    version = serializers.IntegerField()
    created_at = At()


class PatientOut(Shown):
    """One person in our care."""

    mrn = Text()
    given = Text()
    family = Text()
    birth_date = serializers.DateField(allow_null=True)
    sex = serializers.ChoiceField(choices=Sex.choices)
    language = Text()
    interpreter = serializers.ChoiceField(choices=Interpreter.choices, allow_blank=True)
    street = Text()
    city = Text()
    state = Text()
    zip_code = Text()
    phone = Text()
    email = Text()
    about_me = Text()
    is_unlisted = serializers.BooleanField()
    deceased_at = At(allow_null=True)


class HitOut(serializers.Serializer[Any]):
    """One patient a search found."""

    id = serializers.UUIDField(source="public_id")
    mrn = Text()
    given = Text()
    family = Text()
    birth_date = serializers.DateField(allow_null=True)


class StayOut(Shown):
    """One stay in hospital. unit: code of the facility, a slash, code of the unit."""

    patient = of("patient")
    unit = serializers.SerializerMethodField()
    bed = Text()
    status = serializers.ChoiceField(choices=StayStatus.choices)
    admitted_at = At(allow_null=True)
    expected_at = At(allow_null=True)
    discharged_at = At(allow_null=True)
    departed_at = At(allow_null=True)
    planned_disposition = serializers.ChoiceField(choices=Disposition.choices, allow_blank=True)
    disposition = serializers.ChoiceField(choices=Disposition.choices, allow_blank=True)
    reason = Text()
    admit_source = Text()
    code_status = Text()

    def get_unit(self, stay: Any) -> str | None:
        """Return how the API names a unit."""
        return f"{stay.unit.facility.slug}/{stay.unit.code}" if stay.unit else None


class ContactOut(Shown):
    """One person to speak with. ended_at: no longer a contact since."""

    patient = of("patient")
    kind = Text()
    name = Text()
    relation = Text()
    organization_name = Text()
    phone = Text()
    other_phone = Text()
    email = Text()
    language = Text()
    best_time = Text()
    note = Text()
    decision_role = Text()
    must_not_be_told = serializers.BooleanField()
    rank = serializers.IntegerField()
    ended_at = At(allow_null=True)


class TaskOut(Shown):
    """One promise. clock: the deadline it serves."""

    patient = of("patient")
    kind = serializers.ChoiceField(choices=TaskKind.choices)
    title = Text()
    next_step = Text()
    team = of("team")
    assignee = of("assignee")
    held_by = serializers.ChoiceField(choices=HeldBy.choices)
    due_at = At(allow_null=True)
    due_event = serializers.ChoiceField(choices=DueEvent.choices, allow_blank=True)
    clock = of("clock")
    severity = serializers.ChoiceField(choices=Severity.choices)
    priority = serializers.ChoiceField(choices=Priority.choices)
    status = serializers.ChoiceField(choices=TaskStatus.choices)
    hold_until = At(allow_null=True)
    waiting_on_kind = serializers.ChoiceField(choices=WaitingOn.choices, allow_blank=True)
    waiting_on_person = Text()
    waiting_since = At(allow_null=True)
    evidence_required = serializers.ChoiceField(choices=EvidenceKind.choices)
    outcome = Text()
    result_code = Text()
    completed_at = At(allow_null=True)
    closed_at = At(allow_null=True)


class ClockOut(Shown):
    """One deadline. rule: its name in the rule book; why: why this version exists."""

    patient = of("patient")
    rule = Text(source="slug")
    anchor_event = Text()
    anchor_at = At()
    opens_at = At(allow_null=True)
    due_at = At(allow_null=True)
    safe_by = serializers.DateField(allow_null=True)
    zone = Text()
    state = serializers.ChoiceField(choices=ClockState.choices)
    satisfied_at = At(allow_null=True)
    margin_minutes = serializers.IntegerField(allow_null=True)
    opened_at = At()
    why = Text()
