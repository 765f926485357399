"""The Celery application: a doorbell, never the queue of record (trust.md 5)."""

import gc
import os
from typing import Any

from celery import Celery, bootsteps
from celery.schedules import crontab, schedule
from celery.signals import beat_init, setup_logging, worker_before_create_process
from kombu.exceptions import OperationalError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "coordination.settings")
# `prepare` has run Django's checks. Here they read every page and form, half a second of a worker
# that is to come back after a kill.
os.environ.setdefault("CELERY_SKIP_CHECKS", "1")
LOOK_EVERY = 0.2  # seconds


class ReplaceTheDead(bootsteps.StartStopStep):
    """Looks for killed children five times a second.

    Celery does so every five seconds; in between it relies on an event that does not come when the
    new child got a file number of the old one.
    """

    requires = ("celery.worker.components:Pool",)

    def register_with_event_loop(self, worker: Any, hub: Any) -> None:
        """Begin to look, as the worker's loop begins."""
        hub.call_repeatedly(LOOK_EVERY, worker.pool.maintain_pool)


app = Celery("coordination")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(related_name="jobs")
app.steps["worker"].add(ReplaceTheDead)

HOUR = 3600.0
SOON = 60.0
# Job: seconds, or a crontab in UTC. Late or doubled does no harm: every job claims its rows.
SCHEDULE: dict[str, float | crontab] = {
    "ground.heartbeat": 15.0,
    "reports.count_day": 900.0,
    "outreach.send_due": 30.0,
    "outreach.plan_reminders": 6 * 3600.0,
    "outreach.digest": 900.0,
    "worklist.escalate_late": 30.0,
    "worklist.return_held": 60.0,
    "worklist.run_bulk": 30.0,
    "worklist.pass_on_requests": 60.0,
    "worklist.end_assignments": crontab(hour=7, minute=40),
    "clocks.breach_due": 60.0,
    "exchange.tidy": 3600.0,
    "patients.gather_late_rows": 300.0,
    "access.tidy": crontab(hour=8, minute=20),
    "paperwork.chase_signatures": 900.0,
    "paperwork.make_covers": 120.0,
    "paperwork.sweep_strays": crontab(hour=8, minute=50),
    "referrals.raise_checks": crontab(hour=9, minute=10),
}
app.conf.beat_schedule = {
    job: {
        "task": job,
        "schedule": when if isinstance(when, crontab) else schedule(when),
        # A bell nobody heard is not rung again: the next one finds the same rows.
        "options": {"expires": HOUR if isinstance(when, crontab) else max(SOON, when)},
    }
    for job, when in SCHEDULE.items()
}


@beat_init.connect
def ring_at_start(**_signal: Any) -> None:
    """Ring every bell as beat begins, so that what fell due while nothing ran is found at once.

    Without Redis nobody hears, and the first sweeps come at their usual time.
    """
    for job in SCHEDULE:
        try:
            app.send_task(job, ignore_result=True, expires=SOON)
        except OperationalError:
            return


@worker_before_create_process.connect
def leave_the_rest_alone(**_signal: Any) -> None:
    """Take what is loaded out of the garbage collector's rounds.

    Celery runs one before each child it makes: half of what a new child costs. The child also
    shares more memory with its parent.
    """
    gc.freeze()


@setup_logging.connect
def keep_our_logging(**_signal: Any) -> None:
    """Take the place of Celery's own set-up, so that its lines go through our formatter too."""
