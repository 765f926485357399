"""The smallest valid task, playbook and run."""

from __future__ import annotations

from datetime import UTC, datetime

import factory
from factory.django import DjangoModelFactory

from coordination.worklist.models import Playbook, PlaybookRun, Task
from tests.factories import PatientFactory, TeamFactory


class TaskFactory(DjangoModelFactory):
    """A task of the patient's team, ready and undated."""

    class Meta:
        model = Task

    organization = factory.SelfAttribute("team.organization")
    team = factory.SubFactory(TeamFactory)
    patient = factory.LazyAttribute(
        lambda o: PatientFactory(organization=o.team.organization, team=o.team)
    )
    title = "Confirm bed with Maple Court"
    kind = "call"


class PlaybookFactory(DjangoModelFactory):
    class Meta:
        model = Playbook

    slug = factory.Sequence(lambda n: f"playbook-{n}")
    title = "Inpatient admission"
    definition = factory.LazyFunction(lambda: {"steps": []})
    loaded_at = datetime(2026, 1, 1, tzinfo=UTC)


class PlaybookRunFactory(DjangoModelFactory):
    class Meta:
        model = PlaybookRun

    organization = factory.SelfAttribute("team.organization")
    team = factory.SubFactory(TeamFactory)
    playbook = factory.SubFactory(PlaybookFactory)
    slug = factory.SelfAttribute("playbook.slug")
    patient = factory.LazyAttribute(
        lambda o: PatientFactory(organization=o.team.organization, team=o.team)
    )
    subject_kind = "stay"
    subject_id = 7
    anchor_event = "stay.segment_started(inpatient)"
    anchor_at = datetime(2026, 11, 20, 15, tzinfo=UTC)
    started_at = anchor_at
