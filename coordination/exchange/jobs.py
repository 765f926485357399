"""The hourly job of exchange."""

from __future__ import annotations

import logging

from celery import shared_task
from django.db import connection

from coordination.exchange.api import answers, throttle

log = logging.getLogger(__name__)


@shared_task(name="exchange.tidy", acks_late=True, ignore_result=True)
def tidy() -> None:
    """Forget the API's kept answers of yesterday and its counts, by the database's clock."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT now()")
        (now,) = cursor.fetchone()
    log.info("exchange_tidied", extra={"count": answers.tidy(now) + throttle.tidy(now)})
