"""Whoever calls the API in these tests: people by session, programs by token."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from coordination.access.actions import make_token
from coordination.access.actor import system_actor
from coordination.access.models import Organization, Team, User
from coordination.access.roles import ROLES
from patients.models import Patient
from tests.conftest import member
from tests.factories import PatientFactory, TeamFactory

EVERYTHING = sorted({name for _label, held in ROLES.values() for name in held})


class Caller:
    """A program that holds a token."""

    def __init__(self, token: str) -> None:
        self.client = Client(raise_request_exception=False)
        self.token = token

    def get(self, url: str, **query: Any) -> HttpResponse:
        return self.client.get(url, query, headers=self.headers())

    def send(
        self, method: str, url: str, body: Any = None, *, version: int | None = None,
        key: str | None = "", **more: str,
    ) -> HttpResponse:  # fmt: skip
        """Send JSON; a fresh key unless one is given, none for None."""
        headers = self.headers() | more
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        if key is not None:
            headers["Idempotency-Key"] = key or str(uuid.uuid4())
        data = body if isinstance(body, bytes | str) else json.dumps(body)
        return self.client.generic(method, url, data, "application/json", headers=headers)

    def post(self, url: str, body: Any = None, **options: Any) -> HttpResponse:
        return self.send("POST", url, body, **options)

    def patch(self, url: str, body: Any = None, **options: Any) -> HttpResponse:
        return self.send("PATCH", url, body, key=None, **options)

    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.token}"}


def token_for(user: User, scopes: list[str] | None = None) -> str:
    now = timezone.now()
    assert user.organization is not None
    _token, text = make_token(
        system_actor("test", user.organization), user, name="test", now=now,
        scopes=scopes or EVERYTHING, expires_at=now + timedelta(days=1),
    )  # fmt: skip
    return text


def caller_for(user: User, scopes: list[str] | None = None) -> Caller:
    return Caller(token_for(user, scopes))


@pytest.fixture
def program(coordinator: User) -> Caller:
    return caller_for(coordinator)


@pytest.fixture
def boss(supervisor: User) -> Caller:
    return caller_for(supervisor)


@pytest.fixture
def patient(team: Team) -> Patient:
    return PatientFactory(organization=team.organization, team=team)


@pytest.fixture
def hidden(hospital: Organization) -> Patient:
    """Make a patient of another team in the same hospital."""
    return PatientFactory(
        organization=hospital, team=TeamFactory(organization=hospital), family="Quarantinez"
    )


@pytest.fixture
def auditor_of(team: Team) -> Any:
    return member(team, "auditor")
