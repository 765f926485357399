"""A3: an id of another team, facility or organization is answered like one that is nobody's.

In every field of every form, in every name a page reads from its query, and in JSON
(tests/exchange/api/test_attacks.py): the same answer, and nothing of theirs is referred to.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from django.core.handlers.wsgi import WSGIRequest
from django.http import HttpResponse, QueryDict
from django.utils.functional import cached_property

from tests.attacks.page_forms import OUR_OWN, WRITTEN, Field, Form, every_page, sent
from tests.attacks.strangers import Strangers, held, ids, kind_of, nobodys
from tests.attacks.test_every_form import UUID, VARIES
from tests.attacks.world import PLACES, World, ask

OUTSIDE = PLACES[1:]
TYPED = re.compile(r"[0-9a-f]{8}-[0-9a-f-]+")  # an id as a page says it again, cut or whole
PLACES_IN_A_LIST = {"after", "before"}  # their numbers say where a page begins, and name nothing


def said(response: HttpResponse) -> tuple[int, str]:
    """Return an answer without what differs each time."""
    where = response.get("Location", "") + response.get("HX-Redirect", "")
    body = b"".join(response) if response.streaming else response.content
    text = TYPED.sub("", where + body.decode(errors="replace"))
    return response.status_code, VARIES.sub("", text)


def told(
    world: World, strangers: Strangers, form: Form, body: dict[str, str]
) -> tuple[int, str, object]:
    """Return what a form answers, and how often rows refer to a stranger's after it."""
    answers = sent(world, "supervisor", form, body)
    response = next(answers)
    referring = held(strangers) if response.status_code < 400 else None
    assert not list(answers)
    return *said(response), referring


def id_in(one: Field) -> str:
    """Return an option of the field that names a record by its public id, or nothing."""
    if one.kind not in {"select", "radio", "checkbox", "hidden"}:
        return ""
    return next((text for text in (*one.options, one.value) if UUID.search(text)), "")


def attacks(form: Form, strangers: Strangers, turn: int) -> Iterator[tuple[dict[str, str], str]]:
    """Yield bodies that name a stranger's record, each with the id that is nobody's instead.

    A field that names a record names one of the same kind, by both its ids. All others that are
    not typed into name one at once, of a kind that differs from form to form.
    """
    others = [name for name in form.fields if name not in OUR_OWN and not id_in(form.fields[name])]
    others = [name for name in others if form.fields[name].kind not in WRITTEN]
    for name, one in form.fields.items():
        option = "" if name in OUR_OWN else id_in(one)
        found = UUID.search(option)
        if not found:
            continue
        kind = kind_of(found[0])
        for at, place in enumerate(OUTSIDE):
            row = strangers.like(kind, place, turn + at)
            yield from (
                ({name: UUID.sub(theirs, option)}, theirs)
                for theirs in ids(row)[: 1 if at else 2]
                if UUID.sub(theirs, option) not in one.options
            )
    for at, place in enumerate(OUTSIDE if others else ()):
        theirs = ids(strangers.like("", place, turn + at))[0]
        yield dict.fromkeys(others, theirs), theirs


def test_a_foreign_id_in_any_field_is_answered_like_one_that_is_nobodys(
    house: World, strangers: Strangers, forms: list[Form]
) -> None:
    tried, wrong = 0, set()
    for turn, form in enumerate(forms):
        usual: dict[str, Any] = {}
        for body, theirs in attacks(form, strangers, turn):
            tried += 1
            nobody = str(
                {name: text.replace(theirs, nobodys(theirs)) for name, text in body.items()}
            )
            if nobody not in usual:
                without = {n: t.replace(theirs, nobodys(theirs)) for n, t in body.items()}
                usual[nobody] = told(house, strangers, form, form.body(**without))
            if told(house, strangers, form, form.body(**body)) != usual[nobody]:
                wrong.add(f"{form}: {sorted(body)} {kind_of(theirs) if '-' in theirs else theirs}")
    assert tried > 200
    assert not wrong, "\n".join(sorted(wrong))


class Watched(QueryDict):
    """A query string that notes which names a view asks of it."""

    names: set[str] = set()

    def __getitem__(self, key: str) -> Any:
        self.names.add(key)
        return super().__getitem__(key)

    def __contains__(self, key: object) -> bool:
        self.names.add(str(key))
        return super().__contains__(key)

    def getlist(self, key: str, default: Any = None) -> Any:
        self.names.add(key)
        return super().getlist(key, default)


def watched(request: WSGIRequest) -> QueryDict:
    return Watched(request.META.get("QUERY_STRING", ""))


def names_read(world: World, page: str, monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Return the names a page reads from its query, as it was seen to read them."""
    Watched.names = set()
    looking = cached_property(watched)
    looking.__set_name__(WSGIRequest, "GET")
    with monkeypatch.context() as patched:
        patched.setattr(WSGIRequest, "GET", looking)
        said(ask(world, "supervisor", "get", page))
    return Watched.names


def fitting(name: str, strangers: Strangers) -> str:
    """Return the kind of record a name of a query says it names, if it does."""
    kinds = (label for place in strangers.rows.values() for label in place)
    return next((kind for kind in kinds if kind.lower().endswith(f".{name}")), "")


def test_a_foreign_id_in_any_query_is_answered_like_one_that_is_nobodys(
    house: World, strangers: Strangers, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried, wrong = 0, set()
    for turn, page in enumerate(every_page(house)):
        for name in sorted(names_read(house, page, monkeypatch)):
            usual: dict[str, Any] = {}
            is_named = fitting(name, strangers)
            for at, place in enumerate(OUTSIDE if is_named else OUTSIDE[turn % 3 :][:1]):
                row = strangers.like(fitting(name, strangers), place, turn + at)
                theirs = ids(row)[0 if name in PLACES_IN_A_LIST else -(turn % 2)]
                tried += 1
                nobody = nobodys(theirs)
                for text in (nobody, theirs):
                    if text not in usual:
                        url = f"{page}?{urlencode({name: text})}"
                        response = ask(house, "supervisor", "get", url)
                        usual[text] = said(response)
                        shown = {
                            world for world in OUTSIDE if house.marker(world) in usual[text][1]
                        }
                        if shown:
                            wrong.add(f"{page}: {name} shows the patient of {shown}")
                if usual[theirs] != usual[nobody]:
                    wrong.add(f"{page}: {name} {row._meta.label}")
    assert tried > 100
    assert not wrong, "\n".join(sorted(wrong))
