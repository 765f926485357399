"""Each patient of a list once: next step, open and late work, last contact, leaving.

One constant statement reads a page and its counters. It looks once at everybody on the list, each
by an index; only the rows of the page are then read whole.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from coordination.access.actor import Actor
from coordination.caseload.queries.owners import IN_PART, MINE_SQL, owner_params
from coordination.caseload.rules import LOOK_BACK, Day, seen_since
from coordination.clocks.queries import working_calendars
from coordination.clocks.rules import Calendar
from patients.queries import SCOPE_SQL, scope_params

PAGE_ROWS = 50
QUIET = timedelta(hours=48)
HOME_FOR = timedelta(days=30)

# Whose patients: the ids a list begins with. "mine" counts whom one covers for.
NAMED = f"""
SELECT o.patient_id AS id FROM mine m JOIN patients_assignment o ON o.user_id = m.owner
  AND {IN_PART.format("o")}
WHERE o.ends_at IS NULL AND o.kind = ANY(%(kinds)s::text[])
"""  # noqa: S608  only our own constants
OUR_TEAMS = """
SELECT a.patient_id AS id FROM patients_assignment a
WHERE a.ends_at IS NULL AND a.team_id = ANY(%(team_ids)s)
"""
IN_BEDS = """
SELECT s.patient_id AS id FROM patients_stay s
WHERE s.unit_id IS NOT NULL AND s.status IN ('arrived', 'triaged', 'in-progress', 'onleave')
"""
KINDS = {"mine": ["primary", "nurse"], "backup": ["backup"]}
WHOSE = (*KINDS, "team")
LANES = ("nothing", "late", "unseen", "leaving")

# One row for everybody on the list. place: 0 in a bed, 1 at home within 30 days of leaving, 2
# elsewhere. The dead are listed while something is open.
EVERYBODY = """
SELECT p.id, p.name_norm, i.is_member, (k.open > 0)::int AS planned,
  CASE WHEN s.is_here THEN 0 WHEN s.departed_at >= %(home_since)s THEN 1 ELSE 2 END AS place,
  coalesce(u.name, '') AS unit, coalesce(u.id, 0) AS unit_id, coalesce(u.code, '') AS unit_code,
  CASE WHEN s.is_here THEN s.bed ELSE '' END AS bed,
  CASE WHEN s.is_here THEN s.expected_at END AS expected_at,
  s.facility_id, s.admitted_at, s.departed_at, k.open, k.late, k.oldest_at,
  CASE WHEN s.is_here THEN s.public_id END AS stay_id,
  p.interpreter = 'needed' AS interpreter, c.occurred_at AS contact_at, b.occurred_at AS seen_at,
  s.is_here AND coalesce(b.occurred_at, s.admitted_at) < coalesce(
    (%(seen_since)s::jsonb ->> s.facility_id::text)::timestamptz,
    (%(seen_since)s::jsonb ->> '')::timestamptz) AS unseen
FROM (SELECT id, bool_or(is_member) AS is_member FROM (
    SELECT id, true AS is_member FROM ({source}) found
    UNION ALL SELECT %(after)s::bigint, false) every GROUP BY id) i
JOIN patients_patient p ON p.id = i.id
LEFT JOIN LATERAL (
  SELECT s.public_id, s.unit_id, s.facility_id, s.bed, s.admitted_at, s.departed_at, s.expected_at,
    s.status <> 'finished' AS is_here
  FROM patients_stay s WHERE s.patient_id = p.id
    AND s.status NOT IN ('cancelled', 'entered-in-error', 'planned')
  ORDER BY s.admitted_at DESC NULLS LAST LIMIT 1) s ON true
LEFT JOIN access_unit u ON u.id = s.unit_id AND s.is_here
CROSS JOIN LATERAL (
  SELECT count(*) AS open, count(*) FILTER (WHERE t.due_at < %(now)s) AS late,
    min(t.due_at) FILTER (WHERE t.due_at < %(now)s) AS oldest_at
  FROM worklist_task t WHERE t.patient_id = p.id AND t.is_open) k
LEFT JOIN LATERAL (  -- of everybody only where it decides who is listed
  SELECT c.occurred_at FROM outreach_call c
  WHERE %(quiet)s AND c.patient_id = p.id AND c.status <> 'entered-in-error'
  ORDER BY c.occurred_at DESC, c.id DESC LIMIT 1) c ON true
LEFT JOIN LATERAL (
  SELECT c.occurred_at FROM outreach_call c
  WHERE s.is_here AND c.patient_id = p.id AND c.status <> 'entered-in-error'
    AND c.channel = 'bedside' AND c.outcome IN ('reached-two-way', 'reached-caregiver')
  ORDER BY c.occurred_at DESC, c.id DESC LIMIT 1) b ON true
WHERE {scope} AND p.merged_into_id IS NULL AND (p.deceased_at IS NULL OR k.open > 0)
"""
KEY = "planned, place, unit, unit_id, bed, name_norm, id"
GROUP = "planned, CASE planned WHEN 1 THEN place END, CASE planned WHEN 1 THEN unit_id END"
STATEMENT = f"""
WITH {MINE_SQL}, everybody AS MATERIALIZED ({EVERYBODY}),
chosen AS MATERIALIZED (
  SELECT * FROM everybody WHERE is_member
    AND (%(units)s::text[] IS NULL OR unit_code = ANY(%(units)s))
    AND (NOT %(interpreter)s OR interpreter)
    AND (NOT %(quiet)s OR contact_at IS NULL OR contact_at < %(quiet_since)s)),
page AS (
  SELECT * FROM (
    SELECT *, count(*) OVER (PARTITION BY {GROUP}) AS in_group FROM chosen
    WHERE CASE %(lane)s WHEN 'nothing' THEN planned = 0 WHEN 'late' THEN late > 0
      WHEN 'unseen' THEN unseen WHEN 'leaving' THEN expected_at < %(ends)s ELSE true END) listed
  WHERE NOT EXISTS (SELECT 1 FROM everybody WHERE id = %(after)s)
    OR ({KEY}) > (SELECT {KEY} FROM everybody WHERE id = %(after)s)
  ORDER BY {KEY} LIMIT %(limit)s)
SELECT n.*, (SELECT array_agg(DISTINCT unit_code ORDER BY unit_code) FROM everybody
    WHERE is_member AND unit_code <> ''),
  g.id, p.public_id, p.given, p.family, p.birth_date, p.sex, p.language, g.interpreter,
  p.is_unlisted, p.deceased_at, g.planned = 1, g.place, g.unit, g.unit_id, g.bed, g.in_group,
  g.open, g.late, g.unseen, g.expected_at, g.facility_id, g.admitted_at, g.departed_at,
  c.occurred_at, c.channel, c.outcome, g.seen_at,
  t.public_id, t.title, t.due_at, t.due_event, t.hold_until, g.stay_id,
  (SELECT n.name FROM worklist_ownerproposal o JOIN access_unit n ON n.id = o.unit_id
    WHERE o.patient_id = g.id AND o.is_taken IS NULL ORDER BY o.id DESC LIMIT 1)
FROM (
  SELECT count(*), count(*) FILTER (WHERE planned = 0), count(*) FILTER (WHERE late > 0),
    min(oldest_at), count(*) FILTER (WHERE unseen), count(*) FILTER (WHERE expected_at < %(ends)s),
    min(expected_at) FILTER (WHERE expected_at >= %(now)s AND expected_at < %(ends)s)
  FROM chosen) n
LEFT JOIN page g ON true
LEFT JOIN patients_patient p ON p.id = g.id
LEFT JOIN LATERAL (
  SELECT t.public_id, t.title, t.due_at, t.due_event, t.hold_until
  FROM worklist_task t WHERE t.patient_id = g.id AND t.is_open
  ORDER BY t.due_at NULLS LAST, t.id LIMIT 1) t ON true
LEFT JOIN LATERAL (
  SELECT c.occurred_at, c.channel, c.outcome FROM outreach_call c
  WHERE c.patient_id = g.id AND c.status <> 'entered-in-error'
  ORDER BY c.occurred_at DESC, c.id DESC LIMIT 1) c ON true
ORDER BY g.planned, g.place, g.unit, g.unit_id, g.bed, g.name_norm, g.id
"""  # noqa: S608  only our own constants
SOURCES = {"mine": NAMED, "backup": NAMED, "team": OUR_TEAMS, "beds": IN_BEDS}
BY_SOURCE = {
    name: STATEMENT.format(source=source, scope=SCOPE_SQL) for name, source in SOURCES.items()
}
HEAD = 8  # columns of the counters


class PatientRow(NamedTuple):
    """One patient of the list. place: 0 in a bed, 1 at home within 30 days, 2 elsewhere.

    in_group: how many the group holds, this page's and others. seen_at: last contact at the bed;
    contact_at: last contact of any kind. The task is the one due first. moving: the unit whose team
    was asked to take over and has not answered.
    """

    pk: int
    public_id: UUID
    given: str
    family: str
    birth_date: date | None
    sex: str
    language: str
    interpreter: bool
    is_unlisted: bool
    deceased_at: datetime | None
    is_planned: bool
    place: int
    unit: str
    unit_id: int
    bed: str
    in_group: int
    open: int
    late: int
    unseen: bool | None
    expected_at: datetime | None
    facility_id: int | None
    admitted_at: datetime | None
    departed_at: datetime | None
    contact_at: datetime | None
    channel: str | None
    outcome: str | None
    seen_at: datetime | None
    task_id: UUID | None
    title: str | None
    due_at: datetime | None
    due_event: str | None
    hold_until: datetime | None
    stay_id: UUID | None
    moving: str | None


class Numbers(NamedTuple):
    """The counters of the whole list, whatever lane is shown, and the units on it."""

    everybody: int
    nothing: int
    late: int
    oldest_at: datetime | None
    unseen: int
    leaving: int
    leaving_at: datetime | None
    units: list[str] | None


@dataclass(frozen=True, slots=True)
class PatientFilters:
    """What the URL asks for. whose: mine, backup or team; after: pk of the last row shown."""

    whose: str = "mine"
    lane: str = ""
    units: tuple[str, ...] = ()
    interpreter: bool = False
    quiet: bool = False
    after: int = 0


@dataclass(frozen=True, slots=True)
class PatientPage:
    """One page of the list, read already. next_after: the key to go on from, or None."""

    rows: list[PatientRow]
    numbers: Numbers
    next_after: int | None
    calendars: Mapping[int | None, Calendar]

    def calendar_of(self, facility_id: int | None) -> Calendar:
        """Return the calendar by which a facility's business days are counted."""
        return self.calendars.get(facility_id) or self.calendars[None]


def patients_page(
    actor: Actor, day: Day, filters: PatientFilters, limit: int = PAGE_ROWS
) -> PatientPage:
    """Fetch one page of patients by place and bed, with the counters of all. 2 statements.

    Who has nothing planned comes first. An auditor's *team* is everybody in a bed. Adds the
    patients of the page to `actor.shown`.
    """
    today = day.now.astimezone(day.zone).date()
    calendars = working_calendars(actor.organization_id, today - LOOK_BACK, today)
    params: dict[str, Any] = {
        **scope_params(actor),
        **owner_params(actor),
        "kinds": KINDS.get(filters.whose, []),
        "units": list(filters.units) or None,
        "lane": filters.lane,
        "interpreter": filters.interpreter,
        "quiet": filters.quiet,
        "quiet_since": day.now - QUIET,
        "home_since": day.now - HOME_FOR,
        "seen_since": cuts(calendars, today, day),
        "now": day.now,
        "ends": day.ends,
        "after": filters.after,
        "limit": limit + 1,
    }
    whose = "beds" if filters.whose == "team" and params["sees_all"] else filters.whose
    with connection.cursor() as cursor:
        cursor.execute(BY_SOURCE[whose], params)
        found = cursor.fetchall()
    rows = [PatientRow(*row[HEAD:]) for row in found if row[HEAD] is not None]
    more = len(rows) > limit
    actor.shown.update(row.pk for row in rows[:limit])
    return PatientPage(
        rows[:limit], Numbers(*found[0][:HEAD]), rows[limit - 1].pk if more else None, calendars
    )


def cuts(calendars: Mapping[int | None, Calendar], today: date, day: Day) -> str:
    """Return since when a contact at the bed still counts as seen, by facility, as JSON."""
    return json.dumps(
        {
            "" if facility is None else str(facility): datetime.combine(
                seen_since(today, calendar), time.min, day.zone
            ).isoformat()
            for facility, calendar in calendars.items()
        }
    )
