"""A6 for forms: bodies and headers that no browser sends are answered, and cost no memory."""

from __future__ import annotations

import random
import resource
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote_plus, urlencode

from django.db import transaction
from django.http import HttpResponse

from tests.attacks.page_forms import URLENCODED, Form
from tests.attacks.world import HX, World

EACH = 3  # of the ways below, for each form; together the forms see all of them
MOST_GROWTH = 50 * 1024  # KiB
PARTS = "multipart/form-data; boundary=cut"


def parts(form: Form, disposition: str = 'form-data; name="{}"', more: str = "") -> bytes:
    """Return a form as parts, each with another kind of head."""
    sent = "".join(
        f"--cut\r\nContent-Disposition: {disposition.format(name)}\r\n{more}\r\n{value}\r\n"
        for name, value in form.body().items()
    )
    return f"{sent}--cut--\r\n".encode()


def malformed(form: Form) -> list[tuple[str, bytes, str]]:
    """Return what is wrong, the body, and what it says it is."""
    good = urlencode(form.body()).encode()
    names = "&".join(f"{quote_plus(name)}[$ne]=1&{quote_plus(name)}.x=1" for name in form.fields)
    noise = random.Random(form.action).randbytes(2000)  # noqa: S311  the same each time
    return [
        ("cut in a character", good[: len(good) // 2] + b"%", URLENCODED),
        ("no UTF-8", b"%ff%fe=%zz&" + good.replace(b"=", b"=%c3%28"), URLENCODED),
        ("another alphabet", good, f"{URLENCODED}; charset=utf-16"),
        ("an unknown alphabet", good, f"{URLENCODED}; charset=klingon"),
        ("everything twice", good + b"&" + good.replace(b"=", b"=2"), URLENCODED),
        ("names of objects", (names + "&__proto__=1&constructor=1").encode(), URLENCODED),
        ("too many fields", good + b"&x=1" * 1500, URLENCODED),
        ("too much", good + b"&x=" + b"y" * 3_000_000, URLENCODED),
        ("nothing", b"", URLENCODED),
        ("noise", noise, URLENCODED),
        ("noise in parts", b"--cut\r\n" + noise, PARTS),
        ("no boundary", parts(form), "multipart/form-data"),
        ("another boundary", parts(form), "multipart/form-data; boundary=other"),
        ("a long boundary", parts(form), "multipart/form-data; boundary=" + "c" * 300),
        ("cut parts", parts(form)[:-40], PARTS),
        ("parts without a name", parts(form, "form-data"), PARTS),
        ("files for texts", parts(form, 'form-data; name="{}"; filename="../x"'), PARTS),
        ("no base64", parts(form, more="Content-Transfer-Encoding: base64\r\n"), PARTS),
        ("a head that never ends", parts(form, more="X: " + "y" * 20_000 + "\r\n"), PARTS),
        ("JSON", b'{"a": [1, {"b": null}]}', "application/json"),
        ("text", good, "text/plain"),
        ("no kind", good, ""),
    ]  # fmt: skip


HEADERS: list[dict[str, str]] = [
    {"HTTP_HX_CURRENT_URL": "http://[::1"}, {"HTTP_HX_CURRENT_URL": "javascript:q()//%zz"},
    {"HTTP_HX_TARGET": '"><script>q()</script>'}, {"HTTP_HX_TRIGGER": "\xff" * 400},
    {"HTTP_ACCEPT_LANGUAGE": "x" * 9000}, {"HTTP_ACCEPT_LANGUAGE": "de;q=NaN,\xff"},
    {"HTTP_X_FORWARDED_FOR": "'; --, ::1, 999.1.1.1"}, {"HTTP_IF_MODIFIED_SINCE": "31 Feb"},
    {"HTTP_IF_NONE_MATCH": '"' * 99}, {"HTTP_RANGE": "bytes=9-1,-5"}, {"HTTP_ACCEPT": ";;,q"},
    {"HTTP_USER_AGENT": "\x7f" * 3000}, {"HTTP_REFERER": "//[x"}, {"CONTENT_LENGTH": "-1"},
    {"CONTENT_LENGTH": "9e9"}, {"HTTP_X_REQUEST_ID": "a\r\nSet-Cookie: x=1"},
]  # fmt: skip


def attacks(form: Form, turn: int) -> Iterator[tuple[str, bytes, str, dict[str, Any]]]:
    """Yield some of the bodies, and one good body with a header nobody sends."""
    ways = malformed(form)
    for at in range(EACH):
        why, body, kind = ways[(turn * EACH + at) % len(ways)]
        yield why, body, kind, HX if turn % 2 else {}
    header = HEADERS[turn % len(HEADERS)]
    yield str(header)[:60], urlencode(form.body()).encode(), URLENCODED, {**HX, **header}


def answer(world: World, form: Form, body: bytes, kind: str, more: dict[str, Any]) -> HttpResponse:
    """Send bytes as they are, and undo what they did."""
    with transaction.atomic():
        response: HttpResponse = world.clients["supervisor"].generic(
            "POST", form.action, body, kind, **more
        )
        transaction.set_rollback(True)
    return response


def test_what_no_browser_sends_breaks_nothing(house: World, forms: list[Form]) -> None:
    wrong = []
    for turn, form in enumerate(forms):
        for why, body, kind, more in attacks(form, turn):
            response = answer(house, form, body, kind, more)
            if response.status_code >= 500:
                wrong.append(f"{form}: {why}: {response.status_code}")
            if any("\r" in value or "\n" in value for value in response.headers.values()):
                wrong.append(f"{form}: {why}: a header of theirs")
    assert not wrong, "\n".join(wrong)


def test_what_is_too_much_costs_no_memory(house: World, forms: list[Form]) -> None:
    form = max(forms, key=lambda one: len(one.fields))
    ways = malformed(form)

    def send_all() -> int:
        for _why, body, kind in ways:
            answer(house, form, body, kind, {})
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss

    before = send_all()
    assert max(send_all() for _again in range(5)) - before < MOST_GROWTH
