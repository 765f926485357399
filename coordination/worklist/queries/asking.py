"""What was asked of supervisors: the acts there are, what waits for an answer, what was said."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.module_loading import import_string

from coordination.access.actor import Actor
from coordination.records import StatusEvent
from coordination.worklist.models import DECIDED, UNDECIDED, ApprovalRequest, RequestState
from coordination.worklist.rules import Act, acts_to_decide
from patients.queries import scope

PAGE_ROWS = 50
MOST_NEWS = 50
KIND = ApprovalRequest._meta.label_lower

Key = tuple[datetime, int]  # when it was asked, and the pk


@cache
def acts() -> dict[str, Act]:
    """Return the acts that may be asked for, by code: the table `settings.ASKS` names."""
    found: Sequence[Act] = import_string(settings.ASKS)
    return {act.code: act for act in found}


def decidable(actor: Actor) -> list[str]:
    """Return the codes of the acts this actor may decide; none for who decides nothing."""
    return acts_to_decide(acts().values(), actor.permissions)


def requests_in_scope(actor: Actor) -> QuerySet[ApprovalRequest]:
    """Return the requests about patients this actor may see."""
    return ApprovalRequest.objects.filter(
        organization_id=actor.organization_id, patient__in=scope(actor)
    )


def one_request(actor: Actor, public_id: UUID) -> ApprovalRequest:
    """Return one request with what its page names, and note that its patient was shown.

    Raises ApprovalRequest.DoesNotExist. 1 statement.
    """
    found = _with_names(requests_in_scope(actor)).get(public_id=public_id)
    actor.shown.add(found.patient_id)
    return found


def open_request(act: str, kind: str, subject_id: int) -> ApprovalRequest | None:
    """Return what was asked about this subject and waits for an answer. 1 statement.

    The caller has found the subject in the actor's scope.
    """
    waiting = ApprovalRequest.objects.filter(
        act=act, subject_kind=kind, subject_id=subject_id, state__in=UNDECIDED
    )
    return waiting.select_related("asked_by").first()


def _with_names(rows: QuerySet[ApprovalRequest]) -> QuerySet[ApprovalRequest]:
    return rows.select_related("patient", "team", "asked_by", "decided_by", "passed_to")


@dataclass(frozen=True, slots=True)
class RequestPage:
    """One page of requests, and the pk or key of the next page's start; None on the last."""

    rows: list[ApprovalRequest]
    next: Key | None


def _page(actor: Actor, rows: QuerySet[ApprovalRequest], order: Sequence[str]) -> RequestPage:
    found = list(_with_names(rows).order_by(*order)[: PAGE_ROWS + 1])
    shown, more = found[:PAGE_ROWS], len(found) > PAGE_ROWS
    actor.shown.update(row.patient_id for row in shown)
    return RequestPage(shown, (shown[-1].asked_at, shown[-1].pk) if more else None)


def waiting_requests(actor: Actor, after: Key | None = None) -> RequestPage:
    """Fetch a page of what waits for an answer, the oldest first. 1 statement.

    For who decides: of their teams, what they may decide and did not ask. For who reads the
    organization: all of it.
    """
    rows = requests_in_scope(actor).filter(state__in=UNDECIDED)
    if not actor.may("scope.organization"):
        rows = rows.filter(team__in=actor.team_ids, act__in=decidable(actor))
        rows = rows.exclude(asked_by=actor.user)
    if after:
        rows = rows.filter(Q(asked_at__gt=after[0]) | Q(asked_at=after[0], pk__gt=after[1]))
    return _page(actor, rows, ("asked_at", "pk"))


def my_requests(actor: Actor, after: Key | None = None) -> RequestPage:
    """Fetch a page of what the actor, or whom they cover for, asked; newest first. 1 statement."""
    rows = requests_in_scope(actor).filter(asked_by__in=actor.acts_for)
    return _page(actor, rows.filter(pk__lt=after[1]) if after else rows, ("-pk",))


def decided_requests(actor: Actor, after: Key | None = None) -> RequestPage:
    """Fetch a page of what was decided in the actor's teams, the last asked first. 1 statement."""
    rows = requests_in_scope(actor).filter(state__in=DECIDED)
    if not actor.may("scope.organization"):
        rows = rows.filter(team__in=actor.team_ids)
    return _page(actor, rows.filter(pk__lt=after[1]) if after else rows, ("-pk",))


def said_about(requests: Iterable[ApprovalRequest]) -> dict[int, list[StatusEvent]]:
    """Return what was said about each request, oldest first, by its pk. 1 statement."""
    events = StatusEvent.objects.filter(
        subject_kind=KIND, subject_id__in=[one.pk for one in requests]
    )
    said: dict[int, list[StatusEvent]] = {}
    for event in events.select_related("user").order_by("id"):
        said.setdefault(event.subject_id, []).append(event)
    return said


@dataclass(frozen=True, slots=True)
class RequestNews:
    """What the bell says of requests: those to decide, and answers to what one asked."""

    to_decide: list[ApprovalRequest]
    answers: list[ApprovalRequest]


def request_news(actor: Actor) -> RequestNews:
    """Return what waits for the actor's answer, and answers they have not read. 2 statements."""
    to_decide: list[ApprovalRequest] = []
    mine = requests_in_scope(actor)
    if codes := decidable(actor):
        waiting = mine.filter(state=RequestState.ASKED, team__in=actor.team_ids, act__in=codes)
        waiting = waiting.exclude(asked_by=actor.user).order_by("asked_at", "pk")
        to_decide = list(_with_names(waiting)[:MOST_NEWS])
    answers = mine.filter(asked_by__in=actor.acts_for).filter(
        Q(state=RequestState.ASKED_BACK) | Q(state__in=DECIDED, seen_at__isnull=True)
    )
    found = list(_with_names(answers).order_by("-pk")[:MOST_NEWS])
    actor.shown.update(row.patient_id for row in (*to_decide, *found))
    return RequestNews(to_decide, found)


# How many requests wait for the actor's answer, and how many answers they have not read: two
# columns for the frame. Parameters: team_ids, asks (codes), owners, user_id.
REQUEST_NUMBERS = """
  (SELECT count(*) FROM (SELECT 1 FROM worklist_approvalrequest q
     WHERE q.team_id = ANY(%(team_ids)s::bigint[]) AND q.state = 'asked'
       AND q.act = ANY(%(asks)s::text[])
       AND q.asked_by_id <> %(user_id)s LIMIT 1001) asked),
  (SELECT count(*) FROM (SELECT 1 FROM worklist_approvalrequest q
     WHERE q.asked_by_id = ANY(%(owners)s::bigint[]) AND (q.state = 'asked-back'
       OR (q.state IN ('approved', 'refused') AND q.seen_at IS NULL)) LIMIT 1001) answered)
"""


def request_params(actor: Actor) -> dict[str, Any]:
    """Return the parameters of REQUEST_NUMBERS that are not the caller's own."""
    return {"team_ids": list(actor.team_ids), "asks": decidable(actor)}
