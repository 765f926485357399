"""What runs by itself in this room. It carries nothing and reads the database's clock."""

from __future__ import annotations

import logging

from celery import shared_task

from patients import actions

log = logging.getLogger(__name__)


@shared_task(name="patients.gather_late_rows", acks_late=True, ignore_result=True)
def gather_late_rows() -> None:
    """Bring over what reached a chart while it was being merged."""
    if count := actions.gather_late_rows():
        log.info("merged_rows_gathered", extra={"count": count})
