"""A file on a chart: what it proves, what it replaces, what is refused, how it is mended."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from coordination.access.models import AuditEvent
from coordination.paperwork import actions, store
from coordination.paperwork.actions import FiledIn
from coordination.paperwork.models import Document, DocumentStatus
from coordination.paperwork.queries import chart_documents, one_document, waiting_in_scope
from coordination.records import NotPermitted, Refused, StaleRecord, TransitionNotAllowed
from coordination.worklist.models import Evidence, Task, TaskStatus
from patients.models import Patient, TimelineEntry
from tests.conftest import actor_of, member
from tests.factories import PatientFactory, TeamFactory
from tests.paperwork.factories import DocumentFactory, looked
from tests.worklist.factories import TaskFactory

pytestmark = pytest.mark.django_db
NOTE = FiledIn(kind="consult-note", title="Visit note", sender="Dr. Patel", came_by="fax")


@pytest.fixture
def patient(team):
    return PatientFactory(organization=team.organization, team=team)


def add(actor, patient, content=b"%PDF-1", filed=NOTE, **more):
    return actions.receive_document(
        actor, looked(content), patient=patient, filed=filed, now=timezone.now(), **more
    )


def test_a_document_stands_on_the_chart_with_its_line_hash_and_file(actor, patient):
    made = add(actor, patient)
    assert store.path_of(made.file_id).read_bytes() == b"%PDF-1"
    assert len(made.sha256) == 64
    line = TimelineEntry.objects.get(patient=patient)
    assert line.sentence == "Document filed: Consultation or visit note: Visit note, from Dr. Patel"
    assert (line.subject_kind, line.subject_id) == ("document", made.pk)
    assert [row.document for row in chart_documents(actor, patient).rows] == [made]
    assert AuditEvent.objects.filter(action="document.receive", patients=[patient.pk]).exists()


def test_a_document_closes_the_task_that_asked_for_one(actor, patient, team, coordinator):
    task = TaskFactory(
        team=team, patient=patient, assignee=coordinator, evidence_required="document"
    )
    filed = FiledIn(kind="consult-note", sender="Dr. Patel", task=task.public_id, closes=True)
    made = add(actor, patient, filed=filed)
    task.refresh_from_db()
    assert task.status == TaskStatus.COMPLETED
    proof = Evidence.objects.get(task=task)
    assert (proof.kind, proof.subject_kind, proof.subject_id) == ("document", "document", made.pk)
    assert made.task_id == task.pk


def test_a_task_that_asks_for_another_proof_is_not_closed_by_paper(actor, patient, team):
    task = TaskFactory(team=team, patient=patient, evidence_required="call")
    with pytest.raises(Refused, match="two-way call"):
        add(actor, patient, filed=FiledIn(kind="other", task=task.public_id, closes=True))
    assert not Document.objects.exists()
    assert Task.objects.get(pk=task.pk).is_open


def test_paper_is_kept_as_proof_of_a_task_that_goes_on(actor, patient, team):
    task = TaskFactory(team=team, patient=patient, evidence_required="document")
    add(actor, patient, filed=FiledIn(kind="other", task=task.public_id))
    assert Task.objects.get(pk=task.pk).is_open
    assert Evidence.objects.filter(task=task, void_at=None).count() == 1


def test_a_task_of_another_patient_is_not_found(actor, patient, team):
    with pytest.raises(Task.DoesNotExist):
        add(actor, patient, filed=FiledIn(kind="other", task=TaskFactory(team=team).public_id))


def test_the_very_same_file_is_not_filed_twice_on_one_chart(actor, patient, team):
    add(actor, patient)
    with pytest.raises(Refused, match="very same file is on this chart already: Visit note"):
        add(actor, patient)
    add(actor, PatientFactory(organization=team.organization, team=team))


def test_a_form_sent_twice_files_once_and_keeps_one_file(actor, patient, documents_dir):
    key = "5f0d4c0e-6d0a-4a34-9f0e-2b1c1d1e1f10"
    one, two = (add(actor, patient, create_key=key) for _ in range(2))
    assert one.pk == two.pk
    assert len(list(documents_dir.glob("??/*"))) == 1


def test_a_full_chart_takes_no_more(actor, patient):
    DocumentFactory(patient=patient, size_bytes=200 * 1024 * 1024 - 5)
    with pytest.raises(Refused, match="no room for more"):
        add(actor, patient, b"%PDF-12")


def test_a_newer_version_retires_the_older_one(actor, patient):
    old = add(actor, patient)
    new = add(actor, patient, b"%PDF-2", FiledIn(kind="consult-note", replaces=old.public_id))
    old.refresh_from_db()
    assert old.status == DocumentStatus.SUPERSEDED
    assert new.replaces_id == old.pk
    with pytest.raises(TransitionNotAllowed):
        add(actor, patient, b"%PDF-3", FiledIn(kind="other", replaces=old.public_id))


def test_paper_without_a_patient_waits_with_a_team_until_it_is_filed(actor, patient, team):
    now = timezone.now()
    waits = actions.receive_document(
        actor, looked(), team=team, sender="Fax 4421", came_by="fax", now=now
    )
    assert list(waiting_in_scope(actor)) == [waits]
    filed = actions.file_document(
        actor, waits.public_id, waits.version, patient=patient, filed=NOTE, now=now
    )
    assert filed.patient == patient
    assert not waiting_in_scope(actor).exists()
    assert TimelineEntry.objects.filter(patient=patient, kind="document.filed").exists()
    with pytest.raises(Document.DoesNotExist):
        actions.file_document(actor, waits.public_id, None, patient=patient, filed=NOTE, now=now)


def test_another_teams_pile_is_not_ours(actor, hospital):
    other = TeamFactory(organization=hospital)
    with pytest.raises(Refused, match="Choose the team"):
        actions.receive_document(actor, looked(), team=other, now=timezone.now())
    theirs = Document.objects.create(
        organization=hospital, team=other, entered_at=timezone.now(), media_type="text/plain",
        size_bytes=1, sha256="0" * 64,
    )  # fmt: skip
    with pytest.raises(Document.DoesNotExist):
        one_document(actor, theirs.public_id)


def test_a_chart_out_of_scope_takes_nothing(actor, hospital):
    other = PatientFactory(organization=hospital, team=TeamFactory(organization=hospital))
    with pytest.raises(Patient.DoesNotExist):
        add(actor, other)


def test_who_may_only_read_files_nothing(team, patient):
    with pytest.raises(NotPermitted):
        add(actor_of(member(team, "auditor")), patient)


def test_entered_in_error_undoes_what_it_proved(actor, patient, team, coordinator):
    task = TaskFactory(
        team=team, patient=patient, assignee=coordinator, evidence_required="document"
    )
    made = add(actor, patient, filed=FiledIn(kind="other", task=task.public_id, closes=True))
    actions.void_document(actor, made.public_id, made.version, why="wrong file", now=timezone.now())
    assert Task.objects.get(pk=task.pk).is_open
    assert chart_documents(actor, patient).rows == []
    assert TimelineEntry.objects.get(subject_kind="document", kind="document.filed").void_at


def test_a_document_moves_to_the_right_chart_and_the_old_one_says_nothing(actor, patient, team):
    right = PatientFactory(organization=team.organization, team=team, given="Rosa")
    made = add(actor, patient)
    actions.move_document(
        actor, made.public_id, made.version, to=right, why="It is Rosa's.", now=timezone.now()
    )
    assert [row.document for row in chart_documents(actor, right).rows] == [made]
    assert chart_documents(actor, patient).rows == []
    left = " ".join(
        TimelineEntry.objects.filter(patient=patient).values_list("sentence", flat=True)
    )
    assert "Rosa" not in left
    assert "document" in left.lower()


def test_after_a_day_only_a_supervisor_mends_it(actor, patient, supervisor):
    made = add(actor, patient)
    later = timezone.now() + timedelta(hours=25)
    with pytest.raises(NotPermitted, match="24 hours"):
        actions.void_document(actor, made.public_id, None, why="x", now=later)
    actions.void_document(actor_of(supervisor), made.public_id, None, why="x", now=later)


def test_an_old_version_of_the_form_is_refused(actor, patient):
    made = add(actor, patient)
    with pytest.raises(StaleRecord):
        actions.void_document(actor, made.public_id, 99, why="x", now=timezone.now())


@pytest.mark.parametrize(
    "broken",
    [
        {"filed_at": None},
        {"kind": ""},
        {"patient": None},
        {"size_bytes": 0},
        {"sha256": "x"},
    ],
)
def test_the_database_refuses_what_is_no_document(patient, broken):
    with pytest.raises(IntegrityError), transaction.atomic():
        DocumentFactory(**{"patient": patient, "organization": patient.organization, **broken})


def test_a_stray_file_goes_and_a_document_stays(actor, patient):
    made = add(actor, patient)
    stray = store.keep(looked(b"%PDF-stray"))
    half = store.path_of(made.file_id).with_name("tmp4f2k1z")
    half.write_bytes(b"%PDF-cut off")
    new = store.keep(looked(b"%PDF-just now"))
    for path in (store.path_of(made.file_id), store.path_of(stray), half):
        os.utime(path, (0, 0))
    assert actions.sweep_strays() == 2
    assert not half.exists()
    assert store.path_of(new).exists()
    assert store.path_of(made.file_id).exists()
