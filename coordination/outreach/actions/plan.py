"""Plans the reminders of visits: one row per rule and occurrence, however often it is asked."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Max

from coordination.access.actor import Actor
from coordination.access.audit import record
from coordination.access.models import Organization
from coordination.outreach.actions.dead import sender
from coordination.outreach.actions.outcome import stop_one
from coordination.outreach.actions.recipients import Recipient, recipients
from coordination.outreach.models import Delivery, DeliveryKind, DeliveryState, ReminderRule
from coordination.outreach.rules import give_up, reminder_due
from patients.models import Visit, VisitStatus

BATCH = 500


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One reminder of one visit: its key, and when it is due."""

    reminder: str
    rule: ReminderRule
    visit: Visit
    due_at: datetime
    give_up_at: datetime


def reminder_key(visit_id: int, slug: str) -> str:
    """Return the key that stays the same when the visit is moved."""
    return f"visit:{visit_id}:{slug}"


@transaction.atomic
def plan_visit(organization: Organization, visit_id: int, now: datetime) -> int:
    """Bring one visit's reminders in line with it: plan, move, or stop. Returns how many are new.

    Safe to repeat: a planned row moves with the visit; one that went out for another time is
    followed by the next ordinal. What is already past is not planned. Never refuses.
    """
    visit = Visit.objects.select_related("patient").get(pk=visit_id, organization=organization)
    held = list(
        Delivery.objects.select_for_update(of=("self",))
        .select_related("organization")
        .filter(visit=visit)
        .order_by("reminder", "ordinal")
    )
    if not is_ahead(visit, now):
        stop_visit(held, visit, now)
        return 0
    last = {row.reminder: row for row in held}
    return plan(organization, [visit], last, now)


def is_ahead(visit: Visit, now: datetime) -> bool:
    """Say whether the visit is booked and still to come, for somebody who lives."""
    return (
        visit.status == VisitStatus.BOOKED
        and visit.starts_at is not None
        and visit.starts_at > now
        and visit.patient.deceased_at is None
    )


def stop_visit(held: Sequence[Delivery], visit: Visit, now: datetime) -> None:
    """Cancel what is planned, or in hand and not begun, for a visit that will not take place."""
    is_off = visit.status != VisitStatus.BOOKED or visit.starts_at is None
    reason = "visit-cancelled" if is_off else "visit-over"
    for row in held:
        if is_stoppable(row):
            stop_one(row, reason, now)


def is_stoppable(row: Delivery) -> bool:
    """Say whether the message has certainly not left yet."""
    return row.state == DeliveryState.PLANNED or (
        row.state == DeliveryState.CLAIMED and row.sending_at is None
    )


@transaction.atomic
def plan_reminders(organization: Organization, now: datetime) -> int:
    """Plan what is missing for every visit ahead: the daily safety net. Returns how many are new.

    Set-based, 500 visits a batch; any number of planners may run at once.
    """
    furthest = ReminderRule.objects.filter(organization=organization, is_on=True).aggregate(
        days=Max("days_before")
    )["days"]
    if furthest is None:
        return 0
    ahead = (
        Visit.objects.filter(
            organization=organization,
            status=VisitStatus.BOOKED,
            starts_at__gt=now,
            starts_at__lt=now + timedelta(days=furthest + 2),
            patient__deceased_at__isnull=True,
        )
        .select_related("patient")
        .order_by("pk")
    )
    made, after = 0, 0
    while visits := list(ahead.filter(pk__gt=after)[:BATCH]):
        made += plan(organization, visits, latest(visits), now)
        after = visits[-1].pk
    return made


def latest(visits: Sequence[Visit]) -> dict[str, Delivery]:
    """Return the last ordinal of each reminder these visits have, locked. 1 statement."""
    rows = (
        Delivery.objects.select_for_update(of=("self",))
        .filter(visit__in=visits)
        .order_by("reminder", "ordinal")
    )
    return {row.reminder: row for row in rows}


def plan(
    organization: Organization, visits: Sequence[Visit], last: dict[str, Delivery], now: datetime
) -> int:
    """Insert or move the rows of these visits. Returns how many are new."""
    rules = list(
        ReminderRule.objects.filter(
            organization=organization, is_on=True, kind=DeliveryKind.VISIT_REMINDER
        ).order_by("pk")
    )
    to = recipients([visit.patient for visit in visits], now)
    fresh = []
    for visit in visits:
        whom = to[visit.patient_id]
        for due in occurrences(visit, rules, whom.zone):
            known = last.get(due.reminder)
            if known is not None and known.state == DeliveryState.PLANNED:
                shift(known, due, now)
            elif due.due_at > now and (ordinal := next_ordinal(known, due)):
                fresh += rows_for(organization, due, whom, ordinal)
    Delivery.objects.bulk_create(fresh, ignore_conflicts=True, batch_size=BATCH)
    note(organization, fresh, now)
    return len(fresh)


def occurrences(visit: Visit, rules: Sequence[ReminderRule], zone: ZoneInfo) -> list[Occurrence]:
    """Return the reminders this visit calls for."""
    starts_at = visit.starts_at
    if starts_at is None:
        return []
    found = []
    for rule in rules:
        due_at = reminder_due(starts_at, rule.days_before, rule.local_time, zone)
        ends = give_up(due_at, starts_at)
        found.append(Occurrence(reminder_key(visit.pk, rule.slug), rule, visit, due_at, ends))
    return found


def next_ordinal(known: Delivery | None, due: Occurrence) -> int | None:
    """Return the ordinal of a new row, or None if what is there still covers the visit.

    A message that went out for another time no longer holds, so the next one follows it; a canceled
    one is followed too, for the visit stands again.
    """
    if known is None:
        return 1
    stands = known.occurs_at == due.visit.starts_at and known.state != DeliveryState.CANCELLED
    stopped = known.reason in {"opted-out", "by-hand", "in-hospital"}
    return None if stands or stopped else known.ordinal + 1


def shift(known: Delivery, due: Occurrence, now: datetime) -> None:
    """Move a planned row to where the visit is now; what would lie in the past is canceled."""
    if known.occurs_at == due.visit.starts_at:
        return
    if due.due_at <= now:
        stop_one(known, "visit-moved", now)
        return
    Delivery.objects.filter(pk=known.pk).update(
        occurs_at=due.visit.starts_at, due_at=due.due_at, give_up_at=due.give_up_at
    )


def rows_for(
    organization: Organization, due: Occurrence, whom: Recipient, ordinal: int
) -> list[Delivery]:
    """Return the new row, or none where nobody wants it."""
    channel = whom.channel(due.rule.channel)
    if channel is None:
        return []
    return [
        Delivery(
            organization=organization,
            patient_id=due.visit.patient_id,
            visit=due.visit,
            kind=due.rule.kind,
            template=due.rule.template,
            reminder=due.reminder,
            ordinal=ordinal,
            recipient=whom.name,
            channel=channel,
            occurs_at=due.visit.starts_at,
            due_at=due.due_at,
            give_up_at=due.give_up_at,
        )
    ]


def note(organization: Organization, fresh: Sequence[Delivery], now: datetime) -> None:
    """Write the trail of what was planned, one row for all."""
    if fresh:
        actor: Actor = sender(organization)
        counts: dict[str, int] = defaultdict(int)
        for row in fresh:
            counts[row.channel] += 1
        record(
            actor,
            "message.plan",
            now=now,
            patients={row.patient_id for row in fresh if row.patient_id},
            detail=dict(counts),
        )
