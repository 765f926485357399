"""The one door to tasks."""

from __future__ import annotations

from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from coordination.access.actor import Actor
from coordination.prepared import Prepared
from coordination.worklist.models import OwnerProposal, Task, TaskStatus
from patients.queries import scope
from patients.queries.scope import SCOPE_SQL, SCOPE_TYPES, scope_params

FIELDS = Task._meta.concrete_fields
NAMES = [field.attname for field in FIELDS]
READ = [(at, f.from_db_value) for at, f in enumerate(FIELDS) if hasattr(f, "from_db_value")]  # JSON
# The same condition as `tasks_in_scope`; a test holds both to the same rows.
LOCK = Prepared(
    "worklist_lock",
    f"""
SELECT {", ".join(f"t.{field.column}" for field in FIELDS)}
FROM worklist_task t JOIN patients_patient p ON p.id = t.patient_id
WHERE t.public_id = %(task)s AND t.organization_id = %(organization_id)s
  AND t.status <> 'entered-in-error' AND {SCOPE_SQL}
FOR UPDATE OF t
""",  # noqa: S608  constants only
    task="uuid",
    **SCOPE_TYPES,
)


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
    row = LOCK.row({"task": public_id, **scope_params(actor)})
    if row is None:
        raise Task.DoesNotExist
    values = list(row)
    for at, read in READ:
        values[at] = read(values[at], None, connection)
    return Task.from_db(connection.alias, NAMES, values)


def owner_proposals(actor: Actor) -> QuerySet[OwnerProposal]:
    """Return the proposals to take over patients this actor may see, answered ones too."""
    return OwnerProposal.objects.filter(
        organization_id=actor.organization_id, patient__in=scope(actor)
    )
