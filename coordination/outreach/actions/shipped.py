"""Loads the reminder rules and texts that come with the product."""

from __future__ import annotations

import tomllib
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from django.db import transaction

from coordination.access.audit import record
from coordination.access.models import Organization
from coordination.outreach.actions.dead import sender
from coordination.outreach.models import Message, ReminderRule

FILE = Path(__file__).resolve().parent.parent / "data" / "reminders.toml"


@cache
def shipped() -> dict[str, Any]:
    """Read the data file once."""
    return tomllib.loads(FILE.read_text(encoding="utf-8"))


@transaction.atomic
def load_reminder_rules(organization: Organization, now: datetime) -> int:
    """Add the shipped rules and texts this organization does not have. Returns how many it added.

    What a site changed stays as it is. Safe to repeat.
    """
    made = 0
    for rule in shipped()["rule"]:
        fields = {name: value for name, value in rule.items() if name != "slug"}
        made += ReminderRule.objects.get_or_create(
            organization=organization, slug=rule["slug"], defaults=fields
        )[1]
    for text in shipped()["message"]:
        made += Message.objects.get_or_create(
            organization=organization,
            slug=text["slug"],
            language=text["language"],
            defaults={"subject": text["subject"], "body": text["body"]},
        )[1]
    if made:
        record(sender(organization), "setting.load_reminders", now=now, detail={"count": made})
    return made
