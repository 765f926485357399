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
from coordination.worklist.queries.books import (
    BookRow,
    TeamBook,
    book_rows,
    drafts_in_scope,
    mistakes_in,
    newer_shipped,
    one_book,
    one_draft,
    readable_books,
    rules_of,
    versions_of,
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
from coordination.worklist.queries.many import (
    Progress,
    bulk_items,
    bulk_runs_in_scope,
    latest_runs,
    one_run,
    progress_of,
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
from coordination.worklist.queries.views import VIEWS_OF, own_views, views_in_scope

__all__ = [
    "REQUEST_NUMBERS", "VIEWS_OF", "BookRow", "HandedOver", "Notice", "Progress", "RequestNews",
    "RequestPage", "TaskPage", "TeamBook", "acts", "book_rows", "bulk_items", "bulk_runs_in_scope",
    "colleagues", "current_playbook", "decidable", "decided_requests", "definition_of",
    "drafts_in_scope", "latest_runs", "locked_task", "mended_note", "mistakes_in", "my_jot",
    "my_jots", "my_requests", "named_in", "names_after_at", "newer_shipped", "notes_in_scope",
    "notices", "one_book", "one_draft", "one_note", "one_request", "one_run", "open_jots",
    "open_request", "open_task", "own_views", "owner_proposals", "playbooks", "progress_of",
    "readable_books", "request_news", "request_params", "requests_in_scope", "results_of",
    "rules_of", "runs_of", "said_about", "task_page", "tasks_in_scope", "to_hand_over",
    "versions_of", "views_in_scope", "waiting_requests",
]  # fmt: skip
