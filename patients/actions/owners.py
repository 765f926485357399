"""Who looks after a patient: given, taken and put back, with who decided it and why.

What stood before is ended, never overwritten (rules.md 7, D22).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from coordination.access.actor import Actor, require
from coordination.access.audit import record
from coordination.access.duty import shifts_on
from coordination.access.models import Membership, Team, User
from coordination.events import publish
from coordination.records import NotPermitted, Refused, lock
from patients import events
from patients.models import Assignment, AssignmentKind, Patient, Stay
from patients.queries import scope


@dataclass(frozen=True, slots=True)
class Change:
    """One kind of owner that changes hands: from whom, to whom; None is the team's pool."""

    kind: str
    before: User | None
    after: User | None


Wanted = Mapping[str, User | None]


@transaction.atomic
def look_after(
    actor: Actor,
    patient_id: UUID,
    team: Team,
    wanted: Wanted,
    *,
    now: datetime,
    reason: str = "",
    was: Mapping[str, int | None] | None = None,
) -> list[Change]:
    """Say who of a team looks after a patient; returns what changed hands.

    wanted: the person of each kind that is decided here, None for nobody. was: pk of whom each kind
    had when the form was opened. Whoever may only take and give back does that with their own.

    Raises NotPermitted, Patient.DoesNotExist, or Refused: a colleague changed one of these
    meanwhile, no reason although somebody is replaced, or a person who is not of the team.
    """
    patient = lock(scope(actor), patient_id, None, no_key=True)
    standing = standing_of(patient, team)
    if was is not None:
        unchanged(standing, was)
    changes = changes_of(standing, wanted)
    may_give(actor, patient, team, changes, now)
    if not standing:
        raise Refused(_("This team does not look after the patient."))
    if any(one.before and one.after != one.before for one in changes) and not reason.strip():
        raise Refused(_("Say why the owner changes, in a few words."))
    give(actor, patient, team, changes, now=now, reason=reason)
    return changes


def standing_of(patient: Patient, team: Team) -> dict[str, Assignment]:
    """Return the open assignments of a patient to a team, by kind. 1 statement."""
    rows = Assignment.objects.filter(patient=patient, team=team, ends_at__isnull=True)
    return {row.kind: row for row in rows.select_related("user")}


def unchanged(standing: Mapping[str, Assignment], was: Mapping[str, int | None]) -> None:
    """Raise Refused when somebody was given the patient since the form was opened."""
    for kind, user_id in was.items():
        there = standing.get(kind)
        if (there.user_id if there else None) != user_id:
            label = str(AssignmentKind(kind).label).lower()
            name = there.user.display_name if there and there.user else _("nobody")
            raise Refused(
                _("A colleague changed this meanwhile: %(kind)s is %(who)s now. Look once more.")
                % {"kind": label, "who": name}
            )


def changes_of(standing: Mapping[str, Assignment], wanted: Wanted) -> list[Change]:
    """Return which kinds change hands; a kind that stays as it is, is none."""
    found = []
    for kind, user in wanted.items():
        there = standing.get(kind)
        before = there.user if there else None
        if before != user:
            found.append(Change(kind, before, user))
    return found


def may_give(
    actor: Actor, patient: Patient, team: Team, changes: list[Change], now: datetime
) -> None:
    """Raise NotPermitted or Refused unless the actor may make these changes (trust.md 3).

    A supervisor may in each of their teams, a charge nurse on their units; a coordinator takes from
    the pool, and gives back what is theirs.
    """
    if actor.kind != "system":
        if team.pk not in actor.team_ids:
            raise NotPermitted(_("This is another team's. Ask its supervisor."))
        if not (actor.may("patient.assign") or gives_on_unit(actor, patient)):
            require(actor, "task.assign_pool")
            people = {one for change in changes for one in (change.before, change.after) if one}
            if not all(actor.owns_for(one.pk, patient.pk) for one in people):
                raise NotPermitted(
                    _("You take a patient yourself, or give one of yours back to the team.")
                )
    for change in changes:
        if change.after is not None and not is_of_team(change.after, team, now):
            raise Refused(
                _("%(who)s does not work in this team now.") % {"who": change.after.display_name}
            )


def gives_on_unit(actor: Actor, patient: Patient) -> bool:
    """Say whether the actor is in charge of the unit the patient lies on. 1 statement."""
    return (
        actor.may("task.assign")
        and Stay.objects.filter(
            patient=patient, status__in=Stay.OPEN, unit__teams__in=actor.team_ids
        ).exists()
    )


def is_of_team(user: User, team: Team, now: datetime) -> bool:
    """Say whether a person works in a team now, as a member or on a unit of it. 2 statements."""
    live = Q(ends_at__isnull=True) | Q(ends_at__gt=now)
    return user.is_active and (
        Membership.objects.filter(live, user=user, team=team, starts_at__lte=now).exists()
        or shifts_on(now).filter(user=user, unit__teams=team).exists()
    )


def give(
    actor: Actor,
    patient: Patient,
    team: Team,
    changes: list[Change],
    *,
    now: datetime,
    reason: str,
) -> None:
    """Write the changes, with their trail; the patient is locked and the actor may do it.

    The team keeps the patient in scope, with nobody named if it comes to that.
    """
    if not changes:
        return
    standing = standing_of(patient, team)
    stay = next((row.stay_id for row in standing.values() if row.stay_id), None)
    for change in changes:
        end(standing.get(change.kind), now)
        if change.after is not None or change.kind == AssignmentKind.PRIMARY:
            begin(actor, patient, team, change.kind, change.after, stay, now, reason)
    if AssignmentKind.PRIMARY not in {*standing, *(change.kind for change in changes)}:
        begin(actor, patient, team, AssignmentKind.PRIMARY, None, stay, now, reason)
    kinds = sorted(change.kind for change in changes)
    record(actor, "patient.assign", patient, now, detail={"team": team.pk, "kinds": kinds})
    tell(actor, patient, team, changes, now, reason)


def tell(
    actor: Actor, patient: Patient, team: Team, changes: list[Change], now: datetime, why: str
) -> None:
    """Publish who looks after the patient now."""
    publish(
        events.OwnersChanged(
            actor=actor, at=now, now=now, organization_id=patient.organization_id,
            patient_id=patient.pk, team=team.name, why=why,
            changes=tuple(
                (str(AssignmentKind(one.kind).label), name_of(one.before), name_of(one.after))
                for one in changes
            ),
        )
    )  # fmt: skip


def name_of(user: User | None) -> str:
    """Return how a person is called; "" for nobody."""
    return user.display_name if user else ""


def end(row: Assignment | None, now: datetime) -> None:
    """End an open assignment, if there is one."""
    if row is not None:
        row.ends_at = max(now, row.starts_at)
        row.save(update_fields=["ends_at"])


def begin(  # noqa: PLR0913, PLR0917  each column of the row
    actor: Actor,
    patient: Patient,
    team: Team,
    kind: str,
    user: User | None,
    stay_id: int | None,
    now: datetime,
    reason: str,
) -> Assignment:
    """Open an assignment; what an admission opened still ends by itself."""
    return Assignment.objects.create(
        organization_id=patient.organization_id, patient=patient, team=team, user=user, kind=kind,
        starts_at=now, stay_id=stay_id, reason=reason[:200], set_by_id=actor.user_id,
    )  # fmt: skip


def release_team(actor: Actor, patient: Patient, team: Team, now: datetime) -> None:
    """End everything one team has of a patient who goes to another; the patient is locked."""
    rows = Assignment.objects.filter(patient=patient, team=team, ends_at__isnull=True)
    for row in rows.order_by("pk"):
        end(row, now)
    record(actor, "patient.unassign", patient, now, detail={"team": team.pk})


@transaction.atomic
def take_back_owners(actor: Actor, patient_id: UUID, at: datetime, now: datetime) -> Patient:
    """Undo what the actor changed at one instant: who was there before looks after them again.

    History is not rewritten: what was ended opens anew. Raises Patient.DoesNotExist, or Refused
    when the actor did nothing then, or somebody has changed it since.
    """
    patient = lock(scope(actor), patient_id, None, no_key=True)
    rows = Assignment.objects.filter(patient=patient).select_related("team", "user")
    begun = list(rows.filter(starts_at=at, set_by=actor.user).order_by("pk"))
    if not begun or any(row.ends_at is not None for row in begun):
        raise Refused(_("This cannot be taken back. Change it on the patient’s page."))
    ended = list(rows.filter(ends_at=at).order_by("pk"))
    for row in begun:
        end(row, now)
    for row in ended:
        begin(
            actor, patient, row.team, row.kind, row.user, row.stay_id, now, _("undone"),
        )  # fmt: skip
    record(actor, "patient.undo_assign", patient, now)
    undone = [Change(row.kind, row.user, _before(ended, row)) for row in begun]
    tell(actor, patient, begun[0].team, undone, now, _("undone"))
    return patient


def _before(ended: list[Assignment], row: Assignment) -> User | None:
    return next((one.user for one in ended if one.kind == row.kind), None)
