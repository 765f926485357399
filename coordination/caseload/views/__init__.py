"""The pages of the day."""

from coordination.caseload.views.day import counters, day, row
from coordination.caseload.views.shell import shell

__all__ = ["counters", "day", "row", "shell"]
