"""Everything the page "Why is this due then?" shows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _

from coordination.access.actor import Actor
from coordination.clocks import rules
from coordination.clocks.models import Clock, ClockState, SignOff
from coordination.clocks.queries.calendars import facility_calendar, regulatory_calendar
from coordination.clocks.queries.clocks import in_scope, stay_of
from coordination.clocks.queries.facts import Fact, facts_of
from coordination.clocks.queries.rulebook import spec_of
from coordination.clocks.queries.strips import Cell, cells, warning
from coordination.clocks.queries.wording import answer_words, explanation, how_words

MOVABLE = (ClockState.RUNNING, ClockState.BREACHED)


@dataclass(frozen=True, slots=True)
class Past:
    """One version of the clock that stands on record."""

    clock: Clock
    is_this: bool
    by: str


@dataclass(frozen=True, slots=True)
class Why:
    """A clock, explained. Instants are in the clock's own zone."""

    clock: Clock
    zone: ZoneInfo
    anchor_at: datetime
    due_at: datetime | None
    opens_at: datetime | None
    answer: str
    sentence: str
    strip: list[list[Cell]]
    closed: str
    left: str
    facts: list[Fact]
    history: list[Past]
    movable: int


def why(actor: Actor, public_id: UUID) -> Why:
    """Explain one clock. 8 statements at most, however much stands on record.

    Adds its patient to `actor.shown`. Raises Clock.DoesNotExist when not there or not in scope.
    """
    clock = in_scope(actor).select_related(
        "rule", "rule__pack", "patient", "opened_by"
    ).get(public_id=public_id)  # fmt: skip
    actor.shown.add(clock.patient_id)
    zone = ZoneInfo(clock.zone)
    anchor_at = clock.anchor_at.astimezone(zone)
    due_at = clock.due_at.astimezone(zone) if clock.due_at else None
    opens_at = clock.opens_at.astimezone(zone) if clock.opens_at else None
    regulatory = regulatory_calendar(clock.rule.calendar)
    days, work = _days(actor, clock, anchor_at, due_at or opens_at, regulatory)
    signed = signatures(actor, clock)
    answer = answer_words(clock, days, anchor_at)
    names = ", ".join(one.user.display_name for one in signed)
    closed, left = warning(work)
    return Why(
        clock=clock, zone=zone, anchor_at=anchor_at, due_at=due_at, opens_at=opens_at,
        answer=answer, sentence=explanation(clock, answer, names),
        strip=cells(days, anchor_at, due_at or opens_at or anchor_at) if days else [],
        closed=closed, left=left,
        facts=facts_of(actor, clock, zone, days, regulatory.name, signed),
        history=history(actor, clock), movable=movable(actor, clock),
    )  # fmt: skip


def _days(
    actor: Actor,
    clock: Clock,
    anchor_at: datetime,
    end: datetime | None,
    regulatory: rules.Calendar,
) -> tuple[tuple[rules.Day, ...], rules.Workdays]:
    """Return the strip's days and our working days. 2 statements, or none without a date."""
    if end is None:
        return (), rules.Workdays((), ())
    stay = stay_of((clock.subject_kind, clock.subject_id), clock.patient_id)
    first, last = sorted((anchor_at.date(), end.date()))
    ours = facility_calendar(actor.organization_id, stay.facility_id if stay else None, first, last)
    return (
        rules.days(spec_of(clock.rule), anchor_at, end, regulatory, ours),
        rules.workdays(anchor_at, end, regulatory, ours),
    )


def signatures(actor: Actor, clock: Clock) -> list[SignOff]:
    """Return who signed the rule's version at this site, first one first. 1 statement."""
    return list(
        SignOff.objects.filter(organization_id=actor.organization_id, rule_id=clock.rule_id)
        .select_related("user")
        .order_by("signed_at")
    )


def history(actor: Actor, clock: Clock) -> list[Past]:
    """Return every version of this clock, newest first: old dates stay on record. 1 statement."""
    versions = Clock.objects.filter(
        organization_id=actor.organization_id,
        patient_id=clock.patient_id,
        slug=clock.slug,
        subject_kind=clock.subject_kind,
        subject_id=clock.subject_id,
        anchor_event=clock.anchor_event,
    ).select_related("opened_by").order_by("-pk")  # fmt: skip
    return [
        Past(
            one,
            one.pk == clock.pk,
            one.opened_by.display_name if one.opened_by else _("the service"),
        )
        for one in versions
    ]


def movable(actor: Actor, clock: Clock) -> int:
    """Return how many clocks start at the same instant as this one and can move. 1 statement."""
    return Clock.objects.filter(
        organization_id=actor.organization_id,
        subject_kind=clock.subject_kind,
        subject_id=clock.subject_id,
        anchor_event=clock.anchor_event,
        state__in=MOVABLE,
    ).count()


@dataclass(frozen=True, slots=True)
class ClockRow:
    """One clock as a line of a list. how: its arithmetic in a phrase."""

    clock: Clock
    title: str
    how: str
    state: str
    tone: str


TONES = {
    ClockState.RUNNING: "calm",
    ClockState.SATISFIED: "ok",
    ClockState.BREACHED: "late",
    ClockState.EXPLAINED: "wait",
}


def patient_clocks(actor: Actor, patient_id: int) -> list[ClockRow]:
    """Return the clocks of one patient, live ones by due time, then those met. 1 statement.

    patient_id: whose chart the caller has opened; out of scope gives nothing.
    """
    found = (
        in_scope(actor).filter(patient_id=patient_id, state__in=list(TONES)).select_related("rule")
    )
    ordered = sorted(
        found,
        key=lambda c: (
            c.state not in MOVABLE,
            c.due_at is None,
            c.due_at or c.opened_at,
            c.pk,
        ),
    )
    return [
        ClockRow(
            clock=clock, title=clock.rule.title, how=how_words(clock.rule, clock.anchor_event),
            state=clock.get_state_display(), tone=TONES[ClockState(clock.state)],
        )
        for clock in ordered
    ]  # fmt: skip


def next_due(actor: Actor, patient_id: int) -> ClockRow | None:
    """Return the running clock of one patient that is due first, or None. 1 statement."""
    clock = (
        in_scope(actor)
        .filter(patient_id=patient_id, state=ClockState.RUNNING, due_at__isnull=False)
        .select_related("rule")
        .order_by("due_at", "pk")
        .first()
    )
    if clock is None:
        return None
    return ClockRow(
        clock, clock.rule.title, how_words(clock.rule, clock.anchor_event),
        clock.get_state_display(), TONES[ClockState.RUNNING],
    )  # fmt: skip
