"""Entries of the directory in words."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from coordination.words import age_words, day_words
from patients.queries import language_name
from referrals.models import CheckMethod, Provider, ProviderKind
from referrals.queries import Found, Wish

YES, NO, UNKNOWN = "ok", "no", "nk"


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing asked of an entry: what, and whether it is so. tone: ok, no, nk."""

    words: str
    tone: str


@dataclass(frozen=True, slots=True)
class Line:
    """One hit in words. number: on the list and on the map."""

    number: int
    public_id: UUID
    name: str
    where: str
    checked: str
    facts: list[Fact]
    memory: list[str]
    is_known: bool


def in_words(
    rows: list[Found], wish: Wish, payer: str, now: datetime, zone: ZoneInfo, first: int = 1
) -> list[Line]:
    """Return the hits in words. payer: what the payer asked for is called, "" for none."""
    kinds = dict(ProviderKind.choices)
    return [
        Line(
            number=number,
            public_id=row.public_id,
            name=row.name,
            where=_where(row, str(kinds[row.kind])),
            checked=checked_words(row.verified_at, row.verified_how, row.source, now, zone),
            facts=list(_facts(row, wish, payer, now, zone)),
            memory=_memory(row, now),
            is_known=row.accepting is True,
        )
        for number, row in enumerate(rows, first)
    ]


def _where(row: Found, kind: str) -> str:
    far = _("%(miles).1f miles") % {"miles": row.miles} if row.miles is not None else kind
    return " · ".join(filter(None, (far, row.phone or _("no number known"))))


def checked_words(at: datetime | None, how: str, source: str, now: datetime, zone: ZoneInfo) -> str:
    """Return when and how an entry was last checked, or where it comes from unchecked."""
    if at is None:
        return _("From a public file, not checked") if source else _("Not checked yet")
    method = str(CheckMethod(how).label).lower()
    day = day_of(at.astimezone(zone).date(), now.astimezone(zone).date())
    return _("Checked %(day)s, %(how)s") % {"day": day, "how": method}


def day_of(day: date, today: date) -> str:
    """Return a day as one says it: today, yesterday, else its date."""
    if day == today:
        return _("today")
    if day == today - timedelta(days=1):
        return _("yesterday")
    return day_words(day)


def _fact(what: str, *, known: bool | None, more: str = "") -> Fact:
    said = {True: _("yes"), False: _("no"), None: _("not known")}[known]
    tone = {True: YES, False: NO, None: UNKNOWN}[known]
    return Fact(f"{what}: {said}{more}", tone)


def _facts(row: Found, wish: Wish, payer: str, now: datetime, zone: ZoneInfo) -> list[Fact]:
    found = []
    if payer:
        found.append(_fact(payer, known=row.takes))
    if wish.language:
        speaks = wish.language in row.languages if row.languages else None
        found.append(_fact(language_name(wish.language), known=speaks))
    since = ""
    if row.capacity_at:
        local = row.capacity_at.astimezone(zone).date()
        since = f", {day_of(local, now.astimezone(zone).date())}"
    found.append(_fact(_("Accepting"), known=row.accepting, more=since))
    return found


def _memory(row: Found, now: datetime) -> list[str]:
    lines = []
    if row.wait_days is not None:
        lines.append(
            ngettext("Wait: %(n)d day", "Wait: %(n)d days", row.wait_days) % {"n": row.wait_days}
            if row.wait_days
            else _("No wait")
        )
    if row.capacity:
        lines.append(row.capacity)
    if row.dialed_at:
        said = {"who": row.dialed_by or _("the system"), "ago": age_words(row.dialed_at, now)}
        lines.append(_("Last dialed by %(who)s, %(ago)s") % said)
    return lines or [_("No history with us")]


def source_words(provider: Provider) -> str:
    """Return where an entry comes from and of what date that is."""
    if not provider.source:
        return _("Entered by hand")
    if provider.file_dated_on is None:
        return _("From a public file; its date is not given")
    return _("From a public file of %(day)s") % {"day": day_words(provider.file_dated_on)}
