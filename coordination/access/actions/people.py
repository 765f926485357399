"""What is done to the account of another person."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from coordination.access.actor import Actor, person_of, require
from coordination.access.audit import record
from coordination.access.duty import shifts_on
from coordination.access.models import Shift, User

WISHES = frozenset({
    "first_name", "phone", "theme", "hours", "density", "digest", "start_page",
    "keys_on", "keys_map", "keys_own", "hidden_columns",
})  # fmt: skip


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
def keep_profile(actor: Actor, wishes: Mapping[str, Any], now: datetime) -> None:
    """Keep how this person wants the pages, and the phone they are reached by.

    wishes: fields of User by name, of those in WISHES. Who is on duty is called by this number from
    now on. Raises NotPermitted for anybody but a person, ValueError for a field of another kind.
    """
    if others := set(wishes) - WISHES:
        raise ValueError(f"not a wish: {', '.join(sorted(others))}")
    user = User.objects.select_for_update().get(pk=person_of(actor))
    changed = [name for name, value in wishes.items() if getattr(user, name) != value]
    if not changed:
        return
    User.objects.filter(pk=user.pk).update(**{name: wishes[name] for name in changed})
    record(actor, "profile.change", user, now, detail={"fields": sorted(changed)})
    if "phone" in changed:
        for shift in shifts_on(now).filter(user=user):
            Shift.objects.filter(pk=shift.pk).update(phone=wishes["phone"])
            record(actor, "duty.phone", shift, now)
    if actor.user is not None:
        for name in changed:
            setattr(actor.user, name, wishes[name])


@transaction.atomic
def set_keys(actor: Actor, *, is_on: bool, now: datetime) -> None:
    """Keep whether one-letter shortcuts work for this person."""
    user = User.objects.select_for_update().get(pk=person_of(actor))
    User.objects.filter(pk=user.pk).update(keys_on=is_on)
    record(actor, "keys.change", user, now)
    if actor.user is not None:
        actor.user.keys_on = is_on
