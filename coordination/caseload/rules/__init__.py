"""Pure functions of the day: what belongs to which group, and where it stands on the day strip."""

from coordination.caseload.rules.acts import UNDOABLE, exit_of_line, exit_of_task_event
from coordination.caseload.rules.beds import bed_words, loads, proposed
from coordination.caseload.rules.day import Day, day_of
from coordination.caseload.rules.groups import GROUPS, Group, group_of
from coordination.caseload.rules.seen import LOOK_BACK, days_unseen, seen_since
from coordination.caseload.rules.strip import Strip, day_strip

__all__ = [
    "GROUPS", "LOOK_BACK", "UNDOABLE", "Day", "Group", "Strip", "bed_words", "day_of", "day_strip",
    "days_unseen", "exit_of_line", "exit_of_task_event", "group_of", "loads", "proposed",
    "seen_since",
]  # fmt: skip
