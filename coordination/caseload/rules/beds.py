"""What the sheet of a unit counts and fills in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable


def bed_words(bed: str, unit_code: str) -> str:
    """Return a bed as people on the unit say it: "03" of "4W-03"."""
    return bed.removeprefix(f"{unit_code}-")


def proposed(nurse: int | None, was: int | None, on_duty: Collection[int]) -> int | None:
    """Return whom the sheet fills in for a bed: who has it, if on duty; else who had it last."""
    return nurse if nurse in on_duty else was


def loads(nurses: Iterable[int | None]) -> Counter[int]:
    """Count the beds of each nurse."""
    return Counter(nurse for nurse in nurses if nurse is not None)
