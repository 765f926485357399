"""Read side of the worklist. Every query starts from the patients the actor may see."""

from coordination.worklist.queries.asking import (
    REQUEST_NUMBERS,
    RequestNews,
    RequestPage,
    acts,
    decidable,
    decided_requests,
    my_requests,
    one_request,
    open_request,
    request_news,
    request_params,
    requests_in_scope,
    said_about,
    waiting_requests,
)
from coordination.worklist.queries.jots import (
    mended_note,
    my_jot,
    my_jots,
    named_in,
    notes_in_scope,
    one_note,
    open_jots,
)
from coordination.worklist.queries.pages import (
    Notice,
    TaskPage,
    colleagues,
    names_after_at,
    notices,
    open_task,
    results_of,
    task_page,
)
from coordination.worklist.queries.playbooks import (
    current_playbook,
    definition_of,
    playbooks,
    runs_of,
)
from coordination.worklist.queries.scoped import locked_task, owner_proposals, tasks_in_scope
from coordination.worklist.queries.takeovers import HandedOver, to_hand_over

__all__ = [
    "REQUEST_NUMBERS", "HandedOver", "Notice", "RequestNews", "RequestPage", "TaskPage", "acts",
    "colleagues", "current_playbook", "decidable", "decided_requests", "definition_of",
    "locked_task", "mended_note", "my_jot", "my_jots", "my_requests", "named_in", "names_after_at",
    "notes_in_scope", "notices", "one_note", "one_request", "open_jots", "open_request",
    "open_task", "owner_proposals", "playbooks", "request_news", "request_params",
    "requests_in_scope", "results_of", "runs_of", "said_about", "task_page", "tasks_in_scope",
    "to_hand_over", "waiting_requests",
]  # fmt: skip
