"""A5 and A13: every form of every page, filled with what nobody honest would send."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote, urlencode

from django.apps import apps
from django.conf import settings
from django.http import HttpResponse

from coordination.access.models import Membership, User
from coordination.access.walk import every_address
from tests.attacks.page_forms import OUR_OWN, WRITTEN, Form, read, sent
from tests.attacks.test_authorization_matrix import OURS
from tests.attacks.world import HX, ORGANIZATION, OWN, World, ask

ROUNDS = 2  # in each, every field gets the next text
RUNS = '"><img src=x onerror=q()><script>q()</script>'
HOSTILE = (
    RUNS, "javascript:q()", "{{ 7*7 }}{% debug %}", "a\x00b", "\ud800", "\u202eevil\u200b\ufeff",
    "' OR 1=1 --", "%s%n%(a)s{0}", "../../etc/passwd", "=1+1", "9" * 400, "-1", "1e400", "NaN",
    "0001-01-01", "9999-12-31T23:59", "2026-02-30", "25:61", "[]", "x" * 70_000, " \t\r\n",
)  # fmt: skip
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
VARIES = re.compile(rf'nonce="[^"]*"|[A-Za-z0-9]{{64}}|{UUID.pattern}|\d+')
ASKED_FOR = re.compile(r'GET(?:\.get|\.getlist)?[(\[]\s*"(\w+)"')
ROOMS = ("access", "patients", "clocks", "worklist", "outreach", "paperwork")


def complaints(form: Form, said: str, answers: Iterator[HttpResponse]) -> Iterator[str]:
    """Say what broke, or what would run in a browser, in the answer and on the pages after it."""
    for response in answers:
        if response.status_code >= 500:
            yield f"{form}: {said}: {response.status_code}"
        for live in read(form.page, response).live:
            yield f"{form}: {said}: a live {live}"


def test_a_hostile_text_in_any_field_breaks_nothing_and_runs_nowhere(
    house: World, forms: list[Form]
) -> None:
    chart = f"/patients/{house.patients[OWN].public_id}/"
    wrong: list[str] = []
    for number, form in enumerate(forms):
        names = [name for name in form.fields if name not in OUR_OWN]
        written = [name for name in names if form.fields[name].kind in WRITTEN]
        bodies = [form.body(**dict.fromkeys(written, RUNS))]
        bodies += [
            form.body(**{
                name: HOSTILE[(number + at + turn * 7) % len(HOSTILE)]
                for at, name in enumerate(names)
            })
            for turn in range(ROUNDS)
        ]  # fmt: skip
        for body in bodies:
            said = str({name: body[name][:20] for name in names})
            wrong += complaints(form, said, sent(house, "supervisor", form, body, chart, form.page))
    assert not wrong, "\n".join(wrong)


def test_a_field_of_ours_that_was_tampered_with_breaks_nothing(
    house: World, forms: list[Form]
) -> None:
    wrong: list[str] = []
    for number, form in enumerate(forms):
        for name in form.fields.keys() & OUR_OWN:
            text = HOSTILE[number % len(HOSTILE)]
            answers = sent(house, "supervisor", form, form.body(**{name: text}))
            wrong += complaints(form, f"{name}={text[:20]!r}", answers)
    assert not wrong, "\n".join(wrong)


def names_asked_for() -> list[str]:
    """Return every name our views read from a query string, as their source says it."""
    sources = [*Path(settings.BASE_DIR).glob("coordination/**/*.py")]
    sources += [*Path(settings.BASE_DIR).glob("patients/**/*.py")]
    return sorted({name for source in sources for name in ASKED_FOR.findall(source.read_text())})


def test_a_hostile_query_or_path_breaks_nothing_and_runs_nowhere(house: World) -> None:
    names = names_asked_for()
    assert len(names) > 5
    wrong = []
    for number, address in enumerate(OURS):
        page = house.url(address, OWN)
        for turn in range(ROUNDS):
            text = HOSTILE[(number + turn * 7) % len(HOSTILE)][:2000]
            query = urlencode(dict.fromkeys(names, text), errors="surrogatepass")
            broken = page.replace(
                page.strip("/").split("/")[-1], quote(text[:99], "", "utf-8", "replace")
            )
            for url in (f"{page}?{query}", broken):
                response = ask(house, "supervisor", "get", url, **HX)
                bad = response.status_code >= 500 and "readyz" not in page
                if bad or read(page, response).live:
                    wrong.append(f"{url[:200]}: {response.status_code}")
    assert not wrong, "\n".join(wrong)


def test_a_hostile_query_of_a_set_up_page_breaks_nothing(house: World) -> None:
    pages = [a.route for a in every_address() if a.route.startswith("/admin/")]
    names = ("app_label", "model_name", "field_name", "term", "q", "o", "p", "_popup", "is_active")
    wrong = []
    for number, page in enumerate(page for page in pages if not set("<(^") & set(page)):
        for texts in ({}, dict.fromkeys(names, HOSTILE[number % len(HOSTILE)][:2000])):
            url = f"{page}?{urlencode(texts, errors='surrogatepass')}"
            response = ask(house, "admin", "get", url)
            if response.status_code >= 500:
                wrong.append(f"{url[:200]}: {response.status_code}")
    assert not wrong, "\n".join(wrong)


def columns() -> set[str]:
    """Return the name of every column of every table of ours."""
    return {
        name
        for room in ROOMS
        for model in apps.get_app_config(room).get_models()
        for column in model._meta.concrete_fields
        for name in (column.name, column.attname)
    }


def privileged(world: World) -> dict[tuple[str, int], dict[str, object]]:
    """Return what no form of a page may change: who is who, and whose a record is."""
    kept = ("username", "organization_id", "is_staff", "is_superuser", "is_active")
    rows: dict[tuple[str, int], dict[str, object]] = {}
    rows |= {("user", row["pk"]): row for row in User.objects.values("pk", *kept)}
    rows |= {("membership", row["id"]): row for row in Membership.objects.values()}
    for sample in (one for place in world.samples.values() for one in place.values()):
        owned = {column.attname for column in sample._meta.concrete_fields}
        names = {"organization_id", "public_id", "patient_id"} & owned
        found = type(sample)._base_manager.filter(pk=sample.pk).values("pk", *names)
        rows.update(((sample._meta.label, sample.pk), row) for row in found)
    return rows


def test_columns_that_no_form_shows_are_not_taken_from_it(house: World, forms: list[Form]) -> None:
    before, theirs = privileged(house), house.teams[ORGANIZATION].organization
    extra = {name: str(theirs.pk) if name.endswith("_id") else "1" for name in columns()}
    wrong = []
    for form in forms:
        hidden = {name: value for name, value in extra.items() if name not in form.fields}
        answers = sent(house, "supervisor", form, form.body(**hidden), "/healthz")
        for at, response in enumerate(answers):
            if response.status_code >= 500:
                wrong.append(f"{form}: {response.status_code}")
            if at and not privileged(house).items() <= before.items():
                wrong.append(f"{form}: changed what it may not")
    assert not wrong, "\n".join(wrong)
