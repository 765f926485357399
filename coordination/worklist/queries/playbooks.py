"""Playbooks as they are in force: a team's own, else the organization's, else the shipped one."""

from __future__ import annotations

from django.db.models import F, Q

from coordination.access.actor import Actor
from coordination.worklist.models import EvidenceKind, Playbook, PlaybookRun, TaskKind
from coordination.worklist.rules import Definition, read_definition
from patients.queries import scope


def definition_of(playbook: Playbook) -> Definition:
    """Return what a kept playbook says."""
    return read_definition(playbook.definition, kinds=TaskKind.values, evidence=EvidenceKind.values)


def current_playbook(organization_id: int, team_id: int | None, slug: str) -> Playbook | None:
    """Return the version in force for a team, or None for a name nobody has. 1 statement."""
    return (
        Playbook.objects.filter(
            Q(organization_id=organization_id, team_id=team_id)
            | Q(organization_id=organization_id, team=None)
            | Q(organization=None),
            slug=slug,
            is_current=True,
        )
        .order_by(F("team").asc(nulls_last=True), F("organization").asc(nulls_last=True))
        .first()
    )


def playbooks(actor: Actor) -> list[tuple[Playbook, Definition]]:
    """List the playbooks in force for the actor's organization, by title. 1 statement."""
    rows = Playbook.objects.filter(
        Q(organization_id=actor.organization_id, team=None) | Q(organization=None),
        is_current=True,
    ).order_by("slug", F("organization").asc(nulls_last=True))
    first: dict[str, Playbook] = {}
    for row in rows:
        first.setdefault(row.slug, row)
    return sorted(
        ((row, definition_of(row)) for row in first.values()), key=lambda pair: pair[0].title
    )


def runs_of(actor: Actor, patient_id: int) -> list[PlaybookRun]:
    """List the playbooks started for a patient in scope, newest first. 1 statement."""
    return list(
        PlaybookRun.objects.filter(patient__in=scope(actor), patient_id=patient_id)
        .select_related("playbook")
        .order_by("-started_at")
    )
