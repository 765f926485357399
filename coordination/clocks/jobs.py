"""The jobs of clocks. They carry nothing and read the database's clock."""

from __future__ import annotations

import logging

from celery import shared_task

from coordination.clocks.actions import breach_due as sweep
from coordination.records import database_now

log = logging.getLogger(__name__)


@shared_task(name="clocks.breach_due", acks_late=True, ignore_result=True)
def breach_due() -> None:
    """Mark every running clock whose time has passed."""
    now = database_now()
    while count := sweep(now):
        log.info("clocks_breached", extra={"count": count})
