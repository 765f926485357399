"""One batch of entries into the directory: COPY to staging, one upsert each for what hangs on it.

A line that comes again unchanged is left alone, and so are fields that a person set.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import astuple, dataclass
from datetime import date
from typing import Any

from django.db import connection

from coordination.exchange.directory.kinds import EntryRow
from coordination.exchange.store.staging import Batch, digest, fill, line, staged

COLUMNS = (
    ("key", "text"), ("name", "text"), ("name_norm", "text"), ("medicare_number", "text"),
    ("street", "text"), ("city", "text"), ("state", "text"), ("zip_code", "text"),
    ("lat", "float8"), ("lon", "float8"), ("phone", "text"), ("ownership", "text"),
    ("beds", "int"), ("certified_on", "date"), ("quality", "numeric"), ("needs", "text"),
    ("payers", "text"), ("digest", "text"),
)  # fmt: skip
TYPED = (  # what a person may set: a newer file leaves it alone then
    "name", "street", "city", "state", "zip_code", "phone", "ownership", "beds", "certified_on",
    "quality",
)  # fmt: skip
KEPT = ", ".join(
    f"{name} = CASE WHEN '{name}' = ANY(p.by_hand) THEN p.{name} ELSE excluded.{name} END"
    for name in TYPED
)
# The place follows the address: typed by hand, it is the typed ZIP code's.
UPSERT = f"""
INSERT INTO referrals_provider AS p (organization_id, public_id, version, created_at, kind, source,
  source_key, source_digest, file_dated_on, name, name_norm, medicare_number, npi, street, city,
  state, zip_code, lat, lon, phone, fax, website, hours, languages, access_words, ownership, beds,
  certified_on, quality, note, by_hand, verified_how)
SELECT %(organization)s, gen_random_uuid(), 1, %(now)s, %(kind)s, %(source)s, s.key, s.digest,
  %(dated)s, s.name, s.name_norm, s.medicare_number, '', s.street, s.city, s.state, s.zip_code,
  coalesce(s.lat, z.lat), coalesce(s.lon, z.lon), s.phone, '', '', '', ARRAY[]::varchar[], '',
  s.ownership, s.beds, s.certified_on, s.quality, '', ARRAY[]::varchar[], ''
FROM stg s LEFT JOIN referrals_zipplace z ON z.zip_code = s.zip_code
ON CONFLICT (organization_id, kind, source_key) WHERE source_key <> '' DO UPDATE SET
  version = p.version + 1, source = excluded.source, source_digest = excluded.source_digest,
  file_dated_on = excluded.file_dated_on, medicare_number = excluded.medicare_number,
  name_norm = CASE WHEN 'name' = ANY(p.by_hand) THEN p.name_norm ELSE excluded.name_norm END,
  lat = CASE WHEN 'zip_code' = ANY(p.by_hand) THEN p.lat ELSE excluded.lat END,
  lon = CASE WHEN 'zip_code' = ANY(p.by_hand) THEN p.lon ELSE excluded.lon END, {KEPT}
WHERE p.source_digest <> excluded.source_digest
RETURNING id, xmax = 0
"""  # noqa: S608  our own column names
# Only what this batch wrote; a line that came unchanged costs nothing here. What the file no longer
# says is no longer offered; what a person said stays.
SERVICES = """
WITH said AS (
  SELECT p.id AS provider_id, p.lat, p.lon, unnest(string_to_array(s.needs, ',')) AS need
  FROM stg s JOIN referrals_provider p ON p.organization_id = %(organization)s
    AND p.kind = %(kind)s AND p.source_key = s.key
  WHERE p.id = ANY(%(written)s)
), others AS (
  UPDATE referrals_service v SET lat = p.lat, lon = p.lon, version = v.version + 1,
    is_offered = v.is_offered AND NOT v.from_file
  FROM referrals_provider p
  WHERE p.id = v.provider_id AND v.provider_id = ANY(%(written)s) AND NOT EXISTS (
    SELECT 1 FROM said WHERE said.provider_id = v.provider_id AND said.need = v.need)
)
INSERT INTO referrals_service AS v (organization_id, public_id, version, created_at, provider_id,
  need, lat, lon, from_file, is_offered, capacity)
SELECT %(organization)s, gen_random_uuid(), 1, %(now)s, provider_id, need, lat, lon, true, true, ''
FROM said
ON CONFLICT (provider_id, need) DO UPDATE SET lat = excluded.lat, lon = excluded.lon,
  is_offered = v.is_offered OR v.from_file, version = v.version + 1
"""
NETWORKS = """
WITH said AS (
  SELECT p.id AS provider_id, unnest(string_to_array(s.payers, ',')) AS payer_class
  FROM stg s JOIN referrals_provider p ON p.organization_id = %(organization)s
    AND p.kind = %(kind)s AND p.source_key = s.key
  WHERE p.id = ANY(%(written)s)
), gone AS (
  UPDATE referrals_network n SET ends_on = %(today)s, version = n.version + 1
  WHERE n.provider_id = ANY(%(written)s) AND n.from_file AND n.ends_on IS NULL AND NOT EXISTS (
    SELECT 1 FROM said WHERE said.provider_id = n.provider_id AND said.payer_class = n.payer_class)
)
INSERT INTO referrals_network (organization_id, public_id, version, created_at, provider_id,
  payer_class, payer, payer_norm, accepts, starts_on, from_file, said_at)
SELECT %(organization)s, gen_random_uuid(), 1, %(now)s, provider_id, payer_class, '', '', true,
  %(dated)s, true, %(now)s
FROM said
ON CONFLICT (provider_id, payer_class, payer_norm) WHERE ends_on IS NULL DO NOTHING
"""


@dataclass(frozen=True, slots=True)
class Stored:
    """How many entries of a batch were new, how many changed."""

    new: int
    changed: int


def store_entries(
    rows: Sequence[EntryRow], batch: Batch, kind: str, dated: date | None, today: date
) -> Stored:
    """Write one batch of entries of one kind, in the caller's transaction. No key twice in it."""
    lines = [line(astuple(row)) for row in rows]
    params: dict[str, Any] = {
        **batch.params, "kind": kind, "source": batch.run.source, "dated": dated, "today": today,
    }  # fmt: skip
    with staged("stg", COLUMNS):
        fill("stg", [name for name, _ in COLUMNS], [f"{one}\t{digest(one)}" for one in lines])
        with connection.cursor() as cursor:
            cursor.execute(UPSERT, params)
            written = cursor.fetchall()
            if written:
                params["written"] = [pk for pk, _is_new in written]
                cursor.execute(SERVICES, params)
                cursor.execute(NETWORKS, params)
    new = sum(is_new for _pk, is_new in written)
    return Stored(new, len(written) - new)
