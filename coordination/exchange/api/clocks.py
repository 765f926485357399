"""Clocks by the API: read, and the start they count from corrected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet
from rest_framework import serializers

from coordination.access.markers import Access
from coordination.clocks import actions
from coordination.clocks.forms import LOCAL, StartForm
from coordination.clocks.models import Clock, ClockState
from coordination.clocks.queries import in_scope
from coordination.exchange.api.base import ActView, DetailView, ListView, Resource
from coordination.exchange.api.fields import Body, Instant, Line, checked
from coordination.exchange.api.paging import Sort
from coordination.exchange.api.shapes import ClockOut


class Anchor(Body):
    """When the clock really started, and why that is corrected."""

    start = Instant()
    why = Line()


class ClockFilters(Body):
    """patient: of whom; rule: its name in the rule book."""

    patient = serializers.UUIDField(required=False)
    rule = Line(required=False, max_length=60)
    state = serializers.ChoiceField(choices=ClockState.choices, required=False)
    due_before = Instant(required=False)
    due_after = Instant(required=False)


COLUMNS = {
    "patient": "patient__public_id", "rule": "slug", "state": "state",
    "due_before": "due_at__lt", "due_after": "due_at__gt",
}  # fmt: skip


class TheClocks(Resource):
    """What the views of clocks share."""

    shape = ClockOut

    def rows(self) -> QuerySet[Clock]:
        """Return the clocks in scope, replaced versions too."""
        return in_scope(self.actor).select_related("patient")


class Clocks(TheClocks, ListView):
    """The clocks of the patients in scope."""

    access = Access("clock.read", trail="list")
    filters = ClockFilters
    sorts = {"due_at": Sort("due_at"), "created_at": Sort("created_at")}

    def narrowed(self, rows: QuerySet[Any], wanted: Mapping[str, Any]) -> QuerySet[Any]:
        return rows.filter(**{COLUMNS[name]: value for name, value in wanted.items()})


class OneClock(TheClocks, DetailView):
    """One clock."""

    access = Access("clock.read", scope="clock")


class MoveAnchor(TheClocks, ActView):
    """Corrects the start; the answer is the version that stands then, with its own id."""

    access = Access("clock.move", scope="clock")
    body = Anchor
    moved: UUID

    def act(self, record: Clock, version: int, sent: dict[str, Any]) -> None:
        zone = ZoneInfo(record.zone)
        local = sent["start"].astimezone(zone)
        form = StartForm(
            {"version": version, "start": local.strftime(f"{LOCAL}:%S"), "why": sent["why"]},
            zone=zone, anchor_event=record.anchor_event, now=self.now,
        )  # fmt: skip
        said = checked(form)
        clock, _count = actions.correct_start(
            self.actor, record.public_id, version, said["start"], said["why"], self.now
        )
        self.moved = clock.public_id

    def then(self, record: Clock) -> UUID:  # noqa: ARG002
        return self.moved
