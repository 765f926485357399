"""A4: no page, search, filter or count tells that somebody is there who is hidden."""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest
import time_machine
from django.db import transaction
from django.http import HttpResponse
from django.utils import timezone

from tests.attacks.page_forms import OUR_OWN, WRITTEN, Form, every_page, sent
from tests.attacks.strangers import hide, secrets
from tests.attacks.test_every_form import UUID
from tests.attacks.test_foreign_ids import names_read
from tests.attacks.world import World, ask

EACH = 4  # hidden patients in each of three places, with one of everything: over 200 records
# The token of an undo carries the number of a row.
NEW_EACH_TIME = re.compile(rf'(nonce|name="token" value)="[^"]*"|[A-Za-z0-9]{{64}}|{UUID.pattern}')


def seen(response: HttpResponse) -> tuple[int, str]:
    """Return an answer without what is new each time. Counts stay."""
    body = b"".join(response) if response.streaming else response.content
    where = response.get("Location", "")
    return response.status_code, NEW_EACH_TIME.sub("", where + body.decode(errors="replace"))


def answers(
    house: World, forms: list[Form], asked: dict[str, set[str]]
) -> Iterator[tuple[str, tuple[int, str]]]:
    """Yield what two roles in turn are answered everywhere; what they ask for is hidden."""
    words = secrets(EACH)
    for turn, (page, names) in enumerate(asked.items()):
        actor = ("coordinator", "supervisor")[turn % 2]
        yield f"{page} as {actor}", seen(ask(house, actor, "get", page))
        if names:
            url = f"{page}?{urlencode(dict.fromkeys(names, words[turn % len(words)]))}"
            yield url, seen(ask(house, "supervisor", "get", url))
    for turn, form in enumerate(forms):
        written = [n for n, one in form.fields.items() if one.kind in WRITTEN and n not in OUR_OWN]
        if any(one.kind == "password" for one in form.fields.values()):
            continue  # slower and slower, whatever is hidden
        is_search = len(written) == 1 and "search" in form.action
        for word in words if is_search else [words[turn % len(words)]]:
            body = form.body(**dict.fromkeys(written, word))
            answer = next(one := sent(house, "supervisor", form, body))
            assert not list(one)
            yield f"{form} with {word}", seen(answer)


def test_no_answer_depends_on_what_is_hidden(
    house: World, forms: list[Form], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = {page: names_read(house, page, monkeypatch) for page in every_page(house)}
    with time_machine.travel(timezone.now(), tick=False), transaction.atomic():
        before = dict(answers(house, forms, asked))
        hide(house, EACH, monkeypatch)
        differing = [how for how, one in answers(house, forms, asked) if one != before[how]]
        transaction.set_rollback(True)
    assert len(before) > 300
    assert not differing, "\n".join(differing)
