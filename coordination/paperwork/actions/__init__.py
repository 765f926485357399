"""Verbs of paperwork: the only place that changes a document."""

from coordination.paperwork.actions.chasing import chase_signatures
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
from coordination.paperwork.actions.signing import (
    SignIn,
    ask_signature,
    drop_signature,
    note_declined,
    note_signed,
    void_signature,
)

__all__ = [
    "FiledIn",
    "SendIn",
    "SignIn",
    "ask_signature",
    "call_off",
    "chase_signatures",
    "document_problem",
    "drop_signature",
    "file_document",
    "make_covers",
    "mark_failed",
    "mark_sent",
    "move_document",
    "note_arrival",
    "note_declined",
    "note_signed",
    "plan_dispatch",
    "receive_document",
    "sweep_strays",
    "void_document",
    "void_signature",
]  # fmt: skip
