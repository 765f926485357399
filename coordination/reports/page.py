"""Puts the overdue report together: four statements, then words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from django.http import QueryDict
from django.utils.dateformat import format as dateformat
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from coordination.access.actor import Actor
from coordination.clocks.rules import Calendar, band_cuts
from coordination.csv_out import Cell
from coordination.reports import queries, rules
from coordination.reports.drill import after_key, narrowed
from coordination.reports.names import band_names, cause_names, name_of, series_names
from coordination.reports.queries import Days, Drill, LateRow, Matrix, Owner
from coordination.reports.tables import by_owner, owner_words, tables
from coordination.words import PageTime, age_words, time_words, today_words, when_words
from coordination.worklist.models import TaskKind

SHOWN_DAYS = 7
LOOK_BACK = timedelta(days=40)  # ten business days and any holidays between
CSV_HEAD = (
    "late_hours", "due", "task", "kind", "cause", "waiting_on", "mrn", "unit", "bed", "owner",
    "escalated_level", "escalated_at",
)  # fmt: skip


def days_before(actor: Actor, now: datetime) -> Days:
    """Read the stored days and the holidays behind now. 1 statement."""
    today = now.astimezone(actor.zone).date()
    return queries.days(actor, today - LOOK_BACK, today)


def cuts(actor: Actor, now: datetime, days: Days) -> tuple[datetime, ...]:
    """Return the four instants between the age bands."""
    calendar = Calendar(holidays=days.holidays)
    return band_cuts(now, calendar, actor.zone)


def overdue(actor: Actor, now: datetime, drill: Drill, asked: QueryDict) -> dict[str, object]:
    """Return everything the page says. 4 statements, however much is late."""
    days = days_before(actor, now)
    between = cuts(actor, now, days)
    late, more = queries.rows(actor, now, between, drill)
    causes = cause_names()
    context: dict[str, object] = {
        "now": now,
        "zone": actor.zone,
        "rows": lines(late, now, actor.zone, causes),
        "more_url": narrowed(asked) + f"&after={after_key(late[-1])}" if more else "",
        "drill": drill,
        "query": narrowed(asked),
    }
    if drill.after:
        return context
    matrix = queries.matrix(actor, now, between)
    owners = queries.load(actor, now)
    return context | {
        "head": today_words(now, actor.zone),
        "stats": stats(matrix, days, now, actor.zone),
        "chart": chart(matrix, days, now, actor.zone),
        "series": series_names(),
        "owners": [owner_words(owner) for owner in owners],
        "tables": tables(matrix, causes, asked),
        "matrix": by_owner(matrix, owners, asked),
        "bands": list(band_names().items()),
        "undated": owners[0].all_undated if owners else 0,
        "more_people": owners[0].people - len(owners) if owners else 0,
        "undated_url": narrowed(asked, undated="1"),
        "chips": chips(asked, owners),
        "may_export": actor.may("export.team"),
    }


def stats(matrix: Matrix, days: Days, now: datetime, zone: ZoneInfo) -> list[dict[str, str]]:
    """Return the figures at the top, each with what stands beside it."""
    today = now.astimezone(zone).date()
    week_ago = days.counts.get(today - timedelta(days=SHOWN_DAYS), {})
    before = sum(v for m, v in week_ago.items() if m.startswith("late:")) if week_ago else None
    recent = [days.counts.get(today - timedelta(days=n), {}) for n in range(SHOWN_DAYS + 1)]
    done = sum(day.get(rules.DONE, 0) for day in recent)
    on_time = rules.percent(sum(day.get(rules.DONE_ON_TIME, 0) for day in recent), done)
    return [
        {
            "name": _("Overdue now"),
            "value": str(matrix.total),
            "tone": "late" if before is not None and matrix.total > before else "calm",
            "beside": against(matrix.total, before),
        },
        {
            "name": _("Median lateness"),
            "value": age_words(matrix.median_due, now) if matrix.median_due else _("none"),
            "tone": "calm",
            "beside": _("half are later than this"),
        },
        {
            "name": _("Done on time, 7 days"),
            "value": f"{on_time} %" if on_time is not None else _("not yet"),
            "tone": "calm",
            "beside": _("of %(n)s with a due time") % {"n": done},
        },
        {
            "name": _("Past a payer deadline"),
            "value": str(matrix.payer),
            "tone": "late" if matrix.payer else "calm",
            "beside": _("the payer is late: a ground to escalate") if matrix.payer else "",
        },
        {
            "name": _("Oldest"),
            "value": age_words(matrix.oldest_due, now) if matrix.oldest_due else _("none"),
            "tone": "late" if matrix.oldest_due else "calm",
            "beside": when_words(matrix.oldest_due, now, zone) if matrix.oldest_due else "",
        },
    ]


def against(now_late: int, before: int | None) -> str:
    """Say how a number stands against the same weekday a week ago."""
    if before is None:
        return _("no count of a week ago yet")
    if now_late == before:
        return _("as a week ago")
    word = (
        _("%(n)s more than a week ago") if now_late > before else _("%(n)s fewer than a week ago")
    )
    return word % {"n": abs(now_late - before)}


def chart(matrix: Matrix, days: Days, now: datetime, zone: ZoneInfo) -> dict[str, object]:
    """Return the drawing of the last days and today, and its numbers as a table."""
    today = now.astimezone(zone).date()
    bars: list[tuple[date, str, Sequence[int]]] = []
    for back in range(SHOWN_DAYS - 1, 0, -1):
        day = today - timedelta(days=back)
        counted = days.counts.get(day, {})
        causes = {m.partition(":")[2]: v for m, v in counted.items() if m.startswith("late:")}
        bars.append((day, dateformat(day, "D j"), rules.series_sums(causes)))
    causes_now: Counter[str] = Counter()
    for cell in matrix.cells:
        causes_now[cell.cause] += cell.tasks
    label = f"{dateformat(today, 'D j')}, {time_words(now, zone)}"
    bars.append((today, label, rules.series_sums(causes_now)))
    return {
        "drawing": rules.chart(bars, today),
        "numbers": [(label, values, sum(values)) for _day, label, values in bars],
    }


def chips(asked: QueryDict, owners: list[Owner]) -> list[tuple[str, str]]:
    """Return the filters in force as (words, address without it)."""
    words: dict[str, Callable[[], dict[str, str]]] = {
        "owner": lambda: {str(owner.pk): name_of(owner) for owner in owners},
        "unit": lambda: {"": _("At home")},
        "kind": lambda: {code: str(label) for code, label in TaskKind.choices},
        "cause": cause_names,
        "band": band_names,
        "undated": lambda: {"1": _("No due date")},
    }
    return [
        (said().get(asked.get(name, ""), asked.get(name, "")), narrowed(asked, **{name: None}))
        for name, said in words.items()
        if name in asked
    ]


class Line(NamedTuple):
    """One row of the list in words, in the order its template takes it apart."""

    id: str
    version: int
    tone: str
    late: str
    title: str
    patient_id: str
    name: str
    place: str
    initials: str
    owner: str
    cause: str
    told_tone: str
    told: str


def lines(
    late: Sequence[LateRow], now: datetime, zone: ZoneInfo, causes: dict[str, str]
) -> list[Line]:
    """Return the rows of the list in words; what each would look up again is looked up once."""
    say = PageTime(now, zone, get_language())
    undated, at_home, nobody = _("no date"), _("At home"), _("Nobody yet")
    told, not_on_duty = _("to %(who)s, %(at)s"), _("nobody on duty")
    found = []
    for row in late:
        first, last = row.owner_first or "", row.owner_last or ""
        found.append(
            Line(
                row.public_id,
                row.version,
                "late" if row.due_at else "calm",
                say.age(row.due_at) if row.due_at else undated,
                row.title,
                row.patient_id,
                f"{row.given} {row.family}".strip(),
                row.bed or row.unit or at_home,
                (first or "?")[:1] + last[:1],
                f"{first} {last}".strip() or nobody,
                causes.get(row.cause, row.cause),
                "calm" if row.acked_at else "late",
                told % {"who": row.told_first or not_on_duty, "at": say.when(row.told_at)}
                if row.level and row.told_at
                else "",
            )
        )
    return found


def csv_rows(rows: list[LateRow], now: datetime, zone: ZoneInfo) -> Iterator[tuple[Cell, ...]]:
    """Yield the rows of the export, as CSV_HEAD names them. Patients by MRN, not by name."""
    for row in rows:
        late = round((now - row.due_at).total_seconds() / 3600, 1) if row.due_at else None
        yield (
            late,
            row.due_at.astimezone(zone) if row.due_at else None,
            row.title,
            row.kind,
            row.cause,
            row.waiting_on_person,
            row.mrn,
            row.unit or "",
            row.bed or "",
            f"{row.owner_first or ''} {row.owner_last or ''}".strip(),
            row.level,
            row.told_at.astimezone(zone) if row.told_at else None,
        )
