"""What happened while somebody was away, in words, patient by patient."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from coordination.caseload.queries.cover import CallThen
from coordination.outreach.models import Outcome
from coordination.worklist.models import TaskEvent
from coordination.worklist.views.history import who_of, words_of
from patients.models import Patient


@dataclass(frozen=True, slots=True)
class Then:
    """One thing that happened: when, what about which work, and by whom."""

    at: datetime
    words: str
    about: str
    who: str


@dataclass(slots=True)
class Meanwhile:
    """Everything about one patient while their owner was away, oldest first."""

    patient_id: UUID
    name: str
    mrn: str
    lines: list[Then] = field(default_factory=list)


def happened(
    events: Iterable[TaskEvent], calls: Iterable[CallThen], people: Mapping[int, Patient],
    zone: ZoneInfo,
) -> list[Meanwhile]:  # fmt: skip
    """Return the story by patient, in the order in which something first happened to them."""
    by_patient: dict[int, Meanwhile] = {}

    def of(patient: Patient) -> Meanwhile:
        name = f"{patient.given} {patient.family}".strip()
        return by_patient.setdefault(patient.pk, Meanwhile(patient.public_id, name, patient.mrn))

    for event in events:
        why = f" ({event.why})" if event.why else ""
        line = Then(event.at, words_of(event, zone) + why, event.task.title, who_of(event))
        of(event.task.patient).lines.append(line)
    labels = dict(Outcome.choices)
    for call in calls:
        if call.patient_id in people:
            outcome = labels.get(call.outcome, call.outcome)
            said = _("Contact: %(outcome)s") % {"outcome": outcome}
            of(people[call.patient_id]).lines.append(
                Then(call.at, said, call.note, call.who or _("the system"))
            )
    for one in by_patient.values():
        one.lines.sort(key=lambda line: line.at)
    return sorted(by_patient.values(), key=lambda one: one.lines[0].at)
