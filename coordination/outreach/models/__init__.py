"""Reminders, messages on their way, and calls."""

from coordination.outreach.models.calls import (
    Call,
    CallChannel,
    CallParty,
    CallPurpose,
    CallStatus,
    Direction,
    Outcome,
    PartyKind,
)
from coordination.outreach.models.deliveries import (
    ChannelPace,
    Delivery,
    DeliveryChannel,
    DeliveryKind,
    DeliveryState,
    Message,
    ReminderRule,
)

__all__ = [
    "Call", "CallChannel", "CallParty", "CallPurpose", "CallStatus", "ChannelPace", "Delivery",
    "DeliveryChannel", "DeliveryKind", "DeliveryState", "Direction", "Message", "Outcome",
    "PartyKind", "ReminderRule",
]  # fmt: skip
