"""Records of other teams, facilities and organizations, one of each kind, and where they may be.

Nothing is listed by hand: whatever the sample objects make for a place is a stranger of it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

import pytest
from django.apps import apps
from django.db import connection, models

from coordination.access.models import AuditEvent, Team
from patients.models import Patient
from tests.access import sample_objects
from tests.access.sample_objects import NOBODYS, ORGANIZATION_WIDE, SAMPLES
from tests.attacks.world import ORGANIZATION, OWN, PLACES, TEAM, World
from tests.factories import PatientFactory

ROOMS = (
    "access", "patients", "clocks", "worklist", "outreach", "paperwork", "reports", "exchange",
)  # fmt: skip
NO_NUMBER = "999999999"
SECRET = "Hiddenname"
ONCE = ("playbook", "playbook_draft")  # samples a team has one of


def every_model() -> Iterator[type[models.Model]]:
    """Yield every model of ours that has a table of its own."""
    for room in ROOMS:
        yield from (
            model for model in apps.get_app_config(room).get_models() if model._meta.managed
        )


def standing() -> dict[str, set[object]]:
    """Return the keys of every row there is, by the label of its model."""
    return {
        model._meta.label: set(model._base_manager.values_list("pk", flat=True))
        for model in every_model()
    }


@dataclass
class Strangers:
    """rows: place to label of a model to its rows there."""

    rows: dict[str, dict[str, list[models.Model]]] = field(default_factory=dict)

    def like(self, kind: str, place: str, turn: int = 0) -> models.Model:
        """Return a row of this kind at a place; of any kind in turn where it has none of it."""
        here = self.rows[place]
        named = [rows for rows in here.values() if hasattr(rows[0], "public_id")]
        found = here.get(kind) or named[turn % len(named)]
        return found[turn % len(found)]


def meet(world: World) -> Strangers:
    """Make one of everything in each place that is not one's own, and return it."""
    strangers = Strangers()
    for place in PLACES[1:]:
        before, found = standing(), defaultdict(list)
        team, patient = world.teams[place], world.patients[place]
        another = PatientFactory(organization=team.organization, team=team, family=patient.family)
        one_of_each(team, another)
        for model in every_model():
            label = model._meta.label
            is_read_by_all = model._meta.model_name in ORGANIZATION_WIDE and place != ORGANIZATION
            if model is not AuditEvent and not is_read_by_all:
                found[label] = list(model._base_manager.exclude(pk__in=before[label]))
        found["access.Team"].append(team)
        if place != TEAM:
            found["access.Facility"].append(team.facility)
        for name in ONCE:
            sample = world.samples[place][name]
            if name not in ORGANIZATION_WIDE or place == ORGANIZATION:
                found[sample._meta.label].append(sample)
        strangers.rows[place] = {
            label: rows
            for label, rows in found.items()
            if rows and (hasattr(rows[0], "public_id") or isinstance(rows[0].pk, int))
        }
    return strangers


def one_of_each(team: Team, patient: Patient, but: Sequence[str] = ONCE) -> None:
    """Make one of everything about a patient, but of what a team has one of."""
    for name, make in SAMPLES.items():
        if name not in but:
            make(team, patient)


def secrets(each: int) -> list[str]:
    """Return what somebody might search for who knows of the patients that `hide` makes."""
    return [SECRET, "14 Mar 1948", "(555) 010-9999", *(mrn for _place, mrn in hidden_ones(each))]


def hidden_ones(each: int) -> list[tuple[str, str]]:
    """Return the place and the MRN of each patient that `hide` makes."""
    return [
        (place, f"9{at}0 990 0{number}")
        for at, place in enumerate(PLACES[1:], start=1)
        for number in range(each)
    ]


def hide(world: World, each: int, patch: pytest.MonkeyPatch) -> None:
    """Make so many patients in each place that is not one's own, with one of everything.

    Units and colleagues are no secret, so none are made: those of another team lie on a unit of
    one's own.
    """
    for place, mrn in hidden_ones(each):
        team = world.teams[place]
        unit = world.samples[OWN if place == TEAM else place]["unit"]
        patch.setattr(sample_objects, "UnitFactory", lambda unit=unit, **_about: unit)
        patient = PatientFactory(
            organization=team.organization, team=team, family=SECRET, mrn=mrn,
            birth_date="1948-03-14", phone="(555) 010-9999",
        )  # fmt: skip
        one_of_each(team, patient, but=(*ONCE, "cover"))


def ids(row: models.Model) -> list[str]:
    """Return every id by which somebody might name a row: the public one, and its number."""
    return [str(one) for one in (getattr(row, "public_id", None), row.pk) if one is not None]


def nobodys(text: str) -> str:
    """Return an id of the same kind that is nobody's."""
    return NOBODYS if "-" in text else NO_NUMBER


def kind_of(public_id: str) -> str:
    """Return the label of the model that has a row with this id; nothing if none has."""
    for model in every_model():
        has_one = any(column.name == "public_id" for column in model._meta.concrete_fields)
        if has_one and model._base_manager.filter(public_id=public_id).exists():
            return model._meta.label
    return ""


def held(strangers: Strangers) -> list[tuple[str, int]]:
    """Count, for every column that refers to a row, how often it refers to a stranger's."""
    of_label: dict[str, list[int]] = defaultdict(list)
    for place in strangers.rows.values():
        for label, rows in place.items():
            of_label[label] += [row.pk for row in rows if isinstance(row.pk, int)]
    parts, keys = [], []
    for model in every_model():
        for column in model._meta.concrete_fields:
            target = column.related_model and column.related_model._meta.label  # type: ignore[union-attr]
            if target in of_label:
                parts.append(
                    f"SELECT '{model._meta.label}.{column.name}', count(*)"
                    f' FROM "{model._meta.db_table}" WHERE "{column.column}" = ANY(%s)'
                )
                keys.append(of_label[target])
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(parts), keys)
        return sorted(cursor.fetchall())
