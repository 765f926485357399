"""What the pages of the day read, across rooms, each with a fixed number of statements."""

from coordination.caseload.queries.chart import Carer, PatientTask, Promised, promised
from coordination.caseload.queries.day import (
    Filters,
    Page,
    Summary,
    TaskRow,
    my_day,
    my_patients,
    my_summary,
    next_of_mine,
    one_of_mine,
)
from coordination.caseload.queries.shell import ShellNumbers, shell_numbers

__all__ = [
    "Carer", "Filters", "Page", "PatientTask", "Promised", "ShellNumbers", "Summary", "TaskRow",
    "my_day", "my_patients",
    "my_summary", "next_of_mine", "one_of_mine", "promised", "shell_numbers",
]  # fmt: skip
