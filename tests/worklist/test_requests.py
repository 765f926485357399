"""Asked and decided: who may ask and answer, what an answer does, and what stands in the trail."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coordination.access.actor import Actor
from coordination.access.models import AuditEvent, FacilitySetting, Membership, Team, User
from coordination.caseload.queries import shell_numbers
from coordination.clocks.actions import (
    breach_due,
    explain,
    fill_holidays,
    load_rules,
    open_clock,
    satisfy,
)
from coordination.clocks.models import Clock
from coordination.records import (
    NotPermitted,
    Refused,
    StaleRecord,
    StatusEvent,
    TransitionNotAllowed,
)
from coordination.worklist import actions, jobs, queries
from coordination.worklist.models import ApprovalRequest, Task, TaskEvent
from coordination.worklist.request_lines import request_line
from patients.actions import merge_charts, unmerge_charts
from patients.models import Patient, TimelineEntry
from tests.conftest import actor_of, member
from tests.factories import CoverFactory, PatientFactory, ShiftFactory, TeamFactory
from tests.worklist.factories import TaskFactory

LEFT = datetime.fromisoformat("2026-11-25T11:00:00-05:00")
NOW = LEFT + timedelta(hours=4)
LATE = LEFT + timedelta(days=6)
SECOND, HOUR = timedelta(seconds=1), timedelta(hours=1)
CANCEL, EXPLAIN = "cancel-owed-task", "explain-breach"


@pytest.fixture
def patient(team: Team, coordinator: User) -> Patient:
    load_rules()
    fill_holidays(range(2026, 2028))
    found: Patient = PatientFactory(
        organization=team.organization, team=team, team__user=coordinator
    )
    return found


@pytest.fixture
def clock(actor: Actor, patient: Patient) -> Clock:
    return clock_of(actor, patient)


def clock_of(actor: Actor, patient: Patient, stay: int = 7) -> Clock:
    clock = open_clock(
        actor, rule="tcm-contact", patient=patient, subject=("stay", stay),
        anchor_event="stay.departed", anchor_at=LEFT, now=LEFT, facts={"disposition": "01"},
    )  # fmt: skip
    assert clock is not None
    return clock


@pytest.fixture
def task(team: Team, patient: Patient, clock: Clock, coordinator: User) -> Task:
    return owed(team, patient, clock, coordinator)


def owed(team: Team, patient: Patient, clock: Clock, owner: User) -> Task:
    task: Task = TaskFactory(
        team=team, patient=patient, clock=clock, assignee=owner, severity="regulatory",
        evidence_required="contact", title="Call within two business days", due_at=clock.due_at,
    )  # fmt: skip
    return task


def asked(actor: Actor, task: Task, at: datetime = NOW, **said: object) -> ApprovalRequest:
    told = {"why": "Her daughter is a nurse and was with her.", "choice": "done-elsewhere"} | said
    return actions.ask(actor, CANCEL, task.public_id, at, **told)  # type: ignore[arg-type]


def settle(team: Team, value: str = "2 h") -> None:
    FacilitySetting.objects.create(
        organization=team.organization, facility=team.facility, key="request_answer_by",
        value=value, set_at=NOW,
    )  # fmt: skip


def test_what_stands_in_the_way_is_named_and_kept_as_asked(
    actor: Actor, team: Team, task: Task
) -> None:
    settle(team)
    waits = TaskFactory(team=team, patient=task.patient, title="Book the first visit")
    waits.blocked_by.add(task)
    request = asked(actor, task)
    clock, proof, held_up = request.blockers
    assert clock.startswith(f"“{task.clock.rule.title}”")
    assert "runs until" in clock
    assert proof == "No proof yet: A two-way contact with the patient or family"
    assert held_up == "“Book the first visit” waits for it"
    assert request.answer_by == NOW + 2 * HOUR
    assert (request.team, request.title) == (team, task.title)
    Task.objects.filter(pk=waits.pk).update(status="cancelled")
    request.refresh_from_db()
    assert held_up in request.blockers


def test_cancelling_it_oneself_is_refused_with_the_way_to_ask(actor: Actor, task: Task) -> None:
    with pytest.raises(NotPermitted, match="Ask the supervisor to cancel it"):
        actions.cancel(actor, task.public_id, None, NOW, reason="duplicate")
    (row,) = actions.bulk(actor, "cancel", [(task.public_id, 1)], NOW, reason="duplicate")
    assert "Ask the supervisor to cancel it" in row.sentence


def test_without_the_setting_no_answer_is_due(actor: Actor, task: Task) -> None:
    assert asked(actor, task).answer_by is None


def test_approving_cancels_the_task_in_both_names(
    actor: Actor, supervisor: User, coordinator: User, task: Task
) -> None:
    request = asked(actor, task)
    ruth = actor_of(supervisor)
    actions.approve(ruth, request.public_id, request.version, NOW + HOUR, words="Agreed.")
    task.refresh_from_db()
    request.refresh_from_db()
    assert (task.status, task.result_code) == ("cancelled", "done-elsewhere")
    assert "Her daughter is a nurse" in task.outcome
    assert (request.state, request.decided_by, request.answer) == (
        "approved", supervisor, "Agreed.",
    )  # fmt: skip
    event = TaskEvent.objects.filter(task=task, after="cancelled").get()
    assert (event.user, event.on_behalf_of) == (supervisor, coordinator)
    rows = AuditEvent.objects.filter(action__in=["task.cancel", "request.approved"])
    assert set(rows.values_list("action", "user_id", "on_behalf_of")) == {
        ("task.cancel", supervisor.pk, coordinator.pk),
        ("request.approved", supervisor.pk, coordinator.pk),
    }
    assert ruth.on_behalf_of is None, "what else the supervisor does is their own"
    told = list(TimelineEntry.objects.order_by("pk").values_list("sentence", flat=True))
    assert told[0] == "Asked the supervisor: cancel “Call within two business days”"
    assert told[1] == "Approved: cancel “Call within two business days”"
    assert told[2].startswith("Cancelled: Call within two business days")


def test_approving_explains_the_missed_clock(
    actor: Actor, supervisor: User, coordinator: User, clock: Clock, task: Task
) -> None:
    with pytest.raises(TransitionNotAllowed, match="nothing to explain"):
        actions.ask(actor, EXPLAIN, clock.public_id, NOW, why="x", choice="payer")
    breach_due(LATE)
    request = actions.ask(
        actor, EXPLAIN, clock.public_id, LATE, why="Her number was wrong.", choice="told-late"
    )
    assert request.team == task.team
    assert request.blockers[1:] == ["Not done to this day", f"Still open: “{task.title}”"]
    actions.approve(actor_of(supervisor), request.public_id, None, LATE)
    clock.refresh_from_db()
    assert (clock.state, clock.cause) == ("explained", "told-late")
    assert clock.explanation == "Her number was wrong."
    row = AuditEvent.objects.get(action="clock.explain")
    assert (row.user_id, row.on_behalf_of) == (supervisor.pk, coordinator.pk)


def test_whom_the_task_belongs_to_limits_who_may_ask(
    actor: Actor, supervisor: User, team: Team, task: Task
) -> None:
    with pytest.raises(NotPermitted, match="colleague’s task"):
        asked(actor_of(member(team, "coordinator")), task)
    with pytest.raises(NotPermitted):
        asked(actor_of(member(team, "auditor")), task)
    with pytest.raises(TransitionNotAllowed, match="do this yourself"):
        asked(actor_of(supervisor), task)
    outsider = member(TeamFactory(organization=team.organization), "coordinator")
    with pytest.raises(Task.DoesNotExist):
        asked(actor_of(outsider), task)
    Task.objects.filter(pk=task.pk).update(severity="practice")
    with pytest.raises(TransitionNotAllowed, match="cancel it yourself"):
        asked(actor, task)
    assert not ApprovalRequest.objects.exists()


@pytest.mark.parametrize(
    ("said", "sentence"), [({"why": " "}, "Say why"), ({"choice": "because"}, "from the list")]
)
def test_what_is_asked_needs_its_words(
    actor: Actor, task: Task, said: dict[str, str], sentence: str
) -> None:
    with pytest.raises(Refused, match=sentence):
        asked(actor, task, **said)


def test_one_open_request_for_each_act_and_subject(
    actor: Actor, supervisor: User, task: Task
) -> None:
    first = asked(actor, task)
    with pytest.raises(TransitionNotAllowed, match="Maria Delgado asked for this already"):
        asked(actor, task)
    again = ApprovalRequest.objects.get(pk=first.pk)
    again.pk, again.public_id = None, uuid.uuid4()
    with pytest.raises(IntegrityError, match="request_open_once"), transaction.atomic():
        again.save(force_insert=True)
    actions.refuse(actor_of(supervisor), first.public_id, None, NOW, words="Call her.")
    assert asked(actor, task, NOW + HOUR).pk != first.pk


def test_a_form_sent_twice_asks_once(actor: Actor, task: Task) -> None:
    key = uuid.uuid4()
    assert asked(actor, task, create_key=key) == asked(actor, task, create_key=key)
    assert ApprovalRequest.objects.count() == 1


@pytest.mark.parametrize("act", ["approve", "refuse", "ask_back"])
def test_nobody_answers_what_they_asked(
    actor: Actor, coordinator: User, team: Team, task: Task, act: str
) -> None:
    request = asked(actor, task)
    Membership.objects.create(
        organization=team.organization, user=coordinator, team=team, role_id="supervisor",
        starts_at=LEFT - timedelta(days=400),
    )  # fmt: skip
    with pytest.raises(NotPermitted, match="asked for themselves"):
        getattr(actions, act)(actor_of(coordinator), request.public_id, None, NOW, words="Yes.")
    with pytest.raises(IntegrityError, match="request_never_ones_own"), transaction.atomic():
        ApprovalRequest.objects.filter(pk=request.pk).update(
            state="approved", decided_by=coordinator, decided_at=NOW
        )
    task.refresh_from_db()
    assert task.is_open


def test_only_a_supervisor_of_the_team_that_was_asked_answers(
    actor: Actor, team: Team, task: Task
) -> None:
    request = asked(actor, task)
    other = TeamFactory(organization=team.organization, facility=team.facility)
    stranger = member(other, "supervisor")
    with pytest.raises(ApprovalRequest.DoesNotExist):
        actions.approve(actor_of(stranger), request.public_id, None, NOW)
    task.patient.assignments.create(
        organization=team.organization, team=other, kind="primary", starts_at=LEFT
    )
    with pytest.raises(NotPermitted, match="team that was asked"):
        actions.approve(actor_of(stranger), request.public_id, None, NOW)
    with pytest.raises(NotPermitted):
        actions.approve(actor_of(member(team, "nurse")), request.public_id, None, NOW)


def test_two_answers_are_one_and_the_second_is_told_who_was_first(
    actor: Actor, supervisor: User, team: Team, task: Task
) -> None:
    request = asked(actor, task)
    actions.refuse(actor_of(supervisor), request.public_id, 1, NOW, words="Call her.")
    with pytest.raises(TransitionNotAllowed, match="Already “Refused”, by Ruth Adeyemi"):
        actions.approve(actor_of(member(team, "supervisor")), request.public_id, 1, NOW)
    task.refresh_from_db()
    assert task.is_open


def test_refusing_and_asking_back_need_words_and_the_version_opened(
    actor: Actor, supervisor: User, task: Task
) -> None:
    request, ruth = asked(actor, task), actor_of(supervisor)
    for act in (actions.refuse, actions.ask_back):
        with pytest.raises(Refused, match="Say why"):
            act(ruth, request.public_id, None, NOW, words=" ")
        with pytest.raises(StaleRecord):
            act(ruth, request.public_id, 9, NOW, words="No.")


def test_asking_back_waits_for_who_asked_and_their_answer_starts_the_time_anew(
    actor: Actor, supervisor: User, team: Team, task: Task
) -> None:
    settle(team)
    request, ruth = asked(actor, task), actor_of(supervisor)
    actions.ask_back(ruth, request.public_id, 1, NOW, words="Who spoke with her?")
    with pytest.raises(TransitionNotAllowed, match="asked back already"):
        actions.ask_back(ruth, request.public_id, None, NOW, words="And when?")
    assert actions.pass_on_requests(NOW + 9 * HOUR) == 0
    with pytest.raises(NotPermitted, match="colleague asked this"):
        actions.reply(actor_of(member(team)), request.public_id, None, NOW, words="I did.")
    done = actions.reply(actor, request.public_id, 2, NOW + 3 * HOUR, words="Her daughter.")
    assert (done.state, done.answer_by) == ("asked", NOW + 5 * HOUR)
    said = queries.said_about([done])[done.pk]
    assert [(one.before, one.after, one.why) for one in said] == [
        ("", "asked", request.why), ("asked", "asked-back", "Who spoke with her?"),
        ("asked-back", "asked", "Her daughter."),
    ]  # fmt: skip


def test_whoever_covers_answers_and_lets_go_for_who_asked(
    actor: Actor, supervisor: User, coordinator: User, team: Team, task: Task
) -> None:
    request = asked(actor, task)
    actions.ask_back(actor_of(supervisor), request.public_id, None, NOW, words="Who?")
    sana = member(team, "coordinator", first_name="Sana")
    now = timezone.now()
    CoverFactory(away=coordinator, covering=sana, team=team, starts_at=now - HOUR,
                 ends_at=now + HOUR)  # fmt: skip
    actions.reply(actor_of(sana), request.public_id, None, NOW, words="Her daughter.")
    row = AuditEvent.objects.get(action="request.reply")
    assert (row.user_id, row.on_behalf_of) == (sana.pk, coordinator.pk)
    assert queries.my_requests(actor_of(sana)).rows == [request]


def test_what_ends_by_itself_is_asked_no_more(
    actor: Actor, supervisor: User, clock: Clock, task: Task
) -> None:
    request = asked(actor, task)
    proof = actions.EvidenceIn(kind="contact", party="Herself")
    actions.complete(actor, task.public_id, None, NOW + HOUR, evidence=proof)
    request.refresh_from_db()
    assert request.state == "withdrawn"
    assert StatusEvent.objects.latest("pk").why == "The task is closed already."
    with pytest.raises(TransitionNotAllowed, match="No longer asked"):
        actions.approve(actor_of(supervisor), request.public_id, None, NOW + HOUR)
    token = f"{request.public_id}.{request.version}"
    with pytest.raises(Refused, match="nothing to cancel"):
        actions.take_back(actor, token, NOW + HOUR + SECOND)


def test_a_clock_explained_or_replaced_is_asked_about_no_more(
    actor: Actor, supervisor: User, clock: Clock
) -> None:
    breach_due(LATE)
    request = actions.ask(actor, EXPLAIN, clock.public_id, LATE, why="x", choice="payer")
    explain(actor_of(supervisor), clock, "other", "By myself.", LATE)
    request.refresh_from_db()
    assert request.state == "withdrawn"


def test_the_last_word_is_taken_back_within_ten_seconds(
    actor: Actor, supervisor: User, task: Task
) -> None:
    request, ruth = asked(actor, task), actor_of(supervisor)
    refused = actions.refuse(ruth, request.public_id, None, NOW, words="Call her.")
    token = actions.answer_token(refused)
    with pytest.raises(Refused, match="Ten seconds"):
        actions.take_back(ruth, token, NOW + 11 * SECOND)
    with pytest.raises(Refused, match="cannot be taken back"):
        actions.take_back(actor, token, NOW + SECOND)
    back = actions.take_back(ruth, token, NOW + SECOND)
    assert (back.state, back.decided_by, back.answer) == ("asked", None, "")
    with pytest.raises(StaleRecord):
        actions.take_back(ruth, token, NOW + SECOND)
    approved = actions.approve(ruth, request.public_id, None, NOW)
    assert actions.answer_token(approved) == ""
    with pytest.raises(Refused, match="cannot be taken back"):
        actions.take_back(ruth, f"{approved.public_id}.{approved.version}", NOW + SECOND)


def test_what_was_just_asked_is_taken_back(actor: Actor, task: Task) -> None:
    request = asked(actor, task)
    done = actions.take_back(actor, actions.answer_token(request), NOW + SECOND)
    assert done.state == "withdrawn"


def test_what_was_asked_anew_does_not_stand_twice(
    actor: Actor, supervisor: User, task: Task
) -> None:
    ruth = actor_of(supervisor)
    refused = actions.refuse(ruth, asked(actor, task).public_id, None, NOW, words="No.")
    asked(actor, task)
    with pytest.raises(Refused, match="asked anew"):
        actions.take_back(ruth, actions.answer_token(refused), NOW + SECOND)


def test_no_answer_in_the_set_time_goes_once_to_the_supervisor_on_shift(
    actor: Actor, supervisor: User, team: Team, task: Task
) -> None:
    settle(team)
    request = asked(actor, task)
    on_shift = member(team, "supervisor", first_name="Corwin")
    ShiftFactory(user=on_shift, team=team, role_id="supervisor", starts_at=NOW - HOUR,
                 ends_at=NOW + 9 * HOUR)  # fmt: skip
    due = NOW + 2 * HOUR
    assert [actions.pass_on_requests(at) for at in (due - SECOND, due, due + HOUR)] == [0, 1, 0]
    request.refresh_from_db()
    assert (request.passed_to, request.passed_at, request.version) == (on_shift, due, 1)
    row = AuditEvent.objects.get(action="request.pass_on")
    assert (row.patients, row.detail) == ([task.patient_id], {"requests": 1})
    assert queries.request_news(actor_of(on_shift)).to_decide == [request]


def test_nobody_is_told_who_may_not_decide(
    actor: Actor, supervisor: User, coordinator: User, team: Team, task: Task
) -> None:
    settle(team)
    request = asked(actor, task)
    sana = member(team, "coordinator")
    CoverFactory(away=supervisor, covering=sana, team=team, starts_at=NOW,
                 ends_at=NOW + 20 * HOUR)  # fmt: skip
    assert actions.pass_on_requests(NOW + 2 * HOUR) == 1
    request.refresh_from_db()
    assert (request.passed_to, request.passed_at) == (None, NOW + 2 * HOUR)


def test_passing_on_costs_one_statement_however_many(
    actor: Actor, supervisor: User, team: Team, coordinator: User, patient: Patient, clock: Clock
) -> None:
    settle(team)

    def cost(count: int) -> int:
        for number in range(count):
            task = owed(team, patient, clock, coordinator)
            asked(actor, task, NOW - timedelta(minutes=number))
        with CaptureQueriesContext(connection) as seen:
            assert actions.pass_on_requests(NOW + 9 * HOUR) == count
        ApprovalRequest.objects.all().delete()
        return len(seen)

    assert cost(1) == cost(10) == cost(50)


def test_lists_are_oldest_first_by_key_and_only_of_my_teams(
    actor: Actor, supervisor: User, team: Team, coordinator: User, patient: Patient, clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(queries.asking, "PAGE_ROWS", 2)
    made = [
        asked(actor, owed(team, patient, clock, coordinator), NOW - timedelta(minutes=number))
        for number in range(5)
    ]
    ruth, found, after = actor_of(supervisor), [], None
    while True:
        page = queries.waiting_requests(ruth, after)
        found += page.rows
        after = page.next
        if after is None:
            break
    assert found == made[::-1]
    assert queries.waiting_requests(actor).rows == []
    assert queries.my_requests(actor).rows == made[:2:-1]
    outside = member(TeamFactory(organization=team.organization), "supervisor")
    assert queries.waiting_requests(actor_of(outside)).rows == []
    auditor = actor_of(member(team, "auditor"))
    assert queries.waiting_requests(auditor).rows == made[:2:-1]


def test_the_bell_and_the_number_are_for_who_decides_and_for_who_asked(
    actor: Actor, supervisor: User, team: Team, task: Task
) -> None:
    request, ruth = asked(actor, task), actor_of(supervisor)
    assert shell_numbers(ruth, NOW)[3:5] == (1, 0)
    assert shell_numbers(actor, NOW)[3:5] == (0, 0)
    assert shell_numbers(actor_of(member(team, "nurse")), NOW)[3:5] == (0, 0)
    actions.refuse(ruth, request.public_id, None, NOW, words="Call her.")
    assert shell_numbers(ruth, NOW)[3:5] == (0, 0)
    assert shell_numbers(actor, NOW)[3:5] == (0, 1)
    assert queries.request_news(actor).answers == [request]
    for _twice in range(2):
        actions.read_answer(actor, request.public_id, NOW)
    assert shell_numbers(actor, NOW).answers == 0
    assert AuditEvent.objects.filter(action="request.read_answer").count() == 1


def test_a_request_follows_its_clock_through_a_merge_and_back(
    actor: Actor, supervisor: User, team: Team, patient: Patient, clock: Clock
) -> None:
    twin = PatientFactory(organization=team.organization, team=team)
    other = clock_of(actor, twin, 8)
    breach_due(LATE)
    request = actions.ask(actor, EXPLAIN, other.public_id, LATE, why="x", choice="payer")
    ruth = actor_of(supervisor)
    merge = merge_charts(ruth, into=patient.public_id, gone=twin.public_id, why="twice", now=LATE)
    request.refresh_from_db()
    assert (request.patient, request.subject_id) == (patient, clock.pk)
    assert request.subject_public_id == clock.public_id
    unmerge_charts(ruth, merge.public_id, None, why="two people", now=LATE)
    request.refresh_from_db()
    assert (request.patient, request.subject_id) == (twin, other.pk)
    assert request.subject_public_id == other.public_id


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ({"state": "refused", "decided_at": NOW}, "request_decided_by_somebody"),
        ({"why": ""}, "request_says_why"),
        ({"passed_to_id": 1}, "request_passed_has_instant"),
    ],
)
def test_the_database_refuses_what_cannot_be(
    actor: Actor, task: Task, change: dict[str, object], name: str
) -> None:
    request = asked(actor, task)
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        ApprovalRequest.objects.filter(pk=request.pk).update(**change)


def test_the_database_refuses_a_refusal_without_a_reason(
    actor: Actor, supervisor: User, task: Task
) -> None:
    request = asked(actor, task)
    with pytest.raises(IntegrityError, match="request_refusal_has_reason"), transaction.atomic():
        ApprovalRequest.objects.filter(pk=request.pk).update(
            state="refused", decided_by=supervisor, decided_at=NOW
        )


def test_every_sort_of_hindrance_is_named(
    actor: Actor, team: Team, coordinator: User, patient: Patient, clock: Clock
) -> None:
    tasks = [owed(team, patient, clock, coordinator) for _number in range(7)]
    Task.objects.filter(pk=tasks[0].pk).update(
        waiting_on_kind="physician", waiting_on_person="Dr. Wells"
    )
    assert "Waiting on Dr. Wells" in asked(actor, tasks[0]).blockers
    breach_due(LATE)
    satisfy(actor, clock, LATE, "contact", LATE)
    late = actions.ask(actor, EXPLAIN, clock.public_id, LATE, why="x", choice="payer").blockers
    assert "was due" in late[0]
    assert late[1].startswith("Done too late: ")
    assert late[2:] == [f"Still open: “{tasks[0].title}”"] * 5 + ["and 2 more"]


def test_who_asked_lets_go_and_it_may_be_asked_anew(actor: Actor, team: Team, task: Task) -> None:
    request = asked(actor, task)
    with pytest.raises(NotPermitted):
        actions.withdraw_request(actor_of(member(team)), request.public_id, None, NOW)
    done = actions.withdraw_request(actor, request.public_id, 1, NOW, words="Done after all.")
    assert done.state == "withdrawn"
    with pytest.raises(TransitionNotAllowed, match="No longer asked"):
        actions.withdraw_request(actor, request.public_id, None, NOW)
    assert TimelineEntry.objects.latest("pk").detail == "Done after all."
    assert asked(actor, task).state == "asked"


def test_until_when_an_answer_is_due_is_said(
    actor: Actor, supervisor: User, team: Team, task: Task
) -> None:
    settle(team)
    request = asked(actor, task)

    def due(at: datetime) -> tuple[str, str]:
        request.refresh_from_db()
        line = request_line(actor, request, at)
        return line.due, line.due_tone

    assert due(NOW) == ("2 h left", "wait")
    assert due(NOW + 3 * HOUR) == ("1 h late", "late")
    actions.pass_on_requests(NOW + 2 * HOUR)
    assert due(NOW + 3 * HOUR) == ("no answer in time; passed to Ruth Adeyemi", "late")
    ApprovalRequest.objects.update(passed_to=None)
    assert due(NOW + 3 * HOUR) == ("no answer in time; nobody is on call", "late")
    actions.refuse(actor_of(supervisor), request.public_id, None, NOW, words="No.")
    assert due(NOW + 3 * HOUR) == ("", "")


def test_the_job_reads_the_clock_of_the_database(actor: Actor, team: Team, task: Task) -> None:
    settle(team)
    request = asked(actor, task, timezone.now() - 3 * HOUR)
    jobs.pass_on_requests()
    request.refresh_from_db()
    assert request.passed_at is not None


def test_what_is_asked_on_both_charts_of_a_merge_is_asked_once(
    actor: Actor, supervisor: User, team: Team, patient: Patient, clock: Clock
) -> None:
    twin = PatientFactory(organization=team.organization, team=team)
    other = clock_of(actor, twin, 8)
    breach_due(LATE)
    stays, goes = (
        actions.ask(actor, EXPLAIN, one.public_id, LATE, why="x", choice="payer")
        for one in (clock, other)
    )
    ruth = actor_of(supervisor)
    merge_charts(ruth, into=patient.public_id, gone=twin.public_id, why="twice", now=LATE)
    assert queries.waiting_requests(ruth).rows == [stays]
    goes.refresh_from_db()
    assert (goes.patient, goes.subject_id) == (twin, other.pk)
