"""The description of the API is true: what it promises is what is answered."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
import requests
import schemathesis
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from schemathesis.checks import CHECKS as KNOWN
from schemathesis.checks import load_all_checks

from coordination.exchange.api.urls import urlpatterns
from tests.attacks.world import OWN, World, build
from tests.exchange.api.conftest import Caller, caller_for

load_all_checks()
NAMES = [
    "not_a_server_error", "status_code_conformance", "content_type_conformance",
    "response_schema_conformance",
]  # fmt: skip
CHECKS = KNOWN.get_by_names(NAMES)


@pytest.fixture
def world(db) -> World:
    return build()


def test_every_address_is_described_with_what_it_needs(program: Caller) -> None:
    schema = program.get("/api/schema/").json()
    assert len(schema["paths"]) == len(urlpatterns) - 2
    ids = [act["operationId"] for path in schema["paths"].values() for act in path.values()]
    assert len(ids) == len(set(ids))
    complete = schema["paths"]["/api/tasks/{public_id}/complete/"]["post"]
    needed = {one["name"] for one in complete["parameters"] if one.get("required")}
    assert {"If-Match", "Idempotency-Key", "public_id"} == needed
    assert {"200", "404", "409", "412", "428"} <= set(complete["responses"])
    listed = schema["paths"]["/api/tasks/"]["get"]["parameters"]
    assert {"after", "limit", "sort", "status", "due_before"} <= {one["name"] for one in listed}


def test_nobody_unsigned_reads_the_description(db) -> None:
    for url in ("/api/schema/", "/api/docs/"):
        assert Client().get(url).status_code == 401


def test_the_page_of_the_description_needs_no_exception(signed_in: Client) -> None:
    page = signed_in.get("/api/docs/")
    assert page.status_code == 200
    assert b"nonce=" in page.content
    assert b"<style" not in page.content
    assert b"http" not in page.content.replace(b"http-equiv", b"")
    script = signed_in.get("/api/docs/?script=")
    assert script.status_code == 200


def test_the_page_runs_under_the_usual_policy(page_as, coordinator) -> None:
    page = page_as(coordinator, "/api/docs/")
    page.wait_for_selector(".opblock-summary-path")
    assert page.locator(".opblock").count() > 20


@pytest.fixture
def unlimited(settings) -> None:
    settings.API_PER_MINUTE = settings.API_SEARCHES_PER_MINUTE = 10**6


def sent(caller: Caller, case: Any) -> schemathesis.Response:
    """Send a case through Django's own test client."""
    how = case.as_transport_kwargs(base_url="http://testserver", headers=caller.headers())
    request = requests.Request(
        how["method"], how["url"], params=how.get("params"), json=how.get("json"),
        data=how.get("data"), headers=dict(how["headers"]),
    ).prepare()  # fmt: skip
    answer = caller.client.generic(
        request.method, request.path_url, request.body or b"",
        request.headers.get("Content-Type", "application/json"), headers=dict(request.headers),
    )  # fmt: skip
    named = {name.lower(): [value] for name, value in answer.items()}
    body = answer.getvalue()
    return schemathesis.Response(
        answer.status_code, named, body, request, elapsed=0.0, verify=False
    )


def test_answers_are_as_described(world: World, unlimited) -> None:
    """Send what the description allows, half of it about records that are there."""
    caller = caller_for(world.users["supervisor"])
    schema = schemathesis.openapi.from_dict(caller.get("/api/schema/").json())
    statuses = []

    def once(operation: Any) -> None:
        kind = operation.path.split("/")[2]
        scope = "dispatch" if kind == "dispatches" else kind.rstrip("s")

        @settings(
            max_examples=8, derandomize=True, deadline=None, database=None, phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )  # fmt: skip
        @given(case=operation.as_strategy(), is_there=st.booleans())
        def answers(case: Any, *, is_there: bool) -> None:
            if is_there and "public_id" in case.path_parameters:
                sample = world.samples[OWN][scope]
                case.path_parameters["public_id"] = str(sample.public_id)
                if "If-Match" in case.headers:
                    case.headers["If-Match"] = f'"{sample.version}"'
            with transaction.atomic():
                response = sent(caller, case)
                transaction.set_rollback(True)
            statuses.append(response.status_code)
            case.validate_response(response, checks=CHECKS)

        answers()

    for found in schema.get_all_operations():
        once(found.ok())
    assert {200, 201, 400, 404} <= set(statuses), Counter(statuses)
    assert len(statuses) > 150
