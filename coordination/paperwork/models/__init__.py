"""Paper: what came in or was made, who signs it, where it went."""

from coordination.paperwork.models.documents import (
    CameBy,
    Document,
    DocumentKind,
    DocumentStatus,
    Origin,
    Scan,
)

__all__ = ["CameBy", "Document", "DocumentKind", "DocumentStatus", "Origin", "Scan"]
