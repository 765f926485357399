"""Reads the story's tables and puts what happens in order of its instants."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator
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
    """Collects scenes and plays them, oldest first."""

    def __init__(self) -> None:
        self.scenes: list[Scene] = []

    def add(self, at: datetime | None, order: int, play: Callable[[datetime], None]) -> None:
        """Add a scene; without an instant it is not told."""
        if at is not None:
            self.scenes.append(Scene(at, order, len(self.scenes), play))

    def until(self, now: datetime) -> Iterator[Scene]:
        """Yield what happened up to now, in order."""
        return (scene for scene in sorted(self.scenes) if scene.at <= now)
