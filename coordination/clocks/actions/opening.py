"""Starting a clock."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import IntegrityError, transaction

from coordination.access.actor import Actor, require
from coordination.access.audit import record
from coordination.clocks import rules
from coordination.clocks.events import ClockOpened
from coordination.clocks.models import LIVE, Clock, ClockState, DeadlineRule
from coordination.clocks.queries import enabled_rule, regulatory_calendar, spec_of
from coordination.clocks.queries.clocks import facts_for, stay_of, zone_of
from coordination.events import publish
from patients.models import Patient, Stay

log = logging.getLogger(__name__)
NOTICE_DATE = "notice_date"


@dataclass(frozen=True, slots=True)
class Reckoned:
    """A rule, the facts it was chosen by, and when it is due: all a clock is made of."""

    rule: DeadlineRule
    facts: dict[str, str]
    due: rules.Due
    zone: ZoneInfo

    def fields(self) -> dict[str, Any]:
        """Return the columns of Clock these fill."""
        return {
            "rule": self.rule,
            "slug": self.rule.slug,
            "facts": self.facts,
            "zone": self.zone.key,
            "anchor_at": self.due.anchor_at,
            "opens_at": self.due.opens_at,
            "due_at": self.due.due_at,
            "safe_by": self.due.safe_by,
        }


def reckon(
    actor: Actor,
    slug: str,
    patient: Patient,
    stay: Stay | None,
    anchor_at: datetime,
    facts: Mapping[str, str],
) -> Reckoned | None:
    """Choose the rule in force and compute when it is due; None: no rule known. 3 statements."""
    zone = zone_of(actor, stay)
    known = facts_for(patient, stay, facts, anchor_at, zone)
    rule = enabled_rule(
        actor,
        slug,
        on=anchor_at.astimezone(zone).date(),
        payer_class=known["payer_class"],
        facts=known,
    )
    if rule is None:
        return None
    try:
        due = rules.due(
            spec_of(rule),
            anchor_at,
            zone,
            regulatory_calendar(rule.calendar),
            is_notice_date=known.get("anchor_is") == NOTICE_DATE,
            is_extended=known.get("extended") == "1",
        )
    except rules.CalendarUnknown:
        log.warning("clock_calendar_too_short")
        return None
    return Reckoned(rule, known, due, zone)


@transaction.atomic
def open_clock(  # noqa: PLR0913  the seam other rooms open clocks by
    actor: Actor,
    *,
    rule: str,
    patient: Patient,
    subject: tuple[str, int],
    anchor_event: str,
    anchor_at: datetime,
    now: datetime,
    facts: Mapping[str, str],
    is_served: bool = False,
) -> Clock | None:
    """Start the clock of a rule for a record, or return the one that runs already.

    rule: its slug. subject: (kind, pk), such as ("stay", 7). facts: payer_class (absent: that of
    the primary coverage on the anchor's date), disposition (absent: the stay's), urgency;
    anchor_is=notice_date: receipt is presumed. is_served: the caller raises its task at once, so a
    clock that is late at birth needs no alert of its own. Returns None when no enabled rule
    applies, or the anchor lies before go-live: no guess is made, a person sets the due date.
    """
    require(actor, "clock.move")
    organization = actor.organization
    if organization is None or anchor_at < organization.go_live_at:
        return None
    running = _live(actor, rule, subject, anchor_event)
    if running:
        return running
    stay = stay_of(subject, patient.pk)
    reckoned = reckon(actor, rule, patient, stay, anchor_at, facts)
    if reckoned is None:
        return None
    try:
        with transaction.atomic():
            clock = _insert(actor, reckoned, patient, subject, anchor_event, now)
    except IntegrityError:
        return _live(actor, rule, subject, anchor_event)
    _tell(actor, clock, reckoned.rule, now, is_served=is_served)
    return clock


def _live(actor: Actor, slug: str, subject: tuple[str, int], anchor_event: str) -> Clock | None:
    return Clock.objects.filter(
        organization_id=actor.organization_id,
        slug=slug,
        subject_kind=subject[0],
        subject_id=subject[1],
        anchor_event=anchor_event,
        state__in=LIVE,
    ).first()


def _insert(
    actor: Actor,
    reckoned: Reckoned,
    patient: Patient,
    subject: tuple[str, int],
    anchor_event: str,
    now: datetime,
) -> Clock:
    return Clock.objects.create(
        organization_id=actor.organization_id,
        patient=patient,
        subject_kind=subject[0],
        subject_id=subject[1],
        anchor_event=anchor_event,
        opened_by_id=actor.user_id,
        opened_at=now,
        state=born_state(reckoned, now),
        **reckoned.fields(),
    )


def born_state(reckoned: Reckoned, now: datetime) -> ClockState:
    """Return the state a new clock starts in: breached if it is past due already.

    A rule that asks for no evidence is a period: it cannot be missed.
    """
    late = rules.is_late(now, reckoned.due.due_at) and reckoned.rule.evidence
    return ClockState.BREACHED if late else ClockState.RUNNING


def _tell(
    actor: Actor, clock: Clock, rule: DeadlineRule, now: datetime, *, is_served: bool
) -> None:
    is_late = clock.state == ClockState.BREACHED
    if is_late:
        clock.log_move(actor, now, ClockState.RUNNING, ClockState.BREACHED, "born-expired")
    record(actor, "clock.open", clock, now, detail={"rule": rule.slug, "version": rule.version})
    publish(
        ClockOpened(
            actor=actor,
            at=now,
            organization_id=clock.organization_id,
            patient_id=clock.patient_id,
            subject_kind="clock",
            subject_id=clock.pk,
            clock_id=clock.pk,
            slug=clock.slug,
            title=rule.title,
            born_expired=is_late,
            is_served=is_served,
        )
    )
