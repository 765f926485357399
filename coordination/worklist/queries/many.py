"""Runs of one act over many tasks: whose they are, how far they are, what became of each row."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Count, Q, QuerySet

from coordination.access.actor import Actor
from coordination.worklist.models import BulkItem, BulkRun, ItemOutcome
from coordination.worklist.queries.scoped import tasks_in_scope

PAGE_ROWS = 50
LATEST = 30


def bulk_runs_in_scope(actor: Actor) -> QuerySet[BulkRun]:
    """Return one's own runs and, for who may act on others' tasks, those of their teams."""
    whose = Q(user_id=actor.user_id)
    if actor.may("task.change_others"):
        whose |= Q(team__in=actor.team_ids)
    return BulkRun.objects.filter(whose, organization_id=actor.organization_id)


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a run is: rows by what became of them."""

    total: int
    done: int
    refused: int
    stopped: int

    @property
    def tried(self) -> int:
        """Return how many rows have a result."""
        return self.done + self.refused


def progress_of(run: BulkRun) -> Progress:
    """Return how far a run is. 1 statement."""
    counted = BulkItem.objects.filter(run=run).aggregate(
        total=Count("pk"),
        done=Count("pk", filter=Q(outcome=ItemOutcome.DONE)),
        refused=Count("pk", filter=Q(outcome=ItemOutcome.REFUSED)),
        stopped=Count("pk", filter=Q(outcome=ItemOutcome.STOPPED)),
    )
    return Progress(**counted)


@dataclass(frozen=True, slots=True)
class ItemPage:
    """One page of rows; after: the ordinal to go on from, None at the end."""

    rows: list[BulkItem]
    after: int | None


def bulk_items(
    actor: Actor, run: BulkRun, after: int = -1, *, only_refused: bool = False
) -> ItemPage:
    """Return a page of a run's rows in their order, those the actor may see. 1 statement.

    Adds the patients to `actor.shown`.
    """
    rows = BulkItem.objects.filter(run=run, ordinal__gt=after, task__in=tasks_in_scope(actor))
    if only_refused:
        rows = rows.filter(outcome__in=[ItemOutcome.REFUSED, ItemOutcome.STOPPED])
    found = list(rows.select_related("task__patient").order_by("ordinal")[: PAGE_ROWS + 1])
    page = found[:PAGE_ROWS]
    actor.shown.update(item.task.patient_id for item in page)
    return ItemPage(page, page[-1].ordinal if len(found) > PAGE_ROWS else None)


def latest_runs(actor: Actor) -> list[tuple[BulkRun, int]]:
    """Return the latest runs one may see with their number of rows, newest first. 1 statement."""
    runs = bulk_runs_in_scope(actor).select_related("user").annotate(rows=Count("items"))
    return [(run, run.rows) for run in runs.order_by("-asked_at", "-pk")[:LATEST]]


def one_run(actor: Actor, public_id: UUID) -> BulkRun:
    """Return one run. 1 statement. Raises BulkRun.DoesNotExist."""
    return bulk_runs_in_scope(actor).select_related("user").get(public_id=public_id)
