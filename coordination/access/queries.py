"""Reading drafts, one's own tokens, and who looked at a chart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection
from django.db.models import Case, Q, QuerySet, When
from django.db.models.functions import Now

from coordination.access.actor import Actor, person_of, require
from coordination.access.models import ApiToken, Draft
from coordination.access.rules import DRAFT_LIFE

PAGE_ROWS = 50
MOST_TOKENS = 100


@dataclass(frozen=True, slots=True)
class Unfinished:
    """One form somebody began and never sent: which, about what, what stands in it, since when."""

    form: str
    subject_id: UUID | None
    fields: dict[str, list[str]]
    saved_at: datetime


def kept(actor: Actor, form: str, subject_id: UUID | None = None) -> Unfinished | None:
    """Return what this person had typed into a form, or None. 1 statement.

    Only their own, and only of the last seven days.
    """
    found = _drafts(actor).filter(form=form, subject_id=subject_id).first()
    return _unfinished(found) if found else None


def kept_about(actor: Actor, subject_id: UUID) -> list[Unfinished]:
    """Return what this person had typed into forms about one thing, newest first. 1 statement."""
    rows = _drafts(actor).filter(subject_id=subject_id).order_by("-saved_at", "-pk")
    return [_unfinished(row) for row in rows]


def draft(actor: Actor, form: str, subject_id: UUID | None = None) -> dict[str, list[str]] | None:
    """Return the texts this person had typed into a form, by field name, or None. 1 statement."""
    found = kept(actor, form, subject_id)
    return found.fields if found else None


def unfinished(actor: Actor) -> list[Unfinished]:
    """List the forms this person began and never sent, newest first. 1 statement."""
    return [_unfinished(row) for row in _drafts(actor).order_by("-saved_at", "-pk")[:PAGE_ROWS]]


def _unfinished(row: Draft) -> Unfinished:
    return Unfinished(row.form, row.subject_id, row.fields, row.saved_at)


def _drafts(actor: Actor) -> QuerySet[Draft]:
    return Draft.objects.filter(user_id=person_of(actor), saved_at__gt=Now() - DRAFT_LIFE)


def own_tokens(actor: Actor) -> list[ApiToken]:
    """List one's own tokens of the API: those in force, then the others, newest first. 1 statement.

    Only the newest hundred.
    """
    in_force = Q(revoked_at__isnull=True, expires_at__gt=Now())
    rows = ApiToken.objects.filter(user_id=person_of(actor)).alias(
        first=Case(When(in_force, then=0), default=1)
    )
    return list(rows.order_by("first", "-pk")[:MOST_TOKENS])


def own_token(actor: Actor, public_id: UUID) -> ApiToken:
    """Return one of one's own tokens. Raises ApiToken.DoesNotExist. 1 statement."""
    return ApiToken.objects.get(user_id=person_of(actor), public_id=public_id)


@dataclass(frozen=True, slots=True)
class Look:
    """One time somebody saw or changed a chart, or was refused it.

    for_whom: whose work a covering colleague acted on; empty otherwise.
    """

    pk: int
    at: datetime
    who: str
    credential: str
    roles: str
    action: str
    outcome: str
    purpose: str
    for_whom: str


@dataclass(frozen=True, slots=True)
class Looks:
    """One page of looks, newest first. before: the key of the next page, or None at the end."""

    rows: list[Look]
    before: int | None


WHO_LOOKED = """
SELECT e.id, e.at, coalesce(nullif(trim(u.first_name || ' ' || u.last_name), ''), u.username, ''),
  coalesce(u.credential, ''), e.role_used, e.action, e.outcome, e.purpose,
  coalesce(nullif(trim(b.first_name || ' ' || b.last_name), ''), b.username, '')
FROM access_auditevent e LEFT JOIN access_user u ON u.id = coalesce(e.user_id, e.on_behalf_of)
  LEFT JOIN access_user b ON b.id = e.on_behalf_of AND e.user_id IS NOT NULL
WHERE e.patients && %s::bigint[] AND e.organization_id = %s AND e.id < %s
ORDER BY e.id DESC LIMIT %s
"""
NEWEST = 2**63 - 1


def who_looked(
    actor: Actor, patient_pk: int, before: int | None = None, *, merged: Sequence[int] = ()
) -> Looks:
    """Return who saw or changed this patient's chart, newest first. 1 statement.

    patient_pk: of a patient that `open_chart` gave this actor: scope is the caller's to have kept.
    merged: pks of the charts that became part of it; who looked at them looked at this patient.
    before: the key the last page ended with. Raises NotPermitted without "audit.read_patient".
    """
    require(actor, "audit.read_patient")
    with connection.cursor() as cursor:
        cursor.execute(
            WHO_LOOKED,
            [[patient_pk, *merged], actor.organization_id, before or NEWEST, PAGE_ROWS + 1],
        )
        rows = [Look(*row) for row in cursor.fetchall()]
    actor.shown.add(patient_pk)
    shown = rows[:PAGE_ROWS]
    return Looks(shown, shown[-1].pk if len(rows) > PAGE_ROWS else None)
