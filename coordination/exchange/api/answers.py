"""The same POST sent again is answered again, not done again (trust.md 7, *API writes*)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils.translation import gettext as _

from coordination.access.actor import Actor, person_of
from coordination.exchange.models import ApiAnswer
from coordination.records import Refused
from patients.models import Patient
from patients.queries import scope

KEPT = timedelta(hours=24)
LOCK = 81
TAKE = "SELECT pg_try_advisory_xact_lock(%s, hashtext(%s))"


class InProgress(Refused):
    """The first request with this key has not ended yet."""


class KeyTaken(Refused):
    """Another request has had this key."""

    status = 422


@dataclass(frozen=True, slots=True)
class Answer:
    """What a write is answered: status, JSON body, headers."""

    status: int
    body: Any
    headers: dict[str, str] = field(default_factory=dict)


def fingerprint(*parts: str | bytes) -> str:
    """Return the hash of a request: its method, path, precondition and body."""
    digest = hashlib.sha256()
    for part in parts:
        raw = part.encode() if isinstance(part, str) else part
        digest.update(len(raw).to_bytes(8) + raw)
    return digest.hexdigest()


@transaction.atomic
def answer_once(
    actor: Actor, key: str, request_hash: str, now: datetime, act: Callable[[], Answer]
) -> Answer:
    """Return what `act` answers, or what it answered to the same key and request before.

    The answer is kept in the act's own transaction: a crash keeps both or neither, and what was
    refused is not kept, since nothing was done. Raises KeyTaken for another request with the key,
    InProgress while the first one runs, Patient.DoesNotExist if whom it shows left the scope.
    """
    user_id = person_of(actor)
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [LOCK, f"{user_id}:{key}"])
        (is_free,) = cursor.fetchone()
    if not is_free:
        raise InProgress(_("The first request with this Idempotency-Key is still under way."))
    kept = ApiAnswer.objects.filter(user_id=user_id, key=key).first()
    if kept is not None and kept.at > now - KEPT:
        if kept.request_hash != request_hash:
            raise KeyTaken(_("This Idempotency-Key was used for another request. Make a new one."))
        return again(actor, kept)
    if kept is not None:
        kept.delete()
    given = act()
    ApiAnswer.objects.create(
        user_id=user_id, key=key, request_hash=request_hash, status=given.status,
        body=json.loads(json.dumps(given.body, default=str)), headers=given.headers,
        patients=sorted(actor.shown), at=now,
    )  # fmt: skip
    return given


def again(actor: Actor, kept: ApiAnswer) -> Answer:
    """Return a kept answer, if everybody it shows is still in scope."""
    if scope(actor).filter(pk__in=kept.patients).count() != len(kept.patients):
        raise Patient.DoesNotExist
    actor.shown.update(kept.patients)
    return Answer(kept.status, kept.body, {**kept.headers, "Idempotency-Replayed": "true"})


def tidy(now: datetime) -> int:
    """Forget answers of more than 24 hours. Returns how many."""
    return ApiAnswer.objects.filter(at__lt=now - KEPT).delete()[0]
