"""Handing out a file: always to be saved, never to be run (trust.md D17)."""

from __future__ import annotations

from uuid import UUID

from csp.constants import NONE
from csp.decorators import csp
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from coordination.access.markers import access
from coordination.access.middleware import StaffRequest
from coordination.paperwork import queries, store
from coordination.paperwork.rules import PICTURES, PNG

SANDBOX = csp({"default-src": [NONE], "sandbox": True})


@access("document.read", scope="document", trail="export")
@require_safe
@SANDBOX  # type: ignore[untyped-decorator]
def download(request: StaffRequest, public_id: UUID) -> HttpResponseBase:
    """Hand the file out as it came, to be saved."""
    document = queries.one_document(request.actor, public_id)
    try:
        file = store.path_of(document.file_id).open("rb")
    except FileNotFoundError as gone:
        raise Http404(_("The file of this document is missing on the server.")) from gone
    return FileResponse(
        file, as_attachment=True, filename=document.file_name or document.public_id.hex,
        content_type=document.media_type,
    )  # fmt: skip


@access("document.read", scope="document")
@require_safe
@SANDBOX  # type: ignore[untyped-decorator]
def preview(request: StaffRequest, public_id: UUID) -> HttpResponse:
    """Show a picture drawn anew; 404 for what is no picture."""
    document = queries.one_document(request.actor, public_id)
    if document.media_type not in PICTURES:
        raise Http404
    try:
        drawn = store.preview_of(document.file_id)
    except OSError as broken:
        raise Http404 from broken
    return HttpResponse(drawn, content_type=PNG)
