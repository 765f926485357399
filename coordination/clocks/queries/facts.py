"""The table of facts below the answer: rule, source, grade, start, count, calendar and the rest."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.utils.dateformat import format as dateformat
from django.utils.translation import gettext as _

from coordination.access.actor import Actor
from coordination.clocks import rules
from coordination.clocks.models import Cause, Clock, ClockState, SignOff, Unit, Whose
from coordination.clocks.queries.wording import EVIDENCE, counts_words, evidence_words
from coordination.words import clock_words, span_words


@dataclass(frozen=True, slots=True)
class Fact:
    """One line: what, and what is known of it, with what stands beside it in a quieter voice."""

    term: str
    text: str
    sub: str = ""


def facts_of(
    actor: Actor,
    clock: Clock,
    zone: ZoneInfo,
    days: Iterable[rules.Day],
    calendar: str,
    signed: Sequence[SignOff],
) -> list[Fact]:
    """Return the facts in the order a person asks for them."""
    rule = clock.rule
    skipped = [dateformat(d.on, "j M") for d in days if d.role == "skipped" and (
        d.reason != "weekend")]  # fmt: skip
    return [
        Fact(_("Rule"), rule.title, rule.slug),
        Fact(_("Source"), rule.citation or _("Section not known"), rule.source),
        Fact(_("Grade"), rule.grade, rule.get_grade_display()),
        _start(clock, zone),
        Fact(_("Counts"), counts_words(rule)),
        _calendar(clock, calendar, skipped),
        Fact(_("Zone"), zone.key, _zone_words(actor, zone)),
        Fact(_("Closed by"), evidence_words(rule)),
        Fact(_("State"), clock.get_state_display(), _state_words(clock, zone)),
        *_sometimes(clock),
        Fact(
            _("Version"),
            _("%(version)d, in force on %(day)s") % {
                "version": rule.version,
                "day": dateformat(clock.anchor_at.astimezone(zone), "j M Y"),
            },
            rule.pack.slug,
        ),
        _signed(rule.grade, signed, zone),
        *_words(clock),
    ]  # fmt: skip


def _start(clock: Clock, zone: ZoneInfo) -> Fact:
    at = _at(clock.anchor_at, zone, "D j M Y")
    by = clock.opened_by.display_name if clock.opened_by else _("the service")
    sub = _("recorded by %(who)s, %(at)s") % {
        "who": by, "at": _at(clock.opened_at, zone, "j M"),
    }  # fmt: skip
    if clock.facts.get("anchor_is") == "notice_date":
        sub = _("receipt presumed %(days)d days after the notice of %(day)s") % {
            "days": clock.rule.presumed_days,
            "day": dateformat(
                clock.anchor_at.astimezone(zone) - timedelta(days=clock.rule.presumed_days),
                "j M Y",
            ),
        }
    label = clock.rule.anchor_label or clock.anchor_event
    return Fact(_("Starts at"), f"{label}, {at}", sub)


def _at(at: datetime, zone: ZoneInfo, day: str) -> str:
    """Return an instant: its day in this form, and the time."""
    local = at.astimezone(zone)
    return f"{dateformat(local, day)}, {clock_words(local)}"


def _calendar(clock: Clock, name: str, skipped: Sequence[str]) -> Fact:
    rule = clock.rule
    if rule.unit != Unit.BUSINESS_DAYS and not rule.rolls:
        return Fact(_("Calendar"), _("None: weekends and holidays count"))
    sub = _("%(days)s skipped") % {"days": ", ".join(skipped)} if skipped else ""
    return Fact(_("Calendar"), name, sub)


def _zone_words(actor: Actor, zone: ZoneInfo) -> str:
    return _("the hospital’s") if zone.key == actor.zone.key else _("the facility’s own")


def _state_words(clock: Clock, zone: ZoneInfo) -> str:
    """Return when it was met, and why it was late where somebody has said so."""
    cause = dict(Cause.choices).get(clock.cause, clock.cause)
    said = (_met_words(clock, zone), cause, clock.explanation)
    return ". ".join(str(one).rstrip(".") for one in said if one)


def _met_words(clock: Clock, zone: ZoneInfo) -> str:
    if clock.satisfied_at is None:
        return ""
    said = _("%(what)s, %(at)s") % {
        "what": EVIDENCE.get(clock.satisfied_by, clock.satisfied_by),
        "at": _at(clock.satisfied_at, zone, "j M Y"),
    }
    if clock.margin_minutes is None:
        return said
    span = span_words(timedelta(minutes=abs(clock.margin_minutes)))
    if clock.state == ClockState.SATISFIED:
        return _("%(said)s; %(span)s were left") % {"said": said, "span": span}
    return _("%(said)s; %(span)s late") % {"said": said, "span": span}


def _sometimes(clock: Clock) -> list[Fact]:
    """Return the facts only some clocks have."""
    rule, found = clock.rule, []
    if rule.whose != Whose.US:
        found.append(Fact(_("Whose"), rule.get_whose_display()))
    if clock.safe_by:
        found.append(Fact(_("Safe by"), dateformat(clock.safe_by, "l j F Y"), _("the date stays")))
    if clock.facts.get("extended") == "1":
        found.append(Fact(_("Extension"), _("Granted"), clock.why))
    return found


def _words(clock: Clock) -> list[Fact]:
    """Return what the rule says in words: whom it is for, what follows, what else is known."""
    rule = clock.rule
    said = (
        (_("Applies to"), rule.applies_to),
        (_("If missed"), rule.consequence),
        (_("Note"), rule.note),
    )
    return [Fact(term, text) for term, text in said if text]


def _signed(grade: str, signed: Sequence[SignOff], zone: ZoneInfo) -> Fact:
    if not signed:
        return Fact(
            _("Signed off"), _("Nobody here yet"),
            _("grade %(grade)s is in force as shipped") % {"grade": grade},
        )  # fmt: skip
    return Fact(
        _("Signed off"),
        ", ".join(one.user.display_name for one in signed),
        ", ".join(_day(one.signed_at, zone) for one in signed),
    )


def _day(at: datetime, zone: ZoneInfo) -> str:
    return dateformat(at.astimezone(zone), "j M Y")
