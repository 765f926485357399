"""The nightly job of access."""

from __future__ import annotations

import logging

from celery import shared_task

from coordination.access import actions
from coordination.records import database_now

log = logging.getLogger(__name__)


@shared_task(name="access.tidy", acks_late=True, ignore_result=True)
def tidy() -> None:
    """Forget old drafts, receipts, failed tries and sessions, by the database's clock."""
    log.info("access_tidied", extra={"count": actions.tidy(database_now())})
