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
from coordination.paperwork.queries.signatures import (
    SignaturePage,
    one_signature,
    signature_queue,
    signatures_in_scope,
    signatures_of,
)

__all__ = [
    "CAP", "DispatchPage", "DocumentRow", "Page", "SignaturePage", "chart_dispatches",
    "chart_documents", "dispatch_queue", "dispatches_in_scope", "documents_in_scope", "mended",
    "one_dispatch", "one_document", "one_signature", "open_counts", "signature_queue",
    "signatures_in_scope", "signatures_of", "sum_of", "twin_of", "waiting_documents",
    "waiting_in_scope",
]  # fmt: skip
