"""Empties the database before the story is told anew: a trial's database, never a hospital's."""

from __future__ import annotations

import pgtrigger
from django.apps import apps
from django.db import connection, transaction

from coordination.access.models import Organization
from coordination.demo.cast import SLUG
from coordination.outreach.channels import outgoing_file

KEPT = {"django_migrations", "django_content_type", "auth_permission"}


class NotOnlyTheDemo(RuntimeError):
    """Another organization lives in this database: it is not the demo's to empty."""


@transaction.atomic
def wipe() -> None:
    """Empty every table. Raises NotOnlyTheDemo if anybody else's data is there."""
    if Organization.objects.exclude(slug=SLUG).exists():
        raise NotOnlyTheDemo(
            "This database holds another organization; the demo is told only in its own database."
        )
    tables = {model._meta.db_table for model in apps.get_models(include_auto_created=True)} - KEPT
    names = ", ".join(connection.ops.quote_name(name) for name in sorted(tables))
    with pgtrigger.ignore("access.AuditEvent:no_truncate"), connection.cursor() as cursor:
        cursor.execute(f"TRUNCATE {names} RESTART IDENTITY CASCADE")
    outgoing_file().unlink(missing_ok=True)
