"""What is done to the account of another person."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.db.models import F

from coordination.access.actor import Actor, person_of, require
from coordination.access.audit import record
from coordination.access.models import User


@transaction.atomic
def end_sessions(actor: Actor, user: User, now: datetime) -> None:
    """Sign a person out everywhere, within one request. Raises NotPermitted or User.DoesNotExist.

    The epoch is part of what every session of theirs is bound to.
    """
    require(actor, "user.change")
    found = User.objects.select_for_update().get(pk=user.pk, organization_id=actor.organization_id)
    User.objects.filter(pk=found.pk).update(session_epoch=F("session_epoch") + 1)
    record(actor, "privilege.change", found, now, detail={"fields": ["session_epoch"]})


@transaction.atomic
def set_theme(actor: Actor, theme: str, now: datetime) -> None:
    """Keep how this person wants the page colored. theme: one of models.Theme."""
    user = User.objects.select_for_update().get(pk=person_of(actor))
    User.objects.filter(pk=user.pk).update(theme=theme)
    record(actor, "theme.change", user, now)
    if actor.user is not None:
        actor.user.theme = theme


@transaction.atomic
def set_keys(actor: Actor, *, is_on: bool, now: datetime) -> None:
    """Keep whether one-letter shortcuts work for this person."""
    user = User.objects.select_for_update().get(pk=person_of(actor))
    User.objects.filter(pk=user.pk).update(keys_on=is_on)
    record(actor, "keys.change", user, now)
    if actor.user is not None:
        actor.user.keys_on = is_on
