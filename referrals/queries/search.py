"""Who serves a need near a patient: one statement, from the index of need and place.

What nobody knows never hides an entry: only a known "no" does.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from coordination.access.actor import Actor
from referrals.models import ZipPlace
from referrals.rules.distance import EARTH_MILES, box_around

PAGE_ROWS = 25
MILES = """2 * %(earth)s * asin(least(1, sqrt(
  sin(radians(s.lat - %(lat)s) / 2) ^ 2 + cos(radians(%(lat)s)) * cos(radians(s.lat))
  * sin(radians(s.lon - %(lon)s) / 2) ^ 2)))"""
# In each, a known "no" hides the row and an unknown does not, unless the person wants only "yes".
PAYER = """(SELECT n.accepts FROM referrals_network n WHERE n.provider_id = p.id
  AND (n.starts_on IS NULL OR n.starts_on <= %(today)s)
  AND (n.ends_on IS NULL OR n.ends_on >= %(today)s)
  AND (n.payer_norm = %(payer_norm)s AND n.payer_norm <> ''
    OR n.payer_norm = '' AND n.payer_class = %(payer_class)s)
  ORDER BY n.payer_norm = '' LIMIT 1)"""
FOUND = """
SELECT p.id, p.public_id, p.kind, p.name, p.name_norm, p.phone, p.source, p.medicare_number,
  p.languages, p.verified_at, p.verified_how, s.id, s.lat, s.lon, s.accepting, s.wait_days,
  s.capacity, s.capacity_at, near.miles, near.takes, last.at, last.by_name
FROM ({near}) near
JOIN referrals_service s ON s.id = near.service_id
JOIN referrals_provider p ON p.id = s.provider_id
LEFT JOIN LATERAL (SELECT v.at,
    concat_ws(' ', nullif(u.first_name, ''), nullif(u.last_name, '')) AS by_name
  FROM referrals_verification v LEFT JOIN access_user u ON u.id = v.by_id
  WHERE v.provider_id = p.id AND v.method = 'phone' ORDER BY v.at DESC, v.id DESC LIMIT 1
) last ON true
ORDER BY {order}, s.id
"""
WITHIN = """
SELECT s.id AS service_id, d.miles, t.takes
FROM referrals_service s CROSS JOIN LATERAL (SELECT {miles} AS miles) d
JOIN referrals_provider p ON p.id = s.provider_id
CROSS JOIN LATERAL (SELECT {payer} AS takes) t
WHERE s.organization_id = %(organization)s AND s.need = %(need)s AND s.is_offered
  AND s.lat BETWEEN %(south)s AND %(north)s AND s.lon BETWEEN %(west)s AND %(east)s
  AND d.miles <= %(within)s AND {wanted}
  AND (d.miles, s.id) > (%(after_miles)s, %(after_id)s)
ORDER BY d.miles, s.id LIMIT %(limit)s"""
# Without a place to measure from: by name.
ANYWHERE = """
SELECT s.id AS service_id, NULL::float8 AS miles, t.takes
FROM referrals_provider p JOIN referrals_service s ON s.provider_id = p.id
CROSS JOIN LATERAL (SELECT {payer} AS takes) t
WHERE p.organization_id = %(organization)s AND s.need = %(need)s AND s.is_offered AND {wanted}
  AND (p.name_norm, s.id) > (%(after_name)s, %(after_id)s)
ORDER BY p.name_norm, s.id LIMIT %(limit)s"""
WANTED = """p.closed_on IS NULL
  AND (%(name)s = '' OR p.name_norm LIKE %(like)s)
  AND (%(language)s = '' OR cardinality(p.languages) = 0 OR %(language)s = ANY(p.languages))
  AND (%(age)s IS NULL OR (p.age_from IS NULL OR p.age_from <= %(age)s)
    AND (p.age_to IS NULL OR p.age_to >= %(age)s))
  AND (%(accepting)s = 'any' OR s.accepting OR %(accepting)s = 'maybe' AND s.accepting IS NULL)
  AND (%(wait)s IS NULL OR s.wait_days IS NULL OR s.wait_days <= %(wait)s)
  AND t.takes IS DISTINCT FROM false"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is looked for. lat, lon: whence it is measured, None without a place.

    accepting: "yes", "maybe" (yes or not known) or "any". payer_class, payer_norm: "" for any.
    language: a BCP 47 code, or "". age: of the patient in years; wait: most days.
    """

    need: str
    lat: float | None = None
    lon: float | None = None
    within: float = 25
    payer_class: str = ""
    payer_norm: str = ""
    language: str = ""
    accepting: str = "maybe"
    wait: int | None = None
    age: int | None = None
    name: str = ""


class Found(NamedTuple):
    """One service that may serve the need. takes: the payer, None: not known."""

    provider_id: int
    public_id: UUID
    kind: str
    name: str
    name_norm: str
    phone: str
    source: str
    medicare_number: str
    languages: list[str]
    verified_at: datetime | None
    verified_how: str
    service_id: int
    lat: float | None
    lon: float | None
    accepting: bool | None
    wait_days: int | None
    capacity: str
    capacity_at: datetime | None
    miles: float | None
    takes: bool | None
    dialed_at: datetime | None
    dialed_by: str | None


@dataclass(frozen=True, slots=True)
class Hits:
    """One page; next_after: the key to go on from, None at the end."""

    rows: list[Found]
    next_after: tuple[str, int] | None


def search(actor: Actor, wish: Wish, today: date, after: tuple[str, int] | None = None) -> Hits:
    """Return who serves the need, nearest first, else by name. 1 statement, from one index.

    after: the key of the last row shown (miles or name, id). Entries known not to take the payer,
    not to speak the language or not to accept are left out; unknown ones are not.
    """
    sql, params = statement(actor, wish, today, after)
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        found = [Found(*row) for row in cursor.fetchall()]
    rows = found[:PAGE_ROWS]
    if len(found) <= PAGE_ROWS:
        return Hits(rows, None)
    last = rows[-1]
    key = last.name_norm if last.miles is None else repr(last.miles)
    return Hits(rows, (key, last.service_id))


def statement(
    actor: Actor, wish: Wish, today: date, after: tuple[str, int] | None
) -> tuple[str, dict[str, Any]]:
    """Return the statement of a search and its parameters, as the tests of its plan read it."""
    params: dict[str, Any] = {
        "organization": actor.organization_id, "today": today, "limit": PAGE_ROWS + 1,
        "need": wish.need, "payer_class": wish.payer_class, "payer_norm": wish.payer_norm,
        "language": wish.language, "accepting": wish.accepting, "wait": wish.wait,
        "age": wish.age, "name": wish.name, "like": f"%{_escaped(wish.name)}%",
        "after_id": after[1] if after else 0,
    }  # fmt: skip
    near, order = ANYWHERE, "p.name_norm"
    if wish.lat is not None and wish.lon is not None:
        near, order, box = WITHIN, "near.miles", box_around(wish.lat, wish.lon, wish.within)
        params |= {
            "lat": wish.lat, "lon": wish.lon, "within": wish.within, "earth": EARTH_MILES,
            "south": box.south, "north": box.north, "west": box.west, "east": box.east,
            "after_miles": float(after[0]) if after else -1.0,
        }  # fmt: skip
    else:
        params["after_name"] = after[0] if after else ""
    chosen = near.format(miles=MILES, payer=PAYER, wanted=WANTED)
    return FOUND.format(near=chosen, order=order), params


def _escaped(text: str) -> str:
    return text.replace("\\", r"\\").replace("%", r"\%").replace("_", r"\_")


def place_of(zip_code: str) -> ZipPlace | None:
    """Return where a ZIP code lies, None for one nobody knows. 1 statement."""
    return ZipPlace.objects.filter(pk=zip_code[:5]).first() if zip_code else None
