"""The set-up pages: an administrator's, on record, and nobody's way to more than they have."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from django.test import Client
from django.urls import reverse

from coordination.access.admin_site import site
from coordination.access.models import (
    AuditEvent,
    Facility,
    FacilitySetting,
    Membership,
    Organization,
    User,
)
from tests.conftest import member
from tests.factories import FacilityFactory, MembershipFactory, UserFactory

MODELS = sorted(model._meta.model_name for model in site._registry)


@pytest.fixture
def lowell(team) -> User:
    return member(team, "admin", username="lpratt")


@pytest.fixture
def desk(lowell: User) -> Client:
    client = Client()
    client.force_login(lowell)
    return client


def url(model: str, page: str, *ids: int) -> str:
    return reverse(f"admin:access_{model}_{page}", args=ids)


def rows(action: str) -> list[AuditEvent]:
    return list(AuditEvent.objects.filter(action=action).order_by("pk"))


def test_only_set_up_models_are_here() -> None:
    assert MODELS == [
        "facility", "facilitysetting", "membership", "organization", "team", "unit", "user",
    ]  # fmt: skip


@pytest.mark.parametrize("model", MODELS)
def test_every_page_opens_for_an_administrator_without_inline_code(model, desk, team) -> None:
    for page in ("changelist", "add"):
        response = desk.get(url(model, page))
        expected = 403 if (model, page) == ("organization", "add") else 200
        assert response.status_code == expected
        body = response.content.decode()
        assert "onclick" not in body
        assert "<style" not in body
        assert "script-src 'self'" in response["Content-Security-Policy"] or expected == 403


@pytest.mark.parametrize("role", ["coordinator", "nurse", "charge", "supervisor", "auditor"])
def test_nobody_else_gets_in_whatever_their_flags_say(role: str, team) -> None:
    user = member(team, role, is_staff=True, is_superuser=True)
    client = Client()
    client.force_login(user)
    for model in MODELS:
        assert client.get(url(model, "changelist")).status_code == 403
    assert client.get(reverse("admin:index")).status_code == 403


def test_a_stranger_is_sent_to_the_one_sign_in_page(db) -> None:
    response = Client().get(reverse("admin:index"), follow=True)
    assert response.redirect_chain[-1] == ("/accounts/login/?next=%2Fadmin%2F", 302)
    response = Client().get("/admin/login/?next=https://evil.example/")
    assert response["Location"] == "/accounts/login/?next=%2Fadmin%2F"


def test_a_facility_is_made_in_ones_own_organization_and_on_record(desk, hospital) -> None:
    sent = {"name": "North", "slug": "north", "zone": "America/Chicago", "state": "IL", "phone": ""}
    assert desk.post(url("facility", "add"), sent).status_code == 302
    made = Facility.objects.get(slug="north")
    assert made.organization == hospital
    (row,) = rows("setting.change")
    assert (row.object_kind, row.object_id) == ("access.facility", made.pk)


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [({"slug": "taken"}, "already exists"), ({"zone": "Mars/Olympus"}, "America/New_York")],
)
def test_a_wrong_facility_gets_a_sentence(fields, sentence, desk, hospital) -> None:
    FacilityFactory(organization=hospital, slug="taken")
    sent = {"name": "N", "slug": "n", "zone": "", "state": "", "phone": "", **fields}
    response = desk.post(url("facility", "add"), sent)
    assert response.status_code == 200
    assert sentence in response.content.decode()


def test_a_setting_is_checked_as_its_readers_will_read_it(desk, team, lowell) -> None:
    sent = {"facility": team.facility_id, "key": "quiet_hours", "label": ""}
    wrong = desk.post(url("facilitysetting", "add"), {**sent, "value": "at night"})
    assert "20:00-08:00" in wrong.content.decode()
    assert not FacilitySetting.objects.exists()
    assert (
        desk.post(url("facilitysetting", "add"), {**sent, "value": "21:00-07:00"}).status_code
        == 302
    )
    made = FacilitySetting.objects.get()
    assert (made.set_by, made.organization) == (lowell, team.organization)
    assert len(rows("setting.change")) == 1


def test_another_organizations_rows_cannot_be_chosen_or_opened(desk) -> None:
    elsewhere = FacilityFactory()
    sent = {"facility": elsewhere.pk, "key": "quiet_hours", "value": "21:00-07:00", "label": ""}
    theirs = desk.post(url("facilitysetting", "add"), sent).content
    nobodys = desk.post(url("facilitysetting", "add"), {**sent, "facility": 10**9}).content
    for body in (theirs, nobodys):
        assert b"Select a valid choice" in body
    assert desk.get(url("facility", "change", elsewhere.pk)).status_code == 302
    assert elsewhere.name.encode() not in desk.get(url("facility", "changelist")).content or (
        desk.get(url("facility", "changelist")).content.count(b"field-slug") == 1
    )


def membership(user: User, **fields) -> dict[str, object]:
    return {
        "user": user.pk, "role": "coordinator", "team": "", "starts_at_0": "2026-01-01",
        "starts_at_1": "00:00:00", "ends_at_0": "", "ends_at_1": "", **fields,
    }  # fmt: skip


def test_a_role_is_granted_to_another_and_on_record(desk, team, hospital) -> None:
    other = UserFactory(organization=hospital)
    assert desk.post(url("membership", "add"), membership(other, team=team.pk)).status_code == 302
    made = Membership.objects.get(user=other)
    assert made.organization == hospital
    (row,) = rows("privilege.change")
    assert (row.object_kind, row.object_id) == ("access.membership", made.pk)


def test_nobody_grants_or_changes_their_own_role(desk, lowell, team) -> None:
    response = desk.post(url("membership", "add"), membership(lowell, team=team.pk))
    assert "their own role" in response.content.decode()
    own = Membership.objects.get(user=lowell)
    response = desk.post(url("membership", "change", own.pk), membership(lowell, role="auditor"))
    assert "their own role" in response.content.decode()
    own.refresh_from_db()
    assert own.role_id == "admin"
    assert not rows("privilege.change")


def test_another_persons_role_cannot_be_turned_into_ones_own(desk, lowell, team, hospital) -> None:
    theirs = MembershipFactory(organization=hospital, team=team, user__organization=hospital)
    desk.post(url("membership", "change", theirs.pk), membership(lowell, team=team.pk))
    theirs.refresh_from_db()
    assert theirs.user_id != lowell.pk


def test_a_role_without_a_team_gets_a_sentence(desk, hospital) -> None:
    response = desk.post(url("membership", "add"), membership(UserFactory(organization=hospital)))
    assert "belongs to a team" in response.content.decode()


def test_a_person_is_made_without_any_flag(desk, hospital) -> None:
    word = "a long enough sentence"
    sent = {"username": "newbie", "password1": word, "password2": word, "first_name": "New",
            "last_name": "Bie", "is_superuser": "on", "is_staff": "on",
            "organization": "1"}  # fmt: skip
    assert desk.post(url("user", "add"), sent).status_code == 302
    made = User.objects.get(username="newbie")
    assert (made.organization, made.is_staff, made.is_superuser) == (hospital, False, False)
    assert rows("privilege.change")[0].object_id == made.pk


def test_a_person_is_disabled_on_record_but_never_oneself(desk, lowell, coordinator) -> None:
    def change(user: User) -> None:
        sent = {"username": user.username, "first_name": "F", "last_name": "L", "languages": ""}
        assert desk.post(url("user", "change", user.pk), sent).status_code == 302
        user.refresh_from_db()

    change(coordinator)
    assert not coordinator.is_active
    assert "Active" in str(rows("privilege.change")[-1].detail)
    change(lowell)
    assert lowell.is_active


def test_people_are_signed_out_everywhere(desk, coordinator, signed_in) -> None:
    sent = {"action": "sign_out_everywhere", "_selected_action": [coordinator.pk]}
    assert desk.post(url("user", "changelist"), sent).status_code == 302
    assert "/login/" in signed_in.get("/admin/")["Location"]


def test_messages_are_not_switched_here_where_nobody_asks_for_quiet_hours(desk, hospital) -> None:
    sent = {"name": "New name", "zone": hospital.zone, "state": "", "messages_on": "on",
            "go_live_at_0": "2026-01-01", "go_live_at_1": "00:00:00"}  # fmt: skip
    assert desk.post(url("organization", "change", hospital.pk), sent).status_code == 302
    hospital.refresh_from_db()
    assert (hospital.name, hospital.messages_on) == ("New name", False)


def test_instants_are_read_and_shown_by_the_clocks_of_the_organization(desk, team) -> None:
    other = UserFactory(organization=team.organization)
    desk.post(url("membership", "add"), membership(other, team=team.pk))
    made = Membership.objects.get(user=other)
    assert made.starts_at == datetime(2026, 1, 1, 5, tzinfo=UTC)
    shown = desk.get(url("membership", "change", made.pk)).content.decode()
    assert 'value="2026-01-01"' in shown
    assert 'value="00:00:00"' in shown


def test_the_pages_come_in_the_order_of_a_first_day(desk) -> None:
    body = desk.get("/admin/").content.decode()
    named = ["Organizations", "Facilities", "Facility settings", "Units", "Teams", "Memberships"]
    places = [body.index(f">{name}</a>") for name in named]
    assert places == sorted(places)


@pytest.mark.parametrize("model", MODELS)
def test_nothing_is_deleted_here(model: str, desk, hospital, coordinator) -> None:
    row = {"organization": Organization, "user": User, "membership": Membership}.get(model)
    if row is None:
        row = next(m for m in site._registry if m._meta.model_name == model)
    pk = row.objects.order_by("pk").values_list("pk", flat=True).first() or 1
    assert desk.get(url(model, "delete", pk)).status_code in {302, 403}
    assert desk.post(url(model, "delete", pk), {"post": "yes"}).status_code in {302, 403}


def test_signing_out_of_set_up_is_signing_out(desk) -> None:
    assert desk.get("/admin/logout/").status_code == 302
    assert "/login/" not in desk.get("/admin/").get("Location", "")
    desk.post("/admin/logout/")
    assert "/login/" in desk.get("/admin/")["Location"]
    assert len(rows("sign-out")) == 1
