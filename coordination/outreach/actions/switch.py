"""Lets messages leave the house, or keeps them in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from coordination.access.actor import Actor, require
from coordination.access.audit import record
from coordination.access.models import Facility, FacilitySetting, Organization
from coordination.outreach.actions.shipped import load_reminder_rules
from coordination.records import Refused, wake


@transaction.atomic
def switch_messages(
    actor: Actor, *, is_on: bool, test_recipients: Sequence[str], now: datetime
) -> Organization:
    """Switch messages on or off. test_recipients: only these get any; none is everybody.

    What went past its moment while they were off is canceled by the next sweep. Raises
    NotPermitted, or Refused while a facility with patients has no quiet hours.
    """
    require(actor, "messages.switch")
    organization = Organization.objects.select_for_update().get(pk=actor.organization_id)
    if is_on:
        needs_quiet_hours(organization)
        load_reminder_rules(organization, now)
    organization.messages_on = is_on
    organization.test_recipients = list(test_recipients)
    organization.save(update_fields=["messages_on", "test_recipients"])
    record(
        actor, "setting.messages", organization, now,
        detail={"on": is_on, "test_recipients": len(organization.test_recipients)},
    )  # fmt: skip
    wake("outreach.send_due")
    return organization


def needs_quiet_hours(organization: Organization) -> None:
    """Raise Refused, naming them, while facilities have not set their quiet hours."""
    done = FacilitySetting.objects.filter(organization=organization, key="quiet_hours")
    missing = Facility.objects.filter(organization=organization).exclude(
        pk__in=done.values("facility")
    )
    names = ", ".join(missing.order_by("name").values_list("name", flat=True))
    if names:
        raise Refused(
            _("Set the quiet hours first: %(facilities)s. Without them no message may leave.")
            % {"facilities": names}
        )
