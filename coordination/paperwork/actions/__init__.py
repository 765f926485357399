"""Verbs of paperwork: the only place that changes a document."""

from coordination.paperwork.actions.covering import make_covers
from coordination.paperwork.actions.filing import (
    FiledIn,
    file_document,
    receive_document,
    sweep_strays,
)
from coordination.paperwork.actions.mending import document_problem, move_document, void_document
from coordination.paperwork.actions.sending import (
    SendIn,
    call_off,
    mark_failed,
    mark_sent,
    note_arrival,
    plan_dispatch,
)

__all__ = [
    "FiledIn",
    "SendIn",
    "call_off",
    "document_problem",
    "file_document",
    "make_covers",
    "mark_failed",
    "mark_sent",
    "move_document",
    "note_arrival",
    "plan_dispatch",
    "receive_document",
    "sweep_strays",
    "void_document",
]  # fmt: skip
