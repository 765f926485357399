"""The pages of clocks: answer first, the old dates on record, nothing shown out of scope."""

from __future__ import annotations

import uuid
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from coordination.access.actor import Actor
from coordination.access.models import AuditEvent, Team
from coordination.clocks import queries
from coordination.clocks.forms import StartForm
from coordination.clocks.models import Clock, ClockState, DeadlineRule, SignOff
from tests.clocks.factories import LEFT, clocks_after_home, closed_on, home_since_wednesday
from tests.conftest import actor_of, member
from tests.factories import TeamFactory

pytestmark = pytest.mark.usefixtures("rulebook")
HTMX = {"HX-Request": "true"}


@pytest.fixture
def stay(team: Team):
    return home_since_wednesday(team)


@pytest.fixture
def clock(actor: Actor, stay) -> Clock:
    return clocks_after_home(actor, stay)[0]


def path(name: str, clock: Clock) -> str:
    return reverse(f"clocks:{name}", args=[clock.public_id])


def moved(clock: Clock, start: str = "2025-11-25T14:30", **fields) -> dict[str, object]:
    return {"version": clock.version, "start": start, "why": "the nurse's note"} | fields


def test_the_answer_comes_first_with_every_day_and_its_reason(signed_in, actor, clock) -> None:
    page = signed_in.get(path("why", clock)).text
    answer = page.index("Monday 1 December 2025, 23:59")
    assert answer < page.index("2 business days after leaving hospital on Wednesday 26 November.")
    assert "Thanksgiving Day and the weekend do not count." in page
    assert "Thursday 27 November: Skipped, Thanksgiving" in page
    assert "CPT 99495 and 99496; MLN908628; Noridian" in page
    assert "<html" in page
    assert "<html" not in signed_in.get(path("why", clock), headers=HTMX).text


def test_our_own_closure_warns_and_moves_nothing(signed_in, clock, stay) -> None:
    closed_on(stay.patient, date(2025, 11, 28))
    page = signed_in.get(path("why", clock)).text
    assert "We are closed Fri 28 Nov." in page
    assert "Mon 1 Dec is our only working day left." in page
    assert "Monday 1 December 2025, 23:59" in page


def test_one_sentence_says_everything_about_a_date(actor: Actor, clock: Clock) -> None:
    said = queries.why(actor, clock.public_id).sentence
    for part in ("2 business days", "Wednesday 26 November", "Thanksgiving Day", "tcm-contact",
                 "version 1", "Noridian", "America/New_York", "nobody here yet"):  # fmt: skip
        assert part in said


def test_another_start_shows_what_would_move_and_writes_nothing(signed_in, clock) -> None:
    part = signed_in.get(path("start", clock), {"start": "2025-11-25T14:30"}, headers=HTMX).text
    assert "<html" not in part
    assert part.count("sooner") == 3
    assert "3 days sooner" in part
    assert Clock.objects.count() == 3


def test_moving_the_start_leads_to_the_new_version_with_the_old_date(signed_in, clock) -> None:
    done = signed_in.post(path("start", clock), moved(clock))
    assert done.status_code == 302, done.text
    new = Clock.objects.get(supersedes=clock)
    assert done.headers["Location"] == path("why", new)
    page = signed_in.get(path("why", new)).text
    assert "3 due dates moved." in page
    assert "Friday 28 November 2025, 23:59" in page
    assert "Mon 1 Dec" in page
    assert "the nurse&#39;s note" in page


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"why": ""}, "Nothing moves without a reason."),
        ({"start": "yesterday"}, "Type a day and a time"),
        ({"start": "2999-01-01T10:00"}, "This lies ahead."),
        ({"why": "x" * 201}, "too long"),
    ],
)
def test_a_wrong_field_keeps_what_was_typed_and_moves_nothing(signed_in, clock, typed, said):
    answer = signed_in.post(path("start", clock), moved(clock, **typed), headers=HTMX)
    assert answer.status_code == 422
    assert said in answer.text
    for value in typed.values():
        assert value in answer.text
    assert Clock.objects.count() == 3


def test_a_clock_somebody_else_moved_is_refused(signed_in, actor, clock) -> None:
    Clock.objects.filter(pk=clock.pk).update(version=9)
    assert signed_in.post(path("start", clock), moved(clock)).status_code == 409


def test_a_replaced_clock_shows_its_date_and_offers_no_move(signed_in, clock) -> None:
    signed_in.post(path("start", clock), moved(clock))
    page = signed_in.get(path("why", clock)).text
    assert "Replaced: a later version stands now." in page
    assert "Change the start" not in page


@pytest.mark.parametrize("name", ["why", "start"])
def test_a_clock_of_another_team_is_not_there(client: Client, actor, clock, name) -> None:
    client.force_login(member(TeamFactory(organization=actor.organization)))
    assert client.get(path(name, clock)).status_code == 404
    assert client.get(reverse(f"clocks:{name}", args=[uuid.uuid4()])).status_code == 404


def test_an_auditor_reads_why_but_moves_nothing(client: Client, team, clock) -> None:
    client.force_login(member(team, "auditor"))
    page = client.get(path("why", clock))
    assert page.status_code == 200
    assert "Change the start" not in page.text
    assert client.post(path("start", clock), moved(clock)).status_code == 403


def test_reading_why_is_on_the_patients_trail(signed_in, clock) -> None:
    signed_in.get(path("why", clock))
    seen = AuditEvent.objects.get(action="read")
    assert seen.patients == [clock.patient_id]


def test_the_patients_clocks_are_listed_by_due_time(signed_in, actor, stay, clock) -> None:
    address = reverse("clocks:patient", args=[stay.patient.public_id])
    page = signed_in.get(address).text
    rows = [page.index(title) for title in ("A person talks", "Visit with a", "Thirty days end")]
    assert rows == sorted(rows)
    assert "<html" not in signed_in.get(address, headers=HTMX).text
    assert AuditEvent.objects.filter(action="list", patients=[stay.patient_id]).count() == 2


def test_a_patient_without_clocks_is_told_so(signed_in, stay) -> None:
    page = signed_in.get(reverse("clocks:patient", args=[stay.patient.public_id])).text
    assert "No clock runs for this patient." in page


def test_the_next_due_clock_is_the_first_that_runs(actor: Actor, stay, clock) -> None:
    found = queries.next_due(actor, stay.patient_id)
    assert found is not None
    assert found.clock == clock
    Clock.objects.all().update(state=ClockState.BREACHED)
    assert queries.next_due(actor, stay.patient_id) is None


@pytest.mark.parametrize("rows", [1, 10, 50])
def test_pages_cost_the_same_however_much_stands_on_record(
    rows: int, actor: Actor, team, stay, clock, django_assert_num_queries
) -> None:
    kept = {
        f.attname: getattr(clock, f.attname)
        for f in Clock._meta.concrete_fields
        if f.name not in {"id", "public_id", "created_at", "state", "supersedes"}
    }
    Clock.objects.bulk_create(Clock(**kept, state="superseded") for _row in range(rows))
    Clock.objects.bulk_create(Clock(**kept | {"subject_id": 9000 + n}) for n in range(rows))
    with django_assert_num_queries(7):
        queries.why(actor, clock.public_id)
    with django_assert_num_queries(1):
        assert len(queries.patient_clocks(actor, stay.patient_id)) == rows + 3
    with django_assert_num_queries(2):
        queries.rule_list(actor)


def test_everybody_reads_the_rules_and_who_signed_them(signed_in: Client, supervisor) -> None:
    SignOff.objects.create(
        organization=supervisor.organization, user=supervisor, signed_at=LEFT, note="the section",
        rule=DeadlineRule.objects.get(slug="tcm-two-attempts"),
    )  # fmt: skip
    page = signed_in.get(reverse("clocks:rules")).text
    assert page.count('<tr role="row" id="rule-') == DeadlineRule.objects.count()
    assert "Ruth Adeyemi" in page
    assert "Sign off</button>" not in page


def test_an_administrator_signs_in_their_own_name(client: Client, team: Team) -> None:
    admin = member(team, "admin", first_name="Helena", last_name="Brandt")
    client.force_login(admin)
    rule = DeadlineRule.objects.get(slug="tcm-two-attempts")
    address = reverse("clocks:sign", args=[rule.pk])
    assert client.post(address, {"note": " "}).status_code == 409
    assert client.post(address, {"note": "MLN908628, page 7"}).status_code == 302
    assert client.post(address, {"note": "again"}).status_code == 302
    signed = SignOff.objects.get(rule=rule)
    assert (signed.user, signed.note) == (admin, "MLN908628, page 7")
    row = next(r for r in queries.rule_list(actor_of(admin)) if r.rule == rule)
    assert row.is_on


def test_a_later_version_of_a_grade_c_rule_needs_a_second_person(team: Team) -> None:
    first, second = (member(team, "admin") for _turn in range(2))
    rule = DeadlineRule.objects.get(slug="tcm-two-attempts")
    rule.pk, rule.version = None, 2
    rule.save()
    states = []
    for user in (first, first, second):
        SignOff.objects.get_or_create(
            organization=team.organization, rule=rule, user=user, defaults={"signed_at": LEFT}
        )
        row = next(r for r in queries.rule_list(actor_of(first)) if r.rule == rule)
        states.append((row.is_on, row.missing))
    assert states == [(False, 1), (False, 1), (True, 0)]


def test_a_sign_off_counts_at_its_own_hospital_only(actor: Actor, team: Team) -> None:
    there = member(TeamFactory(), "admin")
    rule = DeadlineRule.objects.get(slug="tcm-two-attempts")
    SignOff.objects.create(
        organization=there.organization, rule=rule, user=there, signed_at=LEFT + timedelta(0)
    )
    row = next(r for r in queries.rule_list(actor) if r.rule == rule)
    assert (row.is_on, row.signed) == (False, ())


def test_only_who_may_change_rules_signs_them(signed_in: Client) -> None:
    rule = DeadlineRule.objects.get(slug="tcm-two-attempts")
    answer = signed_in.post(reverse("clocks:sign", args=[rule.pk]), {"note": "read"})
    assert answer.status_code == 403


def test_the_last_night_of_the_calendar_is_no_start() -> None:
    form = StartForm(
        {"version": "1", "start": "9999-12-31T23:59", "why": "x"},
        zone=ZoneInfo("America/New_York"), anchor_event="stay.departed", now=timezone.now(),
    )  # fmt: skip
    assert "such as 2026-11-24 14:30" in form.errors["start"][0]
