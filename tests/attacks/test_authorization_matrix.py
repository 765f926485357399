"""A1 and A2: every URL, as everybody, about everybody's records, by every method.

One table: the mark each view carries, the roles' permissions, and `World.in_scope`.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.db.models import Model
from django.http import HttpResponse

from coordination.access.walk import Address, every_address
from tests.access.sample_objects import NOBODYS, ORGANIZATION_WIDE, SAMPLES
from tests.attacks.world import (
    ACTORS,
    ANONYMOUS,
    DISABLED,
    HX,
    OWN,
    PLACES,
    World,
    anything,
    ask,
    filled,
    may_enter,
)

ODD_METHODS = ("head", "put", "patch", "delete", "options", "trace")
# Addresses that may say 404 to somebody permitted: what they name need not be there.
TWO_PEOPLES = "a cover is there for its two people and their supervisor"
ONE_PERSONS = "a run is there for whoever asked for it and their supervisor"
MAY_BE_ABSENT = {
    **dict.fromkeys(("worklist:run", "worklist:run_progress", "worklist:stop_run"), ONE_PERSONS),
    "worklist:view_change": "a view is there for whoever made it",
    "worklist:view_delete": "a view is there for whoever made it",
    "caseload:accept_cover": TWO_PEOPLES,
    "caseload:end_cover": TWO_PEOPLES,
    "caseload:away": TWO_PEOPLES,
    "caseload:read_cover": TWO_PEOPLES,
    "caseload:row": "a task that is not on one's own day has no row in it",
    "worklist:undo_request": "the request to undo is named in the form, and this form names none",
    "worklist:undo": "the task to undo is named in the form, and this form names none",
    "patients:both": "the other chart is named in the query, and the table names none",
    "patients:undo_severity": "the stay is named in the form, and this form names none",
    "patients:undo_move": "the move to undo is named in the form, and this form names none",
    "access:end_token": "one person's own, and the table has nobody's",
    **{f"worklist:jot{act}": "one person's own, and the table has nobody's"
       for act in ("", "_attach", "_drop", "_again")},
}  # fmt: skip
# Addresses that check the form before they look for the record: 422, whosever it is.
FORM_FIRST = {"worklist:seen": "checks the one number it takes"}
SET_UP = "/admin/"  # where / leads who has no caseload
# Set-up pages are asked by themselves; the lock would answer everything after it (test_idle.py).
APART = ("/admin/", "/lock/")
OURS = [a for a in every_address() if a.mark and not a.route.startswith(APART)]


def asked(
    world: World, actor: str, address: Address, place: str
) -> Iterator[tuple[str, HttpResponse]]:
    """Ask for one address by GET and as a part by POST; about one's own in every other way too."""
    url = world.url(address, place)
    yield "GET", ask(world, actor, "get", url)
    yield "POST part", ask(world, actor, "post", url, data=anything(), **HX)
    if place == OWN:
        yield "GET part", ask(world, actor, "get", url, **HX)
        yield "POST", ask(world, actor, "post", url, data=anything())
        for method in ODD_METHODS:
            yield method, ask(world, actor, method, url)


def judge(world: World, actor: str, address: Address) -> Iterator[str]:
    """Say in a sentence each thing that is wrong with one address for one role."""
    for place in PLACES if is_named(address) else [OWN]:
        for how, response in asked(world, actor, address, place):
            if why := complaint(world, actor, address, place, how, response):
                yield f"{how} {address.route} as {actor}, {place}: {why} ({response.status_code})"


def complaint(
    world: World, actor: str, address: Address, place: str, how: str, response: HttpResponse
) -> str:
    """Return what is wrong with one answer, or nothing."""
    return (
        broken(address, response)
        or leak(world, actor, response)
        or wrongly_answered(world, actor, address, place, how, response)
    )


def broken(address: Address, response: HttpResponse) -> str:
    """Return that it broke; only /readyz may say 503."""
    return "broke" if response.status_code >= 500 and "readyz" not in address.route else ""


def leak(world: World, actor: str, response: HttpResponse) -> str:
    """Return whose data is in the answer that should not be, or is not on record."""
    body = b"".join(response) if response.streaming else response.content
    shown = [place for place in PLACES if world.marker(place).encode() in body]
    for place in shown:
        if not world.in_scope(actor, place):
            return f"shows the patient of {place}"
    for place in shown:
        if world.patients[place].pk not in response.seen_by_trail:  # type: ignore[attr-defined]
            return f"shows the patient of {place}, and the trail does not say so"
    return ""


def wrongly_answered(
    world: World, actor: str, address: Address, place: str, how: str, response: HttpResponse
) -> str:
    """Return why the status is not what the table says."""
    mark, status = address.mark, response.status_code
    assert mark is not None
    if mark.public or status == 405:
        return ""
    if actor in {ANONYMOUS, DISABLED}:
        return "" if status in {302, 401} else "lets a stranger in"
    if not may_enter(mark, actor):
        led_home = address.route == "/" and response.get("Location") == SET_UP
        return "" if status == 403 or led_home else "lets in without the permission"
    if is_named(address) and not world.is_open_to(actor, place, mark.scope):
        told = status != 404 and not (status == 422 and address.name in FORM_FIRST)
        return "a record out of scope is not a 404" if told else ""
    asked_in = status == 401 or "/accounts/login/" in response.get("Location", "")
    absent = status == 404 and address.name not in MAY_BE_ABSENT
    kept_out = asked_in or absent or (status == 403 and how.startswith("GET"))
    return "kept out though permitted" if kept_out else ""


def is_named(address: Address) -> bool:
    """Say whether the address names one record that has an owner."""
    scope = address.mark.scope if address.mark else ""
    return scope in SAMPLES and "public_id" in address.parameters


def is_shared(address: Address) -> bool:
    """Say whether the whole organization reads what the address names."""
    return address.mark is not None and address.mark.scope in ORGANIZATION_WIDE


@pytest.mark.parametrize("actor", ACTORS)
def test_every_address_answers_each_role_as_the_table_says(actor: str, world: World) -> None:
    wrong = [why for address in OURS for why in judge(world, actor, address)]
    assert not wrong, "\n".join(wrong)


def test_set_up_is_the_administrators_alone(world: World) -> None:
    pages = [a.route.replace("<path:object_id>", "1") for a in every_address()]
    pages = [p for p in pages if p.startswith("/admin/") and "<" not in p and "(" not in p]
    for actor in ACTORS:
        for page in set(pages) - {"/admin/login/", "/admin/logout/", "/admin/password_change/"}:
            response = ask(world, actor, "get", page)
            expected = {200, 302, 403, 404} if actor == "admin" else {302, 403}
            assert response.status_code in expected, f"{page} as {actor}"
            assert not leak(world, actor, response), f"{page} as {actor}"


def snapshot(sample: Model) -> dict[str, object]:
    manager = type(sample)._default_manager
    return manager.filter(pk=sample.pk).values().get()


@pytest.mark.parametrize("actor", ["coordinator", "supervisor"])
def test_a_form_replayed_about_anothers_record_changes_nothing(actor: str, world: World) -> None:
    changed = []
    for address in filter(is_named, OURS):
        for place in PLACES[1:] if not is_shared(address) else PLACES[-1:]:
            sample = world.samples[place][address.mark.scope]  # type: ignore[union-attr]
            before = snapshot(sample)
            client = world.clients[actor]
            client.post(world.url(address, place), anything(), **HX)
            if snapshot(sample) != before:
                changed.append(f"{address.route} about {place}")
    assert changed == []


def test_anothers_record_and_no_record_give_the_same_answer(world: World) -> None:
    differing = []
    for address in filter(is_named, OURS):
        if address.mark is None or not may_enter(address.mark, "coordinator"):
            continue
        nothing = ask(world, "coordinator", "get", filled(address, NOBODYS)).content
        for place in PLACES[1:] if not is_shared(address) else PLACES[-1:]:
            theirs = ask(world, "coordinator", "get", world.url(address, place)).content
            if theirs != nothing:
                differing.append(f"{address.route}: {place}")
    assert differing == []
