"""Read side of the worklist. Every query starts from the patients the actor may see."""

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
    "HandedOver", "Notice", "TaskPage", "colleagues", "current_playbook", "definition_of",
    "locked_task", "mended_note", "my_jot", "my_jots", "named_in", "names_after_at",
    "notes_in_scope", "notices", "one_note", "open_jots", "open_task", "owner_proposals",
    "playbooks", "results_of", "runs_of", "task_page", "tasks_in_scope", "to_hand_over",
]  # fmt: skip
