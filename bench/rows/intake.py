"""T6: patients coming in."""

from __future__ import annotations

import io
from collections.abc import Iterator
from functools import partial
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from bench.meter import take_turns
from bench.results import Result
from bench.world import Bench, run_sql
from coordination.access.actor import system_actor
from coordination.exchange.fhir.mappers.patient import map_patient
from coordination.exchange.fhir.readers import Found
from coordination.exchange.fhir.rows import PatientRow
from coordination.exchange.fhir.values import Context
from coordination.exchange.intake import Intake
from coordination.exchange.models import ImportRun
from coordination.exchange.store.staging import Batch
from coordination.exchange.tally import Tally
from patients.models import Identifier, Patient
from patients.rules import identifier_norm, name_norm

ROWS = 2000
FIRST = 10_000_000  # MRNs nobody has
RAW = (
    "CREATE TEMP TABLE raw (mrn text, family text, given text, name_norm text, born text,"
    " sex text, phone text) ON COMMIT DROP",
    "COPY raw FROM STDIN",
    """
WITH made AS (
  INSERT INTO patients_patient (organization_id, public_id, external_id, mrn, family, given,
    name_norm, birth_date, sex, language, interpreter, street, city, state, zip_code, phone, email,
    zone, about_me)
  SELECT DISTINCT ON (r.mrn) %(org)s::bigint, gen_random_uuid(), r.mrn, r.mrn, r.family, r.given,
    r.name_norm, r.born::date, r.sex, '', '', '', '', '', '', r.phone, '', '', ''
  FROM raw r ORDER BY r.mrn
  ON CONFLICT (organization_id, external_id) WHERE external_id <> '' DO UPDATE
  SET family = excluded.family, given = excluded.given, name_norm = excluded.name_norm
  RETURNING id, mrn)
INSERT INTO patients_identifier (organization_id, patient_id, system, value, value_norm, is_mrn)
SELECT %(org)s::bigint, id, 'bench', mrn, mrn, true FROM made
ON CONFLICT (organization_id, system, value_norm) DO NOTHING""",
)


def resource(number: int) -> dict[str, Any]:
    """Return one FHIR Patient."""
    return {
        "resourceType": "Patient", "id": f"bench-{number}",
        "identifier": [
            {"system": "urn:bench", "value": str(number), "type": {"coding": [{"code": "MR"}]}}
        ],
        "name": [{"use": "official", "family": f"Bench{number % 977}", "given": ["Ada", "May"]}],
        "gender": "female", "birthDate": f"19{10 + number % 80}-0{1 + number % 9}-1{number % 9}",
        "telecom": [{"system": "phone", "value": "(555) 010-1234"}],
    }  # fmt: skip


def patients(bench: Bench) -> Iterator[Result]:
    """Compare the import of new patients with COPY and one upsert, and with bulk_create."""
    organization = bench.organization
    now = timezone.now()
    actor = system_actor("bench", organization)
    run = ImportRun.objects.create(organization=organization, source="bench", started_at=now)
    batch = Batch(actor, run, now)
    context = Context("bench", actor.zone)
    resources = [resource(FIRST + n) for n in range(ROWS)]
    found = [Found("bench", str(n), one) for n, one in enumerate(resources)]
    rows = [next(iter(map_patient(one, f"Patient/{one['id']}", context))) for one in resources]
    last = run_sql("SELECT max(id) FROM patients_patient")[0][0]

    def clear() -> None:
        run_sql("SET session_replication_role = replica")
        for table, column in (
            ("patients_identifier", "patient_id"), ("exchange_sourcerecord", "patient_id"),
            ("patients_patient", "id"),
        ):  # fmt: skip
            run_sql(f"DELETE FROM {table} WHERE {column} > %s", [last])
        run_sql("SET session_replication_role = origin")
        for table in ("patients_identifier", "exchange_sourcerecord", "patients_patient"):
            run_sql(f"VACUUM {table}")

    def persist() -> None:
        intake = Intake(batch, context, Tally())
        intake.waiting[PatientRow] = list(zip(found, rows, strict=True))
        intake.flush_all()

    def whole() -> None:
        intake = Intake(batch, context, Tally())
        for one in found:
            intake.take(one, map_patient)
        intake.flush_all()

    floor = partial(raw, organization.pk, rows)
    compared = (
        ("T6 patients stored, against COPY and upsert", persist, floor, 0.25),
        ("T6 patients mapped and stored, against the same", whole, floor, 0.25),
        ("T6 patients stored, against bulk_create", persist,
         partial(by_orm, organization.pk, rows), 1.0),
    )  # fmt: skip
    for name, ours, other, limit in compared:
        cost, bottom = take_turns(ours, other, bench.rounds, ROWS, clear)
        yield Result(
            name, 1 / cost.cpu, 1 / bottom.cpu, "rows/s of CPU", limit, at_least=True,
            note=f"app {cost.app * ROWS * 1000:.0f} + db {cost.db * ROWS * 1000:.0f} ms"
            f" / {bottom.app * ROWS * 1000:.0f} + {bottom.db * ROWS * 1000:.0f}",
        )  # fmt: skip


@transaction.atomic
def raw(organization: int, rows: list[PatientRow]) -> None:
    """Copy the rows to a staging table and write them by one upsert."""
    lines = io.StringIO(
        "".join(
            f"{r.mrn}\t{r.family}\t{r.given}\t{name_norm(r.family, r.given)}\t{r.birth_date}"
            f"\t{r.sex}\t{r.phone}\n"
            for r in rows
        )
    )
    make, copy, upsert = RAW
    with connection.cursor() as cursor:
        cursor.execute(make)
        cursor.copy_expert(copy, lines)
        cursor.execute("ANALYZE raw")
        cursor.execute(upsert, {"org": organization})


@transaction.atomic
def by_orm(organization: int, rows: list[PatientRow]) -> None:
    """Write the rows as Django does it, in bulk."""
    made = Patient.objects.bulk_create(
        Patient(
            organization_id=organization, external_id=r.external_id, mrn=r.mrn, family=r.family,
            given=r.given, name_norm=name_norm(r.family, r.given), birth_date=r.birth_date,
            sex=r.sex, phone=r.phone,
        )
        for r in rows
    )  # fmt: skip
    Identifier.objects.bulk_create(
        Identifier(
            organization_id=organization, patient=patient, system="bench", value=r.mrn,
            value_norm=identifier_norm(r.mrn), is_mrn=True,
        )
        for patient, r in zip(made, rows, strict=True)
    )  # fmt: skip
