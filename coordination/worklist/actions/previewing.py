"""What a draft would raise for a patient: the start itself, done and taken back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from coordination.access.actor import Actor, require, system_actor
from coordination.events import rehearse
from coordination.records import Refused
from coordination.worklist.actions.playing import anchor_of, begin_run
from coordination.worklist.models import Playbook, PlaybookDraft, PlaybookRun, Task
from coordination.worklist.queries import definition_of, rules_of
from coordination.worklist.rules import KnownRule, Step
from patients.models import Assignment, Patient

NAME = "preview"  # a slug no playbook has: what runs already stands in nobody's way


@dataclass(frozen=True, slots=True)
class Foreseen:
    """One step as it would be raised. task: never kept; None: it raises nothing, and why not.

    waits: the titles of the tasks it would wait for.
    """

    step: Step
    task: Task | None
    why_not: str = ""
    waits: tuple[str, ...] = ()


def preview(
    actor: Actor,
    draft: PlaybookDraft,
    patient: Patient,
    *,
    subject: tuple[str, int],
    anchor_at: datetime,
    now: datetime,
    facts: Mapping[str, str],
) -> list[Foreseen]:
    """Return what a start at this instant would raise for a patient in scope; nothing is written.

    The draft has no mistakes. Raises NotPermitted, or Refused for a patient of another team and an
    instant before go-live.
    """
    require(actor, "playbook.change")
    organization = draft.organization
    held = Assignment.objects.filter(patient=patient, team=draft.team_id, ends_at__isnull=True)
    if not held.exists():
        raise Refused(_("This team does not look after the patient."))
    if anchor_at < organization.go_live_at:
        raise Refused(_("Nothing is raised for what lies before go-live."))
    found: list[Foreseen] = []
    system = system_actor("worklist.preview_playbook", organization, actor)

    def start() -> None:
        book = Playbook.objects.create(
            organization=organization, slug=NAME, title=draft.definition["title"],
            definition=draft.definition, loaded_at=now, is_current=False,
        )  # fmt: skip
        run = begin_run(
            system, book, patient, draft.team, subject=subject, anchor_at=anchor_at, now=now,
            anchor_event=draft.definition["anchor_event"], facts=facts,
        )  # fmt: skip
        found.extend(foreseen(run, rules_of(organization.pk)))

    rehearse(start)
    return found


def foreseen(run: PlaybookRun, rules: Mapping[str, KnownRule]) -> list[Foreseen]:
    """Return each step of a run with its task, or why it has none. 2 statements."""
    rows = Task.objects.filter(run=run).select_related("assignee", "team", "clock__rule")
    tasks = {task.step: task for task in rows.prefetch_related("blocked_by")}
    found = []
    for step in definition_of(run.playbook).steps:
        task = tasks.get(step.slug)
        if task is None:
            found.append(Foreseen(step, None, why_not(run, step, rules)))
        else:
            waits = tuple(one.title for one in task.blocked_by.all())
            found.append(Foreseen(step, task, waits=waits))
    return found


def why_not(run: PlaybookRun, step: Step, rules: Mapping[str, KnownRule]) -> str:
    """Return why a step of this run raised nothing."""
    if not step.fits(run.facts):
        return _("It belongs to other facts than these.")
    if anchor_of(run, step) is None:
        return _("It waits until it is known: %(fact)s.") % {
            "fact": step.anchor_fact.removesuffix("_at").replace("_", " ")
        }
    rule = rules.get(step.rule)
    if rule is None or not rule.is_on:
        return _("Its rule is off until somebody here signs it.")
    return _("Its rule does not apply to this patient.")
