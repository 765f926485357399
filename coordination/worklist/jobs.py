"""The jobs of the worklist. They carry nothing and read the database's clock."""

from __future__ import annotations

import logging

from celery import shared_task

from coordination.records import database_now
from coordination.worklist import actions

log = logging.getLogger(__name__)


@shared_task(name="worklist.escalate_late", acks_late=True, ignore_result=True)
def escalate_late() -> None:
    """Tell whoever must hear of what is late."""
    if count := actions.escalate_late(database_now()):
        log.info("tasks_escalated", extra={"count": count})


@shared_task(name="worklist.return_held", acks_late=True, ignore_result=True)
def return_held() -> None:
    """Bring back the tasks whose return date has come."""
    if count := actions.return_held(database_now()):
        log.info("tasks_returned", extra={"count": count})


@shared_task(name="worklist.pass_on_requests", acks_late=True, ignore_result=True)
def pass_on_requests() -> None:
    """Pass requests nobody answered in the set time to who is on call."""
    if count := actions.pass_on_requests(database_now()):
        log.info("requests_passed_on", extra={"count": count})


@shared_task(name="worklist.end_assignments", acks_late=True, ignore_result=True)
def end_assignments() -> None:
    """End what admissions opened, 35 days after the last open stay and the last task."""
    if count := actions.end_assignments(database_now()):
        log.info("assignments_ended", extra={"count": count})


@shared_task(name="worklist.run_bulk", acks_late=True, ignore_result=True)
def run_bulk() -> None:
    """Do what people asked to be done to many tasks."""
    if count := actions.run_bulk(database_now()):
        log.info("bulk_rows_tried", extra={"count": count})
