"""One entry with all that is known of it, and the calls that entries are due for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Q, QuerySet

from coordination.access.actor import Actor
from referrals.models import CheckCall, Network, Program, Provider, Service, Verification

PAGE_ROWS = 50
SHOWN_CHECKS = 10
CAP = 1000


def entries_in_scope(actor: Actor) -> QuerySet[Provider]:
    """Return the directory of the actor's organization. It names no patient."""
    return Provider.objects.filter(organization_id=actor.organization_id)


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry as its page shows it. checks: the newest first; due: the call it waits for."""

    provider: Provider
    services: list[Service]
    networks: list[Network]
    checks: list[Verification]
    program: Program | None
    due: CheckCall | None


def entry(actor: Actor, public_id: UUID) -> Entry:
    """Return one entry of the directory. 6 statements. Raises Provider.DoesNotExist."""
    provider = entries_in_scope(actor).get(public_id=public_id)
    networks = Network.objects.filter(provider=provider, ends_on=None).select_related("said_by")
    checks = Verification.objects.filter(provider=provider).select_related("by")
    return Entry(
        provider,
        offered(provider),
        list(networks.order_by("-accepts", "payer_class", "payer_norm")),
        list(checks.order_by("-at", "-pk")[:SHOWN_CHECKS]),
        Program.objects.filter(provider=provider).select_related("host").first(),
        CheckCall.objects.filter(provider=provider, answered=None).first(),
    )


def offered(provider: Provider) -> list[Service]:
    """Return what an entry offers now. 1 statement."""
    services = Service.objects.filter(provider=provider, is_offered=True)
    return list(services.select_related("capacity_by", "taxonomy").order_by("need"))


def takes(provider: Provider) -> dict[str, bool]:
    """Return which payer classes an entry is known to take or not to take now. 1 statement."""
    standing = Network.objects.filter(provider=provider, payer_norm="", ends_on=None)
    return dict(standing.values_list("payer_class", "accepts"))


@dataclass(frozen=True, slots=True)
class DuePage:
    """One page of calls to make, oldest first."""

    rows: list[CheckCall]
    next_after: tuple[datetime, int] | None


def due_checks(actor: Actor, after: tuple[datetime, int] | None = None) -> DuePage:
    """Return the entries that are due to be called, longest due first. 1 statement."""
    due = CheckCall.objects.filter(organization_id=actor.organization_id, answered=None)
    if after:
        due = due.filter(Q(due_since__gt=after[0]) | Q(due_since=after[0], pk__gt=after[1]))
    found = list(due.select_related("provider").order_by("due_since", "pk")[: PAGE_ROWS + 1])
    rows = found[:PAGE_ROWS]
    last = rows[-1] if len(found) > PAGE_ROWS else None
    return DuePage(rows, (last.due_since, last.pk) if last else None)


def count_due(actor: Actor) -> int:
    """Return how many calls are due, CAP + 1 at most. 1 statement."""
    due = CheckCall.objects.filter(organization_id=actor.organization_id, answered=None)
    return len(due.values_list("pk", flat=True)[: CAP + 1])
