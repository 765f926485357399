"""A20: no text typed anywhere reaches a spreadsheet as a live cell."""

from __future__ import annotations

import csv
import io
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from coordination.access.models import AuditEvent
from coordination.csv_out import guarded
from tests.access.test_csv_out import LEAD_INS
from tests.conftest import member
from tests.factories import PatientFactory
from tests.worklist.factories import TaskFactory


@pytest.mark.parametrize("lead_in", LEAD_INS)
def test_the_overdue_export_holds_no_live_cell(lead_in: str, team) -> None:
    client = Client()
    client.force_login(member(team, "supervisor"))
    patient = PatientFactory(
        organization=team.organization, team=team, family=f"{lead_in}cmd", given=lead_in[:20]
    )
    TaskFactory(
        team=team, patient=patient, title=f"{lead_in}cmd", due_set_by=member(team),
        due_at=timezone.now() - timedelta(hours=3),
    )  # fmt: skip
    response = client.post("/reports/overdue/export/", {"reason": "quality-review"})
    assert response["Content-Disposition"].startswith("attachment")
    assert response["X-Content-Type-Options"] == "nosniff"
    rows = list(csv.reader(io.StringIO(response.content.decode("utf-8-sig"), newline="")))
    cells = [cell for row in rows for cell in row]
    assert any("cmd" in cell for cell in cells)
    assert [cell for cell in cells if guarded(cell) != cell] == []
    row = AuditEvent.objects.get(action="export")
    assert row.patients == [patient.pk]
