"""The jobs of paperwork. They carry nothing and decide nothing."""

from __future__ import annotations

import logging

from celery import shared_task
from django.core.exceptions import ImproperlyConfigured

from coordination.paperwork import actions
from coordination.records import database_now

log = logging.getLogger(__name__)


# The limit of a whole round: a page that will not end takes its worker with it no longer than this.
@shared_task(name="paperwork.make_covers", acks_late=True, ignore_result=True, soft_time_limit=60)
def make_covers() -> None:
    """Make the cover sheets of faxes that wait to be sent."""
    try:
        count = actions.make_covers(database_now())
    except ImproperlyConfigured:
        log.warning("pdf_library_missing")  # `manage.py doctor` says what to install
        return
    if count:
        log.info("covers_made", extra={"count": count})


@shared_task(name="paperwork.chase_signatures", acks_late=True, ignore_result=True)
def chase_signatures() -> None:
    """Raise the tasks to ask again for signatures whose day has come."""
    now = database_now()
    while count := actions.chase_signatures(now):
        log.info("signatures_chased", extra={"count": count})


@shared_task(name="paperwork.sweep_strays", acks_late=True, ignore_result=True)
def sweep_strays() -> None:
    """Take away files whose row was never written."""
    if count := actions.sweep_strays():
        log.info("stray_files_removed", extra={"count": count})
