"""The matrix itself, tried on views that do what views must not."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.http import HttpResponse
from django.urls import include, path

from coordination.access.markers import access, public
from coordination.access.walk import Address, every_address
from patients.models import Patient
from patients.queries import open_chart
from tests.attacks.test_authorization_matrix import judge
from tests.attacks.world import World


@access("patient.read", scope="patient")
def right(request: Any, public_id: uuid.UUID) -> HttpResponse:
    return HttpResponse(open_chart(request.actor, public_id).family)


@access("patient.read", scope="patient")
def by_id_alone(_request: Any, public_id: uuid.UUID) -> HttpResponse:
    return HttpResponse(Patient.objects.get(public_id=public_id).family)


@access("patient.read")
def list_of_all(_request: Any) -> HttpResponse:
    return HttpResponse(" ".join(Patient.objects.values_list("family", flat=True)))


@access("patient.read", scope="patient")
def unrecorded(request: Any, public_id: uuid.UUID) -> HttpResponse:
    patient = open_chart(request.actor, public_id)
    request.actor.shown.clear()
    return HttpResponse(patient.family)


@access("patient.read", scope="patient")
def tells_of_others(request: Any, public_id: uuid.UUID) -> HttpResponse:
    found = Patient.objects.filter(public_id=public_id).exists()
    return HttpResponse("not yours" if found else "not there")


@access("patient.read", scope="patient")
def breaks(request: Any, public_id: uuid.UUID) -> HttpResponse:
    raise RuntimeError(open_chart(request.actor, public_id).pk)


@public("said to be harmless")
def not_so_public(_request: Any) -> HttpResponse:
    return list_of_all(_request)


NAMED = (right, by_id_alone, unrecorded, tells_of_others, breaks)
urlpatterns = [
    *[path(f"named/{view.__name__}/<uuid:public_id>/", view, name=view.__name__) for view in NAMED],
    path("plain/list/", list_of_all, name="list_of_all"),
    path("plain/public/", not_so_public, name="not_so_public"),
    path("", include("coordination.urls")),
]
pytestmark = pytest.mark.urls("tests.attacks.test_the_matrix_has_teeth")


def address(name: str) -> Address:
    return next(
        a for a in every_address("tests.attacks.test_the_matrix_has_teeth") if a.name == name
    )


@pytest.mark.parametrize(
    ("name", "actor", "complaint"),
    [
        ("by_id_alone", "coordinator", "shows the patient of other team"),
        ("list_of_all", "coordinator", "shows the patient of other team"),
        ("list_of_all", "auditor", "shows the patient of other organization"),
        ("unrecorded", "nurse", "the trail does not say so"),
        ("tells_of_others", "supervisor", "a record out of scope is not a 404"),
        ("breaks", "charge", "broke"),
        ("not_so_public", "anonymous", "shows the patient of own"),
        ("not_so_public", "admin", "shows the patient of own"),
    ],
)
def test_a_wrong_view_is_found(name: str, actor: str, complaint: str, world: World) -> None:
    assert any(complaint in why for why in judge(world, actor, address(name)))


@pytest.mark.parametrize("actor", ["coordinator", "auditor", "admin", "anonymous", "disabled"])
def test_a_right_view_is_left_in_peace(actor: str, world: World) -> None:
    assert list(judge(world, actor, address("right"))) == []
