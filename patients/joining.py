"""What hangs on a chart, and how its rows come over when two charts are made one.

This room knows its own tables only. Each upper room lists its tables in its own `joining.py`, and
`settings.CHART_TABLES` names the one list of all of them; a test walks every model with a column
that names a patient and fails where one is not listed.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from typing import Any

from django.apps import apps
from django.conf import settings
from django.db import connection, models
from django.utils.functional import Promise
from django.utils.module_loading import import_string

from coordination.access.actor import Actor
from coordination.records import Record
from patients.models import Merge, MergedRow, Patient, RowPart


@dataclass(slots=True)
class Joining:
    """One merge under way.

    said: what a person should know of rows that could not both stand. replaced: clocks of the chart
    that goes, by the clock that runs for both now.
    """

    actor: Actor
    merge: Merge
    into: Patient
    gone: Patient
    now: datetime
    said: list[str] = field(default_factory=list)
    kept: dict[str, set[Any]] = field(default_factory=dict)
    replaced: dict[int, int] = field(default_factory=dict)

    def change(self, row: models.Model, **fields: Any) -> None:
        """Write columns of one row, keeping what stood there, so that it can be undone."""
        before = {name: getattr(row, name) for name in fields}
        model = type(row)
        more = {"version": models.F("version") + 1} if isinstance(row, Record) else {}
        model._default_manager.filter(pk=row.pk).update(**fields, **more)
        for name, value in fields.items():
            setattr(row, name, value)
        if isinstance(row, Record):
            row.version += 1
        self.note(row, RowPart.CHANGED, before, fields)

    def keep(self, row: models.Model, why: str = "") -> None:
        """Leave one row with the chart that goes: the other chart's own stands in its place."""
        self.kept.setdefault(row._meta.label_lower, set()).add(row.pk)
        self.note(row, RowPart.KEPT, {}, {})
        if why:
            self.said.append(why)

    def note(
        self,
        row: models.Model,
        part: RowPart,
        before: Mapping[str, Any],
        after: Mapping[str, Any],
    ) -> None:
        """Write down what happens to one row."""
        MergedRow.objects.create(
            organization_id=self.merge.organization_id, merge=self.merge, part=part,
            table=row._meta.label_lower, row_id=str(row.pk), before=plain(before),
            after=plain(after),
        )  # fmt: skip


def plain(values: Mapping[str, Any]) -> Any:
    """Return values as JSON holds them: instants to the microsecond, and keys, as text."""
    return json.loads(json.dumps(dict(values), default=_text))


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value)


Settle = Callable[[Joining], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """One table with a column that names a patient.

    model: "outreach.Call". what: how people call its rows, "calls"; empty is not counted for them.
    settle: what to do with rows that could not both stand on one chart, before any row moves.
    """

    model: str
    what: str | Promise = ""
    column: str = "patient_id"
    settle: Settle | None = None

    @property
    def meta(self) -> Any:
        """Return what Django knows of the model."""
        return apps.get_model(self.model)._meta

    @property
    def name(self) -> str:
        """Return the name that MergedRow keeps."""
        return str(self.meta.label_lower)


@cache
def tables() -> tuple[Table, ...]:
    """Return every table that hangs on a chart, imported on first use."""
    found: Sequence[Table] = import_string(settings.CHART_TABLES)
    return tuple(found)


MOVE = """
WITH moved AS (
  UPDATE {table} SET {column} = %(into)s
  WHERE {column} = %(gone)s AND NOT ({key}::text = ANY(%(kept)s)) RETURNING {key})
INSERT INTO patients_mergedrow (organization_id, merge_id, part, "table", row_id, before, after)
SELECT %(organization)s, %(merge)s, 'moved', %(name)s, {key}::text, '{{}}', '{{}}' FROM moved
"""
GIVE_BACK = """
UPDATE {table} SET {column} = %(gone)s
WHERE {column} = %(into)s AND {key}::text IN (
  SELECT row_id FROM patients_mergedrow
  WHERE merge_id = %(merge)s AND part = 'moved' AND "table" = %(name)s)
"""
LAST = "SELECT max({key})::text FROM {table}"


def _sql(text: str, table: Table) -> str:
    quote = connection.ops.quote_name
    return text.format(
        table=quote(table.meta.db_table), column=quote(table.column),
        key=quote(table.meta.pk.column),
    )  # fmt: skip


def _run(text: str, table: Table, params: Mapping[str, Any]) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_sql(text, table), params)
        return int(cursor.rowcount)


def move_rows(joining: Joining, table: Table) -> int:
    """Move a table's rows to the chart that stays, but those kept; return how many. 1 statement."""
    kept = [str(pk) for pk in joining.kept.get(table.name, ())]
    return _run(MOVE, table, {
        "into": joining.into.pk, "gone": joining.gone.pk, "kept": kept, "name": table.name,
        "organization": joining.merge.organization_id, "merge": joining.merge.pk,
    })  # fmt: skip


def give_back_rows(merge: Merge, table: Table) -> int:
    """Move a table's rows back to the chart they came from. 1 statement; returns how many."""
    return _run(GIVE_BACK, table, {
        "into": merge.into_id, "gone": merge.gone_id, "merge": merge.pk, "name": table.name,
    })  # fmt: skip


def is_counted(table: Table) -> bool:
    """Say whether the table's key rises with each row."""
    return isinstance(table.meta.pk, models.AutoField | models.BigAutoField)


def last_rows(every: Iterable[Table]) -> dict[str, int]:
    """Return the last key of each table with a counted key: what comes later is newer."""
    found = {}
    for table in every:
        if is_counted(table):
            with connection.cursor() as cursor:
                cursor.execute(_sql(LAST, table))
                found[table.name] = int(cursor.fetchone()[0] or 0)
    return found


def restore(row: MergedRow) -> bool:
    """Put back what stood in one changed row, where it still says what the merge wrote.

    Returns False where somebody has changed it since: then that column stays as it is.
    """
    model = apps.get_model(row.table)
    record = model._default_manager.filter(pk=row.row_id).first()
    if record is None:
        return False
    standing = plain({name: getattr(record, name) for name in row.after})
    same = [name for name, value in row.after.items() if standing[name] == value]
    values = {name: model._meta.get_field(name).to_python(row.before[name]) for name in same}
    if values:
        more = {"version": models.F("version") + 1} if isinstance(record, Record) else {}
        model._default_manager.filter(pk=record.pk).update(**values, **more)
    return len(same) == len(row.after)
