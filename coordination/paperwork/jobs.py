"""The job of paperwork. It carries nothing and decides nothing."""

from __future__ import annotations

import logging

from celery import shared_task

from coordination.paperwork import actions

log = logging.getLogger(__name__)


@shared_task(name="paperwork.sweep_strays", acks_late=True, ignore_result=True)
def sweep_strays() -> None:
    """Take away files whose row was never written."""
    if count := actions.sweep_strays():
        log.info("stray_files_removed", extra={"count": count})
