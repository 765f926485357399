"""The job of the directory. It carries nothing and decides nothing."""

from __future__ import annotations

import logging

from celery import shared_task

from coordination.records import database_now
from referrals import actions

log = logging.getLogger(__name__)


@shared_task(name="referrals.raise_checks", acks_late=True, ignore_result=True)
def raise_checks() -> None:
    """Raise the calls to entries that were verified too long ago."""
    if count := actions.raise_checks(database_now()):
        log.info("directory_checks_raised", extra={"count": count})
