"""A5 for files: every form that takes one is sent what is none, under names that are none."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.http import HttpResponse

from coordination.access.walk import every_address
from coordination.paperwork.models import Document
from tests.attacks.page_forms import Form, read
from tests.attacks.test_every_form import RUNS
from tests.attacks.world import OWN, World, ask, filled
from tests.paperwork.factories import PDF, docx, picture
from tests.paperwork.test_files import NOT_TAKEN, claims, zipped

# Taken for what their content says, whatever else is in them or in their names.
TAKEN = {
    "a PDF that is a page too": PDF + b"<script>q()</script>",
    "a picture that is a page too": picture("JPEG") + b"<script>q()</script>",
    "a document with a macro": docx(**{"word/vbaProject.bin": b"q" * 99}),
    "a document with an entity": docx(**{"word/x.xml": b'<!DOCTYPE x [<!ENTITY a "&a;">]>&a;'}),
}
REFUSED = {
    **{str(one.id): one.values[0] for one in NOT_TAKEN},
    "an enormous picture": claims(30_000, 30_000),
    "a cut picture": picture("PNG")[:60],
    "nothing": b"",
    "a bomb": zipped(**{f"{n}.bin": b"\0" * 100_000 for n in range(50)}),
}
NAMES = (
    RUNS, "../../../etc/passwd", "a\u202efdp.exe", "x" * 5000 + ".pdf", "CON", "=cmd|' /C calc'!A0",
    "a\r\nSet-Cookie: x=1.pdf", "..", "{{ 7*7 }}.pdf", "\ufeff.html",
)  # fmt: skip
SHOWS = {"document", "paper"}


@pytest.fixture(scope="package")
def uploads(forms: list[Form]) -> list[Form]:
    """Give every form with a place for a file."""
    found = [form for form in forms if form.files]
    assert len(found) > 1
    return found


def answered(
    world: World, form: Form, content: bytes, name: str, *, looks: bool
) -> Iterator[tuple[str, HttpResponse]]:
    """Send a file, and yield the answer and each page that then shows it; all is undone."""
    client = world.clients["supervisor"]
    with transaction.atomic():
        before = set(Document.objects.values_list("pk", flat=True))
        files = {one: SimpleUploadedFile("x", content, "text/html") for one in form.files}
        for one in files.values():
            one._name = name  # type: ignore[attr-defined]  past what Django cuts off on this side
        yield form.action, client.post(form.action, form.body() | files)
        made = list(Document.objects.exclude(pk__in=before))
        if looks:
            connection.check_constraints()
            yield from pages_of(world, made)
        else:
            assert made == [], f"{form} kept a file it refused"
        transaction.set_rollback(True)


def pages_of(world: World, made: list[Document]) -> Iterator[tuple[str, HttpResponse]]:
    """Yield every page that names a document, about each one made."""
    for document in made:
        scope = "document" if document.patient_id else "paper"
        for address in every_address():
            if address.mark and address.mark.scope == scope and "public_id" in address.parameters:
                url = filled(address, str(document.public_id))
                yield url, ask(world, "supervisor", "get", url)
    chart = f"/patients/{world.patients[OWN].public_id}/"
    yield chart, ask(world, "supervisor", "get", chart)


def complaints(form: Form, said: str, answers: Any) -> Iterator[str]:
    """Say what broke, and what a browser would run or open in its place."""
    for url, response in answers:
        if response.status_code >= 500:
            yield f"{said} to {form}: {url} {response.status_code}"
        is_file = response.streaming
        kind = response.get("Content-Type", "")
        for live in read(url, response).live:
            yield f"{said} to {form}: {url}: a live {live}"
        if is_file and not response.get("Content-Disposition", "").startswith("attachment"):
            yield f"{said} to {form}: {url}: opens in the browser"
        if is_file and "sandbox" not in response.get("Content-Security-Policy", ""):
            yield f"{said} to {form}: {url}: {kind} without a sandbox"


def test_a_file_that_is_none_of_the_five_is_refused_with_a_sentence(
    house: World, uploads: list[Form]
) -> None:
    wrong: list[str] = []
    for form in uploads:
        for turn, (said, content) in enumerate(REFUSED.items()):
            answers = list(answered(house, form, content, NAMES[turn % len(NAMES)], looks=False))
            if answers[0][1].status_code not in {400, 413, 422}:
                wrong.append(f"{said} to {form}: {answers[0][1].status_code}")
            wrong += complaints(form, said, answers)
    assert not wrong, "\n".join(wrong)


def test_a_file_that_is_more_than_one_thing_runs_nowhere(house: World, uploads: list[Form]) -> None:
    wrong: list[str] = []
    for form in uploads:
        for turn, name in enumerate(NAMES):
            said, content = list(TAKEN.items())[turn % len(TAKEN)]
            wrong += complaints(form, said, answered(house, form, content, name, looks=True))
    assert not wrong, "\n".join(wrong)


def test_a_text_where_a_file_belongs_is_told_so(house: World, uploads: list[Form]) -> None:
    for form in uploads:
        client = house.clients["supervisor"]
        text = client.post(form.action, form.body(**dict.fromkeys(form.files, "../x")))
        assert text.status_code == 422
        stream = io.BytesIO(b"x")
        stream.name = "x"
        client.post(form.action, dict.fromkeys(form.fields, stream))
