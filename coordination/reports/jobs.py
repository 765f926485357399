"""The daily count, asked for every quarter of an hour: it writes once a day."""

from __future__ import annotations

import logging

from celery import shared_task
from django.db import connection

from coordination.access.models import Organization
from coordination.reports import actions

log = logging.getLogger(__name__)


@shared_task(name="reports.count_day", acks_late=True, ignore_result=True)
def count_day() -> None:
    """Count each organization whose counting hour has passed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        now = cursor.fetchone()[0]
    for organization in Organization.objects.all():
        count = actions.count_day(organization, now)
        log.info("day_counted", extra={"count": count})
