"""Promises and their proof: tasks, playbooks, escalations, proposals."""

from coordination.worklist.models.asking import (
    DECIDED,
    UNDECIDED,
    ApprovalRequest,
    RequestState,
)
from coordination.worklist.models.chase import Escalation, Proposal, Sweep
from coordination.worklist.models.jot import JOT_LENGTH, Jot, JotStatus
from coordination.worklist.models.many import BulkItem, BulkRun, ItemOutcome, RunStatus
from coordination.worklist.models.moving import OwnerProposal
from coordination.worklist.models.playbook import Playbook, PlaybookDraft, PlaybookRun
from coordination.worklist.models.proof import Evidence, EvidenceKind, TaskEvent, TimeEntry
from coordination.worklist.models.task import (
    OPEN_STATUSES,
    DueEvent,
    HeldBy,
    Priority,
    Severity,
    Task,
    TaskKind,
    TaskStatus,
    WaitingOn,
)
from coordination.worklist.models.views import SavedView

__all__ = [
    "DECIDED", "JOT_LENGTH", "OPEN_STATUSES", "UNDECIDED", "ApprovalRequest", "BulkItem", "BulkRun",
    "DueEvent", "Escalation", "Evidence", "EvidenceKind", "HeldBy", "ItemOutcome", "Jot",
    "JotStatus", "OwnerProposal", "Playbook", "PlaybookDraft", "PlaybookRun", "Priority",
    "Proposal", "RequestState", "RunStatus", "SavedView", "Severity", "Sweep", "Task", "TaskEvent",
    "TaskKind", "TaskStatus", "TimeEntry", "WaitingOn",
]  # fmt: skip
