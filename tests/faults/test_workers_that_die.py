"""Real workers, killed with -9 or stopped in the middle: nothing is lost, nothing doubled.

`make faults` runs the sizes of trust.md 9; here they fit CI. F1_SIZE and F1_KILLS set others.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections import Counter
from pathlib import Path

import pytest

from coordination.outreach.models import Delivery
from coordination.worklist.models import Task
from patients.models import TimelineEntry
from tests.faults.house import LEASE_SECONDS, ROOT, Workers, count, drain, environment, hospital

FULL = os.environ.get("FAULTS") == "full"
SIZE = int(os.environ.get("F1_SIZE", "50000" if FULL else "2000"))
KILLS = int(os.environ.get("F1_KILLS", "200" if FULL else "5"))
UNKEYED_SIZE, UNKEYED_KILLS = (50_000, 100) if FULL else (300, 3)
STOPPED_SIZE, STOPS = (6_000, 20) if FULL else (2_400, 2)
LONGEST = 120.0 + SIZE / 40

pytestmark = [pytest.mark.faults, pytest.mark.django_db(transaction=True)]


def effects(path: Path) -> Counter[str]:
    """Count what left the house, by message."""
    return Counter(json.loads(line)["id"] for line in path.read_text().splitlines())


def rows(state: str) -> set[str]:
    """Return the ids of the messages in a state."""
    return {str(pk) for pk in Delivery.objects.filter(state=state).values_list("pk", flat=True)}


class Hurt:
    """Hurts the workers at even steps of the way. Every tenth time a whole worker dies."""

    def __init__(self, workers: Workers, size: int, times: int) -> None:
        self.workers, self.size, self.times, self.done = workers, size, times, 0

    def __call__(self, left: int) -> None:
        gone = self.size - left
        while self.done < self.times and gone >= self.size * (self.done + 1) / (self.times + 2):
            self.done += 1
            if self.done % 10 == 1:
                self.workers.kill_all()
            else:
                self.workers.kill_one()
                if gone < self.size * (self.done + 2) / (self.times + 2):
                    return


@pytest.fixture
def queue() -> str:
    return f"faults-{uuid.uuid4().hex[:8]}"


def test_f1_killed_workers_lose_nothing_and_double_nothing(tmp_path, queue, capsys):
    hospital(SIZE)
    workers = Workers(environment(tmp_path, queue))
    hurt = Hurt(workers, SIZE, KILLS)
    try:
        seconds = drain(workers, LONGEST, hurt)
    finally:
        workers.stop()
    out = effects(tmp_path / "outgoing.jsonl")
    with capsys.disabled():
        sys.stdout.write(
            f"\nF1: {SIZE} messages, {hurt.done} kills, {seconds:.0f} s, {SIZE / seconds:.0f}/s\n"
        )
    assert hurt.done == KILLS
    assert count("sent") == SIZE
    assert set(out) == rows("sent")
    assert set(out.values()) == {1}
    assert TimelineEntry.objects.filter(kind="message.sent").count() == SIZE


def test_f2_without_a_key_each_repeat_is_marked_or_a_person_calls(tmp_path, queue):
    hospital(UNKEYED_SIZE, "email")
    mailbox = tmp_path / "mailbox"
    env = environment(
        tmp_path, queue, OUTREACH_CARRIER="live", EMAIL_BACKEND="tests.faults.mailbox.Backend",
        MAILBOX=str(mailbox),
    )  # fmt: skip
    workers = Workers(env)
    hurt = Hurt(workers, UNKEYED_SIZE, UNKEYED_KILLS)
    try:
        drain(workers, LONGEST, hurt)
    finally:
        workers.stop()
    out = Counter(line.split("@")[0].strip("<") for line in mailbox.read_text().splitlines())
    assert set(out.values()) == {1}
    assert rows("sent") <= set(out)
    assert count("sent unsure") == UNKEYED_SIZE
    assert set(out) - rows("sent") <= rows("unsure")
    assert Task.objects.filter(deliveries__state="unsure").count() == count("unsure")
    assert count("unsure") <= UNKEYED_KILLS * workers.children


def test_f5_a_worker_that_slept_past_its_lease_writes_nothing_stale(tmp_path, queue):
    hospital(STOPPED_SIZE)
    workers = Workers(environment(tmp_path, queue))
    asleep: dict[int, float] = {}
    stopped = 0

    def sleep(left: int) -> None:
        nonlocal stopped
        now = time.monotonic()
        for pid, until in list(asleep.items()):
            if now >= until:
                workers.signal(pid, signal.SIGCONT)
                del asleep[pid]
        if stopped < STOPS and STOPPED_SIZE - left >= STOPPED_SIZE * (stopped + 1) / (STOPS + 2):
            awake = [pid for pid in workers.pool() if pid not in asleep]
            if awake:
                stopped += 1
                asleep[awake[0]] = now + 1.6 * LEASE_SECONDS
                workers.signal(awake[0], signal.SIGSTOP)

    try:
        drain(workers, LONGEST, sleep)
        for pid in asleep:
            workers.signal(pid, signal.SIGCONT)
        if asleep:
            time.sleep(2)  # let them try to write what they held
    finally:
        workers.stop()
    out = effects(tmp_path / "outgoing.jsonl")
    assert stopped == STOPS
    assert set(out) == rows("sent")
    assert (count("sent"), set(out.values())) == (STOPPED_SIZE, {1})
    assert TimelineEntry.objects.filter(kind="message.sent").count() == STOPPED_SIZE


def test_f6_three_planners_of_which_one_is_killed_plan_each_reminder_once(tmp_path, queue):
    visits = 20_000 if FULL else 600
    hospital(visits, due=False)
    env = environment(tmp_path, queue)
    command = [sys.executable, "manage.py", "plan_reminders"]
    planners = [
        subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL) for _ in range(3)
    ]
    deadline = time.monotonic() + LONGEST
    while not Delivery.objects.exists():
        assert time.monotonic() < deadline
        time.sleep(0.02)
    planners[0].kill()
    codes = [planner.wait(timeout=LONGEST) for planner in planners]
    subprocess.run(command, cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL)
    assert codes[1:] == [0, 0]
    assert Delivery.objects.count() == 2 * visits
    assert Delivery.objects.values("reminder").distinct().count() == 2 * visits
    assert set(Delivery.objects.values_list("ordinal", flat=True)) == {1}
