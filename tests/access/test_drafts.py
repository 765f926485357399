"""What is being typed is kept on the server: one's own, for seven days, bounded."""

from __future__ import annotations

import json
import uuid
from datetime import timedelta

import pytest
from django.test import Client
from django.utils import timezone

from coordination.access import queries
from coordination.access.actions import drop_draft, keep_draft, tidy
from coordination.access.models import AuditEvent, Draft, SignInFailure
from coordination.records import NotPermitted
from tests.conftest import actor_of, member

URL = "/drafts/log-call/"


def test_typing_is_kept_and_comes_back(signed_in: Client, actor) -> None:
    about = uuid.uuid4()
    sent = {"subject_id": str(about), "note": "José said \r\n “yes”", "who": ["a", "b"],
            "csrfmiddlewaretoken": "x", "version": "3", "password": "secret"}  # fmt: skip
    response = signed_in.post(URL, sent)
    assert response.status_code == 200
    assert "Draft saved" in response.content.decode()
    kept = queries.draft(actor, "log-call", about)
    assert kept == {"note": ["José said \r\n “yes”"], "who": ["a", "b"], "version": ["3"]}
    signed_in.post(URL, {"subject_id": str(about), "note": "shorter"})
    assert queries.draft(actor, "log-call", about) == {"note": ["shorter"]}
    assert [u.form for u in queries.unfinished(actor)] == ["log-call"]
    assert "José" not in str(list(AuditEvent.objects.values()))


def test_json_is_kept_the_same_way(signed_in: Client, actor) -> None:
    body = json.dumps({"subject_id": None, "fields": {"note": "x", "many": ["a", "b"]}})
    assert signed_in.post(URL, body, content_type="application/json").status_code == 200
    assert queries.draft(actor, "log-call") == {"note": ["x"], "many": ["a", "b"]}


@pytest.mark.parametrize(
    "body",
    ["{", "[]", "7", '{"fields": 7}', '{"fields": {"a": 7}}', '{"fields": {"a": {"b": "c"}}}',
     '{"subject_id": "x", "fields": {}}', '{"fields": {"a": "\\u0000"}}',
     '{"fields": {"a": "\\ud800"}}', "[" * 100_000, '{"fields": {"a": "' + "x" * 70_000 + '"}}'],
    ids=range(11),
)  # fmt: skip
def test_a_draft_that_cannot_be_read_gets_a_sentence(body: str, signed_in: Client) -> None:
    response = signed_in.post(URL, body, content_type="application/json")
    assert response.status_code == 422
    assert "." in response.content.decode()
    assert not Draft.objects.exists()


def test_a_draft_is_its_writers_alone(actor, team, now) -> None:
    keep_draft(actor, "log-call", None, {"note": ["mine"]}, timezone.now())
    other = actor_of(member(team, "supervisor"))
    assert queries.draft(other, "log-call") is None
    assert drop_draft(other, "log-call", None, now) is False
    assert queries.draft(actor, "log-call") == {"note": ["mine"]}


def test_dropping_forgets(signed_in: Client, actor, now) -> None:
    signed_in.post(URL, {"note": "x"})
    assert signed_in.post(f"{URL}drop/", {}).status_code == 200
    assert queries.draft(actor, "log-call") is None


def test_after_seven_days_a_draft_is_gone(actor, now) -> None:
    keep_draft(actor, "a", None, {"note": ["old"]}, timezone.now() - timedelta(days=7, minutes=1))
    keep_draft(actor, "b", None, {"note": ["new"]}, timezone.now() - timedelta(days=6))
    SignInFailure.objects.create(name_hash="x", at=timezone.now() - timedelta(days=2))
    assert queries.draft(actor, "a") is None
    assert tidy(timezone.now()) >= 2
    assert list(Draft.objects.values_list("form", flat=True)) == ["b"]


def test_an_auditor_keeps_no_drafts(team, now) -> None:
    with pytest.raises(NotPermitted):
        keep_draft(actor_of(member(team, "auditor")), "a", None, {}, now)
