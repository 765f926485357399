"""Writes the audit trail (trust.md 4): changes in their transaction, reads before they leave."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.conf import settings
from django.db import connection, transaction
from django.db.models import Model

from coordination.access.actor import Actor

INSERT = """
INSERT INTO access_auditevent (organization_id, user_id, actor_kind, on_behalf_of, role_used,
  patients, object_kind, object_id, action, outcome, purpose, emergency, request_id, session_hash,
  address, view, detail, at)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, false, %s, %s, %s, %s, %s,
  coalesce(%s, statement_timestamp()))
"""
# What a set-based job writes about itself inside its own statement: continue with the name of a
# table (organization_id, patients, detail). Parameters: action, job, request_id.
SYSTEM_ROWS = """
INSERT INTO access_auditevent (organization_id, actor_kind, role_used, patients, object_kind,
  action, outcome, purpose, emergency, request_id, session_hash, view, detail)
SELECT organization_id, 'system', '', patients, '', %(action)s, 'ok', 'operations', false,
  %(request_id)s, '', %(job)s, detail
FROM"""


def keyed_hash(text: str) -> str:
    """Return a keyed hash of a text that must be recognizable but not readable in the trail."""
    return hmac.new(settings.HASH_KEY.encode(), text.encode(), hashlib.sha256).hexdigest()


def record(
    actor: Actor,
    action: str,
    subject: Model | None = None,
    now: datetime | None = None,
    *,
    patients: Iterable[int] = (),
    outcome: str = "ok",
    detail: Mapping[str, object] | None = None,
) -> None:
    """Write one audit row in the caller's transaction.

    action: a name such as "task.complete". subject: the record it happened to. now: when, if the
    caller has it (the demo tells of the past); else the database's clock. patients: pks; taken from
    the subject's patient when it has one. detail: field names and counts, never names or text.
    """
    ids = set(patients)
    patient_id = getattr(subject, "patient_id", None)
    if patient_id:
        ids.add(patient_id)
    elif subject is not None and subject._meta.label == "patients.Patient":
        ids.add(subject.pk)
    user_id = actor.user.pk if actor.user else None
    with connection.cursor() as cursor:
        cursor.execute(
            INSERT,
            [
                actor.organization.pk if actor.organization else None,
                user_id,
                actor.kind,
                actor.on_behalf_of,
                ",".join(sorted(actor.roles)),
                sorted(ids),
                subject._meta.label_lower if subject is not None else "",
                subject.pk if subject is not None else None,
                action,
                outcome,
                actor.purpose,
                actor.request_id,
                actor.session_hash,
                actor.address,
                actor.view,
                json.dumps(dict(detail or {})),
                now if actor.purpose == "demo" else None,
            ],
        )


def record_read(actor: Actor, trail: str, patients: Iterable[int] | None = None) -> None:
    """Write the read row of one request: which patients it showed. Its own short transaction.

    patients: pks, when they are not all that the actor was shown so far (a streamed answer).
    """
    with transaction.atomic():
        shown = actor.shown if patients is None else patients
        record(actor, trail, patients=shown, detail=actor.detail)


def record_refusal(actor: Actor, outcome: str, subject: Model | None = None) -> None:
    """Write that somebody was refused. Its own transaction: the refused change rolled back."""
    with transaction.atomic():
        record(actor, "refusal", subject, outcome=outcome)


def record_export(actor: Actor, name: str, patients: Iterable[int], rows: int) -> None:
    """Note what an export holds; the Guard writes the row before the first byte leaves.

    name: of the report, never of a person. patients: pks of everybody in the file. rows: how many.
    The view is marked trail="export"; if the row cannot be written, the answer is 503 and no file.
    """
    actor.shown.update(patients)
    actor.detail.update({"export": name, "rows": rows})
