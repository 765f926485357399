"""The job by which beat and worker together prove that they live."""

from celery import shared_task

from coordination.ground.actions import beat


@shared_task(name="ground.heartbeat", acks_late=True, ignore_result=True)
def heartbeat() -> None:
    """Note that beat asked and a worker answered."""
    beat()
