"""The hourly job of exchange."""

from __future__ import annotations

import logging

from celery import shared_task

from coordination.exchange.api import answers, throttle
from coordination.records import database_now

log = logging.getLogger(__name__)


@shared_task(name="exchange.tidy", acks_late=True, ignore_result=True)
def tidy() -> None:
    """Forget the API's kept answers of yesterday and its counts, by the database's clock."""
    now = database_now()
    log.info("exchange_tidied", extra={"count": answers.tidy(now) + throttle.tidy(now)})
