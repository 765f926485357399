"""Forgetting what has served its time. Nothing clinical, and never the trail."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.contrib.sessions.models import Session
from django.db import transaction

from coordination.access.models import CreatedOnce, Draft, SignInFailure
from coordination.access.rules import DRAFT_LIFE

RECEIPT_LIFE = timedelta(days=7)  # a form older than its session (12 h) cannot be sent again
FAILURE_LIFE = timedelta(days=1)


@transaction.atomic
def tidy(now: datetime) -> int:
    """Delete drafts and receipts of seven days, yesterday's failed tries, ended sessions.

    Returns how many rows went. Safe to repeat, by anybody, any number of times.
    """
    old = (
        Draft.objects.filter(saved_at__lt=now - DRAFT_LIFE),
        CreatedOnce.objects.filter(at__lt=now - RECEIPT_LIFE),
        SignInFailure.objects.filter(at__lt=now - FAILURE_LIFE),
        Session.objects.filter(expire_date__lt=now),
    )
    return sum(rows.delete()[0] for rows in old)
