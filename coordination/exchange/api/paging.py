"""Pages of a list by key: no count, no offset, the same rows whoever adds others meanwhile."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import F, Model, Q, QuerySet
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from rest_framework import serializers

USUAL, MOST = 50, 200
LONGEST_KEY = 600


@dataclass(frozen=True, slots=True)
class Sort:
    """One order a list may be asked for. column: of the model; blanks come last."""

    column: str
    is_instant: bool = True

    def order(self, *, down: bool) -> list[Any]:
        """Return the ORDER BY."""
        column = F(self.column)
        first = column.desc(nulls_last=True) if down else column.asc(nulls_last=True)
        return [first, "-public_id" if down else "public_id"]

    def beyond(self, value: Any, last: UUID, *, down: bool) -> Q:
        """Return the condition of the rows after this one."""
        way = "lt" if down else "gt"
        later = Q(**{f"public_id__{way}": last})
        if value is None:
            return Q(**{f"{self.column}__isnull": True}) & later
        return (
            Q(**{f"{self.column}__{way}": value})
            | (Q(**{self.column: value}) & later)
            | Q(**{f"{self.column}__isnull": True})
        )

    def write(self, row: Model) -> str:
        """Return the key of the page after this row."""
        value = getattr(row, self.column)
        text = value.isoformat() if isinstance(value, datetime) else value
        packed = json.dumps([text, str(row.public_id)])  # type: ignore[attr-defined]
        return base64.urlsafe_b64encode(packed.encode()).decode().rstrip("=")

    def read(self, key: str) -> tuple[Any, UUID]:
        """Return what `write` packed. Raises ValidationError for anything else."""
        try:
            packed = base64.b64decode(key + "=" * (-len(key) % 4), altchars=b"-_", validate=True)
            value, last = json.loads(packed)
            return self.value(value), UUID(last)
        except (ValueError, TypeError, AttributeError, RecursionError) as broken:
            raise serializers.ValidationError(
                {"after": [_("Take this from “next” of the page before.")]}
            ) from broken

    def value(self, text: Any) -> Any:
        """Return the value of a key's first half. Raises ValueError or TypeError."""
        if text is None:
            return None
        if "\0" in text:
            raise ValueError(text)
        if not self.is_instant:
            return str(text)
        at = parse_datetime(text)
        if at is None or at.tzinfo is None:
            raise ValueError(text)
        return at


def page_of(
    rows: QuerySet[Any], sort: Sort, *, down: bool, size: int, after: str
) -> tuple[list[Any], str]:
    """Return one page and the key of the next one, "" on the last. 1 statement."""
    if after:
        value, last = sort.read(after[:LONGEST_KEY])
        rows = rows.filter(sort.beyond(value, last, down=down))
    found = list(rows.order_by(*sort.order(down=down))[: size + 1])
    more = len(found) > size
    return found[:size], sort.write(found[size - 1]) if more else ""


def orders(sorts: Iterable[str]) -> list[str]:
    """Return every name `sort` may have: each also backwards."""
    return [name for sort in sorts for name in (sort, f"-{sort}")]
