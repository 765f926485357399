"""Reads the story's tables and puts what happens in order of its instants."""

from __future__ import annotations

import csv
import heapq
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

DATA = Path(__file__).parent / "data"

Row = dict[str, str]


def table(name: str) -> list[Row]:
    """Return the rows of one of the story's tables, as text."""
    with (DATA / f"{name}.csv").open(newline="", encoding="utf-8") as lines:
        return list(csv.DictReader(lines))


@dataclass(order=True, slots=True)
class Scene:
    """One thing that happens at one instant. order: which comes first at the same instant."""

    at: datetime
    order: int
    number: int
    play: Callable[[datetime], None] = field(compare=False)


class Script:
    """Collects scenes and plays them, oldest first. A scene may add later ones while it plays."""

    def __init__(self) -> None:
        self.scenes: list[Scene] = []
        self.count = 0

    def add(self, at: datetime | None, order: int, play: Callable[[datetime], None]) -> None:
        """Add a scene; without an instant it is not told."""
        if at is not None:
            heapq.heappush(self.scenes, Scene(at, order, self.count, play))
            self.count += 1

    def play(self, until: datetime) -> int:
        """Play what happened up to an instant, in order; returns how many scenes that were."""
        played = 0
        while self.scenes and self.scenes[0].at <= until:
            scene = heapq.heappop(self.scenes)
            scene.play(scene.at)
            played += 1
        return played
