"""CPU time of this process and of its PostgreSQL backend, and the comparison of two programs.

Wall time on a shared machine moves by up to four times; CPU time far less (speed.md). What is
reported are ratios of medians of rounds in which the two programs take turns.
"""

from __future__ import annotations

import gc
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import psutil
from django.db import connection

Work = Callable[[], object]
NANO = 1e-9


@dataclass(frozen=True, slots=True)
class Cost:
    """CPU seconds of one operation: the program's, the database's, and the wall's."""

    app: float
    db: float
    wall: float

    @property
    def cpu(self) -> float:
        """Return both together."""
        return self.app + self.db


def backend_pid() -> int | None:
    """Return the process of our database connection, if it runs on this machine."""
    connection.ensure_connection()
    pid = int(connection.connection.get_backend_pid())
    try:
        return pid if psutil.Process(pid).name().startswith("postgres") else None
    except psutil.Error:
        return None


def backend_cpu(pid: int | None) -> float:
    """Return the CPU seconds the backend has used; 0 when the server is another machine's."""
    if pid is None:
        return 0.0
    exact = Path(f"/proc/{pid}/schedstat")  # nanoseconds; the usual counters have 10 ms steps
    if exact.exists():
        return int(exact.read_text().split()[0]) * NANO
    used = psutil.Process(pid).cpu_times()
    return float(used.user + used.system)


def cost_of(work: Work) -> Cost:
    """Run the work once and return what it cost."""
    pid = backend_pid()
    gc.collect()
    wall, db, app = time.perf_counter(), backend_cpu(pid), time.process_time()
    work()
    return Cost(time.process_time() - app, backend_cpu(pid) - db, time.perf_counter() - wall)


def take_turns(
    ours: Work, floor: Work, rounds: int, operations: int, between: Work | None = None
) -> tuple[Cost, Cost]:
    """Return the median cost per operation of each. Both run once unmeasured, then in turns.

    operations: how many one call of the work does. between: puts the data back after each call.
    """
    sums: tuple[list[Cost], list[Cost]] = ([], [])
    for number in range(rounds + 1):
        pair = [(ours, sums[0]), (floor, sums[1])]
        for work, costs in pair if number % 2 else reversed(pair):
            cost = cost_of(work)
            if between is not None:
                between()
            if number:
                costs.append(cost)
    return median(sums[0], operations), median(sums[1], operations)


def median(costs: list[Cost], operations: int) -> Cost:
    """Return the median of each part, per operation. The sum's median is that of the sums."""
    cpu = statistics.median(cost.cpu for cost in costs) / operations
    db = statistics.median(cost.db for cost in costs) / operations
    wall = statistics.median(cost.wall for cost in costs) / operations
    return Cost(cpu - db, db, wall)
