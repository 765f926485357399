"""The digest: how much is late, by mail, with no patient in it. Silent when nothing is."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Count

from coordination.access.models import Organization, User
from coordination.outreach.models import Delivery, DeliveryChannel, DeliveryKind
from coordination.outreach.rules import digest_slot
from coordination.records import wake
from coordination.worklist.models import Escalation, Task

STILL_NEWS = timedelta(hours=4)


@transaction.atomic
def plan_digests(organization: Organization, now: datetime) -> int:
    """Plan this shift's digest for everybody who has something late. Returns how many are new.

    Once a person and shift, however often it is asked. 4 statements.
    """
    slot = digest_slot(now, organization_zone(organization))
    if slot is None:
        return 0
    late, escalated = late_by_person(organization, now), escalated_by_person(organization)
    people = User.objects.filter(
        pk__in=set(late) | set(escalated), organization=organization, is_active=True
    ).exclude(email="")
    rows = [
        Delivery(
            organization=organization,
            kind=DeliveryKind.DIGEST,
            template="digest",
            facts={"late": late[person.pk], "escalated": escalated[person.pk]},
            reminder=f"digest:{organization.pk}:{slot}",
            recipient=f"user:{person.pk}",
            channel=DeliveryChannel.EMAIL,
            due_at=now,
            give_up_at=now + STILL_NEWS,
        )
        for person in people
    ]
    before = Delivery.objects.filter(reminder=f"digest:{organization.pk}:{slot}").count()
    Delivery.objects.bulk_create(rows, ignore_conflicts=True)
    wake("outreach.send_due")
    return len(rows) - before if len(rows) > before else 0


def organization_zone(organization: Organization) -> ZoneInfo:
    """Return the zone in which the organization's shifts begin."""
    return ZoneInfo(organization.zone)


def late_by_person(organization: Organization, now: datetime) -> Counter[int]:
    """Count the late open tasks of each person. 1 statement."""
    late = Task.objects.filter(
        organization=organization, is_open=True, due_at__lt=now, assignee__isnull=False
    )
    return Counter(dict(late.values_list("assignee").annotate(n=Count("pk"))))


def escalated_by_person(organization: Organization) -> Counter[int]:
    """Count what climbed to each person and they have not answered. 1 statement."""
    climbed = Escalation.objects.filter(
        organization=organization, acked_at__isnull=True, to__isnull=False, task__is_open=True,
        level__gt=0,
    )  # fmt: skip
    return Counter(dict(climbed.values_list("to").annotate(n=Count("pk"))))
