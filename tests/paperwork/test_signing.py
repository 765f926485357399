"""A signature that is asked for: who, chased when, proven by what, and undone how."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from coordination.access.models import FacilitySetting
from coordination.access.rules import parse_business_days
from coordination.clocks.rules import Calendar
from coordination.paperwork import actions
from coordination.paperwork.actions import SignIn, move_document, void_document
from coordination.paperwork.jobs import chase_signatures
from coordination.paperwork.models import Dispatch, Signature
from coordination.paperwork.queries import open_counts, signature_queue
from coordination.paperwork.rules import chase_after
from coordination.records import NotPermitted, Refused, TransitionNotAllowed
from coordination.worklist.models import Evidence, Proposal, Task
from patients.models import Assignment, TimelineEntry
from tests.browsing import LOOKS, assert_axe_clean, assert_no_sideways_scroll
from tests.conftest import actor_of, member
from tests.counting import statements
from tests.factories import PatientFactory
from tests.paperwork.factories import DocumentFactory

pytestmark = pytest.mark.django_db
MONDAY = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)  # 10:00 in New York; Thursday is Thanksgiving
ZONE = ZoneInfo("America/New_York")
STEPS = "1 / 3 / 5 business days"


@pytest.fixture
def patient(team, coordinator):
    made = PatientFactory(organization=team.organization, team=team)
    Assignment.objects.filter(patient=made).update(user=coordinator)
    return made


@pytest.fixture
def settled(team):
    FacilitySetting.objects.create(
        organization=team.organization, facility=team.facility, key="signature_chased_after",
        value=STEPS, set_at=timezone.now(),
    )  # fmt: skip


def asked(actor, patient, now=None, **more):
    document = more.pop("document", None) or DocumentFactory(patient=patient, title="Order 7")
    what = SignIn(**{"signer": "Dr. Abara", "role": "clinician", "phone": "(555) 010-1", **more})
    return actions.ask_signature(actor, document.public_id, what, now=now or timezone.now())


def signed(actor, row, **more):
    now = timezone.now()
    how = {"how": "chart", "signed_at": now, "now": now, **more}
    return actions.note_signed(actor, row.public_id, None, **how)


def test_it_is_asked_again_on_business_days_of_the_hospital():
    thanksgiving = Calendar(holidays={MONDAY.date().replace(day=26): "Thanksgiving"})
    steps = parse_business_days(STEPS)
    found = [chase_after(MONDAY, n, steps, ZONE, thanksgiving) for n in range(4)]
    assert found[3] is None
    assert [one.raise_at.isoformat() for one in found[:3]] == [
        "2026-11-24T00:00:00-05:00", "2026-11-27T00:00:00-05:00", "2026-12-01T00:00:00-05:00",
    ]  # fmt: skip
    assert found[0].due_at == MONDAY + timedelta(days=1)
    with pytest.raises(ValueError, match="time zone"):
        chase_after(MONDAY.replace(tzinfo=None), 0, steps, ZONE, thanksgiving)


def test_the_hour_stays_when_the_clocks_change():
    friday = datetime(2026, 10, 30, 14, 0, tzinfo=UTC)
    assert chase_after(friday, 0, (1,), ZONE, Calendar()).due_at.hour == 10


@pytest.mark.parametrize("typed", ["", "3 / 1 business days", "0 business days", "1 d", "61 days"])
def test_steps_that_make_no_sense_are_refused(typed):
    with pytest.raises(ValueError, match="rising numbers"):
        parse_business_days(typed)


def test_asking_puts_it_in_the_queue_and_the_paper_in_the_line(actor, patient):
    row = asked(actor, patient, channel="fax", to_address="(555) 010-4422")
    assert signature_queue(actor).rows == [row]
    assert open_counts(actor)["sign"] == 1
    sent = Dispatch.objects.get()
    assert (row.dispatch, sent.to_name) == (sent, "Dr. Abara")
    lines = TimelineEntry.objects.filter(patient=patient, subject_kind="signature")
    assert [line.sentence for line in lines] == ["Signature asked for: Dr. Abara"]
    with pytest.raises(Refused, match="asked for it already"):
        asked(actor, patient, document=row.document)


def test_unsettled_it_raises_nothing(actor, patient):
    row = asked(actor, patient)
    assert row.chase_at is None
    assert actions.chase_signatures(timezone.now() + timedelta(days=60)) == 0


def test_each_step_raises_one_task_and_an_open_one_is_not_doubled(actor, patient, settled):
    row = asked(actor, patient, now=MONDAY)
    assert actions.chase_signatures(MONDAY + timedelta(hours=1)) == 0
    tuesday = MONDAY + timedelta(days=1)
    assert [actions.chase_signatures(tuesday), actions.chase_signatures(tuesday)] == [1, 0]
    task = Task.objects.get(patient=patient)
    assert (task.due_at, task.next_step) == (tuesday, "Dr. Abara, (555) 010-1")
    assert patient.family not in task.title
    assert actions.chase_signatures(MONDAY + timedelta(days=4)) == 1
    assert Task.objects.filter(patient=patient).count() == 1  # the first is late by itself
    row.refresh_from_db()
    assert (row.chased, row.version) == (2, 1)


def test_after_a_dead_week_one_task_comes_and_then_none(actor, patient, settled):
    asked(actor, patient, now=MONDAY)
    late = MONDAY + timedelta(days=30)
    assert [actions.chase_signatures(late), actions.chase_signatures(late)] == [1, 0]
    assert Task.objects.filter(patient=patient).count() == 1
    assert Signature.objects.get().chased == 3
    chase_signatures()  # the job finds nothing left


def test_a_filed_copy_proves_it_and_closes_the_task(actor, patient, settled):
    row = asked(actor, patient, now=MONDAY)
    actions.chase_signatures(MONDAY + timedelta(days=1))
    with pytest.raises(Refused, match="Choose the signed paper"):
        signed(actor, row, how="paper")
    with pytest.raises(Refused, match="Choose the signed paper"):  # the unsigned one is none
        signed(actor, row, how="paper", signed_copy=row.document.public_id)
    copy = DocumentFactory(patient=patient)
    signed(actor, row, how="paper", signed_copy=copy.public_id)
    task = Task.objects.get(patient=patient)
    assert (task.status, task.outcome) == ("completed", "Signed")
    assert Evidence.objects.get(task=task).subject_kind == "signature"
    assert signature_queue(actor).rows == []


def test_by_phone_it_needs_a_witness_and_not_the_future(actor, patient):
    row = asked(actor, patient)
    with pytest.raises(Refused, match="witness"):
        signed(actor, row, how="phone")
    with pytest.raises(Refused, match="still to come"):
        signed(actor, row, signed_at=timezone.now() + timedelta(hours=1))
    signed(actor, row, how="phone", witness="R. Okafor, nurse")
    with pytest.raises(TransitionNotAllowed):
        signed(actor, row)


@pytest.mark.parametrize(
    ("act", "status"), [(actions.note_declined, "rejected"), (actions.drop_signature, "cancelled")]
)
def test_a_no_ends_the_chase_and_proposes_to_close_its_task(act, status, actor, patient, settled):
    row = asked(actor, patient, now=MONDAY)
    actions.chase_signatures(MONDAY + timedelta(days=1))
    with pytest.raises(Refused, match="Say why"):
        act(actor, row.public_id, None, why=" ", now=timezone.now())
    act(actor, row.public_id, None, why="Not my patient", now=timezone.now())
    row.refresh_from_db()
    assert (row.status, row.refused_why, row.chase_at) == (status, "Not my patient", None)
    assert Proposal.objects.get().task.subject_id == row.pk


def test_entered_in_error_strikes_its_line(actor, patient):
    row = asked(actor, patient)
    actions.void_signature(actor, row.public_id, None, why="Wrong form", now=timezone.now())
    assert TimelineEntry.objects.get(patient=patient).void_why == "Wrong form"
    assert signature_queue(actor).rows == []


def test_a_signed_copy_that_was_an_error_opens_it_again(actor, patient, settled):
    row, copy = asked(actor, patient), DocumentFactory(patient=patient, filed_by=actor.user)
    signed(actor, row, how="paper", signed_copy=copy.public_id)
    void_document(actor, copy.public_id, None, why="Other order", now=timezone.now())
    row.refresh_from_db()
    assert (row.status, row.signed_copy, row.how) == ("requested", None, "")
    assert row.chase_at is not None


def test_what_is_to_be_signed_falls_with_a_paper_of_another_patient(
    actor, patient, team, signed_in
):
    paper = DocumentFactory(patient=patient, filed_by=actor.user, title="Secret of Rivera")
    row = asked(actor, patient, document=paper)
    other = PatientFactory(organization=team.organization, team=team)
    move_document(actor, paper.public_id, None, to=other, why="Other chart", now=timezone.now())
    row.refresh_from_db()
    assert row.status == "entered-in-error"
    page = signed_in.get(f"/paperwork/signatures/{row.public_id}/").content.decode()
    assert "Secret of Rivera" not in page


def test_who_may_not_send_may_not_ask(team, patient):
    auditor = actor_of(member(team, "auditor"))
    with pytest.raises(NotPermitted):
        asked(auditor, patient)


@pytest.mark.parametrize(
    "broken",
    [
        {"status": "completed"},
        {"status": "rejected"},
        {"how": "phone"},
        {"how": "paper"},
        {"status": "completed", "how": "chart", "signed_at": MONDAY, "chase_at": MONDAY},
    ],
)
def test_the_database_holds_what_must_be_true(broken, actor, patient):
    row = asked(actor, patient)
    with pytest.raises(IntegrityError), transaction.atomic():
        Signature.objects.filter(pk=row.pk).update(**broken)


def test_the_same_person_is_asked_once_for_one_paper(actor, patient):
    row = asked(actor, patient)
    with pytest.raises(IntegrityError), transaction.atomic():
        Signature.objects.create(
            organization=row.organization, patient=patient, document=row.document,
            signer=row.signer, role="clinician", asked_at=MONDAY,
        )  # fmt: skip


def test_it_is_asked_for_and_settled_on_the_pages(signed_in, actor, patient):
    paper = DocumentFactory(patient=patient, title="Order 7")
    address = f"/documents/{paper.public_id}/sign/"
    assert "Order 7" in signed_in.get(address).content.decode()
    said = {
        "create_key": "5f0d4c0e-6d0a-4a34-9f0e-2b1c1d1e1f77", "signer": "Dr. Abara",
        "role": "clinician", "channel": "fax",
    }  # fmt: skip
    wrong = signed_in.post(address, said)
    assert wrong.status_code == 422
    assert "A fax needs its number" in wrong.content.decode()
    there = signed_in.post(address, {**said, "to_address": "(555) 010-1"})["Location"]
    again = {**said, "to_address": "1", "create_key": "5f0d4c0e-6d0a-4a34-9f0e-2b1c1d1e1f78"}
    assert "asked for it already" in signed_in.post(address, again).content.decode()
    assert "Dr. Abara" in signed_in.get("/paperwork/?show=sign").content.decode()
    version = Signature.objects.get().version
    none = signed_in.post(f"{there}signed/", {"version": version, "how": "phone"})
    assert none.status_code == 422
    assert "needs a witness" in none.content.decode()
    good = {"version": version, "how": "chart", "signed_at": "2020-01-01T10:00"}
    assert signed_in.post(f"{there}signed/", good).status_code == 302
    assert "Seen signed" in signed_in.get(there).content.decode()
    listed = signed_in.get(f"/documents/{paper.public_id}/").content.decode()
    assert there in listed


@pytest.mark.parametrize("rows", [1, 50])
def test_the_queue_costs_the_same_however_long(rows, signed_in, actor, patient):
    for _ in range(rows):
        asked(actor, patient)
    signed_in.get("/paperwork/")
    with statements(5):
        page = signed_in.get("/paperwork/?show=sign").content.decode()
    assert page.count('id="signature-') == rows


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("theme", "width"), LOOKS)
def test_d_on_a_row_opens_what_proves_it_and_every_page_is_clean(
    theme, width, page_as, coordinator, patient
):
    row = asked(actor_of(coordinator), patient)
    page = page_as(coordinator, "/paperwork/?show=sign", theme=theme, width=width)
    assert_axe_clean(page)
    assert_no_sideways_scroll(page)
    page.keyboard.press("j")
    page.keyboard.press("d")
    page.locator("#dialog #save-signed").wait_for()
    assert_axe_clean(page)
    page.close()
    for address in (f"/documents/{row.document.public_id}/sign/",
                    f"/paperwork/signatures/{row.public_id}/"):  # fmt: skip
        page = page_as(coordinator, address, theme=theme, width=width)
        assert_axe_clean(page)
        assert_no_sideways_scroll(page)
        page.close()
