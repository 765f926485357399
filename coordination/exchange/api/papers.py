"""Documents and sendings by the API. A file comes in by its page, which looks at its content."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import FileResponse
from django.utils.translation import gettext as _
from rest_framework import exceptions, serializers

from coordination.access.markers import Access
from coordination.exchange.api.base import (
    ActView,
    CreateView,
    DetailView,
    ListView,
    Resource,
    reference,
)
from coordination.exchange.api.contacts import Why
from coordination.exchange.api.fields import Body, Instant, Line
from coordination.exchange.api.paging import Sort
from coordination.exchange.api.shapes_papers import DispatchOut, DocumentOut
from coordination.paperwork import actions, store
from coordination.paperwork.models import (
    CameBy,
    Dispatch,
    DispatchStatus,
    Document,
    DocumentKind,
    DocumentStatus,
)
from coordination.paperwork.queries import dispatches_in_scope, documents_in_scope
from coordination.paperwork.rules import DOCX, JPEG, PDF, PNG, TEXT
from patients.queries import scope

NEEDS_ADDRESS = {CameBy.FAX, CameBy.MAIL}


class DocumentFilters(Body):
    """patient: of whom; kind: what it is; status: whether it counts."""

    patient = serializers.UUIDField(required=False)
    kind = serializers.ChoiceField(choices=DocumentKind.choices, required=False)
    status = serializers.ChoiceField(choices=DocumentStatus.choices, required=False)


class TheDocuments(Resource):
    """What the views of documents share: those on a chart; what waits to be filed is the page's."""

    shape = DocumentOut

    def rows(self) -> QuerySet[Document]:
        """Return the documents on charts in scope."""
        return documents_in_scope(self.actor).filter(patient__isnull=False)


class Documents(TheDocuments, ListView):
    """The documents on the charts in scope."""

    access = Access("document.read", trail="list")
    filters = DocumentFilters
    sorts = {"entered_at": Sort("entered_at")}

    def narrowed(self, rows: QuerySet[Any], wanted: Mapping[str, Any]) -> QuerySet[Any]:
        columns = {"patient": "patient__public_id", "kind": "kind", "status": "status"}
        return rows.filter(**{columns[name]: value for name, value in wanted.items()})


class OneDocument(TheDocuments, DetailView):
    """One document, without its file."""

    access = Access("document.read", scope="document")


class DocumentFile(TheDocuments):
    """The file of a document, to be saved and never run."""

    access = Access("document.read", scope="document", trail="export")
    hands_out = (PDF, PNG, JPEG, DOCX, TEXT)

    def get(self, request: Any, public_id: UUID) -> FileResponse:  # noqa: ARG002
        """Hand the file out as it came."""
        document = self.open(public_id)
        try:
            file = store.path_of(document.file_id).open("rb")
        except FileNotFoundError as gone:
            raise exceptions.NotFound(
                _("The file of this document is missing on the server.")
            ) from gone
        return FileResponse(
            file, as_attachment=True, filename=document.file_name or document.public_id.hex,
            content_type=document.media_type,
            headers={"Content-Security-Policy": "sandbox; default-src 'none'"},
        )  # fmt: skip


class NewDispatch(Body):
    """Which documents of a patient go to whom, how, and what for."""

    patient = serializers.UUIDField(help_text="Whose documents they are.")
    documents = serializers.ListField(
        child=serializers.UUIDField(), min_length=1, max_length=50, help_text="Ids of documents."
    )
    to_name = Line(max_length=120)
    channel = serializers.ChoiceField(choices=CameBy.choices)
    to_address = Line(max_length=200, required=False, allow_blank=True, default="")
    purpose = Line(max_length=200)
    task = serializers.UUIDField(required=False, allow_null=True, default=None)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Ask for the number or address where the channel needs one, as the page does."""
        if attrs["channel"] in NEEDS_ADDRESS and not attrs["to_address"]:
            said = _("A fax needs its number, a letter its address.")
            raise serializers.ValidationError({"to_address": [said]})
        return attrs


class Sent(Body):
    """When it left."""

    sent_at = Instant()


class Arrived(Body):
    """By what one knows that it arrived; closes: the task it was sent for is done by it."""

    receipt = Line(max_length=160)
    arrived_at = Instant()
    closes = serializers.BooleanField(required=False, default=False)


class DispatchFilters(Body):
    """patient: of whom; status: where it stands."""

    patient = serializers.UUIDField(required=False)
    status = serializers.ChoiceField(choices=DispatchStatus.choices, required=False)


class TheDispatches(Resource):
    """What the views of sendings share."""

    shape = DispatchOut

    def rows(self) -> QuerySet[Dispatch]:
        """Return the sendings in scope, with what each carries: two statements."""
        return dispatches_in_scope(self.actor).prefetch_related("documents")


class Dispatches(TheDispatches, ListView, CreateView):
    """The register of what is sent; POST puts documents in the line."""

    access = Access("document.read", trail="list")
    filters = DispatchFilters
    body = NewDispatch
    sorts = {"asked_at": Sort("asked_at")}

    def narrowed(self, rows: QuerySet[Any], wanted: Mapping[str, Any]) -> QuerySet[Any]:
        columns = {"patient": "patient__public_id", "status": "status"}
        return rows.filter(**{columns[name]: value for name, value in wanted.items()})

    def make(self, sent: dict[str, Any]) -> Dispatch:
        patient = reference(scope(self.actor), sent.pop("patient"), "patient")
        sent["documents"] = tuple(sent["documents"])
        what = actions.SendIn(**sent)
        return actions.plan_dispatch(self.actor, patient, what, now=self.now)


class OneDispatch(TheDispatches, DetailView):
    """One sending."""

    access = Access("document.read", scope="dispatch")


class DispatchSent(TheDispatches, ActView):
    """It left the house."""

    access = Access("document.send", scope="dispatch")
    body = Sent

    def act(self, record: Dispatch, version: int, sent: dict[str, Any]) -> None:
        actions.mark_sent(self.actor, record.public_id, version, now=self.now, **sent)


class DispatchArrived(TheDispatches, ActView):
    """It arrived, and the receipt proves the task it was sent for."""

    access = Access("document.send", scope="dispatch")
    body = Arrived

    def act(self, record: Dispatch, version: int, sent: dict[str, Any]) -> None:
        actions.note_arrival(self.actor, record.public_id, version, now=self.now, **sent)


class DispatchFailed(TheDispatches, ActView):
    """It did not arrive; a task to send it another way follows."""

    access = Access("document.send", scope="dispatch")
    body = Why

    def act(self, record: Dispatch, version: int, sent: dict[str, Any]) -> None:
        actions.mark_failed(self.actor, record.public_id, version, now=self.now, **sent)


class DispatchStopped(TheDispatches, ActView):
    """It is not to be sent after all."""

    access = Access("document.send", scope="dispatch")
    body = Why

    def act(self, record: Dispatch, version: int, sent: dict[str, Any]) -> None:
        actions.call_off(self.actor, record.public_id, version, now=self.now, **sent)
