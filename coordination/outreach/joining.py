"""The calls and messages of two charts that become one.

- A message that both charts had, planned for one visit at one time, goes out once: that of the
  chart that goes is canceled with the fact.
- A patient gets one message a day: where both charts had one on a day, the day is the other's.
"""

from __future__ import annotations

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from coordination.outreach.models import Delivery, DeliveryState
from patients.joining import Joining, Table

KEPT_ONCE = "kept-once"
COUNTS = (
    DeliveryState.PLANNED, DeliveryState.CLAIMED, DeliveryState.SENT, DeliveryState.DELIVERED,
    DeliveryState.REPLIED,
)  # fmt: skip


def send_once(joining: Joining) -> None:
    """Cancel what is planned on both charts, and share the days on which a message went out."""
    there = Delivery.objects.filter(patient=joining.into)
    planned = set(
        there.filter(state__in=COUNTS).values_list("kind", "channel", "recipient", "occurs_at")
    )
    days = set(there.filter(sending_on__isnull=False).values_list("sending_on", flat=True))
    twice = 0
    for row in Delivery.objects.filter(patient=joining.gone).order_by("pk"):
        if row.state == DeliveryState.PLANNED and (
            (row.kind, row.channel, row.recipient, row.occurs_at) in planned
        ):
            joining.change(row, state=DeliveryState.CANCELLED, reason=KEPT_ONCE)
            twice += 1
        if row.sending_on in days:
            joining.change(row, sending_on=None)
    if twice:
        said = {"count": twice}
        joining.said.append(_("Planned on both charts and sent once: %(count)d messages") % said)


TABLES = (
    Table(model="outreach.Call", what=gettext_lazy("calls")),
    Table(model="outreach.Delivery", what=gettext_lazy("messages"), settle=send_once),
)
