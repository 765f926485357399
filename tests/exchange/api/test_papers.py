"""Documents and sendings by the API: the same door, the same sentences, files only to be saved."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.utils import timezone

from coordination.access.models import AuditEvent
from coordination.paperwork import actions
from coordination.paperwork.actions import FiledIn
from coordination.paperwork.models import Dispatch
from coordination.worklist.models import Task
from tests.conftest import actor_of
from tests.exchange.api.conftest import Caller, caller_for
from tests.paperwork.factories import PDF, DocumentFactory, looked

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def documents_dir(settings: Any, tmp_path: Path) -> None:
    settings.DOCUMENTS_DIR = str(tmp_path)


@pytest.fixture
def document(coordinator, patient):
    return actions.receive_document(
        actor_of(coordinator), looked(), now=timezone.now(), patient=patient,
        filed=FiledIn(kind="order", title="Walker", pages=1),
    )  # fmt: skip


def body(document, **more: Any) -> dict[str, Any]:
    return {
        "patient": str(document.patient.public_id), "documents": [str(document.public_id)],
        "to_name": "Northgate Medical Supply", "channel": "fax", "to_address": "(555) 010-7702",
        "purpose": "Walker", **more,
    }  # fmt: skip


def test_a_document_is_read_and_its_file_is_saved_not_run(program: Caller, document) -> None:
    read = program.get(f"/api/documents/{document.public_id}/")
    assert (read.status_code, read["ETag"]) == (200, '"1"')
    assert read.json()["sha256"] == hashlib.sha256(PDF).hexdigest()
    assert "file_id" not in read.json()
    file = program.get(f"/api/documents/{document.public_id}/file/")
    assert file.getvalue() == PDF
    assert file["Content-Disposition"].startswith("attachment")
    assert file["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in file["Content-Security-Policy"]
    assert AuditEvent.objects.filter(action="export", patients=[document.patient_id]).exists()


def test_a_file_that_is_gone_is_a_404(program: Caller, patient) -> None:
    gone = DocumentFactory(patient=patient)
    assert program.get(f"/api/documents/{gone.public_id}/file/").status_code == 404


def test_what_is_anothers_is_not_found(program: Caller, hidden) -> None:
    theirs = DocumentFactory(patient=hidden)
    for end in ("", "file/"):
        assert program.get(f"/api/documents/{theirs.public_id}/{end}").status_code == 404
    assert program.get("/api/documents/").json()["results"] == []


def test_a_sending_goes_from_the_line_to_its_receipt(program: Caller, document) -> None:
    made = program.post("/api/dispatches/", body(document))
    assert (made.status_code, made.json()["status"]) == (201, "preparation"), made.content
    at = timezone.now().isoformat()
    url = made["Location"]
    went = program.post(f"{url}sent/", {"sent_at": at}, version=1)
    assert (went.status_code, went.json()["status"]) == (200, "in-progress"), went.content
    late = program.post(f"{url}sent/", {"sent_at": at}, version=1)
    assert late.status_code == 412
    receipt = {"receipt": "OK 2/2", "arrived_at": timezone.now().isoformat()}
    arrived = program.post(f"{url}arrived/", receipt, version=2)
    assert (arrived.status_code, arrived.json()["receipt"]) == (200, "OK 2/2")
    listed = program.get("/api/dispatches/", status="completed").json()["results"]
    assert [row["documents"] for row in listed] == [[str(document.public_id)]]


def test_what_did_not_arrive_is_a_task_and_may_be_called_off(program: Caller, document) -> None:
    url = program.post("/api/dispatches/", body(document))["Location"]
    program.post(f"{url}sent/", {"sent_at": timezone.now().isoformat()}, version=1)
    failed = program.post(f"{url}failed/", {"why": "No answer tone"}, version=2)
    task = Task.objects.get(patient=document.patient)
    assert failed.json()["failure_task"] == str(task.public_id)
    stopped = program.post(f"{url}stop/", {"why": "Went by hand"}, version=3)
    assert stopped.json()["status"] == "stopped"


def test_the_pages_own_sentences_say_what_is_wrong(program: Caller, document, hidden) -> None:
    bare = program.post("/api/dispatches/", body(document, to_address=""))
    assert "A fax needs its number" in bare.json()["errors"]["to_address"][0]
    theirs = DocumentFactory(patient=hidden)
    other = program.post("/api/dispatches/", body(document, documents=[str(theirs.public_id)]))
    assert other.status_code == 409
    assert "not on this chart" in other.json()["detail"]
    ahead = (timezone.now() + timedelta(hours=1)).isoformat()
    url = program.post("/api/dispatches/", body(document))["Location"]
    assert program.post(f"{url}sent/", {"sent_at": ahead}, version=1).status_code == 409


def test_a_token_without_the_scope_sends_nothing(coordinator, document) -> None:
    reader = caller_for(coordinator, ["document.read", "patient.read"])
    assert reader.post("/api/dispatches/", body(document)).status_code == 403
    assert not Dispatch.objects.exists()
