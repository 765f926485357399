"""A team's own copy of a playbook: drafted, previewed, published, taken back; what runs stays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction

from coordination.access.actor import Actor
from coordination.access.models import AuditEvent, Team, User
from coordination.clocks.actions import fill_holidays, load_rules
from coordination.records import NotPermitted, Refused, StaleRecord
from coordination.worklist import actions, queries
from coordination.worklist.book_words import told_difference
from coordination.worklist.models import (
    Playbook,
    PlaybookDraft,
    PlaybookRun,
    Task,
)
from coordination.worklist.rules import as_definition, find_step, put_step
from patients.models import Coverage, Patient, Stay
from tests.conftest import actor_of, member
from tests.factories import PatientFactory, StayFactory, TeamFactory

SLUG = "discharge-home"


@pytest.fixture
def books(db: None, now: datetime) -> None:
    load_rules()
    fill_holidays(range(2024, 2031))
    actions.load_playbooks(now)


@pytest.fixture
def ruth(supervisor: User) -> Actor:
    return actor_of(supervisor)


@pytest.fixture
def patient(team: Team, coordinator: User) -> Patient:
    made = PatientFactory(organization=team.organization, team=team, team__user=coordinator)
    Coverage.objects.create(
        organization=made.organization, patient=made, payer="P", payer_class="medicare_ffs"
    )
    return made


@pytest.fixture
def stay(patient: Patient) -> Stay:
    return StayFactory(patient=patient)


@pytest.fixture
def draft(books: None, ruth: Actor, team: Team, now: datetime) -> PlaybookDraft:
    return actions.begin_draft(ruth, SLUG, team.public_id, now)


def step_of(draft: PlaybookDraft, slug: str, **changes: Any) -> dict[str, Any]:
    found = find_step(draft.definition, slug)
    assert found is not None
    return {**found, **changes}


def put(actor: Actor, draft: PlaybookDraft, now: datetime, slug: str, **changes: Any) -> Any:
    step = step_of(draft, slug, **changes)
    return actions.put_draft_step(actor, draft.public_id, draft.version, step, now)


def publish(actor: Actor, draft: PlaybookDraft, now: datetime, **more: Any) -> Playbook:
    return actions.publish_draft(actor, draft.public_id, draft.version, "Ours", now, **more)


def start(actor: Actor, stay: Stay, now: datetime, **said: Any) -> PlaybookRun:
    run = actions.start_playbook(
        actor, **{
            "slug": SLUG, "patient": stay.patient, "subject": ("stay", stay.pk), "now": now,
            "anchor_event": "stay.discharge_planned", "anchor_at": now,
            "facts": {"disposition": "01"}, **said,
        },
    )  # fmt: skip
    assert run is not None
    return run


def titles(run: PlaybookRun) -> set[str]:
    return set(Task.objects.filter(run=run).values_list("title", flat=True))


def test_what_runs_keeps_its_version_and_the_next_start_uses_the_teams(
    draft: PlaybookDraft, ruth: Actor, actor: Actor, stay: Stay, now: datetime
) -> None:
    before = start(actor, stay, now)
    tasks = list(Task.objects.filter(run=before).order_by("pk").values())
    draft = put(ruth, draft, now, "follow-up-visit", title="Book it with our clinic")
    assert "Book it with our clinic" not in titles(before)
    book = publish(ruth, draft, now)
    before.refresh_from_db()
    assert before.playbook.organization_id is None
    assert list(Task.objects.filter(run=before).order_by("pk").values()) == tasks
    again = StayFactory(patient=stay.patient)
    after = start(actor, again, now)
    assert after.playbook == book
    assert "Book it with our clinic" in titles(after)
    # a step that waited for a fact is raised by the version the run was started with
    actions.learn_fact(actor, before, "expected_at", (now + timedelta(days=3)).isoformat(), now)
    assert before.playbook.organization_id is None
    assert "Give Medicare notice, second copy" in titles(before)


def test_a_draft_starts_nothing_and_there_is_one_of_it(
    draft: PlaybookDraft, ruth: Actor, actor: Actor, team: Team, stay: Stay, now: datetime
) -> None:
    put(ruth, draft, now, "follow-up-visit", title="Only drafted")
    assert "Only drafted" not in titles(start(actor, stay, now))
    assert actions.begin_draft(ruth, SLUG, team.public_id, now) == draft
    with pytest.raises(IntegrityError, match="playbookdraft_once"), transaction.atomic():
        PlaybookDraft.objects.create(
            organization=draft.organization, team=team, slug=SLUG, shipped=draft.shipped,
            definition={}, edited_by=draft.edited_by, edited_at=now,
        )  # fmt: skip


def test_every_shipped_playbook_may_be_published_with_another_title(
    books: None, ruth: Actor, team: Team, now: datetime
) -> None:
    for shipped in Playbook.objects.filter(organization=None):
        draft = actions.begin_draft(ruth, shipped.slug, team.public_id, now)
        slug = draft.definition["step"][0]["slug"]
        draft = put(ruth, draft, now, slug, title="Ours now")
        assert publish(ruth, draft, now).definition["step"][0]["title"] == "Ours now"


def test_order_addition_and_removal(draft: PlaybookDraft, ruth: Actor, now: datetime) -> None:
    def order() -> list[str]:
        draft.refresh_from_db()
        return [step["slug"] for step in draft.definition["step"]]

    first = order()
    edit = (ruth, draft.public_id)
    actions.move_draft_step(*edit, 1, "may-we-call", -1, now)
    assert order() == [first[0], first[2], first[1], *first[3:]]
    actions.move_draft_step(*edit, 2, first[0], -1, now)
    assert order()[0] == first[0]
    new = {"slug": "teach", "title": "Teach the family", "kind": "meeting", "owner": "nurse"}
    actions.put_draft_step(*edit, 3, new, now)
    assert order()[-1] == "teach"
    actions.drop_draft_step(*edit, 4, "may-we-call", now)
    assert "may-we-call" not in order()
    actions.take_shipped_step(*edit, 5, "may-we-call", now)
    assert order() == [first[0], first[1], "may-we-call", *first[3:], "teach"]
    said = AuditEvent.objects.filter(action="playbook.edit").values_list("detail", flat=True)
    assert [one["what"] for one in said.order_by("pk")] == [
        "order",
        "order",
        "step",
        "drop",
        "take",
    ]


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"kind": "dance"}, "“Book it”, Kind: the kind is one of"),
        ({"evidence": ""}, "“Book it”, Closes with: the evidence is one of"),
        ({"rule": "no-such"}, "“Book it”, Deadline rule: there is no deadline rule “no-such”"),
        ({"rule": "norm-touch-7", "evidence": "contact"}, "is off: somebody here has to sign"),
        ({"rule": "tcm-contact", "evidence": "document"}, "is met only by: "),
        ({"rule": "tcm-contact", "evidence": "statement"}, "a statement never meets a deadline"),
        ({"after": {"amount": 0, "unit": "hours"}}, "Time of its own: the amount is a whole"),
        ({"results": [{"code": "a", "label": "A"}] * 2}, "Answers: two results have the code “a”"),
    ],
)  # fmt: skip
def test_a_refusal_names_the_step_and_the_field(
    draft: PlaybookDraft, ruth: Actor, now: datetime, changes: dict[str, Any], said: str
) -> None:
    with pytest.raises(Refused, match=said):
        put(ruth, draft, now, "follow-up-visit", title="Book it", **changes)
    draft.refresh_from_db()
    assert draft.version == 1


def test_what_waits_in_a_circle_is_said_and_not_published(
    draft: PlaybookDraft, ruth: Actor, now: datetime
) -> None:
    draft = put(ruth, draft, now, "follow-up-visit", blocked_by=["may-we-call"])
    draft = put(ruth, draft, now, "may-we-call", blocked_by=["follow-up-visit"])
    said = "“Book the first visit after leaving”, Only after: it waits for itself"
    with pytest.raises(Refused, match=said):
        publish(ruth, draft, now)
    assert not Playbook.objects.filter(team__isnull=False).exists()
    draft = actions.drop_draft_step(ruth, draft.public_id, draft.version, "may-we-call", now)
    with pytest.raises(Refused, match="“may-we-call” is no step here"):
        publish(ruth, draft, now)


def test_a_step_that_the_law_asks_for_cannot_be_left_out(
    draft: PlaybookDraft, ruth: Actor, now: datetime
) -> None:
    slug = "important-message-copy"
    draft = actions.drop_draft_step(ruth, draft.public_id, draft.version, slug, now)
    with pytest.raises(
        Refused, match="“Give Medicare notice, second copy”, Deadline rule: the law"
    ):
        publish(ruth, draft, now)


def test_a_step_may_wait_for_one_further_down(
    draft: PlaybookDraft, ruth: Actor, actor: Actor, stay: Stay, now: datetime
) -> None:
    draft = put(ruth, draft, now, "follow-up-visit", blocked_by=["may-we-call"])
    publish(ruth, draft, now)
    run = start(actor, stay, now)
    waits = Task.objects.get(run=run, step="follow-up-visit").blocked_by
    assert [task.step for task in waits.all()] == ["may-we-call"]


def test_publishing_needs_a_difference_and_a_form_sent_twice_publishes_once(
    draft: PlaybookDraft, ruth: Actor, now: datetime
) -> None:
    with pytest.raises(Refused, match="Nothing differs"):
        publish(ruth, draft, now)
    draft = put(ruth, draft, now, "follow-up-visit", title="Ours")
    key = uuid4()
    made = publish(ruth, draft, now, create_key=key)
    assert publish(ruth, draft, now, create_key=key) == made
    assert (made.version, made.why, made.published_by) == (1, "Ours", ruth.user)
    assert not PlaybookDraft.objects.exists()
    with pytest.raises(IntegrityError, match="copy_says_who_and_why"), transaction.atomic():
        Playbook.objects.filter(pk=made.pk).update(why="")


def test_going_back_to_an_earlier_version_and_to_the_shipped_one(
    draft: PlaybookDraft, ruth: Actor, team: Team, now: datetime
) -> None:
    shipped = draft.shipped
    one = publish(ruth, put(ruth, draft, now, "follow-up-visit", title="First"), now)
    draft = actions.begin_draft(ruth, SLUG, team.public_id, now)
    assert step_of(draft, "follow-up-visit")["title"] == "First"
    two = publish(ruth, put(ruth, draft, now, "follow-up-visit", title="Second"), now)
    assert two.version == 2

    def in_force() -> Playbook | None:
        return queries.current_playbook(team.organization_id, team.pk, SLUG)

    assert in_force() == two
    with pytest.raises(Refused, match="came into force meanwhile"):
        actions.put_in_force(ruth, one.public_id, team.public_id, one.public_id, now)
    actions.put_in_force(ruth, one.public_id, team.public_id, two.public_id, now)
    assert in_force() == one
    actions.put_in_force(ruth, shipped.public_id, team.public_id, one.public_id, now)
    assert in_force() == shipped
    draft = actions.begin_draft(ruth, SLUG, team.public_id, now)
    three = publish(ruth, put(ruth, draft, now, "follow-up-visit", title="Third"), now)
    assert three.version == 3
    names = AuditEvent.objects.filter(object_kind="worklist.playbook").order_by("pk")
    assert [row.action for row in names] == [
        "playbook.publish", "playbook.publish", "playbook.go_back", "playbook.go_back",
        "playbook.publish",
    ]  # fmt: skip


def test_an_upgrade_keeps_the_teams_copy_and_the_next_one_follows_it(
    draft: PlaybookDraft, ruth: Actor, team: Team, now: datetime, tmp_path: Path
) -> None:
    own = publish(ruth, put(ruth, draft, now, "follow-up-visit", title="Ours"), now)
    shipped = Path("coordination/worklist/playbooks/discharge-home.toml").read_text()
    newer = shipped.replace("Ask whom to call after leaving, and when", "Ask whom to call")
    (tmp_path / "discharge-home.toml").write_text(newer)
    assert actions.load_playbooks(now, tmp_path) == 1
    assert queries.current_playbook(team.organization_id, team.pk, SLUG) == own
    (row,) = queries.book_rows(ruth, SLUG)
    assert [one.is_behind for one in row.teams] == [True]
    draft = actions.begin_draft(ruth, SLUG, team.public_id, now)
    assert draft.shipped == row.book
    assert step_of(draft, "may-we-call")["title"] == "Ask whom to call after leaving, and when"
    draft = actions.take_shipped_step(ruth, draft.public_id, 1, "may-we-call", now)
    assert step_of(draft, "may-we-call")["title"] == "Ask whom to call"
    assert step_of(draft, "follow-up-visit")["title"] == "Ours"
    publish(ruth, draft, now)
    (row,) = queries.book_rows(ruth, SLUG)
    assert [one.is_behind for one in row.teams] == [False]


def test_a_draft_open_during_an_upgrade_is_compared_with_the_new_one(
    draft: PlaybookDraft, ruth: Actor, team: Team, now: datetime, tmp_path: Path
) -> None:
    shipped = Path("coordination/worklist/playbooks/discharge-home.toml").read_text()
    (tmp_path / "discharge-home.toml").write_text(shipped.replace("Book the first", "Book a first"))
    actions.load_playbooks(now, tmp_path)
    again = actions.begin_draft(ruth, SLUG, team.public_id, now)
    assert again == draft
    assert again.shipped.version == 2


@pytest.mark.parametrize("slug", ["discharge-home", "discharge-facility", "inpatient-admission",
                                  "thirty-days", "against-advice", "home-health"])  # fmt: skip
def test_a_preview_is_what_a_start_raises_and_writes_nothing(
    books: None, ruth: Actor, team: Team, stay: Stay, now: datetime, slug: str
) -> None:
    draft = actions.begin_draft(ruth, slug, team.public_id, now)
    slug_of_first = draft.definition["step"][0]["slug"]
    draft = put(ruth, draft, now, slug_of_first, title="Ours")
    tables: list[Callable[[], int]] = [
        Task.objects.count, PlaybookRun.objects.count, Playbook.objects.count,
        AuditEvent.objects.count,
    ]  # fmt: skip
    before = [count() for count in tables]
    said = {"subject": ("stay", stay.pk), "anchor_at": now, "now": now,
            "facts": {"disposition": "06"}}  # fmt: skip
    found = actions.preview(ruth, draft, stay.patient, **said)
    assert [count() for count in tables] == before
    assert [one.step.slug for one in found] == [one["slug"] for one in draft.definition["step"]]
    assert all(one.task or one.why_not for one in found)
    anchor = draft.definition["anchor_event"]
    publish(ruth, draft, now)
    run = actions.start_playbook(ruth, slug=slug, patient=stay.patient, anchor_event=anchor, **said)
    raised = {
        task.step: (task.title, task.due_at, task.due_event, task.assignee_id)
        for task in Task.objects.filter(run=run)
    }
    assert raised == {
        one.step.slug: (one.task.title, one.task.due_at, one.task.due_event, one.task.assignee_id)
        for one in found
        if one.task
    }


def test_a_preview_needs_the_teams_own_patient(
    draft: PlaybookDraft, ruth: Actor, team: Team, now: datetime
) -> None:
    other = PatientFactory(
        organization=team.organization, team=TeamFactory(organization=team.organization)
    )
    said = {"subject": ("patient", other.pk), "anchor_at": now, "now": now, "facts": {}}
    with pytest.raises(Refused, match="does not look after"):
        actions.preview(ruth, draft, other, **said)


@pytest.mark.parametrize("role", ["coordinator", "nurse", "charge"])
def test_only_a_supervisor_of_the_team_changes_a_playbook(
    draft: PlaybookDraft, team: Team, now: datetime, role: str
) -> None:
    other = actor_of(member(team, role))
    with pytest.raises(NotPermitted):
        actions.begin_draft(other, SLUG, team.public_id, now)
    with pytest.raises(NotPermitted):
        actions.drop_draft_step(other, draft.public_id, 1, "may-we-call", now)
    with pytest.raises(NotPermitted):
        publish(other, draft, now)
    with pytest.raises(NotPermitted):
        actions.put_in_force(
            other, draft.shipped.public_id, team.public_id, draft.shipped.public_id, now
        )
    elsewhere = actor_of(member(TeamFactory(organization=team.organization), "supervisor"))
    with pytest.raises(Team.DoesNotExist):
        actions.begin_draft(elsewhere, SLUG, team.public_id, now)
    with pytest.raises(PlaybookDraft.DoesNotExist):
        publish(elsewhere, draft, now)


def test_a_draft_changed_meanwhile_is_not_overwritten(
    draft: PlaybookDraft, ruth: Actor, now: datetime
) -> None:
    edit = (ruth, draft.public_id)
    actions.drop_draft_step(*edit, 1, "may-we-call", now)
    for act in (
        lambda: actions.move_draft_step(*edit, 1, "choice-list", -1, now),
        lambda: put(ruth, draft, now, "choice-list", title="Mine"),
        lambda: actions.publish_draft(*edit, 1, "Why", now),
        lambda: actions.discard_draft(*edit, 1, now),
    ):
        with pytest.raises(StaleRecord):
            act()


def test_another_teams_copy_is_not_read(
    draft: PlaybookDraft, ruth: Actor, actor: Actor, team: Team, now: datetime
) -> None:
    own = publish(ruth, put(ruth, draft, now, "follow-up-visit", title="Ours"), now)
    assert queries.one_book(actor, own.public_id) == own
    elsewhere = actor_of(member(TeamFactory(organization=team.organization), "supervisor"))
    with pytest.raises(Playbook.DoesNotExist):
        queries.one_book(elsewhere, own.public_id)
    auditor = actor_of(member(team, "auditor"))
    assert queries.one_book(auditor, own.public_id) == own


def test_of_the_answers_only_what_differs_is_told(draft: PlaybookDraft, ruth: Actor) -> None:
    old = queries.definition_of(draft.shipped)
    step = step_of(draft, "follow-up-visit")
    booked, _books, no_slot = step["results"]
    own = {"code": "refused", "label": "Refused"}
    data = put_step(draft.definition, {**step, "results": [booked, no_slot, own]})
    (told,) = told_difference(old, as_definition(data), {})
    assert told.lines == [
        ("Answers", "The patient books it", "–"), ("Answers", "–", "Refused"),
    ]  # fmt: skip
    data = put_step(draft.definition, {**step, "results": [no_slot, booked, _books]})
    (told,) = told_difference(old, as_definition(data), {})
    assert told.lines[0][2].startswith("No slot yet")
