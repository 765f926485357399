"""T4 and T5: the sweep that chases what is late, and the messages on their way."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from bench.gen_house import SETTINGS
from bench.meter import take_turns
from bench.results import Result
from bench.world import Bench, run_sql
from coordination.access.rules import parse_steps
from coordination.outreach.actions.claim import claim, switched_on
from coordination.outreach.actions.outcome import note_sent
from coordination.outreach.actions.send import work
from coordination.records import database_now
from coordination.worklist.actions import escalate_late
from coordination.worklist.actions.telling import BATCH
from coordination.worklist.models import TaskEvent

SHARES = (1, 10)  # percent of the open tasks that are late
IDLE_LIMIT = 5.0  # milliseconds
RAW_SWEEP = """
WITH late AS MATERIALIZED (SELECT id, organization_id, due_at FROM worklist_task
    WHERE is_open AND due_at <= %(upto)s AND (due_at, id) > (%(due)s, %(id)s)
    ORDER BY due_at, id LIMIT %(batch)s),
  fresh AS (INSERT INTO worklist_escalation (organization_id, task_id, level, fired_at)
    SELECT organization_id, id, %(level)s, %(now)s FROM late ON CONFLICT DO NOTHING
    RETURNING task_id, organization_id),
  said AS (INSERT INTO worklist_taskevent (organization_id, task_id, kind, at, after)
    SELECT organization_id, task_id, 'escalated', %(now)s, %(level)s::text FROM fresh)
SELECT due_at, id, count(*) OVER () FROM late ORDER BY due_at DESC, id DESC LIMIT 1
"""
SHARE_LATE = """
SELECT percentile_disc(%s) WITHIN GROUP (ORDER BY due_at), count(*) FROM worklist_task
WHERE is_open AND due_at IS NOT NULL
"""


def sweep(bench: Bench) -> Iterator[Result]:
    """Compare the escalation sweep with raw set-based SQL, in the same bands and batches."""
    last_event = run_sql("SELECT coalesce(max(id), 0) FROM worklist_taskevent")[0][0]

    def clear() -> None:
        run_sql("TRUNCATE worklist_escalation, worklist_sweep")
        TaskEvent.objects.filter(pk__gt=last_event).delete()
        run_sql("VACUUM ANALYZE worklist_taskevent")

    for share in SHARES:
        now, _ = run_sql(SHARE_LATE, [share / 100])[0]
        (late,) = run_sql(
            "SELECT count(*) FROM worklist_task WHERE is_open AND due_at < %s", [now]
        )[0]
        ours, floor = take_turns(
            lambda now=now: escalate_late(now), lambda now=now: raw_sweep(now), bench.rounds,
            max(late, 1), clear,
        )  # fmt: skip
        yield Result(
            f"T4 sweep, {share} % late", 1 / ours.cpu, 1 / floor.cpu, "rows/s of CPU", 0.8,
            at_least=True, note=f"{late} rows; app {ours.app * late * 1000:.1f}"
            f" + db {ours.db * late * 1000:.1f} ms / {floor.app * late * 1000:.1f}"
            f" + {floor.db * late * 1000:.1f}",
        )  # fmt: skip
    escalate_late(now)
    times = bench.repeats(20)

    def idle() -> None:
        for _ in range(times):
            escalate_late(now)

    ours, _ = take_turns(idle, idle, bench.rounds, times)
    yield Result("T4 sweep, idle", ours.cpu * 1000, None, "ms", IDLE_LIMIT)
    clear()


def bands(now: datetime, steps: Sequence[timedelta]) -> list[tuple[int, datetime | None, datetime]]:
    """Return level, after and upto of the due times that stand at each level, highest first."""
    edges = [timedelta(microseconds=1), *steps]
    uppers = [now - edge for edge in edges]
    return list(reversed([*zip(range(len(edges)), [*uppers[1:], None], uppers, strict=True)]))


def raw_sweep(now: datetime) -> None:
    """Write the notice and the event of each late task: nothing else."""
    for level, after, upto in bands(now, parse_steps(SETTINGS["escalation_steps"])):
        due: Any = after or "-infinity"
        last = 2**63 - 1
        while True:
            with transaction.atomic():
                found = run_sql(
                    RAW_SWEEP,
                    {"upto": upto, "due": due, "id": last, "level": level, "now": now,
                     "batch": BATCH},
                )  # fmt: skip
            if not found or found[0][2] < BATCH:
                break
            due, last = found[0][:2]


K = 500
RAW_CLAIM = """
WITH due AS (SELECT id FROM outreach_delivery WHERE state = 'planned' AND due_at <= %(now)s
    ORDER BY due_at LIMIT %(k)s FOR UPDATE SKIP LOCKED)
UPDATE outreach_delivery d SET state = 'claimed', token = %(token)s, attempts = attempts + 1,
  lease_until = now() + interval '2 minutes'
FROM due WHERE d.id = due.id RETURNING d.id, d.patient_id
"""
RAW_SENT = """
UPDATE outreach_delivery d SET state = 'sent', sent_at = %(now)s, token = NULL, lease_until = NULL
WHERE d.id = ANY(%(ids)s::uuid[]) AND d.token = %(token)s
"""


def deliveries(bench: Bench) -> Iterator[Result]:
    """Compare claiming 500 messages and marking them sent with the two raw statements."""
    now = database_now()
    listed = switched_on()

    def put_back() -> None:
        run_sql(
            "UPDATE outreach_delivery SET state = 'planned', token = NULL, lease_until = NULL,"
            " sent_at = NULL, sending_at = NULL, sending_on = NULL, attempts = 0"
            " WHERE state <> 'planned'"
        )
        run_sql("VACUUM ANALYZE outreach_delivery")

    def ours() -> None:
        batch = claim(now, listed, limit=K)
        note_sent(batch.token, {row.id: "" for row in batch.rows}, now)

    def floor() -> None:
        token = uuid.uuid4()
        with transaction.atomic():
            found = run_sql(RAW_CLAIM, {"now": now, "k": K, "token": token})
        with transaction.atomic():
            ids = [row[0] for row in found]
            run_sql(RAW_SENT, {"now": now, "ids": ids, "token": token})

    cost, bottom = take_turns(ours, floor, bench.rounds, K, put_back)
    yield Result(
        "T5 claimed and marked sent, k = 500", 1 / cost.cpu, 1 / bottom.cpu, "rows/s of CPU", 0.5,
        at_least=True, note=f"app {cost.app * K * 1000:.1f} + db {cost.db * K * 1000:.1f} ms"
        f" / {bottom.app * K * 1000:.1f} + {bottom.db * K * 1000:.1f}",
    )  # fmt: skip

    def whole() -> None:
        work(claim(now, listed, limit=K), now)

    cost, bottom = take_turns(whole, floor, bench.rounds, K, put_back)
    yield Result(
        "T5 the same with last look, text and file", 1 / cost.cpu, 1 / bottom.cpu,
        "rows/s of CPU", None, at_least=True,
    )  # fmt: skip
