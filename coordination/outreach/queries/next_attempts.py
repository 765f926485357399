"""When to try again: what the call drawer proposes."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from coordination.outreach.models import Call
from coordination.outreach.queries.parties import Party
from coordination.outreach.rules import (
    REACHED,
    Attempt,
    UnreadableHours,
    next_attempt,
    wished_hours,
)
from coordination.words import when_words
from coordination.worklist.models import Task
from patients.models import Patient

LOOK_BACK = timedelta(days=14)
HOUR = timedelta(hours=1)


def previous_attempts(patient: Patient, task: Task | None, now: datetime) -> list[Attempt]:
    """Return the tries of the last two weeks that reached nobody. 1 statement.

    patient: from `open_chart`. task: only those for it, if given.
    """
    calls = Call.objects.filter(patient=patient, occurred_at__gt=now - LOOK_BACK).exclude(
        outcome__in=REACHED
    )
    if task is not None:
        calls = calls.filter(task=task)
    return [Attempt(at) for at in calls.values_list("occurred_at", flat=True)]


def next_choices(
    patient: Patient,
    task: Task | None,
    party: Party | None,
    now: datetime,
    zone: ZoneInfo,
    outcome: str = "",
) -> list[tuple[str, str]]:
    """Return up to three proposals as (ISO instant, label), the best first. 1 statement.

    party: whose wished hours count. The first is the rule's; then in an hour, and the next morning.
    """
    try:
        wished = wished_hours(party.hours) if party is not None else None
    except UnreadableHours:
        wished = None
    tried = [*previous_attempts(patient, task, now), Attempt(now)]
    best = next_attempt(now, zone, tried, wished, outcome)
    soon = (now + HOUR).replace(second=0, microsecond=0)
    found = [] if best is None else [(best.isoformat(), when_words(best, now, zone))]
    if best is None or abs(best - soon) > HOUR / 2:
        found.append((soon.isoformat(), _("in 1 h")))
    second = next_attempt(now, zone, [*tried, *([Attempt(best)] if best else [])], wished)
    if second is not None:
        found.append((second.isoformat(), when_words(second, now, zone)))
    return found
