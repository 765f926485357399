"""A hospital with many messages due, and the worker processes that send them."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from urllib.parse import quote

from celery import Celery
from django.conf import settings
from django.db import connection

from coordination.access.models import Organization
from coordination.outreach.actions import load_reminder_rules
from tests.factories import FacilityFactory, OrganizationFactory, TeamFactory
from tests.outreach.factories import NOW

LEASE_SECONDS = 4
ROOT = Path(__file__).resolve().parent.parent.parent

PEOPLE = """
INSERT INTO patients_patient (organization_id, public_id, external_id, mrn, given, family,
  name_norm, sex, language, interpreter, street, city, state, zip_code, phone, email, zone,
  about_me)
SELECT %(organization)s, gen_random_uuid(), '', n, 'Pat', 'Sample', 'sample pat', 'unknown', '',
  '', '', '', '', '', '(555) 010-' || n, 'p' || n || '@example.org', '', ''
FROM generate_series(1, %(size)s) n
"""
CARE = """
INSERT INTO patients_assignment (organization_id, patient_id, team_id, kind, starts_at, reason)
SELECT organization_id, id, %(team)s, 'primary', now() - interval '9 days', ''
FROM patients_patient WHERE organization_id = %(organization)s
"""
VISITS = """
INSERT INTO patients_visit (organization_id, public_id, external_id, patient_id, status,
  visit_class, with_whom, place, phone, reason, starts_at, outcome_source)
SELECT organization_id, gen_random_uuid(), '', id, 'booked', '', 'Sample', '', '', '',
  now() + interval '4 days 6 hours', '' FROM patients_patient
WHERE organization_id = %(organization)s
"""
DUE = """
INSERT INTO outreach_delivery (id, organization_id, patient_id, visit_id, kind, template,
  reminder, recipient, channel, occurs_at, due_at, give_up_at)
SELECT gen_random_uuid(), organization_id, patient_id, id, 'visit-reminder', 'visit-reminder',
  'visit:' || id || ':due', 'patient', %(channel)s, starts_at, now() - interval '1 minute',
  now() + interval '20 hours' FROM patients_visit WHERE organization_id = %(organization)s
"""


def hospital(size: int, channel: str = "text", *, due: bool = True) -> Organization:
    """Make a hospital with so many patients, each with a visit and one message due now."""
    organization = OrganizationFactory(messages_on=True, zone="UTC")
    facility = FacilityFactory(organization=organization)
    team = TeamFactory(organization=organization, facility=facility)
    load_reminder_rules(organization, NOW)
    parameters = {
        "organization": organization.pk, "team": team.pk, "size": size, "channel": channel,
    }  # fmt: skip
    with connection.cursor() as cursor:
        cursor.execute(  # one quiet hour, far from now
            "INSERT INTO access_facilitysetting (organization_id, facility_id, key, value, label,"
            " set_at) SELECT %s, %s, 'quiet_hours',"
            " to_char((now() AT TIME ZONE 'UTC') + interval '11 hours', 'HH24:00-') ||"
            " to_char((now() AT TIME ZONE 'UTC') + interval '12 hours', 'HH24:00'), '', now()",
            [organization.pk, facility.pk],
        )
        for statement in (PEOPLE, CARE, VISITS, *([DUE] if due else [])):
            cursor.execute(statement, parameters)
        for table in ("patients_patient", "patients_visit", "outreach_delivery"):
            cursor.execute(f"ANALYZE {table}")
    return organization


def count(states: str) -> int:
    """Count the messages in these states, such as "planned claimed"."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM outreach_delivery WHERE state = ANY(%s)", [states.split()]
        )
        return cursor.fetchone()[0]


def environment(outgoing: Path, queue: str, **more: str) -> dict[str, str]:
    """Return the environment of a real process on this test's own database and queue."""
    at = connection.settings_dict
    login = f"{at['USER']}:{quote(at['PASSWORD'], safe='')}" if at["PASSWORD"] else at["USER"]
    port = f":{at['PORT']}" if at["PORT"] else ""
    address = f"postgresql://{login}@{quote(at['HOST'], safe='')}{port}/{at['NAME']}"
    return {
        **os.environ,
        "DEBUG": "1",
        "DATABASE_URL": address,
        "REDIS_URL": settings.REDIS_URL,
        "CELERY_QUEUE": queue,
        "OUTREACH_CARRIER": "file",
        "OUTREACH_DIR": str(outgoing),
        "OUTREACH_LEASE_SECONDS": str(LEASE_SECONDS),
        **more,
    }


class Workers:
    """Real Celery workers on one queue, and the hand that kills them."""

    def __init__(self, env: dict[str, str], processes: int = 2, children: int = 2) -> None:
        self.env, self.children = env, children
        self.running = [self.start() for _ in range(processes)]
        self.bell = Celery(broker=settings.CELERY_BROKER_URL)
        self.bell.conf.task_default_queue = env["CELERY_QUEUE"]
        self.chance = random.Random(11)  # noqa: S311  whom to kill

    def start(self) -> subprocess.Popen[bytes]:
        """Start one worker with its children."""
        return subprocess.Popen(
            [
                sys.executable, "-m", "celery", "-A", "coordination", "worker", "--loglevel",
                "ERROR", "-c", str(self.children), "--without-gossip", "--without-mingle",
            ],
            cwd=ROOT, env=self.env, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
        )  # fmt: skip

    def ring(self, times: int = 1) -> None:
        """Ring the doorbell, as the sweep does."""
        for _ in range(times):
            self.bell.send_task("outreach.send_due", ignore_result=True, expires=60)

    def pool(self) -> list[int]:
        """Return the processes that do the work."""
        found = []
        for worker in self.running:
            listed = subprocess.run(
                ["pgrep", "-P", str(worker.pid)],  # noqa: S607
                capture_output=True,
                text=True,
                check=False,
            )
            found += [int(pid) for pid in listed.stdout.split()]
        return found

    def kill_one(self) -> None:
        """Kill one process at its work with -9; its worker makes another."""
        if pool := self.pool():
            self.signal(self.chance.choice(pool), signal.SIGKILL)

    def kill_all(self) -> None:
        """Kill one whole worker, parent and children, and start another."""
        place = self.chance.randrange(len(self.running))
        worker = self.running[place]
        os.killpg(worker.pid, signal.SIGKILL)
        worker.wait()
        self.running[place] = self.start()

    def signal(self, pid: int, what: signal.Signals) -> None:
        """Send a signal to one of ours; it may have gone meanwhile."""
        with suppress(ProcessLookupError):
            os.kill(pid, what)

    def stop(self) -> None:
        """End them all."""
        for worker in self.running:
            os.killpg(worker.pid, signal.SIGKILL)
            worker.wait()
        self.bell.close()


def drain(
    workers: Workers, longest: float, hurt: Callable[[int], None] = lambda _left: None
) -> float:
    """Ring until nothing is planned or in hand; hurt is told how many are left. Returns seconds.

    Raises AssertionError when it takes longer.
    """
    started = time.monotonic()
    first: float | None = None
    while left := count("planned claimed"):
        workers.ring(len(workers.running) * workers.children if first is None else 2)
        if first is None and count("sent"):
            first = time.monotonic()
        hurt(left)
        assert time.monotonic() - started < longest, f"{left} messages are left"
        time.sleep(0.2)
    return time.monotonic() - (first or started)
