"""Paper: what came in or was made, and where it was sent."""

from coordination.paperwork.models.dispatches import Dispatch, DispatchStatus
from coordination.paperwork.models.documents import (
    CameBy,
    Document,
    DocumentKind,
    DocumentStatus,
    Origin,
    Scan,
)

__all__ = [
    "CameBy", "Dispatch", "DispatchStatus", "Document", "DocumentKind", "DocumentStatus", "Origin",
    "Scan",
]  # fmt: skip
