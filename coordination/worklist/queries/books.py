"""Playbooks as a team has them: its own copy, its draft, its versions, and the shipped one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from coordination.access.actor import Actor
from coordination.access.models import Team
from coordination.clocks.models import Severity
from coordination.clocks.queries import how_words, is_on, signed_rules
from coordination.worklist.models import EvidenceKind, Playbook, PlaybookDraft, TaskKind
from coordination.worklist.rules import KnownRule, Mistake, mistakes, team_mistakes

MOST_VERSIONS = 50


@dataclass(frozen=True, slots=True)
class TeamBook:
    """What one team has of one playbook. own: the copy in force, None while the shipped one is."""

    team: Team
    own: Playbook | None
    draft: PlaybookDraft | None
    shipped: Playbook

    @property
    def is_behind(self) -> bool:
        """Say whether the shipped one has changed since the team's copy was compared with it."""
        return self.own is not None and self.own.shipped_id != self.shipped.pk


@dataclass(frozen=True, slots=True)
class BookRow:
    """One playbook by its name: the shipped one, and what each of the reader's teams has."""

    book: Playbook
    teams: tuple[TeamBook, ...]


def readable_books(actor: Actor) -> QuerySet[Playbook]:
    """Return every version the actor may read: shipped, the organization's, the teams' own."""
    ours = Q(organization_id=actor.organization_id)
    if not actor.may("scope.organization"):
        ours &= Q(team=None) | Q(team__in=actor.team_ids)
    return Playbook.objects.filter(Q(organization=None) | ours)


def drafts_in_scope(actor: Actor) -> QuerySet[PlaybookDraft]:
    """Return the drafts of the actor's teams."""
    return PlaybookDraft.objects.filter(
        organization_id=actor.organization_id, team__in=actor.team_ids
    ).select_related("team", "shipped", "edited_by")


def one_draft(actor: Actor, public_id: UUID) -> PlaybookDraft:
    """Return a draft of one's team. Raises PlaybookDraft.DoesNotExist. 1 statement."""
    return drafts_in_scope(actor).get(public_id=public_id)


def newer_shipped(draft: PlaybookDraft) -> Playbook | None:
    """Return the shipped version that came after the draft's; None: it is the one. 0-1 statement.

    draft: with its shipped version read.
    """
    if draft.shipped.is_current:
        return None
    return Playbook.objects.filter(organization=None, slug=draft.slug, is_current=True).first()


def one_book(actor: Actor, public_id: UUID) -> Playbook:
    """Return a version that may be read. Raises Playbook.DoesNotExist. 1 statement."""
    rows = readable_books(actor).select_related("team", "shipped", "published_by")
    return rows.get(public_id=public_id)


def book_rows(actor: Actor, slug: str = "") -> list[BookRow]:
    """List the playbooks in force, by title, with what each team has. 3 statements.

    slug: this one alone. Who reads the organization sees the teams that have a copy.
    """
    current = readable_books(actor).filter(is_current=True).select_related("team")
    drafts = drafts_in_scope(actor).select_related(None)
    if slug:
        current, drafts = current.filter(slug=slug), drafts.filter(slug=slug)
    found = list(current.order_by("slug", "pk"))
    drawn = {(one.team_id, one.slug): one for one in drafts}
    common = {row.slug: row for row in found if row.organization_id is None}
    common |= {row.slug: row for row in found if row.organization_id and row.team_id is None}
    own = {(row.team_id, row.slug): row for row in found if row.team_id}
    mine = list(Team.objects.filter(pk__in=actor.team_ids).order_by("name", "pk"))
    others = {row.team for row in own.values() if row.team and row.team_id not in actor.team_ids}
    teams = mine + sorted(others, key=lambda team: team.name)
    rows = []
    for book in sorted(common.values(), key=lambda row: row.title):
        theirs = tuple(
            TeamBook(team, own.get((team.pk, book.slug)), drawn.get((team.pk, book.slug)), book)
            for team in teams
            if team.pk in actor.team_ids or (team.pk, book.slug) in own
        )
        rows.append(BookRow(book, theirs))
    return rows


def versions_of(actor: Actor, slug: str, team_id: int) -> list[Playbook]:
    """List the versions a team has published of one playbook, newest first. 1 statement."""
    rows = readable_books(actor).filter(slug=slug, team_id=team_id)
    return list(rows.select_related("published_by").order_by("-version")[:MOST_VERSIONS])


def rules_of(organization_id: int) -> dict[str, KnownRule]:
    """Return the deadline rules by slug, as a playbook sees them. 1 statement.

    Of several versions what is on counts; a rule is on where one of its versions is.
    """
    found: dict[str, KnownRule] = {}
    rows = signed_rules(organization_id).order_by("slug", "version")
    for row in rows:
        on = is_on(row, row.signers)  # type: ignore[attr-defined]
        before = found.get(row.slug)
        if before is not None and before.is_on and not on:
            continue
        also = before.evidence if before is not None and before.is_on else ()
        found[row.slug] = KnownRule(
            slug=row.slug, title=row.title, how=how_words(row, row.anchor_event), is_on=on,
            is_law=row.severity == Severity.REGULATORY,
            evidence=tuple(dict.fromkeys((*also, *row.evidence))),
        )  # fmt: skip
    return found


def mistakes_in(
    data: dict[str, object], shipped: Playbook, organization_id: int
) -> Sequence[Mistake]:
    """Return everything that keeps a team's copy from being published. 1 statement."""
    found = list(mistakes(data, TaskKind.values, EvidenceKind.values))
    rules = rules_of(organization_id)
    found += team_mistakes(data, shipped.definition, rules)
    return found
