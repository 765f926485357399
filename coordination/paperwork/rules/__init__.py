"""What a file must be to be taken (trust.md 7), and when an unsigned paper is asked for again."""

from coordination.paperwork.rules.chasing import Chase, chase_after
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
    "TEXT", "Chase", "chase_after", "kind_of", "plain_name", "size_words",
]  # fmt: skip
