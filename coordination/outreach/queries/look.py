"""Reads, for a batch in hand, everything the last look and the text need. One statement."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import translation
from django.utils.formats import date_format

from coordination.access.rules import parse_quiet_hours
from coordination.outreach.channels import Outgoing
from coordination.outreach.models import Message
from coordination.outreach.rules import Facts, fill, language_for
from coordination.prepared import Prepared

LOOK = Prepared(
    "outreach_look",
    """
SELECT d.id, d.organization_id, d.patient_id IS NULL AS is_staff, d.channel, d.template, d.facts,
  d.occurs_at, d.maybe_repeated,
  CASE WHEN d.patient_id IS NULL THEN u.email
       WHEN c.id IS NOT NULL THEN CASE d.channel WHEN 'email' THEN c.email ELSE c.phone END
       ELSE CASE d.channel WHEN 'email' THEN p.email ELSE p.phone END END AS address,
  coalesce(nullif(c.language, ''), p.language, 'en') AS language,
  coalesce(nullif(p.zone, ''), nullif(f.zone, ''), o.zone) AS zone,
  coalesce(f.name, o.name) AS hospital, coalesce(nullif(t.phone, ''), f.phone, '') AS phone,
  q.value AS quiet, o.test_recipients,
  p.deceased_at IS NOT NULL OR p.merged_into_id IS NOT NULL AS is_dead,
  coalesce(c.ended_at IS NOT NULL OR c.must_not_be_told, false)
    OR coalesce(NOT u.is_active, false) AS is_gone,
  EXISTS (SELECT 1 FROM patients_contactpreference cp WHERE cp.patient_id = d.patient_id
    AND cp.contact_id IS NOT DISTINCT FROM c.id AND cp.channel = d.channel
    AND cp.opt_out_at IS NOT NULL) AS is_opted_out,
  v.status AS visit_status, v.starts_at AS visit_at,
  s.id IS NOT NULL AS in_hospital, s.expected_at,
  ARRAY(SELECT x.sending_on FROM outreach_delivery x WHERE x.patient_id = d.patient_id
    AND x.sending_on IS NOT NULL AND x.id <> d.id
    AND x.sending_on >= (%(now)s)::date - 2) AS taken_on
FROM outreach_delivery d
JOIN access_organization o ON o.id = d.organization_id
LEFT JOIN patients_patient p ON p.id = d.patient_id
LEFT JOIN patients_visit v ON v.id = d.visit_id
LEFT JOIN patients_contactperson c ON c.patient_id = d.patient_id
  AND c.id = CASE WHEN d.recipient LIKE 'contact:%%' THEN substr(d.recipient, 9)::bigint END
LEFT JOIN access_user u
  ON u.id = CASE WHEN d.recipient LIKE 'user:%%' THEN substr(d.recipient, 6)::bigint END
LEFT JOIN LATERAL (SELECT * FROM patients_stay s WHERE s.patient_id = d.patient_id
  AND s.status IN ('arrived', 'triaged', 'in-progress', 'onleave')
  ORDER BY s.admitted_at DESC LIMIT 1) s ON true
LEFT JOIN LATERAL (SELECT t.facility_id, t.phone FROM patients_assignment a
  JOIN access_team t ON t.id = a.team_id WHERE a.patient_id = d.patient_id
  ORDER BY (a.ends_at IS NULL) DESC, (a.kind = 'primary') DESC, a.id DESC LIMIT 1) t ON true
LEFT JOIN access_facility f ON f.id = coalesce(s.facility_id, t.facility_id)
LEFT JOIN access_facilitysetting q ON q.facility_id = f.id AND q.key = 'quiet_hours'
WHERE d.id = ANY(%(ids)s)
""",
    ids="uuid[]",
    now="timestamptz",
)


class Seen(NamedTuple):
    """One message with its recipient, as they stand at this moment."""

    id: UUID
    organization_id: int
    is_staff: bool
    channel: str
    template: str
    facts: str
    occurs_at: datetime | None
    maybe_repeated: bool
    address: str | None
    language: str
    zone: str
    hospital: str
    phone: str
    quiet: str | None
    test_recipients: list[str]
    is_dead: bool
    is_gone: bool
    is_opted_out: bool
    visit_status: str | None
    visit_at: datetime | None
    in_hospital: bool
    expected_at: datetime | None
    taken_on: list[Any]


def look(ids: Sequence[UUID], now: datetime) -> dict[UUID, Seen]:
    """Read the messages with their recipients. now: to see what they got lately. 1 statement."""
    rows = [Seen._make(row) for row in LOOK.rows({"ids": list(ids), "now": now})]
    return {row.id: row for row in rows}


@cache
def zone_of(name: str) -> ZoneInfo:
    """Return the zone; each is built once."""
    return ZoneInfo(name)


def facts_of(seen: Seen) -> Facts:
    """Turn what was read into what the rule asks."""
    return Facts(
        is_staff=seen.is_staff,
        address=seen.address or "",
        zone=zone_of(seen.zone),
        quiet=parse_quiet_hours(seen.quiet) if seen.quiet else None,
        is_dead=bool(seen.is_dead),
        is_opted_out=seen.is_opted_out,
        is_recipient_gone=seen.is_gone,
        visit_status=seen.visit_status or "",
        visit_at=seen.visit_at,
        planned_for=seen.occurs_at,
        in_hospital=seen.in_hospital,
        expected_at=seen.expected_at,
        taken_on=frozenset(seen.taken_on),
        test_recipients=frozenset(seen.test_recipients),
    )


Texts = dict[tuple[int, str], dict[str, tuple[str, str]]]


def texts(rows: Sequence[Seen]) -> Texts:
    """Read the texts these messages use: by organization and slug, by language. 1 statement."""
    found: Texts = {}
    wanted = Message.objects.filter(
        organization__in={row.organization_id for row in rows},
        slug__in={row.template for row in rows},
    )
    for message in wanted:
        written = found.setdefault((message.organization_id, message.slug), {})
        written[message.language] = (message.subject, message.body)
    return found


def write_out(seen: Seen, written: Texts) -> Outgoing:
    """Write one message in its recipient's language. Raises KeyError or ValueError if it cannot."""
    by_language = written[seen.organization_id, seen.template]
    language = language_for(seen.language, frozenset(by_language))
    subject, body = by_language[language]
    values = {
        "hospital": seen.hospital,
        "phone": seen.phone,
        "link": settings.SITE_URL,
        **{name: str(value) for name, value in json.loads(seen.facts).items()},
    }
    if seen.visit_at is not None:
        here = seen.visit_at.astimezone(zone_of(seen.zone))
        with translation.override(language):
            values["day"] = date_format(here, "l, F j" if language == "en" else "l j \\d\\e F")
        values["time"] = f"{here:%-I:%M %p}" if language == "en" else f"{here:%H:%M}"
    return Outgoing(
        id=seen.id,
        channel=seen.channel,
        to=seen.address or "",
        subject=subject,
        body=fill(body, values),
        language=language,
        maybe_repeated=seen.maybe_repeated,
    )


def bodies(ids: Sequence[UUID], now: datetime) -> dict[UUID, str]:
    """Return how each message reads, or would read now; "" for one without a text. 2 statements.

    ids: of messages the actor may see.
    """
    seen = look(ids, now)
    written = texts(list(seen.values()))
    found = {}
    for key, row in seen.items():
        try:
            found[key] = write_out(row, written).body
        except (KeyError, ValueError):
            found[key] = ""
    return found
