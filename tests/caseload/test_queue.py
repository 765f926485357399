"""The queue of one's pools: what nobody owns, oldest first, taken in one key and given back."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from playwright.sync_api import Page, expect

from coordination.access.models import AuditEvent, Team, Unit, User
from coordination.caseload import queries
from coordination.worklist.models import OwnerProposal, Task
from patients.actions import move_bed
from patients.models import Assignment, Patient, Stay
from tests.browsing import LOOKS, assert_axe_clean, assert_no_sideways_scroll
from tests.conftest import actor_of, member
from tests.factories import (
    LONG_AGO,
    PatientFactory,
    StayFactory,
    TeamFactory,
    UnitFactory,
)
from tests.worklist.factories import TaskFactory

HOUR = timedelta(hours=1)
HX = {"HX-Request": "true"}
PART_STATEMENTS = 13


@pytest.fixture
def ward(team: Team) -> Unit:
    unit = UnitFactory(
        organization=team.organization, facility=team.facility, code="4W", name="4 West"
    )
    team.units.add(unit)
    return unit


def bare(team: Team, family: str, **fields: Any) -> Patient:
    """Make a patient of the team whom nobody looks after."""
    return PatientFactory(organization=team.organization, team=team, family=family, **fields)


def owners(patient: Patient) -> dict[str, str | None]:
    rows = Assignment.objects.filter(patient=patient, ends_at__isnull=True)
    return dict(rows.values_list("kind", "user__first_name"))


def names(rows: list[Any]) -> list[str]:
    return [row.who.family for row in rows]


def test_only_what_nobody_owns_in_my_pools_waits_the_oldest_first(
    team: Team, coordinator: User
) -> None:
    now = timezone.now()
    actor = actor_of(coordinator)
    old, new = bare(team, "Haddad"), bare(team, "Freeman")
    Assignment.objects.filter(patient=new).update(starts_at=now)
    PatientFactory(organization=team.organization, team=team, team__user=coordinator)
    elsewhere = TeamFactory(organization=team.organization)
    bare(elsewhere, "Hidden")
    shared = bare(elsewhere, "Owned elsewhere")
    for one, user in ((elsewhere, member(elsewhere)), (team, None)):
        Assignment.objects.filter(patient=shared, team=one).delete()
        Assignment.objects.create(
            organization=team.organization, patient=shared, team=one, user=user,
            starts_at=LONG_AGO,
        )  # fmt: skip
    dead = bare(team, "Abbott")
    Patient.objects.filter(pk=dead.pk).update(deceased_at=now)
    assert names(queries.without_anyone(actor, now)) == ["Haddad", "Freeman"]
    first = TaskFactory(team=team, patient=old, title="First")
    second = TaskFactory(team=team, patient=new, title="Second", due_at=now - HOUR)
    Task.objects.filter(pk=first.pk).update(created_at=now - 2 * HOUR)
    TaskFactory(team=team, patient=old, assignee=coordinator)
    TaskFactory(team=team, patient=old, status="completed", completed_at=now)
    TaskFactory(team=elsewhere)
    rows, after = queries.unowned_tasks(actor, now)
    assert [row.title for row in rows] == ["First", "Second"]
    assert after is None
    late, _after = queries.unowned_tasks(actor, now, late=True)
    assert [row.pk for row in late] == [second.pk]
    numbers = queries.queue_numbers(actor, now)
    assert (numbers.moved, numbers.bare, numbers.tasks, numbers.late) == (0, 2, 2, 1)


def test_the_pages_of_tasks_follow_each_other(team: Team, coordinator: User) -> None:
    patient = bare(team, "Haddad")
    for n in range(5):
        TaskFactory(team=team, patient=patient, title=f"T{n}")
    actor, now, after, seen = actor_of(coordinator), timezone.now(), None, []
    for _ in range(3):
        rows, after = queries.unowned_tasks(actor, now, after=after, limit=2)
        seen += [row.title for row in rows]
    assert seen == [f"T{n}" for n in range(5)]
    assert after is None


def test_a_patient_is_taken_with_the_open_work_and_given_back_within_ten_seconds(
    team: Team, coordinator: User, signed_in: Client
) -> None:
    patient = bare(team, "Haddad")
    task = TaskFactory(team=team, patient=patient)
    colleagues = TaskFactory(team=team, patient=patient, assignee=member(team))
    url = f"/queue/patients/{patient.public_id}/take/"
    answer = signed_in.post(url, {"team": str(team.public_id)}, headers=HX)
    assert b"Your patient now" in answer.content
    assert owners(patient) == {"primary": coordinator.first_name}
    task.refresh_from_db()
    assert (task.assignee, task.status) == (coordinator, "ready")
    colleagues.refresh_from_db()
    assert colleagues.assignee != coordinator
    row = Assignment.objects.get(patient=patient, ends_at__isnull=True)
    assert (row.reason, row.set_by) == ("taken from the queue", coordinator)
    assert AuditEvent.objects.filter(action="patient.assign", patients=[patient.pk]).exists()
    assert signed_in.post(url, {"team": str(team.public_id)}).status_code == 409
    token = answer.content.decode().split('name="token" value="')[1].split('"')[0]
    undone = signed_in.post("/queue/undo/", {"token": token}, headers=HX)
    assert undone.status_code == 200
    task.refresh_from_db()
    assert task.assignee is None
    assert owners(patient) == {"primary": None}
    assert Assignment.objects.filter(patient=patient).count() == 3


@pytest.mark.parametrize("token", ["", "x", "~", "0~2026-01-01", "a" * 200])
def test_a_token_that_is_none_gives_nothing_back(token: str, signed_in: Client) -> None:
    assert signed_in.post("/queue/undo/", {"token": token}).status_code == 409


def test_a_task_is_taken_and_stands_on_ones_own_list(
    team: Team, coordinator: User, signed_in: Client
) -> None:
    task = TaskFactory(team=team)
    url = f"/queue/tasks/{task.public_id}/take/"
    answer = signed_in.post(url, {"version": 1}, headers=HX)
    assert b"Yours now" in answer.content
    assert b'name="token"' in answer.content
    task.refresh_from_db()
    assert task.assignee == coordinator
    assert signed_in.post(url, {"version": 1}).status_code == 409
    assert signed_in.post(url, {}).status_code == 422


def test_who_may_not_assign_takes_work_and_no_patient(team: Team, client: Client) -> None:
    nurse = member(team, "nurse")
    client.force_login(nurse)
    patient = bare(team, "Haddad")
    task = TaskFactory(team=team, patient=patient)
    page = client.get("/queue/").content.decode()
    assert f"/queue/tasks/{task.public_id}/take/" in page
    assert "/queue/patients/" not in page
    sent = {"team": str(team.public_id)}
    assert client.post(f"/queue/patients/{patient.public_id}/take/", sent).status_code == 403


@pytest.mark.parametrize("rows", [1, 12])
def test_the_queue_costs_the_same_however_much_waits(
    rows: int, team: Team, coordinator: User, signed_in: Client
) -> None:
    signed_in.get("/queue/")
    for n in range(rows):
        TaskFactory(team=team, patient=bare(team, f"N{n}"))
    with CaptureQueriesContext(connection) as statements:
        page = signed_in.get("/queue/")
    assert page.content.count(b"data-row") == 2 * rows
    assert len([s for s in statements if "SAVEPOINT" not in s["sql"]]) <= 12


def test_the_form_says_who_looks_after_the_patient_and_keeps_the_reason(
    team: Team, client: Client, coordinator: User
) -> None:
    boss, sana = member(team, "supervisor"), member(team, first_name="Sana")
    patient = PatientFactory(organization=team.organization, team=team, team__user=coordinator)
    task = TaskFactory(team=team, patient=patient, assignee=coordinator)
    client.force_login(boss)
    url = f"/patients/{patient.public_id}/owners/change/"
    assert "Sana" in client.get(url).content.decode()
    sent = {
        "primary": str(sana.public_id), "was_primary": str(coordinator.public_id),
        "backup": str(coordinator.public_id), "with_tasks": "on", "reason": "",
    }  # fmt: skip
    answer = client.post(url, sent)
    assert answer.status_code == 422
    assert "Say why the owner changes" in answer.content.decode()
    assert client.post(url, sent | {"reason": "over their load"}).status_code == 302
    assert owners(patient) == {"primary": "Sana", "backup": coordinator.first_name}
    task.refresh_from_db()
    assert (task.assignee, task.status) == (sana, "requested")
    late = client.post(url, sent | {"reason": "again"})
    assert late.status_code == 409
    assert "A colleague changed this meanwhile: primary is Sana" in late.content.decode()
    history = client.get(f"/patients/{patient.public_id}/owners/").content.decode()
    assert "over their load" in history
    assert history.count("<tr>") == 4


def test_a_coordinator_takes_and_gives_back_only_their_own(
    team: Team, coordinator: User, signed_in: Client
) -> None:
    jonah = member(team, first_name="Jonah")
    his = PatientFactory(organization=team.organization, team=team, team__user=jonah)
    own = PatientFactory(organization=team.organization, team=team, team__user=coordinator)
    me = str(coordinator.public_id)
    sent = {"primary": me, "was_primary": str(jonah.public_id), "reason": "mine"}
    assert signed_in.post(f"/patients/{his.public_id}/owners/change/", sent).status_code == 403
    given = {"primary": "", "was_primary": me, "reason": "moves to days"}
    assert signed_in.post(f"/patients/{own.public_id}/owners/change/", given).status_code == 302
    assert (owners(his), owners(own)) == ({"primary": "Jonah"}, {"primary": None})


def test_a_charge_nurse_assigns_on_her_units_only(
    team: Team, ward: Unit, client: Client, coordinator: User
) -> None:
    charge = member(team, "charge")
    here, home = bare(team, "Marsh"), bare(team, "Quintero")
    StayFactory(patient=here, unit=ward, bed="4W-01")
    client.force_login(charge)
    sent = {"primary": str(coordinator.public_id), "reason": "new here"}
    assert client.post(f"/patients/{here.public_id}/owners/change/", sent).status_code == 302
    assert client.post(f"/patients/{home.public_id}/owners/change/", sent).status_code == 403
    assert owners(here) == {"primary": coordinator.first_name}


def test_several_patients_are_shown_first_and_given_then(
    team: Team, client: Client, coordinator: User
) -> None:
    boss = member(team, "supervisor")
    free, held = bare(team, "Haddad"), bare(team, "Freeman")
    Assignment.objects.filter(patient=held).update(user=coordinator)
    other = bare(TeamFactory(organization=team.organization), "Hidden")
    TaskFactory(team=team, patient=free)
    sana = member(team, first_name="Sana", last_name="Ali")
    client.force_login(boss)
    ids = [str(one.public_id) for one in (free, held, other)]
    page = client.get("/queue/assign/", {"patient": ids}).content.decode()
    assert "2 patients chosen" in page
    assert "Hidden" not in page
    chosen = f"{team.public_id}:{sana.public_id}"
    sent = {"patient": ids, "primary": chosen, "backup": chosen, "reason": "Jonah is away"}
    assert "somebody else than the primary" in client.post("/queue/assign/", sent).content.decode()
    sent = {"patient": ids, "primary": chosen, "reason": "Jonah is away", "with_tasks": "on"}
    seen = client.post("/queue/assign/", sent).content.decode()
    assert "nothing is saved yet" in seen
    assert "<td>1</td>" in seen
    assert owners(free) == {"primary": None}
    done = client.post("/queue/assign/", sent | {"confirm": "1"}).content.decode()
    assert done.count("</svg>Done") == 2
    assert (owners(free), owners(held)) == ({"primary": "Sana"}, {"primary": "Sana"})
    assert client.get("/queue/assign/").status_code == 200


def test_a_coordinator_gives_no_patients_in_bulk(signed_in: Client) -> None:
    assert signed_in.get("/queue/assign/").status_code == 403


def walk(team: Team) -> tuple[User, Patient, Task]:
    """Make a ward with one patient without anyone, and work nobody owns."""
    unit = UnitFactory(
        organization=team.organization, facility=team.facility, code="4W", name="4 West"
    )
    team.units.add(unit)
    maria = member(team, first_name="Maria", last_name="Delgado")
    patient = bare(team, "Haddad", given="Omar")
    StayFactory(patient=patient, unit=unit, bed="4W-09")
    task = TaskFactory(team=team, title="File two faxes",
                       patient=PatientFactory(organization=team.organization, team=team,
                                              team__user=maria, family="Odom"))  # fmt: skip
    return maria, patient, task


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_a_patient_and_a_task_are_taken_by_one_key_each_and_undone(
    theme: str, width: int, page_as: Callable[..., Page], team: Team, transactional_db: None
) -> None:
    maria, patient, task = walk(team)
    page = page_as(maria, "/queue/", theme=theme, width=width)
    assert_axe_clean(page)
    assert_no_sideways_scroll(page)
    page.keyboard.press("y")
    expect(page.locator(f"#row-{patient.public_id}")).to_have_count(0)
    expect(page.locator("#toasts")).to_contain_text("Your patient now")
    assert_axe_clean(page)
    page.keyboard.press("z")
    expect(page.locator(f"#row-{patient.public_id}")).to_be_visible()
    assert owners(patient) == {"primary": None}
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("y")
    expect(page.locator(f"#row-{task.public_id}")).to_have_count(0)
    task.refresh_from_db()
    assert task.assignee == maria


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_primary_and_backup_are_given_on_the_patients_page(
    theme: str, width: int, page_as: Callable[..., Page], team: Team, transactional_db: None
) -> None:
    maria, patient, _task = walk(team)
    sana = member(team, first_name="Sana", last_name="Ali")
    boss = member(team, "supervisor", first_name="Ruth", last_name="Adeyemi")
    page = page_as(boss, f"/patients/{patient.public_id}/", theme=theme, width=width)
    page.locator("#change-owners-open").click()
    page.locator("#id_primary").select_option(str(maria.public_id))
    page.locator("#id_backup").select_option(str(sana.public_id))
    assert_axe_clean(page)
    page.locator("#id_reason").fill("new admission")
    page.keyboard.press("Control+Enter")
    expect(page.locator("#carers")).to_contain_text("Maria Delgado, primary")
    expect(page.locator("#carers")).to_contain_text("Sana Ali, backup")
    page.locator("#owners-history").click()
    expect(page.locator("main table")).to_contain_text("new admission")
    assert_axe_clean(page)
    assert_no_sideways_scroll(page)


def test_a_move_is_made_and_taken_over(
    page_as: Callable[..., Page], team: Team, transactional_db: None
) -> None:
    maria, patient, task = walk(team)
    Assignment.objects.filter(patient=patient).update(user=maria)
    Task.objects.filter(pk=task.pk).update(patient=patient, assignee=maria)
    east = TeamFactory(organization=team.organization, name="2 East coordinators")
    unit = UnitFactory(
        organization=team.organization, facility=team.facility, code="2E", name="2 East"
    )
    east.units.add(unit)
    erin = member(east, first_name="Erin", last_name="Walsh")
    stay = Stay.objects.get(patient=patient)
    page = page_as(maria, f"/patients/{patient.public_id}/")
    page.get_by_role("link", name="Move bed").click()
    page.locator("#id_unit").select_option(str(unit.pk))
    page.locator("#id_bed").fill("2E-01")
    page.get_by_role("button", name="Move", exact=True).click()
    expect(page.locator("#carers")).to_contain_text("Moving to 2 East, not yet accepted.")
    expect(page.locator("#carers")).to_contain_text("2 East coordinators were asked to take over")
    stay.refresh_from_db()
    assert stay.unit == unit
    other = page_as(erin, "/queue/")
    expect(other.locator("main")).to_contain_text("Moved from 4 West to 2 East")
    expect(other.locator("main")).to_contain_text("now with Maria Delgado")
    assert_axe_clean(other)
    other.keyboard.press("y")
    expect(other.locator("#toasts")).to_contain_text("Taken over")
    task.refresh_from_db()
    assert (task.assignee, task.team) == (erin, east)
    assert OwnerProposal.objects.get().is_taken


def test_turning_down_asks_why(team: Team, client: Client, coordinator: User, ward: Unit) -> None:
    east = TeamFactory(organization=team.organization)
    unit = UnitFactory(organization=team.organization, facility=team.facility, code="2E")
    east.units.add(unit)
    patient = PatientFactory(organization=team.organization, team=team, team__user=coordinator)
    stay, now = StayFactory(patient=patient, unit=ward, bed="1"), timezone.now()
    move_bed(actor_of(coordinator), stay.public_id, None, unit=unit, bed="2", at=now, now=now)
    proposal = OwnerProposal.objects.get()
    client.force_login(member(east))
    url = f"/queue/moves/{proposal.public_id}/no/"
    assert client.post(url, {"version": 1, "reason": " "}).status_code == 422
    assert client.post(url, {"version": 1, "reason": "leaves tomorrow"}).status_code == 302
    proposal.refresh_from_db()
    assert proposal.is_taken is False


@pytest.fixture
def asked(team: Team, ward: Unit, coordinator: User) -> OwnerProposal:
    """Move a patient of the coordinator to 2 East, with one open task."""
    east = TeamFactory(organization=team.organization, name="2 East coordinators")
    unit = UnitFactory(
        organization=team.organization, facility=team.facility, code="2E", name="2 East"
    )
    east.units.add(unit)
    patient = PatientFactory(
        organization=team.organization, team=team, team__user=coordinator, family="Odom"
    )
    TaskFactory(team=team, patient=patient, assignee=coordinator, title="Confirm the van")
    stay, now = StayFactory(patient=patient, unit=ward, bed="1"), timezone.now()
    move_bed(actor_of(coordinator), stay.public_id, None, unit=unit, bed="2", at=now, now=now)
    return OwnerProposal.objects.get()


def test_a_part_is_chosen_and_nothing_chosen_is_said(asked: OwnerProposal, client: Client) -> None:
    erin = member(asked.team, first_name="Erin", last_name="Walsh")
    client.force_login(erin)
    url = f"/queue/moves/{asked.public_id}/part/"
    page = client.get(url, headers=HX).content.decode()
    assert "Confirm the van" in page
    assert "Primary: Erin Walsh" in page
    answer = client.post(url, {"version": asked.version}, headers=HX)
    assert answer.status_code == 422
    assert "at least one task" in answer.content.decode()
    answer = client.post(url, {"version": asked.version, "patient": "on"}, headers=HX)
    assert "Taken over in part." in answer.content.decode()
    assert Task.objects.get().team != asked.team
    assert client.post(url, {"version": asked.version, "patient": "on"}).status_code == 409


def test_a_task_closed_meanwhile_is_named_at_the_form(asked: OwnerProposal, client: Client) -> None:
    client.force_login(member(asked.team))
    task = Task.objects.get()
    Task.objects.update(status="completed", completed_at=timezone.now())
    url = f"/queue/moves/{asked.public_id}/part/"
    sent = {"version": asked.version, "patient": "on", "tasks": [str(task.public_id)]}
    answer = client.post(url, sent)
    assert answer.status_code == 422
    assert "not open any more" in answer.content.decode()


@pytest.mark.parametrize("again", ["", "1"])
def test_what_came_back_is_kept_or_asked_again(
    again: str, asked: OwnerProposal, client: Client, coordinator: User
) -> None:
    erin = member(asked.team, first_name="Erin", last_name="Walsh")
    client.force_login(erin)
    client.post(f"/queue/moves/{asked.public_id}/no/", {"version": 1, "reason": "no room"})
    assert "Turned down, with you still" not in client.get("/queue/").content.decode()
    client.force_login(coordinator)
    page = client.get("/queue/").content.decode()
    assert "Erin Walsh did not take over: no room" in page
    assert "1 turned down, with you" in page
    url = f"/queue/moves/{asked.public_id}/keep/"
    assert client.post(url, {"version": 2, "again": again}).status_code == 302
    assert "did not take over" not in client.get("/queue/").content.decode()
    assert OwnerProposal.objects.filter(is_taken=None).exists() is bool(again)


def test_the_list_says_who_is_moving_until_it_is_accepted(
    asked: OwnerProposal, client: Client, coordinator: User
) -> None:
    client.force_login(coordinator)
    assert "Moving to 2 East, not yet accepted" in client.get("/patients/").content.decode()
    client.force_login(member(asked.team))
    client.post(f"/queue/moves/{asked.public_id}/take/", {"version": asked.version})
    client.force_login(coordinator)
    assert "not yet accepted" not in client.get("/patients/?whose=team").content.decode()


@pytest.mark.parametrize("rows", [1, 10, 50])
def test_choosing_a_part_costs_the_same_however_much_is_open(
    rows: int, asked: OwnerProposal, client: Client, coordinator: User
) -> None:
    TaskFactory.create_batch(
        rows, team=Task.objects.get().team, patient=asked.patient, assignee=coordinator
    )
    client.force_login(member(asked.team))
    with CaptureQueriesContext(connection) as caught:
        client.get(f"/queue/moves/{asked.public_id}/part/")
    assert len(caught) == PART_STATEMENTS


@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_a_part_is_taken_over_by_keys(
    theme: str, width: int, page_as: Callable[..., Page], asked: OwnerProposal,
    transactional_db: None,
) -> None:  # fmt: skip
    erin = member(asked.team, first_name="Erin", last_name="Walsh")
    for name in ("primary", "backup", "nurse"):  # long names push no button out of the row
        long = member(
            asked.team, "nurse", first_name="Maximiliane-Bernadette", last_name=f"Van {name}"
        )
        OwnerProposal.objects.update(**{name: long})
    page = page_as(erin, "/queue/", theme=theme, width=width)
    box = page.locator(f"#no-{asked.public_id}").bounding_box()
    assert box is not None
    assert box["x"] + box["width"] <= width
    page.keyboard.press("a")
    page.get_by_label("Confirm the van").uncheck()
    assert_axe_clean(page)
    page.keyboard.press("Control+Enter")
    expect(page.locator("#toasts")).to_contain_text("Taken over in part.")
    assert_no_sideways_scroll(page)
    assert Task.objects.get().team != asked.team
    assert owners(asked.patient)["primary"] is not None
