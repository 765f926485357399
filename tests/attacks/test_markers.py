"""A16: a patient's name stays in the body: no title, address, session, trail or log has it."""

from __future__ import annotations

import logging
import re

import pytest
from django.contrib.sessions.models import Session
from django.db import connection

from tests.attacks.test_authorization_matrix import OURS
from tests.attacks.world import HX, OWN, World, anything

TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
ADDRESS = re.compile(r'(?:href|action|hx-get|hx-post|src)="([^"]*)"')


def test_a_name_is_nowhere_but_in_the_body(world: World, caplog) -> None:
    caplog.set_level(logging.DEBUG, logger="coordination")
    client, name = world.clients["supervisor"], world.marker(OWN)
    wrong = []
    for address in OURS:
        if "logout" in address.route:
            continue
        for response in (
            client.get(world.url(address, OWN)),
            client.post(world.url(address, OWN), anything(), **HX),
        ):
            if response.streaming:
                assert b"".join(response.streaming_content)  # to its end, which closes it
            is_file = response.streaming or response.get("Content-Type") == "image/png"
            body = "" if is_file else response.content.decode()
            places = [*TITLE.findall(body), *ADDRESS.findall(body), *map(str, response.items())]
            wrong += [f"{address.route}: {place[:80]}" for place in places if name in place]
    assert wrong == []
    assert name not in str([s.get_decoded() for s in Session.objects.all()])
    with connection.cursor() as cursor:
        cursor.execute("SELECT string_agg(row_to_json(e)::text, ' ') FROM access_auditevent e")
        assert name not in cursor.fetchone()[0]
    ours = [r for r in caplog.records if r.name.startswith("coordination")]
    assert ours
    assert not [r for r in ours if name in str(vars(r))]


@pytest.mark.parametrize("name", ["Okafor", "O'Neil"])
def test_a_search_leaves_only_a_hash(name: str, world: World) -> None:
    client = world.clients["coordinator"]
    client.post("/patients/find/", {"q": name, "text": name, "query": name}, **HX)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(string_agg(row_to_json(e)::text, ' '), '') FROM access_auditevent e"
        )
        assert name not in cursor.fetchone()[0]
