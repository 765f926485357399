"""Who and what the rows measure: the people of the measured team, and a browser of one of them."""

from __future__ import annotations

import io
import statistics
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode
from wsgiref.util import setup_testing_defaults

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.db import connection
from django.middleware.csrf import _get_new_csrf_string
from django.test import Client

from bench.meter import Work, take_turns
from bench.results import Result
from coordination.access.actor import Actor, user_actor
from coordination.access.backend import load_user
from coordination.access.models import Organization, User

BOOKKEEPING = ("SAVEPOINT", "RELEASE", "ROLLBACK", "BEGIN", "COMMIT", "SELECT 1")
HTMX = {"HTTP_HX_REQUEST": "true", "HTTP_HX_TARGET": "worklist"}


@dataclass(slots=True)
class Bench:
    """What was asked for: the size, how many rounds; is_check: few repeats, to see it run."""

    size: str
    rounds: int
    is_check: bool = False
    people: dict[str, Browser] = field(default_factory=dict)

    @property
    def organization(self) -> Organization:
        """Return the generated hospital."""
        return Organization.objects.get(slug="bench")

    def repeats(self, wanted: int) -> int:
        """Return how often to repeat in one round."""
        return max(wanted // 10, 2) if self.is_check else wanted

    def browser(self, who: str) -> Browser:
        """Return the signed-in browser of one of the measured people."""
        if who not in self.people:
            self.people[who] = Browser(f"bench-{who}")
        return self.people[who]

    def actor(self, who: str) -> Actor:
        """Return one of the measured people as a request would make them."""
        user = load_user(User.objects.get(username=f"bench-{who}").pk)
        if user is None:
            raise LookupError(who)
        return user_actor(user, purpose="treatment", request_id="bench")

    def compare(
        self,
        name: str,
        ours: Work,
        floor: Work,
        *,
        operations: int,
        limit: float | None,
        between: Work | None = None,
        note: str = "",
    ) -> Result:
        """Let both take turns; CPU milliseconds per operation."""
        cost, bottom = take_turns(ours, floor, self.rounds, operations, between)
        split = f"app {cost.app * 1000:.2f} + db {cost.db * 1000:.2f}"
        split += f" / {bottom.app * 1000:.2f} + {bottom.db * 1000:.2f}"
        return Result(
            name, cost.cpu * 1000, bottom.cpu * 1000, "ms", limit, note=f"{split} {note}".strip()
        )


@dataclass(slots=True)
class Answer:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes


class Browser:
    """One signed-in person's browser: a WSGI environment with the session and CSRF cookies."""

    def __init__(self, username: str) -> None:
        client = Client()
        client.force_login(User.objects.get(username=username))
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.csrf = _get_new_csrf_string()
        self.handler = WSGIHandler()
        self.cookie = (
            f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={self.csrf}"
        )
        self.get("/shell/")  # the session notes when it began

    def get(self, path: str, **headers: str) -> Answer:
        """Ask for a page, which must be there."""
        return self.ask("GET", path, b"", headers)

    def post(self, path: str, fields: dict[str, Any], **headers: str) -> Answer:
        """Send a form, as htmx does."""
        headers |= {"HTTP_X_CSRFTOKEN": self.csrf, "HTTP_HX_REQUEST": "true"}
        return self.ask("POST", path, urlencode(fields).encode(), headers)

    def ask(self, method: str, path: str, body: bytes, headers: dict[str, str]) -> Answer:
        """Run one request through the whole stack. Raises RuntimeError unless it is a 200."""
        address, _, query = path.partition("?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method, "PATH_INFO": address, "QUERY_STRING": query,
            "HTTP_HOST": "localhost", "REMOTE_ADDR": "127.0.0.1", "HTTP_COOKIE": self.cookie,
            "CONTENT_TYPE": "application/x-www-form-urlencoded", "CONTENT_LENGTH": str(len(body)),
            "wsgi.input": io.BytesIO(body), **headers,
        }  # fmt: skip
        setup_testing_defaults(environ)
        said: list[Any] = []
        response = self.handler(environ, lambda *start: said.extend(start[:2]))
        answer = b"".join(response)
        response.close()
        status = int(said[0].split()[0])
        if status != 200:  # noqa: PLR2004
            raise RuntimeError(f"{method} {path}: {said[0]}")
        return Answer(status, dict(said[1]), answer)


@contextmanager
def counted() -> Iterator[list[str]]:
    """Collect the statements of the block, without BEGIN, COMMIT and the health check."""
    seen: list[str] = []

    def note(execute: Any, sql: Any, params: Any, many: bool, context: Any) -> Any:  # noqa: FBT001
        if not sql.startswith(BOOKKEEPING):
            seen.append(sql)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(note):
        yield seen


@contextmanager
def swapped(place: Any, name: str, instead: Any) -> Iterator[None]:
    """Put something else in the place of an attribute for the block."""
    before = getattr(place, name)
    setattr(place, name, instead)
    try:
        yield
    finally:
        setattr(place, name, before)


def run_sql(sql: str, params: Any = None) -> list[tuple[Any, ...]]:
    """Run one raw statement and return its rows, if it gives any."""
    with connection.cursor() as cursor:
        cursor.execute(sql, params)
        return cursor.fetchall() if cursor.description else []


def percentile_95(times: list[float]) -> float:
    """Return what nineteen in twenty stay below."""
    return statistics.quantiles(times, n=20)[-1]
