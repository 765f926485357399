"""The daily count, asked for every quarter of an hour: it writes once a day."""

from __future__ import annotations

import logging

from celery import shared_task

from coordination.access.models import Organization
from coordination.records import database_now
from coordination.reports import actions

log = logging.getLogger(__name__)


@shared_task(name="reports.count_day", acks_late=True, ignore_result=True)
def count_day() -> None:
    """Count each organization whose counting hour has passed."""
    now = database_now()
    for organization in Organization.objects.all():
        count = actions.count_day(organization, now)
        log.info("day_counted", extra={"count": count})
