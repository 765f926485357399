"""Every form of every page, read out of its HTML as a browser would, and sent with other values.

Nothing is listed by hand: a page that is added is read, and its forms are sent, by themselves.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlencode, urljoin

from django.db import connection, transaction
from django.http import HttpResponse
from django.utils import timezone

from tests.attacks.test_authorization_matrix import OURS
from tests.attacks.world import HX, OWN, World, ask

# Signing out or locking would end the client that goes on asking.
ENDS_THE_CLIENT = re.compile(r"^/(lock/|accounts/logout/|admin/logout/|theme/)")
OUR_OWN = {"csrfmiddlewaretoken", "create_key", "version", "next"}
URLENCODED = "application/x-www-form-urlencoded"
WRITTEN = {"text", "textarea", "search", "tel", "email", "url", "password"}
RUN = ("javascript:", "data:text", "vbscript:")


@dataclass
class Field:
    """One control: its kind, what it holds, and what may be chosen."""

    kind: str
    value: str = ""
    options: list[str] = field(default_factory=list)

    def filled(self) -> str:
        """Return what it holds, or something a person may have put there."""
        now = timezone.localtime()
        usual = {
            "date": now.date().isoformat(), "time": "10:00", "number": "1",
            "datetime-local": now.strftime("%Y-%m-%dT%H:%M"), "email": "a@example.org",
            "tel": "555-0100", "checkbox": "on",
        }  # fmt: skip
        chosen = next((option for option in self.options if option), "")
        return self.value or chosen or usual.get(self.kind, "Sample")


@dataclass
class Form:
    """One form of one page: where it goes and what is in it."""

    page: str
    action: str
    fields: dict[str, Field] = field(default_factory=dict)
    files: list[str] = field(default_factory=list)

    def body(self, **other: str) -> dict[str, str]:
        """Return the form filled in, with other values where some are given."""
        return {name: one.filled() for name, one in self.fields.items()} | other

    def __str__(self) -> str:
        return f"{self.action} on {self.page}"


class Reader(HTMLParser):
    """Collects the forms of a page that are sent by POST, and what a browser would run in it."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.page, self.forms, self.live = page, list[Form](), list[str]()
        self.form: Form | None = None
        self.select: Field | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        self.live += [f"{tag} {name}" for name in has if name.startswith("on")]
        self.live += [
            f"{tag} {name}"
            for name in ("href", "src", "action", "formaction")
            if has.get(name, "").strip().lower().startswith(RUN)
        ]
        if tag == "script" and not {"nonce", "src"} & has.keys():
            self.live.append("script without a nonce")
        if tag == "form":
            sent = has.get("method", "").lower() == "post"
            self.form = Form(self.page, urljoin(self.page, has.get("action", ""))) if sent else None
        elif self.form is not None:
            self.control(self.form, tag, has)

    def control(self, form: Form, tag: str, has: dict[str, str]) -> None:
        name, kind = has.get("name", ""), has.get("type", "text")
        if tag == "option" and self.select is not None:
            self.select.options.append(has.get("value", ""))
            if "selected" in has:
                self.select.value = has.get("value", "")
        elif tag in {"select", "textarea"} and name:
            form.fields[name] = Field(tag)
            self.select = form.fields[name] if tag == "select" else None
        elif tag == "input" and name and kind in {"radio", "checkbox"}:
            one = form.fields.setdefault(name, Field(kind))
            one.options.append(has.get("value", "on"))
            if "checked" in has:
                one.value = has.get("value", "on")
        elif tag == "input" and name and kind == "file":
            form.files.append(name)
        elif tag == "input" and name:
            form.fields[name] = Field(kind, has.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            if self.form is not None and not ENDS_THE_CLIENT.match(self.form.action):
                self.forms.append(self.form)
            self.form = None
        elif tag == "select":
            self.select = None


def read(page: str, response: HttpResponse) -> Reader:
    """Return what is in one answer; nothing where it is not HTML."""
    reader = Reader(page)
    if response.streaming:
        assert b"".join(response)  # to its end, which closes the file
    elif "html" in response.get("Content-Type", ""):
        reader.feed(response.content.decode())
    return reader


def every_page(world: World) -> list[str]:
    """Return each page about one's own records that leaves the client signed in."""
    pages = [world.url(address, OWN) for address in OURS]
    return [page for page in pages if not ENDS_THE_CLIENT.match(page)]


def every_form(world: World, actor: str, pages: Iterable[str] = ()) -> list[Form]:
    """Return each form this person meets, once. pages: other than those of one's own records."""
    found: dict[tuple[str, tuple[str, ...]], Form] = {}
    for page in pages or every_page(world):
        for form in read(page, ask(world, actor, "get", page)).forms:
            shape = re.sub(r"\?.*", "", form.action), tuple(sorted(form.fields))
            found.setdefault(shape, form)
    return list(found.values())


def sent(
    world: World, actor: str, form: Form, body: dict[str, Any], *looks: str
) -> Iterator[HttpResponse]:
    """Send a form, give its answer and how the pages look then; all of it is undone after."""
    client = world.clients[actor]
    with transaction.atomic():
        encoded = urlencode(body, errors="surrogatepass")
        response: HttpResponse = client.post(form.action, encoded, URLENCODED, **HX)
        yield response
        if response.status_code < 400:
            connection.check_constraints()
            yield from (client.get(page) for page in looks)
        transaction.set_rollback(True)
