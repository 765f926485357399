"""Taking a document in, and filing it on the chart it is about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from coordination.access.actor import Actor, require, system_actor
from coordination.access.audit import record
from coordination.access.models import Team
from coordination.access.once import once
from coordination.events import publish
from coordination.paperwork import store
from coordination.paperwork.events import DocumentFiled, DocumentReplaced
from coordination.paperwork.models import (
    CameBy,
    Document,
    DocumentKind,
    DocumentStatus,
    Origin,
    Scan,
)
from coordination.paperwork.queries import (
    documents_in_scope,
    sum_of,
    twin_of,
    waiting_in_scope,
)
from coordination.paperwork.rules import PATIENT_BYTES, PATIENT_FILES, size_words
from coordination.records import Refused, amend, lock, move
from coordination.worklist.actions import EvidenceIn, add_evidence, complete
from coordination.worklist.models import EvidenceKind, Task
from coordination.worklist.queries import tasks_in_scope
from patients.models import Patient
from patients.queries import scope

DOCUMENT = "document"  # the subject kind of a document's proofs and lines


@dataclass(frozen=True, slots=True, kw_only=True)
class FiledIn:
    """What is said of a document when it is filed. task: what it proves; closes: that it is done.

    replaces: the document of the same chart that it is the newer version of.
    """

    kind: str
    title: str = ""
    came_by: str = ""
    sender: str = ""
    dated_on: date | None = None
    expires_on: date | None = None
    pages: int | None = None
    note: str = ""
    origin: str = Origin.RECEIVED
    task: UUID | None = None
    closes: bool = False
    replaces: UUID | None = None

    def columns(self) -> dict[str, Any]:
        """Return what goes into the row itself."""
        names = (
            "kind", "title", "came_by", "sender", "dated_on", "expires_on", "pages", "note",
            "origin",
        )  # fmt: skip
        return {name: getattr(self, name) for name in names}


@transaction.atomic
def receive_document(  # noqa: PLR0913  a file, where it goes, and the two keys of every create
    actor: Actor,
    looked: store.Looked,
    *,
    now: datetime,
    patient: Patient | None = None,
    filed: FiledIn | None = None,
    team: Team | None = None,
    sender: str = "",
    came_by: str = "",
    create_key: UUID | None = None,
) -> Document:
    """Take a file in: on a patient's chart at once, or to wait with a team until it is filed.

    patient and filed go together; else team, one of the actor's, with sender and came_by.
    Raises NotPermitted, Patient.DoesNotExist, Task.DoesNotExist, StaleRecord, TransitionNotAllowed,
    or Refused: the same bytes are on the chart, the chart is full, the team is not theirs.
    """
    require(actor, "document.file")

    def make() -> Document:
        chart = locked_chart(actor, patient, looked.sha256, looked.size_bytes) if patient else None
        if chart is None and (team is None or team.pk not in actor.team_ids):
            raise Refused(_("Choose the team it waits with."))
        said = filed.columns() if filed else {"sender": sender, "came_by": came_by}
        document = Document.objects.create(
            organization_id=actor.organization_id, file_id=store.keep(looked),
            media_type=looked.media_type, size_bytes=looked.size_bytes, sha256=looked.sha256,
            file_name=looked.name, entered_at=now, entered_by=actor.user, patient=chart,
            team=None if chart else team, filed_at=now if chart else None,
            filed_by=actor.user if chart else None,
            scan=Scan.CLEAN if settings.DOCUMENT_SCANNER else Scan.NOT_SCANNED, **said,
        )  # fmt: skip
        record(actor, "document.receive", document, now)
        if chart is not None and filed is not None:
            settle(actor, document, filed, now)
        return document

    return once(actor, create_key, Document, make)


@transaction.atomic
def file_document(
    actor: Actor,
    document_id: UUID,
    version: int | None,
    *,
    patient: Patient,
    filed: FiledIn,
    now: datetime,
) -> Document:
    """Put a waiting document on the chart it is about.

    Raises NotPermitted, Document.DoesNotExist when it waits no more, Patient.DoesNotExist,
    StaleRecord, or Refused as `receive_document`.
    """
    require(actor, "document.file")
    document = lock(waiting_in_scope(actor), document_id, version)
    chart = locked_chart(actor, patient, document.sha256, document.size_bytes)
    amend(
        document, patient_id=chart.pk, team_id=None, filed_at=now, filed_by_id=actor.user_id,
        **filed.columns(),
    )  # fmt: skip
    document.patient = chart
    record(actor, "document.file", document, now)
    settle(actor, document, filed, now)
    return document


def locked_chart(actor: Actor, patient: Patient, sha256: str, size_bytes: int) -> Patient:
    """Return the chart locked, with room for one more file. Raises Refused when it has none."""
    chart = lock(scope(actor), patient.public_id, None, no_key=True)
    actor.shown.add(chart.pk)
    if twin := twin_of(chart, sha256):
        name = twin.title or DocumentKind(twin.kind).label
        raise Refused(_("The very same file is on this chart already: %(name)s.") % {"name": name})
    files, used = sum_of(chart)
    if files >= PATIENT_FILES or used + size_bytes > PATIENT_BYTES:
        raise Refused(
            _("This chart holds %(files)d files, %(used)s of %(most)s. There is no room for more.")
            % {"files": files, "used": size_words(used), "most": size_words(PATIENT_BYTES)}
        )
    return chart


def settle(actor: Actor, document: Document, filed: FiledIn, now: datetime) -> None:
    """Say that a document is on its chart, let it prove what it proves, retire what it replaces."""
    publish(
        DocumentFiled(
            actor=actor, at=now, now=now, organization_id=document.organization_id,
            patient_id=document.patient_id, subject_kind=DOCUMENT, subject_id=document.pk,
            what=str(DocumentKind(document.kind).label), title=document.title,
            sender=document.sender, was_made=document.origin == Origin.MADE, note=document.note,
        )
    )  # fmt: skip
    if filed.task is not None:
        serve(actor, document, filed.task, now, closes=filed.closes)
    if filed.replaces is not None:
        retire(actor, document, filed.replaces, now)


def serve(actor: Actor, document: Document, task_id: UUID, now: datetime, *, closes: bool) -> None:
    """Give a task of the same patient what the document proves; with `closes` it is done by it."""
    task = tasks_in_scope(actor).get(public_id=task_id, patient=document.patient_id)
    amend(document, task_id=task.pk)
    proof = proof_of(document, task, now)
    if closes:
        complete(actor, task.public_id, None, now, evidence=proof, outcome=proof.words)
        return
    # A colleague's task gets its proof too: the paper came, whoever the task belongs to.
    helper = system_actor("paperwork.file", document.organization, on_behalf_of=actor)
    add_evidence(helper, task.public_id, None, proof, now)


# What a paper shows by being there; the decision, the filing and the notice have records of theirs.
SHOWN_BY_PAPER = {EvidenceKind.RECEIPT: DocumentKind.RECEIPT}


def proof_of(document: Document, task: Task, now: datetime) -> EvidenceIn:
    """Return the proof this document is: a receipt where the task asks for one and it is one."""
    wanted = SHOWN_BY_PAPER.get(EvidenceKind(task.evidence_required or EvidenceKind.DOCUMENT))
    is_it = wanted is not None and document.kind == wanted
    return EvidenceIn(
        kind=task.evidence_required if is_it else EvidenceKind.DOCUMENT,
        happened_at=now, party=document.sender,
        source=str(CameBy(document.came_by).label) if document.came_by else "",
        words=document.title or str(DocumentKind(document.kind).label),
        subject=(DOCUMENT, document.pk),
    )  # fmt: skip


def retire(actor: Actor, document: Document, older_id: UUID, now: datetime) -> None:
    """Mark the older version as replaced by this one."""
    older = lock(documents_in_scope(actor).filter(patient=document.patient_id), older_id, None)
    move(older, DocumentStatus.SUPERSEDED, actor=actor, now=now)
    amend(document, replaces_id=older.pk)
    record(actor, "document.replace", older, now)
    publish(
        DocumentReplaced(
            actor=actor, at=now, now=now, organization_id=document.organization_id,
            patient_id=document.patient_id, subject_kind=DOCUMENT, subject_id=older.pk,
            what=str(DocumentKind(older.kind).label), title=older.title,
        )
    )  # fmt: skip


def sweep_strays() -> int:
    """Remove files older than a day that no document names; return how many.

    One statement for each of the 256 folders, so that memory does not grow with the documents.
    """
    gone = 0
    for paths in store.old_files():
        ids = [file_id for path in paths if (file_id := store.id_of(path))]
        known = set(Document.objects.filter(file_id__in=ids).values_list("file_id", flat=True))
        for path in paths:
            if store.id_of(path) not in known:
                path.unlink(missing_ok=True)
                gone += 1
    return gone
