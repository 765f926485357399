"""Runs an import the way the command does, and says what is in the tables."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.db import connection

from coordination.access.actor import system_actor
from coordination.access.models import Organization
from coordination.exchange.actions import Plan, import_fhir
from coordination.exchange.models import ImportRun

DATA = Path(__file__).parent / "data"
NOW = datetime(2026, 11, 23, 15, 42, tzinfo=UTC)
TABLES = [
    *(f"patients_{name}" for name in (
        "patient", "identifier", "stay", "statussegment", "visit", "condition", "medication",
        "allergy", "coverage", "contactperson", "careteammember", "assignment", "fieldchange",
        "timelineentry",
    )),
    "exchange_sourcerecord", "exchange_knownname", "exchange_quarantinedrecord",
    "access_statusevent",
]  # fmt: skip


def run(organization: Organization, path: Path, *, now: datetime = NOW, **plan: Any) -> ImportRun:
    actor = system_actor("test", organization)
    return import_fhir(actor, Plan(path=path, **plan), now)


def rows() -> dict[str, set[tuple[Any, ...]]]:
    """Return every row of every table an import writes, with the place it lies in."""
    found = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            cursor.execute(f"SELECT ctid::text, t::text FROM {table} t")
            found[table] = set(cursor.fetchall())
    return found


def write(path: Path, *resources: dict[str, Any]) -> Path:
    path.write_text("".join(json.dumps(one) + "\n" for one in resources))
    return path


def patient(pk: str = "p", **more: Any) -> dict[str, Any]:
    return {
        "resourceType": "Patient", "id": pk, "name": [{"family": "Vale", "given": ["Ada"]}],
        "birthDate": "1970-01-01", **more,
    }  # fmt: skip


def mrn(value: str, system: str = "urn:brigid:mrn") -> list[dict[str, Any]]:
    return [{"system": system, "type": {"coding": [{"code": "MR"}]}, "value": value}]


def about(kind: str, pk: str = "x", whose: str = "Patient/p", **more: Any) -> dict[str, Any]:
    element = {"AllergyIntolerance": "patient", "RelatedPerson": "patient",
               "Coverage": "beneficiary"}.get(kind, "subject")  # fmt: skip
    return {"resourceType": kind, "id": pk, element: {"reference": whose}, **more}


def stay(pk: str = "e", start: str = "2026-11-20T08:00:00Z", end: str = "", **more: Any) -> Any:
    period = {"start": start, **({"end": end} if end else {})}
    status = "finished" if end else "in-progress"
    return about(
        "Encounter", pk, **{"status": status, "class": {"code": "IMP"}, "period": period, **more}
    )
