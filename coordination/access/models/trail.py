"""The append-only trail of what people read, did, or were refused."""

from __future__ import annotations

from typing import Any

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models.functions import Now

from coordination.access.models.people import User
from coordination.access.models.places import Organization


class TransactionIdField(models.Field):  # type: ignore[type-arg]
    """PostgreSQL's xid8: the transaction that wrote the row. Read by the later sealer."""

    def db_type(self, connection: Any) -> str:  # noqa: ARG002
        return "xid8"

    def from_db_value(self, value: Any, *_rest: Any) -> int | None:
        return None if value is None else int(value)


class AuditEvent(models.Model):
    """One thing somebody read, did, or was refused (trust.md 4). Append-only."""

    transaction = TransactionIdField(
        db_default=models.Func(
            function="pg_current_xact_id",
            output_field=TransactionIdField(),
            template="%(function)s()",
        )
    )
    at = models.DateTimeField(db_default=Now())
    organization = models.ForeignKey(
        Organization, on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    user = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, db_index=False, related_name="+"
    )
    actor_kind = models.CharField(max_length=12)
    on_behalf_of = models.BigIntegerField(null=True)
    role_used = models.CharField(max_length=120, blank=True)
    patients = ArrayField(models.BigIntegerField(), default=list)
    object_kind = models.CharField(max_length=60, blank=True)
    object_id = models.BigIntegerField(null=True)
    action = models.CharField(max_length=60)
    outcome = models.CharField(max_length=12, default="ok")
    purpose = models.CharField(max_length=24, blank=True)
    emergency = models.BooleanField(default=False)
    request_id = models.CharField(max_length=36, blank=True)
    session_hash = models.CharField(max_length=64, blank=True)
    address = models.GenericIPAddressField(null=True)
    view = models.CharField(max_length=120, blank=True)
    detail = models.JSONField(default=dict)

    class Meta:
        indexes = [
            GinIndex(fields=["patients"], name="audit_patients_idx"),
            models.Index(fields=["organization", "at"], name="audit_organization_idx"),
        ]
        triggers = [
            pgtrigger.Protect(name="no_change", operation=pgtrigger.Update | pgtrigger.Delete),
            pgtrigger.Trigger(
                name="no_truncate",
                level=pgtrigger.Statement,
                when=pgtrigger.Before,
                operation=pgtrigger.Truncate,
                func="RAISE EXCEPTION 'access_auditevent is append-only';",
            ),
        ]

    def __str__(self) -> str:
        return f"audit event {self.pk}"
