"""The pages of paperwork."""

from coordination.paperwork.views.mending import in_error, wrong_patient
from coordination.paperwork.views.pages import document, pile
from coordination.paperwork.views.serving import download, preview
from coordination.paperwork.views.taking import file_it, put_on_pile, upload

__all__ = [
    "document", "download", "file_it", "in_error", "pile", "preview", "put_on_pile",
    "upload", "wrong_patient",
]  # fmt: skip
