"""Reading documents and the register of what is sent."""

from coordination.paperwork.queries.dispatches import (
    CAP,
    DispatchPage,
    chart_dispatches,
    dispatch_queue,
    dispatches_in_scope,
    one_dispatch,
    open_counts,
)
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
    "CAP", "DispatchPage", "DocumentRow", "Page", "chart_dispatches", "chart_documents",
    "dispatch_queue", "dispatches_in_scope", "documents_in_scope", "mended", "one_dispatch",
    "one_document", "open_counts", "sum_of", "twin_of", "waiting_documents", "waiting_in_scope",
]  # fmt: skip
