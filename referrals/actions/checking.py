"""Verifying entries: a person asks, and what they heard is kept with who said it and when."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from coordination.access.actor import Actor, require
from coordination.access.audit import SYSTEM_ROWS, record
from coordination.access.rules import parse_length
from coordination.records import amend, lock
from referrals.models import (
    CheckCall,
    CheckOutcome,
    Network,
    Provider,
    Service,
    Verification,
)
from referrals.queries import entries_in_scope

ASKED = {CheckOutcome.CONFIRMED, CheckOutcome.CHANGED}
ANSWERS = ASKED | {CheckOutcome.CLOSED}
CHECK_AFTER = "directory_check_after"
# The shortest time that a facility of the organization settled on; none settled, none is due.
DUE = """
WITH late AS (
  SELECT p.organization_id, p.id, p.verified_at + w.after AS due_since
  FROM unnest(%(organizations)s::bigint[], %(after)s::interval[]) AS w (organization_id, after)
  JOIN referrals_provider p ON p.organization_id = w.organization_id
    AND p.verified_at < %(now)s - w.after AND p.closed_on IS NULL
  WHERE NOT EXISTS (
    SELECT 1 FROM referrals_checkcall c WHERE c.provider_id = p.id AND c.answered_id IS NULL)
), raised AS (
  INSERT INTO referrals_checkcall
    (organization_id, public_id, version, created_at, provider_id, raised_at, due_since)
  SELECT organization_id, gen_random_uuid(), 1, %(now)s, id, %(now)s, due_since FROM late
  ON CONFLICT (provider_id) WHERE answered_id IS NULL DO NOTHING RETURNING organization_id
), told AS (
  {trail} (SELECT organization_id, ARRAY[]::bigint[] AS patients,
    jsonb_build_object('count', count(*)) AS detail FROM raised GROUP BY organization_id) t
) SELECT count(*) FROM raised
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class CapacityIn:
    """What was said of one service. accepting, wait_days: None is not known."""

    accepting: bool | None = None
    wait_days: int | None = None
    capacity: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckIn:
    """One check. services: by the pk of the service; languages, takes: None when not asked.

    takes: payer class to yes, no or None (they do not know). outcome, method: codes.
    """

    method: str
    outcome: str
    spoke_with: str = ""
    note: str = ""
    services: Mapping[int, CapacityIn] = field(default_factory=dict)
    languages: Sequence[str] | None = None
    takes: Mapping[str, bool | None] | None = None


@transaction.atomic
def verify(
    actor: Actor, public_id: UUID, version: int, said: CheckIn, now: datetime
) -> Verification:
    """Keep one check of an entry and what it changed; a call that was due is answered by it.

    What was only heard in passing says how full they are, and verifies nothing. Nobody reached
    changes nothing; both leave a call that is due standing. Raises NotPermitted,
    Provider.DoesNotExist, StaleRecord.
    """
    require(actor, "directory.verify")
    provider = lock(entries_in_scope(actor), public_id, version)
    changed: dict[str, Any] = {}
    if said.outcome in ASKED | {CheckOutcome.HEARD}:
        changed = _hear(actor, provider, said, now)
    if said.outcome in ASKED:
        changed |= _learn(actor, provider, said, now)
    check = Verification.objects.create(
        organization_id=provider.organization_id, provider=provider, at=now, by=actor.user,
        method=said.method, outcome=said.outcome, spoke_with=said.spoke_with, note=said.note,
        changed=changed,
    )  # fmt: skip
    today = now.astimezone(actor.zone).date()
    if said.outcome in ASKED:
        amend(provider, verified_at=now, verified_how=said.method)
    elif said.outcome == CheckOutcome.CLOSED:
        amend(provider, closed_on=today, verified_at=now, verified_how=said.method)
    if said.outcome in ANSWERS:
        CheckCall.objects.filter(provider=provider, answered=None).update(answered=check)
    record(actor, "directory.verify", provider, now, detail={"fields": sorted(changed)})
    return check


def _hear(actor: Actor, provider: Provider, said: CheckIn, now: datetime) -> dict[str, Any]:
    """Write how full they are; return each field with what it was and became."""
    changed: dict[str, Any] = {}
    for service in Service.objects.filter(provider=provider, pk__in=list(said.services)):
        changed |= _set_capacity(actor, service, said.services[service.pk], now)
    return changed


def _learn(actor: Actor, provider: Provider, said: CheckIn, now: datetime) -> dict[str, Any]:
    """Write whom they serve; return each field with what it was and became."""
    changed: dict[str, Any] = {}
    if said.languages is not None and sorted(said.languages) != sorted(provider.languages):
        changed["languages"] = [provider.languages, list(said.languages)]
        amend(provider, languages=list(said.languages))
    today = now.astimezone(actor.zone).date()
    for payer_class, accepts in (said.takes or {}).items():
        changed |= _set_payer(actor, provider, payer_class, accepts, now, today)
    return changed


def _set_capacity(
    actor: Actor, service: Service, said: CapacityIn, now: datetime
) -> dict[str, Any]:
    """Write how full a service is, as of now; what was said again is fresh again."""
    before = [service.accepting, service.wait_days, service.capacity]
    after = [said.accepting, said.wait_days, said.capacity]
    known = after != [None, None, ""]
    amend(
        service, accepting=said.accepting, wait_days=said.wait_days, capacity=said.capacity,
        capacity_at=now if known else None, capacity_by=actor.user if known else None,
    )  # fmt: skip
    return {f"capacity:{service.need}": [before, after]} if before != after else {}


def _set_payer(
    actor: Actor,
    provider: Provider,
    payer_class: str,
    accepts: bool | None,  # noqa: FBT001  yes, no, not known
    now: datetime,
    today: date,
) -> dict[str, Any]:
    """Let a provider take a payer class, or not, from today; the past stays as it was."""
    standing = Network.objects.filter(
        provider=provider, payer_class=payer_class, payer_norm="", ends_on=None
    ).first()
    before = standing.accepts if standing else None
    if before == accepts:
        return {}
    if standing is not None:
        begun_today = standing.starts_on == today
        amend(standing, ends_on=today if begun_today else today - timedelta(days=1))
    if accepts is not None:
        Network.objects.create(
            organization_id=provider.organization_id, provider=provider, payer_class=payer_class,
            accepts=accepts, starts_on=today, said_at=now, said_by=actor.user,
        )  # fmt: skip
    return {f"payer:{payer_class}": [before, accepts]}


@transaction.atomic
def raise_checks(now: datetime) -> int:
    """Raise a call for each entry whose last check is older than its organization lets it be.

    Source: "directory entry re-verified after 90 d", rules.md 2.1; the time is each facility's to
    set. An entry nobody ever verified raises none: it is shown as not checked. 2 statements.
    """
    after = _shortest()
    if not after:
        return 0
    with connection.cursor() as cursor:
        cursor.execute(
            DUE.format(trail=SYSTEM_ROWS),
            {"now": now, "organizations": list(after), "after": list(after.values()),
             "action": "directory.check_due", "job": "referrals.raise_checks", "request_id": ""},
        )  # fmt: skip
        return int(cursor.fetchone()[0])


def _shortest() -> dict[int, timedelta]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT organization_id, value FROM access_facilitysetting WHERE key = %s",
            [CHECK_AFTER],
        )
        rows = cursor.fetchall()
    shortest: dict[int, timedelta] = {}
    for organization_id, value in rows:
        length = parse_length(value)
        shortest[organization_id] = min(length, shortest.get(organization_id, length))
    return shortest
