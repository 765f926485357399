"""A rule's row in plain words: how it counts, what closes it, why it is due then."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from zoneinfo import ZoneInfo

from django.utils.dateformat import format as dateformat
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from coordination.clocks import rules
from coordination.clocks.models import Clock, DeadlineRule, Direction, RuleKind, Unit

ANCHORS = {
    "stay.admitted": gettext_lazy("admission"),
    "stay.segment_started(inpatient)": gettext_lazy("inpatient admission"),
    "stay.segment_started(observation)": gettext_lazy("the start of observation"),
    "stay.discharge_planned": gettext_lazy("the planned departure"),
    "stay.discharged": gettext_lazy("discharge"),
    "stay.departed": gettext_lazy("leaving hospital"),
    "stay.reclassified": gettext_lazy("the change from inpatient to observation"),
    "auth.received_by_payer": gettext_lazy("the plan received the request"),
    "appeal.received_by_payer": gettext_lazy("the plan received the appeal"),
    "referral.sent(home health)": gettext_lazy("a home health referral is sent"),
    "decision.notice_date": gettext_lazy("the date on the notice"),
    "decision.received": gettext_lazy("the decision was received"),
}
EVIDENCE = {
    "call": gettext_lazy("a logged call"),
    "contact": gettext_lazy("a person reaches patient or caregiver"),
    "attempts": gettext_lazy("logged attempts"),
    "visit": gettext_lazy("a kept visit"),
    "medrec": gettext_lazy("medicines reconciled"),
    "minutes": gettext_lazy("logged minutes"),
    "determination": gettext_lazy("the decision, with its reference"),
    "filing": gettext_lazy("the filing, with its receipt"),
    "notice": gettext_lazy("the notice, signed, refused with witness, or by phone"),
    "choice": gettext_lazy("the list shown, and the choice"),
    "transfer": gettext_lazy("the information sent, with receipt"),
    "document": gettext_lazy("the document"),
    "status": gettext_lazy("the stay's own status"),
    "receipt": gettext_lazy("the receipt"),
    "period-end": gettext_lazy("its end"),
}


def amount_words(amount: int, unit: str) -> str:
    """Return a rule's number with its unit: "2 business days", "72 hours"."""
    words = {
        Unit.MINUTES: ngettext("%(n)d minute", "%(n)d minutes", amount),
        Unit.HOURS: ngettext("%(n)d hour", "%(n)d hours", amount),
        Unit.CALENDAR_DAYS: ngettext("%(n)d day", "%(n)d days", amount),
        Unit.BUSINESS_DAYS: ngettext("%(n)d business day", "%(n)d business days", amount),
        Unit.MONTHS: ngettext("%(n)d month", "%(n)d months", amount),
    }
    return words.get(Unit(unit), "%(n)d") % {"n": amount}


def anchor_name(anchor_event: str) -> str:
    """Return what an anchor event is called: "leaving hospital"; an unknown one as it is."""
    return str(ANCHORS.get(anchor_event, anchor_event))


def anchor_words(rule: DeadlineRule, anchor_event: str) -> str:
    """Return what a clock starts at, to go after "after": "leaving hospital"."""
    named = ANCHORS.get(anchor_event)
    return str(named) if named else _("“%(label)s”") % {"label": rule.anchor_label or anchor_event}


def how_words(rule: DeadlineRule, anchor_event: str, *, is_extended: bool = False) -> str:
    """Return a rule's arithmetic in a phrase: "2 business days after leaving hospital"."""
    start = anchor_words(rule, anchor_event)
    longer = rule.extension if is_extended and rule.extension_unit in {"", rule.unit} else 0
    amount = amount_words((rule.amount or 0) + longer, rule.unit)
    return _phrase(rule) % {"amount": amount, "start": start}


def _phrase(rule: DeadlineRule) -> str:
    """Return the phrase of a rule's arithmetic, with %(amount)s and %(start)s to fill."""
    if rule.kind == RuleKind.GATE or rule.amount is None:
        return _("a condition, no date")
    if rule.kind == RuleKind.THRESHOLD:
        return _("%(amount)s in the month")
    named = {
        Unit.NOON_NEXT_DAY: _("noon of the day after %(start)s"),
        Unit.END_OF_DAY: _("midnight ending the day of %(start)s"),
    }.get(Unit(rule.unit))
    if named or rule.amount == 0:
        return named or _("at %(start)s")
    if rule.is_inclusive:
        return _("%(amount)s, the day of %(start)s is day 1")
    if rule.direction == Direction.BEFORE:
        return _("%(amount)s before %(start)s")
    return _("%(amount)s after %(start)s")


def counts_words(rule: DeadlineRule) -> str:
    """Return how the days or hours are counted, and to what time of day."""
    said = {
        Unit.MINUTES: _("Real minutes"),
        Unit.HOURS: _("Real hours, day and night; a change of the clocks adds or takes none"),
        Unit.CALENDAR_DAYS: _("Every day from the day after, to 23:59:59"),
        Unit.BUSINESS_DAYS: _("Business days from the day after, to 23:59:59"),
        Unit.MONTHS: _("The same day of the month, to 23:59:59"),
        Unit.NOON_NEXT_DAY: _("Noon of the next day; weekends and holidays count"),
        Unit.END_OF_DAY: _("To 23:59:59 of the same day"),
        Unit.NONE: _("No date"),
    }
    words = said[Unit(rule.unit)]
    if rule.is_inclusive:
        words = _("Every day, the first is day 1, to 23:59:59")
    return (
        _("%(counts)s; moves off a weekend or holiday") % {"counts": words}
        if (rule.rolls)
        else words
    )


def evidence_words(rule: DeadlineRule) -> str:
    """Return what closes a clock of this rule."""
    if not rule.evidence:
        return _("Nothing: it ends by itself")
    words = _(" or ").join(str(EVIDENCE.get(kind, kind)) for kind in rule.evidence)
    return words[0].upper() + words[1:]


def skipped_words(days: Iterable[rules.Day]) -> str:
    """Return what did not count: "Thanksgiving Day and the weekend do not count." or ""."""
    names: list[str] = []
    for day in days:
        if day.role == "skipped":
            name = _("the weekend") if day.reason == "weekend" else day.reason
            if name not in names:
                names.append(name)
    names.sort(key=lambda name: name == _("the weekend"))
    if not names:
        return ""
    listed = (
        names[0]
        if len(names) == 1
        else (_("%(first)s and %(last)s") % {"first": ", ".join(names[:-1]), "last": names[-1]})
    )
    said = ngettext("%(names)s does not count.", "%(names)s do not count.", len(names)) % {
        "names": listed
    }
    return said[0].upper() + said[1:]


def answer_words(clock: Clock, days: Iterable[rules.Day], anchor_at: datetime) -> str:
    """Return the answer in a sentence or two, under the due date."""
    how = how_words(clock.rule, clock.anchor_event, is_extended=clock.facts.get("extended") == "1")
    said = _("%(how)s on %(day)s.") % {"how": how, "day": dateformat(anchor_at, "l j F")}
    return " ".join(part for part in (said[0].upper() + said[1:], skipped_words(days)) if part)


def explanation(clock: Clock, answer: str, signed: str) -> str:
    """Return why a clock is due then, in one sentence: everything rules.md 1.4 asks."""
    rule = clock.rule
    return _(
        "%(answer)s Rule %(slug)s, version %(version)d (%(citation)s; grade %(grade)s),"
        " zone %(zone)s, signed off by %(signed)s."
    ) % {
        "answer": answer,
        "slug": rule.slug,
        "version": rule.version,
        "citation": rule.citation or _("no section known"),
        "grade": rule.grade,
        "zone": clock.zone,
        "signed": signed or _("nobody here yet"),
    }


def difference_words(now_due: datetime | None, new_due: datetime | None, zone: ZoneInfo) -> str:
    """Return how far a due instant would move: "3 days sooner", "4 hours later", "unchanged"."""
    if now_due is None or new_due is None or now_due == new_due:
        return _("unchanged")
    length = abs(new_due - now_due)
    days = (new_due.astimezone(zone).date() - now_due.astimezone(zone).date()).days
    if days:
        words = amount_words(abs(days), Unit.CALENDAR_DAYS)
    elif length.seconds >= 3600:  # noqa: PLR2004  an hour
        words = amount_words(length.seconds // 3600, Unit.HOURS)
    else:
        words = amount_words(length.seconds // 60, Unit.MINUTES)
    return (
        _("%(span)s sooner") % {"span": words}
        if new_due < now_due
        else _("%(span)s later") % {"span": words}
    )
