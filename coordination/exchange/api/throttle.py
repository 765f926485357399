"""How often one token or session may ask, counted in PostgreSQL (trust.md D22)."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone
from rest_framework.throttling import BaseThrottle

from coordination.exchange.models import ApiUse

MINUTE = 60
REMEMBERED = timedelta(hours=1)
COUNT = """
INSERT INTO exchange_apiuse (who, minute, count) VALUES (%s, date_trunc('minute', now()), 1)
ON CONFLICT (who, minute) DO UPDATE SET count = exchange_apiuse.count + 1 RETURNING count
"""


class PerMinute(BaseThrottle):
    """So many requests a minute; a view says with `is_unlimited` that it is never held up."""

    def allow_request(self, request: Any, view: Any) -> bool:
        """Count this request, and say whether it may go on. 1 statement."""
        if getattr(view, "is_unlimited", False):
            return True
        actor, kind = request.actor, getattr(view, "counted_as", "")
        limit = settings.API_SEARCHES_PER_MINUTE if kind else settings.API_PER_MINUTE
        with connection.cursor() as cursor:
            cursor.execute(COUNT, [f"{kind}{actor.session_hash or actor.user_id}"])
            (count,) = cursor.fetchone()
        return bool(count <= limit)

    def wait(self) -> float:
        """Return the seconds until the next minute begins."""
        return float(MINUTE - timezone.now().second)


def tidy(now: datetime) -> int:
    """Forget the counts of past hours. Returns how many."""
    return ApiUse.objects.filter(minute__lt=now - REMEMBERED).delete()[0]
