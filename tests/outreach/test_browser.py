"""The pages of outreach in Chromium: axe finds nothing, nothing scrolls sideways."""

from __future__ import annotations

import os

import pytest

from coordination.outreach.models import Delivery
from tests.browsing import assert_axe_clean, assert_no_sideways_scroll
from tests.conftest import member
from tests.outreach.factories import (
    NOW,
    CallFactory,
    CallPartyFactory,
    DeliveryFactory,
    let_messages_leave,
)
from tests.worklist.factories import TaskFactory

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.mark.parametrize(("theme", "width"), [("light", 1440), ("dark", 320)])
def test_every_page_of_outreach_is_clean(theme, width, page_as, team, coordinator):
    let_messages_leave(team)
    row = DeliveryFactory(team=team)
    unsure = DeliveryFactory(team=team)
    task = TaskFactory(team=team, patient=unsure.patient)
    Delivery.objects.filter(pk=unsure.pk).update(
        state="unsure", call_task=task, sending_at=NOW, reason="stopped-while-sending"
    )
    call = CallFactory(patient=row.patient, note="Bed 214B held until 16:00.", minutes=4)
    CallPartyFactory(call=call, kind="outside", name="Dana Whitfield", role="Maple Court")
    administrator = member(team, "admin")
    pages = [
        (coordinator, "/outgoing/"),
        (coordinator, f"/outgoing/{unsure.pk}/"),
        (coordinator, f"/calls/{call.public_id}/"),
        (administrator, "/outgoing/switch/"),
    ]
    for number, (user, address) in enumerate(pages):
        page = page_as(user, address, theme=theme, width=width)
        assert_axe_clean(page)
        assert_no_sideways_scroll(page)
        if folder := os.environ.get("SHOTS"):
            page.screenshot(path=f"{folder}/outreach-{number}-{width}.png", full_page=True)
