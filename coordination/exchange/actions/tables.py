"""Reference tables from files: where ZIP codes lie, and the names of specialties."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from django.db import connection, transaction

from coordination.access.actor import Actor, require
from coordination.exchange.store.staging import fill, line, staged
from coordination.records import Refused

Progress = Callable[[Iterable[str]], Iterable[str]]
ZIPS = """
INSERT INTO referrals_zipplace AS z (zip_code, lat, lon, city, state)
SELECT DISTINCT ON (zip_code) zip_code, lat, lon, left(city, 80), left(state, 2) FROM stg
ON CONFLICT (zip_code) DO UPDATE SET lat = excluded.lat, lon = excluded.lon,
  city = excluded.city, state = excluded.state
WHERE (z.lat, z.lon, z.city, z.state)
  IS DISTINCT FROM (excluded.lat, excluded.lon, excluded.city, excluded.state)"""
# An entry whose file gave no place gets the middle of its ZIP code, now that it is known.
PLACED = """
WITH placed AS (
  UPDATE referrals_provider p SET lat = z.lat, lon = z.lon FROM referrals_zipplace z
  WHERE p.organization_id = %s AND p.lat IS NULL AND z.zip_code = p.zip_code
  RETURNING p.id, p.lat, p.lon)
UPDATE referrals_service s SET lat = placed.lat, lon = placed.lon FROM placed
WHERE s.provider_id = placed.id"""
TAXONOMY = """
INSERT INTO referrals_taxonomy AS t (code, display)
SELECT DISTINCT ON (code) code, left(display, 200) FROM stg WHERE code ~ '^[0-9A-Z]{10}$'
ON CONFLICT (code) DO UPDATE SET display = excluded.display WHERE t.display <> excluded.display"""


@transaction.atomic
def import_zips(actor: Actor, path: Path, progress: Progress) -> int:
    """Read where ZIP codes lie: columns zip, lat, lon, city, state. Return how many changed.

    Raises NotPermitted, OSError, or Refused when the file is not such a file.
    """
    require(actor, "settings.change")
    columns = (
        ("zip_code", "text"), ("lat", "float8"), ("lon", "float8"), ("city", "text"),
        ("state", "text"),
    )  # fmt: skip
    with staged("stg", columns):
        fill("stg", [name for name, _ in columns], progress(_zip_lines(path)))
        with connection.cursor() as cursor:
            cursor.execute(ZIPS)
            changed: int = cursor.rowcount
            cursor.execute(PLACED, [actor.organization_id])
    return changed


def _rows(path: Path, *needed: str) -> Iterator[dict[str, str]]:
    with path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        reader = csv.DictReader(file, restval="")
        missing = sorted(set(needed) - set(reader.fieldnames or []))
        if missing:
            raise Refused(f"This is not such a file: it has no column “{missing[0]}”.")
        yield from reader


def _zip_lines(path: Path) -> Iterator[str]:
    for row in _rows(path, "zip", "lat", "lon"):
        try:
            lat, lon = float(row["lat"]), float(row["lon"])
        except ValueError:
            continue
        code = row["zip"].strip().zfill(5)
        if code.isdigit() and len(code) == 5:  # noqa: PLR2004  a ZIP code
            yield line((code, lat, lon, row.get("city", ""), row.get("state", "")))


@transaction.atomic
def import_taxonomy(actor: Actor, path: Path, progress: Progress) -> int:
    """Read the NUCC provider taxonomy: columns code, display. Return how many changed.

    Raises NotPermitted, OSError, or Refused when the file is not such a file.
    """
    require(actor, "settings.change")
    columns = (("code", "text"), ("display", "text"))
    lines = (
        line((row["code"].strip(), row["display"].strip()))
        for row in _rows(path, "code", "display")
    )
    with staged("stg", columns):
        fill("stg", [name for name, _ in columns], progress(lines))
        with connection.cursor() as cursor:
            cursor.execute(TAXONOMY)
            return int(cursor.rowcount)
