"""Mending what was recorded of a stay: clocks that start from a corrected instant move with it."""

from __future__ import annotations

from datetime import datetime
from typing import Any, TypedDict, Unpack
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from coordination.access.actor import Actor, require
from coordination.access.audit import record
from coordination.records import Refused, lock, move
from patients import events
from patients.actions.about import facts, history
from patients.actions.places import correct_place
from patients.actions.trail import correct, not_ahead, said, tell
from patients.models import StatusSegment, Stay, StayStatus
from patients.queries import stays_in_scope


class StayFields(TypedDict, total=False):
    """What of a stay may be corrected, by the names of Stay's fields."""

    admitted_at: datetime
    discharged_at: datetime
    departed_at: datetime
    paperwork_done_at: datetime | None
    disposition: str
    admit_source: str
    reason: str
    bed: str
    code_status: str
    code_status_source: str
    code_status_at: datetime | None


@transaction.atomic
def correct_stay(
    actor: Actor,
    stay_id: UUID,
    version: int | None,
    *,
    why: str,
    now: datetime,
    **fields: Unpack[StayFields],
) -> Stay:
    """Correct what was recorded of a stay. A corrected start or end publishes AnchorCorrected.

    The segment that began or ended at the old instant moves along. why: needed, it is shown.
    Raises NotPermitted, Stay.DoesNotExist, StaleRecord or Refused.
    """
    require(actor, "stay.change")
    if not why.strip():
        raise Refused(_("Say why this is corrected: it is kept with what stood here before."))
    stay = lock(stays_in_scope(actor), stay_id, version, no_key=True)
    values: dict[str, Any] = dict(fields)
    for name in ("admitted_at", "discharged_at", "departed_at"):
        not_ahead(values.get(name), now)
    changed = correct(actor, stay, stay.patient_id, now, why, values)
    if not changed:
        return stay
    record(actor, "stay.correct", stay, now, detail={"fields": sorted(changed)})
    if "bed" in changed:
        correct_place(stay)
    if "admitted_at" in changed:
        admitted(actor, stay, changed["admitted_at"], why, now)
    if "departed_at" in changed:
        departed(actor, stay, changed["departed_at"], why, now)
    if "discharged_at" in changed:
        anchor(actor, stay, "stay.discharged", changed["discharged_at"], why, now, tells=(
            "departed_at" not in changed))  # fmt: skip
    return stay


def admitted(
    actor: Actor, stay: Stay, at: tuple[datetime | None, datetime], why: str, now: datetime
) -> None:
    """Move the first segment with a corrected admission, and say both."""
    old, new = at
    first = old and StatusSegment.objects.filter(stay=stay, starts_at=old).first()
    if first:
        shift(actor, first, "starts_at", new, why, now)
    correct_place(stay, old=old, new=new)
    anchor(actor, stay, "stay.admitted", at, why, now)
    if first:
        name = f"stay.segment_started({first.segment_class})"
        anchor(actor, stay, name, at, why, now, tells=False)


def departed(
    actor: Actor, stay: Stay, at: tuple[datetime | None, datetime], why: str, now: datetime
) -> None:
    """Move the end of the last segment with a corrected departure, and say so."""
    old, new = at
    last = old and StatusSegment.objects.filter(stay=stay, ends_at=old).last()
    if last:
        shift(actor, last, "ends_at", new, why, now)
    anchor(actor, stay, "stay.departed", at, why, now)


@transaction.atomic
def correct_segment(
    actor: Actor, segment_id: UUID, starts_at: datetime, *, why: str, now: datetime
) -> StatusSegment:
    """Correct when a part of a stay began; the part before it ends there.

    Raises NotPermitted, StatusSegment.DoesNotExist or Refused (it overlaps another part).
    """
    require(actor, "stay.change")
    if not why.strip():
        raise Refused(_("Say why this is corrected: it is kept with what stood here before."))
    not_ahead(starts_at, now)
    segment = lock(
        StatusSegment.objects.filter(stay__in=stays_in_scope(actor)).select_related("stay"),
        segment_id, None,
    )  # fmt: skip
    old = segment.starts_at
    before = StatusSegment.objects.filter(stay_id=segment.stay_id, ends_at=old).first()
    if before is not None and before.pk != segment.pk and starts_at < old:
        shift(actor, before, "ends_at", starts_at, why, now)
    shift(actor, segment, "starts_at", starts_at, why, now)
    if before is not None and before.pk != segment.pk and starts_at > old:
        shift(actor, before, "ends_at", starts_at, why, now)
    record(actor, "stay.correct_segment", segment.stay, now)
    name = f"stay.segment_started({segment.segment_class})"
    anchor(actor, segment.stay, name, (old, starts_at), why, now)
    return segment


def shift(
    actor: Actor, segment: StatusSegment, field: str, to: datetime, why: str, now: datetime
) -> None:
    """Move one end of a segment, with its history."""
    with said(StatusSegment):
        correct(actor, segment, segment.stay.patient_id, now, why, {field: to})


def anchor(
    actor: Actor,
    stay: Stay,
    anchor_event: str,
    at: tuple[datetime | None, datetime],
    why: str,
    now: datetime,
    *,
    tells: bool = True,
) -> None:
    """Publish that an instant clocks start from was corrected, if one stood there before."""
    old, new = at
    if old is None:
        return
    labels = {
        "stay.admitted": _("Time of admission"),
        "stay.discharged": _("Time of discharge"),
        "stay.departed": _("Time of leaving"),
    }
    about = facts(actor, stay, now, now)
    del about["stay_id"]
    tell(
        events.AnchorCorrected(
            **about, anchor_event=anchor_event, old_at=old, new_at=new, why=why, tells=tells,
            label=labels.get(anchor_event, _("Start of this part of the stay")),
        ),
        quiet=history(stay, actor, max(old, new), now),
    )  # fmt: skip


@transaction.atomic
def void_stay(
    actor: Actor,
    stay_id: UUID,
    version: int | None,
    *,
    why: str,
    now: datetime,
    to: str = StayStatus.ENTERED_IN_ERROR,
) -> Stay:
    """Mark a stay as entered in error, or a planned one as cancelled; it is never deleted.

    Raises NotPermitted, Stay.DoesNotExist, StaleRecord, TransitionNotAllowed or Refused.
    """
    require(actor, "stay.change")
    if not why.strip():
        raise Refused(_("Say why: the stay stays in the history with your reason."))
    stay = lock(stays_in_scope(actor), stay_id, version, no_key=True)
    move(stay, to, actor=actor, now=now, why=why)
    record(actor, "stay.void", stay, now)
    tell(
        events.StayVoided(
            **facts(actor, stay, now, now), status_label=str(StayStatus(to).label), why=why
        )
    )
    return stay
