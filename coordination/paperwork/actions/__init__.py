"""Verbs of paperwork: the only place that changes a document."""

from coordination.paperwork.actions.filing import (
    FiledIn,
    file_document,
    receive_document,
    sweep_strays,
)
from coordination.paperwork.actions.mending import document_problem, move_document, void_document

__all__ = [
    "FiledIn", "document_problem", "file_document", "move_document", "receive_document",
    "sweep_strays", "void_document",
]  # fmt: skip
