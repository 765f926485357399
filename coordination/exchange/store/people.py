"""Patients: found again by source or by record number, written by one upsert (speed.md T6)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from operator import attrgetter

from coordination.exchange.fhir.rows import NameRow, PatientRow
from coordination.exchange.fhir.values import fit
from coordination.exchange.store.children import constants
from coordination.exchange.store.staging import (
    Batch,
    Outcome,
    digest,
    fill,
    line,
    run_sql,
    staged,
)
from patients.models import Patient
from patients.rules import identifier_norm, name_norm

SHOWN_SIZE = 32
ANOTHER = "Somebody with another name and birth date already has this number here."

PLAIN = (
    "given", "family", "birth_date", "sex", "language", "interpreter", "street", "city", "state",
    "zip_code", "phone", "email",
)  # fmt: skip
SAID = attrgetter("external_id", "mrn", "mrn_system", *PLAIN, "is_dead", "deceased_at")
STAGED = [
    ("seq", "int"), ("digest", "text"), ("mrn_norm", "text"), ("name_norm", 'text COLLATE "C"'),
    ("mrn_shown", "text"), ("external_id", "text"), ("mrn", "text"), ("mrn_system", "text"),
    *((name, "date" if name == "birth_date" else "text") for name in PLAIN),
    ("is_dead", "boolean"), ("deceased_at", "timestamptz"),
    ("patient_id", "bigint"), ("is_new", "boolean DEFAULT false"),
    ("is_same", "boolean DEFAULT false"),
]  # fmt: skip
NUMBERS = [
    ("seq", "int"), ("system", "text"), ("value", "text"), ("value_norm", "text"),
    ("is_mrn", "boolean"),
]  # fmt: skip

TWICE = "DELETE FROM stg a USING stg b WHERE a.external_id = b.external_id AND a.seq < b.seq"
# Subqueries, not joins: one index look-up a row, so a batch costs the same however many we hold.
KNOWN_SOURCE = """
UPDATE stg s SET (patient_id, is_same) = (
  SELECT max(r.patient_id), coalesce(bool_or(r.digest = s.digest), false)
  FROM exchange_sourcerecord r
  WHERE r.organization_id = %(organization)s AND r.external_id = s.external_id)"""
KNOWN_NUMBER = """
UPDATE stg s SET patient_id = (SELECT i.patient_id FROM patients_identifier i
  WHERE i.organization_id = %(organization)s AND i.system = s.mrn_system
  AND i.value_norm = s.mrn_norm)
WHERE s.patient_id IS NULL AND s.mrn_norm <> ''"""
# How many nobody knows yet, and how many are known and told anew.
STANDING = """
SELECT count(*) FILTER (WHERE patient_id IS NULL),
  count(*) FILTER (WHERE patient_id IS NOT NULL AND NOT is_same) FROM stg"""
# A number or id that means two people is the one mistake that puts a record on the wrong chart.
SOMEBODY_ELSE = """
DELETE FROM stg s USING patients_patient p WHERE p.id = s.patient_id AND NOT s.is_same
AND p.birth_date <> s.birth_date AND p.name_norm <> s.name_norm RETURNING s.seq"""
TWO_IN_ONE_BATCH = """
DELETE FROM stg s USING stg o WHERE s.patient_id IS NULL AND o.patient_id IS NULL
AND s.mrn_norm <> '' AND s.mrn_norm = o.mrn_norm AND s.mrn_system = o.mrn_system AND s.seq > o.seq
AND s.birth_date <> o.birth_date AND s.name_norm <> o.name_norm RETURNING s.seq"""
NEW = """
UPDATE stg s SET is_new = true, patient_id = nextval('patients_patient_id_seq')
WHERE s.patient_id IS NULL AND NOT EXISTS (SELECT FROM stg o WHERE s.mrn_norm <> ''
  AND o.mrn_norm = s.mrn_norm AND o.mrn_system = s.mrn_system AND o.seq > s.seq)"""
FOLLOWERS = """
UPDATE stg s SET patient_id = o.patient_id FROM stg o WHERE s.patient_id IS NULL
AND o.is_new AND o.mrn_norm = s.mrn_norm AND o.mrn_system = s.mrn_system"""

# What a source leaves out never empties what a person here entered; a death is never taken back.
MERGED = {
    "mrn": "coalesce(nullif(p.mrn, ''), s.mrn_shown)",
    "given": "s.given",
    "family": "s.family",
    "name_norm": "s.name_norm",
    "birth_date": "coalesce(s.birth_date, p.birth_date)",
    "sex": "CASE s.sex WHEN 'unknown' THEN p.sex ELSE s.sex END",
    **{n: f"coalesce(nullif(s.{n}, ''), p.{n})" for n in PLAIN[4:]},
    "deceased_at": "coalesce(s.deceased_at, p.deceased_at,"
    " CASE WHEN s.is_dead THEN %(now)s::timestamptz END)",
}
MERGE = f"""
CREATE TEMP TABLE stg_merged AS SELECT DISTINCT ON (p.id) p.id AS patient_id,
  p.deceased_at IS NULL AND s.is_dead AS has_died,
  {", ".join(f"{sql} AS {name}" for name, sql in MERGED.items())}
FROM stg s JOIN patients_patient p ON p.id = s.patient_id
WHERE NOT s.is_new AND NOT s.is_same ORDER BY p.id, s.seq DESC"""  # noqa: S608
PAIRS = ", ".join(
    f"('{n}', coalesce(p.{n}::text, ''), coalesce(m.{n}::text, ''))"
    for n in MERGED
    if n != "name_norm"
)
FIELD_CHANGES = f"""
INSERT INTO patients_fieldchange
  (organization_id, patient_id, subject_kind, subject_id, field, before, after, why, user_id, at)
SELECT %(organization)s, p.id, 'patients.patient', p.id, v.field, v.before, v.after,
  'Changed at the source', %(user)s, %(now)s
FROM stg_merged m JOIN patients_patient p ON p.id = m.patient_id
CROSS JOIN LATERAL (VALUES {PAIRS}) v(field, before, after) WHERE v.before <> v.after"""  # noqa: S608
CHANGE = f"""
UPDATE patients_patient p SET version = p.version + 1, {", ".join(f"{n} = m.{n}" for n in MERGED)}
FROM stg_merged m WHERE m.patient_id = p.id
AND ({", ".join(f"p.{n}" for n in MERGED)}) IS DISTINCT FROM ({", ".join(f"m.{n}" for n in MERGED)})
RETURNING p.id, m.has_died"""  # noqa: S608
FIXED = constants(
    Patient, {*PLAIN, "mrn", "name_norm", "deceased_at", "external_id", "merged_into_id"}
)
INSERT = f"""
INSERT INTO patients_patient (id, organization_id, external_id, mrn, name_norm, {", ".join(PLAIN)},
  deceased_at, {", ".join(FIXED)})
SELECT patient_id, %(organization)s, external_id, mrn_shown, name_norm, {", ".join(PLAIN)},
  coalesce(deceased_at, CASE WHEN is_dead THEN %(now)s::timestamptz END),
  {", ".join(FIXED.values())}
FROM stg WHERE is_new RETURNING id"""  # noqa: S608
IDENTIFIERS = """
INSERT INTO patients_identifier (organization_id, patient_id, system, value, value_norm, is_mrn)
SELECT %(organization)s, s.patient_id, n.system, n.value, n.value_norm, n.is_mrn
FROM stg_number n JOIN stg s USING (seq) WHERE NOT s.is_same
ON CONFLICT (organization_id, system, value_norm) DO NOTHING"""
# An assignment that somebody ended stays ended.
ASSIGNMENTS = """
INSERT INTO patients_assignment
  (organization_id, patient_id, team_id, kind, starts_at, reason)
SELECT DISTINCT %(organization)s::bigint, s.patient_id, %(team)s::bigint, 'primary',
  %(now)s::timestamptz, 'Imported'
FROM stg s WHERE 0 = (SELECT count(*) FROM patients_assignment a
  WHERE a.patient_id = s.patient_id AND a.team_id = %(team)s)
ON CONFLICT DO NOTHING"""
SOURCE = """
INSERT INTO exchange_sourcerecord (organization_id, external_id, digest, patient_id, run_id)
SELECT %(organization)s, external_id, digest, patient_id, %(run)s FROM stg WHERE NOT is_same
ON CONFLICT (organization_id, external_id) DO UPDATE
SET digest = excluded.digest, patient_id = excluded.patient_id, run_id = excluded.run_id"""
NAMES = """
INSERT INTO exchange_knownname AS t (organization_id, external_id, name, phone)
SELECT DISTINCT ON (external_id) %(organization)s, external_id, name, phone
FROM stg ORDER BY external_id, seq DESC
ON CONFLICT (organization_id, external_id) DO UPDATE
SET name = excluded.name, phone = excluded.phone
WHERE (t.name, t.phone) IS DISTINCT FROM (excluded.name, excluded.phone)"""


def store_patients(found: Sequence[PatientRow], batch: Batch) -> tuple[Outcome, list[int]]:
    """Write one batch of patients in the caller's transaction. About 20 statements.

    Gives the outcome, and the ids of those known here whose death came with this batch.
    """
    died: list[int] = []
    with staged("stg", STAGED), staged("stg_number", NUMBERS):
        fill("stg", [name for name, _ in STAGED[:-3]], _lines(found))
        fill("stg_number", [name for name, _ in NUMBERS], _numbers(found))
        for sql in (TWICE, KNOWN_SOURCE, KNOWN_NUMBER):
            run_sql(sql, batch)
        ((fresh, told),) = run_sql(STANDING, batch)
        outcome = Outcome()
        if told:
            died = _change_known(outcome, batch)
        if fresh:
            outcome.refused.update({seq: ANOTHER for (seq,) in run_sql(TWO_IN_ONE_BATCH, batch)})
            run_sql(NEW, batch)
            run_sql(FOLLOWERS, batch)
            outcome.new = [pk for (pk,) in run_sql(INSERT, batch)]
        if fresh or told:
            run_sql(IDENTIFIERS, batch)
            run_sql(SOURCE, batch)
        if batch.team_id:
            run_sql(ASSIGNMENTS, batch)
    return outcome, died


def _change_known(outcome: Outcome, batch: Batch) -> list[int]:
    """Change those we know of whom the source says something else; return who has died since."""
    outcome.refused.update({seq: ANOTHER for (seq,) in run_sql(SOMEBODY_ELSE, batch)})
    run_sql(MERGE, batch)
    run_sql(FIELD_CHANGES, batch)
    changed = run_sql(CHANGE, batch)
    outcome.changed = [pk for pk, _ in changed]
    run_sql("DROP TABLE stg_merged", batch)
    return [pk for pk, has_died in changed if has_died]


def store_names(found: Sequence[NameRow], batch: Batch) -> None:
    """Keep what a source calls people and places, for records that only refer to them."""
    columns = [("seq", "int"), ("external_id", "text"), ("name", "text"), ("phone", "text")]
    with staged("stg", columns):
        values = attrgetter("external_id", "name", "phone")
        lines = [line((seq, *values(row))) for seq, row in enumerate(found)]
        fill("stg", [name for name, _ in columns], lines)
        run_sql(NAMES, batch)


def _lines(found: Sequence[PatientRow]) -> Iterator[str]:
    for seq, row in enumerate(found):
        said = line(SAID(row))
        mark = digest(said + repr(row.identifiers))
        mrn_norm = identifier_norm(row.mrn)
        shown = row.mrn if len(row.mrn) <= SHOWN_SIZE else fit(mrn_norm, SHOWN_SIZE)
        folded = name_norm(row.family, row.given)[:180]
        yield f"{line((seq, mark, mrn_norm, folded, shown))}\t{said}"


def _numbers(found: Sequence[PatientRow]) -> Iterator[str]:
    for seq, row in enumerate(found):
        for system, value, is_mrn in row.identifiers:
            yield line((seq, system, value, identifier_norm(value), is_mrn))
