"""The trail only grows, and holds a row for a change exactly when the change stands."""

from __future__ import annotations

import pytest
from django.db import Error, connection, transaction

from coordination.access.actions import keep_draft
from coordination.access.actor import Actor, system_actor
from coordination.access.audit import keyed_hash, record
from coordination.access.models import AuditEvent, Draft
from coordination.access.queries import who_looked
from coordination.records import NotPermitted
from tests.conftest import actor_of, member
from tests.factories import PatientFactory


@pytest.fixture
def row(actor: Actor) -> AuditEvent:
    record(actor, "read", patients=[7])
    return AuditEvent.objects.get()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE access_auditevent SET action = 'nothing'",
        "DELETE FROM access_auditevent",
        "TRUNCATE access_auditevent",
        "TRUNCATE access_auditevent CASCADE",
        "UPDATE access_auditevent SET patients = '{}' WHERE id > 0",
    ],
)
@pytest.mark.database
def test_a_row_of_the_trail_is_never_changed_or_removed(statement: str, row: AuditEvent) -> None:
    with pytest.raises(Error), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert AuditEvent.objects.get(pk=row.pk).action == "read"


def test_nor_through_the_models(row: AuditEvent) -> None:
    row.action = "nothing"
    for act in (row.save, row.delete, AuditEvent.objects.all().delete):
        with pytest.raises(Error), transaction.atomic():
            act()
    with pytest.raises(Error), transaction.atomic():
        AuditEvent.objects.update(action="nothing")
    assert AuditEvent.objects.count() == 1


def test_the_change_and_its_row_stand_or_fall_together(actor: Actor, now) -> None:
    keep_draft(actor, "note", None, {"text": ["a"]}, now)
    assert AuditEvent.objects.filter(action="draft.keep").count() == 1
    with transaction.atomic():
        keep_draft(actor, "other", None, {"text": ["a"]}, now)
        transaction.set_rollback(True)
    assert Draft.objects.count() == AuditEvent.objects.filter(action="draft.keep").count() == 1
    with connection.cursor() as cursor:
        cursor.execute(
            "SET CONSTRAINTS ALL IMMEDIATE; ALTER TABLE access_auditevent"
            " ADD CONSTRAINT closed CHECK (action <> 'draft.keep') NOT VALID"
        )
    with pytest.raises(Error), transaction.atomic():
        keep_draft(actor, "third", None, {"text": ["a"]}, now)
    assert Draft.objects.count() == 1


def test_a_row_knows_its_transaction_its_time_and_no_text(actor: Actor, now) -> None:
    keep_draft(actor, "note", None, {"text": ["Zyxomarker"]}, now)
    with connection.cursor() as cursor:
        cursor.execute("SELECT row_to_json(e)::text FROM access_auditevent e")
        (text,) = cursor.fetchone()
        cursor.execute("SELECT pg_current_xact_id()::text::bigint, transaction_timestamp()")
        transaction_id, began = cursor.fetchone()
    row = AuditEvent.objects.get()
    assert "Zyxomarker" not in text
    assert row.transaction == transaction_id
    assert row.at >= began


def test_a_hash_is_keyed(settings) -> None:
    before = keyed_hash("okafor")
    settings.HASH_KEY = "another"
    assert keyed_hash("okafor") != before


def test_who_looked_is_answered_newest_first_page_by_page(actor: Actor, team) -> None:
    patient = PatientFactory(organization=team.organization, team=team)
    other = PatientFactory(organization=team.organization, team=team)
    for _ in range(60):
        record(actor, "read", patients=[patient.pk, other.pk])
    record(actor, "read", patients=[other.pk])
    record(system_actor("reminders", team.organization), "message.sent", patients=[patient.pk])
    first = who_looked(actor, patient.pk)
    assert (len(first.rows), first.rows[0].action, first.rows[1].who) == (
        50, "message.sent", "Maria Delgado",
    )  # fmt: skip
    rest = who_looked(actor, patient.pk, first.before)
    assert (len(rest.rows), rest.before) == (11, None)
    assert len({look.pk for look in (*first.rows, *rest.rows)}) == 61
    assert patient.pk in actor.shown


@pytest.mark.parametrize(
    ("role", "allowed"),
    [("coordinator", True), ("supervisor", True), ("auditor", True), ("nurse", False),
     ("charge", False), ("admin", False)],
)  # fmt: skip
def test_who_looked_needs_its_permission(role: str, allowed: bool, team) -> None:
    actor = actor_of(member(team, role))
    if allowed:
        assert who_looked(actor, 1).rows == []
    else:
        with pytest.raises(NotPermitted):
            who_looked(actor, 1)


@pytest.mark.parametrize("rows", [1, 10, 50])
def test_who_looked_costs_one_statement(rows: int, actor, django_assert_num_queries) -> None:
    for _ in range(rows):
        record(actor, "read", patients=[7])
    with django_assert_num_queries(1):
        assert len(who_looked(actor, 7).rows) == rows
