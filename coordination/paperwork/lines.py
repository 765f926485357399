"""Documents in words, for the pages that list them, here and on a patient's page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import urlencode

from django.utils.translation import gettext as _

from coordination.paperwork.models import (
    DispatchStatus,
    Document,
    DocumentKind,
    Signature,
    SignatureStatus,
)
from coordination.paperwork.queries import DocumentRow, Page
from coordination.paperwork.rules import DOCX, JPEG, PDF, PNG, TEXT, size_words

TONES = {
    DispatchStatus.PREPARATION: "wait", DispatchStatus.IN_PROGRESS: "info",
    DispatchStatus.COMPLETED: "ok", DispatchStatus.NOT_DONE: "late", DispatchStatus.STOPPED: "none",
}  # fmt: skip
SIGNED_TONES = {
    SignatureStatus.REQUESTED: "wait", SignatureStatus.COMPLETED: "ok",
    SignatureStatus.REJECTED: "late", SignatureStatus.CANCELLED: "none",
    SignatureStatus.ENTERED_IN_ERROR: "none",
}  # fmt: skip
TYPES = {PDF: "PDF", PNG: "PNG", JPEG: "JPEG", DOCX: "Word", TEXT: "Text"}


def name_of(document: Document) -> str:
    """Return how one names a document: its title, what it is, or whence it came."""
    if document.title or document.kind:
        return document.title or str(DocumentKind(document.kind).label)
    if document.sender:
        return _("From %(who)s") % {"who": document.sender}
    return document.file_name or _("Paper without a name")


def paper_of(signature: Signature) -> str:
    """Return how one names what is to be signed; of another patient's chart not a word."""
    if signature.document.patient_id != signature.patient_id:
        return _("a document that was on this chart by mistake")
    return name_of(signature.document)


@dataclass(frozen=True, slots=True)
class Line:
    """One document of a list in words. is_over: its validity has ended."""

    row: DocumentRow
    name: str
    kind: str
    file: str
    is_over: bool


def in_words(page: Page, today: date) -> list[Line]:
    """Return the rows of a page in words."""
    kinds = dict(DocumentKind.choices)
    return [
        Line(
            row,
            name_of(row.document),
            str(kinds.get(row.document.kind, "")),
            f"{TYPES.get(row.document.media_type, '')}, {size_words(row.document.size_bytes)}",
            bool(row.document.expires_on and row.document.expires_on < today),
        )
        for row in page.rows
    ]


def more_of(path: str, next_after: tuple[datetime, int] | None, **filters: str) -> str:
    """Return the address of the next page of a list, or "" where there is none."""
    if next_after is None:
        return ""
    at, pk = next_after
    asked = {name: value for name, value in filters.items() if value}
    return f"{path}?{urlencode({**asked, 'after': f'{at.isoformat()}_{pk}'})}"
