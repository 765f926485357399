"""Two charts of one person made one, and two again."""

from __future__ import annotations

import uuid
from datetime import date, timedelta

import pytest
from django.apps import apps
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from coordination.access.actor import system_actor
from coordination.access.models import AuditEvent, Draft
from coordination.charts import TABLES
from coordination.clocks.actions import load_rules
from coordination.clocks.models import Clock, DeadlineRule
from coordination.outreach.models import Delivery
from coordination.records import NotPermitted, Refused, StaleRecord, TransitionNotAllowed
from coordination.worklist.actions import raise_task
from coordination.worklist.models import Task
from patients.actions import (
    correct_patient,
    forecast_merge,
    forecast_unmerge,
    gather_late_rows,
    merge_charts,
    unmerge_charts,
)
from patients.models import (
    Assignment,
    ContactPreference,
    Identifier,
    Merge,
    MergedRow,
    Patient,
    TimelineEntry,
)
from patients.queries import all_in_scope, find, scope
from tests.conftest import actor_of, member
from tests.factories import CoverFactory, PatientFactory, StayFactory, TeamFactory
from tests.outreach.factories import CallFactory, DeliveryFactory
from tests.patients.factories import ContactFactory, CoverageFactory, VisitFactory
from tests.worklist.factories import PlaybookRunFactory, TaskFactory

pytestmark = pytest.mark.django_db
TODAY = date(2026, 11, 23)


def running(patient, slug, subject, at):
    """Make a running clock, whatever its rule says."""
    rule = DeadlineRule.objects.get(slug="tcm-contact")
    return Clock.objects.create(
        organization=patient.organization, patient=patient, rule=rule, slug=slug, opened_at=at,
        subject_kind=subject[0], subject_id=subject[1], anchor_event="stay.departed",
        anchor_at=at, due_at=at + timedelta(days=2), zone="America/New_York",
    )  # fmt: skip


@pytest.fixture
def rules(db):
    load_rules()


@pytest.fixture
def boss(supervisor):
    return actor_of(supervisor)


@pytest.fixture
def charts(team):
    """Return the chart that stays, and the one that goes."""
    made = [
        PatientFactory(organization=team.organization, team=team, given="Rosa", family=name)
        for name in ("Martinez", "Martines")
    ]
    return made[0], made[1]


def merge(boss, charts, now, **fields):
    stays, goes = charts
    wanted = {"into": stays.public_id, "gone": goes.public_id, "why": "registered twice", **fields}
    return merge_charts(boss, now=now, **wanted)


def snapshot(patients):
    """Return every row that hangs on these charts, and the charts, but for their versions."""
    found = {}
    for label, column in [(table.model, table.column) for table in TABLES] + [
        ("patients.Patient", "id")
    ]:
        model = apps.get_model(label)
        for row in model._default_manager.filter(**{f"{column}__in": [p.pk for p in patients]}):
            values = {f.attname: getattr(row, f.attname) for f in model._meta.concrete_fields}
            values.pop("version", None)
            found[label, row.pk] = values
    return found


def fill(team, patient, plan, now):
    """Hang on a chart what the plan counts."""
    people(patient, plan, now)
    work(team, patient, plan, now)
    for hour, day in plan["messages"]:
        at = now + timedelta(hours=hour)
        visit = VisitFactory(patient=patient, starts_at=at)
        sent = {"state": "sent", "sent_at": now, "sending_on": day} if day else {}
        DeliveryFactory(team=team, patient=patient, visit=visit, occurs_at=at, **sent)
    Assignment.objects.filter(patient=patient).update(user=plan["user"])


def people(patient, plan, now):
    """Hang stays, insurance, contacts and wishes on a chart."""
    StayFactory.create_batch(plan["stays"], patient=patient)
    CoverageFactory.create_batch(plan["coverages"], patient=patient)
    wishes = {"organization": patient.organization, "patient": patient}
    for n in range(plan["contacts"]):
        contact = ContactFactory(patient=patient, name=f"Contact {n}")
        ContactPreference.objects.create(**wishes, contact=contact, channel="phone")
    for channel, is_out in plan["wishes"].items():
        out_at = now if is_out else None
        ContactPreference.objects.create(**wishes, channel=channel, opt_out_at=out_at)


def work(team, patient, plan, now):
    """Hang tasks, calls, clocks and playbooks on a chart."""
    own = {"subject_kind": "patient", "subject_id": patient.pk}
    for n in range(plan["tasks"]):
        about = own if n % 2 else {}
        task = TaskFactory(team=team, patient=patient, title=f"Task {n}", **about)
        CallFactory(patient=patient, task=task)
    for slug in plan["clocks"]:
        clock = running(patient, slug, ("stay", patient.pk), now)
        TaskFactory(team=team, patient=patient, clock=clock, evidence_required="contact")
    for slug in plan["own_clocks"]:
        running(patient, slug, ("patient", patient.pk), now - timedelta(hours=patient.pk % 2))
    for slug in plan["runs"]:
        PlaybookRunFactory(team=team, patient=patient, slug=slug, **own)


DAYS = [None, date(2026, 11, 23), date(2026, 11, 24)]
SLUGS = st.sets(st.sampled_from(["one", "two", "three"]))
PLANS = st.fixed_dictionaries(
    {
        "stays": st.integers(0, 2), "contacts": st.integers(0, 2), "tasks": st.integers(0, 3),
        "coverages": st.integers(0, 2), "clocks": SLUGS, "own_clocks": SLUGS, "runs": SLUGS,
        "wishes": st.dictionaries(st.sampled_from(["phone", "text", "email"]), st.booleans()),
        "messages": st.lists(
            st.tuples(st.integers(1, 3), st.sampled_from(DAYS)), max_size=3,
            unique_by=(lambda m: m[0], lambda m: m[1] or uuid.uuid4()),
        ),
        "fields": st.sets(st.sampled_from(["given", "family", "mrn", "phone", "is_unlisted"])),
    }
)  # fmt: skip


@settings(
    max_examples=25, deadline=None, derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)  # fmt: skip
@given(first=PLANS, second=PLANS)
def test_taking_a_merge_back_restores_both_charts_exactly(first, second, rules, team, boss, now):
    pair = [
        PatientFactory(
            organization=team.organization, team=team, family=f"Family {n}",
            phone=f"(555) 010-200{n}", is_unlisted=bool(n), unlisted_at=now,
        )
        for n in range(2)
    ]  # fmt: skip
    for patient, plan, user in zip(pair, (first, second), (boss.user, None), strict=True):
        fill(team, patient, plan | {"user": user}, now)
    before = snapshot(pair)
    done = merge(boss, pair, now, chosen=second["fields"])
    gone = snapshot(pair[1:])
    assert {label for label, _pk in gone} <= {"patients.Patient", "patients.ContactPreference"}
    unmerge_charts(boss, done.public_id, None, why="two people", now=now + timedelta(hours=1))
    after = snapshot(pair)
    assert {key: after[key] for key in before} == before
    new = {label for label, _pk in after.keys() - before.keys()}
    assert new <= {"patients.TimelineEntry", "patients.FieldChange"}


def test_everything_on_the_chart_that_goes_is_found_on_the_one_that_stays(team, boss, charts, now):
    stays, goes = charts
    task, call = TaskFactory(team=team, patient=goes), CallFactory(patient=goes)
    merge(boss, charts, now)
    for row in (task, call):
        row.refresh_from_db()
        assert row.patient == stays
    goes.refresh_from_db()
    assert goes.merged_into == stays
    line = TimelineEntry.objects.get(patient=stays, kind="patient.merged")
    assert line.sentence == f"Merged with the chart MRN {goes.mrn}. registered twice"
    (audit,) = AuditEvent.objects.filter(action="patient.merge")
    assert audit.patients == sorted([stays.pk, goes.pk])


def test_the_merged_number_finds_the_patient_and_the_chart_is_in_no_list(team, boss, charts, now):
    stays, goes = charts
    merge(boss, charts, now)
    (hit,) = find(boss, goes.mrn, TODAY).rows
    assert (hit.patient_id, hit.matched) == (stays.pk, goes.mrn)
    assert [row.patient_id for row in all_in_scope(boss).rows] == [stays.pk]
    assert not scope(system_actor("x", team.organization)).filter(pk=goes.pk).exists()
    with pytest.raises(Patient.DoesNotExist):
        correct_patient(boss, goes.public_id, None, now=now, given="Nobody")


def test_the_fields_that_were_chosen_come_over_and_go_back(boss, charts, now):
    stays, goes = charts
    done = merge(boss, charts, now, chosen=["family", "mrn"])
    stays.refresh_from_db()
    assert (stays.family, stays.mrn) == ("Martines", goes.mrn)
    assert find(boss, "martines", TODAY).rows[0].patient_id == stays.pk
    unmerge_charts(boss, done.public_id, None, why="two people", now=now)
    stays.refresh_from_db()
    assert (stays.family, stays.name_norm) == ("Martinez", "martinez rosa")


def test_the_same_clock_runs_once_and_its_tasks_serve_it(rules, team, boss, charts, now):
    stays, goes = charts
    first, second = (running(p, "tcm-contact", ("stay", p.pk), now) for p in charts)
    task = TaskFactory(team=team, patient=goes, clock=second, evidence_required="contact")
    said: list[str] = []
    merge(boss, charts, now, said=said)
    task.refresh_from_db()
    second.refresh_from_db()
    assert (task.clock, second.state) == (first, "not-applicable")
    assert Clock.objects.filter(patient=stays, state="running").count() == 1
    assert any("ran on both charts" in line for line in said)


def test_a_message_planned_on_both_goes_out_once(team, boss, charts, now):
    at = now + timedelta(days=2)
    for patient in charts:
        visit = VisitFactory(patient=patient, starts_at=at)
        DeliveryFactory(team=team, patient=patient, visit=visit, occurs_at=at)
    merge(boss, charts, now)
    states = Delivery.objects.filter(patient=charts[0]).order_by("state")
    assert [(d.state, d.reason) for d in states] == [("cancelled", "kept-once"), ("planned", "")]


def test_of_two_who_look_after_them_for_one_team_one_stays(team, boss, charts, now):
    for patient, name in zip(charts, ("Maria", "Sana"), strict=True):
        user = member(team, first_name=name, last_name="")
        Assignment.objects.filter(patient=patient).update(user=user)
    said: list[str] = []
    merge(boss, charts, now, said=said)
    (left,) = Assignment.objects.filter(patient=charts[0], ends_at=None)
    assert left.user.first_name == "Maria"
    assert said == ["Sana no longer looks after this patient for 4 West coordinators (primary)"]


def test_whoever_wants_no_more_of_a_channel_on_either_chart_wants_no_more_of_it(boss, charts, now):
    for patient, at in zip(charts, (None, now), strict=True):
        ContactPreference.objects.create(
            organization=patient.organization, patient=patient, channel="text", opt_out_at=at
        )
    merge(boss, charts, now)
    assert ContactPreference.objects.get(patient=charts[0]).opt_out_at == now


def test_a_half_typed_form_follows_the_chart(boss, charts, now):
    draft = Draft.objects.create(
        organization=boss.organization, user=boss.user, form="call", saved_at=now,
        subject_id=charts[1].public_id, patient_id=charts[1].pk,
    )  # fmt: skip
    merge(boss, charts, now)
    draft.refresh_from_db()
    assert (draft.subject_id, draft.patient_id) == (charts[0].public_id, charts[0].pk)


def test_the_forecast_says_what_the_merge_does_and_changes_nothing(team, boss, charts, now):
    stays, goes = charts
    TaskFactory(team=team, patient=goes, title="Call the son")
    TaskFactory(team=team, patient=stays, title="Call the son")
    seen = forecast_merge(boss, into=stays.public_id, gone=goes.public_id, now=now)
    assert dict(seen.counts) == {"numbers": 1, "assignments": 1, "tasks": 1}
    assert seen.said == ["“Call the son” is open on both: close one"]
    assert not Merge.objects.exists()
    assert Task.objects.filter(patient=goes).count() == 1


def test_what_was_written_since_stays_and_is_listed(team, boss, charts, now):
    stays, goes = charts
    old = TaskFactory(team=team, patient=goes)
    done = merge(boss, charts, now)
    new = raise_task(boss, patient=stays, title="Written since", kind="call", team=team, now=now)
    seen = forecast_unmerge(done)
    assert dict(seen.staying)["tasks"] == 1
    unmerge_charts(boss, done.public_id, None, why="two people", now=now)
    for task, patient in ((old, goes), (new, stays)):
        task.refresh_from_db()
        assert task.patient == patient


def test_what_somebody_changed_since_stays_as_they_left_it(boss, charts, now):
    stays, _goes = charts
    done = merge(boss, charts, now, chosen=["family"])
    correct_patient(boss, stays.public_id, None, now=now, family="Martinez Ruiz")
    unmerge_charts(boss, done.public_id, None, why="two people", now=now)
    stays.refresh_from_db()
    assert stays.family == "Martinez Ruiz"


def test_merges_come_back_in_any_order_but_a_chain_from_its_end(team, boss, charts, now):
    third = PatientFactory(organization=team.organization, team=team)
    first = merge(boss, charts, now)
    chain = merge(boss, (third, charts[0]), now)
    with pytest.raises(Merge.DoesNotExist):  # its chart is part of another one now
        unmerge_charts(boss, first.public_id, None, why="x", now=now)
    unmerge_charts(boss, chain.public_id, None, why="x", now=now)
    unmerge_charts(boss, first.public_id, None, why="x", now=now)
    assert not Patient.objects.filter(merged_into__isnull=False).exists()
    assert Identifier.objects.get(patient=charts[1]).value == charts[1].mrn


def test_what_reaches_a_merged_chart_late_is_brought_over(team, boss, charts, now):
    done = merge(boss, charts, now)
    late = TaskFactory(team=team, patient=charts[1])
    assert gather_late_rows() == 1
    late.refresh_from_db()
    assert late.patient == charts[0]
    assert MergedRow.objects.filter(merge=done, row_id=str(late.pk)).exists()


def test_what_is_refused_leaves_both_charts_alone(team, hospital, actor, boss, charts, now):
    stays, goes = charts
    elsewhere = PatientFactory(organization=hospital, team=TeamFactory(organization=hospital))
    with pytest.raises(NotPermitted):
        merge(actor, charts, now)
    with pytest.raises(Patient.DoesNotExist):
        merge(boss, (stays, elsewhere), now)
    with pytest.raises(Refused, match="same chart"):
        merge(boss, (stays, stays), now)
    with pytest.raises(StaleRecord):
        merge(boss, charts, now, versions={goes.public_id: 9})
    with pytest.raises(Refused, match="why"):
        merge(boss, charts, now, why=" ")
    Patient.objects.filter(pk=goes.pk).update(deceased_at=now)
    with pytest.raises(Refused, match="died"):
        merge(boss, charts, now)
    assert not Merge.objects.exists()


def test_a_merge_is_taken_back_once(boss, charts, now):
    done = merge(boss, charts, now)
    unmerge_charts(boss, done.public_id, done.version, why="two people", now=now)
    with pytest.raises(TransitionNotAllowed):
        unmerge_charts(boss, done.public_id, None, why="again", now=now)


def test_the_address_of_a_merged_chart_leads_to_the_one_that_stays(client, boss, charts, now):
    stays, goes = charts
    merge(boss, charts, now)
    client.force_login(boss.user)
    for path in ("", "edit/", "calls/"):
        answer = client.get(f"/patients/{goes.public_id}/{path}")
        assert (answer.status_code, answer["Location"]) == (
            302, f"/patients/{stays.public_id}/{path}",
        )  # fmt: skip
    assert client.post(f"/patients/{goes.public_id}/edit/", {"family": "X"}).status_code == 409
    answer = client.get(f"/api/patients/{goes.public_id}/")
    assert (answer.status_code, answer["Location"]) == (302, f"/api/patients/{stays.public_id}/")
    assert "became part" in answer.json()["detail"]


def test_out_of_scope_a_merged_chart_is_simply_not_there(client, hospital, boss, charts, now):
    merge(boss, charts, now)
    client.force_login(member(TeamFactory(organization=hospital), "supervisor"))
    assert client.get(f"/patients/{charts[1].public_id}/").status_code == 404


def test_a_colleague_who_took_over_the_chart_that_goes_has_the_one_that_stays(
    team, boss, charts, now
):
    stays, goes = charts
    cover = CoverFactory(
        away=member(team), covering=member(team), team=team, patients=[goes.pk], starts_at=now,
        ends_at=now + timedelta(hours=8),
    )  # fmt: skip
    done = merge(boss, charts, now)
    cover.refresh_from_db()
    assert cover.patients == sorted([stays.pk, goes.pk])
    unmerge_charts(boss, done.public_id, None, why="two people", now=now)
    cover.refresh_from_db()
    assert cover.patients == [goes.pk]


def test_the_page_says_what_speaks_against_one_person(client, supervisor, charts):
    for chart, born in zip(charts, (date(1951, 4, 9), date(1957, 4, 19)), strict=True):
        Patient.objects.filter(pk=chart.pk).update(birth_date=born)
        StayFactory(patient=chart)
    client.force_login(supervisor)
    url = f"/patients/{charts[0].public_id}/merge/"
    page = client.get(url, {"with": str(charts[1].public_id)}).content.decode()
    assert "The birth dates differ" in page
    assert "Both are in hospital now" in page
