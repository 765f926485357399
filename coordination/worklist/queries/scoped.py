"""The one door to tasks."""

from __future__ import annotations

from django.db.models import QuerySet

from coordination.access.actor import Actor
from coordination.worklist.models import Task, TaskStatus
from patients.queries import scope


def tasks_in_scope(actor: Actor) -> QuerySet[Task]:
    """Return the tasks of the patients this actor may see; what was entered in error is hidden."""
    return Task.objects.filter(
        organization_id=actor.organization_id, patient__in=scope(actor)
    ).exclude(status=TaskStatus.ENTERED_IN_ERROR)
