"""Mending a document: it is about another patient, or it should not be on a chart at all."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from coordination.access.actor import Actor, require
from coordination.access.audit import record
from coordination.paperwork.actions.filing import DOCUMENT, locked_chart
from coordination.paperwork.actions.signing import paper_taken_back
from coordination.paperwork.models import Document, DocumentStatus
from coordination.paperwork.queries import documents_in_scope, waiting_in_scope
from coordination.records import Refused, TransitionNotAllowed, amend, lock, move
from coordination.worklist.actions import withdraw_proof
from patients.actions.mending import (
    allow_mending,
    give_reason,
    mending_refusal,
    move_lines,
    right_patient,
    strike_lines,
)
from patients.models import Patient


def document_problem(actor: Actor, document: Document, now: datetime) -> str:
    """Return why the actor may not mend the document, or ""."""
    if document.filed_at is None:
        return _("This waits to be filed. File it on the right chart, or take it off the pile.")
    if document.status == DocumentStatus.ENTERED_IN_ERROR:
        return _("This document is entered in error already.")
    return mending_refusal(actor, document.filed_by, document.filed_at, now)


def locked_document(
    actor: Actor, document_id: UUID, version: int | None, now: datetime
) -> tuple[Document, Patient, datetime]:
    """Return the document locked, for whoever may mend it, its chart, and when it was filed there.

    Raises NotPermitted, Document.DoesNotExist, StaleRecord or TransitionNotAllowed.
    """
    document = lock(documents_in_scope(actor), document_id, version)
    if document.patient is None or document.filed_at is None:
        raise TransitionNotAllowed(document_problem(actor, document, now))
    allow_mending(actor, document.filed_by, document.filed_at, now)
    if problem := document_problem(actor, document, now):
        raise TransitionNotAllowed(problem)
    return document, document.patient, document.filed_at


@transaction.atomic
def void_document(
    actor: Actor, document_id: UUID, version: int | None, *, why: str, now: datetime
) -> Document:
    """Mark a document as entered in error and undo what it proved. Its line stays, struck through.

    One that waits to be filed is taken off the pile. What it replaced does not come back by itself.
    Raises NotPermitted, Document.DoesNotExist, StaleRecord, TransitionNotAllowed or Refused.
    """
    give_reason(why)
    waiting = waiting_in_scope(actor).filter(public_id=document_id)
    if waiting.exists():  # nobody's record yet: whoever files may take it off
        require(actor, "record.void")
        document = lock(waiting, document_id, version)
    else:
        document, chart, filed_at = locked_document(actor, document_id, version, now)
        take_back(actor, document, filed_at, why, now)
        strike_lines(actor, (DOCUMENT, document.pk), chart.pk, why, now)
    move(document, DocumentStatus.ENTERED_IN_ERROR, actor=actor, now=now, why=why)
    record(actor, "document.entered_in_error", document, now)
    return document


@transaction.atomic
def move_document(
    actor: Actor, document_id: UUID, version: int | None, *, to: Patient, why: str, now: datetime
) -> Document:
    """Move a document to the chart it is about, with its proof undone on this one.

    The old chart keeps a line without a word about the other person. Raises NotPermitted,
    Document.DoesNotExist, Patient.DoesNotExist, StaleRecord, TransitionNotAllowed or Refused.
    """
    give_reason(why)
    document, wrong, filed_at = locked_document(actor, document_id, version, now)
    if document.replaces_id or hasattr(document, "replaced_by"):
        raise Refused(
            _("This is one of several versions. Mark it as entered in error, and file it anew.")
        )
    right = locked_chart(
        actor, right_patient(actor, wrong, to), document.sha256, document.size_bytes
    )
    # the reason stays off the old chart: it may speak of the other person
    said = _("A document was filed on the wrong patient.")
    take_back(actor, document, filed_at, said, now, forgets=True)
    amend(document, patient_id=right.pk, task_id=None)
    document.patient = right
    document.log_move(actor, now, f"patient {wrong.pk}", f"patient {right.pk}", why)
    move_lines(actor, (DOCUMENT, document.pk), wrong, right, what=_("A document"), why=why, now=now)
    record(actor, "document.wrong_patient", document, now, patients=[wrong.pk])
    return document


def take_back(
    actor: Actor,
    document: Document,
    filed_at: datetime,
    why: str,
    now: datetime,
    *,
    forgets: bool = False,
) -> None:
    """Undo what a document proved, and what was to be signed on it."""
    paper_taken_back(actor, document, why, now)
    if document.task is not None:
        withdraw_proof(
            actor, document.task, (DOCUMENT, document.pk), why=why, now=now, acted_at=filed_at,
            forgets=forgets,
        )  # fmt: skip
