"""Asking a colleague to stand in, accepting it, a sick call, and the end of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q, QuerySet
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from coordination.access.actor import Actor, person_of, require
from coordination.access.audit import record
from coordination.access.duty import shifts_on
from coordination.access.models import Cover, Membership, Shift, Team, User
from coordination.access.rules import meets
from coordination.records import NotPermitted, Refused


@dataclass(frozen=True, slots=True)
class CoverIn:
    """One cover to be: who is away, who covers, in which team, when.

    patients: pks; empty: all, but those of except_patients.
    """

    away: User
    covering: User
    team: Team
    starts_at: datetime
    ends_at: datetime
    reason: str = ""
    patients: tuple[int, ...] = ()
    except_patients: tuple[int, ...] = ()


def covers_in_scope(actor: Actor) -> QuerySet[Cover]:
    """Return the covers this person is part of, and those of the teams they may start them in."""
    mine = Q(away=person_of(actor)) | Q(covering=person_of(actor))
    if actor.may("cover.start"):
        mine |= Q(team__in=actor.team_ids)
    return Cover.objects.filter(mine, organization_id=actor.organization_id)


@transaction.atomic
def set_cover(actor: Actor, wanted: CoverIn, now: datetime) -> Cover:
    """Ask a colleague of the team to own one's work for a while; it counts once they accept.

    A supervisor may also set it for a colleague of their teams; then it counts at once, and the one
    who covers may come from another team of the facility, on record as a change of privilege.
    Raises NotPermitted or Refused; then nothing is written.
    """
    by_other = wanted.away.pk != person_of(actor)
    require(actor, "cover.start" if by_other else "cover.set")
    if by_other and wanted.team.pk not in actor.team_ids:
        raise NotPermitted(_("You may start cover in your own teams only."))
    User.objects.select_for_update(of=("self",)).get(pk=wanted.away.pk)
    _can_be(wanted, now)
    is_member = _member(wanted.covering, now).filter(team=wanted.team).exists()
    if not is_member:
        _may_lend(wanted, by_other=by_other, now=now)
    cover = Cover.objects.create(
        organization_id=actor.organization_id, away=wanted.away, covering=wanted.covering,
        team=wanted.team, patients=sorted(wanted.patients),
        except_patients=sorted(wanted.except_patients), starts_at=wanted.starts_at,
        ends_at=wanted.ends_at, reason=wanted.reason[:200], set_by_id=person_of(actor),
        set_at=now, accepted_at=now if by_other else None,
    )  # fmt: skip
    record(
        actor, "cover.set", cover, now, patients=wanted.patients,
        detail={"until": wanted.ends_at.isoformat(), "by_supervisor": by_other},
    )  # fmt: skip
    if not is_member:
        detail = {"lent_teams": [wanted.team.pk], "until": wanted.ends_at.isoformat()}
        record(actor, "privilege.change", cover, now, detail=detail)
    return cover


def _member(user: User, now: datetime) -> QuerySet[Membership]:
    return Membership.objects.filter(
        Q(ends_at__isnull=True) | Q(ends_at__gt=now),
        user=user, starts_at__lte=now, user__is_active=True, team__isnull=False,
    )  # fmt: skip


def _overlapping(wanted: CoverIn) -> QuerySet[Cover]:
    return Cover.objects.annotate(until=Coalesce("ended_at", "ends_at")).filter(
        starts_at__lt=wanted.ends_at, until__gt=wanted.starts_at
    )


def _can_be(wanted: CoverIn, now: datetime) -> None:
    """Raise Refused with the sentence that says why this cover cannot be."""
    if wanted.away.pk == wanted.covering.pk:
        raise Refused(_("Choose a colleague: nobody covers for themselves."))
    if wanted.ends_at <= wanted.starts_at or wanted.ends_at <= now:
        raise Refused(_("The end must be after the start, and still to come."))
    if not _member(wanted.away, now).filter(team=wanted.team).exists():
        raise Refused(_("They do not work in this team."))
    others = _overlapping(wanted)
    part = (wanted.patients, wanted.except_patients)
    for standing in others.filter(away=wanted.away, team=wanted.team).select_related("covering"):
        if meets(part, (standing.patients, standing.except_patients)):
            raise Refused(
                _("%(who)s is asked to cover at that time already. End that first.")
                % {"who": standing.covering.display_name}
            )
    gone = others.filter(away=wanted.covering, accepted_at__isnull=False).exists()
    if gone:
        raise Refused(
            _("%(who)s is away at that time. Choose somebody else.")
            % {"who": wanted.covering.display_name}
        )


def _may_lend(wanted: CoverIn, *, by_other: bool, now: datetime) -> None:
    """Only a supervisor lends a team's scope, and only within the facility."""
    here = _member(wanted.covering, now).filter(team__facility_id=wanted.team.facility_id)
    if not (by_other and here.exists()):
        raise Refused(
            _("%(who)s does not work in your team. Ask your supervisor to set this cover.")
            % {"who": wanted.covering.display_name}
        )


@transaction.atomic
def accept_cover(actor: Actor, cover_id: UUID, now: datetime) -> Cover:
    """Take a cover one is asked for; from its start its work is one's own too. Twice is once.

    Raises NotPermitted, Cover.DoesNotExist or Refused.
    """
    require(actor, "cover.set")
    cover = _locked(actor, cover_id)
    if cover.covering_id != person_of(actor):
        raise NotPermitted(_("Only the person who was asked can answer."))
    if cover.ended_at is not None or cover.ends_at <= now:
        raise Refused(_("This cover was taken back, or its time is over."))
    if cover.accepted_at is None:
        cover.accepted_at = now
        cover.save(update_fields=["accepted_at"])
        record(actor, "cover.accept", cover, now)
    return cover


@transaction.atomic
def end_cover(actor: Actor, cover_id: UUID, now: datetime) -> Cover:
    """Decline a cover, take it back, or end it now: the work is its owner's alone again.

    Raises NotPermitted, Cover.DoesNotExist, or Refused once it is over.
    """
    require(actor, "cover.set")
    cover = _locked(actor, cover_id)
    _end(actor, cover, now)
    return cover


def _end(actor: Actor, cover: Cover, now: datetime) -> None:
    if cover.ended_at is not None or cover.ends_at <= now:
        raise Refused(_("This cover is over already."))
    cover.ended_at, cover.ended_by_id = max(now, cover.starts_at), person_of(actor)
    if cover.starts_at > now:
        cover.ended_at = cover.starts_at  # it never began
    cover.save(update_fields=["ended_at", "ended_by"])
    record(actor, "cover.end", cover, now)


def _locked(actor: Actor, cover_id: UUID) -> Cover:
    found = covers_in_scope(actor).select_for_update(of=("self",))
    return found.select_related("away", "covering", "team").get(public_id=cover_id)


@transaction.atomic
def start_covers(actor: Actor, wanted: Sequence[CoverIn], now: datetime) -> list[Cover]:
    """Start cover for a colleague who cannot come: their list shared among those who are here.

    Ends the absent person's shift, and passes whatever they cover for others to the first of the
    colleagues. One transaction. Raises as `set_cover` does.
    """
    require(actor, "cover.start")
    if not wanted:
        raise Refused(_("Choose at least one colleague who covers."))
    made = [set_cover(actor, one, now) for one in wanted]
    away, first = wanted[0].away, wanted[0].covering
    for shift in shifts_on(now).filter(user=away):
        Shift.objects.filter(pk=shift.pk).update(ended_at=now, ended_by_id=person_of(actor))
        record(actor, "duty.end", shift, now, detail={"by_supervisor": True})
    until = max(one.ends_at for one in wanted)
    theirs = covers_in_scope(actor).select_for_update(of=("self",))
    for cover in theirs.select_related("away", "team").filter(
        covering=away, ended_at__isnull=True, ends_at__gt=now, starts_at__lt=until
    ):
        _pass_on(actor, cover, first, now)
    return made


def _pass_on(actor: Actor, cover: Cover, to: User, now: datetime) -> None:
    """Give what a sick colleague covers for somebody else to another, for the rest of its time."""
    _end(actor, cover, now)
    if cover.away_id != to.pk:
        rest = CoverIn(
            cover.away, to, cover.team, max(now, cover.starts_at), cover.ends_at, cover.reason,
            tuple(cover.patients), tuple(cover.except_patients),
        )  # fmt: skip
        set_cover(actor, rest, now)


@transaction.atomic
def read_cover(actor: Actor, cover_id: UUID, now: datetime) -> None:
    """Note that the absent person has read what happened. Raises Cover.DoesNotExist."""
    require(actor, "cover.set")
    cover = covers_in_scope(actor).get(public_id=cover_id, away=person_of(actor))
    Cover.objects.filter(pk=cover.pk).update(seen_at=now)
    record(actor, "cover.read", cover, now)
