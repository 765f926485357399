"""Read side of outreach."""

from coordination.outreach.queries.calls import (
    CallRow,
    call_page,
    calls_in_scope,
    mended,
    one_call,
    recent_calls,
    tasks_to_serve,
)
from coordination.outreach.queries.look import bodies
from coordination.outreach.queries.outgoing import (
    OutgoingFilter,
    OutgoingPage,
    OutgoingRow,
    deliveries_in_scope,
    one_message,
    outgoing_page,
)
from coordination.outreach.queries.parties import Party, parties
from coordination.outreach.queries.watch import OutboxLag, messages_check, outbox_lag

__all__ = [
    "CallRow",
    "OutboxLag",
    "OutgoingFilter",
    "OutgoingPage",
    "OutgoingRow",
    "Party",
    "bodies",
    "call_page",
    "calls_in_scope",
    "deliveries_in_scope",
    "mended",
    "messages_check",
    "one_call",
    "one_message",
    "outbox_lag",
    "outgoing_page",
    "parties",
    "recent_calls",
    "tasks_to_serve",
]  # fmt: skip
