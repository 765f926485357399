"""One form sent five times makes one object (trust.md D28)."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import Model

from coordination.access.actor import Actor
from coordination.access.models import CreatedOnce, Draft

M = TypeVar("M", bound=Model)


@transaction.atomic
def once(actor: Actor, key: UUID | None, model: type[M], make: Callable[[], M]) -> M:
    """Return what `make` creates, or what the same key of the same person made before.

    key: the UUID the create form carries; None (an import, a job) always makes. A second post waits
    for the first one's transaction and then returns its object. What was kept of the form while it
    was typed is forgotten with it.
    """
    if key is None or actor.user is None:
        return make()
    receipt, is_new = CreatedOnce.objects.get_or_create(user=actor.user, key=key)
    if not is_new and receipt.subject_id is not None:
        return model._default_manager.get(pk=receipt.subject_id)
    made = make()
    receipt.subject_kind = model._meta.label_lower
    receipt.subject_id = made.pk
    receipt.save(update_fields=["subject_kind", "subject_id"])
    Draft.objects.filter(user=actor.user, fields__create_key__0=str(key)).delete()
    return made
