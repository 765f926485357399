"""The pages of outreach."""

from coordination.outreach.views.mending import call_in_error, call_wrong_patient
from coordination.outreach.views.pages import call, message, outgoing, settle, switch

__all__ = [
    "call", "call_in_error", "call_wrong_patient", "message", "outgoing", "settle", "switch",
]  # fmt: skip
