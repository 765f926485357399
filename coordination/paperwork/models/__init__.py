"""Paper: what came in or was made, where it was sent, and who has to sign it."""

from coordination.paperwork.models.dispatches import Dispatch, DispatchStatus
from coordination.paperwork.models.documents import (
    CameBy,
    Document,
    DocumentKind,
    DocumentStatus,
    Origin,
    Scan,
)
from coordination.paperwork.models.signatures import (
    Signature,
    SignatureStatus,
    SignedHow,
    SignerRole,
)

__all__ = [
    "CameBy", "Dispatch", "DispatchStatus", "Document", "DocumentKind", "DocumentStatus", "Origin",
    "Scan", "Signature", "SignatureStatus", "SignedHow", "SignerRole",
]  # fmt: skip
