"""Keeping a list with its filters under a name, for oneself or for one's team."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from coordination.access.actor import Actor, require
from coordination.access.audit import record
from coordination.access.models import Team
from coordination.access.once import once
from coordination.records import NotPermitted, Refused, amend, lock
from coordination.worklist.models import SavedView
from coordination.worklist.queries import own_views
from coordination.worklist.rules import kept_query

MOST_VIEWS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewIn:
    """What a view is called, and the team that sees it besides its maker; None: nobody."""

    name: str
    team: Team | None = None


@transaction.atomic
def save_view(
    actor: Actor,
    page: str,
    query: Iterable[tuple[str, str]],
    said: ViewIn,
    now: datetime,
    create_key: UUID | None = None,
) -> SavedView:
    """Keep a list's filters under a name. page: a key of rules.PAGES; query: as the address has it.

    Raises NotPermitted, or Refused: the name is taken, there are too many, nothing can be kept.
    """
    require(actor, "view.keep")
    _may_share(actor, said.team)
    user = actor.user
    if user is None:
        raise NotPermitted(_("Only a person keeps views."))
    try:
        kept = kept_query(page, query)
    except KeyError:
        raise Refused(_("This list cannot be kept as a view.")) from None
    except ValueError:
        raise Refused(_("These are more filters than a view can hold. Take some off.")) from None

    def make() -> SavedView:
        if own_views(actor).count() >= MOST_VIEWS:
            raise Refused(_("You keep fifty views. Delete one first."))
        with _named_once():
            view = SavedView.objects.create(
                organization_id=actor.organization_id, user=user, team=said.team, page=page,
                name=said.name, query=kept,
            )  # fmt: skip
        record(actor, "view.save", view, now)
        return view

    return once(actor, create_key, SavedView, make)


@transaction.atomic
def change_view(
    actor: Actor, view_id: UUID, version: int | None, said: ViewIn, now: datetime
) -> SavedView:
    """Rename one's own view, or share it, or keep it to oneself again.

    Raises NotPermitted, SavedView.DoesNotExist, StaleRecord, or Refused when the name is taken.
    """
    require(actor, "view.keep")
    view = lock(own_views(actor), view_id, version)
    if said.team is not None and said.team.pk != view.team_id:
        _may_share(actor, said.team)
    with _named_once():
        amend(view, name=said.name, team_id=said.team.pk if said.team else None)
    record(actor, "view.change", view, now)
    return view


@transaction.atomic
def delete_view(actor: Actor, view_id: UUID, version: int | None, now: datetime) -> None:
    """Delete one's own view. It holds no patient's data, so nothing of it is kept.

    Raises NotPermitted, SavedView.DoesNotExist, StaleRecord.
    """
    require(actor, "view.keep")
    view = lock(own_views(actor), view_id, version)
    record(actor, "view.delete", view, now)
    view.delete()


def _may_share(actor: Actor, team: Team | None) -> None:
    if team is None:
        return
    require(actor, "view.share")
    if team.pk not in actor.team_ids:
        raise Refused(_("Choose one of your own teams."))


@contextmanager
def _named_once() -> Iterator[None]:
    """Turn a name that is taken into a sentence."""
    try:
        with transaction.atomic():
            yield
    except IntegrityError as taken:
        raise Refused(_("You keep a view of this name already.")) from taken
