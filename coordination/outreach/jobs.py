"""The jobs of outreach. Celery is only the doorbell; what is due stands in the database."""

from __future__ import annotations

import logging
import time

from celery import shared_task

from coordination.access.models import Organization
from coordination.outreach import actions
from coordination.records import database_now, wake

log = logging.getLogger(__name__)
LONGEST_SECONDS = 20.0  # then the next worker's turn: no job sits on a worker for good


# Rings again when its worker was killed: a message that kills each time is dead at the fifth.
@shared_task(
    name="outreach.send_due", acks_late=True, reject_on_worker_lost=True, ignore_result=True
)
def send_due() -> None:
    """Send everything that is due."""
    started, count = time.monotonic(), 0
    while done := actions.send_due(database_now()):
        count += done
        if time.monotonic() - started > LONGEST_SECONDS:
            wake("outreach.send_due")
            break
    if count:
        log.info("messages_handled", extra={"count": count})


@shared_task(name="outreach.plan_reminders", acks_late=True, ignore_result=True)
def plan_reminders() -> None:
    """Plan the reminders nobody planned: the safety net."""
    now = database_now()
    for organization in Organization.objects.order_by("pk"):
        actions.load_reminder_rules(organization, now)
        count = actions.plan_reminders(organization, now)
        log.info("reminders_planned", extra={"count": count})


@shared_task(name="outreach.digest", acks_late=True, ignore_result=True)
def digest() -> None:
    """Plan the digest of the shift that begins."""
    now = database_now()
    for organization in Organization.objects.order_by("pk"):
        count = actions.plan_digests(organization, now)
        if count:
            log.info("digests_planned", extra={"count": count})
