"""The pages of paperwork."""

from coordination.paperwork.views.mending import in_error, wrong_patient
from coordination.paperwork.views.pages import document, pile
from coordination.paperwork.views.sending import arrived, dispatch, failed, send, stop, went
from coordination.paperwork.views.serving import download, preview
from coordination.paperwork.views.signing import declined, drop, sign, signature, signed, void
from coordination.paperwork.views.taking import file_it, put_on_pile, upload

__all__ = [
    "arrived",
    "declined",
    "dispatch",
    "document",
    "download",
    "drop",
    "failed",
    "file_it",
    "in_error",
    "pile",
    "preview",
    "put_on_pile",
    "send",
    "sign",
    "signature",
    "signed",
    "stop",
    "upload",
    "void",
    "went",
    "wrong_patient",
]  # fmt: skip
