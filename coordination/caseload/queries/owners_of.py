"""Who looks after one patient, and who did: for the form that changes it."""

from __future__ import annotations

from coordination.access.actor import Actor
from coordination.access.models import Team
from patients.models import Assignment, Patient

MOST = 100


def owner_history(patient: Patient) -> list[Assignment]:
    """List every stretch in which somebody looked after an opened chart, newest first. 1 statement.

    At most a hundred.
    """
    rows = Assignment.objects.filter(patient=patient).select_related("user", "team", "set_by")
    return list(rows.order_by("-starts_at", "-pk")[:MOST])


def own_teams_of(actor: Actor, patient: Patient) -> list[Team]:
    """List the actor's teams that look after an opened chart, by name. 1 statement."""
    teams = Team.objects.filter(
        pk__in=actor.team_ids, assignment__patient=patient, assignment__ends_at__isnull=True
    )
    return list(teams.distinct().order_by("name", "pk"))
