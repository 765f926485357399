"""The calendars, as the plain values the rules count by."""

from __future__ import annotations

from datetime import date

from django.db.models import Q

from coordination.clocks import rules
from coordination.clocks.models import CalendarKind, Holiday


def regulatory_calendar(slug: str = "us-federal") -> rules.Calendar:
    """Return a shipped calendar of holidays. 1 statement.

    It is complete for the years that have a holiday on file (manage.py load_rules fills them), and
    refuses to count beyond. An unknown slug gives a calendar without any year.
    """
    rows = list(
        Holiday.objects.filter(
            calendar__slug=slug,
            calendar__kind=CalendarKind.REGULATORY,
            calendar__organization__isnull=True,
        )
        .order_by("on")
        .values_list("on", "name", "calendar__name")
    )
    if not rows:
        return rules.Calendar(name=slug, years=(1, 0))
    return rules.Calendar(
        name=rows[0][2],
        holidays={on: name for on, name, _calendar in rows},
        years=(rows[0][0].year, max(on.year for on, _name, _calendar in rows)),
    )


def facility_calendar(
    organization_id: int, facility_id: int | None, first: date, last: date
) -> rules.Calendar:
    """Return our own closures between two dates, both included. 1 statement.

    facility_id: closures of that facility and those of the whole organization; None: the latter.
    """
    rows = Holiday.objects.filter(
        calendar__organization_id=organization_id,
        calendar__kind=CalendarKind.FACILITY,
        on__range=(first, last),
    ).values_list("on", "name", "calendar__facility_id")
    return rules.Calendar(
        holidays={on: name for on, name, facility in rows if facility in {None, facility_id}}
    )


def working_calendars(
    organization_id: int, first: date, last: date
) -> dict[int | None, rules.Calendar]:
    """Return the days we do not work between two dates, both included, by facility. 1 statement.

    Each holds the federal holidays, the organization's closures and the facility's own. Key None:
    of every facility that has no closure of its own in these days.
    """
    rows = list(
        Holiday.objects.filter(on__range=(first, last))
        .filter(
            Q(calendar__organization_id=organization_id, calendar__kind=CalendarKind.FACILITY)
            | Q(calendar__organization=None, calendar__kind=CalendarKind.REGULATORY)
        )
        .values_list("on", "name", "calendar__facility_id")
    )
    everywhere = {on: name for on, name, facility in rows if facility is None}
    found: dict[int | None, rules.Calendar] = {None: rules.Calendar(holidays=everywhere)}
    for facility_id in {facility for _on, _name, facility in rows if facility is not None}:
        own = {on: name for on, name, facility in rows if facility == facility_id}
        found[facility_id] = rules.Calendar(holidays=everywhere | own)
    return found
