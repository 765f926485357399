"""What people see of messages and calls."""

from __future__ import annotations

import uuid
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from coordination.access.models import AuditEvent
from coordination.outreach.models import Delivery
from coordination.outreach.queries import messages_check, outbox_lag
from tests.conftest import member
from tests.factories import TeamFactory
from tests.outreach.factories import (
    NOW,
    CallFactory,
    CallPartyFactory,
    DeliveryFactory,
    let_messages_leave,
    reachable,
)
from tests.worklist.factories import TaskFactory

pytestmark = pytest.mark.django_db


def test_the_list_shows_each_message_with_its_text_and_its_state(signed_in, house, team):
    row = DeliveryFactory(team=team)
    page = signed_in.get("/outgoing/").content.decode()
    assert row.patient.family in page
    assert "you have an appointment on Wednesday, November 25" in page
    assert "Planned" in page
    read = AuditEvent.objects.get(action="list")
    assert read.patients == [row.patient_id]


def test_what_goes_out_within_a_day_stands_soonest_first(signed_in, house, team):
    now = timezone.now()
    later = DeliveryFactory(team=team, due_at=now + timedelta(hours=20))
    sooner = DeliveryFactory(team=team, due_at=now + timedelta(hours=2))
    DeliveryFactory(team=team, due_at=now + timedelta(hours=25))
    page = signed_in.get("/outgoing/?show=next").content.decode()
    assert page.index(f"message-{sooner.pk}") < page.index(f"message-{later.pk}")
    assert page.count('id="message-') == 2


def test_a_state_filters_and_nonsense_is_ignored(signed_in, house, team):
    DeliveryFactory(team=team)
    assert b"No message here" in signed_in.get("/outgoing/?state=sent").content
    page = signed_in.get("/outgoing/?state=teleported&show=zzz&after=not-a-place").content.decode()
    assert page.count('id="message-') == 1


def test_a_long_list_goes_on_where_it_stopped(signed_in, house, team):
    DeliveryFactory.create_batch(51, team=team, patient=reachable(team))
    page = signed_in.get("/outgoing/").content.decode()
    assert page.count('id="message-') == 50
    start = page.index("?after=")
    rest = signed_in.get("/outgoing/" + page[start : page.index('"', start)]).content.decode()
    assert rest.count('id="message-') == 1


@pytest.mark.parametrize("rows", [1, 10, 50])
def test_the_list_costs_the_same(rows, signed_in, house, team):
    DeliveryFactory.create_batch(rows, team=team, patient=reachable(team))
    with CaptureQueriesContext(connection) as seen:
        signed_in.get("/outgoing/")
    assert len([q for q in seen if "SAVEPOINT" not in q["sql"]]) == 7


def test_another_teams_messages_and_calls_are_not_there(signed_in, house, team):
    other = TeamFactory(organization=team.organization)
    row = DeliveryFactory(team=other)
    call = CallFactory(patient=row.patient)
    assert row.patient.family not in signed_in.get("/outgoing/").content.decode()
    for address in (f"/outgoing/{row.pk}/", f"/calls/{call.public_id}/"):
        assert signed_in.get(address).status_code == 404
    assert signed_in.post(f"/outgoing/{row.pk}/settle/", {"state": "sent"}).status_code == 404


def test_a_message_that_may_have_gone_out_is_settled_by_a_person(signed_in, house, team, actor):
    row = DeliveryFactory(team=team)
    task = TaskFactory(team=team, patient=row.patient)
    Delivery.objects.filter(pk=row.pk).update(state="unsure", call_task=task, sending_at=NOW)
    assert b"It arrived" in signed_in.get(f"/outgoing/{row.pk}/").content
    assert signed_in.post(f"/outgoing/{row.pk}/settle/", {"state": "?"}).status_code == 422
    assert signed_in.post(f"/outgoing/{row.pk}/settle/", {"state": "sent"}).status_code == 302
    row.refresh_from_db()
    assert (row.state, row.sent_at) == ("sent", NOW)
    assert signed_in.post(f"/outgoing/{row.pk}/settle/", {"state": "sent"}).status_code == 409


def test_one_call_names_everybody_who_took_part(signed_in, team):
    call = CallFactory(patient=reachable(team), note="Bed 214B held.", minutes=4)
    CallPartyFactory(call=call, kind="outside", name="Dana Whitfield", role="Maple Court")
    page = signed_in.get(f"/calls/{call.public_id}/").content.decode()
    assert "Dana Whitfield, Maple Court" in page
    assert "Bed 214B held." in page
    assert "<title>Call ·" in page


def test_an_administrator_switches_messages_on_once_quiet_hours_are_set(client, team):
    client.force_login(member(team, "admin"))
    assert 'href="/outgoing/switch/"' in client.get("/outgoing/switch/").content.decode()
    refused = client.post("/outgoing/switch/", {"is_on": "on", "test_recipients": ""})
    assert refused.status_code == 422
    assert b"Set the quiet hours first" in refused.content
    organization = let_messages_leave(team)
    sent = client.post(
        "/outgoing/switch/", {"is_on": "on", "test_recipients": "a@example.org\n\n(555) 010-1"}
    )
    organization.refresh_from_db()
    assert sent.status_code == 302
    assert organization.messages_on
    assert organization.test_recipients == ["a@example.org", "(555) 010-1"]
    assert AuditEvent.objects.filter(action="setting.messages").exists()


def test_a_line_too_long_for_an_address_is_said_at_its_field(client, team):
    client.force_login(member(team, "admin"))
    answer = client.post("/outgoing/switch/", {"test_recipients": "x" * 255})
    assert answer.status_code == 422
    assert b"too long for an address" in answer.content


def test_a_coordinator_cannot_switch_messages(signed_in):
    assert signed_in.post("/outgoing/switch/", {"is_on": "on"}).status_code == 403


def test_the_operator_hears_when_messages_are_due_and_none_leaves(house, team):
    assert not outbox_lag().is_late
    DeliveryFactory(team=team, due_at=timezone.now() - timedelta(minutes=121, seconds=30))
    lag = outbox_lag()
    assert (lag.waiting, lag.is_late, lag.none_sent) == (1, True, True)
    check = messages_check()
    assert not check.ok
    assert check.seen == "1 due, the oldest for 121 minutes, none was sent in 24 hours"


def test_messages_that_are_switched_off_are_no_alarm(house, team):
    DeliveryFactory(team=team, due_at=timezone.now() - timedelta(minutes=121, seconds=30))
    house.messages_on = False
    house.save()
    assert not outbox_lag().is_late


def test_a_message_nobody_has_is_not_there(signed_in):
    assert signed_in.get(f"/outgoing/{uuid.uuid4()}/").status_code == 404
