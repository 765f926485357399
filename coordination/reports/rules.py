"""Pure arithmetic of the reports: what the numbers are called and how the chart is laid out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

# The causes of the chart, in the order of its series: what the task waits on (worklist.WaitingOn).
SERIES: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("facility", ("facility", "supplier")),
    ("payer", ("payer",)),
    ("ours", ("ours",)),
    ("family", ("family", "patient")),
    ("other", ("physician", "other")),
)
SERIES_OF = {cause: name for name, causes in SERIES for cause in causes}
DONE, DONE_ON_TIME, UNDATED = "done", "done-on-time", "undated"
MEDIAN = "median-minutes"


def late_measure(cause: str) -> str:
    """Return the name under which a day's late tasks of one cause are stored."""
    return f"late:{cause}"


def series_sums(counts: Mapping[str, int]) -> list[int]:
    """Return the late tasks of each series. counts: number by cause."""
    sums = dict.fromkeys((name for name, _ in SERIES), 0)
    for cause, number in counts.items():
        sums[SERIES_OF.get(cause, "other")] += number
    return list(sums.values())


@dataclass(frozen=True, slots=True)
class Block:
    """One part of one bar, in the drawing's units."""

    series: int
    y: float
    height: float


@dataclass(frozen=True, slots=True)
class Bar:
    """One day: its label, its parts, its sum and where the sum stands."""

    label: str
    x: float
    blocks: list[Block]
    total: int
    top: float
    is_today: bool


@dataclass(frozen=True, slots=True)
class Chart:
    """The stacked bars, with the grid lines as (y, label)."""

    bars: list[Bar]
    grid: list[tuple[float, int]]
    bar_width: float


LEFT, TOP, HEIGHT, WIDTH, GAP = 30.0, 18.0, 162.0, 740.0, 0.38
NICE = (5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10000)


def chart(days: Sequence[tuple[date, str, Sequence[int]]], today: date) -> Chart:
    """Lay out one stacked bar a day. days: (day, its label, the number of each series)."""
    highest = max((sum(values) for _, _, values in days), default=0)
    step = next((nice for nice in NICE if nice * 4 >= highest), NICE[-1])
    top = max(step * -(-highest // step), step)
    slot = (WIDTH - LEFT) / max(len(days), 1)
    width = round(slot * (1 - GAP), 1)
    bars = []
    for place, (day, label, values) in enumerate(days):
        blocks, base = [], TOP + HEIGHT
        for series, value in enumerate(values):
            height = round(value / top * HEIGHT, 1)
            if height:
                base = round(base - height, 1)
                blocks.append(Block(series, base, max(height - 1, 1)))
        x = round(LEFT + slot * place + slot * GAP / 2, 1)
        bars.append(Bar(label, x, blocks, sum(values), base - 6, day == today))
    grid = [
        (round(TOP + HEIGHT - value / top * HEIGHT, 1), value) for value in range(0, top + 1, step)
    ]
    return Chart(bars, grid, width)


def percent(part: int, whole: int) -> int | None:
    """Return part of whole in whole percent, rounded half up; None of nothing."""
    return (part * 200 + whole) // (whole * 2) if whole else None
