"""Verbs of outreach."""

from coordination.outreach.actions.answers import hear, settle_unsure
from coordination.outreach.actions.calls import (
    AGAIN,
    DONE,
    NOTHING,
    NextIn,
    PartyIn,
    StopIn,
    log_call,
)
from coordination.outreach.actions.claim import Batch, Claimed, claim, give_up_late, switched_on
from coordination.outreach.actions.dead import unsure
from coordination.outreach.actions.digest import plan_digests
from coordination.outreach.actions.mending import move_call, move_calls_with_task, void_call
from coordination.outreach.actions.outcome import note_sent
from coordination.outreach.actions.plan import plan_reminders, plan_visit
from coordination.outreach.actions.reacting import (
    remind_of_visit,
    stop_for_death,
    stop_for_opt_out,
    tell_sent,
)
from coordination.outreach.actions.send import send_due, work
from coordination.outreach.actions.shipped import load_reminder_rules
from coordination.outreach.actions.stop import stop_outreach
from coordination.outreach.actions.switch import switch_messages
from coordination.outreach.actions.unsaying import undo_call

__all__ = [
    "AGAIN", "DONE", "NOTHING", "Batch", "Claimed", "NextIn", "PartyIn", "StopIn", "claim",
    "give_up_late", "hear", "load_reminder_rules", "log_call", "move_call", "move_calls_with_task",
    "note_sent", "plan_digests", "plan_reminders", "plan_visit", "remind_of_visit", "send_due",
    "settle_unsure", "stop_for_death", "stop_for_opt_out", "stop_outreach", "switch_messages",
    "switched_on", "tell_sent", "undo_call", "unsure", "void_call", "work",
]  # fmt: skip
