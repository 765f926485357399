"""Reading documents."""

from coordination.paperwork.queries.documents import (
    DocumentRow,
    Page,
    chart_documents,
    documents_in_scope,
    mended,
    one_document,
    sum_of,
    twin_of,
    waiting_documents,
    waiting_in_scope,
)

__all__ = [
    "DocumentRow", "Page", "chart_documents", "documents_in_scope", "mended", "one_document",
    "sum_of", "twin_of", "waiting_documents", "waiting_in_scope",
]  # fmt: skip
