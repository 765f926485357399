"""Sends what is due: claim, look, mark, send, record (trust.md 5). No row is locked meanwhile."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from datetime import date, datetime
from uuid import UUID

from django.db import IntegrityError, connection, transaction

from coordination.outreach.actions.claim import (
    ALONE,
    Batch,
    claim,
    give_up_late,
    lease_seconds,
    switched_on,
)
from coordination.outreach.actions.outcome import cancel, defer, fail, note_sent
from coordination.outreach.channels import Carrier, Outgoing, Result, carrier
from coordination.outreach.queries.look import Seen, facts_of, look, texts, write_out
from coordination.outreach.rules import Go, Later, Never, check

log = logging.getLogger(__name__)

BEGIN = """
UPDATE outreach_delivery d SET sending_at = clock_timestamp(), sending_on = v.day,
  lease_until = clock_timestamp() + %(lease)s * interval '1 second'
FROM unnest(%(ids)s::uuid[], %(days)s::date[]) AS v (id, day)
WHERE d.id = v.id AND d.state = 'claimed' AND d.token = %(token)s
RETURNING d.id
"""
TURNSTILE = """
INSERT INTO outreach_channelpace AS pace (channel, next_at)
VALUES (%(channel)s, clock_timestamp() + interval '100 ms')
ON CONFLICT (channel) DO UPDATE
SET next_at = greatest(pace.next_at, clock_timestamp()) + interval '100 ms'
RETURNING extract(epoch FROM pace.next_at - interval '100 ms' - clock_timestamp())
"""
TRIES = 10  # a round
LONGEST_STAND = 5.0  # seconds in the turnstile; far below the lease


def send_due(now: datetime) -> int:
    """Send one batch of new messages, and some that were tried before, one by one.

    now: the database's clock, up to when messages are due. Returns how many were in hand: call it
    until that is 0. Any number of workers may; each message has one effect where the carrier knows
    its key, and ends as sent, canceled with a reason, or a call task.
    """
    organizations = switched_on()
    give_up_late(now, organizations)
    batch = claim(now, organizations)
    work(batch, now)
    done = len(batch.rows)
    for _ in range(TRIES):  # a dead worker leaves a batch of them; each alone, it holds up no other
        batch = claim(now, organizations, limit=ALONE, fresh=False)
        if not batch.rows:
            break
        work(batch, now)
        done += 1
    return done


def work(batch: Batch, now: datetime) -> None:
    """Carry a claimed batch through to its outcomes."""
    if not batch.rows:
        return
    seen = look([row.id for row in batch.rows], now)
    failed_before = {row.id for row in batch.rows if row.failures}
    ready = last_look(batch, seen, now)
    written = texts([seen[key] for key in ready])
    for carried, group in groups(batch.token, ready, seen, written, now):
        days = {message.id: ready[message.id] for message in group}
        ours = begin(batch.token, days, now)
        leaving = [message for message in group if message.id in ours]
        for message in leaving:
            if carried.is_paced and message.id in failed_before:
                stand_in_line(message.channel)
        if leaving:
            settle(batch.token, leaving, carried.send(leaving), now)


def last_look(batch: Batch, seen: dict[UUID, Seen], now: datetime) -> dict[UUID, date]:
    """Check every message once more. Returns those that may leave, with the day each takes."""
    ready: dict[UUID, date] = {}
    taken: set[tuple[int, date]] = set()
    for row in batch.rows:
        verdict = check(facts_of(seen[row.id]), now)
        if isinstance(verdict, Never):
            cancel(batch.token, row.id, verdict.reason, now)
        elif isinstance(verdict, Later):
            defer(batch.token, row.id, verdict.at, verdict.reason)
        elif isinstance(verdict, Go) and (row.patient_id, verdict.day) not in taken:
            if row.patient_id is not None:
                taken.add((row.patient_id, verdict.day))
            ready[row.id] = verdict.day
        else:  # two for one patient in one batch: the second looks again after the first
            defer(batch.token, row.id, now, "one-a-day")
    return ready


def groups(
    token: UUID,
    ready: dict[UUID, date],
    seen: dict[UUID, Seen],
    written: dict[tuple[int, str], dict[str, tuple[str, str]]],
    now: datetime,
) -> Iterator[tuple[Carrier, list[Outgoing]]]:
    """Yield what goes to one carrier at once. A message that cannot be written ends here."""
    waiting: dict[str, list[Outgoing]] = {}
    for key in ready:
        row = seen[key]
        if not row.address:
            code = "no-address" if row.channel == "email" else "no-number"
            fail(token, key, Result("refused", code=code), now)
            continue
        try:
            waiting.setdefault(row.channel, []).append(write_out(row, written))
        except (KeyError, ValueError):
            log.exception("message_without_text")
            fail(token, key, Result("refused", code="no-text"), now)
    for channel, messages in waiting.items():
        carried = carrier(channel)
        for start in range(0, len(messages), carried.group):
            yield carried, messages[start : start + carried.group]


def begin(token: UUID, days: dict[UUID, date], now: datetime) -> set[UUID]:
    """Mark, just before the call, that sending begins, and renew the lease.

    Returns those still ours: a worker that slept past its lease finds its token gone. One that
    another worker's message to the same patient overtook today waits for tomorrow.
    """
    try:
        return mark(token, days)
    except IntegrityError:
        if len(days) > 1:
            return {key for one, day in days.items() for key in begin(token, {one: day}, now)}
        for key in days:
            defer(token, key, now, "one-a-day")
        return set()


@transaction.atomic
def mark(token: UUID, days: dict[UUID, date]) -> set[UUID]:
    """Write the mark in its own short transaction. 1 statement."""
    with connection.cursor() as cursor:
        cursor.execute(
            BEGIN,
            {
                "ids": list(days),
                "days": list(days.values()),
                "token": token,
                "lease": lease_seconds(),
            },
        )
        return {row[0] for row in cursor.fetchall()}


def stand_in_line(channel: str) -> None:
    """Wait for this channel's turn: after an outage at most ten a second, over all workers."""
    with connection.cursor() as cursor:
        cursor.execute(TURNSTILE, {"channel": channel})
        (seconds,) = cursor.fetchone()
    time.sleep(min(max(float(seconds), 0.0), LONGEST_STAND))


def settle(
    token: UUID, messages: Sequence[Outgoing], results: Sequence[Result], now: datetime
) -> None:
    """Record what the carrier said, under the token."""
    sent = {}
    for message, result in zip(messages, results, strict=True):
        if result.kind == "sent":
            sent[message.id] = result.ref
        else:
            fail(token, message.id, result, now)
    if sent:
        note_sent(token, sent, now)
