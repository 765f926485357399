"""Making two charts of one person one, and taking that back exactly.

A supervisor does both (docs/decisions/0011). What cannot stand twice on one chart follows rules
that each room names beside its tables (`joining.py`); what was there before is kept row by row.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models.functions import Now
from django.utils.translation import gettext as _

from coordination.access.actor import Actor, require, system_actor
from coordination.access.audit import record
from coordination.events import publish, rehearse
from coordination.records import Refused, StaleRecord, TransitionNotAllowed, amend, lock
from patients import events
from patients.actions.mending import give_reason
from patients.actions.trail import correct
from patients.joining import (
    Joining,
    give_back_rows,
    is_counted,
    last_rows,
    move_rows,
    restore,
    tables,
)
from patients.models import Merge, MergedRow, Patient, RowPart
from patients.queries import merges_in_scope, scope
from patients.rules import name_norm

# What a person chooses between where the charts differ. A death is not among them: it stops
# messages and proposes closing, so that it is recorded, or taken back, before the merge.
CHOSEN = (
    "given", "family", "mrn", "birth_date", "sex", "language", "interpreter", "street", "city",
    "state", "zip_code", "phone", "email", "zone", "about_me", "is_unlisted",
)  # fmt: skip

WATCHED = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Forecast:
    """What a merge, or taking it back, would do. counts: (what, how many) of the rows that move.

    said: of rows that cannot both stand. staying: rows written since, which stay where they are.
    """

    counts: list[tuple[str, int]]
    said: list[str] = field(default_factory=list)
    staying: list[tuple[str, int]] = field(default_factory=list)


def two_charts(
    actor: Actor, into: UUID, gone: UUID, versions: Mapping[UUID, int]
) -> tuple[Patient, Patient]:
    """Return both charts locked, in the order of their ids, whichever stays.

    Raises NotPermitted, Patient.DoesNotExist (either out of scope), StaleRecord, or Refused.
    """
    require(actor, "patient.merge")
    rows = scope(actor).filter(public_id__in=[into, gone]).select_for_update(of=("self",))
    found = {row.public_id: row for row in rows.order_by("pk")}
    if into == gone:
        raise Refused(_("This is the same chart. Choose the other one."))
    if len(found) < len({into, gone}):
        raise Patient.DoesNotExist
    for public_id, row in found.items():
        if versions.get(public_id, row.version) != row.version:
            raise StaleRecord(row)
    if problem := death_problem(found[into], found[gone]):
        raise Refused(problem)
    return found[into], found[gone]


def death_problem(one: Patient, other: Patient) -> str:
    """Return why two charts cannot become one because of a death on one of them, or ""."""
    if (one.deceased_at is None) == (other.deceased_at is None):
        return ""
    return _(
        "Only one of the charts says that the patient has died. Record the death on the other, or"
        " take it back, first."
    )


def is_filled_by(name: str, mine: Any, theirs: Any) -> bool:
    """Say whether the chart that goes knows a field that the one that stays does not."""
    return mine in ("", None, "unknown") or (name == "is_unlisted" and bool(theirs))


def filled_by(stays: Patient, goes: Patient) -> list[str]:
    """Return the names of CHOSEN that only the chart that goes knows."""
    values = ((name, getattr(stays, name), getattr(goes, name)) for name in CHOSEN)
    return [name for name, mine, theirs in values
            if mine != theirs and is_filled_by(name, mine, theirs)]  # fmt: skip


@transaction.atomic
def merge_charts(  # noqa: PLR0913  which two, which stays, what of each: each named at the call
    actor: Actor,
    *,
    into: UUID,
    gone: UUID,
    why: str,
    now: datetime,
    chosen: Collection[str] = (),
    versions: Mapping[UUID, int] | None = None,
    about_me: str | None = None,
    said: list[str] | None = None,
) -> Merge:
    """Make the chart `gone` part of the chart `into`: everything on it moves, under both's locks.

    chosen: names of CHOSEN whose value of the chart that goes is the right one. about_me: both
    texts in one. versions: by public id, those a person compared. said: filled with what could not
    stand twice. Raises NotPermitted, Patient.DoesNotExist, StaleRecord or Refused.
    """
    give_reason(why)
    stays, goes = two_charts(actor, into, gone, versions or {})
    every = tables()
    merge = Merge.objects.create(
        organization_id=stays.organization_id, into=stays, gone=goes, at=now, by=actor.user,
        why=why[:200], chosen=sorted(chosen),
    )  # fmt: skip
    joining = Joining(actor, merge, stays, goes, now)
    take_fields(joining, {name for name in CHOSEN if name in chosen}, about_me, why)
    for table in every:
        if table.settle is not None:
            table.settle(joining)
    for table in every:
        move_rows(joining, table)
    amend(goes, merged_into=stays)
    record(actor, "patient.merge", merge, now, patients=[stays.pk, goes.pk])
    publish(
        events.ChartsMerged(
            actor=actor, at=now, now=now, organization_id=stays.organization_id,
            patient_id=stays.pk, subject_kind="merge", subject_id=merge.pk, gone_id=goes.pk,
            mrn=goes.mrn, why=why,
        )
    )  # fmt: skip
    merge.marks = last_rows(every)
    merge.save(update_fields=["marks"])
    if said is not None:
        said.extend(joining.said)
    return merge


def take_fields(joining: Joining, names: Collection[str], about_me: str | None, why: str) -> None:
    """Write what was chosen of the chart that goes to the chart that stays, with its history."""
    stays, goes = joining.into, joining.gone
    values: dict[str, Any] = {name: getattr(goes, name) for name in names}
    if about_me is not None:
        values["about_me"] = about_me
    if values.get("is_unlisted"):  # the database asks since when
        joining.change(
            stays, unlisted_at=goes.unlisted_at, unlisted_by_id=goes.unlisted_by_id,
            unlisted_why=goes.unlisted_why,
        )  # fmt: skip
    if {"given", "family"} & values.keys():
        values["name_norm"] = name_norm(
            values.get("family", stays.family), values.get("given", stays.given)
        )
    changed = correct(joining.actor, stays, stays.pk, joining.now, why, values)
    if changed:
        before = {name: old for name, (old, _new) in changed.items()}
        after = {name: new for name, (_old, new) in changed.items()}
        joining.note(stays, RowPart.CHANGED, before, after)


def forecast_merge(actor: Actor, *, into: UUID, gone: UUID, now: datetime) -> Forecast:
    """Say what would move and what cannot stand twice: the merge itself, taken back."""
    said: list[str] = []
    counts: Counter[str] = Counter()

    def act() -> None:
        merge = merge_charts(actor, into=into, gone=gone, why="…", now=now, said=said)
        moved = MergedRow.objects.filter(merge=merge, part=RowPart.MOVED)
        counts.update(moved.values_list("table", flat=True))

    rehearse(act)
    return Forecast(in_words(counts), said)


def in_words(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    """Return counts by table as people call its rows, in the order of the tables."""
    return [
        (str(table.what), counts[table.name])
        for table in tables()
        if table.what and counts.get(table.name)
    ]


@transaction.atomic
def unmerge_charts(
    actor: Actor, merge_id: UUID, version: int | None, *, why: str, now: datetime
) -> Merge:
    """Take a merge back: every row returns, and what was changed is as before.

    What somebody has changed since stays as they left it; what was written since stays with the
    chart that stood. A chart merged on meanwhile comes back first. Raises NotPermitted,
    Merge.DoesNotExist, StaleRecord, TransitionNotAllowed or Refused.
    """
    require(actor, "patient.merge")
    give_reason(why)
    merge = lock(merges_in_scope(actor), merge_id, version)
    if merge.undone_at is not None:
        raise TransitionNotAllowed(_("This merge was taken back already."))
    both = Patient.objects.filter(pk__in=[merge.into_id, merge.gone_id])
    charts = {row.pk: row for row in both.select_for_update(of=("self",)).order_by("pk")}
    stood, back = charts[merge.into_id], charts[merge.gone_id]
    if stood.merged_into_id is not None:
        raise Refused(_("This chart became part of another one since. Take that back first."))
    amend(back, merged_into=None)
    for table in tables():
        give_back_rows(merge, table)
    changed = MergedRow.objects.filter(merge=merge, part=RowPart.CHANGED).order_by("-pk")
    left = sum(not restore(row) for row in changed)
    amend(merge, undone_at=now, undone_by_id=actor.user_id, undone_why=why[:200])
    record(
        actor, "patient.unmerge", merge, now, patients=[stood.pk, back.pk],
        detail={"changed_since": left},
    )  # fmt: skip
    for chart, other in ((stood, back), (back, stood)):
        publish(
            events.ChartsUnmerged(
                actor=actor, at=now, now=now, organization_id=merge.organization_id,
                patient_id=chart.pk, subject_kind="merge", subject_id=merge.pk, mrn=other.mrn,
                why=why,
            )
        )  # fmt: skip
    return merge


def forecast_unmerge(merge: Merge) -> Forecast:
    """Say which rows would return, and which written since stay. A statement for each table."""
    moved = MergedRow.objects.filter(merge=merge, part=RowPart.MOVED)
    counts = Counter(moved.values_list("table", flat=True))
    since: Counter[str] = Counter()
    for table in tables():
        rows = table.meta.default_manager.filter(**{table.column: merge.into_id})
        if is_counted(table):
            rows = rows.filter(pk__gt=merge.marks.get(table.name, 0))
        else:
            rows = rows.filter(created_at__gt=merge.at)
        since[table.name] = rows.count()
    return Forecast(in_words(counts), staying=in_words(since))


def gather_late_rows() -> int:
    """Move what reached a merged chart while it was being merged; returns how many rows.

    A write that began before the merge waits for its locks and then lands on the chart that went.
    Looks at the merges of the last hour by the database's clock.
    """
    found = 0
    recent = Merge.objects.filter(created_at__gte=Now() - WATCHED, undone_at__isnull=True)
    for merge in recent.select_related("organization", "into", "gone"):
        with transaction.atomic():
            found += gather(merge)
    return found


def gather(merge: Merge) -> int:
    """Move the rows of one merged chart that came late."""
    kept: dict[str, set[Any]] = {}
    for table, row_id in MergedRow.objects.filter(merge=merge, part=RowPart.KEPT).values_list(
        "table", "row_id"
    ):
        kept.setdefault(table, set()).add(row_id)
    system = system_actor("patients.gather_late_rows", merge.organization)
    joining = Joining(system, merge, merge.into, merge.gone, merge.at, kept=kept)
    return sum(move_rows(joining, table) for table in tables())
