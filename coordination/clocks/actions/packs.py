"""Loading the shipped rules and the federal holidays. Both may run again at any time."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import holidays
from django.db import transaction
from django.utils.translation import gettext as _

from coordination.clocks.models import (
    Calendar,
    CalendarKind,
    Clock,
    DeadlineRule,
    Holiday,
    RulePack,
    SignOff,
)
from coordination.records import Refused

PACKS = Path(__file__).resolve().parent.parent / "packs"
RENAMED = {"inclusive": "is_inclusive", "roll": "rolls", "safe_by": "shows_safe_by"}
DEFAULTS: dict[str, Any] = {"version": 1, "payer_classes": ["any"]}


class RuleChanged(Refused):
    """A row of a pack differs from one that clocks or sign-offs refer to."""


def read_pack(folder: Path) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return a pack's heading and its rules' rows, with the fields named as in DeadlineRule."""
    head = tomllib.loads((folder / "pack.toml").read_text())
    rows = [
        _row(rule, head["sources"])
        for path in sorted(folder.glob("*.toml"))
        for rule in tomllib.loads(path.read_text()).get("rule", [])
    ]
    return head, rows


def _row(rule: dict[str, Any], sources: dict[str, str]) -> dict[str, Any]:
    row = DEFAULTS | {RENAMED.get(key, key): value for key, value in rule.items()}
    if "source" in row:
        row["source"] = sources[row["source"]]
    return row


@transaction.atomic
def load_rules(folders: Iterable[Path] | None = None) -> int:
    """Bring the rule rows in line with the shipped packs. Returns how many were written.

    A row that clocks or sign-offs refer to is never edited: RuleChanged says to add a version. Rows
    that left the files stay, since clocks may run by them.
    """
    written = 0
    for folder in folders or sorted(p for p in PACKS.iterdir() if p.is_dir()):
        head, rows = read_pack(folder)
        pack, _is_new = RulePack.objects.update_or_create(
            organization=None, slug=head["slug"], defaults={"name": head["name"]}
        )
        known = {(r.slug, r.version): r for r in DeadlineRule.objects.filter(pack=pack)}
        for row in rows:
            written += _write(pack, row, known.get((row["slug"], row["version"])))
    return written


def _write(pack: RulePack, row: dict[str, Any], old: DeadlineRule | None) -> bool:
    rule = DeadlineRule(pack=pack, **row)
    rule.full_clean(exclude=["pack"], validate_unique=False, validate_constraints=False)
    if old is None:
        rule.save(force_insert=True)
        return True
    rule.pk = old.pk
    changed = [
        f.attname
        for f in DeadlineRule._meta.concrete_fields
        if getattr(rule, f.attname) != getattr(old, f.attname)
    ]
    if not changed:
        return False
    if Clock.objects.filter(rule=old).exists() or SignOff.objects.filter(rule=old).exists():
        raise RuleChanged(
            _("%(slug)s version %(version)d is in use: write the change as version %(next)d.")
            % {"slug": old.slug, "version": old.version, "next": old.version + 1}
        )
    rule.save(update_fields=changed)
    return True


def federal_holidays(years: Iterable[int]) -> Iterator[tuple[Any, str]]:
    """Yield (date, name) of the federal holidays that fall in these years, as observed."""
    wanted = set(years)
    around = range(min(wanted) - 1, max(wanted) + 2)  # New Year may be observed the year before
    for on, name in sorted(holidays.country_holidays("US", years=around).items()):
        if on.year in wanted:
            yield on, name


@transaction.atomic
def fill_holidays(years: Iterable[int]) -> int:
    """Fill the federal calendar for these years. Returns how many days were added."""
    calendar, _is_new = Calendar.objects.get_or_create(
        organization=None,
        slug="us-federal",
        defaults={"name": _("Federal holidays as observed"), "kind": CalendarKind.REGULATORY},
    )
    before = calendar.holidays.count()
    Holiday.objects.bulk_create(
        [Holiday(calendar=calendar, on=on, name=name) for on, name in federal_holidays(years)],
        ignore_conflicts=True,
    )
    return calendar.holidays.count() - before
