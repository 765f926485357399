"""One good body for every address of the API that takes one, made from what it says it takes.

Nothing is listed by hand but what only a person knows: whom a field is about, and what a telephone
number looks like. An address that is added is attacked by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import Model
from django.http import HttpResponse
from django.utils import timezone
from rest_framework import serializers

from coordination.access.walk import every_address
from coordination.exchange.api.base import ChangeView
from tests.access.sample_objects import SAMPLES, address_of
from tests.attacks.world import OWN, World, filled
from tests.exchange.api.conftest import Caller
from tests.factories import FacilityFactory, UnitFactory

UNIT = "main/4W"


@dataclass(frozen=True)
class Way:
    """One way in: its address, its method, a body it takes, and the fields that name a record."""

    url: str
    method: str
    body: dict[str, Any]
    references: tuple[str, ...]


def every_way(world: World) -> list[Way]:
    """Return each way in, about records of one's own team."""
    team, patient = world.teams[OWN], world.patients[OWN]
    house = FacilityFactory(organization=team.organization, slug="main")
    UnitFactory(organization=team.organization, facility=house, code="4W")
    ways = []
    for address in every_address():
        view: Any = getattr(address.view, "view_class", None)
        if not address.route.startswith("/api/") or not hasattr(view, "body"):
            continue
        sample = SAMPLES.get(address.mark.scope if address.mark else "")
        record: Model | None = sample(team, patient) if sample else None
        fields = view.body().fields
        ways.append(
            Way(
                url=filled(address, address_of(record) if record else ""),
                method="PATCH" if issubclass(view, ChangeView) else "POST",
                body={name: good(name, one, world) for name, one in fields.items()},
                references=tuple(name for name, one in fields.items() if names_a_record(one)),
            )
        )
    assert len(ways) > 10
    return ways


def names_a_record(one: Any) -> bool:
    """Say whether a field takes the id of a record."""
    return isinstance(one, serializers.UUIDField)


def good(name: str, one: Any, world: World) -> Any:
    """Return a value this field takes."""
    now = timezone.now()
    just_now = (now - timedelta(minutes=5)).isoformat()
    known: dict[str, Callable[[], Any]] = {
        "patient": lambda: str(world.patients[OWN].public_id),
        "team": lambda: str(world.teams[OWN].public_id),
        "assignee": lambda: None,
        "unit": lambda: UNIT,
        "phone": lambda: "(555) 010-7730",
        "other_phone": lambda: "(555) 010-7731",
        "email": lambda: "a@example.org",
        "birth_date": lambda: "1948-03-14",
        "documents": lambda: [
            str(SAMPLES["document"](world.teams[OWN], world.patients[OWN]).public_id)
        ],
        "task": lambda: None,
        **dict.fromkeys(("sent_at", "arrived_at", "at", "departed_at", "start"), lambda: just_now),
    }
    kinds: list[tuple[Any, Callable[[], Any]]] = [
        (serializers.ChoiceField, lambda: next(code for code in one.choices if code)),
        (serializers.BooleanField, lambda: False),
        (serializers.IntegerField, lambda: one.min_value or 1),
        (serializers.DateTimeField, lambda: (now + timedelta(hours=1)).isoformat()),
        (serializers.DateField, lambda: now.date().isoformat()),
        (serializers.DictField, dict),
    ]
    fitting = (value for kind, value in kinds if isinstance(one, kind))
    return (known.get(name) or next(fitting, lambda: "x"))()


def answered(
    caller: Caller, way: Way, body: Any, *looks: Callable[[], Any], **headers: str
) -> HttpResponse:
    """Send a body, look at what it did, and undo it. headers: more of them, or others."""
    with transaction.atomic():
        options: dict[str, Any] = {"version": 1} | ({"key": None} if way.method == "PATCH" else {})
        options |= headers
        response = caller.send(way.method, way.url, body, **options)
        response.looked = [look() for look in looks]  # type: ignore[attr-defined]
        transaction.set_rollback(True)
    return response
