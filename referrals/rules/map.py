"""Where the numbers of a search stand on a map that has no map under it: miles and directions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, radians, sin

from referrals.rules.distance import bearing, miles_between

SIZE = 300  # of the drawing, in its own units
RADIUS = 132  # of the outermost ring
DOT = 10
RINGS = (1.0, 0.4, 0.2)
GOLDEN = 137.5  # degrees: numbers at one place open like a sunflower


@dataclass(frozen=True, slots=True)
class Dot:
    """One number on the map."""

    number: int
    x: float
    y: float


@dataclass(frozen=True, slots=True)
class Ring:
    """One circle of equal distance. miles: as it is written beside it."""

    miles: str
    r: float


def rings(within: float) -> list[Ring]:
    """Return the circles of a search, outermost first. within: its distance in miles."""
    return [Ring(f"{within * share:g}", round(RADIUS * share, 1)) for share in RINGS]


def dots(
    lat: float, lon: float, within: float, places: Sequence[tuple[float | None, float | None]]
) -> list[Dot]:
    """Return where each place stands, numbered from 1; those without a place stand nowhere.

    lat, lon: the middle, degrees. within: miles of the outermost ring; what lies farther stands on
    it. Places too near each other to be read are moved apart.
    """
    found: list[Dot] = []
    for number, (there_lat, there_lon) in enumerate(places, 1):
        if there_lat is None or there_lon is None:
            continue
        far = min(1.0, miles_between(lat, lon, there_lat, there_lon) / within) * RADIUS
        way = radians(bearing(lat, lon, there_lat, there_lon))
        found.append(_apart(number, far * sin(way), -far * cos(way), found))
    return found


def _apart(number: int, x: float, y: float, others: Sequence[Dot]) -> Dot:
    """Return the place, or the nearest one around it at which the number can be read."""
    middle = SIZE / 2
    for turn in range(120):
        step = DOT * 0.9 * turn**0.5
        at_x = middle + x + step * cos(radians(GOLDEN * turn))
        at_y = middle + y + step * sin(radians(GOLDEN * turn))
        if all((at_x - one.x) ** 2 + (at_y - one.y) ** 2 >= (2 * DOT) ** 2 for one in others):
            break
    return Dot(number, round(min(SIZE - DOT, max(DOT, at_x)), 1),
               round(min(SIZE - DOT, max(DOT, at_y)), 1))  # fmt: skip
