"""Chasing what is late: the sweep, a person's own push, and the word *seen*."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from coordination.access.actor import Actor, require
from coordination.access.audit import record
from coordination.access.models import Organization, Team
from coordination.access.rules import parse_steps
from coordination.access.settings_of import facility_settings
from coordination.records import NotPermitted, Refused
from coordination.worklist.actions.telling import BATCH, announce, holds_any, tell_band, tell_tasks
from coordination.worklist.actions.trail import locked, still_open
from coordination.worklist.models import Escalation, Sweep, Task
from coordination.worklist.queries import tasks_in_scope
from coordination.worklist.rules import TOP, Band, bands

OVERLAP = timedelta(minutes=2)
FULL_PASS_EVERY = timedelta(hours=24)
DAWN = datetime(1, 1, 1, tzinfo=UTC)
LAST_ID = 2**63 - 1  # nothing due at the band's lower edge itself
SWEEP = "worklist.escalate_late"


def escalate_late(now: datetime) -> int:
    """Give each late task the notice of the level it stands at now; return how many were new.

    Each batch of 5,000 commits by itself, so this must not run inside a transaction. Reads only
    due times that reached a level since the last finished sweep; everything once a day.
    """
    mark = Sweep.objects.filter(name=SWEEP).first()
    is_full = mark is None or now - mark.full_pass_at >= FULL_PASS_EVERY
    since = None if mark is None or is_full else mark.done_until - OVERLAP
    count = sum(_sweep(organization, since, now) for organization in Organization.objects.all())
    Sweep.objects.update_or_create(
        name=SWEEP,
        defaults={"done_until": now, **({"full_pass_at": now} if is_full else {})},
        create_defaults={"done_until": now, "full_pass_at": now},
    )
    return count


def _sweep(organization: Organization, since: datetime | None, now: datetime) -> int:
    count = 0
    for steps, teams in _teams_by_steps(organization).items():
        for band in bands(since, now, steps):
            count += _sweep_band(organization, band, teams, now)
    return count


def _teams_by_steps(organization: Organization) -> dict[tuple[timedelta, ...], list[int]]:
    """Group the organization's teams by the steps of their facility. 2 statements."""
    settings = facility_settings(organization, "escalation_steps")
    found = defaultdict(list)
    teams = Team.objects.filter(organization=organization).values_list("pk", "facility_id")
    for team, facility in teams:
        text = settings.get(facility)
        found[parse_steps(text) if text else ()].append(team)
    return found


def _sweep_band(organization: Organization, band: Band, teams: list[int], now: datetime) -> int:
    count, after = 0, (band.after or DAWN, LAST_ID)
    if not holds_any(band, after[0]):
        return 0
    while True:
        with transaction.atomic():
            told = tell_band(band, teams, now, after)
            count += announce(organization.pk, band.level, told, now)
        if len(told) < BATCH:
            return count
        after = (told[-1].due_at, told[-1].task_id)


@transaction.atomic
def escalate(
    actor: Actor, task_id: UUID, version: int | None, now: datetime, *, note: str = ""
) -> Escalation:
    """Tell the next rung of the ladder now, before the clock does. The task stays with its owner.

    Returns the notice, with who was told. Raises NotPermitted, Task.DoesNotExist, StaleRecord,
    TransitionNotAllowed, or Refused when everybody on the ladder has been told, or nobody holds it.
    """
    task = locked(actor, task_id, version, "task.escalate")
    still_open(task, actor)
    top = task.escalations.order_by("-level").values_list("level", flat=True).first()
    level = (top or 0) + 1
    if level > TOP:
        raise Refused(_("Everybody on the ladder has been told already."))
    told = tell_tasks([task.pk], level, now, by=actor.user_id, note=note)
    if not told or told[0].to_id is None:
        raise Refused(_("Nobody holds the next step of the ladder in this team."))
    announce(task.organization_id, level, told, now)
    record(actor, "task.escalate_by_hand", task, now, detail={"level": level})
    return task.escalations.select_related("to").get(level=level)


@transaction.atomic
def acknowledge(actor: Actor, task_id: UUID, level: int, now: datetime) -> Escalation:
    """Say that a notice was seen. Twice is once.

    One's own; a charge nurse's and a supervisor's also those of their teams. Raises NotPermitted,
    Task.DoesNotExist or Escalation.DoesNotExist.
    """
    require(actor, "escalation.acknowledge")
    task = tasks_in_scope(actor).get(public_id=task_id)
    notice = Escalation.objects.select_for_update(of=("self",)).get(task=task, level=level)
    if notice.to_id != actor.user_id and not _may_acknowledge(actor, task):
        raise NotPermitted(_("This notice is for somebody else."))
    if notice.acked_at is None:
        notice.acked_at, notice.acked_by = now, actor.user
        notice.save(update_fields=["acked_at", "acked_by"])
        record(actor, "escalation.acknowledge", task, now, detail={"level": level})
    return notice


def _may_acknowledge(actor: Actor, task: Task) -> bool:
    if task.team_id not in actor.team_ids:
        return False
    return actor.may("escalation.acknowledge_any") or actor.may("escalation.acknowledge_unit")
