"""Pure rules of the worklist: no Django, no clock."""

from coordination.worklist.rules.asking import Act, Subject, acts_to_decide, answer_by
from coordination.worklist.rules.definition import (
    Blank,
    Definition,
    Result,
    Step,
    as_definition,
    read_definition,
)
from coordination.worklist.rules.editing import (
    Change,
    Line,
    difference,
    drop_step,
    find_step,
    move_step,
    new_slug,
    put_step,
    take_step,
)
from coordination.worklist.rules.ladder import (
    TOP,
    Window,
    escalation_level,
    rest_of,
    rungs,
    windows,
)
from coordination.worklist.rules.line import Named, ParsedTask, parse_line
from coordination.worklist.rules.mistakes import (
    DefinitionError,
    KnownRule,
    Mistake,
    mistakes,
    rule_mistakes,
    step_mistakes,
    team_mistakes,
)
from coordination.worklist.rules.moves import (
    CANCEL_REASONS,
    LONGEST_HOLD,
    RECEIVER_ONLY,
    REOPEN_FREELY,
    UNDONE,
    WAYS_TO_DONE,
    hold_problem,
    may_work_on,
    needs_reopen_old,
    start_status,
)
from coordination.worklist.rules.proof import accepts, is_proven, is_stated
from coordination.worklist.rules.takeover import next_owner
from coordination.worklist.rules.views import PAGES, kept_query
from coordination.worklist.rules.when import read_when
from patients.rules import UNDO_WINDOW, can_undo

__all__ = [
    "CANCEL_REASONS", "LONGEST_HOLD", "PAGES", "RECEIVER_ONLY", "REOPEN_FREELY", "TOP", "UNDONE",
    "UNDO_WINDOW", "WAYS_TO_DONE", "Act", "Blank", "Change", "Definition", "DefinitionError",
    "KnownRule", "Line", "Mistake", "Named", "ParsedTask", "Result", "Step", "Subject", "Window",
    "accepts", "acts_to_decide", "answer_by", "as_definition", "can_undo", "difference",
    "drop_step", "escalation_level", "find_step", "hold_problem", "is_proven", "is_stated",
    "kept_query", "may_work_on", "mistakes", "move_step", "needs_reopen_old", "new_slug",
    "next_owner", "parse_line", "put_step", "read_definition", "read_when", "rest_of",
    "rule_mistakes", "rungs", "start_status", "step_mistakes", "take_step", "team_mistakes",
    "windows",
]  # fmt: skip
