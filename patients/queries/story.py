"""The timeline of one patient, page by page, and who looks after them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.utils.translation import gettext_lazy as _

from coordination.access.actor import Actor
from patients.models import Assignment, Patient

LINES = 30
LATE_ENTRY = timedelta(hours=1)
GROUPS = {
    "calls": (_("Calls and notes"), ("call.", "note.")),
    "tasks": (_("Tasks and clocks"), ("task.", "clock.", "playbook.")),
    "stay": (_("Stay"), ("stay.", "anchor.")),
    "people": (_("People and insurance"),
               ("patient.", "owners.", "contact.", "permission.", "coverage.", "outreach.",
                "visit.")),
}  # fmt: skip
LOOKS = (
    ("call.", "phone", "acc"), ("note.", "notebook-pen", "acc"),
    ("task.completed", "check", "ok"), ("task.", "list-todo", ""),
    ("clock.breached", "octagon-alert", "late"), ("clock.", "clock", ""),
    ("stay.departed", "door-open", ""), ("stay.", "bed", ""), ("anchor.", "history", "wait"),
    ("visit.", "calendar", ""), ("coverage.", "shield", ""), ("permission.", "shield-check", ""),
    ("delivery.", "send", ""), ("mended.", "arrow-right-left", "wait"),
    ("owners.", "users", ""), ("contact.", "users", ""), ("patient.", "user", ""),
)  # fmt: skip
SQL = """
SELECT t.id, t.at, t.kind, t.sentence, t.detail, t.recorded_at,
  coalesce(nullif(trim(u.first_name || ' ' || u.last_name), ''), u.username, ''),
  t.subject_kind, t.subject_id, t.void_at, t.void_why,
  (SELECT coalesce(nullif(trim(v.first_name || ' ' || v.last_name), ''), v.username)
   FROM access_user v WHERE v.id = t.void_by_id), {subject}
FROM patients_timelineentry t LEFT JOIN access_user u ON u.id = t.user_id
WHERE t.patient_id = %(patient)s AND t.organization_id = %(organization)s
  AND (%(every)s OR t.kind LIKE ANY(%(kinds)s))
  AND (%(from_start)s OR (t.at, t.id) < (%(at)s, %(id)s))
ORDER BY t.at DESC, t.id DESC LIMIT %(limit)s
"""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the timeline. recorded_at: only when it was written down over an hour later.

    void_at, void_why, void_by: when, why and by whom its record was marked as entered in error.
    subject: the public id of the record it is about, where the caller said how to find it.
    """

    entry_id: int
    at: datetime
    kind: str
    sentence: str
    detail: str
    recorded_at: datetime | None
    who: str
    subject_kind: str
    subject_id: int | None
    icon: str
    tone: str
    void_at: datetime | None = None
    void_why: str = ""
    void_by: str | None = None
    subject: UUID | None = None


@dataclass(frozen=True, slots=True)
class Day:
    """The lines of one local day, the latest first."""

    day: date
    lines: list[Line]


@dataclass(frozen=True, slots=True)
class Timeline:
    """A page of the timeline. before: the key of the next page, "" when there is none."""

    days: list[Day]
    before: str
    group: str


def timeline(
    actor: Actor,
    patient: Patient,
    zone: ZoneInfo,
    *,
    group: str = "",
    before: str = "",
    subject: str = "NULL::uuid",
) -> Timeline:
    """Return a page of an opened chart's story, the newest first. 1 statement.

    group: a key of GROUPS, or "" for everything. before: `Timeline.before` of the page before.
    subject: SQL of the public id of what a line `t` is about; this room does not know the tables.
    """
    at, number = place(before)
    prefixes: Sequence[str] = GROUPS[group][1] if group in GROUPS else ()
    params: dict[str, Any] = {
        "patient": patient.pk, "organization": actor.organization_id, "every": not prefixes,
        "kinds": [f"{prefix}%" for prefix in prefixes], "from_start": at is None, "at": at,
        "id": number, "limit": LINES + 1,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(SQL.format(subject=subject), params)
        lines = [line(row) for row in cursor.fetchall()]
    last = lines[LINES - 1] if len(lines) > LINES else None
    key = f"{last.at.isoformat()}_{last.entry_id}" if last else ""
    return Timeline(by_day(lines[:LINES], zone), key, group if group in GROUPS else "")


def line(row: Any) -> Line:
    """Make a line of a row of SQL."""
    number, at, kind, sentence, detail, recorded_at, who, subject_kind, subject_id, *more = row
    icon, tone = next(((i, t) for prefix, i, t in LOOKS if kind.startswith(prefix)), ("info", ""))
    is_late = recorded_at - at > LATE_ENTRY
    return Line(
        number, at, kind, sentence, detail, recorded_at if is_late else None, who, subject_kind,
        subject_id, icon, tone, *more,
    )  # fmt: skip


def by_day(lines: list[Line], zone: ZoneInfo) -> list[Day]:
    """Group lines, newest first, by local day."""
    days: list[Day] = []
    for entry in lines:
        day = entry.at.astimezone(zone).date()
        if not days or days[-1].day != day:
            days.append(Day(day, []))
        days[-1].lines.append(entry)
    return days


def place(before: str) -> tuple[datetime | None, int]:
    """Return the instant and id of `Timeline.before`; a key that is none starts anew."""
    at, _underscore, number = before.partition("_")
    try:
        instant = datetime.fromisoformat(at)
        if instant.tzinfo is None or not 0 < int(number) < 2**63:
            return None, 0
    except ValueError:
        return None, 0
    return instant, int(number)


@dataclass(frozen=True, slots=True)
class Carer:
    """One open assignment: the team, and the person if one is named."""

    team: str
    person: str
    kind: str
    since: datetime
    phone: str


def carers(patient: Patient) -> list[Carer]:
    """Return who looks after the patient of an opened chart, primary first. 1 statement."""
    rows = (
        Assignment.objects.filter(patient=patient, ends_at=None)
        .select_related("team", "user")
        .order_by("pk")
    )
    found = [
        Carer(
            row.team.name, row.user.display_name if row.user else "", row.get_kind_display(),
            row.starts_at, row.team.phone,
        )
        for row in rows
    ]  # fmt: skip
    return sorted(found, key=lambda carer: not carer.person)
