"""Distances between two places, and the box that holds all within so many miles."""

from __future__ import annotations

from dataclasses import dataclass
from math import asin, atan2, cos, degrees, radians, sin, sqrt

EARTH_MILES = 3958.8  # mean radius
MILES_PER_DEGREE = EARTH_MILES * radians(1)
POLE = 89.9


@dataclass(frozen=True, slots=True)
class Box:
    """South, north, west and east edge in degrees; lon may pass 180 and is then not cut."""

    south: float
    north: float
    west: float
    east: float


def miles_between(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Return the great-circle distance in miles (haversine). Degrees in.

    Straight miles, not miles by road.
    """
    up, across = radians(other_lat - lat), radians(other_lon - lon)
    half = sin(up / 2) ** 2 + cos(radians(lat)) * cos(radians(other_lat)) * sin(across / 2) ** 2
    return 2 * EARTH_MILES * asin(min(1.0, sqrt(half)))


def box_around(lat: float, lon: float, miles: float) -> Box:
    """Return the smallest box of latitudes and longitudes that holds all within so many miles.

    Raises ValueError for a negative distance.
    """
    if miles < 0:
        raise ValueError("A distance is not negative.")
    up = miles / MILES_PER_DEGREE
    south, north = max(-90.0, lat - up), min(90.0, lat + up)
    widest = min(POLE, max(abs(south), abs(north)))
    across = min(180.0, up / cos(radians(widest)))
    return Box(south, north, lon - across, lon + across)


def bearing(lat: float, lon: float, other_lat: float, other_lon: float) -> float:
    """Return the direction from the first place to the other, in degrees clockwise from north."""
    across = radians(other_lon - lon)
    here, there = radians(lat), radians(other_lat)
    x = sin(across) * cos(there)
    y = cos(here) * sin(there) - sin(here) * cos(there) * cos(across)
    return degrees(atan2(x, y)) % 360
