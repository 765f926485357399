"""The digest: how much is late, by mail, with no patient in it. Silent when nothing is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Count, Max

from coordination.access.models import Digest, Organization, User
from coordination.outreach.models import Delivery, DeliveryChannel, DeliveryKind
from coordination.outreach.rules import wished_slot
from coordination.records import wake
from coordination.worklist.models import Escalation, Task

STILL_NEWS = timedelta(hours=4)
NOTHING = (0, datetime(1, 2, 1, tzinfo=UTC))  # climbed, the newest


@transaction.atomic
def plan_digests(organization: Organization, now: datetime) -> int:
    """Plan the digest of everybody who has something late and wants to hear now.

    Once a person and slot (rules.wished_slot), however often it is asked. Returns how many are new.
    6 statements at most.
    """
    late, climbed = late_by_person(organization, now), climbed_by_person(organization)
    people = User.objects.filter(
        pk__in=set(late) | set(climbed), organization=organization, is_active=True
    ).exclude(email="")
    wishes = dict(people.values_list("pk", "digest"))
    mailed = last_mailed(pk for pk, wish in wishes.items() if wish == Digest.AT_ONCE)
    zone, rows = organization_zone(organization), []
    for pk, wish in wishes.items():
        waiting, newest = climbed.get(pk, NOTHING)
        is_news = bool(waiting) and newest > mailed.get(pk, newest - STILL_NEWS)
        slot = wished_slot(wish, now, zone, has_climbed=bool(waiting), is_news=is_news)
        if slot is not None:
            rows.append(digest_for(organization, pk, slot, now, late=late[pk], escalated=waiting))
    found = Delivery.objects.filter(reminder__in={row.reminder for row in rows})
    there = set(found.values_list("reminder", "recipient"))
    fresh = [row for row in rows if (row.reminder, row.recipient) not in there]
    if fresh:
        Delivery.objects.bulk_create(fresh, ignore_conflicts=True)
        wake("outreach.send_due")
    return len(fresh)


def digest_for(
    organization: Organization, user_id: int, slot: str, now: datetime, **facts: int
) -> Delivery:
    """Return one person's mail, unsaved. facts: its counts."""
    return Delivery(
        organization=organization,
        kind=DeliveryKind.DIGEST,
        template="digest",
        facts=facts,
        reminder=f"digest:{organization.pk}:{slot}",
        recipient=f"user:{user_id}",
        channel=DeliveryChannel.EMAIL,
        due_at=now,
        give_up_at=now + STILL_NEWS,
    )


def last_mailed(people: Iterable[int]) -> dict[int, datetime]:
    """Return when the last digest of each person was planned. 1 statement, none for nobody.

    Read off its end, which no second try moves.
    """
    of_whom = {f"user:{pk}": pk for pk in people}
    if not of_whom:
        return {}
    rows = Delivery.objects.filter(kind=DeliveryKind.DIGEST, recipient__in=of_whom)
    ends = rows.values_list("recipient").annotate(last=Max("give_up_at"))
    return {of_whom[recipient]: last - STILL_NEWS for recipient, last in ends}


def organization_zone(organization: Organization) -> ZoneInfo:
    """Return the zone in which the organization's shifts begin."""
    return ZoneInfo(organization.zone)


def late_by_person(organization: Organization, now: datetime) -> Counter[int]:
    """Count the late open tasks of each person. 1 statement."""
    late = Task.objects.filter(
        organization=organization, is_open=True, due_at__lt=now, assignee__isnull=False
    )
    return Counter(dict(late.values_list("assignee").annotate(n=Count("pk"))))


def climbed_by_person(organization: Organization) -> dict[int, tuple[int, datetime]]:
    """Count what climbed to each person and waits for their answer, and the newest. 1 statement."""
    climbed = Escalation.objects.filter(
        organization=organization, acked_at__isnull=True, to__isnull=False, task__is_open=True,
        level__gt=0,
    )  # fmt: skip
    found = climbed.values_list("to").annotate(n=Count("pk"), newest=Max("fired_at"))
    return {pk: (count, newest) for pk, count, newest in found}
