"""Keeping what somebody is typing, on the server, for seven days (rules.md 6)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from coordination.access.actor import Actor, person_of, require
from coordination.access.audit import record
from coordination.access.models import CreatedOnce, Draft


@transaction.atomic
def keep_draft(
    actor: Actor,
    form: str,
    subject_id: UUID | None,
    fields: Mapping[str, list[str]],
    now: datetime,
    *,
    patient_id: int | None = None,
) -> Draft | None:
    """Keep what this person has typed into a form so far; the last one kept wins.

    form: its name, such as "log-call". subject_id: public id of what the form is about, or None.
    fields: texts by field name, already checked. What comes after its own form was sent is not
    kept: None. Raises NotPermitted.
    """
    require(actor, "draft.keep")
    if was_sent(actor, fields.get("create_key", [""])[0]):
        return None
    draft, _is_new = Draft.objects.update_or_create(
        user_id=person_of(actor),
        form=form,
        subject_id=subject_id,
        defaults={
            "organization_id": actor.organization_id,
            "patient_id": patient_id,
            "fields": dict(fields),
            "saved_at": now,
        },
    )
    record(actor, "draft.keep", draft, now, detail={"form": form, "fields": sorted(fields)})
    return draft


def was_sent(actor: Actor, key: str) -> bool:
    """Say whether the create form with this key has made its object already."""
    try:
        sent = UUID(key)
    except ValueError:
        return False
    made = CreatedOnce.objects.filter(user=actor.user, key=sent, subject_id__isnull=False)
    return made.exists()


@transaction.atomic
def drop_draft(actor: Actor, form: str, subject_id: UUID | None, now: datetime) -> bool:
    """Forget a draft, because its form was sent or given up. Returns whether there was one."""
    require(actor, "draft.keep")
    drafts = Draft.objects.filter(user_id=person_of(actor), form=form, subject_id=subject_id)
    draft = drafts.first()
    if draft is None:
        return False
    record(actor, "draft.drop", draft, now, detail={"form": form})
    drafts.delete()
    return True
