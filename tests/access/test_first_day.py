"""`manage.py set_up`: one organization, one administrator, nothing echoed, nothing doubled."""

from __future__ import annotations

from datetime import UTC, datetime
from io import StringIO

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command

from coordination.access.backend import load_user
from coordination.access.models import AuditEvent, Facility, Membership, Organization, User
from tests.factories import OrganizationFactory

SECRET = "harbor lantern seventeen"
SAID = {
    "name": "Harrow Bay", "zone": "America/Chicago", "state": "IL", "username": "lpratt",
    "given": "Lowell", "family": "Pratt",
}  # fmt: skip


@pytest.fixture(autouse=True)
def password(monkeypatch: pytest.MonkeyPatch, db: None) -> None:
    monkeypatch.setenv("ADMIN_PASSWORD", SECRET)


def set_up(**said: str) -> str:
    out = StringIO()
    call_command("set_up", stdout=out, stderr=out, **{**SAID, **said})
    return out.getvalue()


def test_the_first_administrator_may_set_up_and_sees_no_patient(client) -> None:
    said = set_up()
    assert "Harrow Bay is set up" in said
    assert SECRET not in said
    assert authenticate(username="lpratt", password=SECRET)
    found = load_user(User.objects.get().pk)
    assert found is not None
    assert found.grants.roles == ("admin",)
    assert not found.is_superuser
    client.force_login(found)
    assert client.get("/admin/").status_code == 200
    organization = Organization.objects.get()
    assert (organization.slug, organization.state, organization.messages_on) == (
        "harrow-bay", "IL", False,
    )  # fmt: skip
    facility = Facility.objects.get()
    assert (facility.name, facility.slug, facility.state) == ("Harrow Bay", "harrow-bay", "IL")


def test_every_row_it_makes_is_on_record() -> None:
    set_up(facility="Harrow Bay Hospital")
    rows = AuditEvent.objects.order_by("pk").values_list("action", "object_kind", "actor_kind")
    assert list(rows) == [
        ("setting.change", "access.organization", "system"),
        ("setting.change", "access.facility", "system"),
        ("privilege.change", "access.user", "system"),
        ("privilege.change", "access.membership", "system"),
    ]
    assert SECRET not in str(list(AuditEvent.objects.values()))


def test_a_second_time_changes_nothing_and_says_so() -> None:
    set_up()
    assert "already holds an organization: Harrow Bay. Nothing was changed" in set_up(name="Other")
    assert Organization.objects.count() == User.objects.count() == Membership.objects.count() == 1


def test_the_demo_is_an_organization_too() -> None:
    OrganizationFactory(slug="demo", name="St. Brigid and Harrow Bay")
    assert "Nothing was changed" in set_up()


def test_it_goes_live_by_its_own_clocks() -> None:
    set_up(go_live="2026-12-01 07:00")
    assert Organization.objects.get().go_live_at == datetime(2026, 12, 1, 13, tzinfo=UTC)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"name": ""}, "--name: This field is required"),
        ({"name": "St.\x00Brigid"}, "--name: This holds an invisible control"),
        ({"slug": "demo"}, "--slug: “demo” belongs to the demo"),
        ({"zone": "Mars/Olympus"}, "--zone: Write a zone such as America/New_York"),
        ({"state": "il"}, "--state: Write two capital letters"),
        ({"go_live": "soon"}, "--go-live: Write it like 2026-12-01 07:00"),
        ({"go_live": "2027-03-14 02:30"}, "--go-live: 2027-03-14 02:30:00 couldn’t be interpreted"),
        ({"username": "l pratt"}, "--username: Enter a valid username"),
        ({"email": "lowell"}, "--email: Enter a valid email"),
    ],
)
def test_what_is_wrong_is_said_at_its_option_and_nothing_is_written(wrong, sentence) -> None:
    with pytest.raises(CommandError, match=sentence):
        set_up(**wrong)
    assert not Organization.objects.exists()
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("weak", "sentence"),
    [
        ("", "ADMIN_PASSWORD: This field is required"),
        ("lantern at sea", "at least 15 characters"),
        ("lowell.pratt.lpratt", "too similar"),
        ("x" * 129, "at most 128"),
    ],
)
def test_a_weak_password_is_refused_without_being_repeated(weak, sentence, monkeypatch) -> None:
    monkeypatch.setenv("ADMIN_PASSWORD", weak)
    with pytest.raises(CommandError, match=sentence) as refused:
        set_up(username="lowell.pratt")
    assert not weak or weak not in str(refused.value)
    assert not User.objects.exists()


def test_the_password_may_come_from_a_file(monkeypatch, tmp_path) -> None:
    monkeypatch.setenv("ADMIN_PASSWORD_FILE", str(tmp_path / "none"))
    with pytest.raises(CommandError, match="ADMIN_PASSWORD_FILE cannot be read: No such file"):
        set_up()
    (tmp_path / "word").write_text("another lantern at sea\n")
    monkeypatch.setenv("ADMIN_PASSWORD_FILE", str(tmp_path / "word"))
    set_up()
    assert authenticate(username="lpratt", password="another lantern at sea")


class Terminal(StringIO):
    """Somebody who types these lines."""

    def isatty(self) -> bool:
        return True


def test_at_a_terminal_it_asks_until_all_is_right(monkeypatch, capsys) -> None:
    monkeypatch.delenv("ADMIN_PASSWORD")
    typed = ["Harrow Bay", "", "Chicago", "", "", "", "lpratt", "Lowell", "Pratt", "",
             "America/Chicago"]  # fmt: skip
    monkeypatch.setattr("sys.stdin", Terminal("\n".join(typed) + "\n"))
    words = iter(["lantern", "lantern", SECRET, "a slip of the hand", SECRET, SECRET])
    monkeypatch.setattr(
        "coordination.access.management.commands.set_up.getpass", lambda _: next(words)
    )
    call_command("set_up")
    said = "".join(capsys.readouterr())
    for sentence in ("Write a zone", "at least 15 characters", "The two differ", "is set up"):
        assert sentence in said
    assert SECRET not in said
    assert Organization.objects.get().zone == "America/Chicago"
    assert authenticate(username="lpratt", password=SECRET)
