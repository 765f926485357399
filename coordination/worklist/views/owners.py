"""To whom a task may be given, as choices, and which one was chosen."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coordination.access.actor import Actor
from coordination.access.models import Team, User
from coordination.worklist.forms import ME, POOL
from coordination.worklist.queries import colleagues


def owner_choices(actor: Actor, team: Team, now: datetime) -> list[tuple[str, str]]:
    """List the owners the actor may choose, with their load: me, the pool, colleagues. 1 statement.

    Colleagues are for those who may assign.
    """
    choices = [(ME, _("Me"))] if team.pk in actor.team_ids else []
    if actor.may("task.assign_pool"):
        choices.append((POOL, _("%(team)s, the pool") % {"team": team.name}))
    if not actor.may("task.assign"):
        return choices
    for one in colleagues(team, now):
        if one.pk != actor.user_id:
            load = ngettext("%(count)d open", "%(count)d open", one.open_tasks) % {
                "count": one.open_tasks
            }
            choices.append((str(one.public_id), f"{one.name} · {load}"))
    return choices


def chosen_owner(actor: Actor, team: Team, to: str) -> tuple[Team, User | None]:
    """Return the team and the person a choice stands for. Raises User.DoesNotExist."""
    if to == POOL:
        return team, None
    if to == ME:
        return team, actor.user
    return team, User.objects.get(organization_id=actor.organization_id, public_id=to)
