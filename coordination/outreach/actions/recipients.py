"""Whom a patient's messages go to, in which zone, and by which channel they want them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from django.db import connection

from patients.models import Patient

# One row a patient. A child's messages go to the first decision maker who may be told.
WHO = """
SELECT p.id, coalesce(nullif(p.zone, ''), nullif(f.zone, ''), o.zone), c.id,
  coalesce(c.phone, p.phone) <> '', coalesce(c.email, p.email) <> '',
  ARRAY(SELECT cp.channel FROM patients_contactpreference cp WHERE cp.patient_id = p.id
    AND cp.contact_id IS NOT DISTINCT FROM c.id AND cp.opt_out_at IS NOT NULL),
  ARRAY(SELECT cp.channel FROM patients_contactpreference cp WHERE cp.patient_id = p.id
    AND cp.contact_id IS NOT DISTINCT FROM c.id AND cp.is_preferred AND cp.opt_out_at IS NULL)
FROM patients_patient p
JOIN access_organization o ON o.id = p.organization_id
LEFT JOIN LATERAL (SELECT c.id, c.phone, c.email FROM patients_contactperson c
  WHERE c.patient_id = p.id AND c.ended_at IS NULL AND NOT c.must_not_be_told
    AND c.kind = 'family' AND c.decision_role <> ''
    AND p.birth_date > (%(now)s::timestamptz)::date - interval '18 years'
  ORDER BY c.rank, c.id LIMIT 1) c ON true
LEFT JOIN LATERAL (SELECT t.facility_id FROM patients_assignment a
  JOIN access_team t ON t.id = a.team_id WHERE a.patient_id = p.id
  ORDER BY (a.ends_at IS NULL) DESC, (a.kind = 'primary') DESC, a.id DESC LIMIT 1) t ON true
LEFT JOIN access_facility f ON f.id = t.facility_id
WHERE p.id = ANY(%(ids)s)
"""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who gets one patient's messages. name: "patient" or "contact:5"."""

    name: str
    zone: ZoneInfo
    reachable: frozenset[str]
    refused: frozenset[str]
    preferred: frozenset[str]

    def channel(self, usual: str) -> str | None:
        """Return how to send: the preferred way, else the usual one, else another that is open.

        None if they want none of them. A way without a number or address is still planned when
        nothing else is left: it fails in the open, and a person calls.
        """
        ways = [way for way in ("text", "email") if way not in self.refused]
        if not ways or (usual not in ways and not self.preferred & set(ways)):
            return None
        order = sorted(
            ways,
            key=lambda way: (way not in self.reachable, way not in self.preferred, way != usual),
        )
        return order[0]


def recipients(patients: Sequence[Patient], now: datetime) -> dict[int, Recipient]:
    """Return the recipient of each patient's messages. 1 statement."""
    with connection.cursor() as cursor:
        cursor.execute(WHO, {"ids": [patient.pk for patient in patients], "now": now})
        rows = cursor.fetchall()
    return {
        row[0]: Recipient(
            name=f"contact:{row[2]}" if row[2] else "patient",
            zone=ZoneInfo(row[1]),
            reachable=frozenset(
                way for way, is_there in (("text", row[3]), ("email", row[4])) if is_there
            ),
            refused=frozenset(row[5]),
            preferred=frozenset(row[6]),
        )
        for row in rows
    }
