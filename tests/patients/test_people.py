"""Who the patient is, whom we speak with, insurance, visits: who may, what is kept and said."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from coordination.access.actor import system_actor
from coordination.access.models import AuditEvent
from coordination.records import NotPermitted, Refused, StaleRecord, TransitionNotAllowed
from patients import actions
from patients.models import (
    Assignment,
    ContactPreference,
    Coverage,
    DisclosurePermission,
    FieldChange,
    Identifier,
    Patient,
    TimelineEntry,
)
from patients.queries import find
from tests.conftest import actor_of, member
from tests.factories import PatientFactory, TeamFactory
from tests.patients.factories import ContactFactory, CoverageFactory, VisitFactory

# What this room says; what follows from it in others has its own tests.
OURS = r"^(patient|stay|anchor|contact|permission|coverage|visit|outreach)\."


@pytest.fixture
def patient(team) -> Patient:
    return PatientFactory(organization=team.organization, team=team)


@pytest.fixture
def supervising(supervisor):
    return actor_of(supervisor)


def told(patient) -> list[str]:
    entries = TimelineEntry.objects.filter(patient=patient, kind__regex=OURS).order_by("id")
    return list(entries.values_list("sentence", flat=True))


def test_who_may_not_register_cannot(team, now) -> None:
    for role in ("nurse", "charge", "admin", "auditor"):
        with pytest.raises(NotPermitted):
            actions.register_patient(actor_of(member(team, role)), family="X", now=now)


def test_nobody_registers_into_a_team_that_is_not_theirs(actor, team, now) -> None:
    other = TeamFactory(organization=team.organization, facility=team.facility)
    with pytest.raises(NotPermitted, match="your own teams"):
        actions.register_patient(actor, family="X", team=other, now=now)


def test_the_system_registers_for_an_import_without_a_team(hospital, now) -> None:
    feed = system_actor("exchange.import", hospital)
    patient = actions.register_patient(feed, family="Núñez", given="José", now=now, quiet=True)
    assert patient.name_norm == "nunez jose"
    assert told(patient) == []
    assert not Assignment.objects.exists()


def test_two_patients_never_share_an_mrn(actor, now) -> None:
    actions.register_patient(actor, family="One", mrn="00 11", now=now)
    with pytest.raises(Refused, match="belongs to another patient"):
        actions.register_patient(actor, family="Two", mrn="0011", now=now)
    assert not Patient.objects.filter(family="Two").exists()


def test_the_database_holds_an_mrn_once_too(patient) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Identifier.objects.create(
            organization=patient.organization, patient=patient, system="mrn", value="x",
            value_norm=Identifier.objects.get(patient=patient).value_norm,
        )  # fmt: skip


def test_a_changed_mrn_is_found_by_the_old_one_too(actor, patient, now) -> None:
    old = patient.mrn
    actions.correct_patient(actor, patient.public_id, patient.version, mrn="NEW 9", now=now)
    for text in (old, "new9"):
        assert [hit.mrn for hit in find(actor, text, now.date()).rows] == ["NEW 9"]


def test_a_correction_that_changes_nothing_writes_nothing(actor, patient, now) -> None:
    same = actions.correct_patient(actor, patient.public_id, 1, family="Okafor", now=now)
    assert same.version == 1
    assert not FieldChange.objects.exists()
    assert not AuditEvent.objects.exists()


def test_a_correction_says_what_changed_and_why(actor, patient, now) -> None:
    actions.correct_patient(
        actor, patient.public_id, 1, birth_date=date(1948, 3, 14), phone="(555) 010-1355",
        why="told by daughter Inez", now=now,
    )  # fmt: skip
    assert told(patient) == ["Corrected: birth date, telephone. told by daughter Inez"]
    assert AuditEvent.objects.get().detail == {"fields": ["birth_date", "phone"]}
    assert FieldChange.objects.get(field="birth_date").after == "1948-03-14"


def test_a_stale_correction_is_refused(actor, patient, now) -> None:
    with pytest.raises(StaleRecord):
        actions.correct_patient(actor, patient.public_id, 7, family="X", now=now)


def test_out_of_scope_is_not_there_for_any_act(actor, hospital, now) -> None:
    hidden = PatientFactory(organization=hospital)
    contact, coverage = ContactFactory(patient=hidden), CoverageFactory(patient=hidden)
    visit = VisitFactory(patient=hidden)
    acts = [
        lambda: actions.correct_patient(actor, hidden.public_id, 1, family="X", now=now),
        lambda: actions.record_death(actor, hidden.public_id, 1, died_at=now, now=now),
        lambda: actions.opt_out(actor, hidden.public_id, "text", now=now),
        lambda: actions.add_contact(actor, hidden, name="X", now=now),
        lambda: actions.change_contact(actor, contact.public_id, 1, name="X", now=now),
        lambda: actions.add_coverage(actor, hidden, payer="X", payer_class="other", now=now),
        lambda: actions.change_coverage(actor, coverage.public_id, 1, payer="X", now=now),
        lambda: actions.book_visit(actor, hidden, starts_at=now, now=now),
        lambda: actions.change_visit(actor, visit.public_id, 1, place="X", now=now),
        lambda: actions.assign(
            actor, hidden.public_id, Assignment(team_id=actor.team_ids[0]).team, None, now=now
        ),
    ]
    for act in acts:
        with pytest.raises(
            (Patient.DoesNotExist, type(contact).DoesNotExist, Coverage.DoesNotExist,
             type(visit).DoesNotExist)
        ):  # fmt: skip
            act()
    assert not AuditEvent.objects.exists()


def test_an_auditor_changes_nothing(team, patient, now) -> None:
    auditor = actor_of(member(team, "auditor"))
    contact, visit = ContactFactory(patient=patient), VisitFactory(patient=patient)
    for act in (
        lambda: actions.correct_patient(auditor, patient.public_id, 1, family="X", now=now),
        lambda: actions.record_death(auditor, patient.public_id, 1, died_at=now, now=now),
        lambda: actions.withdraw_death(auditor, patient.public_id, 1, why="x", now=now),
        lambda: actions.set_preference(auditor, patient.public_id, "text", now=now),
        lambda: actions.opt_in(auditor, patient.public_id, "text", now=now),
        lambda: actions.end_contact(auditor, contact.public_id, 1, why="x", now=now),
        lambda: actions.add_coverage(auditor, patient, payer="X", now=now),
        lambda: actions.change_visit(auditor, visit.public_id, 1, now=now),
    ):
        with pytest.raises(NotPermitted):
            act()


def test_a_death_is_recorded_once(actor, patient, now) -> None:
    died = now - timedelta(hours=5)
    actions.record_death(
        actor, patient.public_id, 1, died_at=died, now=now, told_by="told by wife Nora"
    )
    assert told(patient) == ["Died, told by wife Nora"]
    assert TimelineEntry.objects.get(kind="patient.died").at == died
    with pytest.raises(Refused, match="already recorded"):
        actions.record_death(actor, patient.public_id, None, died_at=died, now=now)


def test_only_a_recorded_death_can_be_taken_back(actor, patient, now) -> None:
    with pytest.raises(Refused, match="No death is recorded"):
        actions.withdraw_death(actor, patient.public_id, 1, why="x", now=now)


def test_saying_stop_twice_is_said_once(actor, patient, now) -> None:
    for _ in range(2):
        actions.opt_out(actor, patient.public_id, "text", now=now, told_by="the patient")
    assert told(patient) == ["No more by text message, the patient"]
    actions.opt_in(actor, patient.public_id, "text", now=now)
    actions.opt_in(actor, patient.public_id, "text", now=now)
    assert told(patient)[1:] == ["Allowed again: text message"]


def test_one_channel_is_preferred_at_a_time(actor, patient, now) -> None:
    for channel in ("phone", "text"):
        actions.set_preference(actor, patient.public_id, channel, is_preferred=True, now=now)
    preferred = ContactPreference.objects.get(is_preferred=True)
    assert preferred.channel == "text"


def test_wishes_of_anothers_contact_are_refused(actor, patient, now, team) -> None:
    other = ContactFactory(patient=PatientFactory(organization=team.organization, team=team))
    with pytest.raises(Refused, match="another patient"):
        actions.opt_out(actor, patient.public_id, "text", now=now, contact=other)


def permit(actor, contact, now, **fields):
    given = {"topics": ["diagnosis"], "starts_at": now, "ends_at": now + timedelta(days=9),
             "document": "release"}  # fmt: skip
    return actions.add_permission(actor, contact, now=now, **(given | fields))


def test_a_permission_without_its_paper_is_only_a_draft(actor, patient, now) -> None:
    contact = ContactFactory(patient=patient)
    assert permit(actor, contact, now, document=" ").status == "draft"
    assert permit(actor, contact, now, topics=[]).status == "draft"
    assert permit(actor, contact, now).status == "active"
    assert told(patient)[-1] == "What Ngozi Okafor may be told: in force"


def test_the_database_refuses_a_permission_in_force_that_is_incomplete(patient) -> None:
    contact = ContactFactory(patient=patient)
    with pytest.raises(IntegrityError), transaction.atomic():
        DisclosurePermission.objects.create(
            organization=patient.organization, patient=patient, contact=contact, status="active"
        )


def test_a_new_permission_takes_the_place_of_the_old(actor, patient, now) -> None:
    contact = ContactFactory(patient=patient)
    first, second = permit(actor, contact, now), permit(actor, contact, now)
    first.refresh_from_db()
    assert (first.status, second.status) == ("inactive", "active")


def test_only_who_approves_may_end_a_permission(actor, supervising, patient, now) -> None:
    permission = permit(actor, ContactFactory(patient=patient), now)
    with pytest.raises(NotPermitted):
        actions.end_permission(actor, permission.public_id, 1, why="asked", now=now)
    actions.end_permission(supervising, permission.public_id, 1, why="asked", now=now)
    with pytest.raises(TransitionNotAllowed):
        actions.end_permission(supervising, permission.public_id, None, why="asked", now=now)


def test_a_contact_ends_once_and_with_its_permissions(actor, patient, now) -> None:
    contact = ContactFactory(patient=patient)
    permission = permit(actor, contact, now)
    actions.end_contact(actor, contact.public_id, contact.version, why="moved", now=now)
    permission.refresh_from_db()
    assert permission.status == "inactive"
    with pytest.raises(Refused, match="no longer a contact"):
        actions.end_contact(actor, contact.public_id, None, why="again", now=now)


def test_imported_insurance_is_never_confirmed_and_keeps_its_text(actor, patient, now) -> None:
    coverage = actions.add_coverage(
        actor, patient, payer="Humana", payer_class="medicare_advantage", now=now,
        as_imported="HUMANA GOLD PLUS",
    )  # fmt: skip
    assert (coverage.payer_class, coverage.as_imported) == ("unconfirmed", "HUMANA GOLD PLUS")
    assert told(patient) == ["Insurance added: Humana, Payer class not confirmed"]


def test_insurance_that_ends_before_it_starts_is_refused(actor, patient, now) -> None:
    coverage = CoverageFactory(patient=patient, starts_on=date(2026, 1, 1))
    with pytest.raises(Refused, match="cannot end before it starts"):
        actions.change_coverage(actor, coverage.public_id, 1, ends_on=date(2025, 1, 1), now=now)
    assert Coverage.objects.get().version == 1


def test_insurance_ends_once(actor, patient, now) -> None:
    coverage = CoverageFactory(patient=patient)
    actions.end_coverage(actor, coverage.public_id, 1, why="over", now=now)
    with pytest.raises(Refused, match="ended already"):
        actions.end_coverage(actor, coverage.public_id, 2, why="over", now=now)


def test_a_booked_visit_needs_its_time(actor, patient, now) -> None:
    with pytest.raises(Refused, match="day and time"):
        actions.book_visit(actor, patient, with_whom="Ortho Yard", now=now)


def test_a_visit_to_come_cannot_have_been_kept(actor, patient, now) -> None:
    visit = actions.book_visit(
        actor, patient, with_whom="Ortho Yard", starts_at=now + timedelta(days=8), now=now
    )
    assert told(patient) == ["Visit booked, Ortho Yard, Tue 1 Dec 2026, 10:42"]
    for source, says in (("", "who told you"), ("the practice", "still to come")):
        with pytest.raises(Refused, match=says):
            actions.change_visit(
                actor, visit.public_id, 1, status="fulfilled", outcome_source=source, now=now
            )


def test_a_moved_visit_says_so(actor, patient, now) -> None:
    visit = VisitFactory(patient=patient, starts_at=now + timedelta(days=1))
    actions.change_visit(actor, visit.public_id, 1, starts_at=now + timedelta(days=2), now=now)
    assert told(patient) == ["Visit: booked, Ortho Yard, Wed 25 Nov 2026, 10:42"]


def test_a_visit_from_before_going_live_raises_nothing(actor, patient, now) -> None:
    actor.organization.go_live_at = now
    actions.book_visit(
        actor, patient, status="fulfilled", outcome_source="record", now=now,
        starts_at=now - timedelta(days=400),
    )  # fmt: skip
    assert told(patient) == []


def test_a_reassignment_ends_what_stood_there_and_keeps_it(actor, patient, team, now) -> None:
    nurse = member(team, "nurse")
    actions.assign(actor, patient.public_id, team, nurse, now=now, reason="continuity")
    actions.assign(actor, patient.public_id, team, nurse, now=now)
    ended, standing = Assignment.objects.filter(patient=patient).order_by("id")
    assert (ended.ends_at, standing.user, standing.ends_at) == (now, nurse, None)


def test_a_coordinator_gives_patients_to_own_teams_only(
    actor, supervising, patient, team, now
) -> None:
    other = TeamFactory(organization=team.organization, facility=team.facility)
    with pytest.raises(NotPermitted):
        actions.assign(actor, patient.public_id, other, None, now=now)
    actions.assign(supervising, patient.public_id, other, None, now=now)
    with pytest.raises(NotPermitted, match="another organization"):
        actions.assign(supervising, patient.public_id, TeamFactory(), None, now=now)


def test_one_team_has_one_open_assignment_of_a_kind(patient, team, now) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Assignment.objects.create(
            organization=team.organization, patient=patient, team=team, starts_at=now
        )
