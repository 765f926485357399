"""The day strip: one line of time with a mark for each task, drawn by the template."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from coordination.caseload.rules.day import Day

LEFT, RIGHT, WIDTH = 48.0, 20.0, 1180.0
USUAL_FROM, USUAL_TO = 7, 20
STACK = 12.0  # marks closer than this many units stand on each other


# How each kind of mark is drawn, from its middle: a tick, a square with soft corners, two dots.
SHAPES = {
    "done": "m-4 0l3 3.5 5.5-7",
    "late": "m-3-5h6q2 0 2 2v6q0 2-2 2h-6q-2 0-2-2v-6q0-2 2-2z",
    "soon": "m-5.5 0a5.5 5.5 0 1 0 11 0a5.5 5.5 0 1 0-11 0z",
    "calm": "m-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0-9 0z",
}


def by_24(local: datetime) -> str:
    """Return the time of day: "14:00"."""
    return f"{local:%H:%M}"


@dataclass(frozen=True, slots=True)
class Strip:
    """The drawing: hours as (x, label), where the past ends, and one path for each kind of mark."""

    hours: list[tuple[float, str]]
    begins_x: float
    now_x: float
    now_label: str
    marks: list[tuple[str, str]]


def day_strip(
    done: Iterable[datetime],
    due: Iterable[datetime],
    day: Day,
    say: Callable[[datetime], str] = by_24,
) -> Strip:
    """Lay out today. done: instants tasks were closed; due: due instants of open tasks.

    say: puts a time of day into words.
    The strip runs from 07:00 to 20:00, and further when something or now lies outside. A task due
    before today stands at the left edge.
    """
    now = day.now.astimezone(day.zone)
    closed = [at.astimezone(day.zone) for at in done if day.begins <= at < day.ends]
    waiting = [max(at.astimezone(day.zone), day.begins) for at in due if at < day.ends]
    first, last = _span([*closed, *waiting, now], day)

    def x_of(at: datetime) -> float:
        share = (at - first) / (last - first)
        return round(LEFT + min(max(share, 0.0), 1.0) * (WIDTH - LEFT - RIGHT), 1)

    drawn = dict.fromkeys(SHAPES, "")
    for at in closed:
        drawn["done"] += f"M{x_of(at)} 43{SHAPES['done']}"
    height: Counter[int] = Counter()
    for at in sorted(waiting):
        x = x_of(at)
        y = 43 - 13 * min(height[round(x / STACK)], 2)
        height[round(x / STACK)] += 1
        kind = "late" if at < day.now else "soon" if at < day.soon else "calm"
        drawn[kind] += f"M{x} {y}{SHAPES[kind]}"
    marks = [(kind, path) for kind, path in drawn.items() if path]
    hours = []
    at = first
    while at <= last:
        hours.append((x_of(at), say(at.astimezone(day.zone))))
        at += timedelta(hours=1)
    return Strip(hours, x_of(first), x_of(now), say(now), marks)


def _span(instants: list[datetime], day: Day) -> tuple[datetime, datetime]:
    """Return the whole hours the strip begins and ends at."""
    first = min(day.begins + timedelta(hours=USUAL_FROM), *instants)
    last = max(day.begins + timedelta(hours=USUAL_TO), *instants)
    whole = (first - day.begins) // timedelta(hours=1)
    end = -(-(last - day.begins) // timedelta(hours=1))
    return day.begins + timedelta(hours=whole), day.begins + timedelta(hours=end)
