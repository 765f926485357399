"""Finding who serves a need among a hundred thousand services."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from django.db import connection
from django.utils import timezone

from bench.results import Result
from bench.rows.finding import timed
from bench.world import Bench, percentile_95, run_sql
from referrals.queries import Wish
from referrals.queries import search as find
from referrals.rules.distance import EARTH_MILES, box_around

SERVICES = 100_000
MOST_MS = 10
WITHIN = 25
# Thick around a few cities, thin elsewhere; six needs; a third knows its languages.
FILL = """
WITH made AS (
  INSERT INTO referrals_provider (organization_id, public_id, version, kind, name, name_norm,
    source, source_key, source_digest, medicare_number, npi, street, city, state, zip_code, lat,
    lon, phone, fax, website, hours, languages, access_words, ownership, note, by_hand,
    verified_how)
  SELECT %(organization)s, gen_random_uuid(), 1, 'home_health', 'Agency ' || g, 'agency ' || g,
    'bench', g::text, '', '', '', '', '', '', '', 26 + g %% 23 + power(random(), 3),
    -122 + g %% 53 + power(random(), 3), '', '', '', '',
    CASE WHEN g %% 3 = 0 THEN ARRAY['en', 'es'] ELSE '{}' END, '', '', '', '{}', ''
  FROM generate_series(1, %(n)s / 2) g RETURNING id, lat, lon),
paid AS (
  INSERT INTO referrals_network (organization_id, public_id, version, provider_id, payer_class,
    payer, payer_norm, accepts, from_file, said_at)
  SELECT %(organization)s, gen_random_uuid(), 1, id, 'medicare_ffs', '', '', id %% 5 > 0, true,
    now() FROM made WHERE id %% 2 = 0)
INSERT INTO referrals_service (organization_id, public_id, version, provider_id, need, lat, lon,
  from_file, is_offered, capacity)
SELECT %(organization)s, gen_random_uuid(), 1, id,
  (ARRAY['home-nursing', 'home-aide', 'skilled-nursing', 'dialysis', 'hospice', 'oxygen'])
    [1 + (id + k * 3) %% 6], lat, lon, true, true, ''
FROM made, generate_series(0, 1) k
"""
# The smallest statement that gives the page: need, box, distance, name.
FLOOR = """
SELECT p.public_id, p.name, p.phone, p.languages, p.verified_at, s.accepting, s.wait_days, d.miles
FROM referrals_service s JOIN referrals_provider p ON p.id = s.provider_id
CROSS JOIN LATERAL (SELECT 2 * %(earth)s * asin(least(1, sqrt(
  sin(radians(s.lat - %(lat)s) / 2) ^ 2 + cos(radians(%(lat)s)) * cos(radians(s.lat))
  * sin(radians(s.lon - %(lon)s) / 2) ^ 2))) AS miles) d
WHERE s.organization_id = %(organization)s AND s.need = 'home-nursing' AND s.is_offered
  AND s.lat BETWEEN %(south)s AND %(north)s AND s.lon BETWEEN %(west)s AND %(east)s
  AND d.miles <= %(within)s ORDER BY d.miles, s.id LIMIT 26
"""


def search(bench: Bench) -> Iterator[Result]:
    """Compare the search of the directory with the raw statement, and its p95 with 10 ms."""
    actor, today = bench.actor("auditor"), timezone.now().date()
    with connection.cursor() as cursor:
        cursor.execute(FILL, {"organization": actor.organization_id, "n": SERVICES})
        cursor.execute("ANALYZE referrals_provider, referrals_service, referrals_network")
    places = [(26.2 + n % 23, -121.8 + n % 53) for n in range(bench.repeats(60))]
    times: list[float] = []

    def look(lat: float, lon: float) -> None:
        wish = Wish(
            need="home-nursing", lat=lat, lon=lon, payer_class="medicare_ffs", language="es"
        )
        find(actor, wish, today)

    def raw(lat: float, lon: float) -> None:
        box = box_around(lat, lon, WITHIN)
        params = {"organization": actor.organization_id, "earth": EARTH_MILES, "lat": lat,
                  "lon": lon, "within": WITHIN, "south": box.south, "north": box.north,
                  "west": box.west, "east": box.east}  # fmt: skip
        run_sql(FLOOR, params)

    def ours() -> None:
        times.extend(timed(partial(look, *place)) for place in places)

    def floor() -> None:
        for place in places:
            raw(*place)

    # The floor knows no payer, language, network or last call; the page asks all of these.
    yield bench.compare("D1 directory search", ours, floor, operations=len(places), limit=3)
    yield Result(
        f"D1 p95 of {SERVICES:,} services", percentile_95(times) * 1000, MOST_MS, "ms of wall", 1
    )
