"""Lists kept under a name: only filters, only one's own scope, shared by who may."""

from __future__ import annotations

import uuid

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from coordination.records import NotPermitted, Refused
from coordination.worklist import actions
from coordination.worklist.actions import ViewIn
from coordination.worklist.models import SavedView
from coordination.worklist.rules import PAGES, kept_query
from tests.conftest import actor_of, member
from tests.counting import statements
from tests.factories import TeamFactory

pytestmark = pytest.mark.django_db
LATE = [("lane", "overdue"), ("unit", "4W"), ("unit", "5N")]


def save(actor, name="Late on 4 West", team=None, page="caseload:day", query=LATE, key=None):
    said = ViewIn(name=name, team=team)
    return actions.save_view(actor, page, query, said, timezone.now(), key)


def test_only_the_lists_own_filters_are_kept():
    asked = [*LATE, ("after", "2026"), ("patient", "x"), ("waiting", "")]
    assert kept_query("caseload:day", asked) == "lane=overdue&unit=4W&unit=5N"
    with pytest.raises(ValueError, match="more filters"):
        kept_query("caseload:day", [("unit", "x" * 70)] * 9)
    assert all("for" not in names and "after" not in names for names in PAGES.values())


def test_a_view_is_kept_renamed_and_deleted(actor):
    view = save(actor)
    assert view.query == "lane=overdue&unit=4W&unit=5N"
    actions.change_view(actor, view.public_id, 1, ViewIn(name="Mine"), timezone.now())
    view.refresh_from_db()
    assert (view.name, view.version) == ("Mine", 2)
    actions.delete_view(actor, view.public_id, 2, timezone.now())
    assert not SavedView.objects.exists()


def test_a_name_is_kept_once_and_a_form_makes_one(actor):
    key = uuid.uuid4()
    assert save(actor, key=key) == save(actor, key=key)
    with pytest.raises(Refused, match="a view of this name already"):
        save(actor, name="LATE on 4 west")


def test_a_list_that_is_none_is_refused(actor):
    with pytest.raises(Refused, match="cannot be kept"):
        save(actor, page="access:profile")


def test_a_supervisor_shares_with_a_team_of_theirs_and_a_coordinator_does_not(
    actor, supervisor, team
):
    with pytest.raises(NotPermitted):
        save(actor, team=team)
    ruth = actor_of(supervisor)
    shared = save(ruth, team=team)
    with pytest.raises(Refused, match="one of your own teams"):
        save(ruth, name="Other", team=TeamFactory(organization=team.organization))
    with pytest.raises(SavedView.DoesNotExist):
        actions.delete_view(actor, shared.public_id, 1, timezone.now())
    with pytest.raises(SavedView.DoesNotExist):
        actions.change_view(actor, shared.public_id, 1, ViewIn(name="x"), timezone.now())


def test_the_frame_lists_ones_own_views_and_the_teams(signed_in, actor, supervisor, team, client):
    save(actor, name="My late ones")
    save(actor_of(supervisor), name="High risk, leaving", team=team, query=[("lane", "leaving")])
    save(actor_of(supervisor), name="Hers alone")
    other = TeamFactory(organization=team.organization)
    save(actor_of(member(other, "supervisor")), name="Theirs", team=other)
    signed_in.get("/patients/")
    with statements(3):
        shell = signed_in.get("/shell/").content.decode()
    assert 'href="/?lane=overdue&amp;unit=4W&amp;unit=5N"' in shell
    assert "High risk, leaving" in shell
    assert "Hers alone" not in shell
    assert "Theirs" not in shell
    listed = signed_in.get("/views/").content.decode()
    assert "shared with" in listed
    assert listed.count("Delete<") == 1
    palette = signed_in.get("/find/acts/").content.decode()
    assert "High risk, leaving" in palette


def test_a_list_is_kept_from_its_page(signed_in, actor):
    page = signed_in.get("/?lane=overdue&unit=4W").content.decode()
    assert "/views/save/?page=caseload:day&amp;query=lane%3Doverdue%26unit%3D4W" in page
    form = signed_in.get("/views/save/?page=caseload:day&query=lane%3Doverdue").content.decode()
    assert 'value="lane=overdue"' in form
    said = {"page": "caseload:day", "query": "lane=overdue&after=x", "create_key": uuid.uuid4()}
    answer = signed_in.post("/views/save/", {**said, "name": ""})
    assert answer.status_code == 422
    assert 'value="lane=overdue&amp;after=x"' in answer.content.decode()
    answer = signed_in.post("/views/save/", {**said, "name": "Late"})
    assert answer["Location"] == "/?lane=overdue"
    view = SavedView.objects.get()
    base = f"/views/{view.public_id}/"
    signed_in.post(f"{base}change/", {"version": 1, "name": "Later"})
    assert "Later" in signed_in.get("/views/").content.decode()
    signed_in.post(f"{base}delete/")
    assert "No view is kept yet." in signed_in.get("/views/").content.decode()


def test_a_view_of_somebody_else_is_not_there(signed_in, supervisor):
    theirs = save(actor_of(supervisor))
    assert signed_in.get(f"/views/{theirs.public_id}/change/").status_code == 404
    assert signed_in.post(f"/views/{theirs.public_id}/delete/").status_code == 404


def test_the_database_holds_what_must_be_true(actor):
    row = {"organization": actor.organization, "user": actor.user, "page": "caseload:day"}
    with pytest.raises(IntegrityError, match="savedview_has_a_name"), transaction.atomic():
        SavedView.objects.create(**row, name="")
    SavedView.objects.create(**row, name="One")
    with pytest.raises(IntegrityError, match="savedview_name_once"), transaction.atomic():
        SavedView.objects.create(**row, name="ONE")


def test_columns_left_out_are_the_persons_own_and_a_views_are_its(signed_in, coordinator):
    chosen = {"page": "patients", "column": ["c-op", "c-la"], "next": "/patients/?hide=c-op"}
    answer = signed_in.post("/profile/columns/", chosen)
    assert answer["Location"] == "/patients/"
    coordinator.refresh_from_db()
    assert coordinator.hidden_columns == ["patients:c-lc", "patients:c-out"]
    page = signed_in.get("/patients/?whose=team").content.decode()
    assert 'value="c-lc"' in page
    assert 'value="c-lc" checked' not in page
    signed_in.post("/profile/columns/", {"page": "day", "next": "//evil.example/"})
    coordinator.refresh_from_db()
    assert coordinator.hidden_columns == ["patients:c-lc", "patients:c-out", "day:c-out"]
    answer = signed_in.post("/profile/columns/", {"page": "nothing", "next": "//evil.example/"})
    assert answer["Location"] == "/"
