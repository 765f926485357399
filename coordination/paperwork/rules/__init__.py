"""What a file must be to be taken (trust.md 7)."""

from coordination.paperwork.rules.files import (
    DOCX,
    FILE_BYTES,
    JPEG,
    PATIENT_BYTES,
    PATIENT_FILES,
    PDF,
    PICTURES,
    PNG,
    TEXT,
    kind_of,
    plain_name,
    size_words,
)

__all__ = [
    "DOCX", "FILE_BYTES", "JPEG", "PATIENT_BYTES", "PATIENT_FILES", "PDF", "PICTURES", "PNG",
    "TEXT", "kind_of", "plain_name", "size_words",
]  # fmt: skip
