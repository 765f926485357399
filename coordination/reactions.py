"""What follows from what: the one table (design.md 1). A reaction never refuses."""

from __future__ import annotations

from coordination.events import Event, Reaction

TABLE: dict[type[Event], tuple[Reaction, ...]] = {}
