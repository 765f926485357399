"""Changing a team's draft of a playbook. Nothing starts by a draft."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from coordination.access.actor import Actor, person_of, require
from coordination.access.audit import record
from coordination.access.models import Team
from coordination.records import Refused, amend, lock
from coordination.worklist import rules
from coordination.worklist.book_words import mistake_words
from coordination.worklist.models import EvidenceKind, Playbook, PlaybookDraft, TaskKind
from coordination.worklist.queries import current_playbook, drafts_in_scope, rules_of

Data = dict[str, Any]


def team_of(actor: Actor, public_id: UUID) -> Team:
    """Return one of the actor's teams. Raises NotPermitted or Team.DoesNotExist. 1 statement."""
    require(actor, "playbook.change")
    return Team.objects.get(pk__in=actor.team_ids, public_id=public_id)


def shipped_playbook(slug: str) -> Playbook:
    """Return the shipped version in force. Raises Playbook.DoesNotExist. 1 statement."""
    return Playbook.objects.get(organization=None, slug=slug, is_current=True)


@transaction.atomic
def begin_draft(actor: Actor, slug: str, team_id: UUID, now: datetime) -> PlaybookDraft:
    """Begin a team's draft from what is in force there, or return the one that is open already.

    One that is open is compared with the shipped version of today from then on.
    Raises NotPermitted, Team.DoesNotExist or Playbook.DoesNotExist.
    """
    team = team_of(actor, team_id)
    shipped = shipped_playbook(slug)
    standing = current_playbook(actor.organization_id, team.pk, slug) or shipped
    draft, is_new = PlaybookDraft.objects.get_or_create(
        team=team, slug=slug,
        defaults={
            "organization_id": actor.organization_id, "shipped": shipped,
            "definition": standing.definition, "edited_by_id": person_of(actor),
            "edited_at": now,
        },
    )  # fmt: skip
    if is_new:
        record(actor, "playbook.draft", draft, now, detail={"playbook": slug, "team": team.pk})
    elif draft.shipped_id != shipped.pk:
        draft = _locked(actor, draft.public_id, None)
        amend(draft, shipped=shipped)
        detail = {"playbook": slug, "what": "follow", "shipped": shipped.version}
        record(actor, "playbook.edit", draft, now, detail=detail)
    return draft


@transaction.atomic
def put_draft_step(
    actor: Actor, public_id: UUID, version: int, step: Mapping[str, Any], now: datetime
) -> PlaybookDraft:
    """Write one step of a draft, or add it at the end where its slug is new.

    Raises Refused naming the step and the field for what is wrong in it; what lies between the
    steps (what waits for what) is said on the draft and keeps it from being published. Raises
    NotPermitted, PlaybookDraft.DoesNotExist or StaleRecord.
    """
    draft = _locked(actor, public_id, version)
    theirs = rules.find_step(draft.shipped.definition, step["slug"]) or {}
    wrong = [
        *rules.step_mistakes(step, TaskKind.values, EvidenceKind.values),
        *rules.rule_mistakes(step, theirs.get("rule", ""), rules_of(draft.organization_id)),
    ]
    if wrong:
        found = (rules.Mistake(step["slug"], step["title"], *one) for one in wrong)
        raise Refused(" ".join(mistake_words(one) for one in found))
    return _write(actor, draft, rules.put_step(draft.definition, step), "step", step["slug"], now)


@transaction.atomic
def move_draft_step(
    actor: Actor, public_id: UUID, version: int, slug: str, by: int, now: datetime
) -> PlaybookDraft:
    """Move a step of a draft up (by below 0) or down.

    Raises NotPermitted, PlaybookDraft.DoesNotExist or StaleRecord.
    """
    return _change(
        actor, public_id, version, lambda one: rules.move_step(one.definition, slug, by),
        "order", slug, now,
    )  # fmt: skip


@transaction.atomic
def drop_draft_step(
    actor: Actor, public_id: UUID, version: int, slug: str, now: datetime
) -> PlaybookDraft:
    """Leave a step out of a draft. The last one stays. Raises as `move_draft_step`, and Refused."""
    draft = _locked(actor, public_id, version)
    data = rules.drop_step(draft.definition, slug)
    if not data["step"]:
        raise Refused(_("A playbook needs at least one step."))
    return _write(actor, draft, data, "drop", slug, now)


@transaction.atomic
def take_shipped_step(
    actor: Actor, public_id: UUID, version: int, slug: str, now: datetime
) -> PlaybookDraft:
    """Take a step as it is shipped now: over the team's own, or back where it was left out."""
    return _change(
        actor, public_id, version,
        lambda one: rules.take_step(one.definition, one.shipped.definition, slug),
        "take", slug, now,
    )  # fmt: skip


@transaction.atomic
def discard_draft(actor: Actor, public_id: UUID, version: int, now: datetime) -> PlaybookDraft:
    """Throw a draft away; what is in force stays. Raises as `move_draft_step`."""
    draft = _locked(actor, public_id, version)
    record(actor, "playbook.discard", draft, now, detail={"playbook": draft.slug})
    PlaybookDraft.objects.filter(pk=draft.pk).delete()
    return draft


def _locked(actor: Actor, public_id: UUID, version: int | None) -> PlaybookDraft:
    require(actor, "playbook.change")
    return lock(drafts_in_scope(actor), public_id, version)


def _change(
    actor: Actor,
    public_id: UUID,
    version: int,
    change: Callable[[PlaybookDraft], Data],
    what: str,
    slug: str,
    now: datetime,
) -> PlaybookDraft:
    draft = _locked(actor, public_id, version)
    return _write(actor, draft, change(draft), what, slug, now)


def _write(
    actor: Actor, draft: PlaybookDraft, data: Data, what: str, slug: str, now: datetime
) -> PlaybookDraft:
    amend(draft, definition=data, edited_by_id=person_of(actor), edited_at=now)
    detail = {"playbook": draft.slug, "what": what, "step": slug}
    record(actor, "playbook.edit", draft, now, detail=detail)
    return draft
