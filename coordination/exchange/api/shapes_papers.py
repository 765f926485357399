"""How papers are shown as JSON. Of a document that left the chart not a word is said."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from coordination.exchange.api.shapes import At, Shown, Text, of
from coordination.paperwork.models import (
    CameBy,
    DispatchStatus,
    DocumentKind,
    DocumentStatus,
    Origin,
    Scan,
)


class DocumentOut(Shown):
    """One document on a chart. Its file: `file/` under its address."""

    patient = of("patient")
    kind = serializers.ChoiceField(choices=DocumentKind.choices, allow_blank=True)
    title = Text()
    status = serializers.ChoiceField(choices=DocumentStatus.choices)
    origin = serializers.ChoiceField(choices=Origin.choices)
    came_by = serializers.ChoiceField(choices=CameBy.choices, allow_blank=True)
    sender = Text()
    dated_on = serializers.DateField(allow_null=True)
    expires_on = serializers.DateField(allow_null=True)
    pages = serializers.IntegerField(allow_null=True)
    note = Text()
    entered_at = At()
    filed_at = At(allow_null=True)
    task = of("task")
    replaces = of("replaces")
    media_type = Text()
    size_bytes = serializers.IntegerField()
    sha256 = Text()
    scan = serializers.ChoiceField(choices=Scan.choices)


class DispatchOut(Shown):
    """One sending. cover: the document that goes before a fax, once it is made."""

    patient = of("patient")
    status = serializers.ChoiceField(choices=DispatchStatus.choices)
    channel = serializers.ChoiceField(choices=CameBy.choices)
    to_name = Text()
    to_address = Text()
    purpose = Text()
    documents = serializers.SerializerMethodField()
    cover = of("cover")
    task = of("task")
    failure_task = of("failure_task")
    asked_at = At()
    sent_at = At(allow_null=True)
    arrived_at = At(allow_null=True)
    receipt = Text()
    failed_at = At(allow_null=True)
    failed_why = Text()

    def get_documents(self, dispatch: Any) -> list[str]:
        """Return the ids of what is sent and still stands on this chart."""
        return [
            str(one.public_id)
            for one in dispatch.documents.all()
            if one.patient_id == dispatch.patient_id
        ]
