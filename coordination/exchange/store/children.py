"""Stays, visits, diagnoses, medicines, allergies, coverage, contacts and clinicians of patients."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import cache
from operator import attrgetter
from typing import Any

from django.db import connection
from django.db.models import Field, Model

from coordination.exchange.fhir import rows
from coordination.exchange.store.staging import (
    Batch,
    Outcome,
    cell,
    digest,
    fill,
    line,
    run_sql,
    staged,
)
from patients.models import (
    Allergy,
    CareTeamMember,
    Condition,
    ContactPerson,
    Coverage,
    Medication,
    Stay,
    Visit,
)

WHO = ("external_id", "patient_ref", "patient_system", "patient_value")
NO_PATIENT = "The patient this record is about was not found."
NO_NAME = "The name this record refers to was not found."


# A payer class that a person confirmed holds as long as the source names the same insurance.
CONFIRMED_CLASS = """
UPDATE stg s SET payer_class = t.payer_class FROM patients_coverage t
WHERE t.organization_id = %(organization)s AND t.external_id = s.external_id
AND (t.payer, t.plan, t.as_imported) = (s.payer, s.plan, s.as_imported)"""


@dataclass(frozen=True)
class Kind:
    """How one kind of row becomes one table's."""

    row: type[rows.AboutPatient]
    model: type[Model]
    label: str  # what the end table calls it
    apart: tuple[str, ...] = ()  # fields that go elsewhere, such as a stay's segments
    keep: str = ""  # run before the write: takes over what a person settled here

    @property
    def table(self) -> str:
        """Return the table's name."""
        return self.model._meta.db_table

    @property
    def refs(self) -> list[str]:
        """Return the columns whose words may have to be looked up by a reference."""
        return [f.name.removesuffix("_ref") for f in fields(self.row) if self._is_ref(f.name)]

    @property
    def columns(self) -> list[str]:
        """Return the columns a source may change."""
        skip = {*WHO, *self.apart}
        return [f.name for f in fields(self.row) if f.name not in skip and not self._is_ref(f.name)]

    @staticmethod
    def _is_ref(name: str) -> bool:
        return name.endswith("_ref") and name != "patient_ref"


KINDS: dict[type[rows.AboutPatient], Kind] = {
    kind.row: kind
    for kind in (
        Kind(rows.StayRow, Stay, "stays", apart=("segments",)),
        Kind(rows.VisitRow, Visit, "visits"),
        Kind(rows.ConditionRow, Condition, "conditions"),
        Kind(rows.MedicationRow, Medication, "medicines"),
        Kind(rows.AllergyRow, Allergy, "allergies"),
        Kind(rows.CoverageRow, Coverage, "coverage", keep=CONFIRMED_CLASS),
        Kind(rows.ContactRow, ContactPerson, "contacts"),
        Kind(rows.CareTeamRow, CareTeamMember, "care team members"),
    )
}

# Subqueries, not joins: one index look-up a row, so a batch costs the same however many we hold.
UNCHANGED = """
DELETE FROM stg s WHERE s.digest = (SELECT r.digest FROM exchange_sourcerecord r
  WHERE r.organization_id = %(organization)s AND r.external_id = s.external_id)"""
TWICE = "DELETE FROM stg a USING stg b WHERE a.external_id = b.external_id AND a.seq < b.seq"
BY_REFERENCE = """
UPDATE stg s SET patient_id = (SELECT r.patient_id FROM exchange_sourcerecord r
  WHERE r.organization_id = %(organization)s AND r.external_id = s.patient_ref)"""
BY_NUMBER = """
UPDATE stg s SET patient_id = (SELECT i.patient_id FROM patients_identifier i
  WHERE i.organization_id = %(organization)s AND i.system = s.patient_system
  AND i.value_norm = s.patient_value)
WHERE s.patient_id IS NULL AND s.patient_value <> ''"""
ORPHANS = "DELETE FROM stg WHERE patient_id IS NULL RETURNING seq"
SOURCE = """
INSERT INTO exchange_sourcerecord (organization_id, external_id, digest, patient_id, run_id)
SELECT %(organization)s, external_id, digest, patient_id, %(run)s FROM stg
ON CONFLICT (organization_id, external_id) DO UPDATE
SET digest = excluded.digest, patient_id = excluded.patient_id, run_id = excluded.run_id"""


def store_children(kind: Kind, found: Sequence[rows.AboutPatient], batch: Batch) -> Outcome:
    """Write one batch of one kind in the caller's transaction. About 12 statements.

    Gives the ids written as new and changed, and the rows whose patient nobody knows.
    """
    columns = _staging(kind)
    with staged("stg", columns):
        fill("stg", [name for name, _ in columns[:-1]], _lines(kind, found))
        for sql in (TWICE, UNCHANGED, BY_REFERENCE, BY_NUMBER):
            run_sql(sql, batch)
        outcome = Outcome(refused={seq: NO_PATIENT for (seq,) in run_sql(ORPHANS, batch)})
        for name in kind.refs:
            run_sql(_resolve(kind, name), batch)
        outcome.refused.update({seq: NO_NAME for (seq,) in run_sql(_nameless(kind), batch)})
        if kind.keep:
            run_sql(kind.keep, batch)
        run_sql(_field_changes(kind), batch)
        if "status" in kind.columns:
            run_sql(_status_events(kind), batch)
        for pk, is_new in run_sql(_upsert(kind), batch):
            (outcome.new if is_new else outcome.changed).append(pk)
        run_sql(SOURCE, batch)
    return outcome


@cache
def _staging(kind: Kind) -> list[tuple[str, str]]:
    refs = [(f"{name}_ref", "text") for name in kind.refs]
    typed = [(quoted(name), _type(kind, name)) for name in kind.columns]
    who = [(name, "text") for name in WHO]
    return [("seq", "int"), ("digest", "text"), *who, *refs, *typed, ("patient_id", "bigint")]


def quoted(name: str) -> str:
    """Return a column's name as SQL wants it; one of ours is the word "order"."""
    return f'"{name}"'


def field_of(model: type[Model], name: str) -> Field[Any, Any]:
    """Return a model's own column."""
    found: Any = model._meta.get_field(name)
    return found  # type: ignore[no-any-return]


def _type(kind: Kind, name: str) -> str:
    return str(field_of(kind.model, name).db_type(connection))


def _lines(kind: Kind, found: Sequence[rows.AboutPatient]) -> list[str]:
    names = [*WHO, *(f"{name}_ref" for name in kind.refs), *kind.columns]
    values = attrgetter(*names)
    apart = attrgetter(*kind.apart) if kind.apart else None
    lines = []
    for seq, row in enumerate(found):
        said = line(values(row))
        mark = digest(said + repr(apart(row)) if apart else said)
        lines.append(f"{seq}\t{mark}\t{said}")
    return lines


@cache
def _resolve(kind: Kind, name: str) -> str:
    size = field_of(kind.model, name).max_length
    return f"""
    UPDATE stg s SET "{name}" = left(k.name, {size}) FROM exchange_knownname k
    WHERE s."{name}" = '' AND k.organization_id = %(organization)s
    AND k.external_id = s.{name}_ref"""  # noqa: S608  only our own names


@cache
def _nameless(kind: Kind) -> str:
    """Rows whose name a person must see, and which neither said it nor referred to a known one."""
    must = [n for n in kind.refs if not field_of(kind.model, n).blank]
    test = " OR ".join(f"\"{name}\" = ''" for name in must) or "false"
    return f"DELETE FROM stg WHERE {test} RETURNING seq"  # noqa: S608


def _same_row(kind: Kind) -> str:
    return f"""JOIN {kind.table} t ON t.organization_id = %(organization)s
    AND t.external_id = s.external_id"""


@cache
def _field_changes(kind: Kind) -> str:
    pairs = ", ".join(
        f"('{n}', coalesce(t.\"{n}\"::text, ''), coalesce(s.\"{n}\"::text, ''))"
        for n in kind.columns
    )
    return f"""
    INSERT INTO patients_fieldchange
      (organization_id, patient_id, subject_kind, subject_id, field, before, after, why, user_id,
       at)
    SELECT %(organization)s, s.patient_id, '{kind.model._meta.label_lower}', t.id,
      v.field, v.before, v.after, 'Changed at the source', %(user)s, %(now)s
    FROM stg s {_same_row(kind)}
    CROSS JOIN LATERAL (VALUES {pairs}) v(field, before, after)
    WHERE v.before <> v.after"""  # noqa: S608


@cache
def _status_events(kind: Kind) -> str:
    return f"""
    INSERT INTO access_statusevent
      (organization_id, subject_kind, subject_id, before, after, why, user_id, at)
    SELECT %(organization)s, '{kind.model._meta.label_lower}', t.id, t.status, s.status,
      'Changed at the source', %(user)s, %(now)s
    FROM stg s {_same_row(kind)} WHERE t.status <> s.status"""  # noqa: S608


@cache
def _upsert(kind: Kind) -> str:
    names = ["patient_id", *map(quoted, kind.columns)]
    fixed = constants(kind.model, {*kind.columns, "patient_id", "external_id"})
    sets = ", ".join(f"{n} = excluded.{n}" for n in names)
    old, new = (", ".join(f"{side}.{n}" for n in names) for side in ("t", "excluded"))
    return f"""
    INSERT INTO {kind.table} AS t
      (organization_id, external_id, {", ".join(names)}, {", ".join(fixed)})
    SELECT %(organization)s, external_id, {", ".join(names)}, {", ".join(fixed.values())}
    FROM stg s ORDER BY external_id
    ON CONFLICT (organization_id, external_id) WHERE NOT external_id = ''
    DO UPDATE SET {sets}, version = t.version + 1
    WHERE ({old}) IS DISTINCT FROM ({new})
    RETURNING t.id, t.xmax = 0"""  # noqa: S608


GIVEN = {"id", "organization_id", "version", "created_at"}  # by the statement or the database


def constants(model: type[Model], known: set[str]) -> dict[str, str]:
    """Return what the columns a source knows nothing of hold in a new row, as SQL literals."""
    found = {}
    for column in model._meta.concrete_fields:
        name = column.attname
        if column.generated or name in known or name in GIVEN:
            continue
        if name == "public_id":
            found[name] = "gen_random_uuid()"
        elif not column.null:
            found[quoted(name)] = "'" + cell(column.get_default()) + "'"
    return found
