"""One document, and what waits to be filed."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from coordination.access.markers import access
from coordination.access.middleware import StaffRequest
from coordination.paperwork import queries, store
from coordination.paperwork.forms import PageForm
from coordination.paperwork.lines import TONES, TYPES, in_words, more_of, name_of
from coordination.paperwork.models import Document, DocumentStatus
from coordination.paperwork.rules import PICTURES, TEXT, size_words
from coordination.paperwork.views.sending import SIGN, states

SHOWN_TEXT = 64 * 1024


@access("document.read", scope="document")
@require_safe
def document(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Show one document: what it is, what it looks like, what it proves, and how to mend it."""
    actor = request.actor
    found = queries.one_document(actor, public_id)
    context = {
        "document": found, "name": name_of(found), "patient": found.patient,
        "now": timezone.now(), "zone": actor.zone, "actor": actor,
        "type": TYPES.get(found.media_type, found.media_type), "size": size_words(found.size_bytes),
        "is_picture": found.media_type in PICTURES, "words": text_of(found),
        "mended": queries.mended(found), "newer": getattr(found, "replaced_by", None),
        "is_void": found.status == DocumentStatus.ENTERED_IN_ERROR,
        "signatures": queries.signatures_of(found),
        "may_sign": found.filed_at and found.status == DocumentStatus.CURRENT,
    }  # fmt: skip
    return render(request, f"paperwork/{'_document' if request.htmx else 'document'}.html", context)


def text_of(found: Document) -> str:
    """Return the beginning of a text document, to be shown as text."""
    if found.media_type != TEXT:
        return ""
    try:
        return store.words_of(found.file_id, SHOWN_TEXT)
    except OSError:
        return ""


@access("document.read", scope="", trail="list")
@require_safe
def pile(request: StaffRequest) -> HttpResponse:
    """List what waits to be filed, or what stands in one state of the line, oldest first."""
    actor, now = request.actor, timezone.now()
    show, after = request.GET.get("show", ""), PageForm(request.GET).place()
    tabs = states(queries.open_counts(actor))
    context: dict[str, object] = {"now": now, "zone": actor.zone, "actor": actor, "tabs": tabs}
    if show == SIGN:
        waits = queries.signature_queue(actor, after)
        context |= {"rows": waits.rows}
        next_after = waits.next_after
    elif show in {code for code, _words, _n in tabs}:
        line = queries.dispatch_queue(actor, show, after)
        context |= {"rows": line.rows, "tones": TONES}
        next_after = line.next_after
    else:
        show = ""
        page = queries.waiting_documents(actor, after)
        context |= {"lines": in_words(page, now.astimezone(actor.zone).date())}
        next_after = page.next_after
    context |= {"show": show, "more_url": more_of(request.path, next_after, show=show)}
    return render(request, "paperwork/pile.html", context)
