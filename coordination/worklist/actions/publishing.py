"""Putting a version of a playbook in force for a team. What runs keeps the version it has."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from coordination.access.actor import Actor, person_of, require
from coordination.access.audit import record
from coordination.access.models import CreatedOnce
from coordination.access.once import once
from coordination.records import Refused, lock
from coordination.worklist.actions.editing import shipped_playbook, team_of
from coordination.worklist.book_words import mistake_words
from coordination.worklist.models import Playbook, PlaybookDraft
from coordination.worklist.queries import current_playbook, drafts_in_scope, mistakes_in, one_book
from coordination.worklist.rules import Mistake


def publish_draft(
    actor: Actor,
    public_id: UUID,
    version: int,
    why: str,
    now: datetime,
    create_key: UUID | None = None,
) -> Playbook:
    """Make a draft the team's next version, in force from the next start on.

    create_key: of the form; sent twice, it publishes once. Raises Refused naming each step and
    field that is wrong, or where nothing differs; NotPermitted, PlaybookDraft.DoesNotExist or
    StaleRecord. Then nothing is written.
    """
    require(actor, "playbook.change")
    return once(
        actor, create_key, Playbook, lambda: _publish(actor, public_id, version, why, now)
    )  # fmt: skip


def published_before(actor: Actor, key: str) -> Playbook | None:
    """Return what a form with this key has published already: its draft is gone. 2 statements.

    key: as it was posted, "" for none.
    """
    require(actor, "playbook.change")
    try:
        receipt = CreatedOnce.objects.filter(user=actor.user, key=UUID(key)).first()
    except ValueError:
        return None
    if receipt is None or receipt.subject_id is None:
        return None
    kind, pk = receipt.subject_kind, receipt.subject_id
    return Playbook.objects.filter(pk=pk).first() if kind == Playbook._meta.label_lower else None


def _publish(
    actor: Actor, public_id: UUID, version: int, why: str, now: datetime
) -> Playbook:  # fmt: skip
    draft = lock(drafts_in_scope(actor), public_id, version)
    _one_at_a_time(draft.slug)
    refuse_mistakes(mistakes_in(draft.definition, draft.shipped, draft.organization_id))
    standing = current_playbook(draft.organization_id, draft.team_id, draft.slug)
    if standing and standing.definition == draft.definition and not _seen_now(standing, draft):
        raise Refused(_("Nothing differs from what is in force. Change a step first."))
    theirs = Playbook.objects.filter(
        organization_id=draft.organization_id, team_id=draft.team_id, slug=draft.slug
    )
    last = theirs.aggregate(last=Max("version"))["last"] or 0
    theirs.filter(is_current=True).update(is_current=False)
    book = Playbook.objects.create(
        organization_id=draft.organization_id, team_id=draft.team_id, slug=draft.slug,
        version=last + 1, title=draft.definition["title"], definition=draft.definition,
        loaded_at=now, shipped_id=draft.shipped_id, published_by_id=person_of(actor), why=why,
    )  # fmt: skip
    PlaybookDraft.objects.filter(pk=draft.pk).delete()
    detail = {"playbook": book.slug, "team": book.team_id, "version": book.version}
    record(actor, "playbook.publish", book, now, detail=detail)
    return book


def _seen_now(standing: Playbook, draft: PlaybookDraft) -> bool:
    """Say whether publishing says that a newer shipped version was looked at and not followed."""
    return standing.team_id is not None and standing.shipped_id != draft.shipped_id


def _one_at_a_time(slug: str) -> None:
    """Lock the shipped versions of a playbook, so that its versions come into force in a row."""
    rows = Playbook.objects.filter(organization=None, slug=slug).order_by("pk")
    list(rows.select_for_update(no_key=True).values_list("pk"))


def refuse_mistakes(wrong: Sequence[Mistake]) -> None:
    """Raise Refused with a sentence for each mistake: which step, which field, what."""
    if wrong:
        raise Refused(" ".join(mistake_words(one) for one in wrong))


@transaction.atomic
def put_in_force(
    actor: Actor, public_id: UUID, team_id: UUID, standing_id: UUID, now: datetime
) -> Playbook:
    """Go back to the shipped version, or to one the team has published before.

    team_id: which team. standing_id: the version the page showed as in force; another one by now
    is refused. Raises Refused, NotPermitted, Playbook.DoesNotExist or Team.DoesNotExist.
    """
    team = team_of(actor, team_id)
    wanted = one_book(actor, public_id)
    if wanted.team_id not in (None, team.pk):
        raise Playbook.DoesNotExist
    _one_at_a_time(wanted.slug)
    standing = current_playbook(actor.organization_id, team.pk, wanted.slug)
    if standing is None or standing.public_id != standing_id:
        raise Refused(_("Another version came into force meanwhile. Look at it first."))
    if wanted.team_id is None and not wanted.is_current:
        raise Refused(_("This shipped version has been replaced by a newer one."))
    if wanted.team_id is not None:
        shipped = shipped_playbook(wanted.slug)
        refuse_mistakes(mistakes_in(wanted.definition, shipped, actor.organization_id))
    theirs = Playbook.objects.filter(
        organization_id=actor.organization_id, team=team, slug=wanted.slug
    )
    theirs.filter(is_current=True).update(is_current=False)
    theirs.filter(pk=wanted.pk).update(is_current=True)
    detail = {
        "playbook": wanted.slug, "team": team.pk, "version": wanted.version,
        "is_shipped": wanted.team_id is None,
    }  # fmt: skip
    record(actor, "playbook.go_back", wanted, now, detail=detail)
    return wanted
