"""Playbooks as data: what a start raises, once, and what a wrong file is told."""

from __future__ import annotations

import copy
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError

from coordination.access.actor import Actor
from coordination.access.models import Team, User
from coordination.clocks.actions import fill_holidays, load_rules
from coordination.clocks.models import ClockState, DeadlineRule
from coordination.worklist import actions
from coordination.worklist.models import EvidenceKind, Playbook, PlaybookRun, Task, TaskKind
from coordination.worklist.queries import current_playbook, definition_of, playbooks
from coordination.worklist.rules import DefinitionError, read_definition
from patients.models import Coverage, Patient, Stay, TimelineEntry
from tests.factories import PatientFactory, StayFactory

GOOD: dict[str, Any] = {
    "slug": "a", "title": "A", "subject": "stay", "anchor_event": "stay.admitted",
    "step": [{"slug": "one", "title": "One", "kind": "call"}],
}  # fmt: skip


def read(data: dict[str, Any]) -> Any:
    return read_definition(data, kinds=TaskKind.values, evidence=EvidenceKind.values)


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        (("title",), "", "needs a title"),
        (("slug",), "A b", "small letters"),
        (("steps",), [], "“steps” is not known"),
        (("step",), [], "at least one step"),
        (("step", 0, "kind"), "dance", "the kind is one of"),
        (("step", 0, "owner"), "ceo", "the owner is one of"),
        (("step", 0, "evidence"), "word", "the evidence is one of"),
        (("step", 0, "title"), "x" * 121, "between 1 and 120"),
        (("step", 0, "rule"), "imm-first", "a statement never meets a deadline"),
        (("step", 0, "after"), {"amount": 0, "unit": "hours"}, "whole number from 1"),
        (("step", 0, "after"), {"amount": 1, "unit": "moons"}, "the unit is one of"),
        (("step", 0, "due_event"), "someday", "the due event is one of"),
        (("step", 0, "blocked_by"), ["two"], "“two” is no step here"),
        (("step", 0, "blocked_by"), ["one"], "it waits for itself: one → one"),
        (("step", 0, "results"), [{"code": "x"}], "a code and a label"),
        (("step", 0, "results"), [{"code": "x", "label": "X", "next": "dance"}], "what follows"),
        (
            ("step", 0, "results"),
            [{"code": "x", "label": "X", "fields": [{"name": "n"}]}],
            "a name and a label",
        ),
        (("step", 1), {"slug": "one", "title": "One", "kind": "call"}, "two steps have this slug"),
    ],
)
def test_each_mistake_in_a_playbook_gets_its_sentence(
    path: tuple[Any, ...], value: Any, said: str
) -> None:
    data = copy.deepcopy(GOOD)
    at: Any = data
    for key in path[:-1]:
        at = at[key]
    if isinstance(at, list) and path[-1] == len(at):
        at.append(value)
    else:
        at[path[-1]] = value
    with pytest.raises(DefinitionError, match=said):
        read(data)


@pytest.fixture
def books(db: None, now: datetime) -> None:
    load_rules()
    fill_holidays(range(2024, 2031))
    actions.load_playbooks(now)


@pytest.fixture
def patient(team: Team, coordinator: User) -> Patient:
    return PatientFactory(organization=team.organization, team=team, team__user=coordinator)


@pytest.fixture
def stay(patient: Patient) -> Stay:
    return StayFactory(patient=patient)


def start(actor: Actor, stay: Stay, slug: str, now: datetime, **said: Any) -> PlaybookRun | None:
    return actions.start_playbook(
        actor, **{
            "slug": slug, "patient": stay.patient, "subject": ("stay", stay.pk),
            "anchor_event": "stay.segment_started(inpatient)", "anchor_at": now, "now": now, **said,
        },
    )  # fmt: skip


def insure(patient: Patient, payer_class: str) -> None:
    Coverage.objects.create(
        organization=patient.organization, patient=patient, payer="P", payer_class=payer_class
    )


def test_every_shipped_playbook_is_sound_and_names_its_sources(books: None) -> None:
    shipped = {book.slug: definition_of(book) for book in Playbook.objects.all()}
    assert set(shipped) >= {
        "inpatient-admission", "discharge-home", "discharge-facility", "against-advice",
        "thirty-days", "home-health", "prior-authorization", "observation", "status-change",
    }  # fmt: skip
    for definition in shipped.values():
        assert definition.sources
        assert all(step.source for step in definition.steps)


def test_every_rule_a_shipped_playbook_names_exists(books: None) -> None:
    known = set(DeadlineRule.objects.values_list("slug", flat=True))
    for book in Playbook.objects.all():
        rules = {step.rule for step in definition_of(book).steps if step.rule}
        assert rules <= known


def test_a_start_raises_each_step_with_the_clock_its_rule_gives(
    books: None, actor: Actor, stay: Stay, coordinator: User, now: datetime
) -> None:
    insure(stay.patient, "medicare_ffs")
    run = start(actor, stay, "inpatient-admission", now)
    tasks = {task.step: task for task in Task.objects.filter(run=run)}
    assert set(tasks) == {"expected-date", "important-message"}  # first-contact is grade C: off
    notice = tasks["important-message"]
    assert notice.clock is not None
    assert (notice.due_at, notice.due_set_by) == (notice.clock.due_at, None)
    assert (notice.assignee, notice.status, notice.severity) == (
        coordinator, "ready", "regulatory",
    )  # fmt: skip
    assert TimelineEntry.objects.filter(sentence="Started: Inpatient admission").count() == 1


def test_a_start_happens_once_however_often_it_is_asked_for(
    books: None, actor: Actor, stay: Stay, now: datetime
) -> None:
    first = start(actor, stay, "inpatient-admission", now)
    again = start(actor, stay, "inpatient-admission", now + timedelta(hours=1))
    assert (again, PlaybookRun.objects.count()) == (first, 1)
    assert Task.objects.count() == 1


def test_no_rule_for_this_payer_raises_no_guess(
    books: None, actor: Actor, stay: Stay, now: datetime
) -> None:
    insure(stay.patient, "erisa_commercial")
    run = start(actor, stay, "inpatient-admission", now)
    assert set(Task.objects.filter(run=run).values_list("step", flat=True)) == {"expected-date"}


def test_a_statement_can_never_be_asked_where_a_clock_is_served(
    books: None, actor: Actor, stay: Stay, now: datetime
) -> None:
    insure(stay.patient, "medicare_ffs")
    start(actor, stay, "inpatient-admission", now)
    with pytest.raises(IntegrityError, match="task_clock_needs_proof"):
        Task.objects.filter(clock__isnull=False).update(evidence_required="statement")


def test_done_in_time_meets_the_clock_and_undone_runs_it_again(
    books: None, actor: Actor, stay: Stay, now: datetime
) -> None:
    insure(stay.patient, "medicare_ffs")
    start(actor, stay, "inpatient-admission", now)
    task = Task.objects.get(step="important-message")
    with pytest.raises(actions.ProofMissing):
        actions.complete(actor, task.public_id, 1, now)
    later = now + timedelta(hours=3)
    done = actions.complete(
        actor, task.public_id, 1, later, evidence=actions.EvidenceIn(kind="notice"),
        result_code="signed",
    )  # fmt: skip
    task.refresh_from_db()
    assert task.clock is not None
    assert (task.clock.state, task.clock.satisfied_by) == (ClockState.SATISFIED, "notice")
    actions.undo(actor, actions.undo_token(done), later)
    task.refresh_from_db()
    assert (task.status, task.clock.state) == ("ready", ClockState.RUNNING)


def test_what_lies_before_go_live_raises_nothing(
    books: None, actor: Actor, stay: Stay, now: datetime
) -> None:
    actor.organization.go_live_at = now
    assert start(actor, stay, "inpatient-admission", now - timedelta(seconds=1)) is None
    assert not PlaybookRun.objects.exists()


def test_a_step_belongs_to_the_facts_it_names(
    books: None, actor: Actor, stay: Stay, now: datetime
) -> None:
    said = {"anchor_event": "stay.discharge_planned", "facts": {"disposition": "06"}}
    run = start(actor, stay, "discharge-home", now, **said)
    tasks = {task.step: task for task in Task.objects.filter(run=run)}
    assert set(tasks) == {"follow-up-visit", "may-we-call", "choice-list", "agency-accepts"}
    assert {task.due_event for task in tasks.values()} == {"before-leaving"}
    assert list(tasks["agency-accepts"].blocked_by.all()) == [tasks["choice-list"]]
    assert tasks["agency-accepts"].waiting_on_kind == "facility"


def test_a_step_counts_its_own_days(books: None, actor: Actor, stay: Stay, now: datetime) -> None:
    said = {"anchor_event": "stay.discharge_planned", "facts": {"disposition": "07"}}
    start(actor, stay, "against-advice", now, **said)
    due = Task.objects.get(step="reach-out").due_at
    assert due is not None
    assert due.astimezone(actor.zone).isoformat() == "2026-11-24T23:59:59-05:00"


def test_loading_twice_changes_nothing_and_a_change_is_a_new_version(
    books: None, now: datetime, tmp_path: Path
) -> None:
    assert actions.load_playbooks(now) == 0
    (tmp_path / "discharge-home.toml").write_text(
        'slug = "discharge-home"\ntitle = "Home"\nsubject = "stay"\n'
        'anchor_event = "stay.discharge_planned"\n'
        '[[step]]\nslug = "one"\ntitle = "One"\nkind = "call"\n'
    )
    assert actions.load_playbooks(now, tmp_path) == 1
    versions = Playbook.objects.filter(slug="discharge-home").order_by("version")
    assert [(one.version, one.is_current) for one in versions] == [(1, False), (2, True)]


def test_a_teams_own_copy_comes_before_the_shipped_one(
    books: None, actor: Actor, team: Team, coordinator: User, now: datetime
) -> None:
    own = Playbook.objects.create(
        organization=team.organization, team=team, slug="discharge-home", title="Ours",
        definition=GOOD, loaded_at=now, published_by=coordinator, why="Ours",
        shipped=Playbook.objects.get(slug="discharge-home"),
    )  # fmt: skip
    assert current_playbook(team.organization_id, team.pk, "discharge-home") == own
    listed = current_playbook(team.organization_id, None, "discharge-home")
    assert listed is not None
    assert listed.organization is None
    assert "Ours" not in [book.title for book, _definition in playbooks(actor)]
