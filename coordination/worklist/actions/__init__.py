"""Verbs of the worklist: the only place that changes a task."""

from coordination.worklist.actions.alarming import ALARMS, raise_for_late
from coordination.worklist.actions.answering import (
    answer_token,
    approve,
    ask_back,
    decide_problem,
    refuse,
    take_back,
)
from coordination.worklist.actions.asking import propose_takeover, withdraw_takeover
from coordination.worklist.actions.chasing import acknowledge, escalate, escalate_late
from coordination.worklist.actions.closing import cancel, cancel_labels, complete, fail, reopen
from coordination.worklist.actions.editing import (
    begin_draft,
    discard_draft,
    drop_draft_step,
    move_draft_step,
    put_draft_step,
    take_shipped_step,
)
from coordination.worklist.actions.ending import end_assignments
from coordination.worklist.actions.handing import (
    give_patient,
    owners_token,
    take_patient,
    undo_owners,
)
from coordination.worklist.actions.holding import (
    end_hold,
    hold,
    return_held,
    stop_waiting,
    wait_on,
)
from coordination.worklist.actions.jotting import (
    attach_jot,
    drop_jot,
    jot_down,
    make_task_of_jot,
    take_up_jot,
)
from coordination.worklist.actions.many import MOST_AT_ONCE, bulk
from coordination.worklist.actions.mending import (
    move_problem,
    move_task,
    void_problem,
    void_task,
)
from coordination.worklist.actions.noting import move_note, note_problem, void_note
from coordination.worklist.actions.owning import (
    accept,
    assign,
    date_event,
    follow_clock,
    move_due,
    reject,
    see,
    start,
)
from coordination.worklist.actions.passing import pass_on_requests
from coordination.worklist.actions.playing import (
    anchor_of,
    begin_run,
    learn_fact,
    load_playbooks,
    looked_after_by,
    start_playbook,
    who_looks_after,
)
from coordination.worklist.actions.previewing import Foreseen, preview
from coordination.worklist.actions.proposing import answer_proposal, propose_close
from coordination.worklist.actions.proving import (
    EvidenceIn,
    ProofMissing,
    add_evidence,
    spend,
    spend_on,
)
from coordination.worklist.actions.publishing import (
    publish_draft,
    published_before,
    put_in_force,
)
from coordination.worklist.actions.raising import WaitingIn, raise_task
from coordination.worklist.actions.receiving import (
    Part,
    accept_takeover,
    decline_takeover,
    read_refusal,
)
from coordination.worklist.actions.requesting import (
    ask,
    ask_problem,
    read_answer,
    reply,
    withdraw_merge_requests,
    withdraw_moot,
    withdraw_request,
)
from coordination.worklist.actions.running import MOST_IN_RUN, ask_bulk, run_bulk, stop_bulk
from coordination.worklist.actions.trail import is_owed
from coordination.worklist.actions.undoing import undo, undo_token
from coordination.worklist.actions.viewing import ViewIn, change_view, delete_view, save_view
from coordination.worklist.actions.withdrawing import withdraw_proof

__all__ = [
    "ALARMS", "MOST_AT_ONCE", "MOST_IN_RUN", "EvidenceIn", "Foreseen", "Part", "ProofMissing",
    "ViewIn", "WaitingIn", "accept", "accept_takeover", "acknowledge", "add_evidence", "anchor_of",
    "answer_proposal", "answer_token", "approve", "ask", "ask_back", "ask_bulk", "ask_problem",
    "assign", "attach_jot", "begin_draft", "begin_run", "bulk", "cancel", "cancel_labels",
    "change_view", "complete", "date_event", "decide_problem", "decline_takeover", "delete_view",
    "discard_draft", "drop_draft_step", "drop_jot", "end_assignments", "end_hold", "escalate",
    "escalate_late", "fail", "follow_clock", "give_patient", "hold", "is_owed", "jot_down",
    "learn_fact", "load_playbooks", "looked_after_by", "make_task_of_jot", "move_draft_step",
    "move_due", "move_note", "move_problem", "move_task", "note_problem", "owners_token",
    "pass_on_requests", "preview", "propose_close", "propose_takeover", "publish_draft",
    "published_before", "put_draft_step", "put_in_force", "raise_for_late", "raise_task",
    "read_answer", "read_refusal", "refuse", "reject", "reopen", "reply", "return_held", "run_bulk",
    "save_view", "see", "spend", "spend_on", "start", "start_playbook", "stop_bulk", "stop_waiting",
    "take_back", "take_patient", "take_shipped_step", "take_up_jot", "undo", "undo_owners",
    "undo_token", "void_note", "void_problem", "void_task", "wait_on", "who_looks_after",
    "withdraw_merge_requests", "withdraw_moot", "withdraw_proof", "withdraw_request",
    "withdraw_takeover",
]  # fmt: skip
