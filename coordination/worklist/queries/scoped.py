"""The one door to tasks."""

from __future__ import annotations

from uuid import UUID

from django.db.models import QuerySet

from coordination.access.actor import Actor
from coordination.worklist.models import OwnerProposal, Task, TaskStatus
from patients.queries import scope
from patients.queries.scope import SCOPE_SQL, scope_params

# The same condition as `tasks_in_scope`; a test holds both to the same rows.
LOCK = f"""
SELECT t.* FROM worklist_task t JOIN patients_patient p ON p.id = t.patient_id
WHERE t.public_id = %(task)s AND t.organization_id = %(organization_id)s
  AND t.status <> 'entered-in-error' AND {SCOPE_SQL}
FOR UPDATE OF t
"""  # noqa: S608  constants only


def tasks_in_scope(actor: Actor) -> QuerySet[Task]:
    """Return the tasks of the patients this actor may see; what was entered in error is hidden."""
    return Task.objects.filter(
        organization_id=actor.organization_id, patient__in=scope(actor)
    ).exclude(status=TaskStatus.ENTERED_IN_ERROR)


def locked_task(actor: Actor, public_id: UUID) -> Task:
    """Return the task locked FOR UPDATE, in the caller's transaction. 1 statement.

    Every act begins here, and the ORM takes longer to word the scope than PostgreSQL to answer.
    Raises Task.DoesNotExist when it is not there or not in scope.
    """
    for task in Task.objects.raw(LOCK, {"task": public_id, **scope_params(actor)}):
        return task
    raise Task.DoesNotExist


def owner_proposals(actor: Actor) -> QuerySet[OwnerProposal]:
    """Return the proposals to take over patients this actor may see, answered ones too."""
    return OwnerProposal.objects.filter(
        organization_id=actor.organization_id, patient__in=scope(actor)
    )
